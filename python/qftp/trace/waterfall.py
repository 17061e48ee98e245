"""A trace as a waterfall: a row for each command, one below the other, without the pauses between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qftp.optional_import import optional_import
from qftp.trace.spans import spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from qftp.trace.row import Row
    from qftp.trace.spans import Span

_COMMAND = "#1f77dc"
_FAILED = "#d72828"
_SENT = "#915ad2"
_RECEIVED = "#c77fd6"

_LABEL = 44
"""Letters of a command that are shown."""


def draw(rows: Sequence[Row], ax: Axes | None) -> Axes:
    """Draws the rows; see `Trace.waterfall`."""
    found = [span for span in spans(rows) if span.seconds is not None]
    drawn = ax or _new_axes(len(found))
    begins = _begins(found)
    total = begins[-1]
    payload = [row for row in rows if row.kind == "payload"]
    for lane, (span, begin) in enumerate(zip(found, begins)):
        _draw_span(drawn, lane, span, begin, total)
        _draw_payload(drawn, lane, span, begin, payload)
    drawn.set_yticks(range(len(found)), [_label(span.command) for span in found], fontfamily="monospace", fontsize=8)
    drawn.set_ylim(len(found) - 0.4, -0.6)
    drawn.set_xlim(0, total * 1.12 or 1)
    drawn.set_xlabel("time on the line, without the pauses between commands (ms)")
    drawn.set_title(f"{len(found)} commands, {total:,.0f} ms")
    drawn.grid(axis="x", alpha=0.3)
    drawn.set_axisbelow(True)
    names = dict(zip(*reversed(drawn.get_legend_handles_labels())))
    if names:
        drawn.legend(names.values(), names.keys(), loc="upper right", frameon=False)
    return drawn


def _new_axes(lanes: int) -> Axes:
    pyplot = optional_import("matplotlib.pyplot", "waterfall()")
    axes: Axes = pyplot.figure(figsize=(10, 1.2 + 0.26 * max(lanes, 3)), layout="constrained").subplots()
    return axes


def _begins(found: Sequence[Span]) -> list[float]:
    """Returns the place of each bar in milliseconds, and the end of the last one."""
    begins = [0.0]
    for span in found:
        begins.append(begins[-1] + _ms(span))
    return begins


def _ms(span: Span) -> float:
    return (span.seconds or 0.0) * 1000


def _draw_span(ax: Axes, lane: int, span: Span, begin: float, total: float) -> None:
    colour = _FAILED if span.failed else _COMMAND
    label = "failed command" if span.failed else "command and answer"
    ax.barh(
        lane, _ms(span), left=begin, height=0.7, color=colour, edgecolor=colour, linewidth=0.8, alpha=0.5, label=label
    )
    end = begin + _ms(span)
    text = f"{_ms(span):,.1f}" if _ms(span) < 10 else f"{_ms(span):,.0f}"
    ax.text(end + total * 0.006, lane, text, ha="left", va="center", fontsize=7.5)


def _draw_payload(ax: Axes, lane: int, span: Span, begin: float, payload: Sequence[Row]) -> None:
    """Draws the payload between the command's first byte and its end."""
    end = span.time + (span.seconds or 0.0)
    for row in payload:
        if span.time <= row.time <= end:
            colour = _SENT if row.direction == "sent" else _RECEIVED
            left = begin + (row.time - span.time) * 1000
            ax.barh(lane, row.duration * 1000, left=left, height=0.26, color=colour, label=f"payload {row.direction}")


def _label(command: str) -> str:
    return command if len(command) <= _LABEL else command[: _LABEL - 1] + "…"
