"""An FTP server, and modules in software of every dialect in front of it."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, NamedTuple

import pytest
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

import qftp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER = "tester"
PASSWORD = "qftp-secret"


class Server(NamedTuple):
    """An FTP server and the folder that it serves."""

    host: str
    port: int
    root: Path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """pyftpdlib in a thread of this process: it answers only because calls of the client let it run."""
    root = tmp_path / "server"
    root.mkdir()
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, PASSWORD, os.fspath(root), perm="elradfmwMT")

    class Handler(FTPHandler):  # type: ignore[misc]
        auth_failed_timeout = 0
        use_gmt_times = True

    Handler.authorizer = authorizer
    ftp = FTPServer(("127.0.0.1", 0), Handler, ioloop=IOLoop())
    host, port = ftp.socket.getsockname()
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            ftp.serve_forever(timeout=0.05, blocking=False)
        ftp.close_all()

    thread = threading.Thread(target=serve, name="ftp server")
    thread.start()
    yield Server(host, port, root)
    stop.set()
    thread.join()


@pytest.fixture(params=qftp.DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Every dialect."""
    return str(request.param)


@pytest.fixture
def module(dialect: str) -> Iterator[qftp.SoftModule]:
    """A module in software that speaks the dialect."""
    with qftp.SoftModule(dialect) as module:
        yield module


@pytest.fixture
def client(module: qftp.SoftModule, server: Server) -> Iterator[qftp.Client]:
    """A client that is logged in."""
    with qftp.connect(module) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        yield client
