"""The commands of a trace: how long each took, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qftp.trace.rows import Row


class Span(NamedTuple):
    """A command and its answer."""

    command: str
    """The command line, passwords masked."""
    time: float
    """When it was sent, in seconds since the client was opened."""
    seconds: float | None
    """Until the last line of its answer; None where none came."""
    connect: float | None
    """Seconds until CONNECT, or what stands for it; None where none came."""
    sent: int
    """Bytes of payload sent."""
    received: int
    """Bytes of payload received."""
    answer: str
    """The line that ended it: its unsolicited result code, else its result code."""
    failed: bool
    """Whether that says that it failed."""

    @property
    def name(self) -> str:
        """The command without its parameters: AT+QFTPPUT."""
        return self.command.partition("=")[0]


def spans(rows: Iterable[Row]) -> list[Span]:
    """The commands among rows, in order. Rows before the first command are passed over."""
    found: list[list[Row]] = []
    for row in rows:
        if row.kind == "command":
            found.append([row])
        elif row.since is not None and found:
            found[-1].append(row)
    return [_span(command, answer) for command, *answer in found]


def _span(command: Row, rows: list[Row]) -> Span:
    ends = [row for row in rows if row.kind in ("result", "urc")]
    last = next((row for row in ends if row.kind == "urc"), ends[-1] if ends else None)
    connect = next((row.since for row in rows if row.kind == "connect"), None)
    payload = [row for row in rows if row.kind == "payload"]
    return Span(
        command=command.text,
        time=command.time,
        seconds=ends[-1].since if ends else None,
        connect=connect,
        sent=sum(row.length for row in payload if row.direction == "sent"),
        received=sum(row.length for row in payload if row.direction == "received"),
        answer=last.text if last else "",
        failed=last is not None and tells_failure(last),
    )


def tells_failure(line: Row) -> bool:
    """Whether a line says that a command failed.

    LTE modules report an error from 601 to 631 and the server's reply (002 section 5), gsm a negative number, nl668
    a 0 (003).
    """
    if line.kind == "result":
        return line.text.startswith(("ERROR", "+CME ERROR", "+CMS ERROR", "NO CARRIER"))
    if line.kind != "urc":
        return False
    name, _, fields = line.text.partition(":")
    first, _, second = fields.strip().partition(",")
    if not first.lstrip("-").isdecimal():
        return False
    number = int(first)
    if name.startswith("+FTP"):
        return number == 0
    return name.startswith("+QFTP") and (number < 0 or (601 <= number <= 631 and second != ""))
