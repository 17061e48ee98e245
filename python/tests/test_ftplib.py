"""The same calls through `ftplib` and through a module end the same, on every real server and in every dialect.

The calls are those of CPython's own Lib/test/test_ftplib.py.
"""

from __future__ import annotations

import contextlib
import ftplib
import io
import os
import socket
from typing import TYPE_CHECKING, Any, Callable

import pytest
from conftest import PASSWORD, USER

import qftp
from qftp import ftplib as module_ftplib
from qftp import ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server

DATA = bytes(range(256)) * 200
TEXT = b"one\ntwo\n\nlast without an end"

HEED_OPTIONS = {"pyftpdlib", "proftpd"}
"""Servers that list the facts that OPTS MLST asks for; vsftpd has no MLSD, pureftpd lists what it wants."""


class Both:
    """A session by `ftplib` and one by a module, each in a folder of its own."""

    def __init__(self, server: Server, direct: ftplib.FTP, module: module_ftplib.FTP) -> None:
        self.server = server
        self.ends: dict[str, ftplib.FTP] = {"direct": direct, "module": module}
        for name, end in self.ends.items():
            server.mkdir(name)
            end.cwd(f"/{name}")  # gsm knows its directory from an absolute one on
            end.voidcmd("TYPE I")

    def write(self, name: str, data: bytes) -> None:
        for folder in self.ends:
            self.server.write(f"{folder}/{name}", data)

    def mkdir(self, name: str) -> None:
        for folder in self.ends:
            self.server.mkdir(f"{folder}/{name}")

    def tree(self, folder: str) -> dict[str, bytes]:
        root = self.server.root / folder
        return {
            os.fspath(path.relative_to(root)): b"" if path.is_dir() else path.read_bytes() for path in root.rglob("*")
        }

    def same(self, call: Callable[[ftplib.FTP], object]) -> object:
        """Returns the result of the call by `ftplib`, which is its result by the module."""
        expected, got = (outcome(call, end) for end in self.ends.values())
        assert got == expected
        assert self.tree("module") == self.tree("direct")
        return expected

    def lacked(self, call: Callable[[ftplib.FTP], object], task: str) -> bool:
        """Returns True if the dialect lacks it; the call is then refused with 502, as by a server that lacks it."""
        module = self.ends["module"]
        assert isinstance(module, module_ftplib.FTP)
        if qftp.support(module.client.dialect)[task] != "missing":
            return False
        with pytest.raises(ftplib.error_perm, match=r"^502 ") as caught:
            call(module)
        assert isinstance(caught.value.__cause__, qftp.UnsupportedError)
        return True


def outcome(call: Callable[[ftplib.FTP], object], end: ftplib.FTP) -> object:
    """Returns what a call returns or raises; of a server's words the number."""
    try:
        told = call(end)
    except ftplib.all_errors as error:
        return type(error), str(error)[:3]
    if isinstance(told, str) and told[:3].isdecimal():
        return told[:3]
    return told.replace("/module", "/direct") if isinstance(told, str) else told


@pytest.fixture
def both(real_server: Server, dialect: str) -> Iterator[Both]:
    with contextlib.ExitStack() as stack:
        direct = stack.enter_context(ftplib.FTP())
        module = stack.enter_context(qftp.Emulator(dialect))
        through = stack.enter_context(module_ftplib.FTP(line=module))
        for end in (direct, through):
            end.connect(real_server.host, real_server.port)
            end.login(USER, PASSWORD)
        yield Both(real_server, direct, through)


def test_directories(both: Both) -> None:
    assert both.same(lambda ftp: ftp.pwd().endswith(("/direct", "/module", "direct", "module"))) is True
    both.same(lambda ftp: ftp.mkd("a").split("/")[-1])
    both.same(lambda ftp: ftp.mkd("a"))
    assert both.same(lambda ftp: ftp.cwd("a")) == "250"
    assert both.same(lambda ftp: ftp.cwd("..")) == "250"
    both.same(lambda ftp: ftp.cwd("not-there"))
    assert both.same(lambda ftp: ftp.rmd("a")) == "250"
    both.same(lambda ftp: ftp.rmd("a"))


def test_files(both: Both) -> None:
    both.write("a", DATA)
    assert both.same(lambda ftp: ftp.size("a")) == len(DATA)
    both.same(lambda ftp: ftp.size("not-there"))
    assert both.same(lambda ftp: ftp.rename("a", "b")) == "250"
    both.same(lambda ftp: ftp.rename("not-there", "c"))
    both.same(lambda ftp: ftp.delete("not-there"))
    assert both.same(lambda ftp: ftp.delete("b")) == "250"
    both.write("c", b"x")
    if not both.lacked(lambda ftp: ftp.sendcmd("MDTM c"), "mdtm"):
        for folder in both.ends:
            os.utime(both.server.root / folder / "c", (1_700_000_000, 1_700_000_000))
        assert both.same(lambda ftp: ftp.sendcmd("MDTM c")[:18]) == "213 20231114221320"[:3]


