"""Unsolicited lines: who hears them, and an iterator over them."""

from __future__ import annotations

import time
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Callable

from qftp.errors import UsageError

if TYPE_CHECKING:
    from types import TracebackType

    from qftp.line import Line

LONGEST_WAIT_S = 3600.0
"""One poll of an iterator without a time-out."""


class Urcs:
    """An iterator over the unsolicited lines since it was made; `Client.urcs` makes it.

    `next` reads the line until one has come. Lines that other calls read in between are kept for it.
    """

    def __init__(self, line: Line, timeout: float | None) -> None:
        """Use `Client.urcs`."""
        if timeout is not None and not timeout >= 0:
            raise UsageError(f"timeout={timeout}: give a number of seconds, or None")
        self._line: Line | None = line
        self._timeout = timeout
        self._heard: deque[str] = deque()

    def hear(self, line: str) -> None:
        """Keeps a line for `next`."""
        self._heard.append(line)

    def __iter__(self) -> Urcs:
        """Returns the iterator itself."""
        return self

    def __next__(self) -> str:
        """The next line; the end when none came in time, or the client was closed."""
        until = None if self._timeout is None else time.monotonic() + self._timeout
        waited = False
        while not self._heard:
            line = self._line
            left = LONGEST_WAIT_S if until is None else until - time.monotonic()
            if line is None or line.closed or (left < 0 and waited):
                raise StopIteration
            line.poll(max(left, 0))
            waited = True
        return self._heard.popleft()

    def close(self) -> None:
        """Hears no more; what it has heard is still given."""
        if self._line is not None:
            self._line.forget(self)
            self._line = None

    def __reduce__(self) -> Any:
        """Refuses, as the client does."""
        raise TypeError("a qftp.Urcs cannot be pickled: its client holds a port")

    def __enter__(self) -> Urcs:
        """Returns the iterator itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes it."""
        self.close()


class Listeners:
    """Hands each unsolicited line to the callback, if there is one, and to the iterators that are still held."""

    def __init__(self, encoding: str) -> None:
        """Nobody listens yet."""
        self._encoding = encoding
        self.callback: Callable[[str], object] | None = None
        self._iterators: weakref.WeakSet[Urcs] = weakref.WeakSet()

    def add(self, iterator: Urcs) -> None:
        """Another one listens."""
        self._iterators.add(iterator)

    def discard(self, iterator: Urcs) -> None:
        """One listens no more."""
        self._iterators.discard(iterator)

    def tell(self, said: bytes) -> None:
        """A line has come."""
        line = said.decode(self._encoding, "surrogateescape")
        for iterator in self._iterators:
            iterator.hear(line)
        if self.callback is not None:
            self.callback(line)
