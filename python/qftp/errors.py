"""The exceptions. Each is an `Error`, and also the exception that Python itself has for the case.

An exception from a callback or a file object ends the call and is raised as it is; so is KeyboardInterrupt. A local
file that cannot be opened raises the OSError that `open` raises.
"""

from __future__ import annotations

import builtins
import errno


class Error(Exception):
    """The base of all exceptions of this package."""

    hint: str | None = None
    """Advice on what to try, if there is any; a traceback of Python 3.11 or later shows it."""
    detail: str | None = None
    """The AT command and the numbers of the module, if the message lacks some; a traceback shows them, too."""
    bytes_confirmed: int = 0
    """Bytes known to be in place, after a transfer that failed."""
    attempts: int = 1
    """Tries of a transfer that failed, the first one included."""


class UsageError(Error, ValueError):
    """An argument does not fit, or the client is closed. Nothing was sent."""


class MissingPackageError(Error, ImportError):
    """An optional package is missing: `pip install qftp[notebook]` installs it."""


class BusyError(Error, RuntimeError):
    """The client is in use: by another thread, or by the call that runs this callback. Nothing was sent."""


class UnsupportedError(Error, NotImplementedError):
    """The module's dialect has no command for it (nothing was sent), or no dialect is known for the module."""


class PortError(Error, OSError):
    """The port cannot be opened."""


class PortNotFoundError(PortError, FileNotFoundError):
    """The port does not exist."""

    errno = errno.ENOENT


class PortPermissionError(PortError, PermissionError):
    """The user may not open the port."""

    errno = errno.EACCES


class LineError(Error, ConnectionError):
    """The line broke, or the module restarted during the call."""


class OperationTimeout(Error, builtins.TimeoutError):  # noqa: N818
    """The module did not answer in time, or the line was silent for longer than `timeout`."""

    errno = errno.ETIMEDOUT


class CommandError(Error):
    """The module refused a command: ERROR, +CME ERROR, NO CARRIER."""


class ProtocolError(Error):
    """The module sent a line that makes no sense here."""


class IncompleteError(Error, EOFError):
    """The sizes differ after a transfer."""

    expected: int = 0
    """Bytes that should be in place."""


class ChecksumError(Error):
    """Both ends differ: by the module's checksum, or by the content that was read back."""

    position: int | None = None
    """Position in the remote file of the first byte that differs, where the content was read back."""
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
    """The server did not answer the module in time."""


class LoginError(ModuleError, PermissionError):
    """The server refused the user, or wants a login first."""

    errno = errno.EACCES


class TlsError(ModuleError, ConnectionError):
    """TLS failed, or the server's certificate was not accepted. The account was not sent."""


class RemoteFileError(ModuleError, OSError):
    """The server refused the operation on this file: busy, no permission, no space, or a bad name."""


class RemoteFileExistsError(RemoteFileError, FileExistsError):
    """A file or directory of this name is on the server already."""

    errno = errno.EEXIST


class RemoteNotADirectoryError(RemoteFileError, NotADirectoryError):
    """The name on the server is that of a file, and a directory is wanted."""

    errno = errno.ENOTDIR


class RemoteIsADirectoryError(RemoteFileError, IsADirectoryError):
    """The name on the server is that of a directory, and a file is wanted."""

    errno = errno.EISDIR


class RemoteFileNotFoundError(RemoteFileError, FileNotFoundError):
    """The file is not on the server, or the user may not see it: FTP reports 550 for both."""

    errno = errno.ENOENT
