"""The rows of a trace, as a sequence that knows how to show itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, overload

from qftp.optional_import import optional_import
from qftp.trace.spans import Span, spans

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas
    from matplotlib.axes import Axes

    from qftp import _native

Kind = Literal["command", "information", "connect", "result", "urc", "payload", "echo", "noise"]


class Row(NamedTuple):
    """A line, or payload without a pause of more than 250 ms. Passwords are masked."""

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
        """The text; before it the length where it is payload, behind it an ellipsis where it is cut."""
        cut = " …" if self.length > len(self.data) else ""
        if self.kind != "payload":
            return self.text + cut
        took = f" in {self.duration:.3f} s" if self.duration > 0 else ""
        return f"{_counted(self.length, 'byte')}{took}: {self.text}{cut}"


class Trace(Sequence[Row]):
    """What went over the line, in order. A slice is a trace as well: `client.trace[-20:]`.

    A notebook shows it as a table.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        """A trace of these rows."""
        self._kept = list(rows)

    def _rows(self) -> list[Row]:
        return self._kept

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._kept)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Trace: ...

    def __getitem__(self, place: int | slice) -> Row | Trace:
        """A row, or a trace of those in a slice."""
        rows = self._rows()
        return Trace(rows[place]) if isinstance(place, slice) else rows[place]

    def __repr__(self) -> str:
        """Says how much there is."""
        rows = self._rows()
        lasted = rows[-1].time + rows[-1].duration - rows[0].time if rows else 0.0
        commands = sum(row.kind == "command" for row in rows)
        return f"<qftp.Trace: {_counted(len(rows), 'row')}, {_counted(commands, 'command')}, {lasted:.3f} s>"

    def _repr_html_(self) -> str:
        from qftp.trace.html import table

        return table(self._rows(), repr(self))

    def commands(self) -> list[Span]:
        """The commands with how long each took and how it ended."""
        return spans(self._rows())

    def timeline(self, ax: Axes | None = None) -> Axes:
        """Draws the commands as bars from their first byte to their last, payload and answers upon them.

        Args:
            ax: Where to draw; None makes a figure.

        Raises:
            MissingPackageError: There is no matplotlib.
        """
        from qftp.trace.timeline import draw

        return draw(self._rows(), ax)

    def to_dataframe(self) -> pandas.DataFrame:
        """The rows as a pandas.DataFrame: the fields of `Row`, `clock` as UTC; also `text`, and the `command`.

        Raises:
            MissingPackageError: There is no pandas.
        """
        pd = optional_import("pandas", "to_dataframe()")
        rows = self._rows()
        columns: dict[str, list[object]] = {name: [row[at] for row in rows] for at, name in enumerate(Row._fields)}
        columns["text"] = [row.text for row in rows]
        columns["command"] = [span.command if span else None for span in _owners(rows)]
        frame = pd.DataFrame(columns)
        frame["clock"] = pd.to_datetime(frame["clock"].astype("float64"), unit="s", utc=True)
        frame["since"] = frame["since"].astype("float64")
        result: pandas.DataFrame = frame
        return result

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes it to a file, all rows, in the form that the name's end asks for: .csv, .json, .html or .txt.

        Raises:
            UsageError: Another end.
            OSError: The file cannot be written.
        """
        from qftp.trace.files import save

        save(self._rows(), os.fspath(path), repr(self))


class ClientTrace(Trace):
    """The trace of a client, which grows with every call. The last 100,000 rows are kept."""

    def __init__(self, native: _native.Trace) -> None:
        """Use `Client.trace`."""
        self._native = native

    def _rows(self) -> list[Row]:
        return [Row(*row) for row in self._native.rows()]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._native)

    @property
    def dropped(self) -> int:
        """Rows that had to make room for later ones."""
        return self._native.dropped

    def clear(self) -> None:
        """Forgets what there is."""
        self._native.clear()


def _counted(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _escaped(letter: str) -> str:
    if "\udc80" <= letter <= "\udcff":  # a byte that is not UTF-8
        return f"\\x{ord(letter) - 0xDC00:02x}"
    return letter.encode("unicode_escape").decode("ascii")


def _owners(rows: list[Row]) -> list[Span | None]:
    """For each row the command that it belongs to."""
    begun = iter(spans(rows))
    owners: list[Span | None] = []
    running: Span | None = None
    for row in rows:
        if row.kind == "command":
            running = next(begun)
        owners.append(None if row.since is None else running)
    return owners
