"""async and await: every dialect, several tasks and clients, cancellation, callbacks, the end of the loop."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import pickle
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PASSWORD, USER

import qftp
from qftp import aio

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from conftest import Server

BIG = bytes(4_000_000)
PARTS = {"ec20", "ec2x", "bg96"}
"""Dialects that can read a part of a file."""
ONE_DIALECT = pytest.mark.parametrize("dialect", ["ec2x"])


@contextlib.asynccontextmanager
async def logged_in(module: qftp.Emulator | str, server: Server) -> AsyncGenerator[aio.Client, None]:
    """A client with a session."""
    async with aio.connect(module) as client:
        await client.login(server.host, USER, PASSWORD, port=server.port)
        yield client


def threads() -> list[str]:
    """The threads of clients that are there."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("qftp.aio")]


# The whole API


def test_it_is_the_same_api() -> None:
    """Names, parameters and their defaults; what waits is a coroutine."""
    not_coroutines = {"mlsd", "on_urc", "open", "urcs", "walk"}
    for blocking, awaited in (
        (qftp.Client, aio.Client),
        (qftp.Store, aio.Store),
    ):
        own = {name for name in vars(awaited) if not name.startswith("_")}
        # What an iterator needs of its client.
        assert {name for name in dir(blocking) if not name.startswith("_")} - {"forget"} == own
        for name in own:
            mine, its = getattr(awaited, name), getattr(blocking, name)
            if isinstance(its, property):
                assert isinstance(mine, property), name
                continue
            assert parameters(mine) == parameters(its), name
            assert inspect.iscoroutinefunction(mine) == (name not in not_coroutines), name
            assert mine.__doc__, name
    assert parameters(aio.connect) == parameters(qftp.connect)


def parameters(function: Any) -> list[tuple[str, object, object]]:
    """Name, kind and default of each."""
    return [(each.name, each.kind, each.default) for each in inspect.signature(function).parameters.values()]


def test_files_and_directories(module: qftp.Emulator, server: Server, tmp_path: Path, dialect: str) -> None:
    async def scenario() -> None:
        async with logged_in(module, server) as client:
            assert client.dialect == dialect
            assert client.port == module.url
            assert client.identity.model
            assert (await client.put(b"12345", "a")).bytes == 5
            assert await client.get("a") == b"12345"
            assert await client.size("a") == 5
            assert (await client.get("a", tmp_path / "a")).bytes == 5
            assert (tmp_path / "a").read_bytes() == b"12345"
            await client.append(tmp_path / "a", "a")
            assert await client.get("a") == b"1234512345"
            await client.rename("a", "b")
            await client.delete("b")
            await client.mkdir("d")
            await client.cwd("/d")
            assert (await client.pwd()) == "/d"
            await client.cdup()
            await client.rmdir("d")
            assert await client.command("AT") == []
            if dialect in PARTS:
                assert await client.service_state() == "idle"
            await client.logout()
        assert client.closed
        assert threads() == []

    asyncio.run(scenario())
    assert list(server.root.iterdir()) == []


@pytest.mark.parametrize("dialect", sorted(PARTS))
def test_listings_and_parts(module: qftp.Emulator, server: Server) -> None:
    (server.root / "a").write_bytes(b"12345")

    async def scenario() -> None:
        async with logged_in(module, server) as client:
            assert [entry.name for entry in await client.list()] == ["a"]
            assert await client.nlst() == ["a"]
            assert "a" in await client.list_text()
            assert len(await client.mdtm("a")) >= 14
            assert [(name, facts["size"]) async for name, facts in client.mlsd(facts=["size"])] == [("a", "5")]
            assert await client.get("a", offset=1, length=3) == b"234"
            assert await client.transferred() == 3
            async with client.open("a", "rb") as file:
                assert await file.read(2) == b"12"
                assert await file.tell() == 2
                assert await file.seek(-1, 2) == 4
                assert await file.read() == b"5"
            assert file.closed
            opened = await client.open("b", "wb")
            assert await opened.write(b"abc") == 3
            await opened.close()
            assert await client.get("b") == b"abc"
            blocks: list[bytes] = []
            assert await client.retrbinary("RETR b", blocks.append, 2) == "226 Transfer complete."
            assert blocks == [b"ab", b"c"]
            await client.store.upload(b"12345", "a")
            assert await client.store.download("a") == b"12345"
            assert [file.size for file in await client.store.list()] == [5]
            assert client.trace
            assert PASSWORD not in repr(client)

    asyncio.run(scenario())


@ONE_DIALECT
def test_exceptions_come_through(module: qftp.Emulator, server: Server) -> None:
    async def scenario() -> None:
        async with logged_in(module, server) as client:
            with pytest.raises(FileNotFoundError):
                await client.get("not-there")
            with pytest.raises(FileNotFoundError):
                await client.open("not-there")
            with pytest.raises(qftp.CommandError):
                await client.command("AT+NOSUCH")
            with pytest.raises(qftp.LoginError):
                await client.login(server.host, USER, "wrong", port=server.port)
            with pytest.raises(TypeError, match="remote"):
                await client.size()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
            with pytest.raises(TypeError, match="pickled"):
                pickle.dumps(client)
            module.close()
            with pytest.raises(ConnectionError):
                await client.command("AT")

    asyncio.run(scenario())


