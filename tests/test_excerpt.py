"""What a page shows of an answer: every row on one page and once, in order, with what the columns hold."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgapp.excerpt import (
    LONG_IRI,
    TEXT,
    Cell,
    Excerpt,
    excerpt_of_graph,
    excerpt_of_table,
    excerpt_of_truth,
    read_excerpt,
)
from kgapp.question import Part, Question

XSD = "http://www.w3.org/2001/XMLSchema#"
TERM = st.one_of(
    st.none(),
    st.integers(-50, 50).map(lambda n: {"type": "literal", "value": str(n), "datatype": f"{XSD}integer"}),
    st.sampled_from(["a", "b", "Ω", ""]).map(lambda text: {"type": "literal", "value": text}),
    st.sampled_from(["ja", "en"]).map(lambda tag: {"type": "literal", "value": "x", "xml:lang": tag}),
    st.sampled_from("abc").map(lambda name: {"type": "uri", "value": f"http://example.org/{name}"}),
    st.sampled_from("xy").map(lambda name: {"type": "bnode", "value": name}),
)
ROWS = st.lists(st.tuples(TERM, st.integers(0, 3)), max_size=230)


def answer(names: list[str], rows: list[list[dict[str, str] | None]]) -> bytes:
    """SPARQL 1.1 Query Results JSON Format."""
    bindings = [{name: term for name, term in zip(names, row, strict=True) if term} for row in rows]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def number(value: str, kind: str = "integer") -> dict[str, str]:
    return {"type": "literal", "value": value, "datatype": XSD + kind}


def told(term: dict[str, str] | None) -> tuple[str, ...]:
    return tuple(term.get(key, "") for key in ("type", "value", "xml:lang")) if term else ()


def shown(cell: Cell | None) -> tuple[str, ...]:
    kinds = {"iri": "uri", "blank": "bnode", "literal": "literal"}
    return (kinds[cell.kind], cell.value, cell.language) if cell else ()


def place(term: dict[str, str] | None) -> tuple[Any, ...]:
    """SPARQL 1.1 Query, 15.1, as far as it orders."""
    if term is None:
        return (0,)
    if term["type"] != "literal":
        return (1 if term["type"] == "bnode" else 2, term["value"])
    if "datatype" in term:
        return (3, Decimal(term["value"]))
    return (4, term["value"])


@given(ROWS, st.booleans())
def test_every_row_is_on_one_page_and_in_order(
    rows: list[tuple[dict[str, str] | None, int]], descending: bool
) -> None:
    body = answer(["a", "n"], [[term, number(str(n))] for term, n in rows])
    found: list[tuple[tuple[str, ...], ...]] = []
    pages = excerpt_of_table(body, Part("a", descending), 0).pages
    for page in range(1, pages + 1):
        excerpt = excerpt_of_table(body, Part("a", descending, page), 0)
        assert (excerpt.total, excerpt.first, excerpt.page) == (len(rows), len(found), page)
        found += [tuple(map(shown, row)) for row in excerpt.rows]
    assert sorted(found) == sorted((told(term), told(number(str(n)))) for term, n in rows)
    expected = sorted((place(term) for term, _ in rows), reverse=descending)
    assert [place(as_term(row[0])) for row in found] == expected


def as_term(told: tuple[str, ...]) -> dict[str, str] | None:
    if not told:
        return None
    own = {"type": told[0], "value": told[1]}
    return {**own, "datatype": f"{XSD}integer"} if told[1].lstrip("-").isdigit() else own


@pytest.mark.parametrize(("page", "row"), [(0, 0), (99, 0), (1, 99)])
def test_a_page_beyond_the_last_is_the_last(page: int, row: int) -> None:
    body = answer(["a"], [[number(str(n))] for n in range(7)])
    excerpt = excerpt_of_table(body, Part(page=max(1, page), row=row), 0)
    assert excerpt.rows[-1][0] == Cell("literal", "6", 1, "", f"{XSD}integer")
    assert excerpt.page == excerpt.pages


def test_columns_tell_what_they_hold() -> None:
    iri = {"type": "uri", "value": "https://example.org/id/fy/2019"}
    rows: list[list[dict[str, str] | None]] = [
        [number("5"), iri, number("2020-01-31", "date"), number("x")],
        [number("-2.5", "decimal"), iri, number("2020", "gYear"), None],
        [number("1e3", "double"), iri, number("2020-02", "gYearMonth"), number("NaN", "double")],
    ]
    columns = excerpt_of_table(answer(["n", "i", "t", "x"], rows), Part(), 0).columns
    assert [(c.name, c.bound, c.is_numeric, c.is_iri, c.is_time) for c in columns] == [
        ("n", 3, True, False, False),
        ("i", 3, False, True, True),
        ("t", 3, False, False, True),
        ("x", 2, False, False, False),
    ]
    assert (columns[0].lowest, columns[0].highest) == (-2.5, 1000)


@pytest.mark.parametrize(
    ("value", "kind", "begins", "lasts"),
    [
        ("2020", "gYear", 2020.0, 1.0),
        ("2020-07", "gYearMonth", 2020.5, 1 / 12),
        ("2020-07-01", "date", 2020.5, 1 / 372),
        ("2020-07-01T23:59:59+09:00", "dateTime", 2020.5, 1 / 372),
        ("-0044", "gYear", -44.0, 1.0),
    ],
)
def test_times_have_a_beginning_and_a_length(value: str, kind: str, begins: float, lasts: float) -> None:
    time = Cell("literal", value, len(value), "", XSD + kind).time
    assert time is not None
    assert math.isclose(time.begins, begins)
    assert math.isclose(time.ends - time.begins, lasts)


def test_a_fiscal_year_begins_in_april() -> None:
    """MODEL.md: FY2019 is 2019-04-01 to 2020-03-31."""
    time = Cell("iri", "https://w3id.org/care-roadmap/id/fy/2019", 40).time
    assert time is not None
    assert (time.year, time.month, time.months) == (2019, 4, 12)
    assert math.isclose(time.ends, 2020.25)


@pytest.mark.parametrize("value", ["2020-13-01", "2020-00-01", "20", "2020-01-32", "x", ""])
def test_what_is_no_time_is_none(value: str) -> None:
    assert Cell("literal", value, len(value), "", f"{XSD}date").time is None


@pytest.mark.parametrize("value", ["NaN", "INF", "-INF", "abc", "", "9" * 5000])
def test_what_cannot_be_drawn_is_no_number(value: str) -> None:
    assert Cell("literal", value, len(value), "", f"{XSD}double").number is None


def test_long_values_are_cut_and_say_so() -> None:
    text = {"type": "literal", "value": "あ" * 1_000_000}
    iri = {"type": "uri", "value": "http://example.org/" + "x" * 5000}
    many = excerpt_of_table(answer(["t", "i"], [[text, iri]]), Part(), 0).rows[0]
    assert [(cell.length, len(cell.value), cell.is_cut) for cell in many if cell] == [
        (1_000_000, TEXT, True),
        (5019, LONG_IRI, True),
    ]
    alone = excerpt_of_table(answer(["t", "i"], [[text, iri]]), Part(row=1), 0).rows[0][0]
    assert alone is not None
    assert len(alone.value) > TEXT


def test_wide_tables_have_fewer_rows_to_a_page() -> None:
    names = [f"v{n}" for n in range(1000)]
    body = answer(names, [[number("1")] * 1000] * 9)
    excerpt = excerpt_of_table(body, Part(), 0)
    assert (excerpt.width, len(excerpt.columns), excerpt.length, excerpt.pages) == (1000, 200, 3, 3)


def test_a_graph_is_counted_without_what_it_says_twice() -> None:
    turtle = b"<http://x/b> <http://x/p> 1 , 2 . <http://x/a> <http://x/p> 1 . <http://x/b> <http://x/p> 1 ."
    excerpt = excerpt_of_graph(turtle, Part(), 0)
    assert [[cell.value for cell in row if cell] for row in excerpt.rows] == [
        ["http://x/a", "http://x/p", "1"],
        ["http://x/b", "http://x/p", "1"],
        ["http://x/b", "http://x/p", "2"],
    ]


def test_an_excerpt_and_its_question_survive_being_sent() -> None:
    body = answer(["a", "b"], [[number("5"), None], [None, {"type": "bnode", "value": "x"}]])
    for excerpt in (
        excerpt_of_table(body, Part("a"), 0.25),
        excerpt_of_truth(b'{"head":{},"boolean":true}', 0.5),
        excerpt_of_graph(b"<http://x/a> <http://x/p> 'x'@ja .", Part(), 0),
    ):
        assert read_excerpt(excerpt.write()) == excerpt
        assert isinstance(excerpt, Excerpt)
    question = Question("ASK {}", {}, part=Part("a", True, 2, 3), stated=True)
    assert Question.read(question.write()) == question
