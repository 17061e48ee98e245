"""What can go wrong. Every exception is an `Error`, and also what Python calls such a thing.

An exception that a callback or a file object raises during a call ends the call and comes through as it is; so does
KeyboardInterrupt. A local file that cannot be opened is the OSError that `open` raises for it.
"""

from __future__ import annotations

import builtins
import errno


class Error(Exception):
    """Anything that this package raises of its own accord."""

    hint: str | None = None
    """What to try, if something is known to help."""


class UsageError(Error, ValueError):
    """An argument does not fit, or the client is closed. Nothing was sent."""


class MissingPackageError(Error, ImportError):
    """A package is missing that the core does without: `pip install qftp[notebook]` brings it."""


class BusyError(Error, RuntimeError):
    """The client is in use: by another thread, or by the call whose callback this is. Nothing was sent."""


class UnsupportedError(Error, NotImplementedError):  # noqa: N818
    """The module's dialect has no command for it (nothing was sent), or no dialect is known for the module."""


class PortError(Error, OSError):
    """The port cannot be opened."""


class PortNotFoundError(PortError, FileNotFoundError):
    """There is no such port."""

    errno = errno.ENOENT


class PortPermissionError(PortError, PermissionError):
    """The user may not open the port."""

    errno = errno.EACCES


class LineError(Error, ConnectionError):
    """The line broke, or the module restarted in the middle of it."""


class OperationTimeout(Error, builtins.TimeoutError):  # noqa: A001
    """The module did not answer in time, or the line was silent for longer than `timeout`."""

    errno = errno.ETIMEDOUT


class CommandError(Error):
    """The module refused a command: ERROR, +CME ERROR, NO CARRIER."""


class ProtocolError(Error):
    """The module sent a line that makes no sense here."""


class IncompleteError(Error, EOFError):
    """Sizes disagree after a transfer."""

    bytes_confirmed: int = 0
    """Bytes known to be in place."""
    expected: int = 0
    """Bytes that should be in place."""


class ChecksumError(Error):
    """The module's checksum is not the one of the data."""

    expected: int = 0
    """Checksum of the data on this side."""
    found: int = 0
    """Checksum that the module states."""


class InternalError(Error, RuntimeError):
    """A fault in this package; please report it."""


class ModuleError(Error):
    """The module reports an FTP failure."""

    module_code: int = 0
    """The module's code, 601 to 631 in every dialect (002 section 5)."""
    raw_code: int = 0
    """The number as the module printed it: `module_code` in LTE dialects, negative in gsm, 0 in nl668."""
    name: str = ""
    """The code's short name: "file-unavailable"."""
    ftp_reply: int | None = None
    """The FTP server's reply code, if the module passed it on."""
    stands_for: int | None = None
    """The FTP reply code that `module_code` stands for, if it stands for one (002 section 5)."""


class ModuleTimeoutError(ModuleError, OperationTimeout):
    """The module waited in vain for the server."""


class LoginError(ModuleError, PermissionError):
    """The server did not let the user in, or wants a login first."""

    errno = errno.EACCES


class TlsError(ModuleError, ConnectionError):
    """Module and server did not agree on TLS, or the server's certificate was not accepted: no account was sent."""


class RemoteFileError(ModuleError, OSError):
    """The server does not do that to this file: busy, no permission, no space, a name it does not take."""


class RemoteFileNotFoundError(RemoteFileError, FileNotFoundError):
    """There is no such file on the server, or the user may not see it: FTP's 550 is the same for both."""

    errno = errno.ENOENT
