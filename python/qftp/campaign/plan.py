"""The plan of a campaign: which transfers there are, and how they are shared out.

A plan says the same in each run, so that a stopped campaign can be resumed and a share run by another worker.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from qftp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True)
class Account:
    """The server of all transfers, and the account there."""

    host: str
    user: str
    password: str = field(repr=False)
    """Dask writes the arguments of a task that fails into its log."""
    port: int = 21
    directory: str = ""
    """The directory for the files, which must exist; empty is where the account starts."""
    options: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    """Further options of `qftp.Client.login`: `apn`, `tls`, `ca`."""


class Transfer(NamedTuple):
    """One upload, and the download of the same file."""

    number: int
    """The number within the module."""
    size: int
    seed: int


class Share(NamedTuple):
    """Transfers of one module that one worker does at a time."""

    place: str
    number: int
    transfers: tuple[Transfer, ...]

    @property
    def name(self) -> str:
        """The name of its part of the results."""
        return f"{self.place}-{self.number:06}"


@dataclass(frozen=True)
class Plan:
    """What is to be done with each module.

    Args:
        transfers: The number of transfers of each module.
        sizes: The sizes of the files in bytes, from which each transfer draws one.
        share: Transfers that a worker does in one go. The more, the more is done again after a worker was lost.
        seed: The start of the random numbers: of sizes and of content.
    """

    transfers: int
    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    share: int = 10
    seed: int = 1

    def __post_init__(self) -> None:
        """Checks the numbers."""
        if self.transfers < 1 or self.share < 1 or not self.sizes or min(self.sizes) < 0:
            raise UsageError("a plan has at least 1 transfer, a share of at least 1, and sizes of 0 or more")

    def shares(self, places: Iterable[str]) -> Iterator[Share]:
        """Returns the shares of all places, place by place."""
        for place in places:
            dice = random.Random(f"{self.seed} {place}")
            all_of_it = [
                Transfer(number, dice.choice(self.sizes), dice.getrandbits(63)) for number in range(self.transfers)
            ]
            for number, first in enumerate(range(0, self.transfers, self.share)):
                yield Share(place, number, tuple(all_of_it[first : first + self.share]))

    def text(self) -> str:
        """Returns the plan as JSON: what a resumed campaign must have, too."""
        return json.dumps(asdict(self), sort_keys=True)
