"""Files up and down, in every dialect."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import PASSWORD, USER

import qftp

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Server

EVERY_BYTE = bytes(range(256)) * 300 + b"\r\nOK\r\n+QFTPPUT: 0,1\r\n+++"
PARTS = {"ec20", "ec2x", "bg96"}
"""Dialects that can read a part of a file."""


def test_bytes_go_up_and_come_back(client: qftp.Client, server: Server) -> None:
    told = client.put(EVERY_BYTE, "a.bin")
    assert told.bytes == len(EVERY_BYTE)
    assert told.rate > 0
    assert (server.root / "a.bin").read_bytes() == EVERY_BYTE
    assert client.get("a.bin") == EVERY_BYTE
    assert client.size("a.bin") == len(EVERY_BYTE)


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_other_buffers_are_taken(client: qftp.Client, server: Server, kind: type[bytearray] | type[memoryview]) -> None:
    client.put(kind(EVERY_BYTE), "a.bin")
    assert (server.root / "a.bin").read_bytes() == EVERY_BYTE


def test_paths_go_up_and_come_back(client: qftp.Client, server: Server, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(EVERY_BYTE)
    client.put(source, "a.bin")
    assert (server.root / "a.bin").read_bytes() == EVERY_BYTE
    told = client.get("a.bin", str(target))
    assert told.bytes == len(EVERY_BYTE)
    assert target.read_bytes() == EVERY_BYTE


@pytest.mark.parametrize(("options", "calls"), [("", ["fsync", "rename", "fsync"]), (", fsync=False", ["rename"])])
def test_a_path_is_on_the_disk_unless_it_is_not_to_be(
    server: Server, tmp_path: Path, options: str, calls: list[str]
) -> None:
    """The content before its name, and the name behind it; counted by strace."""
    (server.root / "a.bin").write_bytes(b"12345")
    module = qftp.Emulator("ec2x")
    with module:
        script = (
            f"import qftp\nwith qftp.connect({module.url!r}) as client:\n"
            f"    client.login({server.host!r}, {USER!r}, {PASSWORD!r}, port={server.port})\n"
            f"    client.get('a.bin', {str(tmp_path / 'a.bin')!r}{options})\n"
        )
        trace = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,rename", "-o", str(tmp_path / "calls")]
        subprocess.run([*trace, sys.executable, "-I", "-B", "-c", script], check=True)
    told = (tmp_path / "calls").read_text().splitlines()
    assert [line.split()[1].split("(")[0] for line in told] == calls


def test_file_objects_are_read_from_where_they_stand(client: qftp.Client, server: Server) -> None:
    source, target = io.BytesIO(EVERY_BYTE), io.BytesIO()
    source.seek(100)
    client.put(source, "a.bin")
    assert (server.root / "a.bin").read_bytes() == EVERY_BYTE[100:]
    client.get("a.bin", target)
    assert target.getvalue() == EVERY_BYTE[100:]


class Stream(io.RawIOBase):
    """A file without a known size, which gives and takes less than it is asked to."""

    def __init__(self, data: bytes = b"") -> None:
        self.left = data
        self.taken = b""

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        count = min(size, 1000)
        data, self.left = self.left[:count], self.left[count:]
        return data

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.taken += data[:1000]
        return min(len(data), 1000)


def test_streams_of_unknown_size(client: qftp.Client, server: Server) -> None:
    target = Stream()
    client.put(Stream(EVERY_BYTE), "a.bin")  # type: ignore[arg-type]
    assert (server.root / "a.bin").read_bytes() == EVERY_BYTE
    client.get("a.bin", target)  # type: ignore[call-overload]
    assert target.taken == EVERY_BYTE


def test_an_empty_file(client: qftp.Client, server: Server) -> None:
    (server.root / "empty").touch()
    assert client.get("empty") == b""


def test_append(client: qftp.Client, server: Server) -> None:
    client.append(b"one ", "log")
    client.append(b"two", "log")
    assert (server.root / "log").read_bytes() == b"one two"


def test_resume(client: qftp.Client, server: Server, tmp_path: Path) -> None:
    data = EVERY_BYTE[:1000]
    (server.root / "up").write_bytes(data[:400])
    client.put(data, "up", offset=400)
    assert (server.root / "up").read_bytes() == data
    target = tmp_path / "down"
    target.write_bytes(data[:300])
    client.get("up", target, offset=300)
    assert target.read_bytes() == data


def test_parts(client: qftp.Client, server: Server, dialect: str) -> None:
    (server.root / "a").write_bytes(EVERY_BYTE)
    if dialect in PARTS:
        assert client.get("a", offset=10, length=20) == EVERY_BYTE[10:30]
    else:
        with pytest.raises(qftp.UnsupportedError):
            client.get("a", offset=10, length=20)


def test_progress_ends_at_the_total(client: qftp.Client) -> None:
    told: list[tuple[int, int | None]] = []
    client.put(EVERY_BYTE, "a", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(EVERY_BYTE), len(EVERY_BYTE))
    assert told == sorted(told)
    told.clear()
    client.get("a", progress=lambda done, total: told.append((done, total)))
    assert told[0][0] == 0
    assert told[-1] == (len(EVERY_BYTE), len(EVERY_BYTE))


def test_missing_local_files(client: qftp.Client, server: Server, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="not-there"):
        client.put(tmp_path / "not-there", "a")
    (server.root / "a").write_bytes(b"x")
    with pytest.raises(FileNotFoundError):
        client.get("a", tmp_path / "no-folder" / "a")
    assert client.get("a") == b"x"


def test_an_offset_behind_the_end_of_the_source_leaves_the_server_alone(client: qftp.Client, server: Server) -> None:
    for offset in (4, 1000):
        with pytest.raises(qftp.UsageError):
            client.put(b"abc", "a", offset=offset)
    assert not (server.root / "a").exists()
