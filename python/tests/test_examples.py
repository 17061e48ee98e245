"""The examples run as their first lines say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import PASSWORD, USER

if TYPE_CHECKING:
    from conftest import Server

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"


def run(example: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", str(EXAMPLES / example), *map(str, arguments)]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def test_a_log_is_uploaded_and_continued(server: Server, tmp_path: Path) -> None:
    log = tmp_path / "app.log"

    def upload(password: str) -> subprocess.CompletedProcess[str]:
        return run(
            "upload_log.py", "emulator://ec2x", server.host, USER, log, "--port", server.port, QFTP_PASSWORD=password
        )

    log.write_bytes(b"one\n")
    assert upload(PASSWORD).stdout.startswith("app.log: 4 bytes from byte 0 on")
    log.write_bytes(b"one\ntwo\n")
    assert upload(PASSWORD).stdout.startswith("app.log: 4 bytes from byte 4 on")
    assert (server.root / "app.log").read_bytes() == b"one\ntwo\n"
    refused = upload("wrong")
    assert refused.returncode == 1
    assert "check user name and password" in refused.stderr


def test_a_script_for_ftplib(server: Server, tmp_path: Path) -> None:
    (server.root / "a").write_bytes(b"12345")
    (server.root / "folder").mkdir()
    done = run(
        "mirror_ftplib.py",
        *(server.host, server.port, USER, tmp_path / "got"),
        QFTP_PORT="emulator://ec2x",
        QFTP_PASSWORD=PASSWORD,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("a: 5 bytes\nfolder: 550\n", "", 0)
    assert [path.name for path in (tmp_path / "got").iterdir()] == ["a"]
    lost = run("mirror_ftplib.py", "127.0.0.1", 1, USER, tmp_path, QFTP_PORT="/dev/ttyUSB99")
    assert lost.returncode == 1
    assert lost.stderr.startswith("PortNotFoundError: ")


def test_unsolicited_lines_are_watched(ringing: str) -> None:
    done = run("watch_urcs.py", ringing, 0.3, "AT+CSQ")
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["RING", "RING"]
    assert done.returncode == 0
