"""Files up and down as programs for such modules do it: DEVICE HOST PORT USER PASSWORD FOLDER.

Every file of FOLDER/up is put on the server and got back into FOLDER/down.
"""

import pathlib
import re
import sys

import serial

device, host, port, user, password, folder = sys.argv[1:]
line = serial.Serial(device, 115200, timeout=60)


def read_line() -> bytes:
    """The next line that is not empty, without its end."""
    while True:
        text = line.readline()
        if not text:
            sys.exit("nothing came")
        if text.strip():
            return text.rstrip(b"\r\n")


def command(text: str) -> list[bytes]:
    """The lines of the answer up to OK or CONNECT."""
    line.write(text.encode() + b"\r")
    answer = []
    while True:
        answer.append(read_line())
        if answer[-1] in (b"OK", b"CONNECT"):
            return answer
        if b"ERROR" in answer[-1]:
            sys.exit(f"{text}: {answer}")


def result(name: str) -> int:
    """The number in the URC, the file's length."""
    text = read_line()
    found = re.fullmatch(rb"\+%s: 0,(\d+)" % name.encode(), text)
    if not found:
        sys.exit(f"{name}: {text!r}")
    return int(found[1])


command("ATE0")
command('AT+QICSGP=1,1,"UNINET","","",1')
command("AT+QIACT=1")
command('AT+QFTPCFG="contextid",1')
command(f'AT+QFTPCFG="account","{user}","{password}"')
command('AT+QFTPCFG="filetype",0')
command('AT+QFTPCFG="transmode",1')
command(f'AT+QFTPOPEN="{host}",{port}')
result("QFTPOPEN")
for path in sorted((pathlib.Path(folder) / "up").iterdir()):
    content = path.read_bytes()
    command(f'AT+QFTPPUT="{path.name}","COM:",0,{len(content)},1')
    line.write(content)
    if read_line() != b"OK" or result("QFTPPUT") != len(content):
        sys.exit(f"{path.name}: not all of it went up")
    command(f'AT+QFTPSIZE="{path.name}"')
    size = result("QFTPSIZE")
    command(f'AT+QFTPGET="{path.name}","COM:"')
    got = line.read(size)
    if read_line() != b"OK" or result("QFTPGET") != size:
        sys.exit(f"{path.name}: not all of it came down")
    (pathlib.Path(folder) / "down" / path.name).write_bytes(got)
command("AT+QFTPCLOSE")
result("QFTPCLOSE")
print("done")
