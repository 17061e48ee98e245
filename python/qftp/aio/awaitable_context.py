"""What `connect` and `Client.open` return: to be awaited, or entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator
    from types import TracebackType


class Closing(Protocol):
    """What can be closed."""

    def close(self) -> Coroutine[Any, Any, None]:
        """Closes it."""
        ...


T = TypeVar("T", bound=Closing)


class Opening(Generic[T]):
    """Something that is opened when it is awaited, or entered; `async with` closes it."""

    def __init__(self, opened: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Use `connect` or `Client.open`."""
        self._opened = opened
        self._entered: list[T] = []

    def __await__(self) -> Generator[Any, None, T]:
        """Opens it."""
        return self._opened().__await__()

    async def __aenter__(self) -> T:
        """Opens it."""
        self._entered.append(await self._opened())
        return self._entered[-1]

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes it."""
        await self._entered.pop().close()
