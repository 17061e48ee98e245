"""A client of the control socket of an emulator that runs in another process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from qftp.errors import UsageError

if TYPE_CHECKING:
    from types import TracebackType

_TIMEOUT = 10.0
"""An emulator answers at once; a longer silence is a fault."""


class EmulatorControl:
    """A connection to the control socket that `qftp emulate --control PATH` or `Emulator(control=PATH)` makes.

    with qftp.EmulatorControl("./ec25.ctl") as control:
        control.inject("no-network")
        control.set_state("sim=absent")
        assert control.status()["faults"] == ["no-network"]
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Connects to the emulator.

        Raises:
            OSError: The socket does not exist, or no emulator listens on it any more.
        """
        import socket  # Few programs need it: an import of the package does not wait for it.

        self._path = os.fspath(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(_TIMEOUT)
            self._socket.connect(self._path)
        except BaseException:
            self._socket.close()
            raise
        self._answers = self._socket.makefile("r", encoding="utf-8", newline="\n")

    def send(self, command: str) -> list[str]:
        """Sends one command of the line protocol and returns the lines of its answer.

        Args:
            command: A line such as "inject no-network"; the command "help" lists them all.

        Raises:
            UsageError: The emulator refused the command, or it has more than one line.
            OSError: The connection failed, or the emulator did not answer.
        """
        if any(end in command for end in "\n\r\0"):
            raise UsageError("a command is one line of text")
        self._socket.sendall(f"{command}\n".encode())
        lines: list[str] = []
        while True:
            line = self._answers.readline()
            if not line.endswith("\n"):
                raise ConnectionResetError(f"{self._path}: the emulator closed the connection")
            line = line[:-1]
            if line == "ok":
                return lines
            if line.startswith("error: "):
                raise UsageError(line[len("error: ") :])
            lines.append(line)

    def inject(self, name: str) -> None:
        """Injects a fault, as `Emulator.inject` does."""
        self.send(f"inject {name}")

    def clear(self, name: str) -> None:
        """Clears a fault, as `Emulator.clear` does."""
        self.send(f"clear {name}")

    def add_fault(self, rule: str) -> None:
        """Adds a rule to the fault plan, as `Emulator.add_fault` does."""
        self.send(f"fault {rule}")

    def clear_faults(self) -> None:
        """Forgets the rules of the fault plan, as `Emulator.clear_faults` does."""
        self.send("clear-faults")

    def set_state(self, state: str) -> None:
        """Sets a state, as `Emulator.set_state` does."""
        self.send(f"state {state}")

    def restart(self) -> None:
        """Restarts the module, as `Emulator.restart` does."""
        self.send("restart")

    def status(self) -> dict[str, Any]:
        """Returns the state of the emulator: its dialect, faults and states, and whether a host is there."""
        import json  # As `socket`.

        status: dict[str, Any] = json.loads("".join(self.send("status")))
        return status

    def close(self) -> None:
        """Closes the connection; the emulator runs on."""
        self._answers.close()
        self._socket.close()

    def __enter__(self) -> EmulatorControl:
        """Returns the connection itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the connection."""
        self.close()

    def __repr__(self) -> str:
        """Shows the path of the socket."""
        return f"<qftp.EmulatorControl at {self._path}>"
