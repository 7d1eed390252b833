"""Queries broken in known ways, and queries that are right and find nothing: seeded, so always the same.

What is broken and what is right is known from how each was made; which combinations are not recorded
is computed from the published N-Quads without any query engine.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

CCR = "https://w3id.org/care-roadmap/ns#"
ID = "https://w3id.org/care-roadmap/id/"
RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROLOGUE = f"""PREFIX ccr: <{CCR}>
PREFIX id: <{ID}>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
PREFIX skos: <{SKOS}>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
BASES = (
    "SELECT ?s ?who { ?s a ccr:Statement ; ccr:hasLead ?who . ?who skos:prefLabel ?name }",
    "SELECT ?s ?d { ?s a ccr:Initiative ; ccr:coversDistrict ?d . ?d a ccr:District }",
    "SELECT ?i ?d { ?i a ccr:NextYearIssue . ?d ccr:addresses ?i ; a ccr:Direction ; ccr:text ?t }",
    "SELECT (COUNT(*) AS ?n) { ?c a ccr:Claim ; ccr:mode ccr:stated ; rdf:subject ?s }",
    "SELECT ?q { ?c rdf:object <ID/fujisawa/actor/csw> ; prov:wasQuotedFrom/oa:hasSelector/oa:exact ?q }",
    "SELECT ?s { ?s ccr:involves <ID/fujisawa/actor/kyogitai> . OPTIONAL { ?s ccr:gloss ?g } }",
    "ASK { <ID/fujisawa/2020-02/theme-4/direction-5> ccr:hasLead <ID/fujisawa/actor/fujisawa-shi-ishikai> }",
    "SELECT ?t { ?s ccr:inTheme ?t ; ccr:inSection ccr:section-goal ; ccr:ordinal 2 } ORDER BY ?t",
    "SELECT ?place { ?place ccr:locatedIn <ID/fujisawa/facility/bunchosha> ; skos:prefLabel ?name }",
    "SELECT ?g (COUNT(?s) AS ?n) { ?s ccr:targets ?g . ?g a ccr:PeopleGroup } GROUP BY ?g",
    'SELECT ?a { ?a a ccr:Actor ; skos:altLabel "CSW"@ja }',
    "SELECT ?s { GRAPH <ID/fujisawa/2020-02/graph/claims> { ?c rdf:subject ?s ; ccr:mode ccr:interpreted } }",
    "CONSTRUCT { ?d ccr:continues ?s } { ?d ccr:continues ?s ; a ccr:Direction . ?s a ccr:StatusItem }",
    "SELECT ?s { { ?s ccr:usesProgramme ?p } { ?s ccr:basedOn ?p } ?p a ccr:Plan }",
    "SELECT ?s { ?s a ccr:Goal . FILTER EXISTS { ?s ccr:targetYear ?y } }",
)
BASES_READ = tuple(PROLOGUE + base.replace("<ID/", f"<{ID}") for base in BASES)


@dataclass(frozen=True)
class Seed:
    """A query, how it was broken, what stands there now and what stood there."""

    way: str
    query: str
    broken: str = ""
    right: str = ""
    """The IRI or the literal (as N-Triples) that was there; empty for a true negative."""


class Data:
    """The published triples, as sets."""

    def __init__(self, dump: bytes) -> None:
        self.triples: set[tuple[object, str, object]] = set()
        self.by_property: dict[str, set[tuple[object, object]]] = defaultdict(set)
        self.classes: dict[object, set[str]] = defaultdict(set)
        for quad in ox.parse(dump, ox.RdfFormat.N_QUADS):
            if quad.predicate.value.startswith(("http://www.w3.org/2002/07/owl#",)):
                continue
            self.triples.add((quad.subject, quad.predicate.value, quad.object))
            self.by_property[quad.predicate.value].add((quad.subject, quad.object))
            if quad.predicate.value == f"{RDF}type" and isinstance(quad.object, ox.NamedNode):
                self.classes[quad.subject].add(quad.object.value)
        self.words = {
            term.value
            for triple in self.triples
            for term in (triple[0], ox.NamedNode(triple[1]), triple[2])
            if isinstance(term, ox.NamedNode)
        }


def misspelt(word: str, chance: random.Random) -> str:
    """A word with one or two letters dropped, doubled, swapped or changed."""
    letters = list(word)
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(1, len(letters) - 1)
        deed = chance.choice(("drop", "double", "swap", "change"))
        if deed == "drop" and len(letters) > 4:
            del letters[at]
        elif deed == "double":
            letters.insert(at, letters[at])
        elif deed == "swap":
            letters[at], letters[at - 1] = letters[at - 1], letters[at]
        else:
            letters[at] = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(letters)


def names_in(query: str, prefixes: str) -> list[re.Match[str]]:
    """The prefixed names of a query's pattern."""
    start = query.index("{", len(PROLOGUE))
    if "CONSTRUCT" in query:
        start = query.index("{", start + 1)
    return [match for match in re.finditer(rf"\b({prefixes}):([\w\-]+)", query) if match.start() > start]


