"""Unsolicited lines in the event loop: a callback, and asynchronous iterators.

While an iterator waits, the line is read in short turns, so that other calls come between.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from typing import TYPE_CHECKING, Callable

from qftp.errors import UsageError

if TYPE_CHECKING:
    from qftp.aio.worker import Worker
    from qftp.client import Client

TURN_S = 0.05
"""Seconds that the line is read before another call has its turn."""


class Urcs:
    """An asynchronous iterator over the unsolicited lines since it was made; `Client.urcs` makes it.

    One task at a time waits for its next line.
    """

    def __init__(self, listeners: Listeners, timeout: float | None) -> None:
        """Use `Client.urcs`."""
        if timeout is not None and not timeout >= 0:
            raise UsageError(f"timeout={timeout}: give a number of seconds, or None")
        self._listeners = listeners
        self._timeout = timeout
        self._heard: deque[str] = deque()
        self._news: asyncio.Future[None] | None = None
        self._closed = False

    @property
    def waits(self) -> bool:
        """True while a task waits for a line."""
        return self._news is not None and not self._news.done()

    def hear(self, line: str) -> None:
        """Keeps a line for the iteration."""
        if not self._closed:
            self._heard.append(line)
            self.wake()

    def wake(self, error: Exception | None = None) -> None:
        """Wakes the task that waits, or raises the exception in it."""
        if self._news is None or self._news.done():
            return
        if error is None:
            self._news.set_result(None)
        else:
            self._news.set_exception(error)

    def __aiter__(self) -> Urcs:
        """Returns the iterator itself."""
        return self

    async def __anext__(self) -> str:
        """Returns the next line; stops if none came in time or the client was closed."""
        if not self._heard and not self._closed:
            await self._wait()
        if not self._heard:
            raise StopAsyncIteration
        return self._heard.popleft()

    async def _wait(self) -> None:
        if self._news is not None:
            raise UsageError("another task waits for the next line: make an iterator for each")
        self._news = self._listeners.news()
        try:
            await asyncio.wait_for(self._news, self._timeout)
        except asyncio.TimeoutError:
            pass
        finally:
            self._news = None

    def close(self) -> None:
        """Receives no more lines; lines already received still come."""
        self._closed = True
        self.wake()


class Listeners:
    """Hands the unsolicited lines of a client to a callback and to the iterators that still exist."""

    def __init__(self, client: Client, worker: Worker) -> None:
        """Starts without a callback and without iterators."""
        self.callback: Callable[[str], object] | None = None
        self._client = client
        self._worker = worker
        self._iterators: weakref.WeakSet[Urcs] = weakref.WeakSet()
        self._reader: asyncio.Task[None] | None = None
        client.on_urc(self._hand)

    def add(self, timeout: float | None) -> Urcs:
        """Makes another iterator."""
        iterator = Urcs(self, timeout)
        self._iterators.add(iterator)
        return iterator

    def news(self) -> asyncio.Future[None]:
        """Returns a future for a task that waits, and reads the line meanwhile."""
        if self._reader is None or self._reader.done():
            self._reader = self._worker.loop.create_task(self._read())
        return self._worker.loop.create_future()

    async def _read(self) -> None:
        """Reads the line until no task waits."""
        # The loop runs this after the task has begun to wait.
        while any(iterator.waits for iterator in self._iterators):
            error: Exception | None = None
            try:
                await self._worker.run(lambda call: self._client.poll(TURN_S))
                continue
            except Exception as raised:
                error = None if self._client.closed else raised
            for iterator in self._iterators:
                iterator.wake(error)
            return

    def _hand(self, line: str) -> None:
        """Receives a line in the thread of a call."""
        self._worker.loop.call_soon_threadsafe(self._tell, line)

    def _tell(self, line: str) -> None:
        for iterator in self._iterators:
            iterator.hear(line)
        if self.callback is not None:
            self.callback(line)
