"""Directories with all that is below them, and questions about one name."""

from __future__ import annotations

import builtins
import posixpath
from typing import TYPE_CHECKING, NoReturn

from qftp import _native
from qftp._native import support
from qftp.directories import Directories
from qftp.errors import (
    Error,
    ModuleError,
    RemoteFileError,
    RemoteFileExistsError,
    RemoteFileNotFoundError,
    RemoteNotADirectoryError,
    UnsupportedError,
)
from qftp.records import Entry
from qftp.remote import RemoteFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qftp.handle import Name


class Tree(RemoteFiles, Directories):
    """Walks and removes directories with their content, and asks what a name stands for."""

    def stat(self, path: Name) -> Entry:
        """Returns the entry of a file or directory: kind, size, time.

        Costs two commands for a file. A directory is looked up in the listing of its parent.

        Raises:
            RemoteFileNotFoundError: There is no such file or directory.
        """
        text = self._decode(self._encode(path)).rstrip("/")
        name = posixpath.basename(text)
        if name in ("", ".", ".."):
            return Entry(name or "/", "directory", None, None, "")
        try:
            size = self.size(path)
        except (RemoteFileError, UnsupportedError) as error:
            return self._found_in_parent(text, error)
        return Entry(name, "file", size, self._mdtm_or_none(path), "")

    def exists(self, path: Name) -> bool:
        """Returns True if there is a file or directory of this name."""
        try:
            self.stat(path)
        except RemoteFileNotFoundError:
            return False
        return True

    def isfile(self, path: Name) -> bool:
        """Returns True if the name is that of a file, or of a link to one."""
        # Some servers tell a size of directories, too.
        return self._kind(path) == "file" and not self.isdir(path)

    def isdir(self, path: Name) -> bool:
        """Returns True if the name is that of a directory, or of a link to one."""
        return self._is_entered(self._decode(self._encode(path)))

    def mkdir(self, directory: Name, *, exist_ok: bool = False, parents: bool = False) -> None:
        """Makes a directory (AT+QFTPMKDIR).

        Args:
            directory: Its path.
            exist_ok: True accepts a directory that is there already.
            parents: True makes the directories above it as well, where they are missing.

        Raises:
            RemoteFileExistsError: A directory of this name is there.
            RemoteFileNotFoundError: The directory above it is missing, or the server does not permit it.
        """
        try:
            super().mkdir(directory)
        except RemoteFileError as error:
            self._mkdir_refused(directory, error, exist_ok=exist_ok, parents=parents)

    def _mkdir_refused(self, directory: Name, error: RemoteFileError, *, exist_ok: bool, parents: bool) -> None:
        try:
            is_there = self.isdir(directory)
        except UnsupportedError:
            raise error from None
        if is_there:
            if exist_ok:
                return
            _raise(RemoteFileExistsError(f"cannot make {directory!r}: a directory of this name is there"), error)
        text = self._decode(self._encode(directory)).rstrip("/")
        parent = posixpath.dirname(text)
        if not parents or parent in ("", "/") or self.isdir(parent):
            raise error
        self.mkdir(parent, exist_ok=True, parents=True)
        super().mkdir(directory)

    def walk(
        self, top: Name = ".", *, topdown: bool = True
    ) -> Iterator[tuple[str, builtins.list[str], builtins.list[str]]]:
        """Yields each directory below `top`, itself included, as `os.walk`: its path, its directories, its other files.

        One listing for each directory. Links are not followed. With `topdown`, a directory that the caller takes out of
        the list of directories is left out.

        Raises:
            UnsupportedError: The dialect has no listings.
        """
        path = self._decode(self._encode(top))
        entries = self._entries(_native.list_links(self._native, self._encode(top)))
        directories = [entry.name for entry in entries if entry.is_dir]
        files = [entry.name for entry in entries if not entry.is_dir]
        if topdown:
            yield path, directories, files
        for name in directories:
            yield from self.walk(posixpath.join(path, name), topdown=topdown)
        if not topdown:
            yield path, directories, files

    def glob(self, pattern: str) -> builtins.list[str]:
        """Returns the paths that match a pattern, sorted: `*`, `?` and `[abc]` in a name, `**` for any directories.

        One listing for each directory that is looked into. A name that begins with a dot matches only a pattern that
        does. Without these characters, the path itself is returned if it exists.

        Raises:
            UnsupportedError: The dialect has no listings.
        """
        root = "/" if pattern.startswith("/") else ""
        parts = [part for part in pattern.split("/") if part]
        return sorted(set(self._matching(root, parts)))

    def _matching(self, base: str, parts: builtins.list[str]) -> Iterator[str]:
        if not parts:
            yield base
            return
        first, rest = parts[0], parts[1:]
        if not _is_pattern(first):
            path = posixpath.join(base, first)
            if rest or self.exists(path):
                yield from self._matching(path, rest)
            return
        if first == "**":
            yield from self._matching(base, rest) if rest else ()
        for entry in self._children(base):
            path = posixpath.join(base, entry.name)
            if first == "**":
                if not rest:
                    yield path
                if entry.is_dir and not entry.name.startswith("."):
                    yield from self._matching(path, parts)
            elif _matches(entry.name, first) and (entry.is_dir or not rest):
                yield from self._matching(path, rest)

    def rmtree(self, directory: Name) -> None:
        """Removes a directory and all that is below it. Links are removed, not followed, also one of this name.

        Raises:
            RemoteNotADirectoryError: The name is that of a file.
            UnsupportedError: The dialect has no listings.
        """
        if self.isfile(directory):
            raise RemoteNotADirectoryError(f"cannot remove the tree {directory!r}: it is a file")
        _native.remove_tree(self._native, self._encode(directory))

    def _kind(self, path: Name) -> str | None:
        try:
            return self.stat(path).kind
        except RemoteFileNotFoundError:
            return None

    def _mdtm_or_none(self, path: Name) -> str | None:
        try:
            return self.mdtm(path)
        except (RemoteFileError, UnsupportedError):
            return None

    def _found_in_parent(self, text: str, error: Error) -> Entry:
        name = posixpath.basename(text)
        if support(self.dialect)["list"] == "missing":
            if self._is_entered(text):
                return Entry(name, "directory", None, None, "")
            raise error
        for entry in self._children(posixpath.dirname(text)):
            if entry.name == name:
                return entry
        _raise(RemoteFileNotFoundError(f"there is no {text!r} on the server"), error)

    def _children(self, directory: str) -> builtins.list[Entry]:
        """Returns the entries of a directory; none for a file and for what is missing, whatever the server lists."""
        try:
            entries = self.list(directory or ".")
        except ModuleError as error:
            if not is_refusal(error):
                raise
            return []
        # Servers list a file as itself.
        lists_itself = len(entries) == 1 and entries[0].name == posixpath.basename(directory)
        return [] if lists_itself and not entries[0].is_dir and not self._is_entered(directory) else entries

    def _is_entered(self, path: str) -> bool:
        """Returns True if the server changes into the directory; goes back."""
        return _native.is_dir(self._native, self._encode(path))


def is_refusal(error: ModuleError) -> bool:
    """Returns True if the server refused the name: pyftpdlib says 501 to a listing of what is no directory."""
    return isinstance(error, RemoteFileError) or error.ftp_reply == 501


def _raise(error: RemoteFileError, refusal: Error) -> NoReturn:
    """Raises an error that says more than the refusal, with the refusal's numbers."""
    error.__dict__.update(refusal.__dict__)
    error.hint = None
    raise error from refusal


def _is_pattern(part: str) -> bool:
    return any(letter in part for letter in "*?[")


def _matches(name: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase

    return (pattern.startswith(".") or not name.startswith(".")) and fnmatchcase(name, pattern)
