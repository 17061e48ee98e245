"""The client: a module on a port, and files on an FTP server behind it."""

from __future__ import annotations

import builtins
import io
import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Callable, Optional, Union, overload

from qftp import _native
from qftp.errors import Error
from qftp.records import Entry, Identity, Transferred
from qftp.remote import RemoteFile
from qftp.soft import SoftModule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

Name = Union[str, bytes]
"""A remote name. Text is encoded as the client was told; bytes go over the line as they are."""
LocalPath = Union[str, "os.PathLike[str]"]
Source = Union[LocalPath, bytes, bytearray, memoryview, BinaryIO]
Target = Union[LocalPath, BinaryIO]
Progress = Callable[[int, Optional[int]], object]
"""Called as bytes move: how many so far, and of how many if that is known."""


def connect(
    port: str | os.PathLike[str] | SoftModule,
    *,
    baud: int | None = None,
    rtscts: bool | None = None,
    dialect: str | None = None,
    timeout: float | None = None,
    encoding: str = "utf-8",
) -> Client:
    """Opens a port and asks the module on it what it is.

    Args:
        port: A serial device (/dev/ttyUSB2, COM5), a URL (socket://host:port, unix:///path, soft://ec2x), or a
            `SoftModule`.
        baud: Bits per second of a serial device; None is 115200.
        rtscts: RTS/CTS flow control of a serial device; None is without.
        dialect: One of `DIALECTS`; None finds it out.
        timeout: Seconds for which the line may be silent while a call waits; None waits as long as the module's
            manual says for each command.
        encoding: How remote names are written.

    Raises:
        PortError: The port cannot be opened.
        TimeoutError: There is no module on it.
        Unsupported: No dialect is known for the module; `dialect` names one.
        UsageError: The URL, an option or the dialect's name makes no sense.
    """
    place = port.url if isinstance(port, SoftModule) else os.fspath(port)
    options = []
    if baud is not None:
        options.append(f"baud={baud}")
    if rtscts is not None:
        options.append(f"rtscts={int(rtscts)}")
    if options:
        place += ("&" if "?" in place else "?") + "&".join(options)
    return Client(_native.Client(place, dialect, timeout, _debug_log()), place, encoding)


