"""Habit: the program sends a command, waits a fixed time, and looks at what has come by then.

Relies on: LF ends a command (FIELD 7); the result of QFTPOPEN and QFTPPUT is there within its wait (FIELD 4); GSM
modules print no OK behind the data (FIELD 2.2).
"""

import re

from board import Board, fail

ANSWER = 0.3
OPEN = 2.0
PUT = 3.0

board = Board()


def send(text: str, wait: float = ANSWER) -> str:
    """Sends a line and returns what has come after that time."""
    board.write(text.encode() + b"\n")
    return board.read(4096, wait).decode(errors="replace")


def command(text: str) -> None:
    """Sends a command that is answered by OK."""
    answer = send(text)
    if "OK" not in answer:
        fail(f"{text}: {answer!r}")


data = board.load("up.bin")
command("ATE0")
command("AT+QIFGCNT=0")
command('AT+QICSGP=1,"CMNET"')
command("AT+QIREGAPP")
command("AT+QIACT")
# It prints the address alone, or an error on modules that lack it; the program only shows it.
print(send("AT+QILOCIP").strip())
command(f'AT+QFTPUSER="{board.user}"')
command(f'AT+QFTPPASS="{board.password}"')
if "+QFTPOPEN:0" not in (answer := send(f'AT+QFTPOPEN="{board.server}",{board.server_port}', OPEN)):
    fail(f"no session: {answer!r}")
if "CONNECT" not in (answer := send(f'AT+QFTPPUT="up.bin",{len(data)},200', OPEN)):
    fail(f"no CONNECT: {answer!r}")
board.write(data)
answer = board.read(4096, PUT).decode(errors="replace")
if not (count := re.search(r"\+QFTPPUT: ?(-?\d+)", answer)) or int(count[1]) != len(data):
    fail(f"the upload: {answer!r}")
command("AT")
if "+QFTPCLOSE:0" not in (answer := send("AT+QFTPCLOSE", OPEN)):
    fail(f"the logout: {answer!r}")
command("AT")
print("done")
