"""The client: a module on a port, and files on an FTP server behind it.

Each part has a file: `session.py`, `files.py`, `directories.py`, `line.py`; `ftplib_names.py` has the names of
`ftplib`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from qftp import _native
from qftp.errors import Error, UsageError
from qftp.ftplib_names import FtplibNames
from qftp.line import Line
from qftp.log import line_log
from qftp.port_url import LineSettings, Port, port_url
from qftp.records import Identity
from qftp.store import Store
from qftp.trace import ClientTrace

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from types import TracebackType

    from qftp.option_words import DialectName, ErrorKind


def connect(
    port: Port | None = None,
    *,
    baud: int | Literal["auto"] | None = None,
    rtscts: bool | None = None,
    dialect: DialectName | str | None = None,
    timeout: float | None = None,
    encoding: str = "utf-8",
    retries: int = 3,
    retry_wait: float = 1.0,
    max_time: float | None = None,
    retry_on: Iterable[ErrorKind] | None = None,
    wait: float = 0.0,
    record: str | os.PathLike[str] | None = None,
    record_payload: bool = False,
    way: Literal["stream", "pieces"] | None = None,
    escape_first: bool = False,
    trust_count: bool = False,
    baudrate: int | Literal["auto"] | None = None,
    bytesize: Literal[7, 8] | None = None,
    parity: Literal["N", "E", "O"] | None = None,
    stopbits: Literal[1, 2] | None = None,
    xonxoff: bool | None = None,
    dtr: bool | None = None,
    rts: bool | None = None,
) -> Client:
    """Opens a port and identifies the module on it.

    Args:
        port: A serial device (/dev/ttyUSB2, COM5), a URL (socket://host:port, rfc2217://host:port, unix:///path,
            hwgrep://pattern, spy://port, emulator://ec2x), an `Emulator`, or a `serial.Serial`, which is closed and
            opened anew. None takes QFTP_PORT from the environment, else the only port that looks like a module's.
        baud: Bits per second of a serial device; None is 115200, "auto" the speed at which the module answers.
        rtscts: RTS/CTS flow control of a serial device; None uses it where the module raises CTS.
        dialect: One of `DIALECTS`, or the model of a module; None asks the module.
        timeout: Seconds of silence on the line after which a waiting call fails; None waits as long as the manual of
            the module says for each command.
        encoding: The encoding of remote names.
        retries: Failures of a transfer in a row that are tried again, without a confirmed byte between them; 0 tries
            nothing again. The logger `qftp` warns of each.
        retry_wait: Seconds before the first retry; each further one waits twice as long, up to 30 s.
        max_time: Seconds after which a transfer that fails is not tried again; None sets no limit.
        retry_on: The kinds of errors that are tried again, by their names in docs/errors.md; None takes those that may
            pass: of the line, of the module, of the connection to the server.
        wait: Seconds for which a module that boots is waited for: its port appears, or it is silent, or says its
            banner.
        record: A file for a record of all that goes over the line, passwords redacted. `qftp trace` shows it, and
            `replay://FILE` is a port that plays the module's side of it. A file of this name is replaced.
        record_payload: Record the content of files, too.
        way: How files go over the line: "stream", or "pieces" for nl668 firmware whose FTPSTOR or FTPRETR damage files.
            None takes a stream, and pieces where the module refuses that; the logger `qftp` warns of it.
        escape_first: Take the module out of data mode before anything else is typed, which takes two seconds. For a
            port on which another machine may have gone away in the middle of an upload. What is typed would be a part
            of that file. Of an nl668, which takes "+++" for payload, name the dialect.
        trust_count: Take the module's own count as the proof of a transfer, which saves one command for each file. The
            last bytes of an upload are not read back. A byte which the line added to it is not seen then, and shifts
            the rest of the file. A download does not ask for the size first. Its end shows by 0.3 s of silence, and one
            that breaks off begins again. In dialect gsm only uploads change, in nl668 nothing: its modules do not
            count.
        baudrate: pyserial's name for `baud`.
        bytesize: Data bits of a byte; None is 8.
        parity: Parity of a byte; None is "N", none.
        stopbits: Stop bits of a byte; None is 1.
        xonxoff: XON/XOFF flow control, which a module takes out of files; None uses none.
        dtr: DTR at the opening; None raises it.
        rts: RTS at the opening, where it is not flow control; None raises it.

    Raises:
        OSError: The record cannot be created.
        PortError: The port cannot be opened.
        OperationTimeout: No module answers on it.
        UnsupportedError: The module is unknown; name its dialect in `dialect`.
        UsageError: The URL, an option or the name of the dialect is wrong.
    """
    speed = baudrate if baud is None else baud
    url = port_url(port, LineSettings(speed, bytesize, parity, stopbits, xonxoff, rtscts, dtr, rts))
    retry = retry_options(retries, retry_wait, max_time, retry_on)
    native = _native.Client(
        url,
        dialect,
        timeout,
        line_log(),
        retry,
        wait,
        record=record,
        record_payload=record_payload,
        way=way,
        escape_first=escape_first,
        trust_count=trust_count,
    )
    return Client(native, url, encoding)


def retry_options(
    retries: int,
    wait: float,
    max_time: float | None,
    kinds: Iterable[ErrorKind] | None,
) -> tuple[int, float, float | None, list[str] | None]:
    """Returns the options of retries as the native module takes them."""
    if retries < 0:
        raise UsageError(f"retries={retries}: give 0 or more")
    return min(retries, 2**32 - 1), wait, max_time, None if kinds is None else list(kinds)


class Client(FtplibNames, Line):
    """A module on a port; `connect` makes it.

    A call releases the interpreter's lock while it waits. A second call at the same time, from another thread or from a
    callback, raises `BusyError`. Ctrl-C ends a call within 100 ms by KeyboardInterrupt; the next call, or `close`,
    resyncs the line first. Between calls nothing is read; `poll` reads.
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
    def identity(self) -> Identity:
        """The names by which the module identifies itself."""
        return Identity(*self._native.identity)

    @property
    def store(self) -> Store:
        """The module's own files: its flash, its RAM, its SD card."""
        return Store(self)

    @property
    def trace(self) -> ClientTrace:
        """The lines and payload since the client was opened, passwords redacted: `client.trace[-20:]`."""
        return ClientTrace(self._native.trace)

    def close(self) -> None:
        """Ends the session, if one is open, and closes the port.

        Ignores errors at the end of the session; `logout` raises them. After an interrupted transfer, it first takes
        the module out of data mode, which takes about three seconds.
        """
        if self.closed:
            return
        try:
            self._native.resync()
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
        """Closes the client."""
        self.close()

    def __repr__(self) -> str:
        """Shows module, port and session; never the password."""
        state = "closed" if self.closed else self._logged_in or "no session"
        return f"<qftp.Client {self.identity.model} ({self.dialect}) on {self._port}: {state}>"

    def __reduce__(self) -> Any:
        """Raises TypeError: a port cannot be in two processes."""
        raise TypeError("a qftp.Client cannot be pickled: it holds a port")
