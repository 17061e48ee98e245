"""The whole API on every real server, in every dialect; what a dialect lacks is refused as its table says."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Callable, NamedTuple, TypeVar

import pytest
from conftest import PASSWORD, USER

import qftp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Server

T = TypeVar("T")
DATA = bytes(range(256)) * 300 + b"\r\nOK\r\n+++"


class Far(NamedTuple):
    """A client that is logged in, and what it is logged in to."""

    client: qftp.Client
    server: Server

    def does(self, task: str, call: Callable[[], T]) -> T | None:
        """Returns the result of a call; where the dialect's table has nothing for the task, that it is refused."""
        if qftp.support(self.client.dialect)[task] != "missing":
            return call()
        with pytest.raises(qftp.UnsupportedError, match=self.client.dialect):
            call()
        return None

    def refuses(self, call: Callable[[], object]) -> None:
        """That the server does not do it."""
        with pytest.raises(qftp.ModuleError) as caught:
            call()
        assert caught.value.ftp_reply == 550

    @property
    def root(self) -> Path:
        return self.server.root


@pytest.fixture
def far(real_server: Server, dialect: str) -> Iterator[Far]:
    with qftp.connect(f"emulator://{dialect}") as client:
        client.login(real_server.host, USER, PASSWORD, port=real_server.port)
        yield Far(client, real_server)


def test_up_and_down(far: Far, tmp_path: Path) -> None:
    client, local = far.client, tmp_path / "local"
    local.write_bytes(DATA)
    for source in (DATA, local, io.BytesIO(DATA)):
        assert client.put(source, "a").bytes == len(DATA)
        assert (far.root / "a").read_bytes() == DATA
    target = io.BytesIO()
    assert client.get("a") == DATA
    assert client.get("a", tmp_path / "got").bytes == len(DATA)
    assert client.get("a", target).bytes == len(DATA)
    assert (tmp_path / "got").read_bytes() == target.getvalue() == DATA
    client.put(b"", "empty")
    assert client.get("empty") == b""
    assert far.does("transferred", client.transferred) in (0, None)


def test_parts_and_ends(far: Far) -> None:
    client = far.client
    far.server.write("a", DATA[:1000])
    far.does("resume put", lambda: client.put(DATA, "a", offset=1000))
    assert (far.root / "a").read_bytes() == DATA
    assert far.does("resume get", lambda: client.get("a", offset=1000)) == DATA[1000:]
    assert far.does("get part", lambda: client.get("a", offset=10, length=20)) in (DATA[10:30], None)
    far.does("append", lambda: client.append(b"the end", "a"))
    assert (far.root / "a").read_bytes() == DATA + b"the end"
    far.does("append", lambda: client.append(b"new", "b"))
    assert (far.root / "b").read_bytes() == b"new"


def test_files_of_python(far: Far) -> None:
    client = far.client
    with client.open("a", "wb", 1000) as file:
        file.write(DATA[:2500])
    with client.open("a", "ab") as file:
        file.write(DATA[2500:])
    with client.open("a", "rb") as file:
        assert file.read() == DATA
    with client.open("a", "rb") as file:
        assert file.seek(1000) == 1000
        assert file.read(7) == DATA[1000:1007]


def test_directories_and_names(far: Far) -> None:
    client = far.client
    client.mkdir("folder")
    client.cwd("/folder")
    assert client.pwd() == "/folder"
    client.put(b"x", "a")
    client.rename("a", "b")
    assert (far.root / "folder" / "b").read_bytes() == b"x"
    assert far.does("size", lambda: client.size("b")) == 1
    client.cdup()
    far.refuses(lambda: client.rmdir("folder"))
    client.delete("folder/b")
    client.rmdir("folder")
    assert os.listdir(far.root) == []


def test_listings(far: Far) -> None:
    client = far.client
    far.server.mkdir("folder")
    far.server.write("folder/a file.txt", b"12345")
    os.utime(far.root / "folder/a file.txt", (1_700_000_000, 1_700_000_000))
    entries = far.does("list", lambda: client.list("folder"))
    if entries is not None:
        assert [(entry.name, entry.kind, entry.size) for entry in entries] == [("a file.txt", "file", 5)]
        assert "a file.txt" in client.list_text("folder")
    names = far.does("nlst", lambda: client.nlst("folder"))
    if names is not None:
        assert {os.path.basename(name) for name in names} - {".", ".."} == {"a file.txt"}
    if far.server.kind != "vsftpd":
        told = far.does("mlsd", lambda: list(client.mlsd("folder", ["size", "modify"])))
        assert told in ([("a file.txt", {"size": "5", "modify": "20231114221320"})], None)
    assert far.does("mdtm", lambda: client.mdtm("folder/a file.txt")) in ("20231114221320", None)


def test_what_is_not_there(far: Far) -> None:
    client = far.client
    for call in (
        lambda: client.get("not-there"),
        lambda: client.delete("not-there"),
        lambda: client.rename("not-there", "a"),
        lambda: client.cwd("not-there"),
        lambda: client.rmdir("not-there"),
    ):
        with pytest.raises(qftp.Error):
            call()
    with pytest.raises(FileNotFoundError):
        client.open("not-there")
    assert client.put(b"x", "after").bytes == 1


def test_sessions(far: Far) -> None:
    client, server = far.client, far.server
    assert client.service_state() == "idle"
    client.logout()
    assert client.service_state() == "closed"
    with pytest.raises(qftp.Error):
        client.put(b"x", "a")
    client.login(server.host, USER, PASSWORD, port=server.port, passive=False)
    client.put(DATA, "active")
    assert client.get("active") == DATA
