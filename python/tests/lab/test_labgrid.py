"""labgrid on one machine: places, reservations, the driver, and `qftp check` on four modules at once."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from labgrid import Environment
from rack import DIALECTS, Rack, rack

import qftp
from qftp.errors import OperationTimeout
from qftp.labgrid import Lab, PlaceError, open_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server

PROGRAM = Path(os.environ.get("QFTP_PROGRAM", Path(__file__).resolve().parents[3] / "target/debug/qftp"))
DATA = bytes(range(256)) * 4


@pytest.fixture(scope="module")
def lab_of_racks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    with rack(tmp_path_factory.mktemp("rack")) as lab:
        yield lab


@pytest.fixture
def lab(lab_of_racks: Rack) -> Iterator[Lab]:
    with Lab(lab_of_racks.coordinator) as lab:
        yield lab


def login(client: qftp.Client, server: Server) -> None:
    client.login(server.host, "qftptest", "qftp-secret", port=server.port)


def test_places_have_their_tags(lab: Lab) -> None:
    assert [place.name for place in lab.places()] == ["lte-1", "lte-2", "lte-3", "lte-4"]
    (place,) = lab.places(dialect="gsm")
    assert (place.name, place.tags["kind"], place.acquired) == ("lte-3", "emulator", None)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_byte_arrives_through_a_reserved_place(lab: Lab, dialect: str, server: Server) -> None:
    name = lab.reserve(timeout=30, dialect=dialect)
    with lab.open_place(name) as client:
        assert client.dialect == dialect
        login(client, server)
        client.put(DATA, "a.bin")
        assert (server.root / "a.bin").read_bytes() == DATA
        assert client.get("a.bin") == DATA
        assert lab.places(dialect=dialect)[0].acquired
    assert lab.places(dialect=dialect)[0].acquired is None


def test_a_place_has_one_user_at_a_time(lab: Lab, lab_of_racks: Rack) -> None:
    with lab.open_place("lte-1"), pytest.raises(PlaceError, match="lte-1"):
        lab.open_place("lte-1")
    with pytest.raises(PlaceError, match="no place lte-9"):
        lab.open_place("lte-9")
    with pytest.raises(PlaceError, match="dialect=ec99"):
        lab.reserve(dialect="ec99")
    with lab.open_place("lte-2"), pytest.raises(OperationTimeout, match="dialect=bg96"):
        lab.reserve(timeout=0, dialect="bg96")
    with pytest.raises(PlaceError, match="no coordinator"):
        Lab("127.0.0.1:1")
    assert "lte-1" in lab_of_racks.client("places")


def test_a_notebook_opens_a_place_while_its_loop_runs(lab_of_racks: Rack) -> None:
    async def cell() -> str:
        place = open_place("lte-1", coordinator=lab_of_racks.coordinator)
        try:
            # A second one has a session of its own.
            with open_place("lte-2", coordinator=lab_of_racks.coordinator) as client:
                return f"{place.session.identity.model} {client.identity.model}"
        finally:
            place.close()

    assert asyncio.run(cell()) == "EC25 BG96"


def test_the_driver_of_an_environment(lab_of_racks: Rack, tmp_path: Path, server: Server) -> None:
    """As labgrid's own pytest plugin uses it: a file with targets, a place acquired by labgrid-client."""
    config = tmp_path / "lab.yaml"
    config.write_text(
        "imports: [qftp.labgrid]\n"
        f"options: {{coordinator_address: '{lab_of_racks.coordinator}'}}\n"
        "targets:\n"
        "  remote:\n"
        "    resources: {RemotePlace: {name: lte-4}}\n"
        "    drivers: {QFTPModemDriver: {wait: 5}}\n"
        "  local:\n"
        "    resources: {QFTPModule: {url: 'emulator://m95'}}\n"
        "    drivers: {QFTPModemDriver: {}}\n"
    )
    environment = Environment(str(config))
    local = environment.get_target("local").get_driver("QFTPModemDriver", activate=False)
    with pytest.raises(Exception, match="has not been activated"):
        local.command("AT")
    local.target.activate(local)
    assert local.session.dialect == "gsm"
    local.target.deactivate(local)
    assert local.get_export_vars() == {"url": "emulator://m95"}

    lab_of_racks.client("-p", "lte-4", "acquire")
    try:
        remote = environment.get_target("remote").get_driver("QFTPModemDriver")
        remote.login(server.host, "qftptest", "qftp-secret", port=server.port)
        remote.put(DATA, "b.bin")
        assert remote.get("b.bin") == DATA
        remote.logout()
        remote.target.deactivate(remote)
        assert remote.get_export_vars()["url"].startswith("rfc2217://127.0.0.1:")
    finally:
        lab_of_racks.client("-p", "lte-4", "release")


def test_four_modules_are_checked_at_once(lab: Lab, tmp_path: Path) -> None:
    if not PROGRAM.exists():
        print(f"NOT RUN: {PROGRAM} is not built: cargo build -p qftp-cli")
        return
    cases = {"ec2x": "ec2x/2.9", "bg96": "bg96/2.9", "gsm": "gsm/2.2.9", "nl668": "nl668/1.2.16"}
    places = {dialect: lab.open_place(lab.reserve(timeout=30, dialect=dialect)) for dialect in DIALECTS}
    running = {}
    for dialect, place in places.items():
        place.close_port()
        command = [str(PROGRAM), "--json", "check", "-p", place.url, "--listen", "127.0.0.1:0", cases[dialect]]
        running[dialect] = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path)
    for dialect, process in running.items():
        output, told = process.communicate(timeout=300)
        report = json.loads(output)
        wrong = [case for case in report["cases"] if case["verdict"] in ("differs", "failed")]
        print(json.dumps(wrong, indent=1))
        assert (process.returncode, wrong) == (0, []), told
        assert report["dialect"] == dialect
        assert report["counts"]["as-printed"] >= 2
        assert report["counts"]["differs"] == report["counts"]["failed"] == 0
