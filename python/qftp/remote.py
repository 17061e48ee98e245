"""A remote file as a Python file: raw, and below what buffers and decodes it."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, Literal, Union, cast, overload

from qftp import _native
from qftp._native import support
from qftp.errors import RemoteFileExistsError, UsageError
from qftp.files import Files

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from qftp.handle import Name

BUFFER = 64 * 1024
"""Bytes of a buffer where `open` is told none: a command on the line for each, 6 s at 115200."""

WHOLE_IN_MEMORY = 1024 * 1024
"""Bytes of a file that are kept in memory where the dialect reads no parts; more go to a temporary file."""

TextMode = Literal["r", "w", "a", "x", "rt", "wt", "at", "xt", "tr", "tw", "ta", "tx"]
ReadMode = Literal["rb", "br"]
WriteMode = Literal["wb", "ab", "xb", "bw", "ba", "bx"]
RemoteIO = Union["RemoteFile", io.BufferedReader, io.BufferedWriter, io.TextIOWrapper]


def reads_parts(client: Files) -> bool:
    """Returns True if the client's dialect can read a part of a file."""
    return support(client.dialect)["get part"] != "missing"


def downloaded(client: Files, remote: Name) -> Any:
    """Returns a file with the whole content, which stands at its beginning; the caller closes it."""
    from tempfile import SpooledTemporaryFile

    whole = SpooledTemporaryFile(WHOLE_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        client.get(remote, whole)  # type: ignore[call-overload]
    except BaseException:
        whole.close()
        raise
    whole.seek(0)
    return whole


class RemoteFile(io.RawIOBase):
    """A file on the server, raw; `Client.open` with `buffering=0` makes it. Each read and write is a command."""

    # For the close of a file that could not be opened.
    _action = "r"

    def __init__(self, client: Files, remote: Name, action: str) -> None:
        """Use `Client.open`."""
        self._client = client
        self._remote = remote
        self._at = 0
        self._size = 0
        self._whole: Any = None
        name = client._encode(remote)
        if action == "x" and _native.exists(client._native, name):
            raise RemoteFileExistsError(f"cannot create {remote!r}: a file of this name is on the server")
        if action == "r":
            self._size = client.size(remote)
        elif action == "a":
            self._at = _native.append_position(client._native, name)
        self._begun = self._at > 0
        self._action = action
        self.mode = {"x": "wb"}.get(action, action + "b")
        self.name = remote

    def readable(self) -> bool:
        """Returns True if it was opened to be read."""
        return self._action == "r"

    def writable(self) -> bool:
        """Returns True if it was opened to be written."""
        return self._action != "r"

    def seekable(self) -> bool:
        """Returns True if it can be read from any position."""
        return self.readable()

    def tell(self) -> int:
        """Returns the position of the next byte."""
        self._check_open()
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Moves to another position of a file that is read."""
        self._check_open()
        if not self.seekable():
            raise io.UnsupportedOperation("seek")
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}
        if whence not in base or base[whence] + offset < 0:
            raise UsageError(f"seek({offset}, {whence}): the file has no such position")
        self._at = base[whence] + offset
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        """Reads as many bytes as fit, in one command.

        Where the dialect reads no parts, the first read downloads the whole file.
        """
        self._check_readable()
        place = memoryview(buffer).cast("B")
        length = min(len(place), self._size - self._at)
        if length <= 0:
            return 0
        data = self._part(length)
        place[: len(data)] = data
        self._at += len(data)
        return len(data)

    def readall(self) -> bytes:
        """Reads the rest, in one command."""
        self._check_readable()
        if self._at >= self._size:
            return b""
        data = self._part(None)
        self._at += len(data)
        return data

    def _part(self, length: int | None) -> bytes:
        if length is None and self._whole is None:
            return self._client.get(self._remote, offset=self._at)
        if self._whole is None and reads_parts(self._client):
            return self._client.get(self._remote, offset=self._at, length=length)
        if self._whole is None:
            self._whole = downloaded(self._client, self._remote)
        self._whole.seek(self._at)
        data: bytes = self._whole.read(-1 if length is None else length)
        return data

    def write(self, data: Buffer) -> int:
        """Writes all the data, in one command."""
        self._check_open()
        if not self.writable():
            raise io.UnsupportedOperation("write")
        piece = bytes(data)
        if piece:
            # Also where it fails: the close then leaves what is there.
            self._begun = True
            self._client.put(io.BytesIO(piece), self._remote, offset=self._at)
            self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Closes the file; makes it empty if it was opened to be replaced and nothing was written."""
        if self.closed:
            return
        try:
            if self.writable() and not self._begun:
                self._begun = True
                self._client.put(b"", self._remote)
        finally:
            if self.readable() and self._whole is not None:
                self._whole.close()
            super().close()

    def __reduce__(self) -> Any:
        """Raises TypeError, as the client does."""
        raise TypeError("a qftp.RemoteFile cannot be pickled: its client holds a port")

    def __repr__(self) -> str:
        """Shows name and mode."""
        return f"<qftp.RemoteFile {self.name!r} {self.mode}>"

    def _check_open(self) -> None:
        if self.closed:
            raise UsageError("the file is closed")

    def _check_readable(self) -> None:
        self._check_open()
        if not self.readable():
            raise io.UnsupportedOperation("read")


class RemoteReader(io.BufferedReader):
    """A remote file with a buffer that is always filled whole, as each filling is a command."""

    def read1(self, size: int = -1) -> bytes:
        """Returns bytes of the buffer, after filling it if it is empty."""
        # Without this, io reads what a text layer asks for, 8 KiB, past the buffer.
        self.peek(1)
        return super().read1(size)


class RemoteFiles(Files):
    """Opens files on the server as Python files."""

    @overload
    def open(
        self,
        remote: Name,
        mode: TextMode = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> io.TextIOWrapper: ...

    @overload
    def open(  # type: ignore[overload-overlap]
        self, remote: Name, mode: ReadMode | WriteMode, buffering: Literal[0]
    ) -> RemoteFile: ...

    @overload
    def open(self, remote: Name, mode: ReadMode, buffering: int = -1) -> io.BufferedReader: ...

    @overload
    def open(self, remote: Name, mode: WriteMode, buffering: int = -1) -> io.BufferedWriter: ...

    @overload
    def open(
        self,
        remote: Name,
        mode: str,
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> RemoteIO: ...

    def open(
        self,
        remote: Name,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> RemoteIO:
        """Opens a remote file, as Python's own `open` opens a local one.

        Args:
            remote: The name on the server.
            mode: "r" to read, "w" to replace, "a" to append, "x" to create; with "b" for bytes, else for text.
            buffering: Bytes of the buffer: each filling or emptying of it is a command on the line. -1 is 64 KiB. 0
                returns the raw file, in binary mode. 1 writes each line of a text by itself.
            encoding: The encoding of a text; None is UTF-8, whatever the machine's own is.
            errors: As `open`.
            newline: As `open`.

        Where the dialect reads no parts of a file, the first read downloads the whole. What is written is on the server
        after `flush` or `close`.

        Raises:
            RemoteFileNotFoundError: The file to read does not exist.
            RemoteFileExistsError: The file to create exists.
            UsageError: Another mode, or an option that does not go with it.
        """
        action, is_text = _parsed(mode)
        if not is_text:
            _refuse_text_options(mode, encoding, errors, newline)
        elif buffering == 0:
            raise UsageError("buffering=0 is for binary files: a text has a buffer")
        raw = RemoteFile(self, remote, action)
        if buffering == 0:
            return raw
        size = buffering if buffering > 1 else BUFFER
        buffered: Any = RemoteReader(raw, size) if action == "r" else io.BufferedWriter(raw, size)
        if not is_text:
            return cast("io.BufferedReader | io.BufferedWriter", buffered)
        text = io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline, line_buffering=buffering == 1)
        text.mode = mode  # type: ignore[misc]
        return text


def _parsed(mode: str) -> tuple[str, bool]:
    """Returns the action of a mode, one of "rwax", and whether it is for text."""
    actions = [letter for letter in mode if letter in "rwax"]
    rest = [letter for letter in mode if letter not in "rwax"]
    if len(actions) != 1 or rest not in ([], ["b"], ["t"]):
        raise UsageError(f"mode {mode!r}: give 'r', 'w', 'a' or 'x', with 'b' for bytes")
    return actions[0], rest != ["b"]


def _refuse_text_options(mode: str, *options: str | None) -> None:
    if any(option is not None for option in options):
        raise UsageError(f"mode {mode!r}: encoding, errors and newline are for text")
