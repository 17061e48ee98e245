"""Progress of a transfer: a callable, or a bar by tqdm."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Callable, Optional, Union

from qftp.optional_import import optional_import

if TYPE_CHECKING:
    from collections.abc import Generator

ProgressCallback = Callable[[int, Optional[int]], object]
"""Called as bytes move, with the bytes so far and the total, if it is known."""
Progress = Union[bool, ProgressCallback]
"""A callback, or True for a bar (`tqdm.auto`: in a terminal or a notebook; nothing in a pipe)."""


@contextlib.contextmanager
def shown(progress: Progress | None, name: str) -> Generator[ProgressCallback | None, None, None]:
    """Yields the callback for a transfer, and closes its bar at the end.

    Raises:
        MissingPackageError: A bar needs tqdm, which is not installed.
    """
    if progress is True:
        with optional_import("tqdm.auto", "progress=True").tqdm(
            desc=name, unit="B", unit_scale=True, unit_divisor=1024, disable=None
        ) as bar:

            def move(done: int, total: int | None) -> None:
                bar.total = total
                bar.update(done - bar.n)

            yield move
    else:
        yield progress or None
