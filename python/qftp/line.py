"""The line: any AT command, and what the module says unasked."""

from __future__ import annotations

from typing import Callable

from qftp.handle import Handle


class Line(Handle):
    """Sends commands and hears unsolicited result codes (URCs)."""

    def command(self, line: str | bytes) -> list[str]:
        """Sends any AT command that does not enter data mode and returns its information lines.

        Where the dialect knows that an unsolicited result code follows, it is awaited and comes last.

        Raises:
            CommandError: The module refused it.
        """
        answer = self._native.command(self._encode(line))
        return [self._decode(line) for line in answer]

    def poll(self, timeout: float = 0) -> None:
        """Reads the line until something has come, at most `timeout` seconds; unsolicited lines go to `on_urc`."""
        self._native.poll(timeout)

    def on_urc(self, callback: Callable[[str], object] | None) -> None:
        """Has every unsolicited line that a call reads handed to `callback`; None hands them to nobody.

        What the callback raises ends the call. It may not call the client.
        """
        if callback is None:
            self._native.on_urc(None)
            return
        hand = callback
        self._native.on_urc(lambda line: hand(self._decode(line)))
