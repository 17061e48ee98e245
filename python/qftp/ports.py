"""The serial ports of this machine."""

from __future__ import annotations

import os
from typing import NamedTuple

from qftp import _native
from qftp.errors import PortNotFoundError


class PortInfo(NamedTuple):
    """A serial port."""

    path: str
    """The name that `connect` takes: /dev/ttyUSB2, COM5."""
    by_id: str | None
    """Its stable name, /dev/serial/by-id/..., if the system has one."""
    usb: tuple[int, int] | None
    """USB vendor and product number."""
    manufacturer: str | None
    product: str | None
    serial: str | None
    interface: int | None
    """Number of the USB interface."""
    likely_at: bool
    """True if it is probably the AT port of a Quectel or Fibocom module."""


def list_ports() -> list[PortInfo]:
    """Returns the serial ports, sorted by name."""
    ports = _native.list_ports()
    for port in ports:
        port["by_id"] = None if port["by_id"] is None else str(port["by_id"])
    return [PortInfo(**port) for port in ports]


def find_port() -> str:
    """Returns the port of the module: QFTP_PORT from the environment, else the only port that looks like a module's.

    Raises:
        PortNotFoundError: No port looks like it, or several do.
    """
    given = os.environ.get("QFTP_PORT")
    if given:
        return given
    likely = [port.path for port in list_ports() if port.likely_at]
    if len(likely) == 1:
        return likely[0]
    found = f"several ports look like it: {', '.join(likely)}" if likely else "no port looks like it"
    raise PortNotFoundError(f"where is the module? {found}. Name its port, such as /dev/ttyUSB2, or set QFTP_PORT")
