"""`ftplib` through a cellular module: change the import, and a script written for `ftplib` runs.

    from qftp.ftplib import FTP  # was: from ftplib import FTP

    with FTP("ftp.example.com", "user", "password") as ftp:
        ftp.cwd("logs")
        with open("log.txt", "rb") as file:
            ftp.storbinary("STOR log.txt", file)

Or `from qftp import ftplib` for `import ftplib`. The environment variable QFTP_PORT names the
port of the module; without it, the only likely port is used. A program can name it by `line`.

`FTP` is the class of the standard library. It talks to `control.Control` in place of a server: `Control` runs each
command on the module and answers as a server does. So results and exceptions are those of `ftplib`.

A module cannot do everything. `Control` then answers 502, as a server without the command: for data sockets
(`transfercmd`), for `abort`, and for most commands of `sendcmd`. Modules do not pass on the text of a reply, only its
number, so the text is not the server's.
"""

from __future__ import annotations

from ftplib import (
    CRLF,
    FTP_PORT,
    MAXLINE,
    Error,
    all_errors,
    error_perm,
    error_proto,
    error_reply,
    error_temp,
)

from qftp.ftplib.ftp import FTP
from qftp.ftplib.ftp_tls import FTP_TLS

__all__ = [
    "CRLF",
    "FTP",
    "FTP_PORT",
    "FTP_TLS",
    "MAXLINE",
    "Error",
    "all_errors",
    "error_perm",
    "error_proto",
    "error_reply",
    "error_temp",
]
