"""The words of options, for editors and type checkers. A test compares them with the tables of the library."""

from __future__ import annotations

from typing import Literal

DialectName = Literal[
    "ec20",
    "ec2x",
    "bg96",
    "gsm",
    "nl668",
]

ErrorKind = Literal[
    "invalid-argument",
    "busy",
    "unsupported",
    "unknown-module",
    "port-url",
    "port-missing",
    "port-permission",
    "port-busy",
    "port",
    "line",
    "no-answer",
    "final-error",
    "unexpected-line",
    "restarted",
    "unexplained",
    "module",
    "server-name",
    "unreachable",
    "connection-lost",
    "server-timeout",
    "server-refused",
    "other-reply",
    "login-refused",
    "file-unavailable",
    "file-refused",
    "tls",
    "not-listed",
    "size-unknown",
    "incomplete",
    "checksum-mismatch",
    "local",
    "cancelled",
    "internal",
]
