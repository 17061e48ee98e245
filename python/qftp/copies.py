"""Directories with all that is below them: uploaded, downloaded, mirrored."""

from __future__ import annotations

import builtins
import contextlib
import os
from typing import TYPE_CHECKING, Callable, Literal, Optional, Union

from qftp import _native
from qftp.errors import Error, UsageError
from qftp.optional_import import optional_import
from qftp.records import Transferred, TreeItem
from qftp.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from qftp.handle import Name
    from qftp.local import LocalPath

TreeCallback = Callable[[str, int, Optional[int]], object]
"""Called as bytes of a file move: its remote path, the bytes so far, and the total, if it is known."""
TreeProgress = Union[bool, TreeCallback]
"""A callback, or True for a bar of the running file (`tqdm.auto`)."""


class TreeError(Error):
    """Some files of a directory failed; the others were carried over. Its cause is the first failure."""

    def __init__(self, message: str, items: Sequence[TreeItem] = ()) -> None:
        """Has the message, and an item for each file and directory."""
        super().__init__(message)
        self.items = list(items)


class Copies(Tree):
    """Carries directories over."""

    def put_dir(
        self,
        local: LocalPath,
        remote: Name,
        *,
        overwrite: bool = True,
        resume: bool = False,
        verify: bool = False,
        atomic: bool = False,
        dry_run: bool = False,
        progress: TreeProgress | None = None,
    ) -> builtins.list[TreeItem]:
        """Uploads what is in a directory into one of the server, which is made if it is missing.

        A failure leaves the other files; the first one is raised at the end. `max_time` of `connect` holds for all of
        them together.

        Args:
            local: The directory. Links to files are files; links to directories are left out.
            remote: The directory on the server.
            overwrite: False leaves files alone that exist on the server.
            resume: True continues what an earlier upload left of a file.
            verify: True reads all of each file back and compares.
            atomic: True uploads each file as `.NAME.part` and renames it at the end.
            dry_run: True changes nothing and returns what would be done.
            progress: Called with the remote path, bytes sent and bytes to send; True shows a bar.

        Returns:
            An item for each file and directory.

        Raises:
            TreeError: Some of the files failed; it has the items.
            OSError: The directory cannot be read.
            UnsupportedError: The dialect has no listing, where `overwrite` needs one, or no command to rename.
        """
        return self._carried(
            "up",
            local,
            remote,
            progress,
            overwrite=overwrite,
            resume=resume,
            verify=verify,
            atomic=atomic,
            dry_run=dry_run,
        )

    def get_dir(
        self,
        remote: Name,
        local: LocalPath,
        *,
        overwrite: bool = True,
        resume: bool = False,
        verify: bool = False,
        fsync: bool = True,
        times: bool = True,
        dry_run: bool = False,
        progress: TreeProgress | None = None,
    ) -> builtins.list[TreeItem]:
        """Downloads what is in a directory of the server into a local directory, which is made if it is missing.

        A name in a listing that leads to another place is left out. A failure leaves the other files, as in `put_dir`.

        Args:
            remote: The directory on the server.
            local: The directory. The mode of a file that is there stays, and a link stays a link.
            overwrite: False leaves files alone that exist.
            resume: True continues what an earlier download left of a file.
            verify: True gets each file twice and compares.
            fsync: False does not wait until the files are on the disk. Else small ones are synced together, and wait
                under temporary names for that.
            times: True gives a file the time that the server states, where it does.
            dry_run: True changes nothing and returns what would be done.
            progress: Called with the remote path, bytes received and bytes to receive; True shows a bar.

        Raises:
            TreeError: Some of the files failed; it has the items.
            RemoteFileNotFoundError: There is no such directory.
            UnsupportedError: The dialect has no listing.
        """
        return self._carried(
            "down",
            local,
            remote,
            progress,
            overwrite=overwrite,
            resume=resume,
            verify=verify,
            fsync=fsync,
            times=times,
            dry_run=dry_run,
        )

    def mirror(
        self,
        local: LocalPath,
        remote: Name,
        direction: Literal["up", "down"],
        *,
        delete: bool = False,
        size_only: bool = False,
        resume: bool = False,
        verify: bool = False,
        atomic: bool = False,
        fsync: bool = True,
        dry_run: bool = False,
        progress: TreeProgress | None = None,
    ) -> builtins.list[TreeItem]:
        """Makes the remote directory a copy of the local one ("up"), or the local one of the remote one ("down").

        A file is left out if its copy has the same size, and a time that fits: that of the source for a download, a
        later one for an upload. Where the server tells no time, the file is transferred. Otherwise as `put_dir` and
        `get_dir`.

        Args:
            local: The directory here.
            remote: The directory on the server.
            direction: "up" or "down".
            delete: True deletes what the source does not have. The server is asked again before a local file goes.
            size_only: True takes a copy of the same size for up to date.
            resume: As `put_dir`.
            verify: As `put_dir`.
            atomic: As `put_dir`.
            fsync: As `get_dir`.
            dry_run: As `put_dir`.
            progress: As `put_dir`.

        Raises:
            TreeError: Some of the files failed; it has the items.
            UnsupportedError: The dialect has no listing.
        """
        return self._carried(
            direction,
            local,
            remote,
            progress,
            mirror=True,
            delete=delete,
            size_only=size_only,
            resume=resume,
            verify=verify,
            atomic=atomic,
            fsync=fsync,
            dry_run=dry_run,
        )

    def _named(self, tell: TreeCallback) -> Callable[[bytes, int, int | None], object]:
        """Returns a callback that gives names as text."""
        return lambda name, done, total: tell(self._decode(name), done, total)

    def _carried(
        self, direction: str, local: LocalPath, remote: Name, progress: TreeProgress | None, **choices: bool
    ) -> builtins.list[TreeItem]:
        if direction not in ("up", "down"):
            raise UsageError(f"direction={direction!r}: give 'up' or 'down'")
        path, name = os.fspath(local), self._encode(remote)
        wanted = {**_DEFAULTS, **choices}
        with _shown(progress) as tell:
            callback = None if tell is None else self._named(tell)
            if direction == "up":
                rows = _native.put_tree(self._native, path, name, wanted, callback)
            else:
                rows = _native.get_tree(self._native, name, path, wanted, callback)
        items = [
            TreeItem(
                action, os.fspath(here), self._decode(there), outcome, moved and Transferred(*moved), reason, error
            )
            for action, here, there, outcome, moved, reason, error in rows
        ]
        failed = [item.error for item in items if item.error is not None]
        if failed:
            raise TreeError(f"{len(failed)} of {len(items)} failed, the first: {failed[0]}", items) from failed[0]
        return items


_DEFAULTS = {
    "mirror": False,
    "delete": False,
    "size_only": False,
    "overwrite": True,
    "resume": False,
    "verify": False,
    "atomic": False,
    "fsync": True,
    "times": True,
    "dry_run": False,
}


@contextlib.contextmanager
def _shown(progress: TreeProgress | None) -> Generator[TreeCallback | None, None, None]:
    """Yields the callback, and closes its bar at the end."""
    if progress is not True:
        yield progress or None
        return
    with optional_import("tqdm.auto", "progress=True").tqdm(
        unit="B", unit_scale=True, unit_divisor=1024, disable=None
    ) as bar:

        def move(name: str, done: int, total: int | None) -> None:
            if done < bar.n or bar.desc != f"{name}: ":
                bar.reset(total)
                bar.set_description(name, refresh=False)
            bar.update(done - bar.n)

        yield move
