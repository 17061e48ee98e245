"""The client with async and await: `qftp.Client`, its calls in threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Literal, overload

from qftp import _native
from qftp.aio.async_method import Called, called
from qftp.aio.awaitable_context import Opening
from qftp.aio.remote import RemoteFile
from qftp.aio.store import Store
from qftp.aio.urcs import Listeners, Urcs
from qftp.aio.worker import Worker
from qftp.client import Client as Blocking
from qftp.client import retry_options
from qftp.log import line_log
from qftp.port_url import LineSettings, Port, port_url

if TYPE_CHECKING:
    import builtins
    import os
    from collections.abc import AsyncIterator, Iterable
    from types import TracebackType

    from qftp.handle import Name
    from qftp.local import Target
    from qftp.option_words import DialectName, ErrorKind
    from qftp.progress import Progress
    from qftp.records import Identity, Transferred
    from qftp.remote import ReadMode, TextMode, WriteMode
    from qftp.trace import ClientTrace


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
) -> Opening[Client]:
    """Opens a port and identifies the module on it.

    Use it as `async with connect(...) as client`, or await it. Arguments and exceptions: `qftp.connect`.
    """
    speed = baudrate if baud is None else baud
    url = port_url(port, LineSettings(speed, bytesize, parity, stopbits, xonxoff, rtscts, dtr, rts))
    retry = retry_options(retries, retry_wait, max_time, retry_on)

    async def opened() -> Client:
        worker = Worker()
        log = line_log()
        native = await worker.run(
            lambda call: _native.Client(
                url,
                dialect,
                timeout,
                log,
                retry,
                wait,
                worker.stop,
                record,
                record_payload,
                way,
                escape_first,
                trust_count,
            )
        )
        return Client(Blocking(native, url, encoding), worker)

    return Opening(opened)


class Client(Called):
    """A module on a port; `connect` makes it.

    Calls of several tasks wait for their turn. A cancelled task ends its call; see the package. An exception from a
    progress callback ends the transfer and is raised by it.
    """

    def __init__(self, blocking: Blocking, worker: Worker) -> None:
        """Use `connect`."""
        self._blocking: Blocking = blocking
        self._worker = worker
        self._listeners: Listeners | None = None

    @property
    def port(self) -> str:
        """The URL that was opened."""
        return self._blocking.port

    @property
    def dialect(self) -> str:
        """The dialect spoken."""
        return self._blocking.dialect

    @property
    def identity(self) -> Identity:
        """The names by which the module identifies itself."""
        return self._blocking.identity

    @property
    def closed(self) -> bool:
        """True once the port is closed."""
        return self._blocking.closed

    @property
    def store(self) -> Store:
        """The module's own files: its flash, its RAM, its SD card."""
        return Store(self._blocking.store, self._worker)

    @property
    def trace(self) -> ClientTrace:
        """The lines and payload since the client was opened, passwords redacted: `client.trace[-20:]`."""
        return self._blocking.trace

    # Session

    login = called(Blocking.login)
    logout = called(Blocking.logout)
    service_state = called(Blocking.service_state)
    probe = called(Blocking.probe)
    close = called(Blocking.close)

    # Files

    put = called(Blocking.put)
    append = called(Blocking.append)
    put_ascii = called(Blocking.put_ascii)
    size = called(Blocking.size)
    mdtm = called(Blocking.mdtm)
    modified = called(Blocking.modified)
    delete = called(Blocking.delete)
    rename = called(Blocking.rename)
    transferred = called(Blocking.transferred)

    @overload
    async def get_ascii(self, remote: Name, target: None = None) -> bytes: ...

    @overload
    async def get_ascii(self, remote: Name, target: Target) -> Transferred: ...

    async def get_ascii(self, remote: Name, target: Target | None = None) -> bytes | Transferred:
        """Downloads a text, as `qftp.Client.get_ascii`."""
        result: bytes | Transferred = await self._call(Blocking.get_ascii, remote, target)
        return result

    @overload
    async def get(
        self,
        remote: Name,
        target: None = None,
        *,
        offset: int = 0,
        length: int | None = None,
        verify: bool = False,
        progress: Progress | None = None,
    ) -> bytes: ...

    @overload
    async def get(
        self,
        remote: Name,
        target: Target,
        *,
        offset: int = 0,
        length: int | None = None,
        resume: bool = False,
        verify: bool = False,
        fsync: bool = True,
        progress: Progress | None = None,
    ) -> Transferred: ...

    async def get(
        self,
        remote: Name,
        target: Target | None = None,
        *,
        offset: int = 0,
        length: int | None = None,
        resume: bool = False,
        verify: bool = False,
        fsync: bool = True,
        progress: Progress | None = None,
    ) -> bytes | Transferred:
        """Downloads a file (AT+QFTPGET), as `qftp.Client.get`."""
        result: bytes | Transferred = await self._call(
            Blocking.get,
            remote,
            target,
            offset=offset,
            length=length,
            resume=resume,
            verify=verify,
            fsync=fsync,
            progress=progress,
        )
        return result

    @overload
    def open(
        self,
        remote: Name,
        mode: TextMode = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> Opening[RemoteFile[str]]: ...

    @overload
    def open(self, remote: Name, mode: ReadMode | WriteMode, buffering: int = -1) -> Opening[RemoteFile[bytes]]: ...

    def open(
        self,
        remote: Name,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> Opening[Any]:
        """Opens a remote file, as `qftp.Client.open`: `async with client.open(...)`, or `await client.open(...)`."""

        async def opened() -> RemoteFile[Any]:
            file = await self._call(Blocking.open, remote, mode, buffering, encoding, errors, newline)
            return RemoteFile(file, self._worker)

        return Opening(opened)

    # Directories

    list = called(Blocking.list)
    list_text = called(Blocking.list_text)
    nlst = called(Blocking.nlst)
    stat = called(Blocking.stat)
    exists = called(Blocking.exists)
    isfile = called(Blocking.isfile)
    isdir = called(Blocking.isdir)
    glob = called(Blocking.glob)
    mkdir = called(Blocking.mkdir)
    rmtree = called(Blocking.rmtree)
    put_dir = called(Blocking.put_dir)
    get_dir = called(Blocking.get_dir)
    mirror = called(Blocking.mirror)
    rmdir = called(Blocking.rmdir)
    cwd = called(Blocking.cwd)
    cdup = called(Blocking.cdup)
    pwd = called(Blocking.pwd)

    async def walk(
        self, top: Name = ".", *, topdown: bool = True
    ) -> AsyncIterator[tuple[str, builtins.list[str], builtins.list[str]]]:
        """Yields each directory below `top`, as `qftp.Client.walk`; each listing is a call of its own."""
        walk = self._blocking.walk(top, topdown=topdown)
        while (step := await self._worker.run(lambda _: next(walk, None))) is not None:
            yield step

    async def mlsd(self, directory: Name = ".", facts: Iterable[str] = ()) -> AsyncIterator[tuple[str, dict[str, str]]]:
        """Yields the entries of a directory, as `qftp.Client.mlsd`: `async for name, facts in client.mlsd()`."""
        for entry in await self._call(_all_of_mlsd, directory, facts):
            yield entry

    # By ftplib's names

    storbinary = called(Blocking.storbinary)
    retrbinary = called(Blocking.retrbinary)
    mkd = called(Blocking.mkd)
    rmd = called(Blocking.rmd)
    quit = called(Blocking.quit)

    # The line

    command = called(Blocking.command)
    poll = called(Blocking.poll)

    def on_urc(self, callback: Callable[[str], object] | None) -> None:
        """Sets the callback for every unsolicited line that a call reads; it runs in the event loop's thread.

        None removes it. Its exceptions go to the exception handler of the event loop.
        """
        self._hear().callback = callback

    def urcs(self, timeout: float | None = None) -> Urcs:
        """Returns an asynchronous iterator over unsolicited lines, from now on: `async for line in client.urcs()`.

        While it waits, it reads the line and lets other calls run.

        Args:
            timeout: Seconds without a line after which the iteration ends; None waits until the client is closed.

        Raises:
            LineError: The line broke; raised by the iteration.
        """
        return self._hear().add(timeout)

    def _hear(self) -> Listeners:
        if self._listeners is None:
            self._listeners = Listeners(self._blocking, self._worker)
        return self._listeners

    async def __aenter__(self) -> Client:
        """Returns the client itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the client."""
        await self.close()

    def __repr__(self) -> str:
        """Shows module, port and session; never the password."""
        return repr(self._blocking).replace("<qftp.", "<qftp.aio.", 1)

    def __reduce__(self) -> Any:
        """Raises TypeError: a port cannot be in two processes."""
        raise TypeError("a qftp.aio.Client cannot be pickled: it holds a port")


def _all_of_mlsd(client: Blocking, directory: Name, facts: Iterable[str]) -> list[tuple[str, dict[str, str]]]:
    return [*client.mlsd(directory, facts)]
