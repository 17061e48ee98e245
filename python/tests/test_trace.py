"""The content of a trace and its outputs; no password is ever in it."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import socket
import subprocess
import sys
import threading
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import matplotlib
import matplotlib.pyplot
import pytest
from conftest import PASSWORD, USER

import qftp
from qftp.trace import Row

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Server

matplotlib.use("agg")


def row(text: bytes, kind: str = "urc", **other: object) -> Row:
    """A row that says this."""
    fields = {"time": 0.0, "clock": 0.0, "since": None, "direction": "received", "length": len(text), "duration": 0.0}
    return Row(**{**fields, "kind": kind, "data": text, **other})  # type: ignore[arg-type]


class Cells(HTMLParser):
    """The tags of a page and what stands in the cells of its tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def test_a_transfer_row_by_row(client: qftp.Client, dialect: str) -> None:
    client.trace.clear()
    assert len(client.trace) == 0
    payload = b"payload " * 20_000
    client.put(payload, "f")
    client.get("f")
    trace = client.trace
    assert len(trace) == len(list(trace)) > 0
    assert [row.time for row in trace] == sorted(row.time for row in trace)
    assert trace[0].kind == "command"
    assert trace[0].direction == "sent"
    assert trace[0].since == 0
    assert trace[-1] == trace[len(trace) - 1]
    assert {"command", "connect", "payload", "result", "urc"} <= {row.kind for row in trace}
    spans = {span.name.replace("FTPSTOR", "QFTPPUT"): span for span in trace.commands()}
    put = next(span for span in trace.commands() if span.sent)
    got = next(span for span in trace.commands() if span.received >= len(payload))
    # nl668 ends what is sent by an ETX (003 1.2.15).
    assert put.sent == len(payload) + (dialect == "nl668")
    assert got.received == len(payload)
    for span in (put, got):
        assert span.connect is not None
        assert span.seconds is not None
        assert 0 < span.connect <= span.seconds
        assert span.answer
        assert not span.failed
    assert spans
    first = next(row for row in trace if row.kind == "payload")
    assert first.data == payload[:64]
    assert "bytes" in first.summary
    assert repr(trace).startswith(f"<qftp.Trace: {len(trace)} rows, ")


def test_a_failed_command_is_told(client: qftp.Client) -> None:
    client.trace.clear()
    with pytest.raises(qftp.ModuleError):
        client.cwd("no-such-folder")
    assert client.trace.commands()[-1].failed


def test_a_slice_is_a_trace(client: qftp.Client) -> None:
    last = client.trace[-3:]
    assert isinstance(last, qftp.Trace)
    assert list(last) == list(client.trace)[-3:]
    assert last[0] == client.trace[-3]


def test_transfers_have_rate_connect_time_and_samples(client: qftp.Client) -> None:
    up = client.put(b"x" * 100_000, "f")
    down = client.get("f", io.BytesIO())
    for moved in (up, down):
        assert moved.connect_time is not None
        assert 0 < moved.connect_time < moved.elapsed
        assert moved.rate == moved.bytes / moved.elapsed
        assert moved.samples[0] == (0, 0)
        assert moved.samples[-1][1] == moved.bytes == 100_000
        assert list(moved.samples) == sorted(moved.samples)
        assert "samples" not in repr(moved)
        frame: Any = moved.to_dataframe()
        assert list(frame.columns) == ["time", "bytes", "rate"]
        assert len(frame) == len(moved.samples)
    assert client.put(b"", "empty").samples[-1][1] == 0


def test_samples_are_bounded(server: Server) -> None:
    size = 200_000_000
    with (server.root / "large").open("wb") as file:
        file.truncate(size)
    calls: list[int] = []
    with qftp.Emulator("ec2x") as module, qftp.connect(module) as client, open(os.devnull, "wb") as target:
        client.login(server.host, USER, PASSWORD, port=server.port)
        moved = client.get("large", target, progress=lambda done, total: calls.append(done))
    assert len(calls) > 1001
    assert 500 <= len(moved.samples) <= 1001
    assert moved.samples[-1][1] == size
    assert list(moved.samples) == sorted(moved.samples)


def test_listings_are_lists_and_frames(client: qftp.Client, dialect: str) -> None:
    if dialect == "gsm":  # it has no listing
        return
    client.put(b"12345", "f")
    listing = client.list()
    assert isinstance(listing, list)
    frame: Any = listing.to_dataframe()
    assert list(frame.columns) == ["name", "kind", "size", "time", "modified"]
    assert frame["name"].tolist() == ["f"]
    assert frame["size"].tolist() == [5]
    assert len(qftp.Listing().to_dataframe()) == 0


