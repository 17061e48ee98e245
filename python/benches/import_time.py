"""Prints how long `import qftp` takes, beyond what a bare interpreter imports: median of nine, in milliseconds."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys

RUNS = 9


def imported(statement: str) -> float:
    """Milliseconds that Python's imports took, its own and those of a statement."""
    run = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", "-c", statement], capture_output=True, text=True, check=True
    )
    own = re.findall(r"import time: +(\d+) \|", run.stderr)
    return sum(map(int, own)) / 1000


def main() -> None:
    """Measures and prints."""
    imported("import qftp")  # compiles it, the first time
    bare = statistics.median(imported("pass") for _ in range(RUNS))
    whole = statistics.median(imported("import qftp") for _ in range(RUNS))
    print(f"import qftp: {whole - bare:.1f} ms; we aim at less than 30 ms")


if __name__ == "__main__":
    main()
