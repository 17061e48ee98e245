"""Transfers that are tried again, continued and read back, in every dialect."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PASSWORD, USER

import qftp
import qftp.aio

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Server

    from qftp.progress import ProgressCallback

DATA = os.urandom(700_000)


def once(module: qftp.Emulator, fault: str, at: int) -> tuple[list[int], ProgressCallback]:
    """Returns the counts of a progress callback that injects the fault when so many bytes have moved."""
    counts: list[int] = []

    def report(done: int, total: int | None) -> None:
        if done >= at > max(counts, default=0):
            module.inject(fault)
        counts.append(done)

    return counts, report


@pytest.mark.parametrize("fault", ["reboot", "drop-data"])
def test_a_transfer_is_tried_again(
    module: qftp.Emulator, server: Server, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    with qftp.connect(module, retry_wait=0.01) as client, caplog.at_level(logging.WARNING, "qftp"):
        client.login(server.host, USER, PASSWORD, port=server.port)
        counts, report = once(module, fault, 400_000)
        moved = client.put(DATA, "up", progress=report)
        assert (server.root / "up").read_bytes() == DATA
        assert moved.attempts > 1
        assert moved.verified == "size"
        assert moved.failures
        assert counts != sorted(counts), "the count goes back"
        assert "trying again in" in caplog.text
        (server.root / "down").write_bytes(DATA)
        counts, report = once(module, fault, 400_000)
        assert client.get("down", progress=report) == DATA


def test_kinds_that_are_left_out_are_final(module: qftp.Emulator, server: Server) -> None:
    with qftp.connect(module, retry_on=["no-answer"]) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        _, report = once(module, "drop-data", 400_000)
        with pytest.raises(qftp.Error):
            client.put(DATA, "up", progress=report)


def test_what_an_earlier_transfer_left_is_continued(client: qftp.Client, server: Server, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(DATA)
    (server.root / "up").write_bytes(DATA[:500_000])
    moved = client.put(source, "up", resume=True)
    assert (moved.offset, moved.bytes) == (500_000, 200_000)
    assert (server.root / "up").read_bytes() == DATA
    target = tmp_path / "target"
    target.write_bytes(DATA[:600_000])
    moved = client.get("up", target, resume=True)
    assert moved.bytes == 100_000
    assert target.read_bytes() == DATA


def test_content_is_read_back(client: qftp.Client, server: Server, tmp_path: Path) -> None:
    assert client.put(DATA, "up", verify=True).verified == "content"
    assert (server.root / "up").read_bytes() == DATA
    assert client.append(b"more", "up", verify=True).verified == "content"
    assert client.get("up", tmp_path / "down", verify=True).verified == "content"
    assert client.get("up", verify=True) == DATA + b"more"


def test_options_that_do_not_fit(client: qftp.Client, tmp_path: Path) -> None:
    with pytest.raises(qftp.UsageError, match="resume"):
        client.put(b"x", "a", resume=True)
    with pytest.raises(qftp.UsageError, match="resume"):
        client.put(tmp_path / "a", "a", resume=True, offset=1)
    with pytest.raises(qftp.UsageError, match="resume"):
        client.get("a", tmp_path / "a", resume=True, length=1)
    wrong: list[dict[str, Any]] = [
        {"retries": -1},
        {"retry_wait": -1.0},
        {"max_time": -1.0},
        {"wait": -1.0},
        {"retry_on": ["luck"]},
    ]
    for options in wrong:
        with pytest.raises(qftp.UsageError):
            qftp.connect("emulator://ec2x", **options)


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_the_asynchronous_client_has_the_options(module: qftp.Emulator, server: Server, tmp_path: Path) -> None:
    import asyncio

    async def main() -> None:
        async with qftp.aio.connect(module, retries=1, retry_wait=0.01, wait=1.0) as client:
            await client.login(server.host, USER, PASSWORD, port=server.port)
            (tmp_path / "a").write_bytes(DATA)
            moved = await client.put(tmp_path / "a", "a", resume=True, verify=True)
            assert (moved.verified, moved.bytes) == ("content", len(DATA))
            got = await client.get("a", tmp_path / "b", resume=True, verify=True)
            assert got.verified == "content"

    asyncio.run(main())


def test_a_file_goes_in_pieces_where_that_is_chosen(server: Server) -> None:
    data = bytes(range(256)) * 20
    with qftp.connect("emulator://nl668?quirks=no-ftpstor,no-ftpretr", way="pieces") as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        assert client.put(data, "up").verified == "content"
        assert (server.root / "up").read_bytes() == data
        assert client.get("up") == data
    with pytest.raises(qftp.UsageError, match="pieces"):
        qftp.connect("emulator://nl668", way="sideways")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
