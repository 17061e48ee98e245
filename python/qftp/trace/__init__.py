"""The trace of a line: its rows, its commands, and a file for each output."""

from __future__ import annotations

from qftp.trace.row import Row
from qftp.trace.spans import Span
from qftp.trace.trace import ClientTrace, Trace

__all__ = ["ClientTrace", "Row", "Span", "Trace"]
