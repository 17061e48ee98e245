"""What stands in the memory of a Python program once its client is closed: no copy of a password but Python's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import servers
from servers import PASSWORD, USER

import qftp

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = """
import gc, sys
import qftp

def pause(name):
    print(name, flush=True)
    sys.stdin.readline()

port, host, ftp_port, user = sys.argv[1:]
password = sys.stdin.readline().rstrip()
# As `login` encodes it.
encoded = password.encode()
pause("begun")
client = qftp.connect(port)
client.login(host, user, password, port=int(ftp_port))
pause("open")
client.logout()
client.close()
del client
gc.collect()
pause("closed")
"""


def copies(process: int, wanted: bytes) -> int:
    """How many times the bytes stand in the memory that a process can write to."""
    found = 0
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            region, rights, *_, name = line.split(" ")
            if not rights.startswith("rw") or name.startswith("[v"):
                continue
            start, end = (int(address, 16) for address in region.split("-"))
            memory.seek(start)
            try:
                found += memory.read(end - start).count(wanted)
            except OSError:
                continue  # a guard page has no content
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[servers.Server]:
    with servers.running("pyftpdlib") as server:
        yield server


def test_no_password_outlives_the_client(server: servers.Server, dialect: str) -> None:
    with qftp.Emulator(dialect, pty=True) as module:
        words = [sys.executable, "-P", "-c", PROGRAM, module.url, server.host, str(server.port), USER]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as program:
            assert program.stdin is not None
            assert program.stdout is not None
            counts: list[int] = []
            said = f"{PASSWORD}\n"
            for name in ("begun", "open", "closed"):
                program.stdin.write(said)
                assert program.stdout.readline() == f"{name}\n"
                counts.append(copies(program.pid, PASSWORD.encode()))
                said = "\n"
            program.stdin.write(said)
    begun, during, closed = counts
    assert during > closed, "an open client keeps its login, to log in again after a fault"
    # Python's own: strings cannot be wiped, nor can what `login` made of one.
    assert closed <= begun + 1
