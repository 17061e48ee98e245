"""Progress of a transfer: a callable, or a bar by tqdm."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Callable, Optional, Union

from qftp.optional_import import optional_import

if TYPE_CHECKING:
    from collections.abc import Generator

Told = Callable[[int, Optional[int]], object]
"""Called as bytes move: how many so far, and of how many if that is known."""
Progress = Union[bool, Told]
"""True shows a bar (`tqdm.auto`: in a terminal or a notebook, nothing in a pipe)."""


@contextlib.contextmanager
def shown(progress: Progress | None, name: str) -> Generator[Told | None, None, None]:
    """What to call as bytes move; a bar is closed however the transfer ends.

    Raises:
        MissingPackageError: A bar is wanted, and tqdm is not installed.
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
