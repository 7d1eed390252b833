"""Notebooks among the documents: what a page shows of one (nbformat 4)."""

from __future__ import annotations

import json
import re

LOCAL = "http://127.0.0.1:8000"
"""The server that a notebook asks as it lies in the project."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-:\[\]]+(/[A-Za-z0-9._~/-]*)?")
"""An address that is the same in JSON, in Python and in Markdown; what a client calls a host can be more."""
_FENCE = re.compile(r"^`{3,}", re.MULTILINE)


def addressed(notebook: str, site: str) -> str:
    """A notebook that asks the server it was saved from."""
    return notebook.replace(LOCAL, site.rstrip("/")) if _ADDRESS.fullmatch(site) else notebook


def as_markdown(notebook: str) -> str:
    """The cells of a notebook as Markdown, code in fences that nothing inside ends."""
    cells = json.loads(notebook)["cells"]
    return "\n\n".join(_cell(cell["cell_type"], "".join(cell["source"])) for cell in cells) + "\n"


def _cell(kind: str, source: str) -> str:
    if kind == "markdown":
        return source
    fence = "`" * max([3, *(len(found) + 1 for found in _FENCE.findall(source))])
    return f"{fence}python\n{source}\n{fence}"
