"""A sample of faults on real servers: every dialect, over a pseudo terminal, a rule of each kind at a drawn place.

The kinds stand in `crates/qftp-test/src/fault_sample/rules.txt`; the samples in Rust, C and of the program read them.
`QFTP_FAULT_SEEDS` is the number of runs for each dialect, form and kind. Without it each dialect has a run of every
other kind, and the forms take turns.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import servers
from servers import PASSWORD, USER, Server

import qftp

RULES = Path(__file__).resolve().parents[2] / "crates/qftp-test/src/fault_sample/rules.txt"
FORMS = ("put", "append", "put-continue", "get", "get-continue")
BEFORE = 700
EARLIER = b"an earlier log\r\n"
OTHER = b"0123456789"
COMMANDS = {
    # The commands of an upload and of a download.
    "gsm": ("+QFTPPUT", "+QFTPGET"),
    "nl668": ("+FTPSTOR", "+FTPRETR"),
}
SERVERS_OF_A_KIND = 2
AT_A_TIME = 7 * SERVERS_OF_A_KIND * len(servers.KINDS)
"""Runs at a time; most of each is waiting. Pure-FTPd takes eight sessions of an address."""


class Kind(NamedTuple):
    """A kind of fault, and the place of its rule."""

    name: str
    rule: str
    place: str
    slow: str = ""


class Run(NamedTuple):
    """One transfer to be."""

    dialect: str
    kind: Kind
    form: str
    seed: int
    number: int


def kinds() -> list[Kind]:
    lines = RULES.read_text().splitlines()
    return [Kind(*line.split(" | ")) for line in lines if line and not line.startswith("#")]


def content(draw: random.Random) -> bytes:
    """Noise, or text of commands and answers."""
    return draw.choice(
        (
            draw.randbytes(1),
            b'AT+QFDEL="*"\r\n' * 300,
            b"\r\nOK\r\n\r\n+QFTPGET: 0,1500\r\n\r\n+QFTPGET:1500\r\n" * 120,
            bytes([3, 16, 3, 3]) * 1500,
            draw.randbytes(40_000),
            draw.randbytes(9000),
        )
    )


def is_upload(form: str) -> bool:
    return form not in ("get", "get-continue")


def rule(run: Run, length: int, draw: random.Random) -> str:
    """The rule of a run, with its place."""
    up = is_upload(run.form)
    commands = COMMANDS.get(run.dialect, ("+QFTPPUT", "+QFTPGET"))
    command = commands[0 if up else 1]
    ftp_command = draw.choice(("STOR" if up else "RETR", "SIZE", "PASV"))
    with_payload = {"upstream": up, "downstream": not up}
    line = draw.randrange(140 + (length if with_payload.get(run.kind.place) else 0))
    places = {
        "upstream": f"stream=upstream after={line}",
        "downstream": f"after={line}",
        "data": f"after={draw.randint(0, length)}",
        "command": f"on={command}",
        "urc": f"urc={command}",
        "ftp-command": f"command={ftp_command}",
    }
    return f"{run.kind.rule.replace('N', str(draw.randint(1, 4)))} {places[run.kind.place]}"


def same(one: bytes, other: bytes) -> bool:
    return hashlib.sha256(one).digest() == hashlib.sha256(other).digest()


class Files:
    """The files of a run at both ends."""

    def __init__(self, run: Run, data: bytes, server: Server, folder: Path) -> None:
        folder.mkdir()
        self.form, self.data, self.server, self.folder = run.form, data, server, folder
        self.remote = f"run-{run.number}.bin"
        self.source, self.target = folder / "source", folder / "target"
        self.source.write_bytes(data)
        before = {"append": EARLIER, "put-continue": data[:BEFORE], "get": data, "get-continue": data}
        if run.form in before:
            server.write(self.remote, before[run.form])
        if run.form == "get-continue":
            self.target.write_bytes(data[:BEFORE])

    def transfer(self, client: qftp.Client) -> None:
        if self.form == "append":
            client.append(self.source, self.remote)
        elif is_upload(self.form):
            client.put(self.source, self.remote, resume=self.form == "put-continue")
        else:
            client.get(self.remote, self.target, resume=self.form == "get-continue")

    def ends(self) -> tuple[bytes, bytes]:
        """What is at the end of the transfer, and what should be."""
        path = self.server.root / self.remote if is_upload(self.form) else self.target
        there = path.read_bytes() if path.exists() else b""
        return there, EARLIER + self.data if self.form == "append" else self.data

    def holds(self, confirmed: int) -> bool:
        """Whether the bytes that an error confirms are in their place."""
        there, right = self.ends()
        if self.form == "get":
            return not self.target.exists()
        if self.form == "get-continue":
            parts = [path.read_bytes() for path in self.folder.glob(".*.part")]
            return all(len(part) >= confirmed and self.data.startswith(part) for part in parts or [b""])
        length = confirmed + (len(EARLIER) if self.form == "append" else 0)
        return len(there) >= length and there[:length] == right[:length]


def carry_out(run: Run, server: Server, folder: Path) -> str | None:
    """One transfer with its fault, and the next operation behind it. The text tells what is wrong."""
    draw = random.Random(f"{run.seed} {run.kind.name} {run.form}")
    data = content(draw)
    files = Files(run, data, server, folder / str(run.number))
    text = rule(run, len(data), draw)
    told = f"{run.dialect} {run.form} on {server.kind}, {len(data)} bytes, seed {run.seed}, {text}"

    def log_in(client: qftp.Client) -> None:
        client.login(server.host, USER, PASSWORD, port=server.port, response_timeout=20)

    with (
        qftp.Emulator(run.dialect, pty=True, seed=run.seed) as module,
        qftp.connect(module, retry_wait=0.1) as client,
    ):
        log_in(client)
        try:
            module.add_fault(text)
        except qftp.UsageError:
            return None  # modules of the dialect cannot have it
        try:
            files.transfer(client)
        except qftp.UnsupportedError:
            pass
        except qftp.Error as error:
            if not files.holds(error.bytes_confirmed or 0):
                return f"{told}: untrue: {error}"
        else:
            there, right = files.ends()
            changed = run.kind.rule.startswith("change") and len(there) == len(right)
            if not (same(there, right) or changed):
                return f"{told}: success over {len(there)} bytes that differ from {len(right)}"
        module.clear_faults()
        with contextlib.suppress(qftp.Error):
            return None if client.size("other") == len(OTHER) else f"{told}: the answer to another question"
        try:
            log_in(client)
            assert client.size("other") == len(OTHER)
        except (qftp.Error, AssertionError) as error:
            return f"{told}: stuck: {error}"
    return None


def runs() -> list[Run]:
    seeds = os.environ.get("QFTP_FAULT_SEEDS")
    all_runs: list[Run] = []
    few = [kind for kind in kinds() if not kind.slow]
    for row, dialect in enumerate(qftp.DIALECTS):
        for turn, kind in enumerate(kinds() if seeds else few[row % 2 :: 2]):
            forms = FORMS if seeds else (FORMS[(row + turn) % len(FORMS)],)
            drawn = [(form, seed) for form in forms for seed in range(int(seeds or 1))]
            all_runs += [Run(dialect, kind, form, seed, len(all_runs) + at) for at, (form, seed) in enumerate(drawn)]
    return all_runs


def test_a_file_is_whole_or_the_error_is_true(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        programs = [*servers.KINDS] * SERVERS_OF_A_KIND
        started = [stack.enter_context(servers.running(kind)) for kind in programs]
        for server in started:
            server.write("other", OTHER)
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            planned = runs()
            places = [started[run.number % len(started)] for run in planned]
            told = pool.map(carry_out, planned, places, itertools.repeat(tmp_path))
            wrong = [line for line in told if line]
    assert planned
    assert not wrong, "\n".join(wrong)
