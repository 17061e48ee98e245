"""Progress as a bar."""

from __future__ import annotations

import contextlib
import io
import sys
from typing import TYPE_CHECKING

import pytest

import qftp

if TYPE_CHECKING:
    from conftest import Server

pytestmark = pytest.mark.parametrize("dialect", ["ec2x"])
DATA = bytes(300_000)


class Terminal(io.StringIO):
    """Says that it is one."""

    def isatty(self) -> bool:
        return True


def test_a_bar_ends_at_the_total(client: qftp.Client) -> None:
    with contextlib.redirect_stderr(Terminal()) as shown:
        client.put(DATA, "a.bin", progress=True)
        assert "a.bin: 100%" in shown.getvalue()
        assert "293k/293k" in shown.getvalue()
        shown.truncate(0)
        assert client.get("a.bin", progress=True) == DATA
        assert "a.bin: 100%" in shown.getvalue()


def test_a_bar_is_closed_when_the_transfer_fails(client: qftp.Client, server: Server) -> None:
    class Broken(io.BytesIO):
        def write(self, data: object, /) -> int:
            raise LookupError

    (server.root / "a").write_bytes(DATA)
    with contextlib.redirect_stderr(Terminal()) as shown:
        with pytest.raises(LookupError):
            client.get("a", Broken(), progress=True)
        assert shown.getvalue().endswith("\n")
        shown.truncate(0)
        with pytest.raises(FileNotFoundError):
            client.get("not-there", progress=True)
        assert shown.getvalue().endswith("\n")


def test_there_is_no_bar_in_a_pipe(client: qftp.Client, capfd: pytest.CaptureFixture[str]) -> None:
    client.put(DATA, "a", progress=True)
    assert capfd.readouterr() == ("", "")


def test_without_tqdm_an_error_says_so(client: qftp.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(qftp.Error, match="pip install"):
        client.put(DATA, "a", progress=True)
    assert client.put(DATA, "a", progress=False).bytes == len(DATA)
