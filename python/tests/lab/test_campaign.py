"""Campaigns: two workers of which one is killed, a stop in the middle, and what stands in the results."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from distributed import Client
from rack import SCRIPTS, Rack, ended, free_port, rack, started

import qftp
from qftp.campaign import Account, Plan, PlanError, run, run_on_ports
from qftp.labgrid import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Server

    from qftp.campaign import Share

PLAN = Plan(transfers=6, sizes=(0, 1_000, 5_000), share=2, seed=3)


@pytest.fixture(scope="module")
def lab_of_racks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    with rack(tmp_path_factory.mktemp("rack")) as lab:
        yield lab


class Cluster:
    """A scheduler, and two workers in processes of their own, by name."""

    def __init__(self, stack: contextlib.ExitStack, folder: Path) -> None:
        address = f"tcp://127.0.0.1:{free_port()}"
        started(stack, folder, "dask", "scheduler", "--no-dashboard", "--host", address)
        self.workers = {name: worker(stack, folder, address, name) for name in ("left", "right")}
        self.client = stack.enter_context(Client(address, timeout=60))  # type: ignore[no-untyped-call]
        self.client.wait_for_workers(2, timeout=60)


def worker(stack: contextlib.ExitStack, folder: Path, address: str, name: str) -> subprocess.Popen[bytes]:
    log = stack.enter_context((folder / f"{name}.log").open("wb"))
    command = [str(SCRIPTS / "dask"), "worker", address, "--name", name, "--no-nanny", "--no-dashboard"]
    command += ["--nthreads", "2", "--resources", "module=2", "--host", "127.0.0.1"]
    process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    stack.callback(ended, process)
    return process


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with contextlib.ExitStack() as stack:
        yield Cluster(stack, tmp_path)


def account(server: Server) -> Account:
    return Account(server.host, "qftptest", "qftp-secret", port=server.port)


def test_the_share_of_a_killed_worker_is_taken_over(
    lab_of_racks: Rack, cluster: Cluster, server: Server, tmp_path: Path
) -> None:
    done: list[Share] = []

    def kill_one(share: Share) -> None:
        done.append(share)
        if len(done) == 2:
            cluster.workers["left"].send_signal(signal.SIGKILL)

    with Lab(lab_of_racks.coordinator) as lab:
        path = run(PLAN, lab, cluster.client, account(server), tmp_path / "night", on_share=kill_one)
        assert [place.acquired for place in lab.places()] == [None] * 4
    assert cluster.workers["left"].wait(60) == -signal.SIGKILL
    rows = pq.read_table(path).to_pylist()
    assert sorted((row["place"], row["index"]) for row in rows) == [
        (place, index) for place in sorted(lab_of_racks.modules) for index in range(6)
    ]
    assert all(row["is_whole"] and row["error"] is None for row in rows), rows
    assert "right" in {row["worker"] for row in rows}
    assert {row["dialect"] for row in rows} == {"ec2x", "bg96", "gsm", "nl668"}
    assert list(server.root.iterdir()) == []


def test_a_campaign_goes_on_where_it_was_stopped(cluster: Cluster, server: Server, tmp_path: Path) -> None:
    def stop(share: Share) -> None:
        raise KeyboardInterrupt

    ports = {"one": "emulator://ec25", "two": "emulator://m95"}
    folder = tmp_path / "night"
    with pytest.raises(KeyboardInterrupt):
        run_on_ports(PLAN, ports, cluster.client, account(server), folder, on_share=stop)
    before = [row for part in (folder / "parts").iterdir() for row in pq.read_table(part).to_pylist()]
    assert 0 < len(before) < 12
    path = run_on_ports(PLAN, ports, cluster.client, account(server), folder)
    rows = pq.read_table(path).to_pylist()
    assert len(rows) == 12
    assert all(row in rows for row in before)
    again: list[Share] = []
    run_on_ports(PLAN, ports, cluster.client, account(server), folder, on_share=again.append)
    assert again == []
    with pytest.raises(PlanError, match="another plan"):
        run_on_ports(Plan(transfers=7), ports, cluster.client, account(server), folder)


def test_an_error_is_a_result(cluster: Cluster, server: Server, tmp_path: Path) -> None:
    ports = {"well": "emulator://ec25", "ill": "emulator://ec25?states=sim%3Dabsent", "gone": "/dev/there-is-no-such"}
    path = run_on_ports(Plan(transfers=1, sizes=(10,)), ports, cluster.client, account(server), tmp_path / "night")
    rows = {row["place"]: row for row in pq.read_table(path).to_pylist()}
    assert rows["well"]["is_whole"]
    assert not rows["ill"]["is_whole"]
    assert rows["ill"]["error"]
    assert rows["ill"]["message"]
    assert rows["gone"]["error"] == "PortNotFoundError"


def test_a_password_is_in_no_text_of_a_task() -> None:
    secret = Account("h", "u", "the-password", options={"apn_password": "another"})
    assert "the-password" not in repr(secret)
    assert "another" not in repr(secret)


def test_plans_say_the_same_each_time() -> None:
    first, second = list(PLAN.shares(["a", "b"])), list(PLAN.shares(["b", "a"]))
    assert sorted(first) == sorted(second)
    assert [len(share.transfers) for share in Plan(transfers=5, share=2).shares(["a"])] == [2, 2, 1]
    with pytest.raises(qftp.UsageError):
        Plan(transfers=0)