def iri(name: str) -> str:
    """A prefixed name as an IRI."""
    prefix, _, local = name.partition(":")
    declared = re.search(rf"PREFIX {prefix}: <([^>]*)>", PROLOGUE)
    assert declared
    return declared[1] + local


def misspelt_names(data: Data, chance: random.Random) -> Iterator[Seed]:
    """A property or a class with one or two wrong letters."""
    for query in BASES_READ:
        for match in names_in(query, "ccr|skos|rdf|oa|prov"):
            wrong = match[2]
            while iri(f"{match[1]}:{wrong}") in data.words:
                wrong = misspelt(match[2], chance)
            broken = f"{match[1]}:{wrong}"
            kind = "class" if match[2][0].isupper() else "concept" if "-" in wrong else "property"
            text = query[: match.start()] + broken + query[match.end() :]
            yield Seed(f"misspelt {kind}", text, broken, iri(match[0]))


def wrong_prefixes(data: Data, chance: random.Random) -> Iterator[Seed]:
    """A right name behind a wrong prefix."""
    for query in BASES_READ:
        for match in names_in(query, "ccr|skos"):
            others = [p for p in ("rdfs", "prov", "oa", "skos", "ccr") if p != match[1]]
            prefix = chance.choice(others)
            if iri(f"{prefix}:{match[2]}") not in data.words:
                text = query[: match.start(1)] + prefix + query[match.end(1) :]
                yield Seed("wrong prefix", text, f"{prefix}:{match[2]}", iri(match[0]))


def misspelt_things(data: Data, chance: random.Random) -> Iterator[Seed]:
    """An IRI of a thing or of a graph with wrong letters at its end."""
    for query in BASES_READ:
        for match in re.finditer(r"<(https://w3id.org/care-roadmap/id/[^>]*/)([^/>]+)>", query):
            wrong = match[2]
            while match[1] + wrong in data.words or wrong == match[2]:
                wrong = misspelt(match[2], chance)
            text = query[: match.start(2)] + wrong + query[match.end(2) :]
            way = "misspelt graph" if "/graph/" in match[1] else "misspelt thing"
            yield Seed(way, text, f"<{match[1]}{wrong}>", match[1] + match[2])


def turned(data: Data) -> Iterator[Seed]:
    """Subject and object of one triple in each other's place; only where the two ends are of two kinds."""
    del data
    for subject, prop, target, more in (
        ("?s", "ccr:hasLead", "?a", "?s a ccr:Statement ."),
        ("?s", "ccr:hasLead", "?a", "?a a ccr:Actor ."),
        ("?s", "ccr:coversDistrict", "?d", "?d a ccr:District ."),
        ("?s", "ccr:coversDistrict", f"<{ID}fujisawa/district/tsujido>", ""),
        ("?d", "ccr:addresses", "?i", "?i a ccr:NextYearIssue ."),
        ("?d", "ccr:continues", "?x", "?d a ccr:Direction ."),
        ("?s", "ccr:inTheme", f"<{ID}fujisawa/2020-02/theme-5>", ""),
        ("?c", "rdf:subject", "?s", "?c a ccr:Claim . ?s a ccr:Statement ."),
        ("?c", "prov:wasQuotedFrom", "?q", "?c a ccr:Claim . ?q a ccr:Quote ."),
        ("?s", "ccr:targets", "?g", "?g a ccr:PeopleGroup . ?s skos:notation ?n ."),
        ("?city", "ccr:hasDistrict", "?d", "?d a ccr:District ; skos:prefLabel ?name ."),
        ("?actor", "ccr:activeInTheme", "?t", "?t a ccr:Theme ."),
    ):
        yield Seed(
            "turned round",
            f"{PROLOGUE}SELECT * {{ {target} {prop} {subject} . {more} }}",
            prop,
            f"^{iri(prop)}",
        )


