"""Which form of answer a client prefers (RFC 9110, 12.5.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgapp.results import BOOLEAN, GRAPH, OFFERED, TABLE, named, preferred

TYPES = sorted({name for forms in OFFERED.values() for form in forms for name in form.types})
RANGE = st.sampled_from([*TYPES, "*/*", "text/*", "application/*", "image/png"])
QUALITY = st.integers(0, 1000).map(lambda number: f"{number / 1000:g}")
ACCEPT = st.lists(st.tuples(RANGE, QUALITY), min_size=1, max_size=6)


@given(ACCEPT, st.sampled_from(sorted(OFFERED)))
def test_nothing_that_is_offered_would_be_liked_better(ranges: list[tuple[str, str]], kind: str) -> None:
    accept = ", ".join(f"{name};q={quality}" for name, quality in ranges)

    def liking(name: str) -> float:
        for candidate in (name, name.partition("/")[0] + "/*", "*/*"):
            found = [float(quality) for given_name, quality in ranges if given_name == candidate]
            if found:
                return max(found)
        return 0.0

    said = {name for name, _ in ranges}

    def names(types: tuple[str, ...]) -> list[str]:
        """Those by which a form is liked: a range does not undo what is said of its own type."""
        return [name for name in types if name == types[0] or name in said or types[0] not in said]

    best = max(liking(name) for form in OFFERED[kind] for name in names(form.types))
    chosen = preferred(accept, OFFERED[kind])
    if best == 0:
        assert chosen is None
    else:
        assert chosen is not None
        assert max(liking(name) for name in names(chosen.types)) == best


@given(st.text(max_size=60), st.sampled_from(sorted(OFFERED)))
def test_any_header_is_read(accept: str, kind: str) -> None:
    preferred(accept, OFFERED[kind])


@pytest.mark.parametrize(
    ("accept", "kind", "name"),
    [
        ("", TABLE, "json"),
        ("text/csv; q=x", TABLE, None),
        ("text/csv;q=2", TABLE, None),
        ("text/csv;charset=utf-8;q=0.1", TABLE, "csv"),
        ("text/turtle, application/ld+json", GRAPH, "turtle"),
        ("application/ld+json, text/turtle;q=0.9", GRAPH, "jsonld"),
        ("application/xml", BOOLEAN, "xml"),
        ("text/xml", BOOLEAN, "xml"),
        ("text/csv", BOOLEAN, None),
        ("*", TABLE, "json"),
        ("turtle", GRAPH, "turtle"),
        ("text/turtle;q=0, */*", GRAPH, "ntriples"),
        ("application/sparql-results+json;q=0, application/sparql-results+xml;q=0, */*", BOOLEAN, None),
    ],
)
def test_headers_that_clients_send(accept: str, kind: str, name: str | None) -> None:
    chosen = preferred(accept, OFFERED[kind])
    assert (chosen.name if chosen else None) == name


@pytest.mark.parametrize(
    ("given_name", "kind", "name"),
    [("json", TABLE, "json"), ("json", GRAPH, "jsonld"), ("rdf+xml", GRAPH, "rdfxml"), ("xml", GRAPH, "rdfxml"),
     ("text/csv", TABLE, "csv"), ("ttl", GRAPH, "turtle"), ("nt", GRAPH, "ntriples"), ("png", TABLE, None),
     ("", TABLE, None)],
)  # fmt: skip
def test_names_for_people(given_name: str, kind: str, name: str | None) -> None:
    found = named(given_name, kind)
    assert (found.name if found else None) == name
