"""Files on the server: upload, download, size, time, name."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO, overload

from qftp import _native
from qftp.errors import ProtocolError, UsageError
from qftp.handle import Handle, Name
from qftp.local import Source, Target, remaining
from qftp.progress import Progress, shown
from qftp.records import Transferred, utc_time

if TYPE_CHECKING:
    from datetime import datetime


class Files(Handle):
    """Uploads, downloads, renames and deletes files, and reads their size and time."""

    def put(
        self,
        source: Source,
        remote: Name,
        *,
        offset: int = 0,
        resume: bool = False,
        verify: bool = False,
        atomic: bool = False,
        create_dirs: bool = False,
        progress: Progress | None = None,
    ) -> Transferred:
        """Uploads a file (AT+QFTPPUT). It succeeds when the size on the server equals the size sent.

        A failure that may pass is tried again, as `connect` was told: from the last byte that is known to be in place.

        Args:
            source: A path, bytes, or a file object open for reading in binary mode, which is read from its current
                position.
            remote: The name on the server.
            offset: Continue after this many bytes, which are on the server already. In a path or in bytes they are
                skipped.
            resume: True continues what an earlier upload of the same file left, or begins. The end of that is compared
                first; where it differs, the upload starts over. The source is a path.
            verify: True reads all of it back at the end and compares, which takes as long again. A source that is no
                path is kept in memory for it.
            atomic: True uploads as `.NAME.part` beside the file and renames that at the end. Others never see a part of
                it, and one that fails leaves the old file. The server must let a rename replace a file.
            create_dirs: True makes the directories above the file where they are missing.
            progress: Called with bytes sent and bytes to send; True shows a bar. The count goes back when the transfer
                is tried again.

        Raises:
            RemoteFileError: The server refuses the file.
            IncompleteError: Fewer bytes arrived; `bytes_confirmed` says how many.
            ChecksumError: What was read back differs at `position`.
            UnsupportedError: The dialect has no `offset`, or no command to rename.
            OSError: The local file cannot be read.
        """
        choices = (verify, atomic, create_dirs)
        _check_resume(resume=resume, offset=offset, is_path=isinstance(source, (str, os.PathLike)))
        name = self._encode(remote)
        with shown(progress, self._decode(name)) as tell:
            if isinstance(source, (str, os.PathLike)):
                path = os.fspath(source)
                return Transferred(*self._native.put_file(path, name, offset, resume, choices, tell))
            reader, size = _reader(source, offset)
            return Transferred(*self._native.put(reader, size, name, offset, choices, tell))

    def append(
        self,
        source: Source,
        remote: Name,
        *,
        verify: bool = False,
        progress: Progress | None = None,
    ) -> Transferred:
        """Appends to a remote file, or makes it if it does not exist. Otherwise as `put`."""
        name = self._encode(remote)
        with shown(progress, self._decode(name)) as tell:
            if isinstance(source, (str, os.PathLike)):
                return Transferred(*self._native.append_file(os.fspath(source), name, verify, tell))
            reader, size = _reader(source, 0)
            return Transferred(*self._native.append(reader, size, name, verify, tell))

    @overload
    def get(
        self,
        remote: Name,
        target: None = None,
        *,
        offset: int = 0,
        length: int | None = None,
        verify: bool = False,
        progress: Progress | None = None,
    ) -> bytes: ...

    @overload
    def get(
        self,
        remote: Name,
        target: Target,
        *,
        offset: int = 0,
        length: int | None = None,
        resume: bool = False,
        verify: bool = False,
        fsync: bool = True,
        progress: Progress | None = None,
    ) -> Transferred: ...

    def get(
        self,
        remote: Name,
        target: Target | None = None,
        *,
        offset: int = 0,
        length: int | None = None,
        resume: bool = False,
        verify: bool = False,
        fsync: bool = True,
        progress: Progress | None = None,
    ) -> bytes | Transferred:
        """Downloads a file (AT+QFTPGET).

        Args:
            remote: The name on the server.
            target: A path, or a file object open for writing in binary mode; None returns the bytes. The file at
                a path is written under a temporary name beside it and renamed when complete; with `offset`, the file
                is cut to that many bytes and continued.
            offset: The byte of the remote file to start at.
            length: At most this many bytes.
            resume: True continues what an earlier download of the same version left, or the file at the path, and
                leaves what is confirmed if this one fails. The end is compared first. The target is a path.
            verify: True gets all of it twice and compares, which takes as long again. A file object gets the bytes at
                the end.
            fsync: False returns before the file at a path is on the disk. A power cut soon after it may leave the new
                name with a part of the content, or none. True: content and name are on the disk.
            progress: Called with bytes received and bytes to receive (None if unknown); True shows a bar. The count
                goes back when the transfer is tried again.

        Raises:
            RemoteFileNotFoundError: The file does not exist.
            IncompleteError: Fewer bytes arrived.
            ChecksumError: What came the second time differs at `position`.
            UnsupportedError: The dialect has no `offset` or `length`.
            OSError: The local file cannot be written.
        """
        whole = offset == 0 and length is None
        _check_resume(resume=resume, offset=int(not whole), is_path=isinstance(target, (str, os.PathLike)))
        name = self._encode(remote)
        with shown(progress, self._decode(name)) as tell:
            if target is None:
                buffer = io.BytesIO()
                self._native.get(name, buffer, offset, length, verify, tell)
                return buffer.getvalue()
            if isinstance(target, (str, os.PathLike)):
                path = os.fspath(target)
                return Transferred(*self._native.get_file(name, path, offset, length, resume, verify, fsync, tell))
            return Transferred(*self._native.get(name, target, offset, length, verify, tell))

    def put_ascii(self, source: Source, remote: Name) -> Transferred:
        """Uploads a text by TYPE A: its lines end as the server stores them.

        Sizes prove nothing then (`verified` is "nothing"), and a failure is not tried again. `bytes` of the result
        counts CR LF at the ends of lines.

        Args:
            source: A path, bytes, or a file object open for reading in binary mode.
            remote: The name on the server.

        Raises:
            RemoteFileError: The server refuses the file.
            OSError: The local file cannot be read.
        """
        name = self._encode(remote)
        if isinstance(source, (str, os.PathLike)):
            with open(source, "rb") as file:
                return Transferred(*_native.put_ascii(self._native, file, name))
        reader, _ = _reader(source, 0)
        return Transferred(*_native.put_ascii(self._native, reader, name))

    @overload
    def get_ascii(self, remote: Name, target: None = None) -> bytes: ...

    @overload
    def get_ascii(self, remote: Name, target: Target) -> Transferred: ...

    def get_ascii(self, remote: Name, target: Target | None = None) -> bytes | Transferred:
        """Downloads a text by TYPE A: its lines end as those of this system.

        Sizes prove nothing then, and a failure is not tried again.

        Args:
            remote: The name on the server.
            target: A path, or a file object open for writing in binary mode; None returns the bytes. The file at a
                path has a temporary name until it is complete.

        Raises:
            RemoteFileNotFoundError: The file does not exist.
            OSError: The local file cannot be written.
        """
        name = self._encode(remote)
        if target is None:
            buffer = io.BytesIO()
            _native.get_ascii(self._native, name, buffer)
            return buffer.getvalue()
        if isinstance(target, (str, os.PathLike)):
            return Transferred(*_native.get_ascii_file(self._native, name, os.fspath(target)))
        return Transferred(*_native.get_ascii(self._native, name, target))

    def size(self, remote: Name) -> int:
        """Returns the size of a remote file in bytes (AT+QFTPSIZE, or a listing if the dialect lacks it)."""
        return self._native.size(self._encode(remote))

    def mdtm(self, remote: Name) -> str:
        """Returns the time of the last change, YYYYMMDDHHMMSS[.NNN] in UTC (AT+QFTPMDTM)."""
        return self._native.mdtm(self._encode(remote))

    def modified(self, remote: Name) -> datetime:
        """Returns the time of the last change, in UTC (AT+QFTPMDTM).

        Raises:
            ProtocolError: The server states no time.
        """
        text = self.mdtm(remote)
        time = utc_time(text)
        if time is None:
            raise ProtocolError(f"the server gives {text!r} as the time of {remote!r}: it has no YYYYMMDDHHMMSS")
        return time

    def delete(self, remote: Name) -> None:
        """Deletes a file (AT+QFTPDEL)."""
        self._native.delete(self._encode(remote))

    def rename(self, old: Name, new: Name) -> None:
        """Renames a file or directory (AT+QFTPRENAME)."""
        self._native.rename(self._encode(old), self._encode(new))

    def transferred(self) -> int:
        """Returns the bytes that the last transfer command moved, as the module counts (AT+QFTPLEN).

        An upload may end with a command that reads its last bytes back; `Transferred.bytes` has the whole.
        """
        return self._native.transferred()


def _check_resume(*, resume: bool, offset: int, is_path: bool) -> None:
    """Refuses to continue what is no file, or from two places."""
    if resume and offset:
        raise UsageError("resume=True finds the place itself: give no offset or length with it")
    if resume and not is_path:
        raise UsageError("resume=True is for a file: give its path")


def _reader(source: bytes | bytearray | memoryview | BinaryIO, offset: int) -> tuple[BinaryIO, int | None]:
    """Returns a file object to read from, and the number of bytes that it will give, if known."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        view = memoryview(source).cast("B")
        if offset > len(view):
            raise UsageError(f"offset={offset} lies beyond the {len(view)} bytes of the source")
        view = view[offset:]
        return io.BytesIO(view), len(view)
    return source, remaining(source)
