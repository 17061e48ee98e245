"""FTP through a cellular module, by the FTP AT commands of Quectel and Fibocom modules.

    import qftp

    with qftp.connect("/dev/ttyUSB2", baud=921600, rtscts=True) as client:
        client.login("ftp.example.com", "user", "password", apn="internet")
        client.put("log.txt", "logs/log.txt")
        data = client.get("settings.bin")

No module at hand? Emulate one; it works with real servers:

    with qftp.Emulator("ec2x") as emulator, qftp.connect(emulator) as client:
        ...
"""

from __future__ import annotations

from qftp._native import DIALECTS, __version__, support
from qftp.client import Client, connect
from qftp.emulator import FAULT_ACTIONS, FAULTS, STATES, Emulator
from qftp.emulator_control import EmulatorControl
from qftp.errors import (
    BusyError,
    ChecksumError,
    CommandError,
    Error,
    IncompleteError,
    InternalError,
    LineError,
    LoginError,
    MissingPackageError,
    ModuleError,
    ModuleTimeoutError,
    OperationTimeout,
    PortError,
    PortNotFoundError,
    PortPermissionError,
    ProtocolError,
    RemoteFileError,
    RemoteFileNotFoundError,
    TlsError,
    UnsupportedError,
    UsageError,
)
from qftp.ports import PortInfo, list_ports
from qftp.records import Entry, Identity, Listing, Transferred
from qftp.remote import RemoteFile
from qftp.store import Space, Store, StoredFile
from qftp.trace import Trace
from qftp.urcs import Urcs

__all__ = [
    "DIALECTS",
    "FAULTS",
    "FAULT_ACTIONS",
    "STATES",
    "BusyError",
    "ChecksumError",
    "Client",
    "CommandError",
    "Emulator",
    "EmulatorControl",
    "Entry",
    "Error",
    "Identity",
    "IncompleteError",
    "InternalError",
    "LineError",
    "Listing",
    "LoginError",
    "MissingPackageError",
    "ModuleError",
    "ModuleTimeoutError",
    "OperationTimeout",
    "PortError",
    "PortInfo",
    "PortNotFoundError",
    "PortPermissionError",
    "ProtocolError",
    "RemoteFile",
    "RemoteFileError",
    "RemoteFileNotFoundError",
    "Space",
    "Store",
    "StoredFile",
    "TlsError",
    "Trace",
    "Transferred",
    "UnsupportedError",
    "Urcs",
    "UsageError",
    "__version__",
    "connect",
    "list_ports",
    "support",
]
