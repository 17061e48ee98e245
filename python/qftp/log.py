"""What goes to the logger `qftp`."""

from __future__ import annotations

import sys
from typing import Callable


def line_log() -> Callable[[bool, bytes], object] | None:
    """Shows the line to the logger `qftp`, if somebody listens to its debug level; passwords are masked by then.

    A program that has not imported `logging` does not listen.
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
