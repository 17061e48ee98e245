"""The module's own files, in every dialect that has a store; that of an emulator is a folder."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from conftest import PASSWORD, USER, Server

import qftp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA = bytes(range(256)) * 20
STORES = [dialect for dialect in qftp.DIALECTS if qftp.support(dialect)["store"] != "missing"]


@pytest.fixture
def flash(tmp_path: Path) -> Path:
    folder = tmp_path / "flash"
    folder.mkdir()
    return folder


@pytest.fixture
def files(dialect: str, flash: Path) -> Iterator[qftp.Store]:
    with qftp.Emulator(dialect, ufs=flash) as module, qftp.connect(module) as client:
        yield client.store


@pytest.mark.parametrize("dialect", STORES)
def test_files_go_in_and_out(files: qftp.Store, flash: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(DATA)
    for name, given in (
        ("a", DATA),
        ("b", source),
        ("c", io.BytesIO(DATA)),
        ("d", memoryview(DATA)),
        ("e", Pipe(DATA)),
    ):
        files.upload(given, name)  # type: ignore[arg-type]
        assert (flash / name).read_bytes() == DATA
        assert files.size(name) == len(DATA)
    assert files.download("a") == DATA
    assert files.download("a", target) == len(DATA)
    assert target.read_bytes() == DATA
    buffer = io.BytesIO()
    assert files.download("a", buffer) == len(DATA)
    assert buffer.getvalue() == DATA
    listed = {file.name.removeprefix("UFS:"): file.size for file in files.list()}
    assert listed == dict.fromkeys("abcde", len(DATA))
    files.remove("a")
    assert not (flash / "a").exists()
    files.remove("*")
    assert list(flash.iterdir()) == []


class Pipe:
    """A file without a known size."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, size: int = -1) -> bytes:
        data, self.data = self.data, b""
        return data


@pytest.mark.parametrize("dialect", STORES)
def test_space(files: qftp.Store) -> None:
    before = files.space()
    files.upload(DATA, "a")
    assert before.free - files.space().free >= len(DATA)
    assert files.space("ufs").total == before.total
    with pytest.raises(qftp.UsageError, match="UFS, RAM or SD"):
        files.space("/dev/sda")


@pytest.mark.parametrize("dialect", STORES)
def test_what_is_not_there(files: qftp.Store) -> None:
    with pytest.raises(qftp.Error):
        files.download("not-there")
    with pytest.raises(qftp.Error):
        files.size("not-there")
    with pytest.raises(qftp.Error):
        files.upload(b"", "empty")
    files.upload(b"x", "a")
    with pytest.raises(qftp.CommandError):
        files.upload(b"y", "a")
    assert files.download("a") == b"x"


@pytest.mark.parametrize("dialect", sorted({*qftp.DIALECTS} - {*STORES}))
def test_a_dialect_without_a_store(files: qftp.Store) -> None:
    for call in (files.list, files.space, lambda: files.download("a"), lambda: files.upload(b"x", "a")):
        with pytest.raises(qftp.UnsupportedError):
            call()


@pytest.mark.parametrize("dialect", STORES)
def test_files_move_between_server_and_store(files: qftp.Store, server: Server) -> None:
    client = files._client
    assert isinstance(client, qftp.Client)
    client.login(server.host, USER, PASSWORD, port=server.port)
    (server.root / "a.bin").write_bytes(DATA)
    moved = files.fetch("a.bin", "ufs:b")
    assert (moved.bytes, moved.verified, moved.attempts) == (len(DATA), "size", 1)
    moved = files.send("b", "c.bin")
    assert (moved.bytes, moved.verified) == (len(DATA), "size")
    assert (server.root / "c.bin").read_bytes() == DATA
    with pytest.raises(FileNotFoundError):
        files.fetch("not-there", "b")
    with pytest.raises(qftp.UsageError):
        files.fetch("a.bin", "COM:")
