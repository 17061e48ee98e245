"""The firmware on the processor of its board, by QEMU: it uploads its log and downloads an image, whatever happens."""

import os
import subprocess
from pathlib import Path
from typing import Any, Callable

ELF = Path(os.environ["BUILD"]) / "firmware.elf"
LIMIT_S = 300
"""A firmware that has not ended by then is stuck."""


def content(length: int) -> bytes:
    """Returns what the firmware writes into its log, and what it wants its image to be."""
    return bytes((at * 7 + at // 251) % 256 for at in range(length))


def test_firmware(emulate: Callable[..., str], ftp_server: Any) -> None:
    """Both files are whole, with each fault plan."""
    (ftp_server.root / "firmware.bin").write_bytes(content(80_000))
    words = [ftp_server.host, str(ftp_server.port), ftp_server.user, ftp_server.password]
    arguments = "".join(f",arg={word}" for word in words)
    command = ["qemu-system-arm", "-M", "mps2-an386", "-nographic", "-monitor", "none"]
    command += ["-chardev", f"socket,id=uart,path={emulate('--unix')}", "-serial", "chardev:uart"]
    command += ["-semihosting-config", f"enable=on,target=native,arg=firmware{arguments}", "-kernel", str(ELF)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S)
    print(ended.stderr)
    assert "image: whole" in ended.stderr
    assert (ftp_server.root / "firmware.log").read_bytes() == content(50_000)