class Client:
    """A module on a port; `connect` makes it.

    Calls wait for their end without holding the interpreter's lock. One call at a time: a second one, from another
    thread or from a callback, raises `BusyError`. Ctrl-C ends a call, brings the line back in step and raises
    KeyboardInterrupt. Nothing is read between calls; `poll` does it.
    """

    def __init__(self, native: _native.Client, port: str, encoding: str) -> None:
        """Use `connect`."""
        self._native = native
        self._port = port
        self._encoding = encoding
        self._logged_in: str | None = None

    # The port and the module

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
    def closed(self) -> bool:
        """Whether the port has been given back."""
        return self._native.closed

    def close(self) -> None:
        """Ends the session, if one is open, and gives the port back.

        What the module says to the first is of no interest any more; `logout` tells it.
        """
        if self.closed:
            return
        try:
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

    # Session

    def login(
        self,
        host: str,
        user: str = "anonymous",
        password: str = "",
        *,
        port: int = 21,
        apn: str | None = None,
        context: int = 1,
        passive: bool = True,
        response_timeout: int = 90,
    ) -> None:
        """Brings the PDP context up, sets the account and opens the session (AT+QFTPOPEN).

        A session that is still open is closed first.

        Args:
            host: Name or address of the server.
            user: User name.
            password: Its password; no log, error or repr shows it.
            port: The server's port.
            apn: Access point; None leaves the context as it is set.
            context: PDP context, 1 to 16.
            passive: Whether the server listens for data connections; active mode otherwise.
            response_timeout: Seconds the module waits for the server, 20 to 180 (002 section 2.1).

        Raises:
            LoginError: The server refused user or password.
            ModuleError: No network, no such host, no answer.
            UsageError: A parameter does not fit.
        """
        self._logged_in = None
        self._native.login(
            self._encode(host),
            self._encode(user),
            self._encode(password),
            port,
            None if apn is None else self._encode(apn),
            context,
            passive,
            response_timeout,
        )
        self._logged_in = f"{user}@{host}:{port}"

    def logout(self) -> None:
        """Closes the session (AT+QFTPCLOSE); the port stays open."""
        self._logged_in = None
        self._native.logout()

    def stat(self) -> str:
        """State of the FTP service: "opening", "idle", "transferring", "closing" or "closed" (AT+QFTPSTAT)."""
        return self._native.stat()

    # Files

    def put(
        self,
        source: Source,
        remote: Name,
        *,
        offset: int = 0,
        progress: Progress | None = None,
    ) -> Transferred:
        """Uploads (AT+QFTPPUT). It has succeeded when the size on the server is the one that was sent.

        Args:
            source: A path, bytes, or a file object open for reading in binary mode, which is read from where it
                stands.
            remote: The name on the server.
            offset: Continue after so many bytes, which are on the server already. Of a path or of bytes they are
                passed over.
            progress: Called with bytes sent and bytes to send.

        Raises:
            RemoteFileError: The server does not take the file.
            IncompleteError: Fewer bytes arrived; `safe` says how many.
            Unsupported: `offset` in a dialect that cannot.
            OSError: The local file cannot be read.
        """
        return self._upload(source, remote, offset, progress, append=False)

    def append(self, source: Source, remote: Name, *, progress: Progress | None = None) -> Transferred:
        """Adds to the end of a remote file, and makes it where there is none. Otherwise as `put`."""
        return self._upload(source, remote, 0, progress, append=True)

    @overload
    def get(
        self,
        remote: Name,
        target: None = None,
        *,
        offset: int = 0,
        length: int | None = None,
        progress: Progress | None = None,
    ) -> bytes: ...

    @overload
    def get(
        self,
        remote: Name,
        target: Target,
        *,
        offset: int = 0,
        length: int | None = None,
        progress: Progress | None = None,
    ) -> Transferred: ...

    def get(
        self,
        remote: Name,
        target: Target | None = None,
        *,
        offset: int = 0,
        length: int | None = None,
        progress: Progress | None = None,
    ) -> bytes | Transferred:
        """Downloads (AT+QFTPGET).

        Args:
            remote: The name on the server.
            target: A path, or a file object open for writing in binary mode; None returns the bytes. With a path the
                bytes go to a temporary name beside it, which takes its place when complete; with `offset`, the file
                is cut to so many bytes and continued.
            offset: Where in the remote file to start.
            length: At most this many bytes.
            progress: Called with bytes received and bytes to receive, the latter None where nobody knows.

        Raises:
            RemoteFileNotFoundError: There is no such file.
            IncompleteError: Fewer bytes arrived.
            Unsupported: `offset` or `length` in a dialect that cannot.
            OSError: The local file cannot be written.
        """
        name = self._encode(remote)
        if target is None:
            buffer = io.BytesIO()
            self._native.get(name, buffer, offset, length, progress)
            return buffer.getvalue()
        if isinstance(target, (str, os.PathLike)):
            path = os.fspath(target)
            return Transferred(*self._native.get_file(name, path, offset, length, progress))
        return Transferred(*self._native.get(name, target, offset, length, progress))

    def open(self, remote: Name, mode: str = "rb") -> RemoteFile:
        """Opens a remote file: a raw, unbuffered file as `open(..., buffering=0)` returns for a local one.

        Each `read` and `write` is a command on the line; `io.BufferedReader` and `io.BufferedWriter` make them few.

        Args:
            remote: The name on the server.
            mode: "rb" to read, "wb" to write anew, "ab" to add to the end.

        Raises:
            RemoteFileNotFoundError: There is no such file to read.
            Unsupported: The dialect cannot read, or write, parts of a file; seen at the read or write.
            UsageError: Another mode.
        """
        return RemoteFile(self, remote, mode)

    def size(self, remote: Name) -> int:
        """Bytes of a remote file (AT+QFTPSIZE; from a listing where the dialect lacks it)."""
        return self._native.size(self._encode(remote))

    def mdtm(self, remote: Name) -> str:
        """Time of a file's last change, YYYYMMDDHHMMSS[.NNN] in UTC (AT+QFTPMDTM)."""
        return self._native.mdtm(self._encode(remote))

    def delete(self, remote: Name) -> None:
        """Deletes a file (AT+QFTPDEL)."""
        self._native.delete(self._encode(remote))

    def rename(self, old: Name, new: Name) -> None:
        """Renames a file or directory (AT+QFTPRENAME)."""
        self._native.rename(self._encode(old), self._encode(new))

    def transferred(self) -> int:
        """Bytes moved by the last transfer, as the module counts (AT+QFTPLEN)."""
        return self._native.transferred()

    # Directories

    def list(self, directory: Name = ".") -> builtins.list[Entry]:
        """A directory's entries: by MLSD, or by LIST where server or dialect have no MLSD."""
        return self._entries(self._native.list(self._encode(directory)))

    def list_text(self, directory: Name = ".") -> str:
        """A directory as the server shows it to people (AT+QFTPLIST)."""
        return self._decode(self._native.list_text(self._encode(directory)))

    def nlst(self, directory: Name = ".") -> builtins.list[str]:
        """The names in a directory, as the server gives them (AT+QFTPNLST)."""
        names = self._native.nlst(self._encode(directory))
        return [self._decode(name) for name in names]

    def mlsd(self, directory: Name = ".", facts: Iterable[str] = ()) -> Iterator[tuple[str, dict[str, str]]]:
        """A directory's entries by RFC 3659, each a name and its facts, as `ftplib.FTP.mlsd` yields them.

        Args:
            directory: Which one.
            facts: Those that are wanted; none given is all that the server tells.
        """
        wanted = {fact.lower() for fact in facts}
        for entry in self._entries(self._native.mlsd(self._encode(directory))):
            told, _, _ = entry.raw.partition(" ")
            pairs = (fact.partition("=") for fact in told.rstrip(";").split(";"))
            found = {fact.lower(): value for fact, _, value in pairs}
            yield entry.name, {f: v for f, v in found.items() if not wanted or f in wanted}

    def mkdir(self, directory: Name) -> None:
        """Makes a directory (AT+QFTPMKDIR)."""
        self._native.mkdir(self._encode(directory))

    def rmdir(self, directory: Name) -> None:
        """Removes an empty directory (AT+QFTPRMDIR)."""
        self._native.rmdir(self._encode(directory))

    def cwd(self, directory: Name) -> None:
        """Changes the current directory (AT+QFTPCWD)."""
        self._native.cwd(self._encode(directory))

    def cdup(self) -> None:
        """Changes to the parent directory."""
        self._native.cdup()

    def pwd(self) -> str:
        """The current directory (AT+QFTPPWD)."""
        return self._decode(self._native.pwd())

    # The line

    def command(self, line: str | bytes) -> builtins.list[str]:
        """Sends any AT command that does not enter data mode and returns its information lines.

        Where the dialect knows that an unsolicited result code follows, it is awaited and comes last.

        Raises:
            CommandError: The module refused it.
        """
        answer = self._native.command(self._encode(line))
        return [self._decode(line) for line in answer]

    def poll(self, timeout: float = 0) -> None:
        """Reads the line until something has come, at most `timeout` seconds; unsolicited lines go to `on_urc`."""
        self._native.poll(timeout)

    def on_urc(self, callback: Callable[[str], object] | None) -> None:
        """Has every unsolicited line that a call reads handed to `callback`; None hands them to nobody.

        What the callback raises ends the call. It may not call the client.
        """
        if callback is None:
            self._native.on_urc(None)
            return
        hand = callback
        self._native.on_urc(lambda line: hand(self._decode(line)))

    # Names as bytes

    def _encode(self, name: Name) -> bytes:
        return name if isinstance(name, bytes) else name.encode(self._encoding, "surrogateescape")

    def _decode(self, name: bytes) -> str:
        return name.decode(self._encoding, "surrogateescape")

    def _entries(self, rows: Iterable[tuple[bytes, str, int | None, str | None, bytes]]) -> builtins.list[Entry]:
        return [
            Entry(self._decode(name), kind, size, modified, self._decode(raw))
            for name, kind, size, modified, raw in rows
        ]

    def _upload(
        self, source: Source, remote: Name, offset: int, progress: Progress | None, append: bool
    ) -> Transferred:
        name = self._encode(remote)
        if isinstance(source, (str, os.PathLike)):
            path = os.fspath(source)
            return Transferred(*self._native.put_file(path, name, offset, progress, append))
        size: int | None
        if isinstance(source, (bytes, bytearray, memoryview)):
            view = memoryview(source).cast("B")[offset:]
            source, size = io.BytesIO(view), len(view)
        else:
            size = _left(source)
        return Transferred(*self._native.put(source, size, name, offset, progress, append))


def _left(source: BinaryIO) -> int | None:
    """How many bytes a file object has yet to give, if it can tell."""
    try:
        at = source.tell()
        end = source.seek(0, os.SEEK_END)
        source.seek(at)
    except (AttributeError, OSError):
        return None
    return max(end - at, 0)


def _debug_log() -> Callable[[bool, bytes], object] | None:
    """Shows the line to the logger `qftp`, if somebody listens to its debug level; passwords are masked by then.

    A program that has not imported `logging` does not listen.
    """
    logging = sys.modules.get("logging")
    if logging is None:
        return None
    logger = logging.getLogger("qftp")
    if not logger.isEnabledFor(logging.DEBUG):
        return None

    def show(sent: bool, line: bytes) -> None:
        logger.debug("%s %s", ">" if sent else "<", line.decode("utf-8", "backslashreplace"))

    return show
