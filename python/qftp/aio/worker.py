"""Calls of a blocking client in threads, one after another.

Each call has its own thread, so that none remains when the event loop ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import threading
from typing import Any, Callable, TypeVar

from qftp import _native

T = TypeVar("T")


class Worker:
    """Runs the calls of one client in order."""

    def __init__(self) -> None:
        """Needs a running event loop."""
        self.loop = asyncio.get_running_loop()
        # A task in a closed loop is never cancelled.
        self.stop = _native.Stop(self.loop.is_closed)
        self._turn = asyncio.Lock()

    async def run(self, function: Callable[[Call], T]) -> T:
        """Waits for its turn, then for the function in a thread.

        If the task is cancelled, the native calls of the function end; this returns after the thread has ended.
        """
        async with self._turn:
            return await Call(self.loop, self.stop).run(function)


class Call:
    """One call in a thread, as seen from the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, stop: _native.Stop) -> None:
        """Use `Worker.run`."""
        self._loop = loop
        self._stop = stop
        self._raised: Exception | None = None

    async def run(self, function: Callable[[Call], T]) -> T:
        """See `Worker.run`."""
        done: asyncio.Future[T] = self._loop.create_future()
        self._stop.clear()
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(self._work, function, done), name="qftp.aio")
        thread.start()
        try:
            await asyncio.wait([done])
        except asyncio.CancelledError:
            self._stop.set()
            while not done.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait([done])
            done.exception()  # retrieved and dropped: the task is cancelled
            raise
        finally:
            if done.done():
                thread.join()  # it has nothing left to do
        if self._raised is not None:
            raise self._raised
        return done.result()

    def in_loop(self, callback: Any) -> Any:
        """Returns a function for the thread that calls the callback in the event loop's thread.

        An exception from the callback ends the call and is raised by it. Returns anything else unchanged.
        """
        if not callable(callback):
            return callback

        def hand(*args: object) -> None:
            self._loop.call_soon_threadsafe(self._tell, callback, args)

        return hand

    def _tell(self, callback: Callable[..., object], args: tuple[object, ...]) -> None:
        if self._raised is not None:
            return
        try:
            callback(*args)
        except Exception as error:
            self._raised = error
            self._stop.set()

    def _work(self, function: Callable[[Call], T], done: asyncio.Future[T]) -> None:
        try:
            end = functools.partial(done.set_result, function(self))
        except BaseException as error:
            end = functools.partial(done.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the event loop is closed
            self._loop.call_soon_threadsafe(end)
