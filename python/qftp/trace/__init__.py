"""What went over the line, as `Client.trace` has it: rows, and their outputs, which have a file each."""

from __future__ import annotations

from qftp.trace.rows import ClientTrace, Row, Trace
from qftp.trace.spans import Span

__all__ = ["ClientTrace", "Row", "Span", "Trace"]
