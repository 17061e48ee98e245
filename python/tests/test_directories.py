"""Directories and names, in every dialect."""

from __future__ import annotations

import datetime
import os
from typing import TYPE_CHECKING

import pytest

import qftp

if TYPE_CHECKING:
    from conftest import Server


def test_directories_are_made_entered_and_removed(client: qftp.Client, server: Server) -> None:
    client.mkdir("logs")
    client.cwd("/logs")
    assert client.pwd() == "/logs"
    client.put(b"x", "a")
    assert (server.root / "logs" / "a").exists()
    client.delete("a")
    client.cdup()
    client.rmdir("logs")
    assert os.listdir(server.root) == []


def test_a_directory_that_no_command_tells_is_not_guessed(client: qftp.Client, dialect: str) -> None:
    client.mkdir("logs")
    client.cwd("logs")
    if dialect == "gsm":
        with pytest.raises(qftp.UnsupportedError, match="pwd"):
            client.pwd()
        client.cwd("/logs")
    assert client.pwd() == "/logs"
    client.cdup()
    assert client.pwd() == "/"


def test_files_are_renamed_and_deleted(client: qftp.Client, server: Server) -> None:
    (server.root / "a").write_bytes(b"x")
    client.rename("a", "b")
    assert os.listdir(server.root) == ["b"]
    client.delete("b")
    assert os.listdir(server.root) == []


def test_a_listing(client: qftp.Client, server: Server, dialect: str) -> None:
    if dialect == "gsm":
        with pytest.raises(qftp.UnsupportedError, match="gsm"):
            client.list()
        return
    (server.root / "folder").mkdir()
    (server.root / "file.txt").write_bytes(b"12345")
    entries = {entry.name: entry for entry in client.list()}
    assert set(entries) == {"folder", "file.txt"}
    assert entries["folder"].is_dir
    assert (entries["file.txt"].kind, entries["file.txt"].size) == ("file", 5)
    assert "file.txt" in client.list_text()


def test_names(client: qftp.Client, server: Server, dialect: str) -> None:
    (server.root / "one").touch()
    (server.root / "two").touch()
    if dialect == "gsm":
        with pytest.raises(qftp.UnsupportedError, match="gsm"):
            client.nlst()
    else:
        assert {os.path.basename(name) for name in client.nlst()} == {"one", "two"}


@pytest.mark.parametrize("dialect", ["ec20", "ec2x", "bg96"])
def test_times(client: qftp.Client, server: Server) -> None:
    (server.root / "a").write_bytes(b"x")
    os.utime(server.root / "a", (1_700_000_000, 1_700_000_000))
    assert client.mdtm("a") == "20231114221320"
    (entry,) = client.list()
    assert entry.time == datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.timezone.utc)
    ((name, facts),) = client.mlsd(facts=["Type", "size"])
    assert (name, facts) == ("a", {"type": "file", "size": "1"})


def test_names_need_not_be_ascii(client: qftp.Client, server: Server, dialect: str) -> None:
    client.put(b"x", "Größe.txt")
    assert (server.root / "Größe.txt").exists()
    if dialect != "gsm":  # which has no listing
        assert [entry.name for entry in client.list()] == ["Größe.txt"]
    assert client.get("Größe.txt".encode()) == b"x"
