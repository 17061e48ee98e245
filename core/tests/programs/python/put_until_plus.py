"""Habit: an upload without a length; a pause of 1.1 s, +++ and another pause end it.

Relies on: the silence around +++ makes it the end of the data and no part of them (FIELD 2.2, idiom 1); the result
counts them. An answer is compared as one text, with the echo, 100 ms after its command (FIELD 1.1).
"""

from board import ANSWER, SERVER, Board, fail

BETWEEN_COMMANDS = 0.1
GUARD = 1.1
PIECE = 488

board = Board()


def expect(text: str, wait: float = ANSWER) -> None:
    """Reads so many bytes as the text has; they have to be the text."""
    wanted = text.encode()
    if (got := board.read(len(wanted), wait)) != wanted:
        fail(f"{got!r} instead of {wanted!r}")


def send(text: str) -> None:
    """Sends a command after a pause, and expects its echo."""
    board.wait(BETWEEN_COMMANDS)
    board.write(text.encode() + b"\r")
    expect(f"{text}\r")


def command(text: str) -> None:
    """Sends a command that is answered by OK."""
    send(text)
    expect("\r\nOK\r\n")


def operation(text: str, result: str) -> None:
    """Sends a command with a result that comes later."""
    command(text)
    expect(f"\r\n{result}\r\n", SERVER)


data = board.load("up.bin")
command('AT+QICSGP=1,1,"UNINET","","",1')
command("AT+QIACT=1")
command('AT+QFTPCFG="contextid",1')
command(f'AT+QFTPCFG="account","{board.user}","{board.password}"')
command('AT+QFTPCFG="filetype",0')
command('AT+QFTPCFG="transmode",1')
operation(f'AT+QFTPOPEN="{board.server}",{board.server_port}', "+QFTPOPEN: 0,0")
operation('AT+QFTPMKDIR="frames"', "+QFTPMKDIR: 0,0")
operation('AT+QFTPCWD="frames"', "+QFTPCWD: 0,0")
send('AT+QFTPPUT="up.bin","COM:",0')
expect("\r\nCONNECT\r\n", SERVER)
for start in range(0, len(data), PIECE):
    board.write(data[start : start + PIECE])
board.wait(GUARD)
board.write(b"+++")
board.wait(GUARD)
expect("\r\nOK\r\n", SERVER)
expect(f"\r\n+QFTPPUT: 0,{len(data)}\r\n", SERVER)
operation('AT+QFTPSIZE="up.bin"', f"+QFTPSIZE: 0,{len(data)}")
operation("AT+QFTPCLOSE", "+QFTPCLOSE: 0,0")
command("AT")
print("done")
