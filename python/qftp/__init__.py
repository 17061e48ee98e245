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

from importlib import import_module

from qftp._native import DIALECTS, __version__, support

TYPE_CHECKING = False
if TYPE_CHECKING:
    from qftp.client import Client, connect
    from qftp.copies import TreeError
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
        RemoteFileExistsError,
        RemoteFileNotFoundError,
        RemoteIsADirectoryError,
        RemoteNotADirectoryError,
        TlsError,
        UnsupportedError,
        UsageError,
    )
    from qftp.listing import Listing
    from qftp.ports import PortInfo, list_ports
    from qftp.records import Entry, Identity, Probe, Transferred, TreeItem
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
    "Probe",
    "ProtocolError",
    "RemoteFile",
    "RemoteFileError",
    "RemoteFileExistsError",
    "RemoteFileNotFoundError",
    "RemoteIsADirectoryError",
    "RemoteNotADirectoryError",
    "Space",
    "Store",
    "StoredFile",
    "TlsError",
    "Trace",
    "Transferred",
    "TreeError",
    "TreeItem",
    "UnsupportedError",
    "Urcs",
    "UsageError",
    "__version__",
    "connect",
    "list_ports",
    "support",
]

_MODULES = {
    "client": ("Client", "connect"),
    "copies": ("TreeError",),
    "emulator": ("FAULT_ACTIONS", "FAULTS", "STATES", "Emulator"),
    "emulator_control": ("EmulatorControl",),
    "errors": (
        "BusyError",
        "ChecksumError",
        "CommandError",
        "Error",
        "IncompleteError",
        "InternalError",
        "LineError",
        "LoginError",
        "MissingPackageError",
        "ModuleError",
        "ModuleTimeoutError",
        "OperationTimeout",
        "PortError",
        "PortNotFoundError",
        "PortPermissionError",
        "ProtocolError",
        "RemoteFileError",
        "RemoteFileExistsError",
        "RemoteFileNotFoundError",
        "RemoteIsADirectoryError",
        "RemoteNotADirectoryError",
        "TlsError",
        "UnsupportedError",
        "UsageError",
    ),
    "listing": ("Listing",),
    "ports": ("PortInfo", "list_ports"),
    "records": ("Entry", "Identity", "Probe", "Transferred", "TreeItem"),
    "remote": ("RemoteFile",),
    "store": ("Space", "Store", "StoredFile"),
    "trace": ("Trace",),
    "urcs": ("Urcs",),
}
"""The names of the package by their modules, each imported when one of its names is used first."""

_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # or type checkers would find any name

    def __getattr__(name: str) -> object:
        module = _MODULE_OF.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{__name__}.{module}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
