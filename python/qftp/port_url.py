"""The URL of a port: from what a caller names it by, and the options of a serial device."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, Protocol, Union

from qftp.emulator import Emulator
from qftp.errors import UsageError
from qftp.ports import find_port


class SerialPort(Protocol):
    """A `serial.Serial` of pyserial, as far as it is looked at."""

    @property
    def port(self) -> Any:
        """The name of the device."""
        ...

    @property
    def baudrate(self) -> int:
        """Bits per second."""
        ...

    @property
    def rtscts(self) -> bool:
        """RTS/CTS flow control."""
        ...

    def close(self) -> Any:
        """Closes it."""
        ...


Port = Union[str, "os.PathLike[str]", Emulator, SerialPort]
"""A serial device, a URL, an emulator, or pyserial's port."""


class LineSettings(NamedTuple):
    """The settings of a serial device, with pyserial's names; None leaves one as it is by default."""

    baud: int | str | None = None
    bytesize: int | None = None
    parity: str | None = None
    stopbits: int | None = None
    xonxoff: bool | None = None
    rtscts: bool | None = None
    dtr: bool | None = None
    rts: bool | None = None


def port_url(port: Port | None, settings: LineSettings) -> str:
    """Returns the URL of a port; None finds the port of the module.

    A port of pyserial is closed, as only one program can read from a device; its name and settings are used.
    """
    if port is None:
        url = find_port()
    elif isinstance(port, Emulator):
        url = port.url
    elif isinstance(port, (str, os.PathLike)):
        url = os.fspath(port)
    else:
        url, settings = _taken_over(port, settings)
    given = settings._asdict().items()
    options = [
        f"{name}={int(value) if isinstance(value, bool) else value}" for name, value in given if value is not None
    ]
    if options:
        url += ("&" if "?" in url else "?") + "&".join(options)
    return url


def _taken_over(port: SerialPort, settings: LineSettings) -> tuple[str, LineSettings]:
    name = getattr(port, "port", None)
    if not isinstance(name, str) or not callable(getattr(port, "close", None)):
        raise UsageError(f"port={port!r}: give the name of a port, a URL, an Emulator or a serial.Serial")
    port.close()
    if "://" in name:  # the speed of a URL is the business of what it leads to
        return name, settings
    taken: dict[str, Any] = {"baud": port.baudrate, "rtscts": port.rtscts}
    for setting in ("bytesize", "parity", "xonxoff"):
        taken[setting] = getattr(port, setting, None)
    stopbits = getattr(port, "stopbits", None)
    taken["stopbits"] = None if stopbits is None else int(stopbits)
    given = {setting: value for setting, value in settings._asdict().items() if value is not None}
    return name, LineSettings(**{**taken, **given})
