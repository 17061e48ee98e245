"""A remote file, read and written with await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qftp.aio.async_method import Called, called
from qftp.remote import RemoteFile as Blocking

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Buffer

    from qftp.aio.worker import Worker


class RemoteFile(Called):
    """A file on the server, raw; `Client.open` makes it. Each `read` and `write` is a command on the line."""

    def __init__(self, blocking: Blocking, worker: Worker) -> None:
        """Use `Client.open`."""
        self._blocking: Blocking = blocking
        self._worker = worker

    @property
    def name(self) -> str | bytes:
        """The name it was opened by."""
        return self._blocking.name

    @property
    def mode(self) -> str:
        """The mode it was opened in."""
        return self._blocking.mode

    @property
    def closed(self) -> bool:
        """True once it is closed."""
        return self._blocking.closed

    async def read(self, size: int = -1) -> bytes:
        """Reads at most `size` bytes in one command; -1 reads the rest. Returns b"" at the end."""
        data: bytes = await self._call(Blocking.read, size)
        return data

    async def write(self, data: Buffer) -> int:
        """Writes all the data, in one command."""
        count: int = await self._call(Blocking.write, data)
        return count

    def tell(self) -> int:
        """Returns the position of the next byte."""
        return self._blocking.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Moves to another position of a file that is read."""
        return self._blocking.seek(offset, whence)

    close = called(Blocking.close)

    async def __aenter__(self) -> RemoteFile:
        """Returns the file itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the file."""
        await self.close()

    def __repr__(self) -> str:
        """Shows name and mode."""
        return f"<qftp.aio.RemoteFile {self.name!r} {self.mode}>"
