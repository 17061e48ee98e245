"""Remote files as Python files: as `open` gives them for local ones."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PASSWORD, USER, serving_without_sizes
from test_files import PARTS

import qftp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Server

LINES = "".join(f"{n};{n * 7 % 1000}\n" for n in range(2000))


def commands(client: qftp.Client) -> list[str]:
    """The commands that the client sent since the trace was cleared."""
    sent = [row.text for row in client.trace if row.kind == "command"]
    client.trace.clear()
    return sent


def test_lines_cost_what_their_bytes_need(client: qftp.Client, server: Server) -> None:
    (server.root / "a").write_text(LINES)
    commands(client)
    with client.open("a") as file:
        assert list(file) == LINES.splitlines(keepends=True)
    by_line = commands(client)
    client.get("a")
    assert len(by_line) <= len(commands(client)) + 1  # the size, asked at the opening


def test_a_small_buffer_costs_more(client: qftp.Client, server: Server, dialect: str) -> None:
    (server.root / "a").write_text(LINES)
    commands(client)
    with client.open("a", "rb", 8000) as file:
        assert file.read1(10) == LINES.encode()[:10]
        assert b"".join(file) == LINES.encode()[10:]
    downloads = [line for line in commands(client) if "GET" in line or "RETR" in line]
    # The end of each block is read again, but for the last one, which ends with the file.
    assert len(downloads) == (2 * -(-len(LINES) // 8000) - 1 if dialect in PARTS else 1)


def test_lines_are_written_together(client: qftp.Client, server: Server) -> None:
    commands(client)
    with client.open("a", "w") as file:
        for line in LINES.splitlines(keepends=True):
            file.write(line)
    by_line = commands(client)
    assert (server.root / "a").read_text() == LINES
    client.put(LINES.encode(), "b")
    assert len(by_line) <= len(commands(client))


def test_text(client: qftp.Client, server: Server) -> None:
    with client.open("a", "w", encoding="utf-16-le", newline="\r\n") as file:
        assert isinstance(file, io.TextIOWrapper)
        print("Größe", file=file)
    assert (server.root / "a").read_bytes() == "Größe\r\n".encode("utf-16-le")
    with client.open("a", encoding="utf-16-le") as file:
        assert file.readline() == "Größe\n"
        assert file.mode == "r"
        assert file.name == "a"
    with client.open("a", "at", encoding="utf-8") as file:
        file.write("x")
    assert (server.root / "a").read_bytes().endswith(b"x")


def test_any_place(client: qftp.Client, server: Server) -> None:
    data = bytes(range(256)) * 1000
    (server.root / "a").write_bytes(data)
    with client.open("a", "rb") as file:
        assert file.seekable()
        assert file.seek(-10, io.SEEK_END) == len(data) - 10
        assert file.read() == data[-10:]
        file.seek(1000)
        assert file.read(70_000) == data[1000:71_000]
        assert file.tell() == 71_000
        assert file.read() == data[71_000:]
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"x")


def test_raw(client: qftp.Client, server: Server) -> None:
    with client.open("a", "wb", buffering=0) as file:
        assert isinstance(file, qftp.RemoteFile)
        file.write(b"one ")
        file.write(b"two")
        assert file.tell() == 7
        assert (server.root / "a").read_bytes() == b"one two"
    with client.open("a", "ab", buffering=0) as file:
        file.write(b" three")
    with client.open("a", "rb", buffering=0) as file:
        assert file.read(3) == b"one"
        assert file.read() == b" two three"
        assert file.read() == b""
    with pytest.raises(ValueError, match="closed"):
        file.write(b"x")


def test_creating(client: qftp.Client, server: Server) -> None:
    with client.open("a", "x") as file:
        file.write("x")
    with pytest.raises(FileExistsError, match="a"):
        client.open("a", "x")
    assert (server.root / "a").read_bytes() == b"x"


def test_an_empty_file(client: qftp.Client, server: Server) -> None:
    (server.root / "a").write_bytes(b"something")
    client.open("a", "w").close()
    assert (server.root / "a").read_bytes() == b""
    with client.open("a") as file:
        assert file.read() == ""


def test_a_write_that_fails_empties_nothing(client: qftp.Client, server: Server) -> None:
    client.mkdir("folder")
    with pytest.raises(qftp.Error), client.open("folder", "wb") as file:
        file.write(b"x")
    assert (server.root / "folder").is_dir()


@pytest.mark.parametrize("dialect", ["ec2x"])
@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("r+", {}),
        ("rw", {}),
        ("b", {}),
        ("rbt", {}),
        ("", {}),
        ("rb", {"encoding": "utf-8"}),
        ("wb", {"newline": ""}),
        ("r", {"buffering": 0}),
    ],
)
def test_misuse_is_refused(client: qftp.Client, mode: str, options: dict[str, Any]) -> None:
    with pytest.raises(qftp.UsageError):
        client.open("a", mode, **options)


def test_what_is_missing(client: qftp.Client) -> None:
    with pytest.raises(FileNotFoundError):
        client.open("not-there")


@pytest.fixture
def silent_about_sizes(module: qftp.Emulator, tmp_path: Path) -> Iterator[tuple[qftp.Client, Path]]:
    """A client in front of a server that tells no sizes, and the server's folder."""
    with serving_without_sizes(tmp_path) as server, qftp.connect(module) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        yield client, tmp_path


def test_a_file_whose_size_is_refused_is_neither_replaced_nor_taken_for_a_new_one(
    silent_about_sizes: tuple[qftp.Client, Path], dialect: str
) -> None:
    client, root = silent_about_sizes
    (root / "log").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        client.open("log", "xb")
    if dialect == "nl668":  # its sizes come from listings
        with client.open("log", "ab") as file:
            file.write(b" and new")
        assert (root / "log").read_bytes() == b"old and new"
    else:
        with pytest.raises(qftp.Error):
            client.open("log", "ab")
        assert (root / "log").read_bytes() == b"old"
    with client.open("created", "xb") as file:
        file.write(b"new")
    with client.open("begun", "ab") as file:
        file.write(b"new")
    assert [(root / name).read_bytes() for name in ("created", "begun")] == [b"new", b"new"]
