"""The emulator: it takes the commands of its dialect and executes them against real servers."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from qftp import _native
from qftp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType


FAULTS: Mapping[str, str] = MappingProxyType(dict(_native.FAULTS))
"""The faults that can be injected: the name of each, and what the emulator does then."""

FAULT_ACTIONS: Mapping[str, str] = MappingProxyType(dict(_native.FAULT_ACTIONS))
"""The actions of rules of a fault plan beside `FAULTS`: the name of each, and what the emulator does then."""

STATES: Mapping[str, str] = MappingProxyType(dict(_native.STATES))
"""The states that can be set: the name of each with its values, and what the emulator does in it."""


def _joined(names: str | Iterable[str]) -> str:
    return names if isinstance(names, str) else ",".join(names)


class Emulator:
    """An emulator that runs until it is closed. All emulators of a process share a few threads."""

    def __init__(
        self,
        dialect: str,
        ufs: str | os.PathLike[str] | None = None,
        sd: str | os.PathLike[str] | None = None,
        pty: bool = False,
        *,
        link: str | os.PathLike[str] | None = None,
        unix: str | os.PathLike[str] | None = None,
        quirks: str | Iterable[str] = (),
        states: str | Iterable[str] = (),
        accept: str | Iterable[str] = (),
        faults: str | Iterable[str] = (),
        faults_file: str | os.PathLike[str] | None = None,
        latency: str | None = None,
        baud: int | None = None,
        seed: int | None = None,
        boot_time: float = 0.0,
        banner: bool = False,
        vanish: bool = False,
        control: str | os.PathLike[str] | None = None,
    ) -> None:
        """Starts the emulator on a loopback socket, a pseudo terminal or a Unix socket.

        Args:
            dialect: One of `qftp.DIALECTS`, or the model of a module: "EC25". A model names itself so, and has its
                places for files.
            ufs: Folder for its flash, made if it does not exist; None is a temporary folder.
            sd: Folder for its SD card, likewise.
            pty: Use a pseudo terminal, which programs open like a serial device.
            link: A symbolic link to the pseudo terminal while the emulator runs; replaces a link that was left.
            unix: Unix socket to make and listen on, for its user alone; removed when the emulator ends. It replaces one
                on which no program listens.
            quirks: How its firmware differs from the manual: names, in a list or separated by commas.
            states: The states in which it begins, likewise: "sim=pin,registration-time=5".
            accept: Commands that it does not know and accepts: names, likewise, such as "+QFOO".
            faults: Rules by which it fails by itself, in a list or one a line: "drop-data after=5000 on=+QFTPPUT".
            faults_file: A TOML file of such rules, which come before those of `faults`.
            latency: Delays of what it says: "response=20..80ms,urc=40ms,+QFTPOPEN=1.5s". A delay is a time, a range, or
                one of some ("20|35|50ms"); without a name it is `response` and `urc`. Answers come
                at once by default. With `pty`, `link` or `unix` a URC comes 5 ms after its result, of gsm 40 ms, as
                programs may need it. "0" is no delay.
            baud: Speed of the line in bits per second, 10 bits a byte; None is as fast as it carries.
            seed: Start of the random numbers of `latency` and `faults`: the same seed gives the same ones.
            boot_time: Seconds that a start takes; the module is deaf and silent meanwhile.
            banner: Begin with a start of the module; its boot lines wait for the first program.
            vanish: Let the port vanish and return with a module that restarts; `path` then names another terminal.
            control: Unix socket to make, for `EmulatorControl` and `qftp emulate-ctl`.

        Raises:
            UsageError: The dialect, model or state is unknown; a rule is none, or none for this dialect; the dialect
                does not have this quirk; a name to accept is none, or a command that the dialect knows; a time, a speed
                or a seed is none; both a pseudo terminal and a Unix socket are wanted.
            OSError: A folder, the link, a socket or the line cannot be made; another emulator has the link or the
                socket (EBUSY).
        """
        paths = (ufs, sd, link, unix, control, faults_file)
        ufs, sd, link, unix, control, faults_file = (None if path is None else os.fspath(path) for path in paths)
        options = {
            "dialect": dialect,
            "ufs": ufs,
            "sd": sd,
            "quirks": _joined(quirks),
            "states": _joined(states),
            "accept": _joined(accept),
            "faults": faults if isinstance(faults, str) else "\n".join(faults),
            "faults_file": faults_file,
            "latency": latency,
            "baud": baud,
            "seed": seed,
            "boot_time": boot_time,
            "banner": banner,
            "vanish": vanish,
            "control": control,
        }
        if unix is not None:
            if pty or link is not None:
                msg = "give pty or link for a pseudo terminal, or unix for a socket, not both"
                raise UsageError(msg)
            self._native = _native.Emulator.on_unix(options, unix)
        elif pty or link is not None:
            self._native = _native.Emulator.on_pty(options, link)
        else:
            self._native = _native.Emulator.on_tcp(options)

    @property
    def url(self) -> str:
        """The URL that `connect` opens."""
        return self._native.url

    @property
    def path(self) -> str | None:
        """The pseudo terminal, the link to it, or the Unix socket; None on a loopback socket."""
        path = self._native.path
        return None if path is None else os.fspath(path)

    @property
    def pty(self) -> str | None:
        """The same as `path`."""
        return self.path

    @property
    def dialect(self) -> str:
        """The dialect it speaks."""
        return self._native.dialect

    def inject(self, name: str) -> None:
        """Injects a fault seen on real modules; it is in force when this returns.

        Some faults happen once, some last until `clear`; `qftp.FAULTS` says what each does.

        Args:
            name: One of `qftp.FAULTS`; "silent=40" is silence after 40 more bytes.

        Raises:
            UsageError: The fault does not exist in this dialect, or the emulator is closed.
        """
        self._native.inject(name)

    def clear(self, name: str) -> None:
        """Clears a fault that lasts or has not happened yet; does nothing if there is none.

        Raises:
            UsageError: The fault does not exist, or the emulator is closed.
        """
        self._native.clear(name)

    def add_fault(self, rule: str) -> None:
        """Adds a rule to the fault plan; one that waits for nothing has fired when this returns.

        Args:
            rule: An action of `qftp.FAULT_ACTIONS` or `qftp.FAULTS`, and what triggers it: "lose bytes=1 after=300".

        Raises:
            UsageError: It is no rule, the dialect cannot have the fault, or the emulator is closed.
        """
        self._native.add_fault(rule)

    def clear_faults(self) -> None:
        """Forgets all rules of the fault plan; what they began for a time, and a stall, end now.

        Raises:
            UsageError: The emulator is closed.
        """
        self._native.clear_faults()

    def set_state(self, state: str) -> None:
        """Sets a state of the module or of its surroundings; it is in force when this returns.

        It lasts until another one of its name is set. `qftp.STATES` lists the states.

        Args:
            state: Its name and value: "sim=absent", "network=searching", "signal=12", "power=off".

        Raises:
            UsageError: The state or the value does not exist, or the emulator is closed.
        """
        self._native.set_state(state)

    def restart(self) -> None:
        """Restarts the module, as a loss of power does.

        Raises:
            UsageError: The emulator is closed.
        """
        self._native.restart()

    def close(self) -> None:
        """Stops the emulator. A connected program sees the line break."""
        self._native.close()

    def __enter__(self) -> Emulator:
        """Returns the emulator itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stops the emulator."""
        self.close()

    def __reduce__(self) -> Any:
        """Raises TypeError: the emulator runs in this process."""
        raise TypeError("a qftp.Emulator cannot be pickled: it runs in this process. Open its url from the other one")

    def __repr__(self) -> str:
        """Shows the dialect and the URL."""
        return f"<qftp.Emulator {self.dialect} at {self.url}>"
