"""Habit: a bring-up types some thirty commands around FTP, and stops at the first ERROR.

Relies on: each of them is known to the module, with the values that programs use (COMMON 11). Answers are lines up to
OK, of which the program looks at a few. Shows: a download to the line, by count.
"""

from board import SERVER, Board, fail

board = Board()

SET_UP = (
    "AT",
    "ATE0",
    "AT+CMEE=1",
    "ATI",
    "AT+GSN",
    "AT+CIMI",
    "AT+CCID",
    "AT+CPIN?",
    "AT+QINISTAT",
    "AT+CMGF=1",
    'AT+CSCS="GSM"',
    "AT+CNMI=2,1",
    "AT+CLIP=1",
    'AT+QURCCFG="urcport","uart1"',
    'AT+QCFG="nwscanmode",0,1',
    "AT+QINDCFG=?",
    "AT+CTZU=1",
    'AT+CCLK="26/01/01,00:00:00+00"',
    "AT+CCLK?",
    "AT+CSQ",
    "AT+QCSQ",
    "AT+CREG?",
    "AT+CGREG?",
    "AT+COPS?",
    "AT+QNWINFO",
    "AT+QSPN",
    'AT+QENG="servingcell"',
    "AT+CBC",
    "AT+CPAS",
    'AT+CGDCONT=1,"IP","UNINET"',
    "AT+CGATT?",
    'AT+QICSGP=1,1,"UNINET","","",1',
    "AT+QIACT=1",
    "AT+QIACT?",
    "AT+CGPADDR=1",
    "AT+QIDNSCFG=1",
    "AT+QISTATE?",
    "AT+QICLOSE=0",
)


def command(text: str) -> None:
    """Sends a command that is answered by OK."""
    board.write(text.encode() + b"\r\n")
    while (line := board.read_line(SERVER)) != b"OK":
        if not line or b"ERROR" in line:
            fail(f"{text}: {line!r}")


for text in SET_UP:
    command(text)
command(f'AT+QFTPCFG="account","{board.user}","{board.password}"')
command('AT+QFTPCFG="filetype",0')
command('AT+QFTPCFG="transmode",1')
command(f'AT+QFTPOPEN="{board.server}",{board.server_port}')
board.expect("+QFTPOPEN: 0,0", SERVER)
command('AT+QFTPSIZE="down.bin"')
size = int(board.expect("+QFTPSIZE: 0,", SERVER))
board.write(b'AT+QFTPGET="down.bin","COM:"\r\n')
board.expect("CONNECT", SERVER)
data = board.read(size, SERVER)
board.expect("OK", SERVER)
if int(board.expect("+QFTPGET: 0,", SERVER)) != len(data):
    fail("another length")
board.save("down.bin", data)
command("AT+QFTPCLOSE")
board.expect("+QFTPCLOSE: 0,0", SERVER)
command("AT")
print("done")
