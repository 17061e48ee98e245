"""Habit: after the power key the program sends nothing until the module speaks; its first lines tell the vendor.

Relies on: RDY and PB DONE are those of a Quectel module, AT command ready that of a Fibocom module (FIELD 1.12, 9).
Shows: an upload, counted, in the commands of either vendor.
"""

from board import SERVER, Board, fail

BOOT = 120
PIECE = 1000

board = Board()


def command(text: str) -> None:
    """Sends a command that is answered by OK."""
    board.write(text.encode() + b"\r\n")
    board.expect("OK")


def put_quectel(data: bytes) -> None:
    """Logs in and uploads by the commands of a Quectel module."""
    board.expect("+QIND: PB DONE", BOOT)
    command("ATE0")
    command('AT+QICSGP=1,1,"UNINET","","",1')
    command("AT+QIACT=1")
    command(f'AT+QFTPCFG="account","{board.user}","{board.password}"')
    command('AT+QFTPCFG="filetype",0')
    command('AT+QFTPCFG="transmode",1')
    command(f'AT+QFTPOPEN="{board.server}",{board.server_port}')
    board.expect("+QFTPOPEN: 0,0", SERVER)
    board.write(f'AT+QFTPPUT="up.bin","COM:",0,{len(data)},1\r\n'.encode())
    board.expect("CONNECT", SERVER)
    board.write(data)
    board.expect("OK", SERVER)
    if int(board.expect("+QFTPPUT: 0,", SERVER)) != len(data):
        fail("another length")
    command("AT+QFTPCLOSE")
    board.expect("+QFTPCLOSE: 0,0", SERVER)


def put_fibocom(data: bytes) -> None:
    """Logs in and uploads by the commands of a Fibocom module."""
    command("ATE0")
    command('AT+MIPCALL=1,"CTNET"')
    board.expect("+MIPCALL: ", SERVER)
    command(f'AT+FTPOPEN="{board.server}","{board.user}","{board.password}",,,{board.server_port},0')
    board.expect("+FTPOPEN: 1", SERVER)
    for start in range(0, len(data), PIECE):
        piece = data[start : start + PIECE]
        is_last = start + PIECE >= len(data)
        board.write(f'AT+FTPPUT="up.bin",{len(piece)},{int(is_last)}\r\n'.encode())
        board.expect(f"+FTPPUT: 2,{len(piece)}", SERVER)
        board.write(piece)
        board.expect("OK", SERVER)
    board.expect("+FTPPUT: 1", SERVER)
    command("AT+FTPCLOSE")
    board.expect("+FTPCLOSE: 1", SERVER)


PUTS = {b"RDY": put_quectel, b"AT command ready": put_fibocom}

first = board.read_line(BOOT)
if first not in PUTS:
    fail(f"{first!r} is of no known vendor")
PUTS[first](board.load("up.bin"))
command("AT")
print("done")
