"""The laboratory: a server and a module in this process."""

from __future__ import annotations

import contextlib
import ftplib
import socket
from typing import TYPE_CHECKING, Any

import pytest

import qftp
from qftp import lab

if TYPE_CHECKING:
    from pathlib import Path

    from qftp.tls_options import TlsMode


def test_files_go_through_server_and_module(dialect: str) -> None:
    with lab.server() as server, lab.emulator(dialect) as module, qftp.connect(module) as client:
        client.login(**server.login)
        client.put(b"1,2,3", "log.csv")
        assert (server.root / "log.csv").read_bytes() == b"1,2,3"
        assert client.get("log.csv") == b"1,2,3"
        assert server.password not in repr(server) + server.url
        assert server.url == f"ftp://qftp@{server.host}:{server.port}/"
    assert not server.root.exists()


def test_a_directory_is_told_from_a_file_by_a_server_that_tells_its_size(dialect: str) -> None:
    with lab.server() as server, lab.emulator(dialect) as module, qftp.connect(module) as client:
        client.login(**server.login)
        client.mkdir("a/b", parents=True)
        client.mkdir("a", exist_ok=True)
        client.put(b"", "f")
        assert (client.isdir("a"), client.isfile("a")) == (True, False)
        assert (client.isdir("f"), client.isfile("f")) == (False, True)
        if dialect != "gsm":
            client.rmtree("a")
            with pytest.raises(NotADirectoryError):
                client.rmtree("f")
            assert [path.name for path in server.root.iterdir()] == ["f"]


def test_a_name_that_the_server_cannot_have_is_refused(dialect: str) -> None:
    with lab.server() as server, lab.emulator(dialect) as module, qftp.connect(module) as client:
        client.login(**server.login)
        with pytest.raises(qftp.Error):
            client.put(b"x", b"a\xfe")
        assert list(server.root.iterdir()) == []
        client.put(b"x", "\u00fe")
        assert [path.name for path in server.root.iterdir()] == ["\u00fe"]


@pytest.mark.parametrize("tls", ["explicit", "implicit"])
def test_tls_is_verified_by_the_authority_of_the_server(tls: TlsMode, tmp_path: Path) -> None:
    with lab.server(tmp_path, tls=tls, user="lab", password="not-shown") as server:
        assert server.ca is not None
        with lab.emulator() as module, qftp.connect(module) as client:
            client.login(**server.login, check_dates=False)
            client.put(b"abc", "a")
    assert (tmp_path / "a").read_bytes() == b"abc"


def test_a_server_ends(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(lab.server(tmp_path))
        ftp = stack.enter_context(ftplib.FTP())
        ftp.connect(server.host, server.port)
        server.close()
        server.close()
        assert "closed" in repr(server)
        with pytest.raises((EOFError, OSError)):
            ftp.login(server.user, server.password)
    assert tmp_path.exists()
    with pytest.raises(OSError, match=r"."):
        socket.create_connection((server.host, server.port)).close()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"root": "/no/such/folder"}, "folder"),
        ({"listen": "here"}, "listen=here"),
        ({"tls": "explict"}, "explicit or implicit"),
    ],
)
def test_what_cannot_be_served_is_an_error(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(qftp.UsageError, match=reason):
        lab.server(**options)
