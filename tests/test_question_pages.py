"""The questions as forms: the same answers as a person read off the paper, in words and as tables."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from kgapp.queryfile import read_queries
from kgapp.store import Store
from kgapp.web.questions.words import COLUMNS, VALUES
from kgapp.web.trace import words
from tests.conftest import ROOT
from tests.test_home_page import main_of, passage_path

QUESTIONS = read_queries(ROOT / "queries" / "questions")
TOLD = {
    "role": words.ROLES,
    "relation": words.ROLES | words.RELATIONS,
    "mode": words.MODES,
    "section": words.SECTIONS,
    **VALUES,
}
"""Columns whose values are told in words."""


def expected(name: str) -> list[list[str]]:
    with (ROOT / "tests" / "answers" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def register(name: str) -> list[str]:
    """The identifiers of a table that staff edit."""
    path = ROOT / "data" / "register" / "fujisawa" / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["識別子"] for row in csv.DictReader(file)]


def options(page: str, name: str) -> list[str]:
    select = re.search(f'<select id="p-{name}".*?</select>', page, re.S)
    assert select, name
    return [unescape(value) for value in re.findall('<option value="([^"]*)"', select[0])]


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_table_of_a_question_is_the_answer_read_off_the_paper(client: FlaskClient, name: str) -> None:
    body = client.get(f"/questions/{name}.csv?lang=ja").data
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.count(b"\n") == body.count(b"\r\n")
    heading, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert "市町村が作成または承認したものではない" in rows.pop()[0]
    columns, *answer = expected(name)
    if columns == ["answer"]:
        assert rows == [["そう記録されている" if answer == [["true"]] else "そうは記録されていない"]]
        return
    added = [place for place, words in enumerate(heading) if words.endswith("の本文")]
    assert without(heading, added) == [COLUMNS[column].ja for column in columns]
    told = [[_told(*pair) for pair in zip(columns, row, strict=True)] for row in answer]
    assert [without(row, added) for row in rows] == told
    for place in added:
        assert heading[place] == f"{heading[place - 1]}の本文"
        assert_wordings({(row[place - 1], row[place]) for row in rows})


def without(row: list[str], places: list[int]) -> list[str]:
    return [value for place, value in enumerate(row) if place not in places]


def assert_wordings(named: set[tuple[str, str]]) -> None:
    """Each passage has one wording, which stands in the paper once its lines are joined."""
    paper = (ROOT / "data" / "source" / "fujisawa" / "2020-02.txt").read_text(encoding="utf-8")
    joined = re.sub(r"\n[ 　]*", "", paper)
    assert len({notation for notation, _ in named}) == len(named)
    for notation, wording in named:
        assert bool(notation) == bool(wording)
        assert wording in joined, notation


def _told(column: str, value: str) -> str:
    known = TOLD.get(column, {}).get(value)
    return known.ja if known else value


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_question_is_told_with_its_answer(client: FlaskClient, name: str, language: str) -> None:
    page = main_of(client.get(f"/questions/{name}?lang={language}").text)
    query = QUESTIONS[name]
    assert (query.title.ja if language == "ja" else query.title.en) in unescape(page)
    columns, *answer = expected(name)
    assert page.count("<tr>") == (0 if columns == ["answer"] else len(answer) + 1)
    for row in answer:
        for value in row:
            if re.fullmatch(r"[0-9]-[A-Za-z]+-[0-9]+", value):
                assert passage_path(value) in page
    cells = re.findall("<td>(.*?)</td>", page)
    assert not [cell for cell in cells if re.search(r">(has[A-Z]|interpreted<|nextIssue<|http)", cell)]


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_query_that_is_shown_gives_the_answer(client: FlaskClient, store: Store, name: str) -> None:
    """With its parameters in it: whoever follows the link gets what stands on the page."""
    page = client.get(f"/questions/{name}?lang=ja").text
    link = next(a for a in re.findall('href="([^"]*)"', page) if a.startswith("/sparql?query="))
    text = parse_qs(urlsplit(unescape(link)).query)["query"][0]
    results = store.query(text)
    columns, *answer = expected(name)
    if isinstance(results, ox.QueryBoolean):
        assert [["true" if results else "false"]] == answer
        return
    assert isinstance(results, ox.QuerySolutions)
    assert [variable.value for variable in results.variables] == columns
    found = [[term.value if (term := row[column]) else "" for column in columns] for row in results]
    assert found == answer


def test_what_may_be_chosen_is_what_the_register_has(client: FlaskClient) -> None:
    page = client.get("/questions/cq-c01-where-is-an-actor?lang=ja").text
    actors = {f"fujisawa/actor/{name}" for name in register("actors")}
    groups = {f"fujisawa/group/{name}" for name in register("groups")}
    assert set(options(page, "actor")) == actors | groups
    page = client.get("/questions/cq-c09-what-reaches-a-district?lang=en").text
    assert set(options(page, "district")) == {f"fujisawa/district/{name}" for name in register("districts")}
    assert len(options(client.get("/questions/cq-c05-does-it-lead").text, "statement")) == 158
    assert len(options(client.get("/questions/cq-c07-who-responds").text, "issue")) == 18 + 22


def test_another_choice_has_another_answer(client: FlaskClient) -> None:
    page = main_of(client.get("/questions/cq-c02-an-actor-on-whose-words?actor=fujisawa/actor/csw").text)
    assert passage_path("5-measure-1") in page
    assert "2-direction-2" not in page[page.index('id="answer"') :]
    asked = "actor=fujisawa/actor/fujisawa-shi-ishikai&statement=4-direction-5&lang=ja"
    assert "はい。そう記録されています。" in client.get(f"/questions/cq-c05-does-it-lead?{asked}").text
    assert "そうは記録されていません。" in client.get("/questions/cq-c05-does-it-lead?lang=ja").text


def test_nothing_recorded_is_no_no(client: FlaskClient) -> None:
    """国 stands in 5-direction-7 as the owner of a scheme only; 警察 is a partner and leads nothing."""
    page = client.get("/questions/cq-c03-led-by?actor=fujisawa/actor/kuni&lang=ja").text
    assert "5-direction-7" in page
    assert "「ない」という意味ではありません" in page
    page = client.get("/questions/cq-c03-led-by?actor=fujisawa/actor/keisatsu&lang=ja").text
    assert re.search("ほかの役割や関係では，警察についての記録が[1-9][0-9]*件あります", page)
    assert "「ない」という意味ではありません" in page


@pytest.mark.parametrize(
    "asked",
    [
        "actor=fujisawa/actor/nobody",
        "actor=http://example.org/x",
        "actor=%3Cscript%3E",
        "actor=ccr:hasLead",
        "actor=fujisawa/district/tsujido",
    ],
)
def test_a_value_that_is_not_offered_is_refused(client: FlaskClient, asked: str) -> None:
    for suffix in ("", ".csv"):
        response = client.get(
            f"/questions/cq-c01-where-is-an-actor{suffix}?{asked}", headers={"Accept": "text/html"}
        )
        assert response.status_code == 400
        assert "<script>" not in response.text


@pytest.mark.parametrize("name", ["absent", "cq-c01", "..%2fpages%2ftrace-links", "%3Cscript%3E", ".csv"])
def test_no_other_question(client: FlaskClient, name: str) -> None:
    response = client.get(f"/questions/{name}", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "<script>" not in response.text


@settings(max_examples=60)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_word_may_be_asked(client: FlaskClient, word: str) -> None:
    """It stays a word: in the page, but for NUL, which no page can hold; in the query, in the table."""
    for path in ("/questions/cq-r04-issues-that-mention", "/questions/cq-s17-topic-by-theme.csv"):
        response = client.get(f"{path}?lang=ja&word={quote(word)}")
        assert response.status_code == 200
    page = client.get(f"/questions/cq-r04-issues-that-mention?lang=ja&word={quote(word)}").text
    field = re.search('<input id="p-word" name="word" value="([^"]*)"', page)
    assert field
    wanted = word.strip() or "アウトリーチ"
    assert unescape(field[1]) == wanted.replace("\0", "\ufffd")


def test_every_question_is_listed_once(client: FlaskClient) -> None:
    for language in ("ja", "en"):
        page = client.get(f"/questions?lang={language}").text
        listed = re.findall(r'href="/questions/([^"?]+)\?', page)
        assert sorted(listed) == sorted(QUESTIONS)


def test_every_column_has_words() -> None:
    """A new question's columns are told in words too."""
    columns = {column for name in QUESTIONS for column in expected(name)[0]} - {"answer"}
    assert columns == set(COLUMNS)
