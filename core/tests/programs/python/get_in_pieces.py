"""Habit: a firmware update in pieces of 1024 bytes, each one a QFTPGET with its start and length.

Relies on: the size is known from QFTPSIZE, and a piece is counted, with 8 bytes between it and its result (FIELD 2.1).
Before the logout the program types +++, to be in command mode for certain; no CR follows it.
"""

from board import SERVER, Board, fail

PIECE = 1024
GUARD = 1.1

board = Board()


def command(text: str) -> None:
    """Sends a command that is answered by OK."""
    board.write(text.encode() + b"\r\n")
    board.expect("OK")


def number(name: str) -> int:
    """Reads the result of a command: 0 and a number."""
    return int(board.expect(f"+{name}: 0,", SERVER))


def get_piece(start: int, size: int) -> bytes:
    """Downloads a piece of the file."""
    board.write(f'AT+QFTPGET="down.bin","COM:",{start},{size}\r\n'.encode())
    board.expect("CONNECT", SERVER)
    piece = board.read(size, SERVER)
    if (end := board.read(8, SERVER)) != b"\r\nOK\r\n\r\n":
        fail(f"{end!r} behind {len(piece)} bytes at {start}")
    if number("QFTPGET") != size:
        fail(f"another length at {start}")
    return piece


command("ATE0")
command('AT+QICSGP=1,1,"UNINET","","",1')
command("AT+QIACT=1")
command(f'AT+QFTPCFG="account","{board.user}","{board.password}"')
command('AT+QFTPCFG="filetype",0')
command('AT+QFTPCFG="transmode",1')
command(f'AT+QFTPOPEN="{board.server}",{board.server_port}')
number("QFTPOPEN")
command('AT+QFTPSIZE="down.bin"')
size = number("QFTPSIZE")
data = b""
while len(data) < size:
    data += get_piece(len(data), min(PIECE, size - len(data)))
board.save("down.bin", data)
board.wait(GUARD)
board.write(b"+++")
board.wait(GUARD)
command("AT+QFTPCLOSE")
number("QFTPCLOSE")
command("AT")
print("done")
