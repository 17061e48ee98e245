"""The port of a client: found, named, or taken over from pyserial."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import serial

import qftp
from qftp import ports

if TYPE_CHECKING:
    from pathlib import Path


def port_info(path: str, *, likely_at: bool) -> qftp.PortInfo:
    return qftp.PortInfo(path, None, None, None, None, None, None, likely_at)


def test_the_environment_names_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QFTP_PORT", "emulator://bg96")
    with qftp.connect() as client:
        assert client.dialect == "bg96"


def test_the_only_likely_port_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QFTP_PORT", raising=False)
    found = [port_info("/dev/ttyS0", likely_at=False)]
    monkeypatch.setattr(ports, "list_ports", lambda: found)
    with pytest.raises(qftp.PortNotFoundError, match="no port looks like it"):
        qftp.connect()
    with qftp.Emulator("ec2x", pty=True) as emulator:
        assert emulator.path
        found.append(port_info(emulator.path, likely_at=True))
        with qftp.connect() as client:
            assert client.port == emulator.path
        found.append(port_info("/dev/ttyUSB9", likely_at=True))
        with pytest.raises(qftp.PortNotFoundError, match=r"several .*ttyUSB9"):
            qftp.connect()


def test_a_port_of_pyserial_is_taken_over() -> None:
    with qftp.Emulator("ec2x", pty=True) as emulator:
        port = serial.Serial(emulator.path, 9600, rtscts=False)
        with qftp.connect(port) as client:
            assert not port.is_open
            expected = "baud=9600&bytesize=8&parity=N&stopbits=1&xonxoff=0&rtscts=0"
            assert client.port == f"{emulator.path}?{expected}"
            assert client.identity.model == "EC25"
        with qftp.connect(port, baudrate=115200) as client:
            assert "baud=115200" in client.port


def test_settings_have_the_names_of_pyserial() -> None:
    with (
        qftp.Emulator("ec2x", pty=True) as emulator,
        qftp.connect(emulator, baudrate="auto", parity="E", stopbits=2, xonxoff=False, dtr=True, rts=False) as client,
    ):
        assert client.port == f"{emulator.url}?baud=auto&parity=E&stopbits=2&xonxoff=0&dtr=1&rts=0"
        assert client.identity.model == "EC25"
    with pytest.raises(qftp.UsageError, match="parity=M: give N, E or O"):
        qftp.connect("/dev/ttyUSB9", parity="M")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_an_emulator_has_its_own_url(tmp_path: Path) -> None:
    with qftp.Emulator("ec2x") as emulator, qftp.connect(emulator) as client:
        assert client.port == emulator.url
    with qftp.Emulator("ec2x", link=tmp_path / "line"), qftp.connect(tmp_path / "line") as client:
        assert client.port == os.fspath(tmp_path / "line")


@pytest.mark.parametrize("port", [7, 1.5, b"/dev/ttyUSB2", object()])
def test_what_is_no_port(port: object) -> None:
    with pytest.raises(qftp.UsageError, match=r"serial\.Serial"):
        qftp.connect(port)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
