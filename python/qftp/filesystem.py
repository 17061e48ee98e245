"""A filesystem for fsspec, so that pandas, dask and others read and write `qftp://` themselves.

    pd.read_csv("qftp://user:password@ftp.example.com/logs/a.csv", storage_options={"port": "/dev/ttyUSB2"})

The package registers the protocol with fsspec. `import qftp` does not import this file.
"""

# pyright: reportIncompatibleMethodOverride=false, reportArgumentType=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
# fsspec states no types; those that pyright infers from its defaults are too narrow.
from __future__ import annotations

import io
import posixpath
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from fsspec.callbacks import DEFAULT_CALLBACK
from fsspec.spec import AbstractBufferedFile, AbstractFileSystem

from qftp import _native
from qftp.client import connect
from qftp.errors import ModuleError, UsageError
from qftp.remote import BUFFER, downloaded, reads_parts
from qftp.tree import is_refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from qftp.client import Client
    from qftp.port_url import Port
    from qftp.records import Entry


class QFTPFileSystem(AbstractFileSystem):  # type: ignore[misc]
    """The files of an FTP server behind a module.

    One client is on the port; calls of several threads take turns. fsspec keeps the filesystem of equal arguments, and
    with it the session, until the process ends or `close` is called.
    """

    protocol = "qftp"
    root_marker = "/"

    def __init__(
        self,
        host: str,
        port: Port | None = None,
        server_port: int | None = None,
        username: str = "anonymous",
        password: str = "",
        connect_options: Mapping[str, Any] | None = None,
        login_options: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Opens the port and logs in.

        Args:
            host: The server; a URL brings it, and the next but one.
            port: The port of the module, as `qftp.connect` takes it; None finds it.
            server_port: The server's port; None is 21.
            username: User name; a URL may bring it, and the password.
            password: Its password.
            connect_options: Further arguments of `qftp.connect`: `{"baud": 921600}`.
            login_options: Further arguments of `Client.login`: `{"apn": "internet", "tls": "explicit", "ca": "a.pem"}`.
            kwargs: Options of fsspec.
        """
        super().__init__(**kwargs)
        self._turn = threading.RLock()
        self._client = connect(port, **(connect_options or {}))
        try:
            self._client.login(host, username, password, port=server_port, **(login_options or {}))
        except BaseException:
            self._client.close()
            raise

    @property
    def client(self) -> Client:
        """The client behind it."""
        return self._client

    def close(self) -> None:
        """Ends the session and closes the port."""
        with self._turn:
            self._client.close()
        type(self).clear_instance_cache()

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        if isinstance(path, list):
            paths: list[Any] = path
            return [cls._strip_protocol(one) for one in paths]
        text = str(path)
        if text.startswith("qftp://"):
            _, _, behind = text[len("qftp://") :].partition("/")
            text = behind
        return "/" + text.strip("/")

    @staticmethod
    def _get_kwargs_from_urls(path: str) -> dict[str, Any]:
        """Returns the arguments that stand in a URL."""
        if not path.startswith("qftp://"):
            return {}
        parts = urlsplit(path)
        if not parts.hostname:
            raise UsageError(f"{path!r}: give the server as well: qftp://HOST/PATH")
        found = {
            "host": parts.hostname,
            "server_port": parts.port,
            "username": parts.username and unquote(parts.username),
            "password": parts.password and unquote(parts.password),
        }
        return {name: value for name, value in found.items() if value is not None}

    def ls(self, path: str, detail: bool = True, **kwargs: Any) -> list[Any]:
        """Lists a directory, or the one file of that name."""
        path = self._strip_protocol(path)
        with self._turn:
            infos = self._listed(path)
            if not infos or (len(infos) == 1 and infos[0]["name"] == posixpath.join(path, posixpath.basename(path))):
                # Servers list a file as itself, and what is missing as nothing.
                found = self.info(path)
                infos = infos if found["type"] == "directory" else [found]
        return infos if detail else sorted(info["name"] for info in infos)

    def _listed(self, path: str) -> list[dict[str, Any]]:
        try:
            rows = _native.list_links(self._client._native, self._client._encode(path))
            return [self._as_info(path, entry) for entry in self._client._entries(rows)]
        except ModuleError as error:
            if not is_refusal(error):
                raise
            return []

    def info(self, path: str, **kwargs: Any) -> dict[str, Any]:
        """Returns name, size, type and time of a file or directory."""
        path = self._strip_protocol(path)
        with self._turn:
            entry = self._client.stat(path)
            if entry.kind in ("link", "other"):
                kind = "directory" if self._client.isdir(path) else "file"
                entry = entry._replace(kind=kind)
        return self._as_info(posixpath.dirname(path), entry)

    def _as_info(self, folder: str, entry: Entry) -> dict[str, Any]:
        name = posixpath.normpath(posixpath.join(folder, entry.name))
        size = None if entry.is_dir else entry.size
        return {"name": name, "size": size or 0, "type": entry.kind, "modified": entry.time}

    def modified(self, path: str) -> datetime | None:
        """Returns the time of the last change, if the server tells it."""
        found: datetime | None = self.info(path)["modified"]
        return found

    def mkdir(self, path: str, create_parents: bool = True, **kwargs: Any) -> None:
        """Makes a directory; one that is there is an error."""
        with self._turn:
            self._client.mkdir(self._strip_protocol(path), parents=create_parents)

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        """Makes a directory and those above it."""
        path = self._strip_protocol(path)
        if path == "/":
            return
        with self._turn:
            self._client.mkdir(path, exist_ok=exist_ok, parents=True)

    def rmdir(self, path: str) -> None:
        """Removes an empty directory."""
        with self._turn:
            self._client.rmdir(self._strip_protocol(path))

    def _rm(self, path: str) -> None:
        with self._turn:
            if self._client.isdir(path):
                self._client.rmdir(path)
            else:
                self._client.delete(path)

    rm_file = _rm

    def rm(self, path: Any, recursive: bool = False, maxdepth: int | None = None) -> None:
        """Deletes files; with `recursive` directories with all that is below them. Links are deleted, not followed."""
        if maxdepth is not None or not recursive:
            super().rm(path, recursive=recursive, maxdepth=maxdepth)
            return
        for one in self.expand_path(path):
            with self._turn:
                if self._client.isdir(one):
                    self._client.rmtree(one)
                else:
                    self._client.delete(one)

    def mv(self, path1: str, path2: str, **kwargs: Any) -> None:
        """Renames a file or directory."""
        with self._turn:
            self._client.rename(self._strip_protocol(path1), self._strip_protocol(path2))

    def cp_file(self, path1: str, path2: str, **kwargs: Any) -> None:
        """Copies a file: over the line, down and up again, as FTP has no command for it."""
        path1, path2 = self._strip_protocol(path1), self._strip_protocol(path2)
        if self.isdir(path1):
            self.makedirs(path2, exist_ok=True)
            return
        with self._downloaded(path1) as copy:
            self._put(copy, path2, None)

    def get_file(
        self, rpath: str, lpath: Any, callback: Any = DEFAULT_CALLBACK, outfile: Any = None, **kwargs: Any
    ) -> None:
        """Downloads a file to a path; a directory is made."""
        import os

        rpath = self._strip_protocol(rpath)
        if self.isdir(rpath):
            os.makedirs(lpath, exist_ok=True)
            return
        if outfile is None:
            os.makedirs(os.path.dirname(os.path.abspath(lpath)), exist_ok=True)
        with self._turn:
            self._client.get(rpath, outfile or lpath, progress=_progress(callback))

    def put_file(
        self, lpath: Any, rpath: str, callback: Any = DEFAULT_CALLBACK, mode: str = "overwrite", **kwargs: Any
    ) -> None:
        """Uploads a file from a path; a directory is made."""
        import os

        rpath = self._strip_protocol(rpath)
        if os.path.isdir(lpath):
            self.makedirs(rpath, exist_ok=True)
            return
        self._refuse_existing(rpath, mode)
        self._put(lpath, rpath, _progress(callback))

    def pipe_file(self, path: str, value: Any, mode: str = "overwrite", **kwargs: Any) -> None:
        """Writes bytes to a file."""
        path = self._strip_protocol(path)
        self._refuse_existing(path, mode)
        self._put(bytes(value), path, None)

    def _refuse_existing(self, path: str, mode: str) -> None:
        if mode == "create" and self.exists(path):
            raise FileExistsError(path)

    def _put(self, source: Any, path: str, progress: Any) -> None:
        """Uploads; makes the directories above where the server refuses the file, as asking before costs commands."""
        with self._turn:
            self._client.put(source, path, create_dirs=True, progress=progress)

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **kwargs: Any) -> bytes:
        """Returns the bytes of a file, or a part of them."""
        path = self._strip_protocol(path)
        with self._turn:
            if not start and end is None:
                return self._client.get(path)
            with self._client.open(path, "rb", 0) as file:
                size = file.seek(0, io.SEEK_END)
                first, last, _ = slice(start, end).indices(size)
                file.seek(first)
                return file.read(-1 if last == size else max(last - first, 0))

    def _downloaded(self, path: str) -> Any:
        with self._turn:
            return downloaded(self._client, path)

    def _open(
        self,
        path: str,
        mode: str = "rb",
        block_size: int | None = None,
        autocommit: bool = True,
        cache_options: Any = None,
        **kwargs: Any,
    ) -> Any:
        block = block_size or BUFFER
        if mode == "xb":
            self._refuse_existing(path, "create")
            mode = "wb"
        if mode == "rb" and not reads_parts(self._client):
            return self._downloaded(path)
        begun = self._append_position(path) if mode == "ab" else 0
        return QFTPFile(self, path, mode, block, autocommit, begun, cache_options=cache_options, **kwargs)

    def _append_position(self, path: str) -> int:
        with self._turn:
            return _native.append_position(self._client._native, self._client._encode(path))


class QFTPFile(AbstractBufferedFile):  # type: ignore[misc]
    """A file of the filesystem; a block is a command on the line."""

    DEFAULT_BLOCK_SIZE = BUFFER

    def __init__(
        self, fs: QFTPFileSystem, path: str, mode: str, block_size: int, autocommit: bool, begun: int, **kwargs: Any
    ):
        """Use `QFTPFileSystem.open`. `begun` has the bytes that are there already and stay."""
        self._fs = fs
        self._target = path
        self._begun = begun
        # A file that could not be opened is closed all the same, and would be replaced by that.
        super().__init__(fs, path, mode, block_size, autocommit, **kwargs)
        self.loc = begun
        if not autocommit and mode != "ab":  # what is appended goes to the file itself, as in fsspec's local files
            folder, name = posixpath.split(path)
            self._target = posixpath.join(folder, f".{name}.part")

    def _fetch_range(self, start: int, end: int) -> bytes:
        with self._fs._turn:
            data: bytes = self._fs.client.get(self.path, offset=start, length=end - start)
        return data

    def _upload_chunk(self, final: bool = False) -> bool:
        piece = self.buffer.getvalue()
        if piece or not self._begun:
            with self._fs._turn:
                if self._begun:
                    self._fs.client.put(io.BytesIO(piece), self._target, offset=self._begun)
                else:
                    self._fs._put(piece, self._target, None)
        self._begun += len(piece)
        return True

    def commit(self) -> None:
        """Gives the file of a transaction its name."""
        if self._target != self.path:
            self._fs.mv(self._target, self.path)

    def discard(self) -> None:
        """Removes the file of a transaction."""
        if self._target != self.path:
            self._fs.rm_file(self._target)


def _progress(callback: Any) -> Any:
    """Returns the callback of fsspec as one of this package; None where there is nothing to tell."""
    if callback is DEFAULT_CALLBACK:
        return None

    def tell(done: int, total: int | None) -> None:
        if total is not None:
            callback.set_size(total)
        callback.absolute_update(done)

    return tell
