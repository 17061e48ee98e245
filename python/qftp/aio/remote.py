"""A remote file, read and written with await."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from qftp.aio.async_method import Called

if TYPE_CHECKING:
    from types import TracebackType

    from qftp.aio.worker import Worker

Content = TypeVar("Content", str, bytes)


class RemoteFile(Called, Generic[Content]):
    """A file on the server; `Client.open` makes it. It has the methods of Python's files, with await.

    Iterate over its lines by `async for line in file`.
    """

    def __init__(self, blocking: Any, worker: Worker) -> None:
        """Use `Client.open`."""
        self._blocking: Any = blocking
        self._worker = worker

    @property
    def name(self) -> str | bytes:
        """The name it was opened by."""
        name: str | bytes = self._blocking.name
        return name

    @property
    def mode(self) -> str:
        """The mode it was opened in."""
        mode: str = self._blocking.mode
        return mode

    @property
    def closed(self) -> bool:
        """True once it is closed."""
        closed: bool = self._blocking.closed
        return closed

    def readable(self) -> bool:
        """Returns True if it was opened to be read."""
        return bool(self._blocking.readable())

    def writable(self) -> bool:
        """Returns True if it was opened to be written."""
        return bool(self._blocking.writable())

    def seekable(self) -> bool:
        """Returns True if it can be read from any position."""
        return bool(self._blocking.seekable())

    async def read(self, size: int = -1) -> Content:
        """Reads at most `size` bytes or letters; -1 reads the rest. Returns an empty content at the end."""
        content: Content = await self._done("read", size)
        return content

    async def readline(self) -> Content:
        """Reads one line, with its end; returns an empty content at the end of the file."""
        line: Content = await self._done("readline")
        return line

    async def readlines(self) -> list[Content]:
        """Reads the rest, as lines."""
        lines: list[Content] = await self._done("readlines")
        return lines

    async def write(self, content: Content) -> int:
        """Writes the content; it is on the server after `flush` or `close`."""
        count: int = await self._done("write", content)
        return count

    async def flush(self) -> None:
        """Writes what is in the buffer."""
        await self._done("flush")

    async def tell(self) -> int:
        """Returns the position of the next byte."""
        position: int = await self._done("tell")
        return position

    async def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves to another position of a file that is read."""
        position: int = await self._done("seek", offset, whence)
        return position

    async def close(self) -> None:
        """Closes the file, after writing what is in the buffer."""
        await self._done("close")

    async def _done(self, method: str, *arguments: Any) -> Any:
        return await self._worker.run(lambda _: getattr(self._blocking, method)(*arguments))

    def __aiter__(self) -> RemoteFile[Content]:
        """Returns the file itself: it yields its lines."""
        return self

    async def __anext__(self) -> Content:
        """Returns the next line."""
        line: Content = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line

    async def __aenter__(self) -> RemoteFile[Content]:
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
