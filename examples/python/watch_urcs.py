"""Prints unsolicited lines of a module, with the time.

python watch_urcs.py /dev/ttyUSB2 60 AT+CREG=2 AT+CGREG=2
"""

import sys
import time

import qftp


def main() -> int:
    """Sends the commands, which have the module tell something, and watches until it was silent for so many seconds."""
    port, seconds, *commands = sys.argv[1:]
    with qftp.connect(port) as client:
        lines = client.urcs(timeout=float(seconds))
        for command in commands:
            client.command(command)
        for line in lines:
            print(time.strftime("%H:%M:%S"), line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
