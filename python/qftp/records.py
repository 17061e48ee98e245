"""What calls return: an entry of a directory, a transfer, a module's identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class Identity(NamedTuple):
    """What a module says of itself."""

    manufacturer: str
    model: str
    revision: str


class Transferred(NamedTuple):
    """A transfer that succeeded."""

    bytes: int
    """Bytes of payload."""
    elapsed: float
    """Seconds from the command to its last line."""

    @property
    def rate(self) -> float:
        """Bytes per second."""
        return self.bytes / self.elapsed if self.elapsed > 0 else 0.0


class Entry(NamedTuple):
    """One line of a directory."""

    name: str
    type: str
    """"file", "dir", "link", or "other" where the listing does not say."""
    size: int | None
    """Bytes, where the listing says so."""
    modified: str | None
    """YYYYMMDDHHMMSS[.NNN] in UTC from MLSD; the server's own words from LIST."""
    raw: str
    """The line it was read from."""

    @property
    def time(self) -> datetime | None:
        """When it was last changed, in UTC, where the listing says it without doubt (MLSD)."""
        digits, _, fraction = (self.modified or "").partition(".")
        if len(digits) != 14 or not digits.isdecimal():
            return None
        from datetime import datetime, timezone

        text = f"{digits}.{fraction[:6] or '0'}"
        try:
            return datetime.strptime(text, "%Y%m%d%H%M%S.%f").replace(tzinfo=timezone.utc)
        except ValueError:
            return None

    @property
    def is_dir(self) -> bool:
        """Whether it is a directory."""
        return self.type == "dir"
