"""Notebooks among the documents: what a page shows of one (nbformat 4)."""

from __future__ import annotations

import json
import re

_FENCE = re.compile(r"^`{3,}", re.MULTILINE)


def as_markdown(notebook: str) -> str:
    """The cells of a notebook as Markdown, code in fences that nothing inside ends."""
    cells = json.loads(notebook)["cells"]
    return "\n\n".join(_cell(cell["cell_type"], "".join(cell["source"])) for cell in cells) + "\n"


def _cell(kind: str, source: str) -> str:
    if kind == "markdown":
        return source
    fence = "`" * max([3, *(len(found) + 1 for found in _FENCE.findall(source))])
    return f"{fence}python\n{source}\n{fence}"
