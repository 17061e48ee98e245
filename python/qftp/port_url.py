"""The URL of a port: from what a caller names it by, and the options of a serial device."""

from __future__ import annotations

import os
from typing import Any, Protocol, Union

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


def port_url(port: Port | None, baud: int | None, rtscts: bool | None) -> str:
    """Returns the URL of a port; None finds the port of the module.

    A port of pyserial is closed, as only one program can read from a device; its name and speed are used.
    """
    if port is None:
        url = find_port()
    elif isinstance(port, Emulator):
        url = port.url
    elif isinstance(port, (str, os.PathLike)):
        url = os.fspath(port)
    else:
        url, baud, rtscts = _taken_over(port, baud, rtscts)
    options: list[str] = []
    if baud is not None:
        options.append(f"baud={baud}")
    if rtscts is not None:
        options.append(f"rtscts={int(rtscts)}")
    if options:
        url += ("&" if "?" in url else "?") + "&".join(options)
    return url


def _taken_over(port: SerialPort, baud: int | None, rtscts: bool | None) -> tuple[str, int | None, bool | None]:
    name = getattr(port, "port", None)
    if not isinstance(name, str) or not callable(getattr(port, "close", None)):
        raise UsageError(f"port={port!r}: give the name of a port, a URL, an Emulator or a serial.Serial")
    port.close()
    if "://" in name:  # the speed of a URL is the business of what it leads to
        return name, baud, rtscts
    return name, port.baudrate if baud is None else baud, port.rtscts if rtscts is None else rtscts
