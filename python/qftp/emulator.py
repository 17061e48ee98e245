"""An emulator: it takes the commands of its dialect and executes them against real servers."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from qftp import _native

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType


FAULTS: Mapping[str, str] = MappingProxyType(dict(_native.FAULTS))
"""What can go wrong with an emulator: name, and what it does then."""


class Emulator:
    """An emulator, running in a thread of its own until it is closed."""

    def __init__(
        self,
        dialect: str,
        ufs: str | os.PathLike[str] | None = None,
        sd: str | os.PathLike[str] | None = None,
        pty: bool = False,
        *,
        link: str | os.PathLike[str] | None = None,
        quirks: str | Iterable[str] = (),
    ) -> None:
        """Starts it, on a loopback socket or a pseudo terminal.

        Args:
            dialect: One of `qftp.DIALECTS`.
            ufs: Folder of its flash, made if it is not there; None is one of its own, removed with it.
            sd: Folder of its SD card, the same.
            pty: Be on a pseudo terminal, which programs open like a serial device.
            link: A symbolic link to the pseudo terminal until the module ends; one that is there is replaced.
            quirks: How it departs from its manual, as real quirks does: names, in a list or with commas.

        Raises:
            UsageError: No such dialect, or no such departure in this dialect.
            OSError: A folder, the link or the line cannot be made.
        """
        names = quirks if isinstance(quirks, str) else ",".join(quirks)
        self._native = _native.Emulator(
            dialect,
            None if ufs is None else os.fspath(ufs),
            None if sd is None else os.fspath(sd),
            pty or link is not None,
            None if link is None else os.fspath(link),
            names,
        )

    @property
    def url(self) -> str:
        """What `connect` opens."""
        return self._native.url

    @property
    def path(self) -> str | None:
        """The pseudo terminal or the link to it; None on a socket."""
        path = self._native.path
        return None if path is None else os.fspath(path)

    @property
    def pty(self) -> str | None:
        """The same, by the name of what it is."""
        return self.path

    @property
    def dialect(self) -> str:
        """The dialect it speaks."""
        return self._native.dialect

    def fault(self, name: str) -> None:
        """Has something go wrong, as it does with real modules; when this returns, it has.

        Some happen once, some last until `clear`; `qftp.FAULTS` says what each does.

        Args:
            name: One of `qftp.FAULTS`; "silent=40" is silence after 40 more bytes.

        Raises:
            UsageError: No such fault, or none that modules of the dialect know; the module is closed.
        """
        self._native.fault(name, True)

    def clear(self, name: str) -> None:
        """Ends a fault that lasts, or calls off one that waits for its time; one that is not there is no error.

        Raises:
            UsageError: No such fault; the module is closed.
        """
        self._native.fault(name, False)

    def close(self) -> None:
        """Ends it. Whoever is connected sees the line break."""
        self._native.close()

    def __enter__(self) -> Emulator:
        """Returns the module itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends it."""
        self.close()

    def __reduce__(self) -> Any:
        """Refuses: it runs in this process."""
        raise TypeError("a qftp.Emulator cannot be pickled: it runs in this process. Open its url from the other one")

    def __repr__(self) -> str:
        """Shows dialect and place."""
        return f"<qftp.Emulator {self.dialect} at {self.url}>"
