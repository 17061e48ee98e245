"""Exceptions: the cause of each, and what it carries."""

from __future__ import annotations

import builtins
import copy
import gc
import multiprocessing
import os
import pickle
import socket
from typing import TYPE_CHECKING, Callable

import pytest
from conftest import PASSWORD, USER

import qftp
from qftp._native import error_kinds
from qftp.ftplib import FTP

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Server

GIVES_NO_REASON = {"nl668"}


def test_a_missing_remote_file(client: qftp.Client) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        client.get("not-there")
    error = caught.value
    assert isinstance(error, qftp.RemoteFileNotFoundError)
    assert isinstance(error, qftp.Error)


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_a_module_s_error_says_what_it_knows(client: qftp.Client) -> None:
    with pytest.raises(qftp.ModuleError) as caught:
        client.size("not-there")
    error = caught.value
    assert (error.module_code, error.name, error.ftp_reply) == (627, "file-unavailable", 550)
    assert error.hint
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.module_code, str(again)) == (type(error), 627, str(error))


@pytest.mark.parametrize("dialect", ["ec2x", "gsm"])
def test_the_message_is_a_sentence_about_what_was_asked(client: qftp.Client) -> None:
    asked: list[tuple[Callable[[], object], str]] = [
        (lambda: client.delete("logs/a.txt"), "cannot delete logs/a.txt: no such file, or no permission (550)"),
        (lambda: client.get("a.txt"), "cannot get a.txt: no such file, or no permission (550)"),
        (lambda: client.cwd("logs"), "cannot change to logs: no such directory, or no permission (550)"),
    ]
    for call, sentence in asked:
        with pytest.raises(qftp.ModuleError) as caught:
            call()
        error = caught.value
        assert str(error) == sentence
        assert error.detail is not None
        assert "+" in error.detail
        notes: list[str] = getattr(error, "__notes__")  # noqa: B009 - the types know it from Python 3.11 on
        assert notes == [error.detail, f"hint: {error.hint}"]
        assert getattr(pickle.loads(pickle.dumps(error)), "__notes__") == notes  # noqa: B009


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_a_refused_command_of_the_caller_is_shown_as_it_is(client: qftp.Client) -> None:
    with pytest.raises(qftp.CommandError, match=r"^AT\+NOSUCH: the module answered"):
        client.command("AT+NOSUCH")


def test_every_kind_of_error_has_a_class() -> None:
    kinds = error_kinds()
    assert len(kinds) > 30
    for kind, *classes in kinds:
        for name in filter(None, classes):
            known = OSError if name == "OSError" else getattr(qftp, name)
            assert issubclass(known, (qftp.Error, OSError)), kind


def test_a_directory_that_is_there_is_not_missing(client: qftp.Client, dialect: str) -> None:
    client.mkdir("a")
    with pytest.raises(qftp.ModuleError) as caught:
        client.mkdir("a")
    assert not isinstance(caught.value, FileNotFoundError)
    assert isinstance(caught.value, qftp.RemoteFileError) or dialect in GIVES_NO_REASON


def test_a_wrong_password(module: qftp.Emulator, server: Server) -> None:
    with qftp.connect(module) as client:
        with pytest.raises(qftp.LoginError) as caught:
            client.login(server.host, USER, "wrong-secret", port=server.port)
        shown = f"{caught.value!r} {caught.value} {caught.value.hint} {client!r}"
        assert "wrong-secret" not in shown
        client.login(server.host, USER, PASSWORD, port=server.port)
        assert PASSWORD not in repr(client)
        assert USER in repr(client)


def test_names_that_cannot_stand_on_the_line(client: qftp.Client) -> None:
    for name in ('a"b', "a\rb", b"a\nb"):
        with pytest.raises(qftp.UsageError):
            client.size(name)
    assert client.put(b"x", "b").bytes == 1


