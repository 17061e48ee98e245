"""The module and its line: how it is found, commands, unsolicited lines, the log."""

from __future__ import annotations

import gc
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import weakref
from typing import TYPE_CHECKING

import pytest
from conftest import PASSWORD, USER

import qftp

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Server


def test_a_probe_tells_of_module_and_network(client: qftp.Client, module: qftp.Emulator, dialect: str) -> None:
    probe = client.probe()
    assert (probe.identity, probe.dialect) == (client.identity, dialect)
    assert probe.sim == "READY"
    assert probe.registration is not None
    assert probe.registration.startswith("registered")
    assert probe.signal_dbm is not None
    assert -113 <= probe.signal_dbm < 0
    assert probe.contexts or probe.context_state
    assert f"dialect        {dialect}\n" in str(probe)


@pytest.mark.parametrize("dialect", ["ec2x", "gsm", "nl668"])
def test_an_account_at_the_access_point(module: qftp.Emulator, server: Server) -> None:
    with qftp.connect(module) as client:
        account: dict[str, str] = {"apn": "internet", "apn_user": "joe", "apn_password": "secret-of-joe"}
        client.login(server.host, USER, PASSWORD, port=server.port, apn_auth="chap", **account)  # type: ignore[arg-type]
        shown = str(client.trace)
        assert '"internet","joe",***' in shown
        assert "secret-of-joe" not in shown
        with pytest.raises(qftp.UsageError, match="apn_auth=clear"):
            client.login(server.host, USER, PASSWORD, port=server.port, apn_auth="clear", **account)  # type: ignore[arg-type]
        with pytest.raises(qftp.UsageError, match="give apn"):
            client.login(server.host, USER, PASSWORD, port=server.port, apn_user="joe")


def test_the_dialect_is_found_out_or_given(module: qftp.Emulator, dialect: str) -> None:
    with qftp.connect(module) as client:
        assert client.dialect == dialect
        assert client.identity.model
        assert client.port == module.url
    with qftp.connect("emulator://ec2x", dialect=dialect) as client:
        assert client.dialect == dialect


def test_a_pseudo_terminal_and_a_link(tmp_path: Path) -> None:
    link = tmp_path / "module"
    with qftp.Emulator("bg96", link=link) as module:
        assert module.path == os.fspath(link)
        with qftp.connect(link, baud=921_600, rtscts=True) as client:
            assert client.identity.model == "BG96"
    assert not link.exists()
    with qftp.Emulator("bg96", pty=True) as module:
        assert module.path is not None
        assert module.path == module.url
        with qftp.connect(module, baud=9600) as client:
            assert client.command("AT") == []


def test_the_module_s_store_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "settings.bin").write_bytes(b"12345")
    with qftp.Emulator("ec2x", ufs=tmp_path) as module, qftp.connect(module) as client:
        (line,) = client.command('AT+QFLST="settings.bin"')
        assert line.endswith('settings.bin",5')


def test_firmware_departs_by_name(server: Server) -> None:
    with qftp.Emulator("ec2x", quirks=["quoted-pwd"]) as module, qftp.connect(module) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        assert client.command("AT+QFTPPWD")[-1] == '+QFTPPWD: 0,"/"'
        assert client.pwd() == "/"
    with pytest.raises(qftp.UsageError, match="no-such"):
        qftp.Emulator("ec2x", quirks="no-such")


def test_session_state_and_length(client: qftp.Client, dialect: str) -> None:
    client.put(b"12345", "a")
    if dialect == "nl668":
        with pytest.raises(qftp.UnsupportedError):
            client.transferred()
        return
    assert client.service_state() == "idle"
    assert client.transferred() == 5
    client.logout()
    assert client.service_state() == "closed"


def test_unsolicited_lines_reach_the_callback(ringing: str) -> None:
    told: list[str] = []
    with qftp.connect(ringing) as client:
        client.on_urc(told.append)
        client.command("AT+CSQ")
        while len(told) < 2:
            client.poll(10)
        client.on_urc(None)
        client.command("AT+CSQ")
        client.poll(0.01)
    assert told == ["RING", "RING"]


