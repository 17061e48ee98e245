"""A trace: its rows as a sequence, and their outputs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from qftp.optional_import import optional_import
from qftp.trace.row import Row, counted
from qftp.trace.spans import Span, spans

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas
    from matplotlib.axes import Axes

    from qftp import _native


class Trace(Sequence[Row]):
    """The lines and payload that went over the line, in order. A slice is a trace as well: `client.trace[-20:]`.

    A notebook shows it as a table.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        """Makes a trace of these rows."""
        self._kept = list(rows)

    def _rows(self) -> list[Row]:
        return self._kept

    def __len__(self) -> int:
        """Returns the number of rows."""
        return len(self._kept)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Trace: ...

    def __getitem__(self, place: int | slice) -> Row | Trace:
        """Returns a row, or a trace of the rows in a slice."""
        rows = self._rows()
        return Trace(rows[place]) if isinstance(place, slice) else rows[place]

    def __repr__(self) -> str:
        """Shows the number of rows and commands, and the time they took."""
        rows = self._rows()
        lasted = rows[-1].time + rows[-1].duration - rows[0].time if rows else 0.0
        commands = sum(row.kind == "command" for row in rows)
        return f"<qftp.Trace: {counted(len(rows), 'row')}, {counted(commands, 'command')}, {lasted:.3f} s>"

    def __str__(self) -> str:
        """Returns the rows as text, a line each, as `save("line.txt")` writes them."""
        from qftp.trace.files import lines

        return "\n".join(lines(self._rows()))

    def _repr_html_(self) -> str:
        from qftp.trace.html import table

        return table(self._rows(), repr(self))

    def commands(self) -> list[Span]:
        """Returns the commands, each with its duration and its end."""
        return spans(self._rows())

    def timeline(self, ax: Axes | None = None) -> Axes:
        """Draws each command as a bar from its first byte to its last, with payload and answers upon it.

        Args:
            ax: The axes to draw on; None makes a figure.

        Raises:
            MissingPackageError: matplotlib is not installed.
        """
        from qftp.trace.timeline import draw

        return draw(self._rows(), ax)

    def waterfall(self, ax: Axes | None = None) -> Axes:
        """Draws a row for each command in milliseconds, one below the other; the pauses between commands are left out.

        Args:
            ax: The axes to draw on; None makes a figure.

        Raises:
            MissingPackageError: matplotlib is not installed.
        """
        from qftp.trace.waterfall import draw

        return draw(self._rows(), ax)

    def to_dataframe(self) -> pandas.DataFrame:
        """Returns the rows as a pandas.DataFrame: the fields of `Row` with `clock` in UTC, `text` and the `command`.

        Raises:
            MissingPackageError: pandas is not installed.
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
        """Writes all rows to a file; its suffix chooses the form: .csv, .json, .html or .txt.

        In .csv a ``'`` stands before text that a spreadsheet would take for a formula, such as ``+QFTPGET: 0,5``.

        Raises:
            UsageError: Another suffix.
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
        """Returns the number of rows."""
        return len(self._native)

    @property
    def dropped(self) -> int:
        """Rows that had to make room for later ones."""
        return self._native.dropped

    def clear(self) -> None:
        """Removes all rows."""
        self._native.clear()


def _owners(rows: list[Row]) -> list[Span | None]:
    """Returns for each row the command that it belongs to."""
    begun = iter(spans(rows))
    owners: list[Span | None] = []
    running: Span | None = None
    for row in rows:
        if row.kind == "command":
            running = next(begun)
        owners.append(None if row.since is None else running)
    return owners
