"""The browser of the tests, and where the pictures go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of the run."""
    with Browser() as started:
        yield started


@pytest.fixture(scope="session")
def pictures() -> Path:
    """The folder of screenshots, kept to be looked at."""
    folder = ROOT / "target/site/screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