def test_a_client_that_waits_is_not_woken(ringing: str) -> None:
    """Counted in how often the thread goes to sleep, on a terminal and on a line in the process."""
    for port in (ringing, "emulator://ec2x"):
        with qftp.connect(port) as client:
            before = resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
            client.poll(1)
            assert resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw - before < 10


def test_a_program_keeps_its_wakeup_descriptor() -> None:
    reader, writer = socket.socketpair()
    with reader, writer, qftp.connect("emulator://ec2x") as client:
        writer.setblocking(False)
        before = signal.set_wakeup_fd(writer.fileno())
        try:
            client.poll(0.01)
        finally:
            assert signal.set_wakeup_fd(before) == writer.fileno()
        client.poll(0.01)
        assert signal.set_wakeup_fd(before) == before


def test_unsolicited_lines_are_iterated_over(ringing: str) -> None:
    with qftp.connect(ringing) as client:
        assert list(client.urcs(timeout=0)) == []
        told: list[str] = []
        client.on_urc(told.append)
        with client.urcs() as forever, client.urcs(timeout=0.2) as impatient:
            client.command("AT+CSQ")
            assert [next(forever), next(forever)] == ["RING", "RING"]
            assert list(impatient) == ["RING", "RING"]  # read by the other one, and kept
        client.command("AT+CSQ")
        assert list(impatient) == []
        late = client.urcs(timeout=10)
        client.close()
        list(late)  # what it had heard, and an end
        with pytest.raises(qftp.UsageError, match="timeout"):
            client.urcs(timeout=-1)
    assert told[:2] == ["RING", "RING"]


def test_a_line_that_breaks_ends_the_iteration_with_an_error() -> None:
    with qftp.Emulator("ec2x") as module, qftp.connect(module) as client:
        lines = client.urcs()
        module.close()
        with pytest.raises(qftp.LineError):
            next(lines)


def test_a_deleted_client_closes_its_port() -> None:
    """The native client holds the callback for unsolicited lines, which must not hold the client."""
    client = qftp.connect("emulator://ec2x")
    client.on_urc(print)
    gone = weakref.ref(client)
    del client
    assert gone() is None


class Device:
    """A program's own object, whose method is told of unsolicited lines."""

    def __init__(self) -> None:
        self.client = qftp.connect("emulator://ec2x")
        self.client.on_urc(self.hear)

    def hear(self, line: str) -> None:
        """Keeps nothing."""


def test_a_client_whose_callback_holds_it_is_collected() -> None:
    device = Device()
    gone = weakref.ref(device)
    closed = weakref.ref(device.client)
    del device
    gc.collect()
    assert gone() is None
    assert closed() is None


def test_data_mode_is_left_first_where_that_is_asked_for(
    module: qftp.Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "qftp")
    qftp.connect(module, escape_first=True).close()
    assert caplog.records[0].getMessage() == "> +++"


def test_the_module_s_count_is_the_proof_where_that_is_chosen(module: qftp.Emulator, server: Server) -> None:
    with qftp.connect(module, trust_count=True) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
        put = client.put(b"12345", "a.bin")
    # Modules of nl668 do not count.
    assert put.verified == ("size" if module.dialect == "nl668" else "nothing")


def test_the_logger_gets_the_line_without_the_password(
    module: qftp.Emulator, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "qftp")
    with qftp.connect(module) as client:
        client.login(server.host, USER, PASSWORD, port=server.port)
    lines = [record.getMessage() for record in caplog.records]
    assert any(line.startswith("> AT") for line in lines)
    assert "< OK" in lines
    assert any(USER in line for line in lines)
    assert not any(PASSWORD in line for line in lines)


def test_ports_are_listed() -> None:
    for port in qftp.list_ports():
        assert port.path.startswith("/dev/")


def test_an_import_brings_little_with_it() -> None:
    """Modules that it must not import, by name, instead of a stop watch."""
    code = "import sys, qftp; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    heavy = {"asyncio", "dataclasses", "datetime", "inspect", "logging", "matplotlib", "pandas", "serial", "tqdm"}
    bare = subprocess.run(
        [sys.executable, "-I", "-c", "import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert heavy & (set(run.stdout.split()) - set(bare.stdout.split())) == set()
