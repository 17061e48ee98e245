"""The base of all parts of a client: the native client, and the encoding of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from qftp import _native

Name = Union[str, bytes]
"""A remote name. Text is encoded in the encoding of the client; bytes go over the line as they are."""


class Handle:
    """A native client and the encoding of names."""

    _native: _native.Client
    _encoding: str

    @property
    def closed(self) -> bool:
        """True once the port is closed."""
        return self._native.closed

    @property
    def dialect(self) -> str:
        """The dialect spoken."""
        return self._native.dialect

    def _encode(self, name: Name) -> bytes:
        return name if isinstance(name, bytes) else name.encode(self._encoding, "surrogateescape")

    def _decode(self, name: bytes) -> str:
        return name.decode(self._encoding, "surrogateescape")
