"""pyserial's scripts open `emulator://`."""

# pyright: basic
from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, cast

import pytest
import serial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server

    from qftp.pyserial.protocol_emulator import Serial


@pytest.fixture(autouse=True)
def _handler(monkeypatch: pytest.MonkeyPatch) -> None:
    packages = [*serial.protocol_handler_packages, "qftp.pyserial"]
    monkeypatch.setattr(serial, "protocol_handler_packages", packages)


@pytest.fixture
def port() -> Iterator[Serial]:
    url = "emulator://ec25?states=sim%3Dabsent&baud=921600"
    with cast("Serial", serial.serial_for_url(url, timeout=10)) as port:
        yield port


def ask(port: Serial, line: bytes) -> bytes:
    port.write(line + b"\r")
    answer = bytes(port.read_until(b"\r\n"))
    while not answer.endswith((b"OK\r\n", b"ERROR\r\n")) and b"+CME ERROR" not in answer:
        more = port.read_until(b"\r\n")
        assert more, answer
        answer += more
    return answer


def test_a_script_types_commands(port: Serial) -> None:
    assert b"EC25" in ask(port, b"ATI")
    assert b"+CME ERROR" in ask(port, b"AT+CMEE=1;+CPIN?")
    port.dtr = port.rts = False
    assert (port.cts, port.dsr, port.ri, port.cd) == (True, True, False, False)
    assert port.name == "emulator://ec25?states=sim%3Dabsent&baud=921600"
    port.emulator.set_state("sim=ready")
    assert b"+CPIN: READY" in ask(port, b"AT+CPIN?")


def test_it_ends_with_the_port_and_begins_anew(port: Serial) -> None:
    path = port.emulator.path
    port.close()
    with pytest.raises(serial.PortNotOpenError):
        port.emulator  # noqa: B018
    port.open()
    assert port.emulator.path is not None
    assert path is not None
    assert b"OK" in ask(port, b"AT")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("emulator://ec99", "ec99"),
        ("emulator://ec25?colour=red", "unknown option colour"),
        ("emulator://ec25?baud=fast", "baud=fast makes no sense"),
        ("emulator://ec25?fault=nothing", "nothing"),
    ],
)
def test_a_wrong_url_is_named(url: str, reason: str) -> None:
    with pytest.raises(serial.SerialException, match=reason):
        serial.serial_for_url(url)


def test_every_byte_passes_both_ways(port: Serial, server: Server) -> None:
    port.emulator.set_state("sim=ready")
    data = bytes(range(256)) * 3
    server.write("a.bin", data)
    for line in (
        b"AT+QIACT=1",
        b'AT+QFTPCFG="account","%s","%s"' % (b"qftptest", b"qftp-secret"),
        b'AT+QFTPOPEN="%s",%d' % (server.host.encode(), server.port),
    ):
        assert ask(port, line).endswith(b"OK\r\n")
    assert port.read_until(b"+QFTPOPEN: 0,0\r\n").endswith(b"+QFTPOPEN: 0,0\r\n")
    port.write(b'AT+QFTPGET="a.bin","COM:"\r')
    assert port.read_until(b"CONNECT\r\n").endswith(b"CONNECT\r\n")
    assert port.read(len(data)) == data


def test_the_package_does_without_pyserial() -> None:
    script = "import sys; sys.modules['serial'] = None; import qftp, qftp.pyserial; qftp.connect('emulator://ec25')"
    subprocess.run([sys.executable, "-I", "-c", script], check=True, timeout=60)
