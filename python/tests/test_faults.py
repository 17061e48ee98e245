"""Faults of real modules, by name: the exception of each, and that a login helps."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest
from conftest import PASSWORD, USER

import qftp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Server

BIG = bytes(4_000_000)
GIVES_NO_REASON = {"nl668"}


@pytest.fixture
def client(module: qftp.Emulator, server: Server) -> Iterator[qftp.Client]:
    """A client that tries nothing again."""
    with qftp.connect(module, retries=0) as client:
        log_in(client, server)
        yield client


def log_in(client: qftp.Client, server: Server) -> None:
    client.login(server.host, USER, PASSWORD, port=server.port)


def put_with(fault: str, client: qftp.Client, module: qftp.Emulator) -> None:
    """An upload with the fault in the middle of it."""
    hit = False

    def report(done: int, total: int | None) -> None:
        nonlocal hit
        if done and not hit:
            hit = True
            module.inject(fault)

    client.put(BIG, "a", progress=report)


def test_each_says_what_it_does() -> None:
    assert {"reboot", "pdp-deactivate", "no-network", "silent"} <= qftp.FAULTS.keys()
    assert all(len(what) > 10 for what in qftp.FAULTS.values())
    with pytest.raises(TypeError):
        qftp.FAULTS["mine"] = "x"  # type: ignore[index]  # pyright: ignore[reportIndexIssue]


def test_reboot(client: qftp.Client, module: qftp.Emulator, server: Server) -> None:
    with pytest.raises(qftp.LineError, match="restarted"):
        put_with("reboot", client, module)
    log_in(client, server)
    assert client.put(b"x", "b").bytes == 1


@pytest.mark.parametrize(
    ("fault", "codes"),
    [("pdp-deactivate", {605, 606}), ("drop-control", {606}), ("drop-data", {607, 616})],
)
def test_lost_connections(
    client: qftp.Client, module: qftp.Emulator, server: Server, dialect: str, fault: str, codes: set[int]
) -> None:
    with pytest.raises(qftp.ModuleError) as caught:
        put_with(fault, client, module)
    assert caught.value.module_code in ({601} if dialect in GIVES_NO_REASON else codes)
    log_in(client, server)
    assert client.put(b"x", "b").bytes == 1


@pytest.mark.parametrize("fault", ["no-network", "no-data"])
def test_a_fault_that_lasts_until_it_is_cleared(
    client: qftp.Client, module: qftp.Emulator, server: Server, fault: str
) -> None:
    module.inject(fault)
    for _ in range(2):
        with pytest.raises(qftp.Error):
            log_in(client, server)
            client.put(b"x", "b")
    module.clear(fault)
    log_in(client, server)
    assert client.put(b"x", "b").bytes == 1


@pytest.mark.parametrize("dialect", ["ec20", "ec2x", "bg96"])
def test_busy(client: qftp.Client, module: qftp.Emulator, server: Server) -> None:
    module.inject("busy")
    with pytest.raises(qftp.ModuleError) as caught:
        client.pwd()
    assert caught.value.module_code == 603
    log_in(client, server)
    client.pwd()


@pytest.mark.parametrize(("dialect", "fault"), [("ec2x", "silent"), ("nl668", "silent=3"), ("gsm", "lose-urc")])
def test_silence(module: qftp.Emulator, server: Server, fault: str) -> None:
    # Shorter than the silence of a resync, which is not counted.
    with qftp.connect(module, timeout=1) as client:
        module.inject(fault)
        with pytest.raises(qftp.OperationTimeout, match="silent for"):
            log_in(client, server)
        module.clear(fault)
        log_in(client, server)
        assert client.put(b"x", "b").bytes == 1


def test_noise(client: qftp.Client, module: qftp.Emulator) -> None:
    heard: list[str] = []
    client.on_urc(heard.append)
    module.inject("noise")
    assert client.put(b"x", "b").bytes == 1
    assert len(heard) == 1


def test_what_cannot_be() -> None:
    with qftp.Emulator("gsm") as module:
        with pytest.raises(qftp.UsageError, match="there are reboot"):
            module.inject("loud")
        with pytest.raises(qftp.UsageError, match="gsm"):
            module.inject("busy")
        with pytest.raises(qftp.UsageError, match="number"):
            module.inject("reboot=1")
    with pytest.raises(qftp.UsageError, match="ended"):
        module.inject("reboot")


def test_the_pseudo_terminal_has_its_name(tmp_path: Path) -> None:
    with qftp.Emulator("ec2x", ufs=tmp_path, pty=True) as module:
        assert module.pty is not None
        assert os.path.exists(module.pty)
    with qftp.Emulator("ec2x") as module:
        assert module.pty is None


def test_a_unix_socket_is_there_while_the_emulator_runs(tmp_path: Path) -> None:
    place = tmp_path / "a module"
    with qftp.Emulator("ec2x", unix=place) as module:
        assert module.path == str(place)
        with qftp.connect(module.url) as client:
            assert client.command("AT+CGMM") == ["EC25"]
        with pytest.raises(OSError, match="in use") as refused:
            qftp.Emulator("ec2x", unix=place)
        assert refused.value.errno == errno.EBUSY
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(qftp.UsageError, match="not both"):
        qftp.Emulator("ec2x", pty=True, unix=place)


def test_an_emulator_is_named_by_dialect_or_model() -> None:
    for name, dialect in (("ec2x", "ec2x"), ("EC25", "ec2x"), ("m95", "gsm"), ("NL668", "nl668")):
        with qftp.Emulator(name) as module:
            assert module.dialect == dialect
    with pytest.raises(qftp.UsageError, match="unknown dialect"):
        qftp.Emulator("ec99")
