"""The result of `connect` and `Client.open`: await it, or use it in `async with`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator
    from types import TracebackType


class Closing(Protocol):
    """An object that can be closed."""

    def close(self) -> Coroutine[Any, Any, None]:
        """Closes the object."""
        ...


T = TypeVar("T", bound=Closing)


class Opening(Generic[T]):
    """Opens an object when awaited or entered; `async with` closes it."""

    def __init__(self, opened: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Use `connect` or `Client.open`."""
        self._opened = opened
        self._entered: list[T] = []

    def __await__(self) -> Generator[Any, None, T]:
        """Opens the object."""
        return self._opened().__await__()

    async def __aenter__(self) -> T:
        """Opens the object."""
        self._entered.append(await self._opened())
        return self._entered[-1]

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the object."""
        await self._entered.pop().close()
