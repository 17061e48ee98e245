"""Directories on the server."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from qftp.handle import Handle, Name
from qftp.listing import Listing
from qftp.records import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Directories(Handle):
    """Lists directories, makes and removes them, goes from one to another."""

    def list(self, directory: Name = ".") -> Listing:
        """Returns the entries of a directory: by MLSD, or by LIST if the server or the dialect has no MLSD."""
        return self._entries(self._native.list(self._encode(directory)))

    def list_text(self, directory: Name = ".") -> str:
        """Returns the text of a listing as the server prints it (AT+QFTPLIST)."""
        return self._decode(self._native.list_text(self._encode(directory)))

    def nlst(self, directory: Name = ".") -> builtins.list[str]:
        """Returns the names in a directory, as the server gives them (AT+QFTPNLST)."""
        names = self._native.nlst(self._encode(directory))
        return [self._decode(name) for name in names]

    def mlsd(self, directory: Name = ".", facts: Iterable[str] = ()) -> Iterator[tuple[str, dict[str, str]]]:
        """Yields the entries of a directory by RFC 3659, each a name and its facts, as `ftplib.FTP.mlsd`.

        Args:
            directory: The path of the directory.
            facts: The facts to return; without any, all that the server sends.
        """
        wanted = {fact.lower() for fact in facts}
        for entry in self._entries(self._native.mlsd(self._encode(directory))):
            told, _, _ = entry.raw.partition(" ")
            pairs = (fact.partition("=") for fact in told.rstrip(";").split(";"))
            found = {fact.lower(): value for fact, _, value in pairs}
            yield entry.name, {f: v for f, v in found.items() if not wanted or f in wanted}

    def mkdir(self, directory: Name) -> None:
        """Makes a directory (AT+QFTPMKDIR)."""
        self._native.mkdir(self._encode(directory))

    def rmdir(self, directory: Name) -> None:
        """Removes an empty directory (AT+QFTPRMDIR)."""
        self._native.rmdir(self._encode(directory))

    def cwd(self, directory: Name) -> None:
        """Changes the current directory (AT+QFTPCWD)."""
        self._native.cwd(self._encode(directory))

    def cdup(self) -> None:
        """Changes to the parent directory."""
        self._native.cdup()

    def pwd(self) -> str:
        """Returns the current directory (AT+QFTPPWD)."""
        return self._decode(self._native.pwd())

    def _entries(self, rows: Iterable[tuple[bytes, str, int | None, str | None, bytes]]) -> Listing:
        return Listing(
            Entry(self._decode(name), kind, size, modified, self._decode(raw))
            for name, kind, size, modified, raw in rows
        )
