"""`ftplib` through a cellular module: a script written for it runs with its first line changed.

    from qftp.ftplib import FTP  # was: from ftplib import FTP

    with FTP("ftp.example.com", "user", "password") as ftp:
        ftp.cwd("logs")
        with open("log.txt", "rb") as file:
            ftp.storbinary("STOR log.txt", file)

Or `from qftp import ftplib` for `import ftplib`. The module is on the port that QFTP_PORT names, or the only one that
looks like a module's; `line` says it in the program.

`FTP` is the standard library's own class. What it would say to a server it says to `control.Control`, which does it by
the module and answers as a server does; so results and exceptions are those of `ftplib`. What a module cannot do is
refused with 502, as by a server that lacks it: sockets for data (`transfercmd`), `abort`, and most of what `sendcmd`
could send. The words behind the number of a reply are not the server's, which modules keep to themselves.
"""

from __future__ import annotations

import ftplib
import os
import socket
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
from typing import TYPE_CHECKING, Any, Callable, cast

from qftp.blocks import BlockSource, BlockTarget
from qftp.client import connect
from qftp.errors import PortNotFoundError, UsageError
from qftp.ftplib.control import Control
from qftp.ftplib.lines import LineSource, LineTarget
from qftp.ports import list_ports

if TYPE_CHECKING:
    from qftp.client import Client
    from qftp.emulator import Emulator

__all__ = [
    "CRLF",
    "FTP",
    "FTP_PORT",
    "MAXLINE",
    "Error",
    "all_errors",
    "error_perm",
    "error_proto",
    "error_reply",
    "error_temp",
]

UNSET: Any = getattr(socket, "_GLOBAL_DEFAULT_TIMEOUT", None)
"""What the standard library takes for "no timeout given"."""


class FTP(ftplib.FTP):
    """The standard library's FTP client, behind a module.

    `timeout` is how long the line may be silent while a call waits; without it, as long as the module's manual says.
    """

    _line: str | os.PathLike[str] | Emulator | None
    _control: Control | None = None

    def __init__(
        self,
        host: str = "",
        user: str = "",
        passwd: str = "",
        acct: str = "",
        timeout: float | None = UNSET,
        source_address: tuple[str, int] | None = None,
        *,
        encoding: str = "utf-8",
        line: str | os.PathLike[str] | Emulator | None = None,
        apn: str | None = None,
    ) -> None:
        """As `ftplib.FTP`, and where the module is.

        Args:
            host: Server; given, the line is opened.
            user: User; given, the session is opened.
            passwd: Its password.
            acct: Not passed on: modules know no accounts.
            timeout: Seconds, or None.
            source_address: Refused: the module chooses it.
            encoding: How names are written.
            line: What `qftp.connect` takes, options in a URL: "/dev/ttyUSB2?baud=921600&rtscts=1". None takes
                QFTP_PORT from the environment, or else the one port that looks like a module's.
            apn: Access point; None leaves it as it is set in the module.
        """
        self._line = line
        self._apn = apn
        super().__init__(host, user, passwd, acct, timeout, source_address, encoding=encoding)

    def connect(
        self,
        host: str = "",
        port: int = 0,
        timeout: float | None = -999,
        source_address: tuple[str, int] | None = None,
    ) -> str:
        """Opens the line to the module and keeps host and port for `login`, which connects to the server."""
        if host != "":
            self.host = host
        if port > 0:
            self.port = port
        if timeout != -999:
            self.timeout = timeout
        if self.timeout is not None and not self.timeout:
            raise ValueError("Non-blocking socket (timeout=0) is not supported")
        if source_address is not None or self.source_address is not None:
            raise UsageError("source_address: the module chooses the address that it connects from")
        self.close()
        silence = None if self.timeout is UNSET else self.timeout
        client = connect(self._line or _default_line(), timeout=silence, encoding=self.encoding)
        self._control = Control(client, self, self._apn)
        self.sock = cast("Any", self._control)
        self.file = cast("Any", self._control)
        self.af = socket.AF_INET
        self.welcome = self.getresp()
        return self.welcome

    def getresp(self) -> str:
        """As `ftplib.FTP.getresp`; the `__cause__` of its exceptions is that of this package, with `hint`."""
        try:
            return super().getresp()
        except Error as error:
            raise error from self._connected().failure

    @property
    def client(self) -> Client:
        """The client behind it, for what `ftplib` has no name for."""
        return self._connected().client

    def retrbinary(
        self,
        cmd: str,
        callback: Callable[[bytes], object],
        blocksize: int = 8192,
        rest: int | str | None = None,
    ) -> str:
        """As `ftplib.FTP.retrbinary`."""
        self.voidcmd("TYPE I")
        self._restart(rest)
        return self._transfer(cmd, BlockTarget(callback, blocksize))

    def retrlines(self, cmd: str, callback: Callable[[str], object] | None = None) -> str:
        """As `ftplib.FTP.retrlines`; the lines of a file are found here, not by the server."""
        self.sendcmd("TYPE A")
        target = LineTarget(callback or print, self.encoding, self.maxline)
        reply = self._transfer(cmd, target)
        target.finish()
        return reply

    def storbinary(
        self,
        cmd: str,
        fp: Any,
        blocksize: int = 8192,
        callback: Callable[[bytes], object] | None = None,
        rest: int | str | None = None,
    ) -> str:
        """As `ftplib.FTP.storbinary`."""
        self.voidcmd("TYPE I")
        self._restart(rest)
        source = BlockSource(fp, blocksize, callback)
        reply = self._transfer(cmd, source)
        source.finish()
        return reply

    def storlines(self, cmd: str, fp: Any, callback: Callable[[bytes], object] | None = None) -> str:
        r"""As `ftplib.FTP.storlines`; on the server the lines end with \n, as on a Unix system."""
        self.voidcmd("TYPE A")
        return self._transfer(cmd, LineSource(fp, self.maxline, callback))

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Refuses: the data connection is the module's."""
        raise error_perm("502 A module gives no socket for data: use retrbinary, retrlines, storbinary or storlines.")

    def makeport(self) -> socket.socket:
        """Refuses, as `ntransfercmd`."""
        raise error_perm("502 A module opens its data connections itself: set_pasv chooses the mode.")

    def makepasv(self) -> tuple[str, int]:
        """Refuses, as `makeport`."""
        raise error_perm("502 A module opens its data connections itself: set_pasv chooses the mode.")

    def _connected(self) -> Control:
        if self._control is None or self.sock is None:
            raise UsageError("not connected: call connect first")
        return self._control

    def _restart(self, rest: int | str | None) -> None:
        if rest is not None:
            self.sendcmd(f"REST {rest}")

    def _transfer(self, cmd: str, data: Any) -> str:
        with self._connected().data(data):
            return self.voidcmd(cmd)


def _default_line() -> str:
    given = os.environ.get("QFTP_PORT")
    if given:
        return given
    likely = [port.path for port in list_ports() if port.likely_at]
    if len(likely) == 1:
        return likely[0]
    found = f"several ports look like it: {', '.join(likely)}" if likely else "no port looks like it"
    raise PortNotFoundError(f"where is the module? {found}. Set QFTP_PORT, or give FTP(..., line='/dev/ttyUSB2')")
