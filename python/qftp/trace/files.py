"""A trace in a file: CSV, JSON, HTML or text."""

from __future__ import annotations

import csv
import json
import os
from typing import TYPE_CHECKING, Callable, TextIO

from qftp.errors import UsageError
from qftp.trace.html import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qftp.trace.row import Row


def save(rows: Sequence[Row], path: str, title: str) -> None:
    """Writes the rows in the form that the suffix of the path chooses."""
    end = os.path.splitext(path)[1].lower()
    write = _WRITERS.get(end)
    if write is None:
        known = ", ".join(_WRITERS)
        raise UsageError(f"cannot save a trace as {path!r}: the suffix chooses the form: {known}")
    with open(path, "w", encoding="utf-8", newline="") as file:
        write(rows, title, file)


_FIELDS: tuple[str, ...] = ("time", "clock", "since", "direction", "kind", "length", "duration", "text")


def _record(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in _FIELDS}


def _cell(value: object) -> object:
    """Returns text that a spreadsheet takes for text: server and module choose what stands there."""
    is_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if is_formula else value


def _csv(rows: Sequence[Row], title: str, file: TextIO) -> None:
    writer = csv.DictWriter(file, _FIELDS)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in _record(row).items()})


def _json(rows: Sequence[Row], title: str, file: TextIO) -> None:
    json.dump([_record(row) for row in rows], file, ensure_ascii=False, indent=1)
    file.write("\n")


def _html(rows: Sequence[Row], title: str, file: TextIO) -> None:
    file.write(page(rows, title))


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yields a line of text for each row."""
    for row in rows:
        way = ">" if row.direction == "sent" else "<"
        payload = f"({row.summary})" if row.kind == "payload" else row.summary
        yield f"{row.time:12.6f} {way} {payload}"


def _txt(rows: Sequence[Row], title: str, file: TextIO) -> None:
    file.writelines(f"{line}\n" for line in lines(rows))


_WRITERS: dict[str, Callable[[Sequence[Row], str, TextIO], None]] = {
    ".csv": _csv,
    ".json": _json,
    ".html": _html,
    ".txt": _txt,
}
