"""A trace as an HTML table, legible on light and on dark. Everything that came over the line is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qftp.trace.row import Row

# A notebook shows so many rows, the last ones, and so many letters of each.
ROWS_SHOWN = 300
LETTERS_SHOWN = 160

# Red, green, blue of what a row of this kind is tinted with. The text keeps the page's own colour.
TINTS = {
    "command": "31, 119, 220",
    "information": "128, 128, 128",
    "connect": "23, 170, 180",
    "result": "40, 160, 70",
    "urc": "225, 135, 0",
    "payload": "145, 90, 210",
    "echo": "128, 128, 128",
    "noise": "128, 128, 128",
    "failure": "215, 40, 40",
}

# A notebook's own rules for tables are more particular; hence the `!important`.
_RULES = """
.qftp-trace { border-collapse: collapse; font-size: 12px; }
.qftp-trace caption { text-align: left; padding: 4px 0; }
.qftp-trace th, .qftp-trace td { padding: 2px 10px; border: 0; text-align: left !important; vertical-align: top; }
.qftp-trace th, .qftp-trace td { color: inherit; white-space: nowrap; }
.qftp-trace th { border-bottom: 1px solid rgba(128, 128, 128, 0.6); }
.qftp-trace td.number, .qftp-trace th.number { text-align: right !important; }
.qftp-trace td.number { font-variant-numeric: tabular-nums; }
.qftp-trace td.bytes { font-family: monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
"""

_COLOURS = "".join(
    f".qftp-trace tr.{kind} td {{ background: rgba({tint}, 0.13); }}\n"
    f".qftp-trace tr.{kind} td:first-child {{ border-left: 4px solid rgb({tint}); }}\n"
    for kind, tint in TINTS.items()
)

_HEAD = (
    '<thead><tr><th class="number">time (s)</th><th class="number">since command (s)</th>'
    "<th>direction</th><th>kind</th><th>bytes</th></tr></thead>"
)


def table(rows: Sequence[Row], title: str, shown: int | None = ROWS_SHOWN, letters: int | None = LETTERS_SHOWN) -> str:
    """Returns the table.

    Args:
        rows: The rows of the trace.
        title: The title above the table.
        shown: At most so many rows, the last ones; None is all.
        letters: At most so many letters of a row; None is all.
    """
    left_out = 0 if shown is None else max(len(rows) - shown, 0)
    caption = escape(title.strip("<>"))
    if left_out:
        caption += f"; the last {shown:,} are shown, save('line.html') writes all"
    body = "".join(_row(row, letters) for row in rows[left_out:])
    style = f"<style>{_RULES}{_COLOURS}</style>"
    return f'{style}<table class="qftp-trace"><caption>{caption}</caption>{_HEAD}<tbody>{body}</tbody></table>'


def page(rows: Sequence[Row], title: str) -> str:
    """Returns a whole document with all rows."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(title.strip('<>'))}</title><style>body {{ font-family: sans-serif; }}</style></head>"
        f"<body>{table(rows, title, shown=None, letters=None)}</body></html>\n"
    )


def _row(row: Row, letters: int | None) -> str:
    text = row.summary
    if letters is not None and len(text) > letters:
        text = text[:letters] + " …"
    since = "" if row.since is None else f"{row.since:.4f}"
    arrow = "→ sent" if row.direction == "sent" else "← received"
    tint = "failure" if row.reports_failure else row.kind
    return (
        f'<tr class="{tint}"><td class="number">{row.time:.4f}</td><td class="number">{since}</td>'
        f'<td>{arrow}</td><td>{row.kind}</td><td class="bytes">{escape(text)}</td></tr>'
    )
