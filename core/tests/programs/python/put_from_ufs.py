"""Habit: the data first go into a file of the module by QFUPL, and QFTPPUT sends that file.

Relies on: QFUPL counts from the byte behind CONNECT, whatever ends its line (FIELD 2.2), and reports the count and the
checksum over it (COMMON 1.4); QFTPPUT with a local name needs no data mode (FIELD 2.3).
"""

from board import SERVER, Board, fail

board = Board()


def command(text: str) -> None:
    """Sends a command that is answered by OK."""
    board.write(text.encode() + b"\r\n")
    board.expect("OK")


def checksum(data: bytes) -> int:
    """Returns the XOR of all pairs of bytes; the first one of a pair is the high byte."""
    value = 0
    for index, byte in enumerate(data):
        value ^= byte if index % 2 else byte << 8
    return value


data = board.load("up.bin")
command("ATE0")
board.write(f'AT+QFUPL="up.bin",{len(data)},10\r\n'.encode())
board.expect("CONNECT")
board.write(data)
if (result := board.expect("+QFUPL: ")) != f"{len(data)},{checksum(data):x}":
    fail(f"another length or checksum: {result}")
board.expect("OK")
command('AT+QICSGP=1,1,"UNINET","","",1')
command("AT+QIACT=1")
command(f'AT+QFTPCFG="account","{board.user}","{board.password}"')
command('AT+QFTPCFG="filetype",0')
command('AT+QFTPCFG="transmode",1')
command(f'AT+QFTPOPEN="{board.server}",{board.server_port}')
board.expect("+QFTPOPEN: 0,0", SERVER)
command('AT+QFTPPUT="up.bin","up.bin"')
if int(board.expect("+QFTPPUT: 0,", SERVER)) != len(data):
    fail("another length")
command('AT+QFDEL="up.bin"')
command("AT+QFTPCLOSE")
board.expect("+QFTPCLOSE: 0,0", SERVER)
command("AT")
print("done")
