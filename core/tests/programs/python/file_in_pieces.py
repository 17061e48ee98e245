"""Habit: a download goes into a file of the module, and the program reads that file in pieces.

Relies on: QFLST tells the size (COMMON 1.5); QFSEEK and QFREAD deliver exactly the bytes that CONNECT counts, with OK
behind them (COMMON 1.1); QFDEL makes the name free again (FIELD 2.3).
"""

import re

from board import ANSWER, SERVER, Board, fail

PIECE = 750

board = Board()


def answer(text: str) -> list[bytes]:
    """Sends a command and returns the lines in front of OK."""
    board.write(text.encode() + b"\r")
    lines: list[bytes] = []
    while (line := board.read_line(ANSWER)) != b"OK":
        if not line or b"ERROR" in line:
            fail(f"{text}: {lines} {line!r}")
        lines.append(line)
    return lines


def operation(text: str, name: str) -> bytes:
    """Sends a command and returns its result."""
    answer(text)
    line = board.read_line(SERVER)
    if not line.startswith(f"+{name}: 0,".encode()):
        fail(f"{text}: {line!r}")
    return line.split(b",", 1)[1]


def read_piece(handle: int, start: int) -> bytes:
    """Reads from this place on, as many bytes as the module has, at most a piece."""
    answer(f"AT+QFSEEK={handle},{start},0")
    board.write(f"AT+QFREAD={handle},{PIECE}\r".encode())
    line = board.read_line(ANSWER)
    if not (count := re.fullmatch(rb"CONNECT (\d+)", line)):
        fail(f"QFREAD: {line!r}")
    piece = board.read(int(count[1]), ANSWER)
    if (line := board.read_line(ANSWER)) != b"OK":
        fail(f"behind the data: {line!r}")
    return piece


answer("ATE0")
answer('AT+QICSGP=1,1,"UNINET","","",1')
answer("AT+QIACT=1")
answer(f'AT+QFTPCFG="account","{board.user}","{board.password}"')
answer('AT+QFTPCFG="filetype",0')
answer('AT+QFTPCFG="transmode",1')
operation(f'AT+QFTPOPEN="{board.server}",{board.server_port}', "QFTPOPEN")
size = int(operation('AT+QFTPGET="down.bin","local.bin"', "QFTPGET"))
listed = answer('AT+QFLST="local.bin"')
if not listed or int(listed[0].rsplit(b",", 1)[1]) != size:
    fail(f"QFLST: {listed}, after {size} bytes")
handle = int(answer('AT+QFOPEN="local.bin",2')[0].split(b":")[1])
data = b""
while len(data) < size:
    data += read_piece(handle, len(data))
answer(f"AT+QFCLOSE={handle}")
answer('AT+QFDEL="local.bin"')
board.save("down.bin", data)
operation("AT+QFTPCLOSE", "QFTPCLOSE")
answer("AT")
print("done")
