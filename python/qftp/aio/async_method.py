"""A blocking method as a coroutine, with its signature and its documentation."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, Callable, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from typing_extensions import Concatenate, ParamSpec

    from qftp.aio.worker import Call, Worker

    P = ParamSpec("P")

T = TypeVar("T")

CALLBACKS = ("progress", "callback")
"""Parameters whose values are called in the event loop's thread."""


class Called:
    """An object whose blocking methods a worker calls."""

    _blocking: Any
    _worker: Worker

    async def _call(self, method: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        bound = inspect.signature(method).bind(self._blocking, *args, **kwargs)

        def work(call: Call) -> Any:
            for name in CALLBACKS:
                if name in bound.arguments:
                    bound.arguments[name] = call.in_loop(bound.arguments[name])
            return method(*bound.args, **bound.kwargs)

        return await self._worker.run(work)


def called(method: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]:
    """Returns the method as a coroutine of a `Called`."""

    @functools.wraps(method)
    async def call(self: Called, /, *args: P.args, **kwargs: P.kwargs) -> T:
        result: T = await self._call(method, *args, **kwargs)
        return result

    return call
