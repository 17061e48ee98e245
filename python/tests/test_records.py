"""Records of the line, and their replay."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PASSWORD, USER

import qftp
import qftp.aio

if TYPE_CHECKING:
    from conftest import Server

RECORDINGS = Path(__file__).parents[2] / "core" / "tests" / "recordings"


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()[1:]]


def test_a_session_is_recorded_and_replayed(tmp_path: Path, server: Server) -> None:
    path = tmp_path / "a.jsonl"
    content = bytes(range(256)) * 20
    with qftp.connect("emulator://ec2x", record=path, record_payload=True) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        client.put(content, "f")
        assert client.get("f") == content
        assert client.command("AT+CSQ") == ["+CSQ: 28,99"]
    assert PASSWORD not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    with qftp.connect(f"replay://{path}") as client:
        client.login(server.host, USER, "another", port=server.port)
        client.put(content, "f")
        assert client.get("f") == content
        assert client.command("AT+CSQ") == ["+CSQ: 28,99"]


def test_another_command_than_the_recorded_one_ends_a_replay() -> None:
    record = RECORDINGS / "ec25-at.jsonl"
    client = qftp.connect(f"replay://{record}")
    with pytest.raises(OSError, match=r'line \d+: the record has "AT.CPIN=\*\*\*", the host typed "AT.CGMM"'):
        client.command("AT+CGMM")


def test_without_payload_there_is_its_digest_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with qftp.connect("emulator://ec2x", record=path) as client:
        client.store.upload(b"abc", "UFS:a.txt")
    payload = [event for event in events(path) if event["kind"] == "payload"]
    assert [event["bytes"] for event in payload] == [3]
    assert "content" not in payload[0]
    digest = next(event for event in events(path) if event["kind"] == "digest")
    assert digest["sha256"].startswith("ba7816bf")


def test_a_record_that_cannot_be_created_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="a directory") as caught:
        qftp.connect("emulator://ec2x", record=tmp_path)
    assert caught.value.filename == str(tmp_path)


def test_the_client_of_asyncio_records_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"

    async def session() -> None:
        async with qftp.aio.connect("emulator://ec2x", record=path) as client:
            await client.command("AT+CSQ")

    asyncio.run(session())
    assert any(event.get("text") == "AT+CSQ\r" for event in events(path))


def test_rows_of_a_trace_have_the_times_of_the_record() -> None:
    """A replay has a clock of its own: the rows say when the lines came."""
    record = RECORDINGS / "ec25-missing.jsonl"
    commands = [event["text"] for event in events(record) if event.get("from") == "host"]
    opening = commands[: commands.index("AT+QFTPSTAT;+QIACT?;+CMEE?\r")]
    with qftp.connect(f"replay://{record}") as client:
        rows = list(client.trace)
    sent = [row.data.decode() for row in rows if row.direction == "sent"]
    assert [text + "\r" for text in sent] == opening
    recorded = [event["us"] for event in events(record) if event.get("from") == "module"]
    came = [row.time for row in rows if row.direction == "received"]
    gap = (recorded[len(came) - 1] - recorded[0]) / 1e6
    # The host of the record took some of the time.
    assert 0 < came[-1] - came[0] <= gap + 1e-6
