"""A trace as a picture: bars over time, a lane for each command, with payload and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qftp.optional_import import optional_import
from qftp.trace.spans import spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from qftp.trace.row import Row
    from qftp.trace.spans import Span

# The mark of each kind of row: form, colour, name in the legend. The colours suit light and dark pages.
_MARKS = {
    "connect": (">", "#17aab4", "CONNECT"),
    "information": (".", "#808080", "information"),
    "result": ("|", "#28a046", "result code"),
    "urc": ("D", "#e18700", "URC"),
    "noise": ("x", "#808080", "noise"),
}
_COMMAND = "#1f77dc"
_FAILED = "#d72828"
_SENT = "#915ad2"
_RECEIVED = "#c77fd6"

_OTHERS = "other services"


def draw(rows: Sequence[Row], ax: Axes | None) -> Axes:
    """Draws the rows; see `Trace.timeline`."""
    found = spans(rows)
    lanes = list(dict.fromkeys(span.name for span in found))
    if any(row.since is None for row in rows):
        lanes.append(_OTHERS)
    place = {name: at for at, name in enumerate(lanes)}
    drawn = ax or _new_axes(len(lanes))
    zero = rows[0].time if rows else 0.0
    legend: dict[str, Any] = {}
    for span in found:
        legend.setdefault("failed command" if span.failed else "command", _bar(drawn, place[span.name], span, zero))
    _draw_rows(drawn, rows, place, zero, legend)
    _label_failures(drawn, found, place, zero)
    drawn.set_yticks(range(len(lanes)), lanes, fontfamily="monospace")
    drawn.set_ylim(len(lanes) - 0.4, -0.8)
    drawn.set_xlabel("time since the first row (s)")
    drawn.set_title("Commands on the line")
    drawn.grid(axis="x", alpha=0.3)
    drawn.set_axisbelow(True)
    if legend:
        drawn.legend(legend.values(), legend.keys(), loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    return drawn


def _new_axes(lanes: int) -> Axes:
    pyplot = optional_import("matplotlib.pyplot", "timeline()")
    axes: Axes = pyplot.figure(figsize=(10, 1.6 + 0.38 * max(lanes, 2)), layout="constrained").subplots()
    return axes


def _bar(ax: Axes, lane: int, span: Span, zero: float) -> Any:
    colour = _FAILED if span.failed else _COMMAND
    look: dict[str, Any] = {"color": colour, "edgecolor": colour, "linewidth": 1.2, "alpha": 0.45}
    return ax.barh(lane, span.seconds or 0.0, left=span.time - zero, height=0.62, **look)


def _draw_rows(ax: Axes, rows: Sequence[Row], place: dict[str, int], zero: float, legend: dict[str, Any]) -> None:
    """Payload as thin bars and answers as marks, upon the command that they belong to."""
    marks: dict[str, tuple[list[float], list[int]]] = {}
    lane = 0
    for row in rows:
        if row.kind == "command":
            lane = place[row.text.partition("=")[0]]
        at = place[_OTHERS] if row.since is None else lane
        if row.kind == "payload":
            colour = _SENT if row.direction == "sent" else _RECEIVED
            bar = ax.barh(
                at, row.duration, left=row.time - zero, height=0.2, color=colour, edgecolor=colour, linewidth=1.2
            )
            legend.setdefault(f"payload {row.direction}", bar)
        elif row.kind in _MARKS:
            times, lanes = marks.setdefault(row.kind, ([], []))
            times.append(row.time - zero)
            lanes.append(at)
    for kind, (form, colour, name) in _MARKS.items():
        if kind in marks:
            times, lanes = marks[kind]
            (drawn,) = ax.plot(times, lanes, form, color=colour, markersize=12 if form == "|" else 6, zorder=3)
            legend[name] = drawn


def _label_failures(ax: Axes, found: Sequence[Span], place: dict[str, int], zero: float) -> None:
    """Writes the answer of a failed command above its bar, towards the side that has room."""
    middle = sum(ax.get_xlim()) / 2
    for span in found:
        if not span.failed:
            continue
        begin = span.time - zero
        end = begin + (span.seconds or 0.0)
        late = (begin + end) / 2 > middle
        at = (end if late else begin, place[span.name] - 0.33)
        ax.text(*at, span.answer, ha="right" if late else "left", va="bottom", color=_FAILED, fontsize=8)
