"""The port of `emulator://MODEL?ufs=DIR&baud=RATE`, as `serial.serial_for_url` looks for it: by the name of the module.

The emulator lives as long as the port is open, on a pseudo terminal. Its options are those of `qftp.Emulator`.
"""

# pyright: basic
from __future__ import annotations

from typing import Any, Callable
from urllib.parse import parse_qsl, unquote

import serial

from qftp.emulator import Emulator
from qftp.errors import UsageError

_OPTIONS: dict[str, Callable[[str], Any]] = {
    "accept": str,
    "banner": lambda value: {"0": False, "1": True}[value],
    "baud": int,
    "boot_time": float,
    "faults_file": str,
    "latency": str,
    "quirks": str,
    "sd": str,
    "seed": int,
    "states": str,
    "ufs": str,
}
"""The options of the URL, and how the value of each is read."""


class Serial(serial.Serial):  # type: ignore[misc] # pyserial has no types
    """A port with an emulator at its other end.

    A pseudo terminal has no modem lines: DTR and RTS can be set and do nothing, CTS and DSR are always there.
    """

    _emulator: Emulator | None = None

    def open(self) -> None:
        """Starts the emulator and opens its line.

        Raises:
            serial.SerialException: The URL is wrong, or the emulator cannot be started.
        """
        if self.is_open:
            raise serial.SerialException("the port is already open")
        url: str | None = self.port
        if url is None:
            raise serial.SerialException("the port has no URL")
        try:
            self._emulator = _emulator(url)
        except (OSError, UsageError) as error:
            raise serial.SerialException(f"{url}: {error}") from error
        # pyserial opens what `portstr` names; the URL stays the name of the port.
        self.portstr = self._emulator.path
        try:
            super().open()
        except BaseException:
            self._end()
            raise
        finally:
            self.portstr = url

    def close(self) -> None:
        """Closes the line, and ends the emulator."""
        super().close()
        self._end()

    @property
    def emulator(self) -> Emulator:
        """The emulator at the other end, of a port that is open: `port.emulator.inject("no-network")`."""
        if self._emulator is None:
            raise serial.PortNotOpenError
        return self._emulator

    @property
    def cts(self) -> bool:
        """The other end always takes bytes."""
        return self._is_there()

    @property
    def dsr(self) -> bool:
        """The other end is always there."""
        return self._is_there()

    @property
    def ri(self) -> bool:
        """Nobody rings."""
        return not self._is_there()

    @property
    def cd(self) -> bool:
        """There is no carrier."""
        return not self._is_there()

    def _is_there(self) -> bool:
        if not self.is_open:
            raise serial.PortNotOpenError
        return True

    def _update_dtr_state(self) -> None:
        pass

    def _update_rts_state(self) -> None:
        pass

    def _end(self) -> None:
        emulator, self._emulator = self._emulator, None
        if emulator is not None:
            emulator.close()


def _emulator(url: str) -> Emulator:
    place, _, query = url.partition("?")
    options: dict[str, Any] = {}
    faults: list[str] = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "fault":
            faults.append(value)
            continue
        if name not in _OPTIONS:
            raise UsageError(f"unknown option {name}: there are fault, {', '.join(_OPTIONS)}")
        try:
            options[name] = _OPTIONS[name](value)
        except (KeyError, ValueError) as error:
            raise UsageError(f"{name}={value} makes no sense") from error
    model = unquote(place.partition("://")[2].rstrip("/"))
    return Emulator(model, pty=True, faults=faults, **options)
