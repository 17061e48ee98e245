"""The commands of a trace, each with its duration and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qftp.trace.row import Row


class Span(NamedTuple):
    """A command and its answer."""

    command: str
    """The command line, passwords redacted."""
    time: float
    """Time of sending, in seconds since the client was opened."""
    seconds: float | None
    """Seconds until the last line of its answer; None if none came."""
    connect: float | None
    """Seconds until CONNECT or its equivalent; None if none came."""
    sent: int
    """Bytes of payload sent."""
    received: int
    """Bytes of payload received."""
    answer: str
    """The line that ended it: its unsolicited result code, else its result code."""
    failed: bool
    """True if that line says that the command failed."""

    @property
    def name(self) -> str:
        """The command without its parameters: AT+QFTPPUT."""
        return self.command.partition("=")[0]


def spans(rows: Iterable[Row]) -> list[Span]:
    """Returns the commands among rows, in order; ignores rows before the first command."""
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
        failed=last is not None and last.reports_failure,
    )
