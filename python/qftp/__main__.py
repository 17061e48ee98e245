"""The program `qftp`: `qftp --help`, or `python -m qftp --help`."""

from __future__ import annotations

import signal
import sys

from qftp import _native


def main() -> int:
    """Runs the program with the command line of this process; returns the exit code."""
    # The program handles Ctrl-C itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _native.main(["qftp", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
