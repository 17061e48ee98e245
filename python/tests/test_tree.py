"""Directories with all that is below them, and questions about one name, on every real server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

import qftp

if TYPE_CHECKING:
    from conftest import Server

FILES = ("one.csv", "logs/a.csv", "logs/b.txt", "logs/.hidden.csv", "logs/old/c.csv", "logs/old/deep/d.csv")
DIRECTORIES = ("empty", "logs", "logs/old", "logs/old/deep")
LISTING = pytest.mark.parametrize("dialect", ["ec20", "ec2x", "bg96", "nl668"])


@pytest.fixture
def tree(client: qftp.Client, server: Server) -> qftp.Client:
    """A client in front of a tree of files."""
    for directory in DIRECTORIES:
        (server.root / directory).mkdir()
    for file in FILES:
        (server.root / file).write_text(file)
    return client


def test_what_a_name_stands_for(tree: qftp.Client, dialect: str) -> None:
    assert tree.stat("logs/a.csv").size == len("logs/a.csv")
    assert tree.stat("logs/a.csv").kind == "file"
    assert tree.stat("logs/").kind == "directory"
    assert tree.isfile("one.csv")
    assert not tree.isdir("one.csv")
    assert tree.isdir("logs/old")
    assert tree.isdir("/")
    assert not tree.isfile("logs")
    for name in ("nothing", "nothing/below", "one.csv/below", "logs/nothing"):
        assert not tree.exists(name), name
        assert not tree.isdir(name)
    with pytest.raises(FileNotFoundError):
        tree.stat("logs/nothing")
    if qftp.support(dialect)["mdtm"] != "missing":
        assert tree.modified("one.csv") == tree.stat("one.csv").time


def test_directories_are_made(tree: qftp.Client, server: Server) -> None:
    tree.mkdir("a/b/c", parents=True)
    assert (server.root / "a/b/c").is_dir()
    tree.mkdir("a/b/c", parents=True, exist_ok=True)
    tree.mkdir("a", exist_ok=True)
    with pytest.raises(FileExistsError, match="logs"):
        tree.mkdir("logs")
    with pytest.raises(qftp.ModuleError):
        tree.mkdir("no/such/parent")
    with pytest.raises(qftp.ModuleError):
        tree.mkdir("one.csv", exist_ok=True)


@LISTING
def test_walks(tree: qftp.Client, server: Server) -> None:
    expected = sorted((os.path.relpath(top, server.root), sorted(d), sorted(f)) for top, d, f in os.walk(server.root))
    for topdown in (True, False):
        found = [(os.path.normpath(top), sorted(d), sorted(f)) for top, d, f in tree.walk(topdown=topdown)]
        assert sorted(found) == expected
    for _, directories, _ in (walk := tree.walk("logs")):
        directories.clear()
    assert list(walk) == []


@LISTING
@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.csv", ["one.csv"]),
        ("logs/*.csv", ["logs/a.csv"]),
        ("logs/[ab].*", ["logs/a.csv", "logs/b.txt"]),
        ("logs/.*", ["logs/.hidden.csv"]),
        ("*/old/?.csv", ["logs/old/c.csv"]),
        ("logs/**/*.csv", ["logs/a.csv", "logs/old/c.csv", "logs/old/deep/d.csv"]),
        ("logs/a.csv", ["logs/a.csv"]),
        ("logs/nothing", []),
        ("nothing/*", []),
        ("one.csv/*", []),
    ],
)
def test_patterns(tree: qftp.Client, pattern: str, found: list[str]) -> None:
    assert tree.glob(pattern) == found


@LISTING
def test_trees_are_removed(tree: qftp.Client, server: Server) -> None:
    with pytest.raises(NotADirectoryError):
        tree.rmtree("one.csv")
    tree.rmtree("logs")
    assert sorted(os.listdir(server.root)) == ["empty", "one.csv"]
    with pytest.raises(qftp.ModuleError):
        tree.rmtree("logs")


@LISTING
def test_links_are_removed_and_not_followed(tree: qftp.Client, server: Server) -> None:
    (server.root / "link").symlink_to("logs")
    (server.root / "empty" / "out").symlink_to("../logs")
    (server.root / "empty" / "circle").symlink_to("../empty")
    assert [(path, folders, sorted(names)) for path, folders, names in tree.walk("empty")] == [
        ("empty", [], ["circle", "out"])
    ]
    tree.rmtree("link")
    tree.rmtree("empty")
    assert sorted(os.listdir(server.root)) == ["logs", "one.csv"]
    assert (server.root / "logs" / "old" / "deep" / "d.csv").exists()


@pytest.mark.parametrize("dialect", ["gsm"])
def test_without_listings_nothing_is_guessed(tree: qftp.Client) -> None:
    with pytest.raises(qftp.UnsupportedError):
        tree.glob("*.csv")
    with pytest.raises(qftp.UnsupportedError):
        list(tree.walk())


@pytest.mark.parametrize("dialect", ["ec2x"])
def test_listings_are_shown(tree: qftp.Client) -> None:
    listing = tree.list("logs")
    assert repr(listing).startswith("<qftp.Listing: 4 entries>")
    assert "old/" in str(listing)
    assert "<td>b.txt</td>" in listing._repr_html_()
    assert str(tree.list("empty")) == ""
    tree.put(b"x", "<b>&")
    assert "&lt;b&gt;&amp;" in tree.list()._repr_html_()
