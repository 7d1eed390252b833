"""A derivation as an argument that people read: step by step with the words that each premise rests on,
and in one go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.errors import Message
from kgapp.explain import Derivation, Rule
from kgapp.web.frame.thingnames import Desk
from kgapp.web.quality.evidence import (
    GRAPHS,
    Evidence,
    Ground,
    Quote,
    evidence_of,
    kind_of_graph,
)
from kgapp.web.trace.trace import joined
from kgapp.web.trace.words import MODES, say
from kgapp.web.why.words import RULES, SO, THEREFORE, Pieces, Speaker, capital, plain


@dataclass(frozen=True)
class Quoted:
    """Words of a paper, marked in the wording of the passage that they stand in."""

    before: str
    words: str
    after: str
    passage: str
    """The IRI of that passage; empty where the words stand by themselves."""
    iri: str
    start: int
    end: int


@dataclass(frozen=True)
class Claimed:
    """A claim on a recorded premise: its IRI, its ground and its words."""

    ground: Ground
    mode: str
    """In words."""
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True)
class Node:
    """A sentence of the argument, with what it rests on: premises by a rule, or what was recorded."""

    derivation: Derivation
    pieces: Pieces
    """The sentence as it begins, without its full stop."""
    inner: Pieces
    """The same behind other words."""
    marks: list[tuple[str, str]]
    """The kinds of its grounds, each as a name (``stated``) and in words."""
    rule: str
    """What the rule is called; empty for what was recorded."""
    principles: list[Pieces]
    premises: list[Node]
    claims: list[Claimed]
    notes: tuple[str, ...]
    """What the register notes of its subject."""
    own: tuple[Quoted, ...]
    """The words of its subject, where no claim names any."""

    @property
    def recorded(self) -> bool:
        """Whether it is no conclusion."""
        return not self.rule

    @property
    def quotes(self) -> Iterator[Quoted]:
        """The words that it rests on, down to the last premise."""
        for claim in self.claims:
            yield from claim.quotes
        yield from self.own
        for premise in self.premises:
            yield from premise.quotes


class Arguing:
    """Makes arguments of derivations, in the words of a speaker."""

    def __init__(self, desk: Desk, speaker: Speaker) -> None:
        self._desk, self._speaker, self._lang = desk, speaker, speaker.lang
        self._nodes: dict[ox.Triple, Node] = {}

    def node(self, derivation: Derivation) -> Node:
        """The argument for a derivation."""
        if derivation.rule is Rule.RECORDED:
            if derivation.conclusion not in self._nodes:
                self._nodes[derivation.conclusion] = self._leaf(derivation)
            return self._nodes[derivation.conclusion]
        said = self._speaker.pieces(derivation.conclusion)
        return Node(
            derivation,
            capital(said, self._lang),
            said,
            [("inferred", say(MODES["inferred"], self._lang))],
            say(RULES[derivation.rule], self._lang),
            [capital(principle, self._lang) for principle in self._speaker.principles(derivation)],
            [self.node(premise) for premise in derivation.premises],
            [],
            (),
            (),
        )

    def in_one_go(self, node: Node) -> list[Pieces]:
        """The sentences of an argument in the order in which they follow: what was recorded, what a rule
        says, what follows. None is said twice."""
        return list(dict.fromkeys(self._sentences(node, True)))

    def _sentences(self, node: Node, last: bool) -> Iterator[Pieces]:
        stop, comma = ("。", "，") if self._lang == "ja" else (". ", ", ")
        if node.recorded:
            marks = comma.join(words for _, words in node.marks)
            said = f"（{marks}）" if self._lang == "ja" else f" ({marks})"
            yield (*node.pieces, (f"{said}{stop}", ""))
            return
        for premise in node.premises:
            yield from self._sentences(premise, False)
        for principle in node.principles:
            yield (*principle, (stop, ""))
        yield ((say(THEREFORE if last else SO, self._lang), ""), *node.inner, (stop, ""))

    def summary(self, derivation: Derivation) -> str:
        """What a derivation ends in, in one line."""
        return " ＋ ".join(self._speaker.sentence(leaf.conclusion) for leaf in derivation.leaves)

    def _leaf(self, derivation: Derivation) -> Node:
        triple = derivation.conclusion
        kinds = tuple(dict.fromkeys(map(kind_of_graph, derivation.graphs)))
        evidence = evidence_of(self._desk, triple, kinds)
        claims = [
            Claimed(
                ground,
                say(MODES.get(ground.mode, Message(ground.mode, ground.mode)), self._lang),
                tuple(self._quoted(triple, evidence, quote) for quote in ground.quotes),
            )
            for ground in evidence.grounds
        ]
        marks = dict.fromkeys((claim.ground.mode, claim.mode) for claim in claims)
        if not marks:
            kept = [kind for kind in kinds if kind != "inferred"]
            marks = dict.fromkeys(
                (kind, say(GRAPHS.get(kind, Message(kind, kind)), self._lang)) for kind in kept
            )
        said = self._speaker.pieces(triple)
        return Node(
            derivation,
            capital(said, self._lang),
            said,
            list(marks),
            "",
            [],
            [],
            claims,
            evidence.notes.get(self._lang, ()),
            () if claims else tuple(_unmarked(triple, quote) for quote in evidence.own),
        )

    def _quoted(self, triple: ox.Triple, evidence: Evidence, quote: Quote) -> Quoted:
        """The quote in the passage of its subject, or of its object where the words stand there once."""
        iri = _quote(quote)
        for own in evidence.own:
            if own.source == quote.source and own.start <= quote.start and quote.end <= own.end:
                start, end = quote.start - own.start, quote.end - own.start
                parts = (own.words[:start], own.words[start:end], own.words[end:])
                before, words, after = map(joined, parts)
                return Quoted(before, words, after, _iri(triple.subject), iri, quote.start, quote.end)
        words = joined(quote.words)
        if evidence.object_text.count(words) == 1:
            before, _, after = evidence.object_text.partition(words)
            return Quoted(before, words, after, _iri(triple.object), iri, quote.start, quote.end)
        return Quoted("", words, "", "", iri, quote.start, quote.end)


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _unmarked(triple: ox.Triple, quote: Quote) -> Quoted:
    """The wording of the subject, of which no words say the triple by themselves."""
    return Quoted(joined(quote.words), "", "", _iri(triple.subject), _quote(quote), quote.start, quote.end)


def _quote(quote: Quote) -> str:
    """The IRI of a quote (MODEL.md, "IRIs")."""
    return f"{quote.source.removesuffix('/source')}/quote/{quote.start}-{quote.end}"


def as_text(sentences: list[Pieces]) -> str:
    """Sentences as one paragraph."""
    return "".join(map(plain, sentences)).strip()
