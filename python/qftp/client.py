"""The client: a module on a port, and files on an FTP server behind it.

Its parts have a file each: `session.py`, `files.py`, `directories.py`, `line.py`; `names.py` has
what `ftplib` calls otherwise.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from qftp import _native
from qftp.errors import Error
from qftp.line import Line
from qftp.log import line_log
from qftp.ftplib_names import FtplibNames
from qftp.records import Identity
from qftp.emulator import Emulator
from qftp.store import Store
from qftp.trace import ClientTrace

if TYPE_CHECKING:
    from types import TracebackType


def connect(
    port: str | os.PathLike[str] | Emulator,
    *,
    baud: int | None = None,
    rtscts: bool | None = None,
    dialect: str | None = None,
    timeout: float | None = None,
    encoding: str = "utf-8",
) -> Client:
    """Opens a port and asks the module on it what it is.

    Args:
        port: A serial device (/dev/ttyUSB2, COM5), a URL (socket://host:port, unix:///path, emulator://ec2x), or a
            `Emulator`.
        baud: Bits per second of a serial device; None is 115200.
        rtscts: RTS/CTS flow control of a serial device; None is without.
        dialect: One of `DIALECTS`; None finds it out.
        timeout: Seconds for which the line may be silent while a call waits; None waits as long as the module's
            manual says for each command.
        encoding: How remote names are written.

    Raises:
        PortError: The port cannot be opened.
        OperationTimeout: There is no module on it.
        UnsupportedError: No dialect is known for the module; `dialect` names one.
        UsageError: The URL, an option or the dialect's name makes no sense.
    """
    url = place(port, baud, rtscts)
    return Client(_native.Client(url, dialect, timeout, line_log()), url, encoding)


def place(port: str | os.PathLike[str] | Emulator, baud: int | None, rtscts: bool | None) -> str:
    """The URL of a port."""
    url = port.url if isinstance(port, Emulator) else os.fspath(port)
    options: list[str] = []
    if baud is not None:
        options.append(f"baud={baud}")
    if rtscts is not None:
        options.append(f"rtscts={int(rtscts)}")
    if options:
        url += ("&" if "?" in url else "?") + "&".join(options)
    return url


class Client(FtplibNames, Line):
    """A module on a port; `connect` makes it.

    Calls wait for their end without holding the interpreter's lock. One call at a time: a second one, from another
    thread or from a callback, raises `BusyError`. Ctrl-C ends a call within 100 ms by KeyboardInterrupt;
    the next call, or closing, brings the line in step first. Nothing is read between calls; `poll` does it.
    """

    def __init__(self, native: _native.Client, port: str, encoding: str) -> None:
        """Use `connect`."""
        self._native = native
        self._port = port
        self._encoding = encoding

    @property
    def port(self) -> str:
        """The URL that was opened."""
        return self._port

    @property
    def dialect(self) -> str:
        """The dialect spoken."""
        return self._native.dialect

    @property
    def identity(self) -> Identity:
        """What the module says of itself."""
        return Identity(*self._native.identity)

    @property
    def store(self) -> Store:
        """The module's own files: its flash, its RAM, its SD card."""
        return Store(self)

    @property
    def trace(self) -> ClientTrace:
        """What went over the line since the client was opened, passwords masked: `client.trace[-20:]`."""
        return ClientTrace(self._native.trace)

    def close(self) -> None:
        """Ends the session, if one is open, and gives the port back.

        What the module says to the first is of no interest any more; `logout` tells it. After a transfer that was ended
        it takes the module out of data mode, some three seconds.
        """
        if self.closed:
            return
        try:
            self._native.bring_in_step()
            if self._logged_in is not None:
                self.logout()
        except Error:
            pass  # a session that the server ended, a line that broke
        finally:
            self._native.release()

    def __enter__(self) -> Client:
        """Returns the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes it."""
        self.close()

    def __repr__(self) -> str:
        """Shows module, port and session; never the password."""
        state = "closed" if self.closed else self._logged_in or "no session"
        return f"<qftp.Client {self.identity.model} ({self.dialect}) on {self._port}: {state}>"

    def __reduce__(self) -> Any:
        """Refuses: a line has one end."""
        raise TypeError("a qftp.Client cannot be pickled: it holds a port")
