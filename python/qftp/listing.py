"""The entries of a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qftp.listing_table import html, short, text
from qftp.optional_import import optional_import
from qftp.records import Entry

if TYPE_CHECKING:
    import pandas


class Listing(list[Entry]):
    """The entries of a directory: a list, which `print` and a notebook show as a table."""

    def __str__(self) -> str:
        """Returns a table of size, time and name; a directory has a slash."""
        return text(self)

    def __repr__(self) -> str:
        """Shows the number of entries, and the first of them as a table."""
        return short(self)

    def _repr_html_(self) -> str:
        return html(self)

    def to_dataframe(self) -> pandas.DataFrame:
        """Returns the entries as a pandas.DataFrame: `name`, `kind`, `size` in bytes, `time` in UTC, `modified`.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        pd = optional_import("pandas", "to_dataframe()")
        rows = [(entry.name, entry.kind, entry.size, entry.time, entry.modified) for entry in self]
        frame = pd.DataFrame(rows, columns=["name", "kind", "size", "time", "modified"])
        frame["size"] = frame["size"].astype("Int64")
        frame["time"] = pd.to_datetime(frame["time"], utc=True)
        result: pandas.DataFrame = frame
        return result
