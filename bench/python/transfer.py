"""Moves a file through a module as programs on pyserial do, and prints the seconds from command to result.

transfer.py get|put PORT FILE SIZE SERVER-PORT USER PASSWORD
"""

import sys
import time

import serial


def main() -> None:
    direction, port, path, size, server, user, password = sys.argv[1:]
    count = int(size)
    with serial.Serial(port, 115200, timeout=20, write_timeout=20) as line:

        def ask(command: str, end: bytes = b"OK\r\n") -> bytes:
            line.write(command.encode() + b"\r")
            answer = line.read_until(end)
            assert answer.endswith(end), (command, answer)
            return answer

        ask("ATE0")
        if b"+QIACT: 1" not in ask("AT+QIACT?"):
            ask("AT+QIACT=1")
        ask('AT+QFTPCFG="contextid",1')
        ask(f'AT+QFTPCFG="account","{user}","{password}"')
        ask('AT+QFTPCFG="filetype",0')
        ask('AT+QFTPCFG="transmode",1')
        ask(f'AT+QFTPOPEN="127.0.0.1",{server}', b"+QFTPOPEN: 0,0\r\n")
        begun = time.perf_counter()
        if direction == "get":
            ask('AT+QFTPGET="down","COM:"', b"CONNECT\r\n")
            left = count
            while left > 0:
                left -= len(line.read(min(1024, left)))
            line.read_until(f"+QFTPGET: 0,{count}\r\n".encode())
        else:
            ask(f'AT+QFTPPUT="up-pyserial","COM:",0,{count},1', b"CONNECT\r\n")
            with open(path, "rb") as file:
                while piece := file.read(1024):
                    line.write(piece)
            line.read_until(f"+QFTPPUT: 0,{count}\r\n".encode())
        print(time.perf_counter() - begun)
        ask("AT+QFTPCLOSE", b"+QFTPCLOSE: 0,0\r\n")


main()
