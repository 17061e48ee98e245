"""The package itself: no code names a dialect, and its files do not import each other in a circle."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import qftp
from qftp import _native, option_words

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(qftp.__file__).parent
FILES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in ROOT.rglob("*.py")
}


def test_no_code_names_a_dialect() -> None:
    assert "qftp.ftplib.control" in FILES
    for name, path in FILES.items():
        if name == "qftp.option_words":  # for type checkers alone
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in qftp.DIALECTS, f"{name} line {node.lineno}"


def test_the_words_of_options_are_those_of_the_tables() -> None:
    assert get_args(option_words.DialectName) == qftp.DIALECTS
    assert list(get_args(option_words.ErrorKind)) == [name for name, _, _ in _native.error_kinds()]


def imported(name: str) -> Iterator[str]:
    """Yields the modules of the package that a file imports; a name in a module counts as the module."""
    for node in ast.walk(ast.parse(FILES[name].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in FILES:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner != "qftp._native":
                    yield inner if inner in FILES else node.module


def test_no_file_imports_itself_through_others() -> None:
    uses = {name: set(imported(name)) for name in FILES}
    assert "qftp.client" in uses["qftp"]
    while True:
        free = {name for name, wanted in uses.items() if not wanted}
        if not free:
            break
        uses = {name: wanted - free for name, wanted in uses.items() if name not in free}
    assert not uses
