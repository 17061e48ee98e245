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


def typed(module: qftp.Emulator, command: str, line: str, timeout: float = 30) -> str | None:
    """Types a command; returns the line when it comes, None if it does not."""
    host, port = module.url.removeprefix("socket://").split(":")
    said = b""
    with socket.create_connection((host, int(port)), timeout=timeout) as socket_:
        socket_.sendall(f"{command}\r".encode())
        while f"\r\n{line}\r\n".encode() not in said:
            try:
                said += socket_.recv(100)
            except socket.timeout:
                return None
    return line


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
    for latency, reason in (
        ("urc=soon", "latency: urc=soon: give a time such as 20ms"),
        ("answer=1ms", "response, urc"),
    ):
        with pytest.raises(qftp.UsageError, match=reason):
            qftp.Emulator("ec2x", latency=latency)
    for baud in (0, -1, 2**32):
        with pytest.raises(qftp.UsageError, match="baud: give bits per second, as 115200"):
            qftp.Emulator("ec2x", baud=baud)
    for seed in (-1, 2**64):
        with pytest.raises(qftp.UsageError, match="seed: give a number, 0 to 18446744073709551615"):
            qftp.Emulator("ec2x", seed=seed)
    for accept, reason in (
        ("+QFOO,+CSQ", "accept: .CSQ is a command that ec2x knows"),
        ("QFOO", "no name of a command"),
    ):
        with pytest.raises(qftp.UsageError, match=reason):
            qftp.Emulator("ec2x", accept=accept)
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


def test_a_model_names_itself_and_has_its_places() -> None:
    for name, model, answered in (
        ("m95", "Quectel_M95", "+QFTPCFG:-10"),
        ("M10", "Quectel_M10", "+QFTPCFG:-10"),
        ("gsm", "Quectel_M33", "+QFTPCFG:0"),
    ):
        with qftp.Emulator(name) as module:
            assert module.dialect == "gsm"
            assert answer(module, "AT+CGMM") == [model]
            assert typed(module, 'AT+QFTPCFG=4,"/SD/"', answered) == answered


def test_a_slow_module() -> None:
    with qftp.Emulator("ec2x", baud=57600, latency="1..2ms") as module:
        assert answer(module, "AT+IPR?") == ["+IPR: 57600"]
    # Seed 1 draws the hour first, seed 2 no delay.
    for latency, seed, at_once in (
        ("+CSQ=3600s", None, False),
        ("+CSQ=0|3600s", 1, False),
        ("+CSQ=0|3600s", 2, True),
        ("+CSQ=0|3600s,seed=2", None, True),
        ("+CSQ=0|3600s,seed=2", 1, False),
    ):
        with qftp.Emulator("ec2x", latency=latency, seed=seed) as module:
            said = typed(module, "AT+CSQ", "+CSQ: 28,99", timeout=30 if at_once else 0.1)
            assert (said is not None) == at_once


def test_a_module_accepts_what_it_does_not_know() -> None:
    for names in ("+QFOO, +qbar", ["+QFOO", "+QBAR"]):
        with qftp.Emulator("ec2x", accept=names) as module, qftp.connect(module) as client:
            assert client.command('AT+QFOO=1,"a"') == []
            assert client.command("AT+QFOO?") == ['+QFOO: 1,"a"']
            assert client.command("AT+QBAR") == []
            with pytest.raises(qftp.Error):
                client.command("AT+QBAZ")


def test_rules_of_a_fault_plan(tmp_path: Path) -> None:
    assert "foreign-urc" in qftp.FAULT_ACTIONS
    plan = tmp_path / "plan.toml"
    plan.write_text('[[fault]]\naction = "answer-busy"\ncode = 14\non = "+CSQ"\n')
    rules = "answer-busy code=15 on=+CSQ nth=2"
    for faults in (rules, [rules]):
        with qftp.Emulator("gsm", faults=faults, faults_file=plan, seed=7) as module, qftp.connect(module) as client:
            for number in (14, 15):
                with pytest.raises(qftp.Error, match=str(number)):
                    client.command("AT+CSQ")
            assert client.command("AT+CSQ") == ["+CSQ: 28,99"]
            module.add_fault("answer-busy code=16 on=+CSQ count=all")
            with pytest.raises(qftp.Error, match="16"):
                client.command("AT+CSQ")
            module.clear_faults()
            assert client.command("AT+CSQ") == ["+CSQ: 28,99"]
            for wrong, reason in (("loud", "unknown action"), ("busy", "does not fit gsm")):
                with pytest.raises(qftp.UsageError, match=reason):
                    module.add_fault(wrong)
    with pytest.raises(qftp.UsageError, match="ended"):
        module.add_fault("noise")
    with pytest.raises(qftp.UsageError, match="ended"):
        module.clear_faults()
    for wrong, reason in (("lose byte=1", "unknown word"), ("lose\nbusy", "does not fit gsm")):
        with pytest.raises(qftp.UsageError, match=reason):
            qftp.Emulator("gsm", faults=wrong)
    with pytest.raises(qftp.UsageError, match=r"missing\.toml"):
        qftp.Emulator("gsm", faults_file=tmp_path / "missing.toml")


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
        control.add_fault("answer-busy code=14 on=+CSQ count=all")
        with pytest.raises(qftp.Error):
            answer(module, "AT+CSQ")
        control.clear_faults()
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
        assert refused.value.errno == errno.EBUSY
        assert module.path == str(link)
        assert link.is_symlink()
    with qftp.Emulator("ec2x", link=link):
        assert link.is_symlink()
    assert not link.is_symlink()
