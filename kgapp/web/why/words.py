"""What a triple, a rule and an axiom are in words, in ja and en."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kgapp.errors import Message
from kgapp.explain import Axiom, Derivation, Rule
from kgapp.vocab import ONTOLOGY
from kgapp.web.connections import words as ties
from kgapp.web.frame.links import notation_of
from kgapp.web.frame.thingnames import Desk, name_of
from kgapp.web.frame.wording import expanded
from kgapp.web.trace.words import SECTIONS, say

Piece = tuple[str, str]
"""Words and, where they name a thing, its IRI."""
Pieces = tuple[Piece, ...]
CCR = f"{ONTOLOGY}#"
SENTENCES = {f"{CCR}{name}": words for name, words in ties.SENTENCES.items()} | {
    expanded(name): Message(*words)
    for name, words in {
        "ccr:involves": ("{s}には，{o}が関わる", "{s} involves {o}"),
        "ccr:involvesDirectly": ("{s}には，{o}が直接関わる", "{s} involves {o} directly"),
        "ccr:involvedIn": ("{s}は，{o}に関わる", "{s} is involved in {o}"),
        "ccr:activeInTheme": ("{s}は，{o}で活動する", "{s} is active in {o}"),
        "ccr:addressedBy": ("{s}には，{o}が対応する", "{s} is addressed by {o}"),
        "ccr:continuedIn": ("{s}は，{o}に引き継がれる", "{s} is continued in {o}"),
        "ccr:inferredFrom": (
            "「{s}」という結論は，「{o}」という主張をもとにしている",
            "the conclusion “{s}” rests on the claim “{o}”",
        ),
        "ccr:mode": (
            "「{s}」という主張の根拠の種類は，{o}である",
            "the ground of the claim “{s}” is of the kind “{o}”",
        ),
        "org:hasMember": ("{s}の構成員には，{o}がある", "{s} has the member {o}"),
        "org:transitiveSubOrganizationOf": (
            "{s}は，{o}の下にある組織である",
            "{s} is an organization below {o}",
        ),
        "dcterms:isPartOf": ("「{s}」は，{o}の一部である", "“{s}” is part of {o}"),
        "prov:wasQuotedFrom": ("「{s}」は，{o}の言葉による", "“{s}” rests on the words of {o}"),
        "rdf:type": ("{s}は，「{o}」である", "{s} is of the kind “{o}”"),
        "rdf:subject": ("「{s}」という主張は，{o}についてのものである", "the claim “{s}” is about {o}"),
        "rdf:predicate": ("「{s}」という主張は，「{o}」の関係を言う", "the claim “{s}” says “{o}”"),
        "rdf:object": ("「{s}」という主張の相手は，{o}である", "the claim “{s}” leads to {o}"),
    }.items()
}
"""What each relation says of its subject {s} and its object {o}."""
OTHERWISE = Message("{s}の「{r}」は，{o}である", "{s} has as its “{r}” {o}")
RULES = {
    Rule.SUBCLASS: Message(
        "種類の上下",
        "one kind under another",
    ),
    Rule.SAME_CLASS_1: Message("同じ種類", "kinds that are the same"),
    Rule.SAME_CLASS_2: Message("同じ種類", "kinds that are the same"),
    Rule.DOMAIN: Message(
        "関係をもつものの種類",
        "the kind of what has a relation",
    ),
    Rule.RANGE: Message(
        "関係の相手の種類",
        "the kind of what a relation leads to",
    ),
    Rule.SUBPROPERTY: Message("関係の上下", "one relation under another"),
    Rule.CHAIN: Message("二つの関係の連なり", "one relation after another"),
    Rule.SAME_PROPERTY_1: Message("同じ関係", "relations that are the same"),
    Rule.SAME_PROPERTY_2: Message("同じ関係", "relations that are the same"),
    Rule.INVERSE_1: Message("逆向きの関係", "a relation turned round"),
    Rule.INVERSE_2: Message("逆向きの関係", "a relation turned round"),
    Rule.SYMMETRIC: Message("どちらからも言える関係", "a relation that holds both ways"),
    Rule.TRANSITIVE: Message("続けてたどれる関係", "a relation that reaches on"),
    Rule.CLAIM: Message("結論の記録", "the record of a conclusion"),
    Rule.CLAIM_PREMISE: Message("結論の記録のもと", "what the record of a conclusion rests on"),
    Rule.CLAIM_QUOTE: Message("結論の記録の引用", "the quotes of the record of a conclusion"),
}
"""What each rule is called."""
_SAME_KIND = Message("「{a}」と「{b}」は同じ種類である", "“{a}” and “{b}” are the same kind")
_SAME_RELATION = Message("「{a}」と「{b}」は同じ関係である", "“{a}” and “{b}” are the same relation")
_TURNED = Message(
    "「{a}」と「{b}」は，一つの関係を両側から見たものである",
    "“{a}” and “{b}” are one relation seen from either side",
)
PRINCIPLES = {
    Rule.SUBCLASS: Message(
        "「{a}」はすべて「{b}」である", "whatever is of the kind “{a}” is of the kind “{b}”"
    ),
    Rule.SAME_CLASS_1: _SAME_KIND,
    Rule.SAME_CLASS_2: _SAME_KIND,
    Rule.DOMAIN: Message(
        "「{a}」をもつものは「{b}」である", "whatever has the relation “{a}” is of the kind “{b}”"
    ),
    Rule.RANGE: Message(
        "「{a}」の相手になるものは「{b}」である", "whatever the relation “{a}” leads to is of the kind “{b}”"
    ),
    Rule.SUBPROPERTY: Message(
        "「{a}」であれば「{b}」でもある", "where the relation “{a}” holds, “{b}” holds too"
    ),
    Rule.CHAIN: Message(
        "「{b}」をたどり，続けて「{c}」をたどった先は，「{a}」に当たる",
        "what “{b}” and then “{c}” lead to is what “{a}” leads to",
    ),
    Rule.SAME_PROPERTY_1: _SAME_RELATION,
    Rule.SAME_PROPERTY_2: _SAME_RELATION,
    Rule.INVERSE_1: _TURNED,
    Rule.INVERSE_2: _TURNED,
    Rule.SYMMETRIC: Message("「{a}」は，どちらの側からも成り立つ", "“{a}” holds from either side"),
    Rule.TRANSITIVE: Message(
        "「{a}」を続けて二度たどった先も「{a}」に当たる",
        "what “{a}” leads to in two steps, it leads to in one",
    ),
    Rule.CLAIM: Message(
        "規則による結論は，もとになった主張があれば，推論による主張として記録される",
        "a conclusion by rule that rests on a claim is recorded as an inferred claim",
    ),
    Rule.CLAIM_PREMISE: Message(
        "推論による主張は，結論のもとになったつながりについての主張をもとにする",
        "an inferred claim rests on the claims on the links that its conclusion follows from",
    ),
    Rule.CLAIM_QUOTE: Message(
        "推論による主張は，もとになった主張の引用を引き継ぐ",
        "an inferred claim takes over the quotes of the claims that it rests on",
    ),
}
"""What each rule says, with the terms of its axiom: {a} the first, {b} and {c} those after it."""
SPECIFICATION = "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
THEREFORE = Message("よって，", "Therefore ")
SO = Message("だから，", "So ")
_SLOT = re.compile(r"(\{[a-cos]\})")
_QUOTE = re.compile(r"/quote/(\d+)-(\d+)\Z")
_THEME = re.compile(r"/theme-(\d+)\Z")
_LONGEST = 120
"""Characters of a text that stand in a sentence."""


class Speaker:
    """Says triples and rules in a language; asks each name once."""

    def __init__(self, desk: Desk, lang: str, several: bool = False) -> None:
        """``several`` where the data hold several papers, whose passages are to be told apart."""
        self._desk, self.lang, self._several = desk, lang, several
        self._names: dict[str, str] = {}

    def name(self, iri: str) -> str:
        """What a thing is called: ``テーマ5 方向性1``, a label, what its IRI says of it."""
        if iri not in self._names:
            self._names[iri] = self._passage(iri) or self._labelled(iri)
        return self._names[iri]

    def pieces(self, triple: ox.Triple) -> Pieces:
        """A triple as a sentence, without its full stop."""
        subject, predicate, obj = triple.subject, triple.predicate, triple.object
        told = say(SENTENCES.get(predicate.value, OTHERWISE), self.lang)
        slots = {"{s}": self._term(subject), "{o}": self._term(obj)}
        return self._filled(told.replace("{r}", self.name(predicate.value)), slots)

    def sentence(self, triple: ox.Triple) -> str:
        """The same in one piece."""
        return plain(self.pieces(triple))

    def principle(self, rule: Rule, axiom: Axiom | None) -> Pieces:
        """What a rule says with an axiom, as a sentence without its full stop."""
        terms = (axiom.subject, *axiom.objects) if axiom else ()
        slots = {f"{{{slot}}}": (self.name(term), term) for slot, term in zip("abc", terms, strict=False)}
        return self._filled(say(PRINCIPLES[rule], self.lang), slots)

    def principles(self, step: Derivation) -> list[Pieces]:
        """What the rule of a step says, axiom by axiom."""
        axioms: tuple[Axiom | None, ...] = step.axioms or (None,)
        return [self.principle(step.rule, axiom) for axiom in axioms]

    def _filled(self, told: str, slots: dict[str, Piece]) -> Pieces:
        return tuple(slots.get(part, (part, "")) for part in _SLOT.split(told) if part)

    def _term(self, term: object) -> Piece:
        if isinstance(term, ox.NamedNode):
            return self.name(term.value), term.value
        if isinstance(term, ox.Literal):
            words = " ".join(term.value.split())
            short = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
            return (f"「{short}」" if self.lang == "ja" else f"“{short}”"), ""
        return str(term), ""

    def _passage(self, iri: str) -> str:
        base = self._desk.source.base
        notation = notation_of(iri, base)
        if not notation:
            return ""
        first, second, third = notation.split("-")
        theme, section, ordinal = (second, first, third) if first == "chart" else (first, second, third)
        if section not in SECTIONS:
            return ""
        kind = say(SECTIONS[section], self.lang)
        name = f"テーマ{theme} {kind}{ordinal}" if self.lang == "ja" else f"Theme {theme}, {kind} {ordinal}"
        return f"{name}{self._paper(iri)}"

    def _labelled(self, iri: str) -> str:
        base = self._desk.source.base
        if iri.startswith(f"{base}id/") and (quote := _QUOTE.search(iri)):
            words = "引用" if self.lang == "ja" else "quote"
            return f"{words} {quote[1]}–{quote[2]}{self._paper(iri)}"
        name = name_of(self._desk, iri, self.lang)
        if iri.startswith(f"{base}id/") and (theme := _THEME.search(iri)):
            number = f"テーマ{theme[1]}" if self.lang == "ja" else f"Theme {theme[1]}"
            # Its name is Japanese; where there is no other, its number says which it is.
            named = f" {name}" if self.lang == "ja" else "" if iri.endswith(name) else f": {name}"
            return f"{number}{named}{self._paper(iri)}"
        return name

    def _paper(self, iri: str) -> str:
        parts = iri.removeprefix(f"{self._desk.source.base}id/").split("/")
        return f" [{parts[1]}]" if self._several and len(parts) > 2 else ""


def plain(pieces: Pieces) -> str:
    """Pieces as one text."""
    return "".join(text for text, _ in pieces)


def capital(pieces: Pieces, lang: str) -> Pieces:
    """Pieces as a sentence begins."""
    if lang == "ja" or not pieces:
        return pieces
    (text, iri), *rest = pieces
    return ((text[:1].upper() + text[1:], iri), *rest)
