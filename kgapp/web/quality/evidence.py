"""What a triple rests on: the graphs that hold it, its claims with their quotes, its premises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.errors import Message
from kgapp.question import Term
from kgapp.vocab import ONTOLOGY
from kgapp.web.frame.thingnames import Desk

MODES = {
    "stated": Message("原文どおり", "Stated in the paper"),
    "interpreted": Message("読み取り", "A person's reading"),
    "inferred": Message("推論", "Inferred by a rule"),
}
OUTCOMES = {
    "supported": Message("支持した", "found it supported"),
    "notSupported": Message("支持しなかった", "did not find it supported"),
    "contradicted": Message("矛盾すると答えた", "found it contradicted"),
}
GRAPHS = {
    "asserted": Message("資料から記録したもの", "recorded from the paper"),
    "claims": Message("根拠と引用の記録", "the record of grounds and quotes"),
    "source": Message("抽出テキストとその区分", "the extracted text and its parts"),
    "inferred": Message("規則から結論したもの", "concluded by rules"),
    "register": Message("市町村の登録簿", "the city's register"),
    "external": Message("資料の外の知識", "knowledge from outside the paper"),
    "dataset": Message("データセットの説明", "the description of the dataset"),
    "ontology": Message("語彙", "the vocabulary"),
}
OF_REGISTER = ("register", "external")


@dataclass(frozen=True)
class Quote:
    """Words of a source text with their offsets (0-based code points, end excluded)."""

    words: str
    start: int
    end: int
    source: str


@dataclass(frozen=True)
class Premise:
    """A claim from which another was concluded."""

    claim: str
    subject: str
    relation: str
    object: Term


@dataclass(frozen=True)
class Ground:
    """One claim on a triple: on what ground it stands, and the words for it."""

    claim: str
    mode: str
    rationale: str
    outcome: str
    quotes: tuple[Quote, ...]
    premises: tuple[Premise, ...]


@dataclass(frozen=True)
class Evidence:
    """Everything that a triple rests on."""

    graphs: tuple[str, ...]
    """The last words of the graphs' names (``asserted`` …), as in ``GRAPHS``."""
    grounds: tuple[Ground, ...]
    text: str
    """The whole wording of the subject, where it is a passage."""
    object_text: str
    """That of the object, where that is a passage."""
    own: tuple[Quote, ...]
    """The quotes of the subject itself."""
    notes: dict[str, tuple[str, ...]]
    """By language, what the register notes of the subject."""
    definition: dict[str, str]
    """By language, the definition of the relation."""


def graphs_of(desk: Desk, triple: ox.Triple) -> tuple[str, ...]:
    """The graphs that hold a triple; none where it is not in the data."""
    rows = _ask(desk, "wrong-triple", {"s": triple.subject, "p": triple.predicate, "o": triple.object})
    return tuple(dict.fromkeys(kind_of_graph(_text(row["graph"])) for row in rows))


def kind_of_graph(graph: str) -> str:
    """The last word of a graph's name, as in ``GRAPHS``."""
    return "ontology" if graph == str(ONTOLOGY) else graph.rpartition("/")[2]


def objects_of(desk: Desk, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[Term]:
    """Every object of a subject by a relation."""
    rows = _ask(desk, "wrong-objects", {"s": subject, "p": predicate})
    found = [row["object"] for row in rows]
    return [term for term in found if isinstance(term, ox.NamedNode | ox.Literal)]


def evidence_of(desk: Desk, triple: ox.Triple, graphs: tuple[str, ...]) -> Evidence:
    """What a triple that is in the data rests on."""
    subject, predicate = triple.subject, triple.predicate
    about = _words(desk, subject)
    return Evidence(
        graphs=graphs,
        grounds=_grounds(desk, triple),
        text=_wording(about),
        object_text=_wording(_words(desk, triple.object)) if isinstance(triple.object, ox.NamedNode) else "",
        own=tuple(dict.fromkeys(_quote(row, "words") for row in about if _text(row["kind"]) == "quote")),
        notes=_by_language(row["words"] for row in about if _text(row["kind"]) == "note"),
        definition={
            language: words[0]
            for language, words in _by_language(
                row["words"] for row in _words(desk, predicate) if _text(row["kind"]) == "definition"
            ).items()
        },
    )


def _grounds(desk: Desk, triple: ox.Triple) -> tuple[Ground, ...]:
    terms = {"s": triple.subject, "p": triple.predicate, "o": triple.object}
    rows: dict[tuple[str, str], list[ox.QuerySolution]] = {}
    for row in _ask(desk, "wrong-claims", terms):
        rows.setdefault((_text(row["claim"]), _text(row["mode"])), []).append(row)
    return tuple(
        Ground(
            claim=claim,
            mode=_end(mode),
            rationale=next((_text(row["rationale"]) for row in own if row["rationale"]), ""),
            outcome=next((_end(_text(row["outcome"])) for row in own if row["outcome"]), ""),
            quotes=tuple(dict.fromkeys(_quote(row, "exact") for row in own if row["exact"])),
            premises=_premises(desk, claim),
        )
        for (claim, mode), own in rows.items()
    )


def _premises(desk: Desk, claim: str) -> tuple[Premise, ...]:
    found = []
    for row in _ask(desk, "wrong-premises", {"claim": ox.NamedNode(claim)}):
        obj = row["object"]
        assert isinstance(obj, ox.NamedNode | ox.Literal)
        ends = [_text(row[name]) for name in ("premise", "subject", "relation")]
        found.append(Premise(ends[0], ends[1], ends[2], obj))
    return tuple(found)


def _wording(about: Iterable[ox.QuerySolution]) -> str:
    return next((_text(row["words"]) for row in about if _text(row["kind"]) == "text"), "")


def _words(desk: Desk, thing: object) -> list[ox.QuerySolution]:
    return _ask(desk, "wrong-words", {"thing": thing})


def _ask(desk: Desk, name: str, terms: Mapping[str, object]) -> list[ox.QuerySolution]:
    bound = {key: term for key, term in terms.items() if isinstance(term, ox.NamedNode | ox.Literal)}
    assert len(bound) == len(terms)
    results = desk.source.query(desk.page_queries[name].text, bound)
    assert isinstance(results, ox.QuerySolutions)
    return list(results)


def _by_language(terms: Iterable[object]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for term in terms:
        if isinstance(term, ox.Literal):
            found[term.language or ""] = (*found.get(term.language or "", ()), term.value)
    return found


def _quote(row: ox.QuerySolution, words: str) -> Quote:
    return Quote(_text(row[words]), int(_text(row["start"])), int(_text(row["end"])), _text(row["source"]))


def _end(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""
