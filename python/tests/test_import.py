"""The cost of an import: nothing but the native part. The rest of the package comes when it is used.

`benches/import_time.py` says it in milliseconds.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

import qftp

CHEAP = "import __future__, importlib"
"""Modules that may come along, with all their imports."""

CHEAP_TO_CONNECT = "import __future__, contextlib, errno, importlib, signal, typing, weakref"
"""The same for a program that has connected."""

OWN_BUT_LATE = {
    "qftp.aio",
    "qftp.ftplib",
    "qftp.lab",
    "qftp.trace.files",
    "qftp.trace.html",
    "qftp.trace.timeline",
    "qftp.trace.waterfall",
}
"""Parts of the package that wait until they are used, by a program that has connected."""


def loaded(statement: str) -> set[str]:
    """The modules that a fresh interpreter has after a statement."""
    script = f"{statement}; import sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


CONNECT = "import qftp; qftp.connect('emulator://ec2x').close()"


def test_an_import_brings_the_native_part_alone() -> None:
    assert loaded("import qftp") - loaded(CHEAP) == {"qftp", "qftp._native"}


def test_a_connection_brings_nothing_expensive() -> None:
    foreign = {name for name in loaded(CONNECT) - loaded(CHEAP_TO_CONNECT) if name.split(".")[0] != "qftp"}
    assert foreign == set()
    assert OWN_BUT_LATE & loaded(CONNECT) == set()


def test_every_name_of_the_package_is_there() -> None:
    assert [name for name in qftp.__all__ if not hasattr(qftp, name)] == []
    assert set(qftp.__all__) <= set(dir(qftp))
    with pytest.raises(AttributeError, match="module 'qftp' has no attribute 'Klient'"):
        _ = qftp.Klient  # type: ignore[attr-defined]


def test_what_is_seldom_used_exists() -> None:
    assert loaded("import " + ", ".join(sorted(OWN_BUT_LATE))) >= OWN_BUT_LATE
