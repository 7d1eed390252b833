"""Renders the project's documents, written in Markdown, as HTML that keeps the pages' rules."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_LABEL = {"ja": "表", "en": "Table"}


def render_markdown(text: str, lang: str) -> str:
    """CommonMark with tables; HTML within it is shown, not passed on."""
    rendered: str = _MARKDOWN.render(text, {"label": _LABEL[lang], "tables": 0})
    return rendered


def _open_table(
    self: RendererHTML,  # noqa: ARG001
    tokens: Sequence[Token],  # noqa: ARG001
    index: int,  # noqa: ARG001
    options: OptionsDict,  # noqa: ARG001
    env: EnvType,
) -> str:
    """A wide table scrolls in a region of its own, which the keyboard reaches."""
    env["tables"] += 1
    label = f"{env['label']} {env['tables']}"
    return f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">\n<table>\n'


def _open_cell(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A cell is aligned by a class: the pages' policy refuses style attributes."""
    attributes: dict[str, str | int | float] = {}
    if tokens[index].attrGet("style") == "text-align:right":
        attributes["class"] = "number"
    return self.renderToken([tokens[index].copy(attrs=attributes)], 0, options, env)


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_MARKDOWN.add_render_rule("table_open", _open_table)
_MARKDOWN.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
_MARKDOWN.add_render_rule("th_open", _open_cell)
_MARKDOWN.add_render_rule("td_open", _open_cell)
