"""Texts by TYPE A, with the line ends of each end, in every dialect."""

from __future__ import annotations

import asyncio
import io
import os
from typing import TYPE_CHECKING

import pytest
from conftest import PASSWORD, USER, Server

import qftp
import qftp.aio

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b"one" + os.linesep.encode() + b"two" + os.linesep.encode()


def test_lines_end_as_each_system_has_them(dialect: str, server: Server, tmp_path: Path) -> None:
    with qftp.Emulator(dialect) as module, qftp.connect(module) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        source, target = tmp_path / "source", tmp_path / "target"
        source.write_bytes(b"one\r\ntwo\n")
        for given in (source, source.read_bytes(), io.BytesIO(source.read_bytes())):
            moved = client.put_ascii(given, "text")
            assert (moved.bytes, moved.verified) == (10, "nothing")
            assert (server.root / "text").read_bytes() == TEXT
            (server.root / "text").unlink()
        client.put_ascii(source, "text")
        assert client.get_ascii("text") == TEXT
        assert client.get_ascii("text", target).bytes == 10
        assert target.read_bytes() == TEXT
        with pytest.raises(FileNotFoundError):
            client.get_ascii("not-there")


def test_with_await(server: Server) -> None:
    async def scenario() -> None:
        with qftp.Emulator("ec25") as module:
            async with qftp.aio.connect(module) as client:
                await client.login(server.host, USER, PASSWORD, port=server.port)
                await client.put_ascii(b"a\n", "text")
                assert await client.get_ascii("text") == b"a" + os.linesep.encode()

    asyncio.run(scenario())
