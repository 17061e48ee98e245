"""The cost of an import: nothing but the package itself and a few small modules of the standard library.

`benches/import_time.py` says it in milliseconds.
"""

from __future__ import annotations

import subprocess
import sys

CHEAP = "import __future__, contextlib, errno, importlib, pathlib, typing, weakref"
"""Modules that may come along, with all their imports."""

OWN_BUT_LATE = {"qftp.aio", "qftp.ftplib", "qftp.trace.html", "qftp.trace.timeline"}
"""Parts of the package that wait until they are used."""


def loaded(statement: str) -> set[str]:
    """The modules that a fresh interpreter has after a statement."""
    script = f"{statement}; import sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_an_import_brings_nothing_expensive() -> None:
    foreign = {name for name in loaded("import qftp") - loaded(CHEAP) if name.split(".")[0] != "qftp"}
    assert foreign == set()


def test_an_import_leaves_out_what_is_seldom_used() -> None:
    assert OWN_BUT_LATE & loaded("import qftp") == set()


def test_what_is_seldom_used_exists() -> None:
    assert loaded("import " + ", ".join(sorted(OWN_BUT_LATE))) >= OWN_BUT_LATE
