"""Uploads a file, goes on where an upload broke off, and says how fast it was.

QFTP_PASSWORD=secret python upload_log.py /dev/ttyUSB2 ftp.example.com user app.log [--port 21] [--apn internet]
"""

import argparse
import os
import sys
from pathlib import Path

import qftp


def main() -> int:
    """Uploads; the exit code says whether it succeeded."""
    parser = argparse.ArgumentParser(description="Uploads a file through a cellular module.")
    parser.add_argument("module", help="serial port, for example /dev/ttyUSB2")
    parser.add_argument("host")
    parser.add_argument("user")
    parser.add_argument("file", type=Path)
    parser.add_argument("--port", type=int, default=21)
    parser.add_argument("--apn")
    wanted = parser.parse_args()
    try:
        with qftp.connect(wanted.module) as client:
            password = os.environ.get("QFTP_PASSWORD", "")
            client.login(wanted.host, wanted.user, password, port=wanted.port, apn=wanted.apn)
            there = size_there(client, wanted.file.name)
            if there > wanted.file.stat().st_size:
                there = 0  # another file, which is replaced
            done = client.put(wanted.file, wanted.file.name, offset=there, progress=sys.stderr.isatty())
    except (qftp.Error, OSError) as error:
        hint = getattr(error, "hint", None)
        print(f"{error}" + (f"\n{hint}" if hint else ""), file=sys.stderr)
        return 1
    print(f"{wanted.file.name}: {done.bytes} bytes from byte {there} on, {done.rate / 1000:.0f} kB/s")
    return 0


def size_there(client: qftp.Client, name: str) -> int:
    """Returns the number of bytes that the server has."""
    try:
        return client.size(name)
    except FileNotFoundError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
