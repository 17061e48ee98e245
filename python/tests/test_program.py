"""The program that comes with the package: `python -m qftp`, and `qftp` where the package is installed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import qftp
from qftp import lab

if TYPE_CHECKING:
    from pathlib import Path

# Isolated: the folder of the tests has sources of the package, without its native part.
PROGRAM = [sys.executable, "-I", "-m", "qftp"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *words], capture_output=True, text=True, check=False)


def test_it_is_the_program_of_this_version() -> None:
    version = run("--version")
    assert (version.returncode, version.stdout) == (0, f"qftp {qftp.__version__}\n")
    assert "Usage: qftp" in run("-h").stdout


def test_it_moves_files_and_has_its_exit_codes(tmp_path: Path) -> None:
    with lab.server(password="word") as server:
        url = server.url.replace("qftp@", "qftp:word@")
        (server.root / "a.txt").write_bytes(b"abc")
        got = run("--port", "emulator://EC25", "get", f"{url}a.txt", str(tmp_path / "a"))
        assert got.returncode == 0, got.stderr
        assert (tmp_path / "a").read_bytes() == b"abc"
        missing = run("--port", "emulator://EC25", "--json", "rm", f"{url}none.txt")
    assert missing.returncode == 9
    assert json.loads(missing.stderr.splitlines()[-1])["error"]["ftp_reply"] == 550


def test_ctrl_c_ends_it_without_a_traceback(tmp_path: Path) -> None:
    serving = subprocess.Popen(
        [*PROGRAM, "serve", str(tmp_path), "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with serving:
        assert serving.stdout is not None
        for line in serving.stdout:
            if line.startswith("ready: "):
                break
        serving.send_signal(signal.SIGINT)
        _, errors = serving.communicate()
    assert serving.returncode == 0
    assert "Traceback" not in errors
