"""An argument as RDF: statements (RDF 1.1 Schema, 5.3) that are entities of PROV-O, derived from each
other by activities that used axioms; and as JSON.

Every IRI made here is a fragment of the document that tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kgapp.explain import Axiom, Explanation, Rule
from kgapp.question import Term
from kgapp.results import PREFIXES
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE
from kgapp.vocab import ONTOLOGY
from kgapp.web.why.argument import Node
from kgapp.web.why.words import SPECIFICATION, Speaker, plain

RDF, PROV, DCTERMS = PREFIXES["rdf"], PREFIXES["prov"], PREFIXES["dcterms"]
FOAF = "http://xmlns.com/foaf/0.1/"
OWN_PREFIXES = {**PREFIXES, "foaf": FOAF, "owl": "http://www.w3.org/2002/07/owl#",
                "org": "http://www.w3.org/ns/org#", "schema": "https://schema.org/"}  # fmt: skip
CHAIN = "http://www.w3.org/2002/07/owl#propertyChainAxiom"


class Telling:
    """Writes one argument as the document of an IRI."""

    def __init__(self, document: str, speakers: dict[str, Speaker]) -> None:
        self._document, self._speakers = document, speakers
        self._quads: list[ox.Quad] = []
        self._statements: dict[ox.Triple, str] = {}
        self._axioms: dict[Axiom, str] = {}
        self._steps = 0

    def quads(self, node: Node, dataset: str) -> list[ox.Quad]:
        """All of it, the document itself first; ``dataset`` is the IRI of the dataset that it is of, empty
        where other data are served, of whose rights nothing is known."""
        self._say(self._document, f"{RDF}type", ox.NamedNode(f"{FOAF}Document"))
        if dataset:
            self._rights(dataset)
        topic = self._statement(node)
        self._say(self._document, f"{FOAF}primaryTopic", ox.NamedNode(topic))
        return self._quads

    def _rights(self, dataset: str) -> None:
        self._say(self._document, f"{PREFIXES['void']}inDataset", ox.NamedNode(dataset))
        self._say(self._document, f"{DCTERMS}license", ox.NamedNode(str(LICENSE)))
        for lang in ("ja", "en"):
            rights = f"{DISCLAIMER[lang]}{'' if lang == 'ja' else ' '}{DATASET_RIGHTS[lang]}"
            self._say(self._document, f"{DCTERMS}rights", ox.Literal(rights, language=lang))

    def _statement(self, node: Node) -> str:
        triple = node.derivation.conclusion
        if triple in self._statements:
            return self._statements[triple]
        iri = f"{self._document}#statement-{len(self._statements) + 1}"
        self._statements[triple] = iri
        self._reify(iri, triple.subject, triple.predicate, triple.object)
        for lang, speaker in self._speakers.items():
            self._say(iri, f"{PREFIXES['rdfs']}label", ox.Literal(speaker.sentence(triple), language=lang))
        for graph in node.derivation.graphs:
            self._say(iri, f"{DCTERMS}isPartOf", ox.NamedNode(graph))
        for claim in node.claims:
            self._say(iri, f"{PROV}wasDerivedFrom", ox.NamedNode(claim.ground.claim))
        for iri_of_quote in dict.fromkeys(quote.iri for claim in node.claims for quote in claim.quotes):
            self._say(iri, f"{PROV}wasQuotedFrom", ox.NamedNode(iri_of_quote))
        if not node.recorded:
            self._step(iri, node)
        return iri

    def _step(self, conclusion: str, node: Node) -> None:
        """The application of a rule that gave a statement: what it used, and by which rule."""
        self._steps += 1
        iri, rule = f"{self._document}#step-{self._steps}", node.derivation.rule
        self._say(iri, f"{RDF}type", ox.NamedNode(f"{PROV}Activity"))
        self._say(iri, f"{DCTERMS}identifier", ox.Literal(rule.value))
        if rule.is_owl:
            self._say(iri, f"{DCTERMS}conformsTo", ox.NamedNode(SPECIFICATION))
        for lang, speaker in self._speakers.items():
            said = "; ".join(map(plain, speaker.principles(node.derivation)))
            self._say(iri, f"{PREFIXES['rdfs']}label", ox.Literal(said, language=lang))
        self._say(conclusion, f"{PROV}wasGeneratedBy", ox.NamedNode(iri))
        used = [self._statement(premise) for premise in node.premises]
        used += [self._axiom(node.derivation.rule, axiom) for axiom in node.derivation.axioms]
        for source in used:
            self._say(iri, f"{PROV}used", ox.NamedNode(source))
            self._say(conclusion, f"{PROV}wasDerivedFrom", ox.NamedNode(source))

    def _axiom(self, rule: Rule, axiom: Axiom) -> str:
        if axiom in self._axioms:
            return self._axioms[axiom]
        iri = f"{self._document}#axiom-{len(self._axioms) + 1}"
        self._axioms[axiom] = iri
        members = [ox.NamedNode(member) for member in axiom.objects]
        obj = self._list(members) if axiom.property == CHAIN else members[0]
        self._reify(iri, ox.NamedNode(axiom.subject), ox.NamedNode(axiom.property), obj)
        self._say(iri, f"{DCTERMS}isPartOf", ox.NamedNode(str(ONTOLOGY)))
        for lang, speaker in self._speakers.items():
            said = plain(speaker.principle(rule, axiom))
            self._say(iri, f"{PREFIXES['rdfs']}label", ox.Literal(said, language=lang))
        return iri

    def _list(self, members: list[ox.NamedNode]) -> ox.NamedNode | ox.BlankNode:
        head: ox.NamedNode | ox.BlankNode = ox.NamedNode(f"{RDF}nil")
        for place, member in reversed(list(enumerate(members))):
            # Numbered, so that the same document has the same bytes.
            node = ox.BlankNode(f"list{len(self._axioms)}x{place}")
            self._quads.append(ox.Quad(node, ox.NamedNode(f"{RDF}first"), member))
            self._quads.append(ox.Quad(node, ox.NamedNode(f"{RDF}rest"), head))
            head = node
        return head

    def _reify(self, iri: str, *terms: Any) -> None:
        # Its types stand together: JSON-LD would tell of it in two pieces.
        for kind in (f"{RDF}Statement", f"{PROV}Entity"):
            self._say(iri, f"{RDF}type", ox.NamedNode(kind))
        for part, term in zip(("subject", "predicate", "object"), terms, strict=True):
            self._say(iri, f"{RDF}{part}", term)

    def _say(self, subject: str, property_: str, value: Term | ox.BlankNode) -> None:
        self._quads.append(ox.Quad(ox.NamedNode(subject), ox.NamedNode(property_), value))


def as_tree(explanation: Explanation, way: int, node: Node | None, speakers: dict[str, Speaker]) -> Any:
    """An explanation as JSON: the triple, whether it was recorded, how many ways there are, and the
    argument of one of them, premise by premise."""
    return {
        "statement": _statement(explanation.triple, speakers),
        "recorded": explanation.recorded,
        "graphs": list(explanation.graphs),
        "ways": len(explanation.ways),
        "more": explanation.more,
        "way": way,
        "derivation": _branch(node, speakers) if node else None,
    }


def _branch(node: Node, speakers: dict[str, Speaker]) -> dict[str, Any]:
    derivation = node.derivation
    told: dict[str, Any] = {**_statement(derivation.conclusion, speakers), "graphs": list(derivation.graphs)}
    if node.recorded:
        return told | {"rule": None, "claims": list(_claims(node))}
    return told | {
        "rule": derivation.rule.value,
        "axioms": [
            {"subject": axiom.subject, "property": axiom.property, "objects": list(axiom.objects)}
            for axiom in derivation.axioms
        ],
        "says": {
            lang: "; ".join(map(plain, speaker.principles(derivation))) for lang, speaker in speakers.items()
        },
        "premises": [_branch(premise, speakers) for premise in node.premises],
    }


def _claims(node: Node) -> Iterator[dict[str, Any]]:
    for claim in node.claims:
        yield {
            "claim": claim.ground.claim,
            "mode": claim.ground.mode,
            "rationale": claim.ground.rationale or None,
            "quotes": [
                {"quote": quote.iri, "words": quote.words, "start": quote.start, "end": quote.end}
                for quote in claim.quotes
            ],
        }


def _statement(triple: ox.Triple, speakers: dict[str, Speaker]) -> dict[str, Any]:
    obj = triple.object
    value: Any = obj.value if isinstance(obj, ox.NamedNode) else {"literal": str(obj)}
    ends = {"subject": _value(triple.subject), "predicate": triple.predicate.value, "object": value}
    return ends | {"words": {lang: speaker.sentence(triple) for lang, speaker in speakers.items()}}


def _value(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
