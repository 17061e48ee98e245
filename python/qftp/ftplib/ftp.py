"""`ftplib.FTP` behind a module."""

from __future__ import annotations

import ftplib
import socket
from ftplib import error_perm
from typing import TYPE_CHECKING, Any, Callable, cast

from qftp.blocks import BlockSource, BlockTarget
from qftp.client import connect
from qftp.errors import UsageError
from qftp.ftplib.control import Control
from qftp.ftplib.lines import LineSource, LineTarget

if TYPE_CHECKING:
    import os

    from qftp.client import Client
    from qftp.emulator import Emulator

UNSET: Any = getattr(socket, "_GLOBAL_DEFAULT_TIMEOUT", None)
"""The default of the standard library for "no timeout given"."""


class FTP(ftplib.FTP):
    """The standard library's FTP client, behind a module.

    `timeout` limits the silence on the line while a call waits; the default is what the manual of the module says.
    """

    _line: str | os.PathLike[str] | Emulator | None
    _control: Control | None = None
    _tls: dict[str, Any] | None = None
    """The options of a login over TLS, where it is asked for."""

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
        """Takes the arguments of `ftplib.FTP`, and the port of the module.

        Args:
            host: The server; if given, opens the line.
            user: The user; if given, opens the session.
            passwd: Its password.
            acct: Ignored: modules have no ACCT.
            timeout: Seconds, or None.
            source_address: Raises UsageError: the module chooses it.
            encoding: The encoding of names.
            line: The port as `qftp.connect` takes it, options in the URL: "/dev/ttyUSB2?baud=921600&rtscts=1". None
                uses QFTP_PORT from the environment, else the only port that looks like a module's.
            apn: The access point; None leaves the setting of the module.
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
        client = connect(self._line, timeout=silence, encoding=self.encoding)
        self._control = Control(client, self, self._apn, self._tls)
        self.sock = cast("Any", self._control)
        self.file = cast("Any", self._control)
        self.af = socket.AF_INET
        self.welcome = self.getresp()
        return self.welcome

    def getresp(self) -> str:
        """Works as `ftplib.FTP.getresp`; the `__cause__` of its exceptions is an `Error` with a `hint`."""
        try:
            return super().getresp()
        except ftplib.Error as error:
            raise error from self._connected().failure

    @property
    def client(self) -> Client:
        """The client behind it, for operations that `ftplib` lacks."""
        return self._connected().client

    def retrbinary(
        self,
        cmd: str,
        callback: Callable[[bytes], object],
        blocksize: int = 8192,
        rest: int | str | None = None,
    ) -> str:
        """Works as `ftplib.FTP.retrbinary`."""
        self.voidcmd("TYPE I")
        self._restart(rest)
        return self._transfer(cmd, BlockTarget(callback, blocksize))

    def retrlines(self, cmd: str, callback: Callable[[str], object] | None = None) -> str:
        """Works as `ftplib.FTP.retrlines`; this process splits the file into lines, not the server."""
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
        """Works as `ftplib.FTP.storbinary`."""
        self.voidcmd("TYPE I")
        self._restart(rest)
        source = BlockSource(fp, blocksize, callback)
        reply = self._transfer(cmd, source)
        source.finish()
        return reply

    def storlines(self, cmd: str, fp: Any, callback: Callable[[bytes], object] | None = None) -> str:
        r"""Works as `ftplib.FTP.storlines`; on the server, lines end with \n, as on a Unix system."""
        self.voidcmd("TYPE A")
        return self._transfer(cmd, LineSource(fp, self.maxline, callback))

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Raises error_perm: the module owns the data connection."""
        raise error_perm("502 A module gives no socket for data: use retrbinary, retrlines, storbinary or storlines.")

    def makeport(self) -> socket.socket:
        """Raises error_perm, as `ntransfercmd`."""
        raise error_perm("502 A module opens its data connections itself: set_pasv chooses the mode.")

    def makepasv(self) -> tuple[str, int]:
        """Raises error_perm, as `makeport`."""
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
