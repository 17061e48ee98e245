"""Interruptions of a call: Ctrl-C, exceptions of callbacks and files. The line is usable after it."""

from __future__ import annotations

import contextlib
import faulthandler
import io
import logging
import os
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING, Callable

import pytest
from conftest import PASSWORD, USER

import qftp

if TYPE_CHECKING:
    from collections.abc import Generator

    from conftest import Server

BIG = bytes(3_000_000)
HANG_S = 60
"""A call that goes on so long after Ctrl-C hangs, and the test process ends. How soon it ends is counted in
core/tests/engines/client_waits.rs and measured by benches/interruptions.py."""

# The line goes out of data mode by silence, which takes seconds: Ctrl-C does so in every dialect, below.
ONE_DIALECT = pytest.mark.parametrize("dialect", ["ec2x"])


class Stop(Exception):  # noqa: N818
    """An exception that nothing else raises."""


@contextlib.contextmanager
def interrupted() -> Generator[Callable[[], None]]:
    """Gives what presses Ctrl-C, once, as a terminal does: from outside of the thread that waits.

    The call ends by it, not by its own end or time-out, after which Python would raise the same exception.
    """
    once = threading.Lock()

    def kill() -> None:
        faulthandler.dump_traceback_later(HANG_S, exit=True, file=2)
        os.kill(os.getpid(), signal.SIGINT)

    def press() -> None:
        if once.acquire(blocking=False):
            threading.Thread(target=kill).start()

    # Where the tests run in the background of a shell it is ignored.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt) as raised:
            yield press
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGINT, handler)
    assert raised.value.__context__ is None


def after(count: int, press: Callable[[], None]) -> Callable[[int, int | None], None]:
    """A progress callback that presses when so many bytes have moved."""

    def progress(done: int, total: int | None) -> None:
        if done >= count:
            press()

    return progress


def when(event: threading.Event, press: Callable[[], None]) -> None:
    """Presses a moment after the event, when the call waits for what does not come."""

    def wait() -> None:
        if event.wait(60):
            time.sleep(0.2)
            press()

    threading.Thread(target=wait).start()


