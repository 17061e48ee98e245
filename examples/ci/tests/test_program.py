"""A Linux program on a serial device: it uploads a log, whatever happens."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

PROGRAM = Path(os.environ["LIBQFTP"]) / "examples/python/upload_log.py"
LIMIT_S = 300
"""A program that has not ended by then is stuck."""


def test_program(emulate: Callable[..., str], ftp_server: Any, tmp_path: Path) -> None:
    """The log is whole on the server, with each fault plan."""
    log = tmp_path / "app.log"
    log.write_bytes(bytes(range(256)) * 300)
    command = [sys.executable, str(PROGRAM), emulate("--pty"), ftp_server.host, ftp_server.user, str(log)]
    command += ["--port", str(ftp_server.port)]
    environment = {**os.environ, "QFTP_PASSWORD": ftp_server.password}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S)
    print(ended.stdout + ended.stderr)
    assert ended.returncode == 0
    assert (ftp_server.root / "app.log").read_bytes() == log.read_bytes()
