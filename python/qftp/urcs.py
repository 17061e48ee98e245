"""Unsolicited lines: a callback and iterators receive them."""

from __future__ import annotations

import time
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Callable, Protocol

from qftp.errors import UsageError

if TYPE_CHECKING:
    from types import TracebackType

LONGEST_WAIT_S = 3600.0
"""The longest single poll of an iterator without a time-out."""


class PolledLine(Protocol):
    """A line that an iterator reads."""

    @property
    def closed(self) -> bool:
        """True once the port is closed."""
        ...

    def poll(self, timeout: float = 0) -> None:
        """Reads the line until something has come, at most `timeout` seconds."""
        ...

    def forget(self, iterator: Urcs) -> None:
        """Hands no more lines to an iterator."""
        ...


class Urcs:
    """An iterator over the unsolicited lines since it was made; `Client.urcs` makes it.

    `next` reads the line until one has come. It first returns lines that other calls have read.
    """

    def __init__(self, line: PolledLine, timeout: float | None) -> None:
        """Use `Client.urcs`."""
        if timeout is not None and not timeout >= 0:
            raise UsageError(f"timeout={timeout}: give a number of seconds, or None")
        self._line: PolledLine | None = line
        self._timeout = timeout
        self._heard: deque[str] = deque()

    def hear(self, line: str) -> None:
        """Keeps a line for `next`."""
        self._heard.append(line)

    def __iter__(self) -> Urcs:
        """Returns the iterator itself."""
        return self

    def __next__(self) -> str:
        """Returns the next line; stops if none came in time or the client was closed."""
        until = None if self._timeout is None else time.monotonic() + self._timeout
        waited = False
        while not self._heard:
            line = self._line
            remaining = LONGEST_WAIT_S if until is None else until - time.monotonic()
            if line is None or line.closed or (remaining < 0 and waited):
                raise StopIteration
            line.poll(max(remaining, 0))
            waited = True
        return self._heard.popleft()

    def close(self) -> None:
        """Receives no more lines; lines already received still come."""
        if self._line is not None:
            self._line.forget(self)
            self._line = None

    def __reduce__(self) -> Any:
        """Raises TypeError, as the client does."""
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
        """Closes the iterator."""
        self.close()


class Listeners:
    """Hands each unsolicited line to the callback, if there is one, and to the iterators that still exist."""

    def __init__(self, encoding: str) -> None:
        """Starts without a callback and without iterators."""
        self._encoding = encoding
        self.callback: Callable[[str], object] | None = None
        self._iterators: weakref.WeakSet[Urcs] = weakref.WeakSet()

    def add(self, iterator: Urcs) -> None:
        """Adds an iterator."""
        self._iterators.add(iterator)

    def discard(self, iterator: Urcs) -> None:
        """Removes an iterator."""
        self._iterators.discard(iterator)

    def tell(self, received: bytes) -> None:
        """Hands on a line."""
        line = received.decode(self._encoding, "surrogateescape")
        for iterator in self._iterators:
            iterator.hear(line)
        if self.callback is not None:
            self.callback(line)