def outputs(trace: qftp.Trace, folder: Path) -> str:
    """Everything that a trace can say."""
    told = [repr(trace), repr(list(trace)), trace._repr_html_(), trace.to_dataframe().to_string(max_colwidth=None)]
    told += [repr(trace.commands()), str([row.text for row in trace])]
    ax = trace.timeline()
    told += [text.get_text() for text in [*ax.get_yticklabels(), *ax.texts, ax.title]]
    matplotlib.pyplot.close("all")
    for end in ("csv", "json", "html", "txt"):
        trace.save(folder / f"trace.{end}")
        told.append((folder / f"trace.{end}").read_text("utf-8"))
    return "\n".join(told)


FIRMWARE = {
    "ec20": "quoted-pwd",
    "ec2x": "quoted-pwd",
    "bg96": "quoted-pwd",
}
"""An option of real quirks for the dialects that have it."""

READ_BACK = {
    "gsm": ["AT+QFTPPASS?", f'AT+QFTPPASS="{PASSWORD}"'],
    "nl668": ["AT+FTPOPEN?", "AT+MIPCALL?"],
}
"""Commands that show or set the account; the LTE dialects have a setting of that name."""


@pytest.mark.parametrize("quirks", [False, True])
def test_no_password_is_in_any_output(server: Server, dialect: str, quirks: bool, tmp_path: Path) -> None:
    options = FIRMWARE.get(dialect, "") if quirks else ""
    with qftp.Emulator(dialect, quirks=options) as module, qftp.connect(module) as client:
        client.command("ATE1")  # what is sent comes back
        client.login(server.host, USER, PASSWORD, port=server.port)
        lines = ['AT+QFTPCFG="account"', f'AT+QFTPCFG="account","{USER}","{PASSWORD}"', f'AT+NOSUCH="{PASSWORD}"']
        for line in READ_BACK.get(dialect, lines):
            with contextlib.suppress(qftp.Error):
                client.command(line)
        client.put(f"password={PASSWORD}\n".encode(), "settings")
        client.get("settings")
        with pytest.raises(qftp.ModuleError):
            client.login(server.host, USER, PASSWORD + "-wrong", port=server.port)
        told = outputs(client.trace, tmp_path)
    assert USER in told
    assert "***" in told
    assert "echo" in {row.kind for row in client.trace}
    assert PASSWORD not in told
    assert PASSWORD not in repr(client)


def test_a_module_that_garbles_what_it_echoes_shows_no_password(tmp_path: Path) -> None:
    """It sends each command back without its first ten letters, then OK."""
    answers = {b"ATI": b"Quectel\r\nEC25\r\nRevision: 1\r\n", b"AT+CMEE?": b"+CMEE: 1\r\n"}

    def answer(server: socket.socket) -> None:
        line, _ = server.accept()
        with line:
            while command := line.recv(1000):
                line.sendall(command[10:] + b"\r\n" + answers.get(command.strip(), b"") + b"OK\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        module = threading.Thread(target=answer, args=(server,))
        module.start()
        with qftp.connect(f"socket://127.0.0.1:{server.getsockname()[1]}") as client:
            client.command(f'AT+QFTPCFG="account","{USER}","{PASSWORD}"')
            client.command("AT+CSQ")
            told = outputs(client.trace, tmp_path)
        module.join()
    assert f'="account","{USER}","***"' in str([row.text for row in client.trace])
    assert PASSWORD not in told


def test_what_came_over_the_line_is_harmless_in_html(tmp_path: Path) -> None:
    hostile = '<script>alert("&amp;")</script>\'"\u202e'.encode() + b"\xff\x00"
    trace = qftp.Trace([row(hostile), row(hostile, "payload"), row(b'AT="<img src=x>"', "command", since=0.0)])
    for page in (trace._repr_html_(), outputs(trace, tmp_path) and (tmp_path / "trace.html").read_text("utf-8")):
        parsed = Cells(page)
        assert {"script", "img"} & parsed.tags == set()
        assert parsed.cells[4] == '<script>alert("&amp;")</script>\'"\\u202e\\xff\\x00'
        assert "<table" in page


def test_a_directory_of_that_name_on_a_server(client: qftp.Client, server: Server) -> None:
    name = "<script>x"
    with pytest.raises(qftp.ModuleError):
        client.delete(name)
    page = client.trace._repr_html_()
    assert "&lt;script&gt;x" in page
    assert "<script" not in page


def test_a_long_trace_is_cut_in_a_notebook_and_whole_in_a_file(tmp_path: Path) -> None:
    for count, cut in ((300, False), (301, True)):
        trace = qftp.Trace(row(b"line %d" % number) for number in range(count))
        page = trace._repr_html_()
        assert page.count("<tr class") == 300
        assert ("the last 300 are shown" in page) == cut
        trace.save(tmp_path / "t.html")
        assert (tmp_path / "t.html").read_text("utf-8").count("<tr class") == count
    payload = row(b"x" * 64, "payload", length=1_000_000, duration=2.5)
    assert payload.summary == "1,000,000 bytes in 2.500 s: " + "x" * 64 + " …"
    assert row(b"x" * 64, "payload").summary == "64 bytes: " + "x" * 64


def test_the_native_trace_is_bounded() -> None:
    """Each line of a module that never stops ringing is a row; the oldest make room."""
    rings = b"\r\nRING\r\n" * 1000

    def ring(server: socket.socket) -> None:
        line, _ = server.accept()
        answers = {b"ATI": b"Quectel\r\nEC25\r\nRevision: 1\r\n", b"AT+CMEE?": b"+CMEE: 1\r\n"}
        with line:
            while command := line.recv(1000):
                after = rings * 101 if b"CSQ" in command else b""
                line.sendall(answers.get(command.strip(), b"") + b"OK\r\n" + after)

    with socket.create_server(("127.0.0.1", 0)) as server:
        module = threading.Thread(target=ring, args=(server,))
        module.start()
        with qftp.connect(f"socket://127.0.0.1:{server.getsockname()[1]}") as client:
            before = len(client.trace)
            client.command("AT+CSQ")
            while len(client.trace) + client.trace.dropped < before + 2 + 101_000:
                client.poll(10)
            assert len(client.trace) == 100_000
            assert client.trace.dropped == before + 2 + 1000
            client.trace.clear()
            assert (len(client.trace), client.trace.dropped) == (0, 0)
        module.join()


def test_files_by_the_end_of_their_name(client: qftp.Client, tmp_path: Path) -> None:
    trace = client.trace[:]
    for end in ("csv", "json", "html", "txt", "CSV"):
        trace.save(tmp_path / f"line.{end}")
    with (tmp_path / "line.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"].removeprefix("'") for row in rows] == [row.text for row in trace]
    assert not any(row["text"].startswith(("=", "+", "-", "@")) for row in rows)
    told = json.loads((tmp_path / "line.json").read_text("utf-8"))
    assert [row["time"] for row in told] == [row.time for row in trace]
    assert len((tmp_path / "line.txt").read_text("utf-8").splitlines()) == len(trace)
    with pytest.raises(qftp.UsageError, match=r"\.csv, \.json, \.html, \.txt"):
        trace.save(tmp_path / "line.pdf")
    assert not (tmp_path / "line.pdf").exists()