def test_binary_transfers(both: Both) -> None:
    def store(ftp: ftplib.FTP, data: bytes, **options: Any) -> tuple[str, bytes]:
        sent: list[bytes] = []
        told = ftp.storbinary("STOR a", io.BytesIO(data), 1000, sent.append, **options)
        return told[:3], b"".join(sent)

    def retrieve(ftp: ftplib.FTP, name: str, **options: Any) -> tuple[str, bytes]:
        got: list[bytes] = []
        told = ftp.retrbinary(f"RETR {name}", got.append, 1000, **options)
        assert max(map(len, got), default=0) <= 1000
        return told[:3], b"".join(got)

    assert both.same(lambda ftp: store(ftp, DATA)) == ("226", DATA)
    assert both.same(lambda ftp: retrieve(ftp, "a")) == ("226", DATA)
    both.same(lambda ftp: retrieve(ftp, "a", rest=len(DATA) - 10))
    both.same(lambda ftp: store(ftp, b"the end", rest=str(len(DATA))))
    both.same(lambda ftp: retrieve(ftp, "not-there"))
    both.same(lambda ftp: ftp.storbinary("STOR no/such/folder", io.BytesIO(b"x")))
    both.same(lambda ftp: ftp.storbinary("STOR empty", io.BytesIO()))
    both.same(lambda ftp: retrieve(ftp, "empty"))
    both.same(lambda ftp: ftp.storbinary("APPE b", io.BytesIO(b"one")))
    both.same(lambda ftp: ftp.storbinary("APPE b", io.BytesIO(b"two")))


def test_lines(both: Both) -> None:
    def retrieve(ftp: ftplib.FTP) -> tuple[str, list[str]]:
        lines: list[str] = []
        return ftp.retrlines("RETR a", lines.append)[:3], lines

    assert both.same(lambda ftp: ftp.storlines("STOR a", io.BytesIO(TEXT))) == "226"
    assert both.same(retrieve) == ("226", TEXT.decode().split("\n"))
    assert both.same(lambda ftp: ftp.storlines("STOR a", io.BytesIO(TEXT.replace(b"\n", b"\r\n")))) == "226"
    for end in both.ends.values():
        with pytest.raises(ftplib.Error, match="got more than 8192 bytes"):
            end.storlines("STOR b", io.BytesIO(b"x" * 8193))
        end.close()


def test_listings(both: Both, dialect: str) -> None:
    both.write("file.txt", b"12345")
    both.mkdir("folder")
    both.write("folder/in it", b"x")

    def directory(ftp: ftplib.FTP, *where: str) -> list[str]:
        lines: list[str] = []
        ftp.dir(*where, lines.append)
        # The time is that of the file's making.
        return sorted(line.split()[0] + line.split(None, 8)[-1] for line in lines)

    if not both.lacked(lambda ftp: ftp.nlst(), "nlst"):
        both.same(lambda ftp: sorted({*ftp.nlst()} - {".", ".."}))  # which pureftpd lists
        if qftp.support(dialect)["nlst"] == "native":  # made of a listing, names have no folder before them
            both.same(lambda ftp: sorted(ftp.nlst("folder")))
    if not both.lacked(lambda ftp: ftp.dir(), "list"):
        both.same(lambda ftp: directory(ftp, "folder"))
    if not both.lacked(lambda ftp: list(ftp.mlsd()), "mlsd"):
        both.same(lambda ftp: sorted((name, facts["type"]) for name, facts in ftp.mlsd("folder")))
        if both.server.kind in HEED_OPTIONS:
            both.same(lambda ftp: sorted((name, sorted(facts)) for name, facts in ftp.mlsd(facts=["type", "size"])))


def test_a_wrong_password(server: Server, dialect: str) -> None:
    for ftp in (ftplib.FTP(), module_ftplib.FTP(line=f"emulator://{dialect}")):
        with ftp:
            ftp.connect(server.host, server.port)
            with pytest.raises(ftplib.error_perm, match=r"^530"):
                ftp.login(USER, "wrong-secret")


def test_quit_and_close(both: Both) -> None:
    assert both.same(lambda ftp: ftp.quit()) == "221"
    assert [end.sock for end in both.ends.values()] == [None, None]
    for end in both.ends.values():
        end.close()


# What ftplib's users do beside files


