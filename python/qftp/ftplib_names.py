"""The names by which `ftplib` calls what a client does, with its arguments and its answers.

A program that catches `ftplib`'s exceptions too takes `qftp.ftplib.FTP`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from qftp.blocks import BlockSource, BlockTarget
from qftp.directories import Directories
from qftp.errors import UsageError
from qftp.files import Files
from qftp.session import Session

if TYPE_CHECKING:
    from qftp.handle import Name


class FtplibNames(Session, Files, Directories):
    """`storbinary` and its like; the exceptions are those of this package."""

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
            cmd: "STOR name", or "APPE name" to add to the end.
            fp: A file object open for reading in binary mode.
            blocksize: How many bytes to read from it at a time.
            callback: Called with each block after it was sent.
            rest: How many bytes are on the server already; `fp` stands behind them.

        Returns:
            "226" and words, as a server says it.

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
            rest: Where in the remote file to start.

        Returns:
            "226" and words, as a server says it.

        Raises:
            UsageError: Another command.
            Error: As `get`.
        """
        _, name = self._transfer_command(cmd, "RETR")
        target: Any = BlockTarget(callback, blocksize)
        self.get(name, target, offset=int(rest or 0))
        return "226 Transfer complete."

    def mkd(self, dirname: Name) -> str:
        """Makes a directory and returns its path; `mkdir` does it without asking where it is."""
        self.mkdir(dirname)
        path = self._decode(self._encode(dirname))
        return path if path.startswith("/") else f"{self.pwd().rstrip('/')}/{path}"

    def rmd(self, dirname: Name) -> str:
        """Removes an empty directory, as `rmdir`; returns "250" and words."""
        self.rmdir(dirname)
        return "250 Directory removed."

    def quit(self) -> str:
        """Ends the session, as `logout`, and gives the port back; returns "221" and words."""
        try:
            self.logout()
        finally:
            self.close()
        return "221 Goodbye."

    def close(self) -> None:
        """Gives the port back."""
        raise NotImplementedError

    @staticmethod
    def _transfer_command(line: str, *known: str) -> tuple[str, str]:
        verb, _, name = line.partition(" ")
        verb = verb.upper()
        if verb not in known or not name:
            raise UsageError(f"{line!r}: give '{known[0]} name'")
        return verb, name