class Stalling:
    """An FTP server that logs in and begins a transfer, and then moves nothing more until it hangs up."""

    def __init__(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = listener.getsockname()
        self.begun = threading.Event()
        self._sockets = [listener]
        self._thread = threading.Thread(target=self._serve, args=(listener,))

    def _serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                control, _ = listener.accept()
                self._sockets.append(control)
                self._talk(control)

    def _talk(self, control: socket.socket) -> None:
        data = socket.create_server(("127.0.0.1", 0))
        self._sockets.append(data)
        port = data.getsockname()[1]
        replies = {
            b"USER": "331 password",
            b"PASS": "230 welcome",
            b"TYPE": "200 set",
            b"SIZE": "213 3000000",
            b"PASV": f"227 (127,0,0,1,{port // 256},{port % 256})",
            b"EPSV": f"229 (|||{port}|)",
            b"LIST": "150 here",
            b"STOR": "150 come",
            b"RETR": "150 here",
        }
        control.sendall(b"220 ready\r\n")
        for line in control.makefile("rb"):
            verb = line[:4].upper().strip()
            control.sendall(replies.get(verb, "502 no").encode() + b"\r\n")
            if verb == b"LIST":
                with data.accept()[0] as connection:
                    connection.sendall(b"-rw-r--r-- 1 u g 3000000 Jan 02 2026 a\r\n")
                control.sendall(b"226 done\r\n")
            if verb in (b"STOR", b"RETR"):
                connection, _ = data.accept()
                self._sockets.append(connection)
                if verb == b"RETR":
                    connection.sendall(bytes(100_000))
                self.begun.set()

    def hang_up(self) -> None:
        """Closes everything."""
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def __enter__(self) -> Stalling:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()
        self._thread.join()


def assert_not_awaited(client: qftp.Client) -> None:
    """Nothing was waited for: the silence around `+++`, which the next call needs, has not begun."""
    assert client.trace
    assert "+++" not in [row.text for row in client.trace]


def test_ctrl_c_ends_an_upload(client: qftp.Client, server: Server) -> None:
    with interrupted() as press:
        client.put(BIG, "a", progress=after(100_000, press))
    assert_not_awaited(client)
    assert (server.root / "a").stat().st_size < len(BIG)
    assert client.put(b"after it", "b").bytes == 8
    assert (server.root / "b").read_bytes() == b"after it"


def test_ctrl_c_ends_a_download(client: qftp.Client, server: Server) -> None:
    (server.root / "a").write_bytes(BIG)
    with interrupted() as press:
        target = io.BytesIO()
        client.get("a", target, progress=after(100_000, press))
    assert_not_awaited(client)
    assert target.tell() < len(BIG)
    client.poll(0.05)
    assert client.command("AT") == []
    client.login(server.host, USER, PASSWORD, port=server.port)
    (server.root / "b").write_bytes(b"after it")
    assert client.get("b") == b"after it"


def test_ctrl_c_ends_an_upload_that_the_server_does_not_take(module: qftp.Emulator, server: Server) -> None:
    """The module stops taking payload, and so does the port."""
    with Stalling() as stalling, qftp.connect(module) as client:
        client.login(stalling.host, USER, PASSWORD, port=stalling.port)
        with interrupted() as press:
            when(stalling.begun, press)
            client.put(bytes(30_000_000), "a")
        assert_not_awaited(client)
        stalling.hang_up()
        assert client.command("AT") == []
        client.login(server.host, USER, PASSWORD, port=server.port)
        assert client.put(b"after it", "b").bytes == 8


def test_ctrl_c_ends_a_download_that_the_server_does_not_give(module: qftp.Emulator, server: Server) -> None:
    with Stalling() as stalling, qftp.connect(module) as client:
        client.login(stalling.host, USER, PASSWORD, port=stalling.port)
        target = io.BytesIO()
        with interrupted() as press:
            when(stalling.begun, press)
            client.get("a", target)
        assert_not_awaited(client)
        stalling.hang_up()
        assert client.command("AT") == []
        client.login(server.host, USER, PASSWORD, port=server.port)
        assert client.put(b"after it", "b").bytes == 8


def test_ctrl_c_ends_a_login_on_a_server_that_says_nothing(module: qftp.Emulator, server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, qftp.connect(module) as client:
        heard = threading.Event()
        connections: list[socket.socket] = []

        def accept() -> None:
            connections.append(mute.accept()[0])
            heard.set()

        accepting = threading.Thread(target=accept)
        accepting.start()
        with interrupted() as press:
            when(heard, press)
            client.login("127.0.0.1", USER, PASSWORD, port=mute.getsockname()[1])
        assert_not_awaited(client)
        accepting.join()
        # The module waits for the server still; the line is free.
        assert client.command("AT") == []
        connections[0].close()
        client.login(server.host, USER, PASSWORD, port=server.port)


def test_ctrl_c_ends_a_wait() -> None:
    with qftp.connect("emulator://ec2x") as client:
        with interrupted() as press:
            threading.Timer(0.1, press).start()
            client.poll(600)
        assert client.command("AT") == []


def test_ctrl_c_ends_the_search_for_a_module() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, interrupted() as press:
        threading.Timer(0.1, press).start()
        qftp.connect(f"socket://127.0.0.1:{silent.getsockname()[1]}")


@ONE_DIALECT
def test_closing_takes_the_module_out_of_data_mode(
    module: qftp.Emulator, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="qftp")
    with qftp.connect(module) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        with interrupted() as press:
            client.put(BIG, "a", progress=after(100_000, press))
        caplog.clear()
    sent = [message[2:] for message in caplog.messages if message.startswith("> ")]
    assert sent[:2] == ["+++", "AT+CMEE?"]
    assert sent[-1] == "AT+QFTPCLOSE"


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
            with qftp.connect("emulator://ec2x") as client:
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


@pytest.mark.parametrize("dialect", ["nl668"])
def test_ctrl_c_ends_one_upload_after_another(client: qftp.Client, server: Server) -> None:
    """In the middle of each; with Fibocom no silence is needed to begin the next one."""
    for number in range(9):
        with interrupted() as press:
            client.put(BIG, str(number), progress=after(100_000, press))
        assert_not_awaited(client)
        assert (server.root / str(number)).stat().st_size < len(BIG)
