"""The reply of a server for each error of the client."""

from __future__ import annotations

import socket

from qftp import errors

BY_NAME: dict[str, type[OSError] | type[EOFError]] = {
    "dns": socket.gaierror,
    "network": ConnectionError,
    "control-closed": EOFError,
    "peer-closed": EOFError,
}
"""The exceptions that `ftplib` raises for failures without a reply of the server, by `ModuleError.name`."""

BY_CLASS: tuple[tuple[type[errors.Error], int], ...] = (
    (errors.LoginError, 530),
    (errors.RemoteFileError, 550),
    (errors.UnsupportedError, 502),
    (errors.ModuleError, 451),
    (errors.CommandError, 451),
)
"""The reply code where neither the server nor the module gave one."""


def reply(error: errors.Error) -> str:
    """Returns the reply line for an error of the server; raises any other error.

    Raises what `ftplib` raises for a broken connection: OSError, EOFError, ValueError.
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
