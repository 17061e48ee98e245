"""What ends a call from outside: Ctrl-C, exceptions of callbacks and files. The line is usable after it."""

from __future__ import annotations

import _thread
import io
import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest
from conftest import PASSWORD, USER

import qftp

if TYPE_CHECKING:
    from conftest import Server

BIG = bytes(3_000_000)

# The line goes out of data mode by silence, which takes seconds: Ctrl-C does so in every dialect, below.
ONE_DIALECT = pytest.mark.parametrize("dialect", ["ec2x"])


class Stop(Exception):  # noqa: N818
    """An exception that nothing else raises."""


def test_ctrl_c_ends_an_upload(client: qftp.Client, server: Server) -> None:
    def interrupt(done: int, total: int | None) -> None:
        if done >= 100_000 and not sent.is_set():
            sent.set()
            # To the process, as a terminal does it; not an exception of this callback.
            threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT)).start()

    sent = threading.Event()
    with pytest.raises(KeyboardInterrupt):
        client.put(BIG, "a", progress=interrupt)
    assert client.put(b"after it", "b").bytes == 8
    assert (server.root / "b").read_bytes() == b"after it"


def test_ctrl_c_ends_a_wait() -> None:
    with qftp.connect("soft://ec2x") as client:
        threading.Timer(0.1, _thread.interrupt_main).start()
        with pytest.raises(KeyboardInterrupt):
            client.poll(600)
        assert client.command("AT") == []


def test_ctrl_c_ends_a_download(client: qftp.Client, server: Server) -> None:
    (server.root / "a").write_bytes(BIG)

    def interrupt(done: int, total: int | None) -> None:
        if done >= 100_000:
            _thread.interrupt_main()

    with pytest.raises(KeyboardInterrupt):
        client.get("a", progress=interrupt)
    (server.root / "b").write_bytes(b"after it")
    assert client.get("b") == b"after it"


@ONE_DIALECT
def test_what_progress_raises_comes_through(client: qftp.Client) -> None:
    def stop(done: int, total: int | None) -> None:
        raise Stop

    with pytest.raises(Stop):
        client.put(BIG, "a", progress=stop)
    assert client.put(b"x", "b").bytes == 1


@ONE_DIALECT
def test_what_a_file_raises_comes_through(client: qftp.Client, server: Server) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise Stop

        def write(self, data: object, /) -> int:
            raise Stop

    with pytest.raises(Stop):
        client.put(Broken(BIG), "a")
    (server.root / "b").write_bytes(b"12345")
    with pytest.raises(Stop):
        client.get("b", Broken())
    assert client.get("b") == b"12345"


@ONE_DIALECT
def test_a_text_file_is_told_to_be_one(client: qftp.Client) -> None:
    with pytest.raises(TypeError, match="binary mode"):
        client.put(io.StringIO("text"), "a")  # type: ignore[arg-type]
    assert client.put(b"x", "b").bytes == 1


def test_a_callback_may_not_call_the_client(client: qftp.Client) -> None:
    with pytest.raises(qftp.BusyError):
        client.put(b"x", "a", progress=lambda done, total: client.pwd())
    assert client.put(b"x", "b").bytes == 1


def test_two_clients_at_the_same_time(server: Server) -> None:
    """Each waits for the other in the middle of its upload, which only ends if both run."""
    meet = threading.Barrier(2, timeout=60)
    failed: list[BaseException] = []

    def upload(name: str) -> None:
        met = False

        def wait(done: int, total: int | None) -> None:
            nonlocal met
            if not met:
                met = True
                meet.wait()

        try:
            with qftp.connect("soft://ec2x") as client:
                client.login(server.host, USER, PASSWORD, port=server.port)
                client.put(name.encode() * 100_000, name, progress=wait)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=upload, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for name in "ab":
        assert (server.root / name).read_bytes() == name.encode() * 100_000
