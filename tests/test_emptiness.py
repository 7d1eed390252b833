"""Why a query finds nothing: measured on seeded broken queries and true negatives, and case by case."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgapp.emptiness.asking import Asker
from kgapp.emptiness.diagnosis import Diagnosis, Verdict, diagnose
from kgapp.emptiness.faults import Kind
from kgapp.emptiness.inventory import Inventory, take_inventory
from kgapp.emptiness.measures import measure
from kgapp.emptiness.pattern import Query
from kgapp.emptiness.reader import LONGEST, read, spoken
from kgapp.emptiness.terms import Unreadable
from kgapp.errors import Message, QueryRefused
from kgapp.graphs import Serialized
from kgapp.home import Home
from kgapp.queryfile import read_queries
from kgapp.question import Results, Term
from kgapp.service.binding import bind_text
from kgapp.store import Store
from kgapp.vocab import DEFAULT_BASE
from tests.conftest import ROOT
from tests.emptiness_seeds import CCR, ID, PROLOGUE, RDF, SKOS, Data, Seed, seeds
from tests.terms import as_rows

QUESTIONS = read_queries(ROOT / "queries" / "questions")
PAGES = read_queries(ROOT / "queries" / "pages")
TEXTS = {
    name: bind_text(query.text, {ox.Variable(key): term for key, term in query.terms(DEFAULT_BASE).items()})
    for name, query in QUESTIONS.items()
}
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


@pytest.fixture(scope="module")
def inventory(store: Store) -> Inventory:
    found = take_inventory(store, PAGES)
    assert found.known
    return found


@pytest.fixture(scope="module")
def data(built_home: Home) -> Data:
    """What was published, read without a query engine."""
    (dump,) = built_home.build.glob("dumps/all/*/care-roadmap.nq.gz")
    return Data(gzip.decompress(dump.read_bytes()))


def explain(store: Store, inventory: Inventory, query: str) -> Diagnosis:
    return diagnose(query, inventory, Asker(store, seconds=60))


def is_empty(store: Store, query: str) -> bool:
    """Whether a query answers with no row, with no, or with nothing but a count of 0."""
    results = store.query(query)
    if isinstance(results, ox.QueryBoolean):
        return not results
    rows = list(results)
    alone = "COUNT(*) AS ?n" in query and "GROUP BY" not in query
    return not rows or (alone and rows[0]["n"].value == "0")


def offered(found: Diagnosis, seed: Seed) -> list[str]:
    """The first three terms that are offered for what was broken, as IRIs or literals."""
    return [
        ("^" if candidate.shown.startswith("^") else "")
        + (candidate.iri or candidate.shown.replace("xsd:integer", f"<{INTEGER}>"))
        for finding in found.findings
        for fault in finding.faults
        if fault.term.text == seed.broken
        for candidate in fault.candidates[:3]
    ]


def is_right(found: Diagnosis, seed: Seed) -> bool:
    """Whether the very thing that was broken is named and the right one offered, or for a true negative
    whether it is told as not recorded."""
    if not seed.right:
        return found.verdict is Verdict.UNRECORDED
    return found.verdict is Verdict.CANNOT and seed.right in offered(found, seed)


def test_what_was_broken_is_found_and_what_is_right_is_told_as_not_recorded(
    store: Store, inventory: Inventory, data: Data
) -> None:
    """The measure of this part (issue, "When the answer is empty"): every seed, of each kind."""
    right: Counter[str] = Counter()
    wrong: list[tuple[str, str, str]] = []
    cores = 0
    slowest = 0.0
    for number, seed in enumerate(seeds(data, TEXTS)):
        if not is_empty(store, seed.query):
            assert seed.right, seed  # a true negative that finds something was none
            continue
        began = time.perf_counter()
        found = explain(store, inventory, seed.query)
        slowest = max(slowest, time.perf_counter() - began)
        if is_right(found, seed):
            right[seed.way] += 1
        else:
            wrong.append((seed.way, seed.query, found.verdict))
        if number % 3 == 0:  # as many as there is time for
            cores += smallest_and_empty(store, found)
            assert not any(is_empty(store, mended.text) for mended in found.mended)
    every = right + Counter(way for way, *_ in wrong)
    for way, count in every.items():
        print(f"{way}: {right[way]} of {count}")
    print(f"all: {right.total()} of {every.total()}; {cores} smallest parts; slowest {slowest:.3f} s")
    broken = sum(count for way, count in every.items() if not way.startswith("not recorded"))
    assert broken >= 300
    assert every.total() - broken >= 35
    assert wrong == []


def smallest_and_empty(store: Store, found: Diagnosis) -> int:
    """Checks of each part that was found that it matches nothing, and that it does without any one of
    its own parts; tells how many there were."""
    assert found.query is not None
    for finding in found.findings:
        parts = finding.core.parts
        assert not store.query(found.query.ask(parts)), parts
        for left_out in parts:
            rest = [part for part in parts if part is not left_out]
            free = [part for part in rest if not part.removes] if not left_out.removes else rest
            assert not free or store.query(found.query.ask(free)), (parts, left_out)
    return len(found.findings)


ACTOR = f"<{ID}fujisawa/actor/csw>"
CASES = [
    # A path, an alternative, a modifier, an inverse, a negated set.
    ("SELECT * { ?s ccr:hasLead/skos:prefLabl ?x }", Kind.PROPERTY, "skos:prefLabel"),
    ("SELECT * { ?s (ccr:hasLeed|ccr:hasPartnr) ?x }", Kind.PROPERTY, "ccr:hasLead"),
    ("SELECT * { ?s ccr:subBodyOff+ ?x }", Kind.PROPERTY, "ccr:subBodyOf"),
    ("SELECT * { ?s ^ccr:hasLead ?x . ?s a ccr:Statement }", Kind.DIRECTION, "ccr:hasLead"),
    ("SELECT * { ?s !ccr:hasLead ?x . ?x a ccr:Staement }", Kind.CLASS, "ccr:Statement"),
    # What has no name, collections, VALUES inside and behind.
    ('SELECT * { [ ccr:hasLead [ skos:altLabel "CSW" ] ] }', Kind.LANGUAGE, '"CSW"@ja'),
    ("SELECT * { ?l rdf:rest*/rdf:first ccr:Goel }", Kind.THING, "ccr:Goal"),
    ("SELECT * { VALUES ?p { ccr:hasLeed } ?s ?p ?o }", Kind.PROPERTY, "ccr:hasLead"),
    ("SELECT * { ?s ?p ?o } VALUES ?p { ccr:hasLeed }", Kind.PROPERTY, "ccr:hasLead"),
    # Filters.
    ("SELECT * { ?c rdf:predicate ?p FILTER(?p IN (ccr:hasLeed, ccr:x)) }", Kind.PROPERTY, "ccr:hasLead"),
    ('SELECT * { ?s ccr:text ?t FILTER(CONTAINS(?t, "CSW")) }', Kind.SPELLING, '"ＣＳＷ"'),
    ('SELECT * { ?s ccr:text ?t FILTER REGEX(STR(?t), "ｱｳﾄﾘｰﾁ") }', Kind.SPELLING, '"アウトリーチ"'),
    ('SELECT * { ?s ccr:text ?t FILTER(LANG(?t) = "jp") }', Kind.LANGUAGE, '"ja"'),
    ('SELECT * { ?s ccr:hasLead ?x FILTER(LANGMATCHES(LANG(?x), "ja")) }', Kind.TEXT, None),
    ('SELECT * { ?x skos:altLabel ?l FILTER(?l = "CSW") }', Kind.LANGUAGE, '"CSW"@ja'),
    ('SELECT * { ?x skos:altLabel ?l FILTER(STR(?l) = "csw") }', Kind.SPELLING, '"CSW"'),
    ('SELECT * { ?s ccr:ordinal ?n FILTER(?n > "5") }', Kind.DATATYPE, '"5"^^xsd:integer'),
    ("SELECT * { ?s ccr:ordinal ?n FILTER(?n > 5 && ?n < 3) }", Kind.CONTRADICTION, None),
    ("SELECT * { ?s ccr:ordinal ?n FILTER(?n > 5) FILTER(3 > ?n) }", Kind.CONTRADICTION, None),
    ("SELECT * { ?s ccr:ordinal ?number FILTER(?nubmer > 5) }", Kind.UNBOUND, "?number"),
    ("SELECT * { ?s a ccr:Goal FILTER(1 = 2) }", Kind.NEVER, None),
    ("SELECT * { ?s a ccr:Goal FILTER EXISTS { ?s ccr:targetYeer ?y } }", Kind.PROPERTY, "ccr:targetYear"),
    # Graphs.
    ("SELECT * FROM <http://no.such/graph> { ?s ?p ?o }", Kind.GRAPH, None),
    ("SELECT * FROM NAMED <http://no.such/graph> { GRAPH ?g { ?s ?p ?o } }", Kind.GRAPH, None),
    ("SELECT * { GRAPH ?g { ?s ccr:mode ?m . ?s a ccr:Cliam } }", Kind.CLASS, "ccr:Claim"),
    # Inside: groups, unions, sub-selects.
    ("SELECT * { { ?s a ccr:Goel } UNION { ?s ccr:hasLeed ?x } }", Kind.CLASS, "ccr:Goal"),
    ("SELECT * { ?s a ccr:Goal { SELECT ?s { ?s ccr:txet ?t } LIMIT 3 } }", Kind.PROPERTY, "ccr:text"),
    (
        "SELECT * { { SELECT (MAX(?n) AS ?m) ?s { ?s ccr:ordnal ?n } GROUP BY ?s } }",
        Kind.PROPERTY,
        "ccr:ordinal",
    ),
    # Every form of query.
    ("SELECT (SUM(?n) AS ?all) { ?s ccr:ordinal ?n ; a ccr:Goel }", Kind.CLASS, "ccr:Goal"),
    ("CONSTRUCT WHERE { ?s a ccr:Goel }", Kind.CLASS, "ccr:Goal"),
    ("DESCRIBE ?s { ?s a ccr:Goel }", Kind.CLASS, "ccr:Goal"),
    (f"DESCRIBE <{ID}fujisawa/actor/cws>", Kind.THING, ACTOR),
    # Terms in the wrong place or of the wrong kind.
    ("SELECT * { ?s ccr:Statement ?x }", Kind.PROPERTY, "rdf:type"),
    ("SELECT * { ?s a ccr:hasLead }", Kind.CLASS, None),
    ('SELECT * { ?s a "Statement" }', Kind.TEXT, "ccr:Statement"),
    ('SELECT * { ?s ccr:hasLead "ＣＳＷ" }', Kind.TEXT, ACTOR),
    ("SELECT * { ?s ccr:text ?t . ?t a ccr:Statement }", Kind.LITERAL_SUBJECT, None),
    ("SELECT * { ?s a ccr:Statement , ccr:District }", Kind.KINDS, None),
    (f"SELECT * {{ <{ID}fujisawa/district/tsujido> ccr:hasLead ?x }}", Kind.KINDS, None),
    (f"SELECT * {{ <{ID}fujisawa/actors/csw> ?p ?o }}", Kind.THING, ACTOR),
    (f"SELECT * {{ <{ID}fujisawa/actor/CSW> ?p ?o }}", Kind.THING, ACTOR),
    (
        "PREFIX c: <https://w3id.org/care-roadmap/ns/> SELECT * { ?s a c:Goal ; c:text ?t }",
        Kind.PREFIX,
        f"<{CCR}>",
    ),
]


@pytest.mark.parametrize(("query", "kind", "meant"), CASES, ids=[case[0] for case in CASES])
def test_a_pattern_that_can_match_nothing(
    store: Store, inventory: Inventory, query: str, kind: Kind, meant: str | None
) -> None:
    found = explain(store, inventory, PROLOGUE + query)
    assert found.verdict is Verdict.CANNOT
    assert found.complete
    faults = [fault for finding in found.findings for fault in finding.faults if fault.kind is kind]
    assert faults
    if meant is not None:
        assert faults[0].candidates[0].shown == meant
        assert found.mended


@pytest.mark.parametrize(
    "query",
    [
        # The paper names no lead of a goal; what reaches a district does not name it as a lead, and so on.
        "SELECT * { ?s a ccr:Goal ; ccr:hasLead ?x }",
        "SELECT * { ?s a ccr:Statement MINUS { ?s skos:notation ?n } }",
        "SELECT * { ?s a ccr:Statement OPTIONAL { ?s ccr:text ?t } FILTER(!BOUND(?t)) }",
        "SELECT * { ?s ccr:hasLead ?x FILTER NOT EXISTS { ?s ccr:text ?t } }",
        "SELECT * { ?s ccr:hasLead ?x FILTER(?x != ?x) }",
        "SELECT * { ?s ccr:ordinal 99 }",
        'SELECT * { ?s ccr:text "この文は資料のどこにもない"@ja }',
        "SELECT * { ?a ccr:subBodyOf ?b . ?b ccr:subBodyOf ?a }",
        "SELECT * { ?s a ccr:Goal { SELECT ?s { ?s ccr:ordinal ?n } GROUP BY ?s HAVING(COUNT(?n) > 5) } }",
        "SELECT * { { ?s a ccr:Goal } UNION { ?s a ccr:Principle } ?s ccr:hasLead ?x }",
    ],
)
def test_a_right_pattern_without_records(store: Store, inventory: Inventory, query: str) -> None:
    found = explain(store, inventory, PROLOGUE + query)
    assert found.verdict is Verdict.UNRECORDED
    assert found.complete
    assert all(finding.core.minimal for finding in found.findings)


def test_what_is_recorded_near_it_is_told(store: Store, inventory: Inventory, data: Data) -> None:
    """No goal has a lead: how often other classes have one, and what else goals have, counted apart."""
    found = explain(store, inventory, f"{PROLOGUE} SELECT * {{ ?s a ccr:Goal ; ccr:hasLead ?x }}")
    (finding,) = found.findings
    near = {(one.role, one.value.value): one.rows for one in finding.near}
    leads = Counter(class_ for s, _ in data.by_property[f"{CCR}hasLead"] for class_ in data.classes[s])
    others = {role: value for (role, value) in near if role == "class"}
    assert others
    for (role, value), rows in near.items():
        if role == "class":
            assert rows == leads[value]
        else:
            goals = [s for s, _ in data.by_property[value] if f"{CCR}Goal" in data.classes[s]]
            assert rows == len(goals)


@pytest.mark.parametrize(
    ("query", "behind", "matched"),
    [
        ("SELECT * { ?s a ccr:Goal } LIMIT 0", "limit", 15),
        ("SELECT * { ?s a ccr:Goal } OFFSET 15", "offset", 15),
        ("SELECT ?s { ?s a ccr:Goal } GROUP BY ?s HAVING(COUNT(*) > 9)", "having", 15),
    ],
)
def test_what_stands_behind_the_pattern(
    store: Store, inventory: Inventory, query: str, behind: str, matched: int
) -> None:
    found = explain(store, inventory, PROLOGUE + query)
    assert (found.verdict, found.behind, found.matched) == (Verdict.BEHIND, behind, matched)


def test_what_is_not_empty_is_told_so_and_unknown_names_of_optional_parts_with_it(
    store: Store, inventory: Inventory
) -> None:
    query = "SELECT * { ?s a ccr:Goal OPTIONAL { ?s ccr:targetYeer ?y } }"
    found = explain(store, inventory, PROLOGUE + query)
    assert found.verdict is Verdict.ROWS
    assert [(note.kind, note.candidates[0].shown) for note in found.notes] == [
        (Kind.PROPERTY, "ccr:targetYear")
    ]


@pytest.mark.parametrize(
    ("query", "graph"),
    [
        # What a statement is (a class) and whom it involves, rules conclude; who leads it was recorded.
        ("SELECT * {{ GRAPH <{}asserted> {{ ?s ccr:involves ?x }} }}", "inferred"),
        ("SELECT * FROM <{}inferred> {{ ?s ccr:hasLead ?x }}", "asserted"),
    ],
)
def test_what_is_recorded_in_another_graph(
    store: Store, inventory: Inventory, query: str, graph: str
) -> None:
    place = f"{ID}fujisawa/2020-02/graph/"
    found = explain(store, inventory, PROLOGUE + query.format(place))
    (fault,) = found.findings[0].faults
    assert (found.verdict, fault.kind) == (Verdict.UNRECORDED, Kind.OTHER_GRAPHS)
    assert fault.candidates[0].iri == place + graph
    assert found.mended[0].text == PROLOGUE + query.format(place).replace(
        "asserted" if graph == "inferred" else "inferred", graph
    )


def test_what_is_not_in_one_graph_together(store: Store, inventory: Inventory) -> None:
    query = f"{PROLOGUE}SELECT * {{ GRAPH ?g {{ ?s ccr:hasLead ?x ; a ccr:Statement }} }}"
    (finding,) = explain(store, inventory, query).findings
    assert [(fault.kind, fault.details) for fault in finding.faults] == [
        (Kind.OTHER_GRAPHS, {"within": "yes"})
    ]


def test_two_mistakes_are_mended_together(store: Store, inventory: Inventory) -> None:
    query = f'{PROLOGUE}SELECT ?s {{ ?s ccr:hasLeed ?x . ?x skos:altLable "CSW"@ja }}'
    found = explain(store, inventory, query)
    assert [len(finding.core.parts) for finding in found.findings] == [1, 1]
    assert found.mended[0].text == query.replace("hasLeed", "hasLead").replace("altLable", "altLabel")
    deeper = explain(store, inventory, f'{PROLOGUE}SELECT ?s {{ ?s rdfs:altLabel "CSW" }}')
    assert deeper.mended[0].text.endswith('{ ?s skos:altLabel "CSW"@ja }')


def test_a_declared_term_that_nothing_uses_is_not_recorded(store: Store, inventory: Inventory) -> None:
    unused = sorted(
        term for term in inventory.declared if term.startswith(CCR) and term not in inventory.properties
        and inventory.is_declared(term, as_class=False)
    )  # fmt: skip
    assert unused
    found = explain(store, inventory, f"SELECT * {{ ?s <{unused[0]}> ?o }}")
    assert found.verdict is Verdict.UNRECORDED
    assert [fault.kind for fault in found.findings[0].faults] == [Kind.UNUSED]


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_parts_of_a_query_say_what_the_query_says(store: Store, name: str) -> None:
    """Put together again, the parts have as many solutions as the pattern that was taken apart."""
    query = read(TEXTS[name], DEFAULT_BASE)
    whole = query.text[query.where.start : query.where.end]
    assert solutions(store, query, " ".join(part.text for part in query.parts)) == solutions(
        store, query, whole
    )


def solutions(store: Store, query: Query, pattern: str) -> int:
    (row,) = as_rows(store.query(f"{query.prologue} SELECT (COUNT(*) AS ?all) {{ {pattern} }}"))
    return int(row["all"].value)


PIECES = [*"?abc:<>\"'{}()[].;,^/|*+!@#_-\\ \n0123", "SELECT ", "FILTER "]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=300)
def test_any_text_is_read_or_refused(text: str) -> None:
    for given_text in (text, f"SELECT * {{ {text} }}"):
        try:
            query = read(given_text, DEFAULT_BASE)
        except Unreadable:
            continue
        assert query.where.end <= len(given_text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {" + "{" * 8000,
        "SELECT * {" + "a.:" * 5000,
        "a." * 8000,
        "SELECT * { ?s " + "(" * 8000,
        "SELECT * { ?s a " + "[ a " * 4000,
        "SELECT * { ?s ?p " + "( " * 8000,
        'SELECT * { ?s ?p "' + "\\" * 16000,
        "SELECT * { ?s ?p ?o FILTER(" + "!" * 16000,
        "SELECT * {" + " ?s ?p ?o ." * 1400 + "}",
        "SELECT * { ?s " + "^" * 16000 + "a ?o }",
        "<" * 16000,
        "SELECT * { ?s a" + "|a" * 8000 + " ?o }",
        "SELECT * { ?s " + "a/" * 8000 + "a ?o }",
        "SELECT * { ?s a " + "[], " * 4000 + "[] }",
    ],
)
def test_reading_takes_no_longer_than_the_text_is_long(text: str) -> None:
    began = time.process_time()
    with suppress(Unreadable):
        read(text, DEFAULT_BASE)
    assert time.process_time() - began < 2
    with pytest.raises(Unreadable):
        read(text.ljust(LONGEST + 1), DEFAULT_BASE)


def test_tokens_leave_nothing_out() -> None:
    for text in TEXTS.values():
        tokens = spoken(text)
        rest = text
        for token in reversed(tokens):
            rest = rest[: token.start] + rest[token.end :]
        assert all(not line.strip() or line.strip().startswith("#") for line in rest.splitlines())


def test_a_budget_that_ends_is_told(store: Store, inventory: Inventory) -> None:
    query = f"{PROLOGUE}SELECT * {{ ?s a ccr:Goal ; ccr:hasLead ?x ; ccr:text ?t . ?x skos:prefLabel ?l }}"
    for most in range(12):
        asker = Asker(store, most)
        found = diagnose(query, inventory, asker)
        assert not found.complete
        assert found.verdict in (Verdict.UNKNOWN, Verdict.UNRECORDED)
    late = diagnose(query, inventory, Asker(store, seconds=0))
    assert (late.verdict, late.complete, late.asked) == (Verdict.UNKNOWN, False, 0)


@pytest.mark.parametrize(
    "pattern",
    [
        f"<{ID}fujisawa/{'a/' * 7000}> ?p ?o",
        "?s a ?c VALUES ?c { " + " ".join(f"<http://x/{number}>" for number in range(800)) + " }",
        "?s a ?c FILTER(?c IN (" + ",".join(f"<http://x/{number}>" for number in range(800)) + "))",
        f'?s ccr:text "{"あ" * 15_000}"@ja',
        "?s ?p ?o " + " ".join(f"BIND(?s AS ?b{number})" for number in range(90)) + " FILTER(?b3 = 4)",
    ],
    ids=["place", "values", "list", "text", "binds"],
)
def test_a_hostile_query_costs_no_more_than_the_budget(
    store: Store, inventory: Inventory, pattern: str
) -> None:
    began = time.process_time()
    asker = Asker(store, seconds=3)
    found = diagnose(f"{PROLOGUE}SELECT * {{ {pattern} }}", inventory, asker)
    assert time.process_time() - began < 10
    assert found.findings
    assert asker.asked <= 40 + 2 * 30


def test_more_parts_than_are_taken_apart(store: Store, inventory: Inventory) -> None:
    many = " ".join(f"OPTIONAL {{ ?s ?p{number} ?o }}" for number in range(200))
    found = diagnose(f"SELECT * {{ ?s a <http://x/n> {many} }}", inventory, Asker(store))
    assert (found.verdict, found.asked) == (Verdict.UNKNOWN, 0)


class _Refusing:
    """A source that answers the first so many questions, and then refuses."""

    def __init__(self, store: Store, answers: int) -> None:
        self.base, self.generation = store.base, store.generation
        self._store, self._left = store, answers

    def query(self, text: str, substitutions: Mapping[str, Term] | None = None) -> Results:
        self._left -= 1
        if self._left < 0:
            raise QueryRefused(Message("停止", "stopped"), Message("", ""), status=503)
        return self._store.query(text, substitutions)


def test_what_a_source_refuses_is_unknown_and_never_empty(store: Store, inventory: Inventory) -> None:
    query = f"{PROLOGUE}SELECT * {{ ?s a ccr:Goal ; ccr:hasLead ?x }}"
    for answers in range(8):
        found = diagnose(query, inventory, Asker(_Refusing(store, answers)))
        assert not found.complete
        assert found.verdict is not Verdict.CANNOT
        assert all(not finding.faults for finding in found.findings)


OTHER = b"""
<http://x/a> <http://x/knows> <http://x/b> .
<http://x/a> <http://x/name> "Anna"@en .
<http://x/b> <http://x/name> "Bob" .
"""


def test_other_data_without_a_vocabulary() -> None:
    store = Store([Serialized("other", OTHER, ox.RdfFormat.N_TRIPLES)], DEFAULT_BASE)
    inventory = take_inventory(store, PAGES)
    assert (inventory.known, inventory.declared) == (True, {})
    for query, verdict, meant in (
        ("SELECT * { ?s <http://x/nows> ?o }", Verdict.CANNOT, "<http://x/knows>"),
        ('SELECT * { ?s <http://x/name> "anna"@en }', Verdict.CANNOT, '"Anna"@en'),
        ('SELECT * { ?s <http://x/name> "Anna" }', Verdict.CANNOT, '"Anna"@en'),
        ("SELECT * { <http://x/b> <http://x/knows> ?o }", Verdict.CANNOT, "^<http://x/knows>"),
        ("SELECT * { ?s <http://x/knows> ?o . ?o <http://x/knows> ?z }", None, None),
        ('SELECT * { ?s <http://x/name> "Bob" ; <http://x/knows> ?o }', Verdict.CANNOT, "^<http://x/knows>"),
    ):
        found = explain(store, inventory, query)
        assert verdict is None or found.verdict is verdict, query
        shown = [c.shown for f in found.findings for fault in f.faults for c in fault.candidates[:1]]
        assert meant is None or meant in shown


def test_the_measures_are_the_counts_of_the_parts(store: Store, data: Data) -> None:
    query = f"""{PROLOGUE}SELECT * {{
        ?s a ccr:Goal ; ccr:text ?t . OPTIONAL {{ ?s ccr:hasLead ?x }} FILTER(LANG(?t) = "ja") ?s ccr:ordinal 1 }}"""
    steps = measure(read(query, DEFAULT_BASE), Asker(store))
    goals = sum(f"{CCR}Goal" in classes for classes in data.classes.values())
    texts = len(data.by_property[f"{CCR}text"])
    first = [s for s, o in data.by_property[f"{CCR}ordinal"] if isinstance(o, ox.Literal) and o.value == "1"]
    firsts = sum(f"{CCR}Goal" in data.classes[s] for s in first)
    assert [(step.alone, step.together) for step in steps] == [
        (goals, goals),
        (texts, goals),
        (None, goals),
        (None, goals),
        (len(first), firsts),
    ]
    assert steps[3].needed == ("t",)


def test_the_vocabulary_is_read_as_the_ontology_says_it(inventory: Inventory) -> None:
    """MODEL.md, "Classes" and "Properties"."""
    assert inventory.domains[f"{CCR}hasLead"] == {f"{CCR}Passage"}
    assert f"{CCR}Passage" in inventory.supers[f"{CCR}Goal"]
    assert inventory.apart(f"{CCR}District", f"{CCR}Statement")
    assert not inventory.apart(f"{CCR}Goal", f"{CCR}Passage")
    assert inventory.label(f"{CCR}Statement", "ja") == "記述"
    assert inventory.properties[f"{RDF}type"] > 1000
    assert inventory.names_of(f"{ID}fujisawa/actor/csw")["ja"] == "コミュニティソーシャルワーカー"
    assert f"{SKOS}altLabel" in inventory.properties
