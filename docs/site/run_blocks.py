"""Runs the examples of documents as a reader does: the `sh` blocks of each document, in order, in one empty folder.

    run_blocks.py DOCUMENT|FOLDER...

A block of C or Python stands in the file that the line above it names. A document has a network of its own, so that
ports are free, and what it starts ends with it. After a line that ends with `&` the run waits for `ready:`, as a reader
does. Examples that need a module or root are `console` blocks, which are not run.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`([\w.]+)`:\n\n$")
NETWORK = ["unshare", "--net", "--"]
SECONDS = 120  # a document that hangs is a failure


def blocks(text: str) -> tuple[str, dict[str, str]]:
    """Returns the script of a document, and the files that its blocks are."""
    script, files = [], {}
    for fence in FENCE.finditer(text):
        language, block = fence.groups()
        if language == "sh":
            script.append(block)
        elif name := NAMED.search(text[: fence.start()]):
            files[name[1]] = block
    return "".join(script), files


def with_pauses(script: str) -> str:
    """Adds a wait behind each line that starts a program in the background."""
    lines = []
    for line in script.splitlines():
        lines.append(line)
        if line.endswith(" &"):
            started = sum(one.endswith(" &") for one in lines)
            lines.append(f'until [ "$(grep -c "^ready:" "$BLOCKS_OUTPUT")" -ge {started} ]; do sleep 0.02; done')
    return "\n".join(lines)


def run(document: Path) -> str | None:
    """Runs a document; returns what went wrong."""
    script, files = blocks(document.read_text())
    with tempfile.TemporaryDirectory(prefix="qftp-blocks-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text)
        # The profile of a user must not decide what an example does.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QFTP_")}
        with tempfile.NamedTemporaryFile("w+") as told:
            process = subprocess.Popen(
                [*NETWORK, "bash", "-euo", "pipefail", "-c", f"ip link set lo up\nset -x\n{with_pauses(script)}"],
                cwd=folder,
                env={**kept, "HOME": folder, "XDG_CONFIG_HOME": folder, "BLOCKS_OUTPUT": told.name},
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(SECONDS)
            code = process.returncode
            end_group(process)
            told.seek(0)
            return None if code == 0 else f"{document}: exit code {code}\n{told.read()}"


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends what a shell started, and waits until all of it is gone."""
    for _ in range(500):
        process.poll()
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def found(path: Path) -> list[Path]:
    """Returns a document, or those of a folder."""
    return sorted(path.glob("*.md")) if path.is_dir() else [path]


def main(documents: list[str]) -> int:
    """Runs all documents that have examples."""
    probe = subprocess.run([*NETWORK, "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        print(f"documents: NOT RUN: the examples, which need a network of their own: {probe.stderr.strip()}")
        return 0
    paths = [path for name in documents for path in found(Path(name))]
    having = [path for path in paths if "\n```sh\n" in path.read_text()]
    wrong = [problem for path in having if (problem := run(path))]
    print("\n".join(wrong) if wrong else f"documents: the examples of {len(having)} run")
    return 1 if wrong or not having else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
