"""The results of calls: an entry of a directory, a transfer, the identity of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qftp.optional_import import optional_import

if TYPE_CHECKING:
    from datetime import datetime

    import pandas


class Identity(NamedTuple):
    """The names by which a module identifies itself."""

    manufacturer: str
    model: str
    revision: str


class Probe(NamedTuple):
    """The state of a module and of its network. What the module does not answer is None."""

    identity: Identity
    """The names by which the module identifies itself."""
    dialect: str
    """The dialect spoken."""
    sim: str | None
    """State of the SIM: "READY", "SIM PIN", ..."""
    registration: str | None
    """Registration on the packet network: "registered, home", ..."""
    operator: str | None
    """Name of the network."""
    signal_dbm: int | None
    """Received signal strength in dBm, which is negative."""
    attached: bool | None
    """True where the packet domain is attached."""
    contexts: tuple[tuple[int, str], ...]
    """Active PDP contexts: number and address."""
    context_state: str | None
    """State of the context, in the words of a module that lists no contexts: "IP GPRSACT", ..."""

    def __str__(self) -> str:
        """Returns a line for each fact."""
        facts = self._asdict()
        facts["identity"] = " ".join(self.identity)
        facts["contexts"] = ", ".join(f"{number}: {address}" for number, address in self.contexts) or None
        return "\n".join(f"{name:<14} {'?' if fact is None else fact}" for name, fact in facts.items())


class Transferred(NamedTuple):
    """A transfer that succeeded."""

    bytes: int
    """Bytes of payload."""
    elapsed: float
    """Seconds from the first command to the last line."""
    connect_time: float | None = None
    """Seconds from the data command to its CONNECT; None if there was nothing to transfer."""
    samples: tuple[tuple[float, int], ...] = ()
    """Progress over time: seconds from the beginning, bytes moved; 1,001 samples at most. Bytes of an upload count once
    they are in the port's buffer of 16 KiB. After a failure they go back to where the transfer went on."""
    offset: int = 0
    """Position in the remote file of the first byte."""
    attempts: int = 1
    """Tries, the first one included."""
    failures: tuple[str, ...] = ()
    """The kinds of the failures that were tried again, in their order: "connection-lost"."""
    verified: str = "size"
    """The proof that both ends have the same: "content" was read back, "size" was compared, "nothing" where the server
    does not tell the size."""

    @property
    def rate(self) -> float:
        """Bytes per second."""
        return self.bytes / self.elapsed if self.elapsed > 0 else 0.0

    def to_dataframe(self) -> pandas.DataFrame:
        """Returns the samples as a pandas.DataFrame: `time` in seconds, `bytes`, and the `rate` between two in bytes/s.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        pd = optional_import("pandas", "to_dataframe()")
        frame = pd.DataFrame(list(self.samples), columns=["time", "bytes"])
        frame["rate"] = frame["bytes"].diff() / frame["time"].diff()
        result: pandas.DataFrame = frame
        return result

    def __repr__(self) -> str:
        """Shows the transfer without its samples."""
        return (
            f"Transferred(bytes={self.bytes}, elapsed={self.elapsed:.6f}, connect_time={self.connect_time}, "
            f"rate={self.rate:.0f})"
        )


class TreeItem(NamedTuple):
    """One file or directory of a tree that was carried over, and what came of it."""

    action: str
    """"put", "get", "mkdir", "list", "delete" or "rmdir"."""
    local: str
    """Its local path."""
    remote: str
    """Its path on the server."""
    outcome: str
    """"done", "skipped" or "failed"."""
    transferred: Transferred | None = None
    """The transfer of a file."""
    reason: str | None = None
    """Why it was skipped: "up-to-date", "exists", "link", "special", "name", "directory", "dry-run", "not-reached"."""
    error: BaseException | None = None
    """Why it failed."""


class Entry(NamedTuple):
    """One line of a directory."""

    name: str
    kind: str
    """"file", "directory", "link", or "other" if the listing does not say."""
    size: int | None
    """Bytes, if the listing says so."""
    modified: str | None
    """Time of the last change: YYYYMMDDHHMMSS[.NNN] in UTC from MLSD; the server's own words from LIST."""
    raw: str
    """The line it was read from."""

    @property
    def time(self) -> datetime | None:
        """Time of the last change in UTC, if the listing states it clearly (MLSD)."""
        return utc_time(self.modified or "")

    @property
    def is_dir(self) -> bool:
        """True for a directory."""
        return self.kind == "directory"


def utc_time(text: str) -> datetime | None:
    """Returns the time of YYYYMMDDHHMMSS[.NNN], or None if the text is no such time."""
    digits, _, fraction = text.partition(".")
    if len(digits) != 14 or not digits.isdecimal():
        return None
    from datetime import datetime, timezone

    try:
        time = datetime.strptime(f"{digits}.{fraction[:6] or '0'}", "%Y%m%d%H%M%S.%f")
    except ValueError:
        return None
    return time.replace(tzinfo=timezone.utc)
