"""A row of a trace: a line, or payload without a pause."""

from __future__ import annotations

from typing import Literal, NamedTuple

from qftp import _native

Kind = Literal["command", "information", "connect", "result", "urc", "payload", "echo", "noise"]


class Row(NamedTuple):
    """A line, or payload without a pause of more than 250 ms. Passwords are redacted."""

    time: float
    """Seconds since the client was opened."""
    clock: float
    """The same as POSIX time, in seconds."""
    since: float | None
    """Seconds since the command that it belongs to; None for what belongs to no command."""
    direction: Literal["sent", "received"]
    kind: Kind
    """"connect" is CONNECT or what stands for it, "result" OK or an error, "urc" an unsolicited result code, "noise"
    the late result of a command given up."""
    data: bytes
    """A line without its end, the first 512 bytes; of payload the first 64."""
    length: int
    """Bytes in all; payload that is sent to nl668 with its stuffing."""
    duration: float
    """Seconds from the first to the last byte of payload; 0 for a line."""

    @property
    def text(self) -> str:
        """The bytes as printable text: UTF-8, anything else escaped."""
        text = self.data.decode("utf-8", "surrogateescape").replace("\\", "\\\\")
        return "".join(letter if letter.isprintable() else _escaped(letter) for letter in text)

    @property
    def summary(self) -> str:
        """The text with the length of a payload before it, and an ellipsis after it if it is cut."""
        cut = " …" if self.length > len(self.data) else ""
        if self.kind != "payload":
            return self.text + cut
        took = f" in {self.duration:.3f} s" if self.duration > 0 else ""
        return f"{counted(self.length, 'byte')}{took}: {self.text}{cut}"

    @property
    def reports_failure(self) -> bool:
        """True for a line that says that a command failed."""
        return self.kind in ("result", "urc") and _native.line_reports_failure(self.data)


def counted(number: int, name: str) -> str:
    """Returns a number with its unit, in the plural where it is needed."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _escaped(letter: str) -> str:
    if "\udc80" <= letter <= "\udcff":  # a byte that is not UTF-8
        return f"\\x{ord(letter) - 0xDC00:02x}"
    return letter.encode("unicode_escape").decode("ascii")
