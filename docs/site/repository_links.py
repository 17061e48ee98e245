"""Links to what is in the repository and no page of the site: they become words.

Files that are no documents are copied beside the page, by MyST itself. A link that leads nowhere stays a warning, which
fails the build.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

ROOT = Path(__file__).parents[2]


class RepositoryLinks(SphinxPostTransform):
    """Replaces a link to a folder, or to a document that the site leaves out, by its text."""

    default_priority = 5  # before MyST looks for the page

    def run(self, **_: Any) -> None:
        """Looks at each link of a page."""
        for node in list(self.document.findall(addnodes.pending_xref)):
            target = str(node.get("reftarget", "")).split("#")[0]
            if node.get("reftype") != "myst" or not target:
                continue
            if self._is_left_out(node, target):
                node.replace_self(nodes.inline("", "", *node.children))

    def _is_left_out(self, node: addnodes.pending_xref, target: str) -> bool:
        """Tells whether the repository has the target and the site has not."""
        if node.get("refdomain") == "doc":
            # The name of a document, from the root on, without its ending.
            return target not in self.env.all_docs and (ROOT / f"{target}.md").exists()
        return ((ROOT / self.env.docname).parent / target).is_dir()


def setup(app: Any) -> dict[str, bool]:
    """Registers the transform."""
    app.add_post_transform(RepositoryLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
