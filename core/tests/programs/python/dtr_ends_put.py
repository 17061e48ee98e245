"""Habit: DTR ends an upload without a length, in place of +++. With AT&D1 the session stays.

Relies on: a drop of DTR leaves data mode (DIALECTS "Data mode"), closing the port drops DTR, and the server has
all that was sent. What the module says while DTR is low is lost, so the program asks for the size.
"""

from board import SERVER, Board, fail

board = Board()


def command(text: str) -> None:
    """Sends a command that is answered by OK."""
    board.write(text.encode() + b"\r")
    board.expect("OK")


data = board.load("up.bin")
command("ATE0")
command("AT&D1")
command('AT+QICSGP=1,1,"UNINET","","",1')
command("AT+QIACT=1")
command(f'AT+QFTPCFG="account","{board.user}","{board.password}"')
command('AT+QFTPCFG="filetype",0')
command('AT+QFTPCFG="transmode",1')
command(f'AT+QFTPOPEN="{board.server}",{board.server_port}')
board.expect("+QFTPOPEN: 0,0", SERVER)
board.write(b'AT+QFTPPUT="up.bin","COM:"\r')
board.expect("CONNECT", SERVER)
board.write(data)
board.drop_dtr()
command("AT")
command("AT+QFTPSTAT")
while board.expect("+QFTPSTAT: ") != "0,1":
    board.wait(0.2)
    command("AT+QFTPSTAT")
command('AT+QFTPSIZE="up.bin"')
if int(board.expect("+QFTPSIZE: 0,", SERVER)) != len(data):
    fail("another length")
command("AT+QFTPCLOSE")
board.expect("+QFTPCLOSE: 0,0", SERVER)
command("AT")
print("done")