def test_the_line_is_found_in_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QFTP_PORT", "emulator://bg96")
    with module_ftplib.FTP() as ftp:
        assert ftp.connect(server.host, server.port) == ftp.getwelcome()
        assert ftp.getwelcome() == "220 BG96 is on emulator://bg96."
        assert ftp.login(USER, PASSWORD)[:3] == "230"
        assert (ftp.host, ftp.port, ftp.encoding) == (server.host, server.port, "utf-8")
    monkeypatch.delenv("QFTP_PORT")
    monkeypatch.setattr(ports, "list_ports", list)
    with pytest.raises(OSError, match="QFTP_PORT"):
        module_ftplib.FTP("ftp.example.com")


@pytest.fixture
def ftp(server: Server, dialect: str) -> Iterator[module_ftplib.FTP]:
    with module_ftplib.FTP(line=f"emulator://{dialect}") as ftp:
        ftp.connect(server.host, server.port)
        ftp.login(USER, PASSWORD)
        yield ftp


def test_passive_mode_is_chosen_between_transfers(ftp: module_ftplib.FTP) -> None:
    assert ftp.passiveserver
    for passive in (False, True):
        ftp.set_pasv(passive)
        ftp.storbinary("STOR a", io.BytesIO(DATA))
        got: list[bytes] = []
        ftp.retrbinary("RETR a", got.append)
        assert b"".join(got) == DATA


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_what_a_module_cannot_do_is_refused_as_a_server_would(ftp: module_ftplib.FTP) -> None:
    refused: list[Callable[[], object]] = [
        lambda: ftp.sendcmd("SITE CHMOD 644 a"),
        lambda: ftp.transfercmd("RETR a"),
        lambda: ftp.ntransfercmd("STOR a"),
        lambda: ftp.acct("none"),
        ftp.makepasv,
        ftp.makeport,
    ]
    for call in refused:
        with pytest.raises(ftplib.error_perm, match=r"^502 "):
            call()
    with pytest.raises(ftplib.error_proto, match=r"^502 "):
        ftp.abort()
    with pytest.raises(ftplib.error_temp, match=r"^425 "):
        ftp.sendcmd("RETR a")
    with pytest.raises(ValueError, match="newline"):
        ftp.delete("a\nb")
    with pytest.raises(ValueError, match="source_address"):
        ftp.connect("127.0.0.1", source_address=("", 0))
    with pytest.raises(ValueError, match="timeout"):
        ftp.connect("127.0.0.1", timeout=0)
    assert ftp.voidcmd("NOOP")[:3] == "200"


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_what_is_no_reply_is_an_os_error(ftp: module_ftplib.FTP) -> None:
    with pytest.raises(socket.gaierror):
        connect_and_login(ftp, "no-such-host.invalid", 21)
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]
    with pytest.raises(ConnectionError):
        connect_and_login(ftp, "127.0.0.1", closed)
    with pytest.raises(ftplib.error_perm, match=r"^530 Not logged in"):
        ftp.pwd()


def connect_and_login(ftp: ftplib.FTP, host: str, port: int) -> None:
    ftp.connect(host, port)
    ftp.login(USER, PASSWORD)


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_debugging_shows_the_conversation_without_the_password(
    ftp: module_ftplib.FTP, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    ftp.set_debuglevel(2)
    connect_and_login(ftp, server.host, server.port)
    shown = capsys.readouterr().out
    assert "*cmd* 'USER qftptest'" in shown
    assert "*resp* '230 Logged in.'" in shown
    assert PASSWORD not in shown


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_what_a_callback_raises_comes_through(ftp: module_ftplib.FTP) -> None:
    def stop(block: bytes) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        ftp.storbinary("STOR a", io.BytesIO(DATA), callback=stop)
    with pytest.raises(TypeError):
        ftp.storlines("STOR a", io.StringIO("text"))
    ftp.storbinary("STOR b", io.BytesIO(b"after it"))
    assert ftp.size("b") == 8


def test_the_client_has_these_names_too(client: qftp.Client, server: Server) -> None:
    got: list[bytes] = []
    # gsm knows its directory from an absolute one on.
    assert client.mkd("folder") == ("folder" if client.dialect == "gsm" else "/folder")
    client.cwd("/")
    assert client.mkd("second") == "/second"
    client.rmd("second")
    client.cwd("folder")
    assert client.storbinary("STOR a", io.BytesIO(DATA), callback=got.append)[:3] == "226"
    assert b"".join(got) == DATA
    client.storbinary("APPE a", io.BytesIO(b"more"))
    got.clear()
    assert client.retrbinary("RETR a", got.append, 100, rest=len(DATA) - 1)[:3] == "226"
    assert b"".join(got) == DATA[-1:] + b"more"
    with pytest.raises(qftp.UsageError, match="RETR name"):
        client.retrbinary("LIST", got.append)
    with pytest.raises(FileNotFoundError):
        client.retrbinary("RETR not-there", got.append)
    client.delete("a")
    client.cdup()
    assert client.rmd("folder")[:3] == "250"
    assert client.quit()[:3] == "221"
    assert client.closed
