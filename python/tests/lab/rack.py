"""A lab on one machine: emulators on pseudo terminals, labgrid's exporter and coordinator, and places."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from labgrid.remote.client import ClientSession, ServerError
from labgrid.remote.generated import labgrid_coordinator_pb2 as messages

import qftp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

DIALECTS = ("ec2x", "bg96", "gsm", "nl668")
START_S = 60
"""A program that has not begun by then has failed."""
SCRIPTS = Path(sys.executable).parent


class Rack(NamedTuple):
    """The lab: its coordinator, and the emulator of each place."""

    coordinator: str
    modules: dict[str, qftp.Emulator]
    folder: Path

    def client(self, *arguments: str) -> str:
        """Runs labgrid-client and returns what it prints."""
        command = [str(SCRIPTS / "labgrid-client"), "-x", self.coordinator, *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=START_S)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextlib.contextmanager
def rack(folder: Path) -> Iterator[Rack]:
    """Starts everything, and ends it."""
    with contextlib.ExitStack() as stack:
        modules = {f"lte-{n}": stack.enter_context(qftp.Emulator(name, pty=True)) for n, name in enumerate(DIALECTS, 1)}
        coordinator = f"127.0.0.1:{free_port()}"
        started(stack, folder, "labgrid-coordinator", "-l", coordinator)
        lab = Rack(coordinator, modules, folder)
        until(lambda: asyncio.run(make_places(lab)), (PlacesError,))
        groups = [f"{name}:\n  RawSerialPort:\n    port: {module.path}\n" for name, module in modules.items()]
        (folder / "rack.yaml").write_text("".join(groups))
        exporter = ["labgrid-exporter", "-c", coordinator, "--name", "rack", "--hostname", "127.0.0.1"]
        started(stack, folder, *exporter, "rack.yaml")
        until(lambda: asyncio.run(exported(lab)) == set(modules))
        yield lab


class PlacesError(Exception):
    """The coordinator does not answer yet."""


async def make_places(lab: Rack) -> bool:
    """Makes a place with tags for each module, as `labgrid-client create`, `set-tags` and `add-match` do."""
    async with connected(lab) as session:
        for name, module in lab.modules.items():
            await session.stub.AddPlace(messages.AddPlaceRequest(name=name))
            tags = {"dialect": module.dialect, "kind": "emulator"}
            await session.stub.SetPlaceTags(messages.SetPlaceTagsRequest(placename=name, tags=tags))
            pattern = f"rack/{name}/NetworkSerialPort"
            await session.stub.AddPlaceMatch(messages.AddPlaceMatchRequest(placename=name, pattern=pattern))
    return True


async def exported(lab: Rack) -> set[str]:
    """Returns the groups that the exporter has published."""
    async with connected(lab) as session:
        return set(session.resources.get("rack", {}))


@contextlib.asynccontextmanager
async def connected(lab: Rack) -> AsyncIterator[Any]:
    """A session of labgrid's client."""
    session = ClientSession(lab.coordinator, asyncio.get_running_loop())
    try:
        await session.start()
    except ServerError as error:
        await session.close()
        raise PlacesError from error
    yield session
    await session.stop()
    await session.close()


def started(stack: contextlib.ExitStack, folder: Path, *command: str) -> None:
    """Runs a program in a session of its own until the stack ends; its children end with it."""
    log = stack.enter_context((folder / f"{command[0]}.log").open("wb"))
    process = subprocess.Popen(
        [SCRIPTS / command[0], *command[1:]], cwd=folder, stdout=log, stderr=log, start_new_session=True
    )
    stack.callback(ended, process)


def ended(process: subprocess.Popen[bytes]) -> None:
    """Ends a program with all that it started."""
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(is_so: object, errors: tuple[type[BaseException], ...] = ()) -> None:
    """Waits until something is so."""
    assert callable(is_so)
    begun = time.monotonic()
    while True:
        with contextlib.suppress(*errors):
            if is_so():
                return
        assert time.monotonic() - begun < START_S, "it did not begin"
        time.sleep(0.1)


def free_port() -> int:
    """Returns a port that nobody has now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
