"""Sphinx: the site, made of the documents of the repository as they are. `make site` builds it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

project = "libqftp"
copyright = "the authors of libqftp"  # noqa: A001 - the name is Sphinx's
version_line = re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
release = version_line[1] if version_line else "unknown"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "c_header",
    "command_help",
    "repository_links",
]

# The source is the repository, so that links between its documents hold in both places.
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "python/README.md",
    "bench/NOTES.md",
]
exclude_patterns = ["target", ".cache", ".git", "docs/README.md", "docs/site/**"]
source_suffix = {".md": "markdown"}

# Links lead to headings by the names that they have on a forge.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]
# Console sessions have output in any form. Classes of qftp and qftp.aio have the same names, by intent.
suppress_warnings = ["misc.highlighting_failure", "ref.python"]
highlight_language = "none"
smartquotes = False

# The docstrings are plain text in Google's form.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
autodoc_default_options = {"members": True, "inherited-members": "OSError, Sequence, FTP"}
add_module_names = False
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = f"libqftp {release}"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_theme_options = {"navigation_with_keys": True}


def add_the_rest(_app: Any, docname: str, source: list[str]) -> None:
    """Adds the documents that no list of the first page names, so that a new one is found without an edit."""
    if docname != root_doc:
        return
    listed = set(re.findall(r"^[\w./-]+$", source[0], re.MULTILINE))
    rest = [path.stem for path in sorted((ROOT / "docs").glob("*.md")) if path.stem not in {"README", "index", *listed}]
    if rest:
        source[0] += "\n".join(["", "```{toctree}", ":hidden:", ":caption: More", "", *rest, "```", ""])


def mark_examples(_app: Any, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    """Makes the indented examples of docstrings code."""
    before = list(lines)
    lines.clear()
    inside = False
    for number, line in enumerate(before):
        if not line.startswith("    ") and line:
            inside = False
        elif line and not inside and number > 0 and not before[number - 1]:
            lines += [".. code-block:: python", ""]
            inside = True
        lines.append(line)


def setup(app: Any) -> None:
    """Listens to the first page, and to docstrings before Napoleon reads them."""
    app.connect("source-read", add_the_rest)
    app.connect("autodoc-process-docstring", mark_examples, priority=400)
