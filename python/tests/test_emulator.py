"""Emulators: states, starts, the control socket, and a link that is in use."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

import pytest

import qftp

if TYPE_CHECKING:
    from pathlib import Path


def answer(module: qftp.Emulator, command: str) -> list[str]:
    with qftp.connect(module) as client:
        return client.command(command)


def test_states_are_set_at_the_start_and_while_it_runs() -> None:
    assert "sim=ready|absent|pin|pin:DIGITS|puk" in qftp.STATES
    with qftp.Emulator("ec2x", states=["signal=11", "network=roaming"]) as module:
        assert answer(module, "AT+CSQ") == ["+CSQ: 11,99"]
        assert answer(module, "AT+CREG?") == ["+CREG: 0,5"]
        module.set_state("signal=12")
        assert answer(module, "AT+CSQ") == ["+CSQ: 12,99"]
        module.restart()
        assert answer(module, "AT+CSQ") == ["+CSQ: 12,99"]
        for wrong in ("signal=40", "mood=good", ""):
            with pytest.raises(qftp.UsageError, match="state"):
                module.set_state(wrong)
    with pytest.raises(qftp.UsageError, match="ended"):
        module.set_state("signal=12")
    with pytest.raises(qftp.UsageError, match="ended"):
        module.restart()


def test_wrong_options_start_nothing() -> None:
    with pytest.raises(qftp.UsageError, match="unknown state"):
        qftp.Emulator("ec2x", states="mood=good")
    for seconds in (-1.0, 3601.0, float("nan"), float("inf")):
        with pytest.raises(qftp.UsageError, match="give seconds, 0 to 3600"):
            qftp.Emulator("ec2x", boot_time=seconds)


def test_a_start_is_told_to_the_first_host() -> None:
    with qftp.Emulator("ec2x", banner=True, boot_time=0.01) as module:
        host, port = module.url.removeprefix("socket://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            said = b""
            while b"\r\nRDY\r\n" not in said:
                said += line.recv(100)


def test_the_control_socket(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with qftp.Emulator("gsm", control=path) as module, qftp.EmulatorControl(path) as control:
        control.inject("no-network")
        control.set_state("signal=12")
        status = control.status()
        assert status["dialect"] == "gsm"
        assert status["faults"] == ["no-network"]
        assert status["states"] == {"signal": "12"}
        control.clear("no-network")
        control.restart()
        assert answer(module, "AT+CSQ") == ["+CSQ: 12,99"]
        assert control.send("faults")[0].startswith("reboot: ")
        for command, reason in (("inject busy", "gsm"), ("fly", "unknown command"), ("status\nstatus", "one line")):
            with pytest.raises(qftp.UsageError, match=reason):
                control.send(command)
        assert repr(control) == f"<qftp.EmulatorControl at {path}>"
        assert control.status()["host"] in (True, False)
        module.close()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            control.status()
    with pytest.raises(FileNotFoundError):
        qftp.EmulatorControl(path)


def test_a_link_in_use_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "ec25"
    with qftp.Emulator("ec2x", link=link) as module:
        with pytest.raises(OSError, match="in use by another emulator of this process") as refused:
            qftp.Emulator("ec2x", link=link)
        assert refused.value.errno in (None, errno.EBUSY)
        assert module.path == str(link)
        assert link.is_symlink()
    with qftp.Emulator("ec2x", link=link):
        assert link.is_symlink()
    assert not link.is_symlink()
