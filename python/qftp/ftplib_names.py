"""The methods of a client under the names of `ftplib`, with its arguments and results.

A program that catches `ftplib`'s exceptions too uses `qftp.ftplib.FTP`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from qftp.blocks import BlockSource, BlockTarget
from qftp.copies import Copies
from qftp.errors import UnsupportedError, UsageError
from qftp.session import Session

if TYPE_CHECKING:
    from qftp.handle import Name


class FtplibNames(Session, Copies):
    """Has `storbinary` and its like; the exceptions are those of this package."""

    def storbinary(
        self,
        cmd: str,
        fp: Any,
        blocksize: int = 8192,
        callback: Callable[[bytes], object] | None = None,
        rest: int | str | None = None,
    ) -> str:
        """Uploads as `ftplib.FTP.storbinary` does.

        Args:
            cmd: "STOR name", or "APPE name" to append.
            fp: A file object open for reading in binary mode.
            blocksize: Bytes to read from it at a time.
            callback: Called with each block after it was sent.
            rest: Bytes that are on the server already; `fp` stands after them.

        Returns:
            A reply that begins with "226".

        Raises:
            UsageError: Another command.
            Error: As `put`.
        """
        verb, name = self._transfer_command(cmd, "STOR", "APPE")
        source: Any = BlockSource(fp, blocksize, callback)
        if verb == "APPE":
            self.append(source, name)
        else:
            self.put(source, name, offset=int(rest or 0))
        source.finish()
        return "226 Transfer complete."

    def retrbinary(
        self,
        cmd: str,
        callback: Callable[[bytes], object],
        blocksize: int = 8192,
        rest: int | str | None = None,
    ) -> str:
        """Downloads as `ftplib.FTP.retrbinary` does.

        Args:
            cmd: "RETR name".
            callback: Called with each block of data.
            blocksize: Bytes of a block, at most.
            rest: The byte of the remote file to start at.

        Returns:
            A reply that begins with "226".

        Raises:
            UsageError: Another command.
            Error: As `get`.
        """
        _, name = self._transfer_command(cmd, "RETR")
        target: Any = BlockTarget(callback, blocksize)
        self.get(name, target, offset=int(rest or 0))
        return "226 Transfer complete."

    def mkd(self, dirname: Name) -> str:
        """Makes a directory and returns its path; `mkdir` does not ask for the path.

        Where the module has no command for the current directory, and it is not known, the name is returned as given.
        """
        self.mkdir(dirname)
        path = self._decode(self._encode(dirname))
        if path.startswith("/"):
            return path
        try:
            return f"{self.pwd().rstrip('/')}/{path}"
        except UnsupportedError:
            return path  # the directory is made: no error

    def rmd(self, dirname: Name) -> str:
        """Removes an empty directory, as `rmdir`; returns a reply that begins with "250"."""
        self.rmdir(dirname)
        return "250 Directory removed."

    def quit(self) -> str:
        """Ends the session, as `logout`, and closes the port; returns a reply that begins with "221"."""
        try:
            self.logout()
        finally:
            self.close()
        return "221 Goodbye."

    def close(self) -> None:
        """Closes the port."""
        raise NotImplementedError

    @staticmethod
    def _transfer_command(line: str, *known: str) -> tuple[str, str]:
        verb, _, name = line.partition(" ")
        verb = verb.upper()
        if verb not in known or not name:
            raise UsageError(f"{line!r}: give '{known[0]} name'")
        return verb, name
