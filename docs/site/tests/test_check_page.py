"""The page that `qftp check --html` writes, in Chromium: it stands alone, and shows what differs."""

# ruff: noqa: D103 - the name of a test says what it shows

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from layout import NARROW, WIDE, assert_fits

if TYPE_CHECKING:
    from pathlib import Path

    from browser import Browser

PROGRAM = os.environ.get("QFTP_PROGRAM", str(ROOT / "target/debug/qftp"))


def check(*arguments: str) -> int:
    """Runs the check, and returns its exit code."""
    return subprocess.run([PROGRAM, "check", *arguments], stdout=subprocess.DEVNULL, check=False).returncode


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module as printed, one that differs by a quirk, and both in a matrix."""
    folder = tmp_path_factory.mktemp("check")
    for name, quirks, code in (("printed", "", 0), ("differs", "?quirks=quoted-pwd", 1)):
        port = f"emulator://ec25{quirks}"
        with (folder / f"{name}.json").open("wb") as file:
            command = [
                PROGRAM,
                "check",
                "-p",
                port,
                "--json",
                "--html",
                str(folder / f"{name}.html"),
                "ec2x/2.4",
                "ec2x/2.3",
            ]
            assert subprocess.run(command, stdout=file, check=False).returncode == code
    results = [argument for name in ("printed", "differs") for argument in ("--from", str(folder / f"{name}.json"))]
    check(*results, "--html", str(folder / "matrix.html"))
    return folder


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["printed", "differs", "matrix"])
def test_a_page_stands_alone_and_fits(name: str, width: int, pages: Path, browser: Browser, pictures: Path) -> None:
    browser.open(pages / f"{name}.html", width)
    browser.screenshot(pictures / f"check-{name}-{width}.png")
    assert_fits(browser)
    assert browser.requests() == [(pages / f"{name}.html").as_uri()], "the page asks for another file"


def test_what_differs_is_seen_at_once(pages: Path, browser: Browser) -> None:
    browser.open(pages / "differs.html", WIDE)
    shown = "[...document.querySelectorAll('td.differs pre')].map(one => one.getBoundingClientRect().height)"
    heights = browser.value(shown)
    assert heights
    assert all(height > 0 for height in heights)
    colour = "getComputedStyle(document.querySelector('td.{}')).backgroundColor"
    assert browser.value(colour.format("differs")) != browser.value(colour.format("as-printed"))
    assert "quoted-pwd" in browser.value("document.querySelector('table.summary').textContent")


def test_the_matrix_has_a_column_for_each_module(pages: Path, browser: Browser) -> None:
    browser.open(pages / "matrix.html", WIDE)
    assert browser.value("document.querySelectorAll('table.cases thead th').length") == 3
    rows = browser.value("document.querySelectorAll('table.cases tbody tr').length")
    assert browser.value("document.querySelectorAll('table.cases tbody td').length") == 2 * rows
    browser.value("scrollTo(0, document.body.scrollHeight)")
    assert browser.value("document.querySelector('table.cases thead th').getBoundingClientRect().top") >= 0, (
        "the names of the columns go out of sight"
    )
