"""Why a triple holds, as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.errors import Message
from kgapp.explain import Explainer
from kgapp.home import Home
from kgapp.queryfile import QueryFile, read_queries
from kgapp.question import LiveSource, Source
from kgapp.tokens import canonical
from kgapp.web.trace.words import say
from kgapp.web.why.argument import Arguing, Node, as_text
from kgapp.web.why.words import Speaker, capital, plain

NOT_THERE = Message(
    "「{said}」とは記録されていません（「ちがう」という意味ではありません）。",
    "“{said}” is not recorded (which is not a “no”).",
)
UNKNOWN = Message(
    "データのどこにも出てこない名前です:", "The data mention this nowhere; check how it is spelt:"
)
BETWEEN = Message("二つの間に記録されているもの:", "Between the two there is:")
UNTRACED = Message(
    "規則による結論と記録されていますが，その道筋はこのデータからたどれません。",
    "It is recorded as a conclusion by rule, but how it follows cannot be traced in these data.",
)
OTHERS = Message("ほかの根拠: {n}", "Other grounds: {n}")
INDENT = "   "
OR_MORE = Message("以上", " or more")


@dataclass(frozen=True)
class Told:
    """What is told of a triple, and whether it is in the data."""

    lines: list[str]
    there: bool


@dataclass(frozen=True)
class _Desk:
    source: Source
    page_queries: Mapping[str, QueryFile]


def lines_of(source: LiveSource, home: Home, triple: ox.Triple, lang: str, several: bool) -> Told:
    """Why a triple holds in what a source serves, in a language; ``several`` as for ``Speaker``."""
    queries = read_queries(home.queries / "pages")
    desk = _Desk(source, queries)
    speaker = Speaker(desk, lang, several)
    explainer = Explainer(source, queries)
    found = explainer.explain(triple)
    stop = "。" if lang == "ja" else "."
    said = plain(capital(speaker.pieces(triple), lang))
    if not found.there:
        lines = [say(NOT_THERE, lang).replace("{said}", said), canonical(triple)]
        near = explainer.near(triple)
        if unknown := explainer.unknown(triple):
            lines += [say(UNKNOWN, lang), *(f"  {term}" for term in unknown)]
        lines += [say(BETWEEN, lang)] if near else []
        return Told([*lines, *(f"  {speaker.sentence(one)}{stop}" for one in near)], False)
    lines = [f"{said}{stop}", canonical(triple)]
    if not found.ways:
        return Told([*lines, say(UNTRACED, lang)], True)
    arguing = Arguing(desk, speaker)
    node = arguing.node(found.ways[0])
    lines += ["", as_text(arguing.in_one_go(node)), "", *_branch(node, lang)]
    if len(found.ways) > 1:
        number = f"{len(found.ways) - 1}{say(OR_MORE, lang) if found.more else ''}"
        lines += ["", say(OTHERS, lang).replace("{n}", number)]
        lines += [f"  {arguing.summary(way)}" for way in found.ways[1:]]
    return Told(lines, True)


def _branch(node: Node, lang: str, depth: int = 0) -> Iterator[str]:
    stop, marks = "。" if lang == "ja" else ".", ", ".join(words for _, words in node.marks)
    indent = INDENT * depth
    yield f"{indent}{'← ' if depth else ''}{plain(node.pieces)}{stop} [{marks}]"
    indent += INDENT
    for claim in node.claims:
        for quote in claim.quotes:
            place = quote.iri.rpartition("/")[2].replace("-", "–")
            yield f"{indent}“{quote.before}【{quote.words}】{quote.after}” {place}"
    if not node.recorded:
        principles = " / ".join(map(plain, node.principles))
        yield f"{indent}({node.derivation.rule.value}: {principles})"
        for premise in node.premises:
            yield from _branch(premise, lang, depth + 1)
