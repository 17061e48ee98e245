"""The fixtures and options for pytest, in tests of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import PASSWORD, USER

from qftp import pytest_plugin
from qftp.pytest_plugin import MODES

if TYPE_CHECKING:
    from conftest import Server

pytest_plugins = ["pytester"]

UPLOAD = """
import os

def test_upload(qftp_client, ftp_server):
    server = ftp_server
    qftp_client.login(server.host, server.user, server.password, port=server.port)
    qftp_client.put(b"1,2,3", "log.csv")
    assert qftp_client.get("log.csv") == b"1,2,3"
    if "MORE" in os.environ:
        assert qftp_client.size("log.csv") == 5
"""


@pytest.fixture(autouse=True)
def plugin(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests run in this process, where the plugin has been imported already."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # Another program may have been killed in an upload on a port of this number: its mark makes a client type `+++`.
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(pytester.path))
    ignored = "-W ignore::pytest.PytestAssertRewriteWarning"
    pytester.makeini(f"[pytest]\naddopts = -p qftp.pytest_plugin -p no:cacheprovider {ignored}\n")


def outcomes(result: pytest.RunResult) -> dict[str, int]:
    return result.parseoutcomes()


def test_a_test_has_a_client_on_an_emulator_and_a_server(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        UPLOAD
        + """
def test_the_file_is_there(qftp_client, ftp_server):
    test_upload(qftp_client, ftp_server)
    assert (ftp_server.root / "log.csv").read_bytes() == b"1,2,3"
    assert ftp_server.url.startswith("ftp://qftp:")

def test_the_emulator_is_that_of_the_client(emulator, qftp_client):
    emulator.inject("no-network")
    assert qftp_client.command("AT+CSQ") == ["+CSQ: 99,99"]
"""
    )
    assert outcomes(pytester.runpytest_inprocess()) == {"passed": 3}


def test_the_options_name_the_module_and_the_server(pytester: pytest.Pytester, server: Server) -> None:
    pytester.makepyfile(
        """
def test_model(qftp_client):
    assert qftp_client.identity.model == "BG96"

def test_server(qftp_client, ftp_server):
    qftp_client.login(ftp_server.host, ftp_server.user, ftp_server.password, port=ftp_server.port)
    assert qftp_client.get("there") == b"abc"
"""
    )
    (server.root / "there").write_bytes(b"abc")
    url = f"ftp://{USER}:{PASSWORD}@{server.host}:{server.port}/"
    for options in (["--qftp-dialect=BG96"], ["--qftp-port=emulator://bg96"]):
        result = pytester.runpytest_inprocess(*options, f"--qftp-server={url}")
        assert outcomes(result) == {"passed": 2}
    wrong = pytester.runpytest_inprocess("--qftp-server=http://x/", "-k", "server")
    wrong.stdout.fnmatch_lines(["*write it as ftp://*"])


def test_the_line_stands_with_a_test_that_fails(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
def test_signal(qftp_client):
    assert qftp_client.command("AT+CSQ") == ["+CSQ: 1,1"]

def test_well(qftp_client):
    pass
"""
    )
    result = pytester.runpytest_inprocess("--junitxml=a.xml", "-o", "junit_logging=all")
    assert outcomes(result) == {"failed": 1, "passed": 1}
    result.stdout.fnmatch_lines(["*Line of the module (qftp)*", "*AT+CSQ*", "*+CSQ: 28,99*"])
    assert str(result.stdout).count("Line of the module") == 1


def test_once_records_and_then_replays(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pytester.makepyfile(UPLOAD)
    record = path.parent / "records" / path.stem / "test_upload.jsonl"
    assert outcomes(pytester.runpytest_inprocess("--qftp-record-mode=none")) == {"errors": 1}
    assert outcomes(pytester.runpytest_inprocess("--qftp-record-mode=once")) == {"passed": 1}
    first = record.read_bytes()
    assert b"password-of-a-test" not in first
    assert json.loads(record.with_suffix(".server.json").read_text())["user"] == "qftp"
    # No module answers on this port: the record does.
    for mode in ("none", "once", "new_episodes"):
        result = pytester.runpytest_inprocess(f"--qftp-record-mode={mode}", "--qftp-port=/dev/no-such-port")
        assert outcomes(result) == {"passed": 1}, mode
    assert record.read_bytes() == first

    monkeypatch.setenv("MORE", "1")
    for mode in ("none", "once"):
        assert outcomes(pytester.runpytest_inprocess(f"--qftp-record-mode={mode}")) == {"failed": 1}, mode
    assert record.read_bytes() == first
    assert outcomes(pytester.runpytest_inprocess("--qftp-record-mode=new_episodes")) == {"passed": 1}
    assert b"QFTPSIZE" in record.read_bytes()
    assert outcomes(pytester.runpytest_inprocess("--qftp-record-mode=none")) == {"passed": 1}
    second = record.read_bytes()
    assert outcomes(pytester.runpytest_inprocess("--qftp-record-mode=all")) == {"passed": 1}
    assert record.read_bytes() != second


def test_a_test_that_fails_leaves_no_record(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile("def test_no(qftp_client):\n    assert not qftp_client.command('AT+CSQ')\n")
    assert outcomes(pytester.runpytest_inprocess("--qftp-record-mode=once")) == {"failed": 1}
    assert list((path.parent / "records").rglob("*.*")) == []


def test_the_modes_are_those_of_vcrpy_and_the_names_leave_labgrid_alone() -> None:
    assert list(MODES) == ["once", "new_episodes", "none", "all"]
    names = set(vars(pytest_plugin))
    assert {"emulator", "qftp_client", "ftp_server"} <= names
    assert not {"target", "env"} & names
