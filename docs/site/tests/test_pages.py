"""The site in Chromium, at the width of a desk and of a phone: nothing is cut, the way to other pages is there."""

# ruff: noqa: D103 - the name of a test says what it shows

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from layout import NARROW, WIDE, assert_fits

if TYPE_CHECKING:
    from browser import Browser

SITE = ROOT / "target/site/html"
# Of each kind of page one; the widest of its kind.
PAGES = [
    "docs/index",
    "docs/start/program",
    "docs/start/tester",
    "docs/guides/ftps",
    "docs/emulate",
    "docs/dialects/ec2x",
    "docs/codes",
    "docs/errors",
    "docs/commands",
    "docs/api/c",
    "docs/api/python",
    "README",
]
SIDEBAR = "document.querySelector('.sidebar-drawer').getBoundingClientRect()"
CURRENT = "document.querySelector('.sidebar-tree .current-page > a, .sidebar-brand').textContent.trim()"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_at_a_desk_has_all_pages_beside_it(page: str, browser: Browser, pictures: Path) -> None:
    browser.open(SITE / f"{page}.html", WIDE)
    browser.screenshot(pictures / f"{page.replace('/', '-')}-{WIDE}.png")
    assert_fits(browser)
    assert browser.value(f"{SIDEBAR}.left") >= 0
    assert browser.value(f"{SIDEBAR}.width") > 100
    assert browser.value("document.querySelectorAll('.sidebar-tree a').length") > 40
    assert browser.value(CURRENT)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_on_a_phone_opens_the_list_of_pages(page: str, browser: Browser, pictures: Path) -> None:
    browser.open(SITE / f"{page}.html", NARROW)
    browser.screenshot(pictures / f"{page.replace('/', '-')}-{NARROW}.png")
    assert_fits(browser)
    assert browser.value(f"{SIDEBAR}.right") <= 0, "the list covers the text"
    browser.value("document.querySelector('.sidebar-drawer').style.transition = 'none'")
    browser.value("document.querySelector('label.nav-overlay-icon, label[for=__navigation]').click()")
    assert browser.value(f"{SIDEBAR}.left") >= 0, "the list does not open"
    assert browser.value("document.querySelectorAll('.sidebar-tree a').length") > 40


def test_every_function_of_the_headers_is_in_the_reference() -> None:
    headers = "".join(path.read_text() for path in sorted((ROOT / "include").glob("*.h")))
    code = re.sub(r"/\*.*?\*/", "", headers, flags=re.DOTALL)
    functions = set(re.findall(r"\b(qftp_\w+)\(", code))
    page = (SITE / "docs/api/c.html").read_text()
    entries = set(re.findall(r'id="c\.(\w+)"', page))
    assert len(functions) > 100
    assert functions <= entries, functions - entries


def test_every_name_of_the_package_is_in_the_reference() -> None:
    import qftp

    page = (SITE / "docs/api/python.html").read_text()
    places = set(re.findall(r'id="qftp(?:\.\w+)*?\.(\w+)"', page))
    constants = {name for name in qftp.__all__ if name.isupper() or name == "__version__"}
    assert set(qftp.__all__) - constants <= places, set(qftp.__all__) - constants - places


def test_every_document_is_in_the_list() -> None:
    listed = (SITE / "docs/index.html").read_text()
    for path in [*SITE.glob("docs/*.html"), *SITE.glob("docs/*/*.html")]:
        page = path.relative_to(SITE / "docs").as_posix()
        assert page == "index.html" or f'href="{page}"' in listed, page
