"""A script that was written for ftplib; the import of ftplib is all that was changed.

QFTP_PORT=/dev/ttyUSB2 QFTP_PASSWORD=secret python mirror_ftplib.py ftp.example.com 21 user folder
"""

import os
import sys
from pathlib import Path

from qftp.ftplib import FTP, all_errors, error_perm  # was: from ftplib import FTP, all_errors, error_perm


def main() -> int:
    """Brings the files of the server's current directory into a folder."""
    host, port, user, folder = sys.argv[1:]
    target = Path(folder)
    target.mkdir(exist_ok=True)
    try:
        with FTP(timeout=60) as ftp:
            ftp.connect(host, int(port))
            ftp.login(user, os.environ.get("QFTP_PASSWORD", ""))
            for name in sorted(ftp.nlst()):
                try:
                    with (target / name).open("wb") as file:
                        ftp.retrbinary(f"RETR {name}", file.write)
                except error_perm as error:  # a directory
                    (target / name).unlink()
                    print(f"{name}: {str(error)[:3]}")
                    continue
                print(f"{name}: {ftp.size(name)} bytes")
    except all_errors as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
