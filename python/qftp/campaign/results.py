"""The results of a campaign: a part for each share that is done, then one file of all.

A part is there as a whole or not at all. So a campaign can be stopped at any time.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from qftp.errors import Error
from qftp.optional_import import optional_import

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qftp.campaign.plan import Plan, Share

COLUMNS = {
    "place": "string",
    "share": "int64",
    "index": "int64",
    "dialect": "string",
    "model": "string",
    "revision": "string",
    "size": "int64",
    "seed": "int64",
    "worker": "string",
    "started": "timestamp[us, tz=UTC]",
    "put_seconds": "float64",
    "put_attempts": "int64",
    "get_seconds": "float64",
    "is_whole": "bool",
    "error": "string",
    "message": "string",
}
"""The columns of the results, and the type of each."""


class PlanError(Error, ValueError):
    """The folder holds the results of another plan."""


class Results:
    """The folder of a campaign."""

    def __init__(self, folder: str | os.PathLike[str], plan: Plan) -> None:
        """Makes the folder, or takes one of the same plan.

        Raises:
            PlanError: It is of another plan.
        """
        self._arrow = optional_import("pyarrow", "a campaign", "campaign")
        self._parquet = optional_import("pyarrow.parquet", "a campaign", "campaign")
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        there = self._folder / "plan.json"
        if there.exists() and there.read_text("utf-8") != plan.text():
            raise PlanError(f"{folder} has another plan: choose another folder, or delete it")
        _write(there, lambda path: path.write_text(plan.text(), "utf-8"))

    @property
    def path(self) -> Path:
        """The file of all results."""
        return self._folder / "results.parquet"

    def is_done(self, share: Share) -> bool:
        """Returns True if the share has its part."""
        return self._part(share).exists()

    def keep(self, share: Share, rows: Iterable[dict[str, Any]]) -> None:
        """Writes the part of a share."""
        schema = self._schema()
        table = self._arrow.Table.from_pylist(list(rows), schema=schema)
        _write(self._part(share), lambda path: self._parquet.write_table(table, path))

    def join(self, shares: Iterable[Share]) -> Path:
        """Writes the file of all results from the parts; returns its path."""

        def write(path: Path) -> None:
            with self._parquet.ParquetWriter(path, self._schema()) as writer:
                for share in shares:
                    writer.write_table(self._parquet.read_table(self._part(share), schema=self._schema()))

        _write(self.path, write)
        return self.path

    def _part(self, share: Share) -> Path:
        return self._folder / "parts" / f"{share.name}.parquet"

    def _schema(self) -> Any:
        arrow = self._arrow
        kinds = {
            "string": arrow.string(),
            "int64": arrow.int64(),
            "float64": arrow.float64(),
            "bool": arrow.bool_(),
            "timestamp[us, tz=UTC]": arrow.timestamp("us", tz="UTC"),
        }
        return arrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])


def _write(path: Path, write: Callable[[Path], object]) -> None:
    """Writes a file under another name first, so that nobody sees a part of it."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f"{path.name}.new")
    write(part)
    part.replace(path)
