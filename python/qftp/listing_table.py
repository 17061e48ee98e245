"""A listing as a table: for a terminal, and for a notebook. Control characters of names are escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qftp.records import Entry

ROWS_SHORT = 20
"""Rows that a `repr` shows."""

MARKS = {"directory": "/", "link": "@"}
"""Marks behind the name, as `ls -F` sets them."""

_RULES = (
    "<style>.qftp-listing td, .qftp-listing th { text-align: left !important; padding: 2px 10px; white-space: pre; }"
    " .qftp-listing .number { text-align: right !important; font-variant-numeric: tabular-nums; }</style>"
)


def text(entries: Sequence[Entry]) -> str:
    """Returns all entries, a line each; "" for none."""
    rows = [_row(entry) for entry in entries]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(2)]
    return "\n".join(f"{size:>{widths[0]}}  {time:<{widths[1]}}  {name}".strip("\n") for size, time, name in rows)


def short(entries: Sequence[Entry]) -> str:
    """Returns the number of entries and the first of them."""
    count = len(entries)
    head = f"<qftp.Listing: {count} {'entry' if count == 1 else 'entries'}>"
    lines = [head, text(entries[:ROWS_SHORT])] if count else [head]
    if count > ROWS_SHORT:
        lines.append(f"... and {count - ROWS_SHORT} more")
    return "\n".join(lines)


def html(entries: Sequence[Entry]) -> str:
    """Returns the table for a notebook."""
    from html import escape

    cells = "".join(
        f'<tr><td class="number">{escape(size)}</td><td>{escape(time)}</td><td>{escape(name)}</td></tr>'
        for size, time, name in map(_row, entries)
    )
    head = '<tr><th class="number">bytes</th><th>changed</th><th>name</th></tr>'
    return f'{_RULES}<table class="qftp-listing"><thead>{head}</thead><tbody>{cells}</tbody></table>'


def _row(entry: Entry) -> tuple[str, str, str]:
    size = "" if entry.size is None or entry.is_dir else str(entry.size)
    time = entry.time.strftime("%Y-%m-%d %H:%M") if entry.time else entry.modified or ""
    return size, _printable(time), _printable(entry.name) + MARKS.get(entry.kind, "")


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
