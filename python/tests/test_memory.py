"""Memory does not grow: not over 1,000 transfers, not over one of 1 GB. Module and client are in this process."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import servers
from conftest import PASSWORD, USER

import qftp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server

GROWTH = 2 * 2**20
"""Bytes: 1,000 transfers that keep 2 KiB each are over it, and what an allocator keeps back is not."""
LARGE = 10**9


def resident(client: qftp.Client | None = None) -> int:
    """Bytes of memory that this process has; a client's trace, which is bounded and has its own test, is emptied."""
    if client is not None:
        client.trace.clear()
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


class Zeros:
    """A file of so many zeros, which is nowhere."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.at = 0

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.size - self.at)
        self.at += size
        return bytes(size)

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self.at = offset if whence == os.SEEK_SET else self.size + offset
        return self.at


class Counter:
    """A file that keeps the number of its bytes."""

    def __init__(self) -> None:
        self.count = 0

    def write(self, data: bytes) -> int:
        self.count += len(data)
        return len(data)


@pytest.fixture
def far() -> Iterator[tuple[qftp.Client, Server]]:
    """In front of a server of another process, whose memory is its own."""
    with servers.running("vsftpd") as server, qftp.connect("emulator://ec2x") as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        yield client, server


def test_memory_does_not_grow_over_1000_transfers(far: tuple[qftp.Client, Server]) -> None:
    client, _ = far
    told: list[object] = [None]

    def transfers(count: int) -> None:
        for number in range(count):
            data = b"%d " % number * 100
            client.put(data, "a", progress=lambda done, total: told.__setitem__(0, done))
            assert client.get("a") == data
            with client.open("a", "rb") as file:
                file.read(10)
            with pytest.raises(FileNotFoundError):
                client.get("not-there")

    transfers(1000)  # a trace that was emptied leaves its room to the next one
    before = resident(client)
    transfers(1000)
    assert resident(client) - before < GROWTH


def test_memory_does_not_grow_over_a_gigabyte(far: tuple[qftp.Client, Server]) -> None:
    client, server = far
    client.put(Zeros(10**6), "a")  # type: ignore[arg-type]
    client.get("a", Counter())  # type: ignore[call-overload]
    before = resident(client)
    assert client.put(Zeros(LARGE), "a").bytes == LARGE  # type: ignore[arg-type]
    assert (server.root / "a").stat().st_size == LARGE
    counter = Counter()
    client.get("a", counter)  # type: ignore[call-overload]
    assert counter.count == LARGE
    assert resident(client) - before < 8 * GROWTH


def test_memory_does_not_grow_over_1000_clients() -> None:
    def sessions(count: int) -> None:
        for _ in range(count):
            with qftp.Emulator("ec2x") as module, qftp.connect(module) as client:
                client.on_urc(print)

    sessions(100)
    before = resident()
    sessions(1000)
    assert resident() - before < GROWTH
