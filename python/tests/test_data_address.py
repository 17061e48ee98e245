"""Addresses of data connections: what goes to the module, and what is refused before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import qftp

if TYPE_CHECKING:
    from qftp.session import DataAddress


def told(client: qftp.Client, **options: Any) -> list[str]:
    """The settings of a login that finds no server: nothing listens on port 1."""
    with pytest.raises(qftp.ModuleError):
        client.login("127.0.0.1", "u", "p", port=1, **options)
    sent = [line.text for line in client.trace if line.direction == "sent"]
    commands = [command for line in sent for command in line.removeprefix("AT+").split(";+")]
    return [command for command in commands if "data_address" in command]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"data_address": "server"}, "0"),
        ({"data_address": "peer"}, "1"),
        ({"data_address": "peer-then-server"}, "2,25"),
        ({"data_address": "peer-then-server", "data_timeout": 15}, "2,15"),
        ({"data_address": "peer-then-server", "data_timeout": 50}, "2,50"),
    ],
)
def test_the_module_is_told(options: dict[str, Any], line: str) -> None:
    with qftp.connect("emulator://ec2x") as client:
        assert told(client) == []
        assert told(client, **options) == [f'QFTPCFG="data_address",{line}']


@pytest.mark.parametrize(
    ("dialect", "wanted"),
    [("ec20", "peer"), ("gsm", "peer"), ("nl668", "server"), ("bg96", "peer-then-server")],
)
def test_a_module_that_cannot(dialect: str, wanted: DataAddress) -> None:
    with (
        qftp.connect(f"emulator://{dialect}") as client,
        pytest.raises(qftp.UnsupportedError, match=f"data address {wanted}$"),
    ):
        client.login("127.0.0.1", "u", "p", data_address=wanted)


@pytest.mark.parametrize(
    "options",
    [
        {"data_address": "mine"},
        {"data_address": "peer", "data_timeout": 25},
        {"data_timeout": 25},
        {"data_address": "peer-then-server", "data_timeout": 14},
        {"data_address": "peer-then-server", "data_timeout": 51},
    ],
)
def test_what_does_not_fit(options: dict[str, Any]) -> None:
    with qftp.connect("emulator://ec2x") as client:
        before = len(client.trace)
        with pytest.raises(qftp.UsageError, match=r"data_address|data_timeout"):
            client.login("127.0.0.1", "u", "p", **options)
        assert len(client.trace) == before
