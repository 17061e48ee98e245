"""An emulator for each test, whose line stays as an artefact."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from plans import PLANS

ARTEFACTS = Path(os.environ["ARTEFACTS"])


@pytest.fixture(params=list(PLANS))
def plan(request: pytest.FixtureRequest) -> str:
    """The name of a fault plan: a test that asks for it runs with each."""
    return str(request.param)


@pytest.fixture
def emulate(request: pytest.FixtureRequest, tmp_path: Path, plan: str) -> Iterator[Callable[..., str]]:
    """Starts `qftp emulate` on a line, as `emulate("--unix")` or `emulate("--pty")`, and returns its path."""
    name = request.node.name.replace("[", "-").rstrip("]")
    record = ARTEFACTS / f"{name}.jsonl"
    running = []

    def start(kind: str) -> str:
        line = str(tmp_path / "module")
        rules = [word for rule in PLANS[plan] for word in ("--fault", rule)]
        command = ["qftp", "emulate", "--dialect", "EC25", kind, line, "--record", str(record), *rules]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        for printed in process.stdout:
            if printed.startswith("ready: "):
                return line
        pytest.fail("qftp emulate did not start")

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=30)
    if record.exists():
        shown = subprocess.run(["qftp", "trace", str(record)], check=True, capture_output=True)
        record.with_suffix(".txt").write_bytes(shown.stdout)