def test_the_timeline_has_a_lane_for_each_command(client: qftp.Client) -> None:
    client.put(b"x" * 1000, "f")
    ax = client.trace.timeline()
    lanes = [label.get_text() for label in ax.get_yticklabels()]
    assert lanes == list(dict.fromkeys(span.name for span in client.trace.commands()))
    assert "(s)" in ax.get_xlabel()
    assert client.trace[-10:].timeline(ax) is ax
    assert qftp.Trace([]).timeline().get_yticklabels() == []
    matplotlib.pyplot.close("all")


def test_the_waterfall_has_a_row_for_each_command(client: qftp.Client) -> None:
    client.put(b"x" * 1000, "f")
    ax = client.trace.waterfall()
    commands = client.trace.commands()
    rows = [label.get_text() for label in ax.get_yticklabels()]
    assert [row.rstrip("…") for row in rows] == [
        span.command[: len(row.rstrip("…"))] for row, span in zip(rows, commands)
    ]
    assert len(rows) == len(commands)
    assert "(ms)" in ax.get_xlabel()
    total = sum(span.seconds or 0.0 for span in commands) * 1000
    assert f"{total:,.0f} ms" in ax.get_title()
    legend = ax.get_legend()
    assert legend is not None
    assert {text.get_text() for text in legend.get_texts()} >= {"command and answer", "payload sent"}
    assert client.trace[-10:].waterfall(ax) is ax
    assert qftp.Trace([]).waterfall().get_yticklabels() == []
    matplotlib.pyplot.close("all")


def test_a_frame_has_the_command_of_each_row(client: qftp.Client) -> None:
    frame: Any = client.trace.to_dataframe()
    assert len(frame) == len(client.trace)
    assert (frame["command"] == frame["text"])[frame["kind"] == "command"].all()
    assert str(frame["clock"].dt.tz) == "UTC"
    assert len(qftp.Trace([]).to_dataframe()) == 0


@pytest.mark.parametrize(
    ("package", "call"),
    [
        ("pandas", "qftp.Trace([]).to_dataframe()"),
        ("pandas", "qftp.Listing().to_dataframe()"),
        ("pandas", "qftp.Transferred(0, 0.0).to_dataframe()"),
        ("matplotlib", "qftp.Trace([]).timeline()"),
        ("matplotlib", "qftp.Trace([]).waterfall()"),
    ],
)
def test_without_the_extra_an_error_names_it(package: str, call: str) -> None:
    code = f"""
import sys, qftp
sys.modules[{package!r}] = None  # as if it were not installed
try:
    {call}
except qftp.MissingPackageError as error:
    assert isinstance(error, ImportError)
    print(error)
"""
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert "pip install qftp[notebook]" in run.stdout
    assert package in run.stdout
