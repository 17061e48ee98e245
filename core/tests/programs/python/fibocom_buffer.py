"""Habit: FTPGET fills the module's buffer, and the program takes it by FTPRECV, 1024 bytes at a time.

Relies on: 1 is success; FTPRECV says how many bytes follow, 0 when none are there yet (FIELD 9); the size stands in the
line of FTPLIST (FIELD 9); results are lines that begin with their name.
"""

import re

from board import ANSWER, SERVER, Board, fail

PIECE = 1024

board = Board()


def command(text: str) -> None:
    """Sends a command that is answered by OK."""
    board.write(text.encode() + b"\r\n")
    board.expect("OK")


def listed_size(name: str) -> int:
    """Returns the size in the listing of one file."""
    command(f'AT+FTPLIST="{name}"')
    board.expect("+FTPLIST: 2", SERVER)
    entry = board.read_line(SERVER)
    board.expect("+FTPLIST: 1", SERVER)
    if not (fields := re.match(rb"\S+ +\d+ +\S+ +\S+ +(\d+) ", entry)):
        fail(f"no size in {entry!r}")
    return int(fields[1])


def receive() -> bytes:
    """Takes what is in the buffer, at most a piece."""
    board.write(f"AT+FTPRECV={PIECE}\r\n".encode())
    count = int(board.expect("+FTPRECV: "))
    piece = board.read(count, ANSWER)
    board.expect("OK")
    return piece


command("ATE0")
command('AT+MIPCALL=1,"CTNET"')
board.expect("+MIPCALL: ", SERVER)
command(f'AT+FTPOPEN="{board.server}","{board.user}","{board.password}",,,{board.server_port},0')
board.expect("+FTPOPEN: 1", SERVER)
size = listed_size("down.bin")
command('AT+FTPGET="down.bin",1,0')
board.expect("+FTPGET: 2", SERVER)
data = b""
while len(data) < size:
    if not (piece := receive()):
        board.wait(0.1)
    data += piece
board.save("down.bin", data)
board.write(b"AT+FTPOPEN?\r\n")
board.expect("+FTPOPEN: 1")
board.expect("OK")
command("AT+FTPCLOSE")
board.expect("+FTPCLOSE: 1", SERVER)
command("AT")
print("done")
