"""Fixtures and options for pytest: an emulator, a client on a module, an FTP server, and records of the line.

pytest finds this by the entry point of the package. A test asks for a fixture by its name:

    def test_upload(qftp_client, ftp_server):
        qftp_client.login(ftp_server.host, ftp_server.user, ftp_server.password, port=ftp_server.port)
        qftp_client.put(b"1,2,3", "log.csv")
        assert (ftp_server.root / "log.csv").read_bytes() == b"1,2,3"

Without options the client is on an emulator. `--qftp-port /dev/ttyUSB2` runs the same tests on a module. The line of a
test that fails is shown with it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import qftp

MODEL = "EC25"
"""The model of the emulator, unless `--qftp-dialect` names another."""

MODES = {
    "once": "replay the record of a test; make it where there is none",
    "new_episodes": "as once, and make it anew where the test types what the record lacks",
    "none": "replay alone; a test without a record fails",
    "all": "make every record anew",
}
"""The modes of records, in the words of vcrpy."""

FOREIGN = "the record has"
"""Stands in the error of a replay where a test types another line than the record has."""

_client = pytest.StashKey["qftp.Client"]()
_lacks = pytest.StashKey[bool]()
_anew = pytest.StashKey[bool]()
_passed = pytest.StashKey[bool]()


class FtpServer(NamedTuple):
    """An FTP server for a test."""

    host: str
    port: int
    user: str
    password: str
    root: Path
    """The folder that is "/" for the user; an empty one where the server is elsewhere, or the line is replayed."""

    @property
    def url(self) -> str:
        """The URL, with the account."""
        return f"ftp://{self.user}:{self.password}@{self.host}:{self.port}/"


class Episode(NamedTuple):
    """The record of one test."""

    record: Path
    replays: bool

    @property
    def server(self) -> Path:
        """The file with the address of the server that the record names."""
        return self.record.with_suffix(".server.json")

    @property
    def part(self) -> Path:
        """The record while it is made: only a test that passes leaves one."""
        return self.record.with_suffix(".part")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options."""
    group = parser.getgroup("qftp", "cellular modules (qftp)")
    group.addoption("--qftp-port", metavar="PORT", help="port of a module for qftp_client; by default an emulator")
    group.addoption(
        "--qftp-dialect",
        metavar="NAME",
        help=f"dialect or model of the emulator, by default {MODEL}, and of the module, which is asked by default",
    )
    group.addoption(
        "--qftp-server", metavar="URL", help="ftp:// URL of a server for ftp_server that the module reaches"
    )
    group.addoption(
        "--qftp-record-mode",
        choices=list(MODES),
        help="records of the line, in `records` beside the tests: "
        + "; ".join(f"{mode}: {what}" for mode, what in MODES.items()),
    )


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Iterator[qftp.Emulator]:
    """An emulator, for this test alone."""
    import qftp

    with qftp.Emulator(request.config.getoption("qftp_dialect") or MODEL) as emulator:
        yield emulator


@pytest.fixture
def qftp_episode(request: pytest.FixtureRequest) -> Iterator[Episode | None]:
    """The record of this test; None without `--qftp-record-mode`."""
    mode = request.config.getoption("qftp_record_mode")
    if mode is None:
        yield None
        return
    name = re.sub(r"[^\w.-]+", "_", request.node.name)
    record = request.path.parent / "records" / request.path.stem / f"{name}.jsonl"
    wanted = mode != "all" and not request.node.stash.get(_anew, False)
    if mode == "none" and not record.exists():
        pytest.fail(f"there is no record {record}: run the test with --qftp-record-mode=once", pytrace=False)
    episode = Episode(record, wanted and record.exists())
    record.parent.mkdir(parents=True, exist_ok=True)
    yield episode
    if not episode.replays and episode.part.exists():
        if request.node.stash.get(_passed, False):
            episode.part.replace(record)
        else:
            episode.part.unlink()


@pytest.fixture
def qftp_client(request: pytest.FixtureRequest, qftp_episode: Episode | None) -> Iterator[qftp.Client]:
    """A client on the module of `--qftp-port`, else on `emulator`; on a record where it is replayed."""
    import qftp

    if "ftp_server" in request.fixturenames:
        request.getfixturevalue("ftp_server")  # it is there until the client has logged out
    options: dict[str, Any] = {"dialect": None}
    port = request.config.getoption("qftp_port")
    if qftp_episode is not None and qftp_episode.replays:
        port = f"replay://{_quoted(qftp_episode.record)}"
    else:
        if port is None:
            port = request.getfixturevalue("emulator")
        else:
            options["dialect"] = request.config.getoption("qftp_dialect")
        if qftp_episode is not None:
            options.update(record=qftp_episode.part, record_payload=True)
    client = qftp.connect(port, **options)
    request.node.stash[_client] = client
    yield client
    try:
        client.__exit__(None, None, None)
    except (OSError, qftp.Error):
        # After a test that failed this is a consequence.
        if request.node.stash.get(_passed, False):
            raise


@pytest.fixture
def ftp_server(
    request: pytest.FixtureRequest, qftp_episode: Episode | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FtpServer]:
    """An FTP server of an empty folder, by `qftp.lab`; that of `--qftp-server` where there is one."""
    root = tmp_path_factory.mktemp("ftp_server")
    given = request.config.getoption("qftp_server")
    if qftp_episode is not None and qftp_episode.replays and qftp_episode.server.exists():
        yield FtpServer(**json.loads(qftp_episode.server.read_text("utf-8")), password="", root=root)
        return
    if given is not None:
        yield _keep(_server_of_url(given, root), qftp_episode)
        return
    from qftp import lab

    with lab.server(root) as server:
        made = FtpServer(server.host, server.port, server.user, server.password, root)
        yield _keep(made, qftp_episode)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attaches the line to the report of a test that fails."""
    report = yield
    if report.when == "call":
        item.stash[_passed] = report.passed
    if call.excinfo is not None and FOREIGN in str(call.excinfo.value):
        item.stash[_lacks] = True
    client = item.stash.get(_client, None)
    if report.failed and client is not None and report.when == "call":
        report.sections.append(("Line of the module (qftp)", str(client.trace)))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Runs a test again with the module where its record lacks what it types, in the mode new_episodes."""
    if item.config.getoption("qftp_record_mode") != "new_episodes":
        return None
    from _pytest.runner import runtestprotocol

    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if item.stash.get(_lacks, False):
        item.stash[_anew] = True
        item._initrequest()  # type: ignore[attr-defined] # its fixtures are made anew
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path))


def _keep(server: FtpServer, episode: Episode | None) -> FtpServer:
    """Notes the address of a server beside the record: the lines of the record name it."""
    if episode is not None:
        text = json.dumps({"host": server.host, "port": server.port, "user": server.user})
        episode.server.write_text(text + "\n", "utf-8")
    return server


def _server_of_url(url: str, root: Path) -> FtpServer:
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    if parts.scheme != "ftp" or not parts.hostname:
        raise pytest.UsageError("--qftp-server: write it as ftp://user:password@host:21/")
    user, password = unquote(parts.username or "anonymous"), unquote(parts.password or "")
    return FtpServer(parts.hostname, parts.port or 21, user, password, root)
