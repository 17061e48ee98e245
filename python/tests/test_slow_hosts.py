"""A host that does not read its line for a while gets all of a download once it does."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import servers
from conftest import PASSWORD, USER

import qftp

if TYPE_CHECKING:
    from conftest import Server

SIZE = 6_000_000
"""Bytes: more than the line and the data connection hold."""
CLOSE_WAIT = "08"


def has_sent_all(server: Server) -> bool:
    """Returns True if the server has closed a data connection whose other end still has something to read."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ports = range(server.port + 1, server.port + servers.BLOCK)
    return any(row[3] == CLOSE_WAIT and int(row[2].rpartition(":")[2], 16) in ports for row in rows)


def test_a_download_waits_for_its_host() -> None:
    with servers.running("vsftpd") as server, qftp.Emulator("ec2x") as module, socket.socket() as line:
        with (server.root / "a").open("wb") as file:
            file.truncate(SIZE)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        host, port = module.url.removeprefix("socket://").split(":")
        line.connect((host, int(port)))

        def ask(command: str, answer: bytes = b"OK\r\n") -> None:
            line.sendall(command.encode() + b"\r")
            said = b""
            while not said.endswith(answer):
                said += line.recv(1)

        ask("ATE0")
        ask("AT+QIACT=1")
        ask(f'AT+QFTPCFG="account","{USER}","{PASSWORD}"')
        ask(f'AT+QFTPOPEN="{server.host}",{server.port}', b"+QFTPOPEN: 0,0\r\n")
        ask('AT+QFTPGET="a","COM:"', b"CONNECT\r\n")
        got, trailer, at_once = 0, b"", 32_768
        while not trailer.endswith(f"+QFTPGET: 0,{SIZE}\r\n".encode()):
            # Slower than the server until it is done, when nothing but the line wakes the module any more.
            if at_once < SIZE and has_sent_all(server):
                at_once = SIZE
            data = line.recv(at_once)
            got += len(data)
            trailer = (trailer + data)[-40:]
        assert got > SIZE