def wrong_literals(data: Data, chance: random.Random) -> Iterator[Seed]:
    """A value with another language, none, another datatype, or in another width, case or kana."""
    for prop, count in ((f"{SKOS}altLabel", 12), (f"{SKOS}prefLabel", 12), (f"{SKOS}notation", 4)):
        values = sorted(
            {o for _, o in data.by_property[prop] if isinstance(o, ox.Literal) and len(o.value) > 2}, key=str
        )
        every = {value.value for value in values}
        for value in chance.sample(values, count):
            name = f"<{prop}>"
            for way, written in _written_otherwise(value, every):
                yield Seed(way, f"{PROLOGUE}SELECT ?x {{ ?x {name} {written} }}", written, str(value))
    for number in (1, 3, 7):
        right = str(
            ox.Literal(str(number), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
        )
        for written in (f'"{number}"', f'"{number}"^^xsd:string', f"{number}.0"):
            query = f"{PROLOGUE}SELECT ?x {{ ?x ccr:ordinal {written} ; a ccr:Statement }}"
            yield Seed("wrong datatype", query, written, right)


def _written_otherwise(value: ox.Literal, every: set[str]) -> Iterator[tuple[str, str]]:
    plain = str(ox.Literal(value.value))
    if value.language:
        yield "no language", plain
        yield "wrong language", f"{plain}@{'fr' if value.language != 'fr' else 'de'}"
        tag = f"@{value.language}"
    else:
        yield "wrong language", f"{plain}@ja"
        tag = ""
    for form in ("NFKC", "wide", "upper", "kana"):
        other = _respelt(value.value, form)
        if other != value.value and other not in every:
            yield "other spelling", f"{ox.Literal(other)}{tag}"


def _respelt(text: str, form: str) -> str:
    if form == "NFKC":
        return unicodedata.normalize("NFKC", text)
    if form == "wide":
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c not in '"\\' else c for c in text)
    if form == "upper":
        return text.swapcase()
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def kept_apart() -> Iterator[Seed]:
    """A property asked of a kind of thing that the vocabulary keeps apart from its own (MODEL.md,
    "Classes", "Properties")."""
    for class_, prop, right in (
        ("ccr:District", "ccr:hasLead", "Passage"),
        ("ccr:Theme", "ccr:targets", "Statement"),
        ("ccr:Goal", "ccr:continues", "Direction"),
        ("ccr:Principle", "ccr:addresses", "Direction"),
        ("ccr:Claim", "ccr:coversDistrict", "Statement"),
        ("ccr:Actor", "ccr:usesProgramme", "Statement"),
        ("ccr:Measure", "ccr:targetYear", "Goal"),
    ):
        yield Seed("wrong kind", f"{PROLOGUE}SELECT * {{ ?x a {class_} ; {prop} ?y }}", class_, CCR + right)


def not_recorded(data: Data, chance: random.Random) -> Iterator[Seed]:
    """Right questions without an answer: ends that the property has, but not together; a class whose
    things the property may have, and none has it."""
    for name in ("hasLead", "hasPartner", "targets", "coversDistrict", "usesProgramme", "addresses", "continues",
                 "hasParticipant", "usesFacility", "involves", "inTheme", "basedOn"):  # fmt: skip
        pairs = data.by_property[CCR + name]
        subjects = sorted({s for s, _ in pairs}, key=str)
        objects = sorted({o for _, o in pairs}, key=str)
        for _ in range(3):
            pair = chance.choice(subjects), chance.choice(objects)
            if pair not in pairs:
                text = f"{pair[0]} ccr:{name} {pair[1]}"
                yield Seed("not recorded: two ends", f"{PROLOGUE}ASK {{ {text} }}", text)
    for class_, name in (
        ("Goal", "hasLead"),
        ("Goal", "coversDistrict"),
        ("Principle", "hasLead"),
        ("Principle", "usesFacility"),
        ("Goal", "usesFacility"),
        ("StandingIssue", "hasLead"),
        ("NextYearIssue", "hasLead"),
        ("NextYearIssue", "usesFacility"),
    ):
        if not any(CCR + class_ in data.classes[subject] for subject, _ in data.by_property[CCR + name]):
            text = f"?x a ccr:{class_} ; ccr:{name} ?y"
            yield Seed("not recorded: of a class", f"{PROLOGUE}SELECT ?x {{ {text} }}", text)
    for low in (100, 1000):
        yield Seed(
            "not recorded: beyond", f"{PROLOGUE}SELECT ?x {{ ?x ccr:ordinal ?n FILTER(?n > {low}) }}", ">"
        )
    yield Seed(
        "not recorded: none without",
        f"{PROLOGUE}SELECT ?x {{ ?x a ccr:Statement MINUS {{ ?x skos:notation ?n }} }}",
        "MINUS",
    )


def in_questions(data: Data, questions: Mapping[str, str], chance: random.Random) -> Iterator[Seed]:
    """The project's own questions, each name in their patterns misspelt in turn."""
    for text in questions.values():
        prefixes = dict(re.findall(r"PREFIX (\w+): <([^>]*)>", text))
        for match in re.finditer(r"\b(\w+):([\w\-]+)", text):
            if match.start() < text.index("{") or match[1] not in prefixes:
                continue
            wrong = match[2]
            while prefixes[match[1]] + wrong in data.words:
                wrong = misspelt(match[2], chance)
            broken = text[: match.start(2)] + wrong + text[match.end(2) :]
            yield Seed("misspelt in a question", broken, f"{match[1]}:{wrong}", prefixes[match[1]] + match[2])


def seeds(data: Data, questions: Mapping[str, str]) -> list[Seed]:
    """All of them; some of the broken ones still find something, and are for the caller to leave out."""
    chance = random.Random(20200213)
    return [
        *in_questions(data, questions, chance),
        *misspelt_names(data, chance),
        *wrong_prefixes(data, chance),
        *misspelt_things(data, chance),
        *turned(data),
        *wrong_literals(data, chance),
        *kept_apart(),
        *not_recorded(data, chance),
    ]