def test_ports_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(qftp.PortNotFoundError):
        qftp.connect(tmp_path / "ttyUSB9")
    with pytest.raises(qftp.UsageError, match="unknown scheme"):
        qftp.connect("ftp://host")
    with pytest.raises(qftp.UsageError, match="baud"):
        qftp.connect("/dev/ttyUSB9", baud=1)
    with pytest.raises(qftp.UsageError, match="unknown option baud"):
        qftp.connect("socket://127.0.0.1:1", baud=9600)
    with pytest.raises(qftp.UsageError, match="ec2x"):
        qftp.connect("emulator://ec2x", dialect="ec99")
    with pytest.raises(qftp.UsageError, match="timeout"):
        qftp.connect("emulator://ec2x", timeout=-1)
    with pytest.raises(qftp.UsageError, match="ec2x"):
        qftp.Emulator("ec99")


def test_silence_ends_a_call() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
        with pytest.raises(builtins.TimeoutError, match=r"silent for 0\.1 s") as caught:
            qftp.connect(f"socket://127.0.0.1:{port}", timeout=0.1)
        assert isinstance(caught.value, qftp.OperationTimeout)


def test_a_refused_command(client: qftp.Client) -> None:
    with pytest.raises(qftp.CommandError):
        client.command("AT+NOSUCH")
    assert client.put(b"x", "b").bytes == 1


def test_a_line_that_breaks() -> None:
    with qftp.Emulator("ec2x") as module, qftp.connect(module) as client:
        module.close()
        with pytest.raises(qftp.LineError) as caught:
            client.command("AT")
        assert isinstance(caught.value, ConnectionError)


def test_a_closed_client() -> None:
    client = qftp.connect("emulator://ec2x")
    assert not client.closed
    client.close()
    client.close()
    assert client.closed
    assert "closed" in repr(client)
    with pytest.raises(ValueError, match="closed"):
        client.command("AT")


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_what_holds_a_line_is_not_pickled(client: qftp.Client, module: qftp.Emulator, server: Server) -> None:
    (server.root / "a").touch()
    through = FTP(line="emulator://ec2x")
    through.connect(server.host, server.port)
    with client.open("a", "rb", 0) as file, through:
        for held in (client, module, file, client.urcs()):
            with pytest.raises(TypeError, match="cannot be pickled"):
                copy.copy(held)
        for holder in (client, module, file, client.urcs(), client.store, through):
            with pytest.raises(TypeError, match="cannot be pickled"):
                pickle.dumps(holder)


FORKING = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@FORKING
@pytest.mark.parametrize("dialect", ["ec2x"])
def test_what_holds_a_line_is_not_forked(client: qftp.Client, module: qftp.Emulator, server: Server) -> None:
    (server.root / "a").write_bytes(b"x")
    with client.open("a", "rb", 0) as file:
        calls: list[Callable[[], object]] = [
            lambda: client.command("AT"),
            client.store.list,
            lambda: next(client.urcs()),
            file.read,
            module.close,
        ]
        for call in calls:
            assert in_a_child(call).startswith("UsageError: the ")
        in_a_child(client.close)
        assert file.read() == b"x"
    assert client.put(b"x", "b").bytes == 1


def in_a_child(call: Callable[[], object]) -> str:
    """Returns the result of a call after a fork."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            call()
            writer.send("it worked")
        except BaseException as error:
            writer.send(f"{type(error).__name__}: {error}")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    with reader, writer:
        return str(reader.recv())


@FORKING
def test_a_forked_module_leaves_its_folder_to_its_process() -> None:
    with qftp.Emulator("ec2x") as module, qftp.connect(module) as client:
        client.store.upload(b"x", "a")
        child = os.fork()
        if child == 0:
            del module, client
            gc.collect()
            os._exit(0)
        os.waitpid(child, 0)
        assert client.store.download("a") == b"x"


def test_every_public_exception_is_an_error() -> None:
    names = [name for name in qftp.__all__ if name.endswith("Error")]
    assert len(names) > 10
    for name in names:
        assert issubclass(getattr(qftp, name), qftp.Error)
