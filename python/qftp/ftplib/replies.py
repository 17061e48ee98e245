"""What a server would have said where a call of the client fails."""

from __future__ import annotations

import socket

from qftp import errors

BY_NAME: dict[str, type[OSError] | type[EOFError]] = {
    "dns": socket.gaierror,
    "network": ConnectionError,
    "control-closed": EOFError,
    "peer-closed": EOFError,
}
"""Failures that are no reply of a server, by `ModuleError.name`: what `ftplib` raises for them."""

BY_CLASS: tuple[tuple[type[errors.Error], int], ...] = (
    (errors.LoginError, 530),
    (errors.RemoteFileError, 550),
    (errors.UnsupportedError, 502),
    (errors.ModuleError, 451),
    (errors.CommandError, 451),
)
"""Where neither server nor module gave a number."""


def reply(error: errors.Error) -> str:
    """The reply line for an error; what is no server's matter is raised.

    That is what Python code calls it (OSError, EOFError, ValueError), as `ftplib` raises for a connection that breaks.
    """
    text = " ".join(str(error).split())
    if isinstance(error, errors.ModuleError):
        other = BY_NAME.get(error.name)
        if other is not None and error.ftp_reply is None:
            raise other(text) from error
        if isinstance(error, errors.OperationTimeout):
            raise error
        if error.ftp_reply or error.stands_for:
            return f"{error.ftp_reply or error.stands_for} {text}"
    for kind, code in BY_CLASS:
        if isinstance(error, kind):
            return f"{code} {text}"
    if isinstance(error, errors.ProtocolError):
        return text  # which is none: ftplib makes it error_proto
    raise error
