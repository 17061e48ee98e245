"""Directories up, down and as a mirror, in every dialect; the local files look at both ends."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from test_aio import logged_in

import qftp

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Server

FILES = {"a.txt": b"12345", "logs/b.csv": b"1,2", "logs/old/empty": b""}
ONE_DIALECT = pytest.mark.parametrize("dialect", ["ec2x"])


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A directory with files of the past."""
    top = tmp_path / "tree"
    for name, content in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content)
        os.utime(top / name, (1_700_000_000, 1_700_000_000))
    return top


def content(top: Path) -> dict[str, bytes]:
    """The files below a directory."""
    return {file.relative_to(top).as_posix(): file.read_bytes() for file in top.rglob("*") if file.is_file()}


def outcomes(items: list[qftp.TreeItem]) -> dict[str, str]:
    """The outcome of each file and directory, or the reason."""
    return {f"{item.action} {item.remote}": item.reason or item.outcome for item in items}


def test_up_and_down(client: qftp.Client, server: Server, dialect: str, local: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    items = client.put_dir(local, "new/tree", progress=lambda name, done, total: seen.append((name, done, total)))
    assert content(server.root / "new/tree") == FILES
    assert outcomes(items)["put new/tree/logs/b.csv"] == "done"
    assert ("new/tree/a.txt", 5, 5) in seen
    (moved,) = [item.transferred for item in items if item.remote.endswith("a.txt")]
    assert moved is not None
    assert moved.bytes == 5
    if qftp.support(dialect)["list"] == "missing":
        with pytest.raises(qftp.UnsupportedError):
            client.get_dir("new/tree", tmp_path / "back")
        return
    client.get_dir("new/tree", tmp_path / "back", verify=True)
    assert content(tmp_path / "back") == FILES
    if qftp.support(dialect)["mdtm"] != "missing":
        written = (server.root / "new/tree/a.txt").stat().st_mtime
        assert (tmp_path / "back/a.txt").stat().st_mtime == int(written)
    with pytest.raises(FileNotFoundError):
        client.get_dir("nothing", tmp_path / "back")


@ONE_DIALECT
def test_a_mirror_does_what_differs(client: qftp.Client, server: Server, local: Path, tmp_path: Path) -> None:
    back = tmp_path / "back"
    assert set(outcomes(client.mirror(local, "m", "up", dry_run=True)).values()) == {"dry-run"}
    client.mirror(local, "m", "up", atomic=True)
    assert set(outcomes(client.mirror(local, "m", "up")).values()) == {"up-to-date"}
    client.mirror(back, "m", "down")
    (local / "a.txt").unlink()
    (back / "own").write_bytes(b"x")
    assert outcomes(client.mirror(local, "m", "up", delete=True))["delete m/a.txt"] == "done"
    found = outcomes(client.mirror(back, "m", "down", delete=True))
    assert found["delete m/own"] == "done"
    assert content(back) == content(local) == content(server.root / "m")
    with pytest.raises(qftp.UsageError):
        client.mirror(local, "m", "sideways")  # type: ignore[arg-type]


@ONE_DIALECT
def test_a_failure_leaves_the_others(client: qftp.Client, server: Server, local: Path) -> None:
    (server.root / "t/a.txt").mkdir(parents=True)
    with pytest.raises(qftp.TreeError, match="1 of 5 failed, the first: ") as raised:
        client.put_dir(local, "t")
    assert isinstance(raised.value.__cause__, qftp.RemoteFileError)
    found = outcomes(raised.value.items)
    assert found["put t/a.txt"] == "failed"
    assert found["put t/logs/old/empty"] == "done"
    kept = client.put_dir(local / "logs", "t/logs", overwrite=False)
    assert outcomes(kept)["put t/logs/b.csv"] == "exists"
    with pytest.raises(FileNotFoundError):
        client.put_dir(local / "nothing", "t")

    def stop(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        client.put_dir(local, "t", progress=stop)
    assert client.size("t/logs/b.csv") == 3


@ONE_DIALECT
def test_with_await(module: qftp.Emulator, server: Server, local: Path, tmp_path: Path) -> None:
    import asyncio

    async def run() -> None:
        seen: list[str] = []
        async with logged_in(module, server) as client:
            await client.put_dir(local, "m", progress=lambda name, _done, _total: seen.append(name))
            items = await client.mirror(tmp_path / "back", "m", "down")
            await client.get_dir("m", tmp_path / "again")
        assert "m/a.txt" in seen
        assert outcomes(items)["get m/a.txt"] == "done"

    asyncio.run(run())
    assert content(tmp_path / "back") == content(tmp_path / "again") == FILES


def test_one_file_whole_or_not_at_all(client: qftp.Client, server: Server, dialect: str, local: Path) -> None:
    there = "deep/er/a.txt"
    with pytest.raises(qftp.RemoteFileError):
        client.put(local / "a.txt", there)
    if qftp.support(dialect)["rename"] == "missing":
        with pytest.raises(qftp.UnsupportedError):
            client.put(b"new", there, atomic=True)
        return
    for source in (local / "a.txt", b"new"):
        client.put(source, there, atomic=True, create_dirs=True)
    assert content(server.root / "deep") == {"er/a.txt": b"new"}
