"""The log: lines go to the logger `qftp`."""

from __future__ import annotations

import sys
from typing import Callable


def line_log() -> Callable[[bool, bytes], object] | None:
    """Returns a callback that logs lines, if the debug level of the logger `qftp` is on; passwords are redacted.

    Returns None in a program that has not imported `logging`.
    """
    logging = sys.modules.get("logging")
    if logging is None:
        return None
    logger = logging.getLogger("qftp")
    if not logger.isEnabledFor(logging.DEBUG):
        return None

    def show(sent: bool, line: bytes) -> None:
        logger.debug("%s %s", ">" if sent else "<", line.decode("utf-8", "backslashreplace"))

    return show
