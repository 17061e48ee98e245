"""The directive `command-help`: the help of each command of the program, as it prints it."""

from __future__ import annotations

import os
import re
import subprocess
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

WIDTH = "88"


def help_of(*words: str) -> str:
    """Returns what the program prints for `--help`."""
    program = os.environ.get("QFTP_PROGRAM", "qftp")
    environment = {"PATH": os.environ.get("PATH", ""), "COLUMNS": WIDTH, "NO_COLOR": "1"}
    done = subprocess.run([program, *words, "--help"], env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def commands(text: str) -> list[str]:
    """Returns the commands that a help lists."""
    listed = re.search(r"^Commands:\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    if not listed:
        return []
    return [name for name in re.findall(r"^  (\w[\w-]*) ", listed[1], re.MULTILINE) if name != "help"]


class CommandHelp(SphinxDirective):
    """Puts the help of all commands here, a section each."""

    def run(self) -> list[nodes.Node]:
        """Asks the program."""
        out: list[nodes.Node] = []
        for words in self._all(()):
            section = nodes.section(ids=[nodes.make_id("-".join(("qftp", *words)))])
            title = " ".join(("qftp", *words))
            section += nodes.title(title, title)
            text = help_of(*words)
            section += nodes.literal_block(text, text, language="none")
            out.append(section)
        return out

    def _all(self, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Returns a command and those below it."""
        below = [deeper for name in commands(help_of(*words)) for deeper in self._all((*words, name))]
        return [words, *below]


def setup(app: Any) -> dict[str, bool]:
    """Registers the directive."""
    app.add_directive("command-help", CommandHelp)
    return {"parallel_read_safe": True}
