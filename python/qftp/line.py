"""The line: any AT command, and unsolicited result codes."""

from __future__ import annotations

from typing import Callable

from qftp import _native
from qftp.handle import Handle
from qftp.records import Identity, Probe
from qftp.urcs import Listeners, Urcs


class Line(Handle):
    """Sends commands and receives unsolicited result codes (URCs)."""

    _listeners: Listeners | None = None

    def command(self, line: str | bytes) -> list[str]:
        """Sends any AT command that does not enter data mode and returns its information lines.

        If the dialect knows that an unsolicited result code follows, waits for it and returns it last.

        Raises:
            CommandError: The module refused it.
        """
        answer = self._native.command(self._encode(line))
        return [self._decode(line) for line in answer]

    def probe(self) -> Probe:
        """Asks the module for SIM, registration, network, signal and PDP contexts.

        A question that the module refuses is None.
        """
        sim, registration, operator, signal_dbm, attached, contexts, state = _native.probe(self._native)
        identity = Identity(*self._native.identity)
        return Probe(identity, self.dialect, sim, registration, operator, signal_dbm, attached, tuple(contexts), state)

    def poll(self, timeout: float = 0) -> None:
        """Reads the line until something has come, at most `timeout` seconds.

        Unsolicited lines go to `on_urc` and `urcs`.
        """
        self._native.poll(timeout)

    def on_urc(self, callback: Callable[[str], object] | None) -> None:
        """Sets the callback for every unsolicited line that a call reads; None removes it.

        An exception from the callback ends the call. The callback may not call the client.
        """
        self._hear().callback = callback

    def urcs(self, timeout: float | None = None) -> Urcs:
        """Returns an iterator over unsolicited lines, from now on.

            for line in client.urcs(timeout=60):
                print(line)

        `next` reads the line until one comes; lines that other calls have read come first. The iterator keeps lines
        until they are asked for: `close` or delete it when you no longer need it.

        Args:
            timeout: Seconds without a line after which the iteration ends; None waits until the client is closed.

        Raises:
            LineError: The line broke; raised by `next`.
        """
        iterator = Urcs(self, timeout)
        self._hear().add(iterator)
        return iterator

    def forget(self, iterator: Urcs) -> None:
        """Hands no more lines to an iterator."""
        self._hear().discard(iterator)

    def _hear(self) -> Listeners:
        if self._listeners is None:
            # The native client holds this, and would hold the client for ever if this did.
            self._listeners = Listeners(self._encoding)
            self._native.on_urc(self._listeners.tell)
        return self._listeners
