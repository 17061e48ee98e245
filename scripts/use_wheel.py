"""Uses an installed wheel without pseudo terminals: uploads a file by the package and one by the program, over TLS."""

from __future__ import annotations

import runpy
import sys
import tempfile
from pathlib import Path

import qftp
from qftp import lab

PORT = "emulator://ec2x"
CONTENT = bytes(range(256)) * 200


def program(*arguments: str) -> None:
    """Runs the program in this process and expects success."""
    sys.argv = ["qftp", *arguments]
    try:
        runpy.run_module("qftp", run_name="__main__")
    except SystemExit as end:
        if end.code not in (0, None):
            raise


def main() -> None:
    """Starts a server and uploads both files to it."""
    with tempfile.TemporaryDirectory() as folder, lab.server(tls="explicit") as server:
        with qftp.connect(PORT) as client:
            client.login(**server.login)
            client.put(CONTENT, "by_package")
        file = Path(folder, "by_program")
        file.write_bytes(CONTENT)
        url = f"ftpes://{server.user}:{server.password}@{server.host}:{server.port}/by_program"
        program("put", "-p", PORT, "--ca", str(server.ca), str(file), url)
        for name in ("by_package", "by_program"):
            if (server.root / name).read_bytes() != CONTENT:
                sys.exit(f"{name} differs")
    print("ok")


main()
