"""Every competency question gives the answer that a person read off the paper."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgapp.queryfile import QueryFile, read_queries
from kgapp.store import Store
from tests.conftest import ROOT

ANSWERS = ROOT / "tests" / "answers"
QUESTIONS = read_queries(ROOT / "queries" / "questions")
CHECKS = read_queries(ROOT / "queries" / "checks")
PAGES = read_queries(ROOT / "queries" / "pages")


def expected(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def answered(query: QueryFile, store: Store) -> list[list[str]]:
    results = query.run(store)
    if isinstance(results, ox.QueryBoolean):
        return [["answer"], ["true" if results else "false"]]
    assert isinstance(results, ox.QuerySolutions)
    columns = query.columns(results)
    return [columns, *([term.value if (term := row[name]) else "" for name in columns] for row in results)]


def test_every_question_has_an_answer_and_every_answer_a_question() -> None:
    assert set(QUESTIONS) == {path.stem for path in ANSWERS.glob("cq-*.csv")}


@pytest.mark.parametrize("name", QUESTIONS)
def test_answer_is_the_one_read_off_the_paper(name: str, store: Store) -> None:
    assert answered(QUESTIONS[name], store) == expected(ANSWERS / f"{name}.csv")


@pytest.mark.parametrize("name", CHECKS)
def test_check_finds_no_fault(name: str, store: Store) -> None:
    assert answered(CHECKS[name], store)[1:] == []


@pytest.mark.parametrize("query", [*QUESTIONS.values(), *CHECKS.values()], ids=lambda query: query.name)
def test_query_orders_its_rows_and_names_its_columns(query: QueryFile) -> None:
    words = query.text.upper()
    assert "SELECT *" not in words
    assert "ASK" in words or "ORDER BY" in words
    for line in query.text.splitlines():
        if line.startswith("PREFIX "):
            prefix = line.split()[1]
            assert query.text.count(prefix) > 1, f"{prefix} is not used"


def test_model_questions_are_all_there() -> None:
    keys = {f"R{n}" for n in range(1, 10)} | {f"C{n}" for n in range(1, 11)} | {f"P{n}" for n in range(1, 7)}
    assert keys == {query.answers for query in QUESTIONS.values() if query.answers}
    assert len(QUESTIONS) >= len(keys) + 15
