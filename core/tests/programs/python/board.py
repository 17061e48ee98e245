"""The board of a firmware: a UART and a small file system. Here the UART is any port of pyserial, the rest a folder.

A program of this folder is a firmware: it knows the board and nothing of libqftp.

    python PROGRAM PORT SERVER SERVER_PORT USER PASSWORD FOLDER

SLOWER=10 in the environment makes the board's clock ten times slower: all times of the program are ten times longer
then, and a busy machine does not matter. The line has to be slower too.
"""

import os
import pathlib
import sys
import time
from typing import NoReturn

import serial

BITS_PER_SECOND = 115200
BITS_PER_BYTE = 10  # with start and stop bit
# How long to wait for what the module answers by itself, and for what the server has a part in, in seconds.
ANSWER = 10
SERVER = 60


def fail(reason: str) -> NoReturn:
    """Says why the firmware gives up, and ends it."""
    sys.exit(reason)


class Board:
    """The UART, the files, and what the firmware was configured with."""

    def __init__(self) -> None:
        """Reads the arguments and opens the UART."""
        if len(sys.argv) != 7:
            fail(f"usage: {sys.argv[0]} PORT SERVER SERVER_PORT USER PASSWORD FOLDER")
        self.path, self.server, self.server_port, self.user, self.password, folder = sys.argv[1:]
        self.folder = pathlib.Path(folder)
        self.slower = int(os.environ.get("SLOWER", "1"))
        self.uart = self.open()

    def open(self) -> serial.SerialBase:
        """Opens the UART."""
        return serial.serial_for_url(self.path, BITS_PER_SECOND, timeout=60)

    def write(self, data: bytes) -> None:
        """Sends bytes. It takes as long as the line takes for them, as with a UART that has no buffer."""
        self.uart.write(data)
        self.wait(len(data) * BITS_PER_BYTE / BITS_PER_SECOND)

    def wait(self, seconds: float) -> None:
        """Waits so long on the board's clock; all times are on it."""
        time.sleep(seconds * self.slower)

    def read(self, size: int, wait: float) -> bytes:
        """Reads so many bytes, or what comes within this time in seconds."""
        self.uart.timeout = wait * self.slower
        data: bytes = self.uart.read(size)
        return data

    def read_line(self, wait: float) -> bytes:
        """Reads the next line that is not empty, without its end; nothing after so many seconds."""
        self.uart.timeout = wait * self.slower
        while text := self.uart.readline():
            line: bytes = text.rstrip(b"\r\n")
            if line:
                return line
        return b""

    def expect(self, start: str, wait: float = ANSWER) -> str:
        """Waits for a line that begins so; returns the rest. Others are passed over; an error ends the firmware."""
        while line := self.read_line(wait).decode(errors="replace"):
            if line.startswith(start):
                return line[len(start) :]
            if "ERROR" in line:
                break
        fail(f"{line or 'silence'} instead of {start}")

    def drop_dtr(self) -> None:
        """Drops DTR for a moment. A pseudo terminal and a socket have none: there the host goes and comes back."""
        try:
            self.uart.dtr = False
            self.wait(0.5)
            self.uart.dtr = True
        except OSError:
            self.reopen()
        else:
            if self.path.startswith("socket:"):
                self.reopen()

    def reopen(self) -> None:
        """Closes the UART, which drops DTR, and opens it again."""
        self.uart.close()
        self.wait(0.5)
        self.uart = self.open()

    def load(self, name: str) -> bytes:
        """Returns a file."""
        return (self.folder / name).read_bytes()

    def save(self, name: str, data: bytes) -> None:
        """Writes a file."""
        (self.folder / name).write_bytes(data)
