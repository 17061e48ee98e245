"""What an import costs: 50 ms at most are the package's own."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys

LIMIT_MS = 50
RUNS = 9


def imported(statement: str) -> float:
    """Milliseconds that Python's imports took, its own and those of a statement."""
    run = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", "-c", statement], capture_output=True, text=True, check=True
    )
    own = re.findall(r"import time: +(\d+) \|", run.stderr)
    return sum(map(int, own)) / 1000


def test_an_import_takes_less_than_50_ms() -> None:
    imported("import qftp")  # compiles it, the first time
    bare = statistics.median(imported("pass") for _ in range(RUNS))
    whole = statistics.median(imported("import qftp") for _ in range(RUNS))
    assert whole - bare < LIMIT_MS