def test_awaited_and_entered() -> None:
    async def scenario() -> None:
        client = await aio.connect("emulator://ec2x")
        async with client as same:
            assert same is client
        async with await aio.connect("emulator://ec2x") as client:
            assert not client.closed
        assert client.closed
        with pytest.raises(qftp.UsageError, match="closed"):
            await client.command("AT")
        with pytest.raises(qftp.PortNotFoundError):
            await aio.connect("/dev/ttyUSB-none")

    asyncio.run(scenario())


# Tasks


@ONE_DIALECT
def test_calls_of_several_tasks_have_their_turn_in_order(module: qftp.Emulator, server: Server) -> None:
    async def scenario() -> None:
        async with logged_in(module, server) as client:
            done: list[int] = []

            async def put(number: int) -> None:
                await client.put(b"x" * number, f"{number}")
                done.append(number)

            await asyncio.gather(*(put(number) for number in range(1, 9)))
            assert done == list(range(1, 9))

    asyncio.run(scenario())


def test_two_clients_at_the_same_time(server: Server) -> None:
    """Each waits for the other in the middle of its upload, which only ends if both run."""
    meet = threading.Barrier(2, timeout=60)

    class Source(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            meet.wait()
            return super().read(size)

    async def scenario() -> None:
        async with logged_in("emulator://ec2x", server) as one, logged_in("emulator://gsm", server) as two:
            await asyncio.gather(one.put(Source(b"x"), "one"), two.put(Source(b"x"), "two"))

    asyncio.run(scenario())
    for name in ("one", "two"):
        assert (server.root / name).read_bytes() == b"x"


# Cancellation


async def cancel_when(task: asyncio.Task[Any], begun: asyncio.Event) -> None:
    """Cancels the task when it has begun."""
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("dialect", ["ec2x", "gsm", "nl668"])  # a family each
def test_a_transfer_is_cancelled(module: qftp.Emulator, server: Server) -> None:
    (server.root / "down").write_bytes(BIG)

    async def scenario() -> None:
        async with logged_in(module, server) as client:
            begun = asyncio.Event()

            def report(done: int, total: int | None) -> None:
                if done:
                    begun.set()

            await cancel_when(asyncio.create_task(client.put(BIG, "up", progress=report)), begun)
            assert threads() == []
            assert (await client.put(b"after it", "b")).bytes == 8
            begun.clear()
            await cancel_when(asyncio.create_task(client.get("down", progress=report)), begun)
            assert threads() == []
            assert await client.get("b") == b"after it"

    asyncio.run(scenario())


@ONE_DIALECT
def test_what_has_not_begun_is_not_done(module: qftp.Emulator, server: Server) -> None:
    async def scenario() -> None:
        async with logged_in(module, server) as client:
            begun = asyncio.Event()
            first = asyncio.create_task(
                client.put(BIG, "a", progress=lambda done, total: begun.set() if done else None)
            )
            second = asyncio.create_task(client.mkdir("never"))
            third = asyncio.create_task(client.mkdir("made"))
            await begun.wait()
            second.cancel()
            await asyncio.wait([second])
            assert second.cancelled()
            # Cancelled before it was ever run.
            never = asyncio.create_task(client.mkdir("never"))
            never.cancel()
            await asyncio.wait([never])
            assert (await first).bytes == len(BIG)
            await third

    asyncio.run(scenario())
    assert not (server.root / "never").exists()
    assert (server.root / "made").exists()


@contextlib.contextmanager
def silent_server() -> Generator[tuple[str, int], None, None]:
    """One that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()


def test_a_server_that_never_answers(module: qftp.Emulator, server: Server) -> None:
    async def scenario() -> None:
        async with aio.connect(module) as client:
            with silent_server() as (host, port):
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(client.login(host, USER, PASSWORD, port=port), 0.2)
                assert threads() == []
                if sys.version_info >= (3, 11):
                    with pytest.raises(TimeoutError):
                        async with asyncio.timeout(0.2):
                            await client.login(host, USER, PASSWORD, port=port)
            await client.login(server.host, USER, PASSWORD, port=server.port)
            assert (await client.put(b"after it", "a")).bytes == 8

    asyncio.run(scenario())


def test_a_module_that_never_answers() -> None:
    async def scenario() -> None:
        with silent_server() as (host, port), pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(aio.connect(f"socket://{host}:{port}"), 0.2)
        assert threads() == []
        with qftp.Emulator("ec2x") as module:
            async with aio.connect(module) as client:
                module.inject("silent")
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(client.command("AT"), 0.2)
                module.clear("silent")
                assert await client.command("AT") == []

    asyncio.run(scenario())


def test_cancelled_twice(server: Server) -> None:
    async def scenario() -> None:
        async with logged_in("emulator://ec2x", server) as client:
            begun = asyncio.Event()
            task = asyncio.create_task(client.put(BIG, "a", progress=lambda done, total: begun.set() if done else None))
            await begun.wait()
            task.cancel()
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()
            assert threads() == []
            await client.put(b"x", "b")

    asyncio.run(scenario())


# Callbacks


@ONE_DIALECT
def test_progress_is_told_in_the_thread_of_the_loop(module: qftp.Emulator, server: Server) -> None:
    async def scenario() -> None:
        here = threading.get_ident()
        told: list[tuple[int, int | None]] = []

        def report(done: int, total: int | None) -> None:
            assert threading.get_ident() == here
            told.append((done, total))

        async with logged_in(module, server) as client:
            await client.put(BIG, "a", progress=report)
            # All of it was told before the call was over.
            assert told[-1] == (len(BIG), len(BIG))
            assert told == sorted(told)
            told.clear()
            await client.get("a", progress=report)
            assert told[-1] == (len(BIG), len(BIG))

    asyncio.run(scenario())


@ONE_DIALECT
def test_what_progress_raises_comes_through(module: qftp.Emulator, server: Server) -> None:
    def stop(done: int, total: int | None) -> None:
        raise LookupError("enough")

    async def scenario() -> None:
        async with logged_in(module, server) as client:
            with pytest.raises(LookupError, match="enough"):
                await client.put(BIG, "a", progress=stop)
            assert (await client.put(b"x", "b")).bytes == 1

    asyncio.run(scenario())


def test_unsolicited_lines(module: qftp.Emulator, dialect: str) -> None:
    async def scenario() -> None:
        here = threading.get_ident()
        told: list[str] = []

        def hear(line: str) -> None:
            assert threading.get_ident() == here
            told.append(line)

        async with aio.connect(module) as client:
            client.on_urc(hear)
            heard: list[str] = []

            async def listen() -> None:
                async for line in client.urcs():
                    heard.append(line)

            listener = asyncio.create_task(listen())
            while not heard:
                # Other calls have their turn while it waits.
                await client.command("AT")
                if len(client.trace) > 20:
                    module.inject("reboot")
            async for line in client.urcs(timeout=0.3):
                told.append(f"again {line}")
            assert told[0] in ("RDY", "AT command ready")
            assert heard[0] == told[0]
        await listener  # the client is closed: it has ended
        assert [line for line in told if not line.startswith("again ")] == heard

    asyncio.run(scenario())


def test_a_line_that_breaks_ends_the_iteration() -> None:
    async def scenario() -> None:
        with qftp.Emulator("ec2x") as module:
            async with aio.connect(module) as client:
                lines = client.urcs()
                with pytest.raises(qftp.UsageError, match="seconds"):
                    client.urcs(-1)
                assert [line async for line in client.urcs(timeout=0)] == []
                asyncio.get_running_loop().call_later(0.1, module.close)
                with pytest.raises(qftp.LineError):
                    async for _ in lines:
                        pass

    asyncio.run(scenario())


# The end of the loop


def test_no_thread_is_left_behind(server: Server) -> None:
    async def leave() -> tuple[aio.Client, asyncio.Task[qftp.Transferred]]:
        client = await aio.connect("emulator://ec2x")
        await client.login(server.host, USER, PASSWORD, port=server.port)
        begun = asyncio.Event()
        put = client.put(BIG, "a", progress=lambda done, total: begun.set() if done else None)
        task = asyncio.create_task(put)
        await begun.wait()
        return client, task

    client, task = asyncio.run(leave())
    assert task.cancelled()
    assert threads() == []
    assert not client.closed


def test_a_loop_that_is_closed_ends_the_call() -> None:
    """As a program should not: the task is not even cancelled."""

    async def begin(address: tuple[str, int]) -> asyncio.Task[None]:
        client = await aio.connect("emulator://ec2x")
        task = asyncio.create_task(client.login(address[0], USER, PASSWORD, port=address[1]))
        while not any(b"QFTPOPEN" in row.data for row in client.trace):
            await asyncio.sleep(0.01)
        return task

    with silent_server() as address:
        loop = asyncio.new_event_loop()
        task = loop.run_until_complete(begin(address))
        (thread,) = [thread for thread in threading.enumerate() if thread.name.startswith("qftp.aio")]
        loop.close()
        thread.join(60)  # the server is waited for longer
    assert not thread.is_alive()
    assert not task.done()
    # It was left pending on purpose; nothing is to be said of it.
    task._log_destroy_pending = False  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


INTERRUPTED = """
import asyncio, signal, threading
from qftp import aio

# Where the tests run in the background of a shell it is ignored, which a program inherits.
signal.signal(signal.SIGINT, signal.default_int_handler)

async def main():
    async with aio.connect("emulator://ec2x") as client:
        try:
            print("waiting", flush=True)
            async for line in client.urcs():
                pass
        finally:
            print(await client.command("AT+CGMM"), flush=True)

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", threading.active_count(), flush=True)
"""


def test_ctrl_c_ends_asyncio_run() -> None:
    command = [sys.executable, "-I", "-c", INTERRUPTED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        first = program.stdout.readline()
        program.send_signal(signal.SIGINT)
        rest, errors = program.communicate()
    assert (first, rest, errors) == ("waiting\n", "['EC25']\ninterrupted 1\n", "")
