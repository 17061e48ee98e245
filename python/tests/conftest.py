"""FTP servers, and emulators of every dialect in front of them."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from typing import TYPE_CHECKING

import pytest
import servers
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer
from servers import PASSWORD, USER, Server

import qftp

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

__all__ = ["PASSWORD", "USER", "Server"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Pyftpdlib in a thread of this process: it answers only because calls of the client let it run."""
    root = tmp_path / "server"
    root.mkdir()
    with serving_folder(root) as server:
        yield server


def authorizer(root: Path) -> DummyAuthorizer:
    """Lets the user of the tests do everything in a folder."""
    lets = DummyAuthorizer()
    lets.add_user(USER, PASSWORD, os.fspath(root), perm="elradfmwMT")  # pyright: ignore[reportUnknownMemberType]
    return lets


@contextlib.contextmanager
def serving_folder(root: Path) -> Generator[Server]:
    """A server of one folder."""

    class Handler(FTPHandler):  # type: ignore[misc]
        auth_failed_timeout = 0
        use_gmt_times = True

    Handler.authorizer = authorizer(root)
    with serving(Handler) as (host, port):
        yield Server("pyftpdlib", host, port, root)


@contextlib.contextmanager
def serving_without_sizes(root: Path) -> Generator[Server]:
    """A server that refuses SIZE as if the file were missing."""

    class Handler(FTPHandler):  # type: ignore[misc]
        auth_failed_timeout = 0

        def ftp_SIZE(self, path: str) -> None:  # noqa: N802 - the name that pyftpdlib calls
            self.respond("550 SIZE not allowed.")

    Handler.authorizer = authorizer(root)
    with serving(Handler) as (host, port):
        yield Server("pyftpdlib", host, port, root)


@contextlib.contextmanager
def serving(handler: type[FTPHandler]) -> Generator[tuple[str, int]]:
    """A server that handles its sessions so, in a thread; host and port."""
    ftp = FTPServer(("127.0.0.1", 0), handler, ioloop=IOLoop())
    host, port = ftp.address
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            ftp.serve_forever(timeout=0.05, blocking=False)  # pyright: ignore[reportUnknownMemberType]
        ftp.close_all()

    thread = threading.Thread(target=serve, name="ftp server")
    thread.start()
    try:
        yield host, port
    finally:
        stop.set()
        thread.join()


@pytest.fixture(params=qftp.DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Every dialect."""
    return str(request.param)


@pytest.fixture
def module(dialect: str) -> Iterator[qftp.Emulator]:
    """An emulator that speaks the dialect."""
    with qftp.Emulator(dialect) as module:
        yield module


@pytest.fixture
def client(module: qftp.Emulator, server: Server) -> Iterator[qftp.Client]:
    """A client that is logged in."""
    with qftp.connect(module) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        yield client


@pytest.fixture(scope="session", params=servers.KINDS)
def running_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Every real server, a process of its own for all tests."""
    with servers.running(request.param) as server:
        yield server


@pytest.fixture
def real_server(running_server: Server) -> Server:
    """Every real server, its folder empty."""
    running_server.clear()
    return running_server


ANSWERS = {
    b"ATI": b"Quectel\r\nEC25\r\nRevision: 1\r\n",
    b"AT+CMEE?": b"+CMEE: 1\r\n",
    b"AT+CSQ": b"+CSQ: 20,99\r\n",
}
"""The answers of a module that is only a socket; to anything else it says OK."""


@pytest.fixture
def ringing() -> Iterator[str]:
    """A module that rings twice after it was asked for its signal; its URL."""

    def answer(server: socket.socket) -> None:
        line, _ = server.accept()
        with line:
            while command := line.recv(1000):
                said = ANSWERS.get(command.strip(), b"")
                after = b"\r\nRING\r\n" * 2 if b"CSQ" in command else b""
                line.sendall(b"\r\n" + said + b"\r\nOK\r\n" + after)

    with socket.create_server(("127.0.0.1", 0)) as server:
        module = threading.Thread(target=answer, args=(server,))
        module.start()
        yield f"socket://127.0.0.1:{server.getsockname()[1]}"
        module.join()
