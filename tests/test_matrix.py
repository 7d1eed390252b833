"""The trace matrix: who stands where, against the paper; its numbers against queries of their own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import quote

import openpyxl
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from kgapp.config import Settings
from kgapp.dataset import Dataset, read_dataset
from kgapp.errors import QueryRefused
from kgapp.excel import FORMULA
from kgapp.home import Home
from kgapp.question import Results, Term
from kgapp.store import Store, open_dataset
from kgapp.web import create_app
from kgapp.web.frame.sheets import Sheet, as_csv, as_workbook
from kgapp.web.matrix.matrix import (
    COLUMN_KINDS,
    ROW_KINDS,
    Choice,
    absence_of_cell,
    build_matrix,
    column_at,
    entries_of,
    read_choice,
)
from kgapp.web.trace.marking import is_inside, marked
from kgapp.web.trace.trace import Thing, Trace
from tests.stores import Front

CITY = "fujisawa"
PREFIXES = """PREFIX ccr: <https://w3id.org/care-roadmap/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


def thing(trace: Trace, path: str) -> Thing:
    return trace.things[f"{trace.edition.iri.removesuffix(f'{CITY}/2020-02')}{CITY}/{path}"]


def roles(trace: Trace, path: str, choice: Choice) -> dict[str, set[tuple[str, str]]]:
    """Of a thing: the passages' notations, each with roles and ways."""
    found: dict[str, set[tuple[str, str]]] = {}
    for entry in entries_of(trace, choice, thing(trace, path), None):
        found.setdefault(entry.passage.notation, set()).add((entry.link.relation, entry.way))
    return found


def solutions(store: Store, query: str) -> list[Mapping[str, Any]]:
    results = store.query(PREFIXES + query)
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    return [{name: row[name].value for name in names} for row in results]


# What the paper says (MODEL.md, "Questions the graph answers").


def test_c1_where_csw_stands_and_in_which_role(trace: Trace) -> None:
    assert roles(trace, "actor/csw", Choice(columns="passages")) == {
        "1-direction-4": {("hasSubject", "direct"), ("hasPartner", "direct")},
        "5-measure-1": {("hasSubject", "direct")},
        "5-status-1": {("hasSubject", "direct")},
        "5-direction-1": {("hasLead", "direct")},
    }


def test_c2_where_the_consultative_bodies_stand(trace: Trace) -> None:
    assert roles(trace, "actor/kyogitai", Choice(columns="passages")) == {
        "2-direction-2": {("hasLead", "direct")},
        "2-status-4": {("hasParticipant", "direct")},
        "2-nextIssue-1": {("hasPartner", "direct")},
        "5-status-9": {("hasParticipant", "direct")},
    }


def test_c3_what_the_council_of_social_welfare_leads(trace: Trace) -> None:
    choice = Choice(columns="initiatives", role="hasLead")
    assert set(roles(trace, "actor/shi-shakyo", choice)) == {"2-status-3"}


def test_c4_directly_and_through_membership_are_told_apart(trace: Trace, client: FlaskClient) -> None:
    assert roles(trace, "actor/fujisawa-shi-ishikai", Choice(columns="passages")) == {
        "4-direction-5": {("hasLead", "direct")},
        "4-status-10": {("hasPartner", "direct")},
        "chart-4-2": {("involves", "membership")},
    }
    page = client.get(
        "/matrix/cell?thing=fujisawa/actor/fujisawa-shi-ishikai&columns=passages&column=chart-4-2&lang=ja"
    ).text
    assert "推論（構成団体）" in page
    assert "三師会（構成団体: 藤沢市医師会）" in page
    assert "原文どおり</i>" not in page


def test_c5_an_empty_cell_is_no_no(trace: Trace, client: FlaskClient) -> None:
    choice = Choice(columns="initiatives")
    column = column_at(trace, choice, "4-direction-5")
    sanshikai = thing(trace, "actor/sanshikai")
    assert entries_of(trace, choice, sanshikai, column) == ()
    absence = absence_of_cell(trace, choice, sanshikai, column)
    assert (absence.kind, absence.names, absence.searched) == ("unstated", ("三師会",), 1)
    page = client.get(
        "/matrix/cell?thing=fujisawa/actor/sanshikai&columns=initiatives&column=4-direction-5&lang=ja"
    ).text
    assert "記載なし。名（三師会）のどれも" in page
    assert "「いいえ」という意味ではありません" in page


def test_c7_who_responds_stands_under_the_issue_by_a_rule(trace: Trace) -> None:
    column = column_at(trace, Choice(columns="issues"), "5-nextIssue-2")
    found = {
        (one.path, entry.link.relation, entry.way)
        for one in trace.things.values()
        for entry in entries_of(trace, Choice(columns="issues"), one, column)
        if entry.link.relation == "respondedToBy"
    }
    assert found == {
        ("fujisawa/actor/seisansha", "respondedToBy", "rule"),
        ("fujisawa/actor/shogai-fukushi-service-jigyosho", "respondedToBy", "rule"),
    }


def test_c9_what_reaches_a_district(trace: Trace) -> None:
    found = roles(trace, "district/tsujido", Choice(rows="districts", columns="initiatives"))
    assert found.pop("1-status-1") == {("modelDistrict", "direct")}
    through = {"1-direction-1", "1-direction-4", "2-status-4", "3-status-7", "5-measure-1", "5-direction-1"}
    assert found == {notation: {("coversDistrict", "rule")} for notation in through}


def test_actors_against_districts_stand_on_the_weaker_ground(trace: Trace) -> None:
    """5-direction-1 names CSW as the lead in so many words, and reaches 片瀬 only by １３地区."""
    choice = Choice(columns="districts")
    entries = entries_of(trace, choice, thing(trace, "actor/csw"), column_at(trace, choice, "katase"))
    assert {entry.passage.notation for entry in entries} == {"1-direction-4", "5-measure-1", "5-direction-1"}
    assert {(entry.link.mode, entry.mode, entry.way) for entry in entries} == {("stated", "inferred", "rule")}


# Nothing, and why.


@pytest.mark.parametrize(
    ("path", "choice", "kind", "where"),
    [
        # 国の高等教育就学支援新制度: the word stands there and is no actor's doing.
        ("actor/kuni", Choice(columns="passages"), "unrecorded", ("5-direction-7",)),
        ("actor/keisatsu", Choice(columns="initiatives", theme="5"), "unstated", ()),
        # 支援関係機関等: only as a part of a longer name.
        ("actor/kankei-kikan", Choice(columns="initiatives", theme="5"), "within", ("5-status-7",)),
        ("actor/csw", Choice(columns="initiatives", theme="5", role="hasPartner"), "filtered", ()),
    ],
)
def test_not_stated_not_recorded_and_left_out_are_apart(
    trace: Trace, path: str, choice: Choice, kind: str, where: tuple[str, ...]
) -> None:
    row = next(row for row in build_matrix(trace, choice).rows if row.thing == thing(trace, path))
    assert row.absence is not None
    assert row.absence.kind == kind
    if kind != "filtered":
        assert row.absence.naming + row.absence.within == where


def test_an_empty_row_and_column_say_why(client: FlaskClient) -> None:
    page = client.get("/matrix?columns=initiatives&theme=5&lang=ja").text
    assert "記載なし。名（警察）のどれも，ここの22の記載に書かれていない。" in page
    assert "関わりの記録なし。名（国）は 5-direction-7 にあるが" in page
    # 5-status-11 (庁内横断的な情報交換) names no body: a guard of the register says so.
    assert re.search(
        r"<th scope=\"col\"><a [^>]*>取組状況11</a><small>[^<]*</small><em>記[載録]なし</em>", page
    )
    english = client.get("/matrix?columns=initiatives&theme=5&lang=en").text
    assert "Not stated under any of these names (警察) in the 22 passages here." in english


def test_only_empty_and_only_filled(trace: Trace) -> None:
    every = build_matrix(trace, Choice(columns="issues"))
    filled = build_matrix(trace, Choice(columns="issues", show="filled"))
    empty = build_matrix(trace, Choice(columns="issues", show="empty"))
    assert {row.thing.path for row in filled.rows} | {row.thing.path for row in empty.rows} == {
        row.thing.path for row in every.rows
    }
    assert all(row.cells and row.absence is None for row in filled.rows)
    assert all(not row.cells and row.absence for row in empty.rows)
    assert not [column for column in filled.columns if column.absence]


# Numbers.


@pytest.mark.parametrize("rows", ROW_KINDS)
def test_numbers_equal_a_query_of_their_own(trace: Trace, store: Store, rows: str) -> None:
    kinds = ", ".join(f"ccr:{kind}" for kind in ROW_KINDS[rows])
    found = solutions(
        store,
        f"""SELECT ?thing ?theme (COUNT(DISTINCT ?claim) AS ?links) WHERE {{
          ?claim a ccr:Claim ; rdf:subject ?passage ; rdf:predicate ?relation ; rdf:object ?thing .
          ?passage ccr:inTheme/skos:notation ?theme .
          ?thing a ?kind . FILTER(?kind IN ({kinds})) FILTER(?relation != ccr:respondedToBy)
        }} GROUP BY ?thing ?theme""",
    )
    expected = {(row["thing"], row["theme"]): int(row["links"]) for row in found}
    matrix = build_matrix(trace, Choice(rows=rows))
    cells = {
        (row.thing.iri, key): len({entry.link.claim for entry in cell})
        for row in matrix.rows
        for key, cell in row.cells.items()
    }
    assert cells == expected
    assert matrix.links == sum(expected.values())
    things = solutions(
        store,
        f"SELECT (COUNT(DISTINCT ?t) AS ?n) WHERE {{ ?t a ?k ; skos:prefLabel ?l FILTER(?k IN ({kinds})) }}",
    )
    assert matrix.things == int(things[0]["n"])


def test_the_page_says_these_numbers(client: FlaskClient, trace: Trace) -> None:
    matrix = build_matrix(trace, Choice(columns="initiatives"))
    page = client.get("/matrix?columns=initiatives&lang=en").text
    assert f"{len(matrix.rows)} rows of {matrix.things} bodies" in page
    assert f"{matrix.links} links, each with its ground" in page


# Words.


def test_quoted_words_are_marked_where_they_stand(trace: Trace) -> None:
    for link in trace.links:
        passage = trace.passages[link.passage]
        inside = [one for one in link.quotes if is_inside(passage, one)]
        stretches = marked(passage, link.quotes)
        assert "".join(stretch.words for stretch in stretches) == passage.text
        if len(inside) == 1:
            assert [stretch.words for stretch in stretches if stretch.marked] == [inside[0].words]


def test_a_cell_shows_the_sentence_with_the_words_marked(client: FlaskClient) -> None:
    page = client.get("/matrix/cell?thing=fujisawa/actor/shi-shakyo&column=theme-2&lang=ja").text
    # The source breaks the line after 市社会福祉協議会を中心に，多様な主体の活動支.
    assert "設置し，<mark>市社会福祉協議会を中心に</mark>，多様な主体の活動支援" in page
    assert "/doc/fujisawa/2020-02/theme-2/status-3" in page
    assert "/doc/fujisawa/2020-02/claim/theme-2/status-3/hasLead/shi-shakyo" in page


def test_every_cell_opens_its_sentences(client: FlaskClient) -> None:
    page = client.get("/matrix?columns=issues&lang=ja").text
    addresses = set(re.findall(r'<td><a href="([^"]+)"', page))
    assert len(addresses) > 20
    for address in addresses:
        cell = client.get(unescape(address))
        assert cell.status_code == 200
        assert "<mark>" in cell.text or "（この文の外）" in cell.text, address


def test_the_filter_stands_in_the_address_and_in_words(client: FlaskClient) -> None:
    page = client.get("/matrix?columns=initiatives&theme=5&role=hasLead&mode=stated&lang=ja").text
    chosen = re.search(r'<p class="chosen">.*?</p>', page, re.S)
    assert chosen
    for words in ("テーマ5 社会的孤立の防止", "中心", "原文どおり", "団体・職など"):
        assert f"<strong>{words}</strong>" in chosen[0]
    assert "/matrix.csv?columns=initiatives&amp;theme=5&amp;role=hasLead&amp;mode=stated&amp;lang=ja" in page
    assert '<option value="hasLead" selected>' in page


@pytest.mark.parametrize("rows", ROW_KINDS)
@pytest.mark.parametrize("columns", COLUMN_KINDS)
def test_pages_stay_light(client: FlaskClient, rows: str, columns: str) -> None:
    for language in ("ja", "en"):
        page = client.get(f"/matrix?rows={rows}&columns={columns}&lang={language}")
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        assert len(page.data) < 100_000


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("市社協", "shi-shakyo"),
        ("しゃきょう", "shi-shakyo"),
        ("シャキョウ", "shi-shakyo"),
        ("ｃｓｗ", "csw"),
        ("こみゅにてぃそ", "csw"),
        ("social worker", "csw"),
    ],
)
def test_names_are_found_by_reading_alias_and_width(trace: Trace, name: str, path: str) -> None:
    found = build_matrix(trace, Choice(name=name)).rows
    assert [row.thing.path for row in found] == [f"fujisawa/actor/{path}"]


# To take away.


def test_the_csv_opens_in_a_japanese_excel(client: FlaskClient, trace: Trace) -> None:
    response = client.get("/matrix.csv?lang=ja")
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert response.data.count(b"\r\n") >= len(trace.themes)
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1
    table = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    csw = table["コミュニティソーシャルワーカー"]
    assert csw["件数"] == "5"
    assert csw["テーマ5 社会的孤立の防止"].split("\n") == ["中心（原文どおり）", "扱う主体（原文どおり） 2"]
    assert "市町村が作成または承認したものではない" in rows[-1][0]


def test_the_workbook_holds_the_same_table(client: FlaskClient) -> None:
    address = "/matrix.xlsx?columns=initiatives&theme=4&lang=ja"
    first = client.get(address)
    assert first.data == client.get(address).data
    book = openpyxl.load_workbook(io.BytesIO(first.data))
    assert book.sheetnames == ["表", "つながり", "出典と権利"]
    table = book["表"]
    assert table.freeze_panes == "B3"
    assert "テーマ4 在宅生活の支援" in str(table["A1"].value)
    answer = client.get("/matrix.csv?columns=initiatives&theme=4&lang=ja").data.decode("utf-8-sig")
    expected = list(csv.reader(io.StringIO(answer, newline="")))[:-1]
    read = [
        ["" if cell.value is None else str(cell.value) for cell in row] for row in table.iter_rows(min_row=2)
    ]
    assert read == expected
    links = {(str(row[0].value), str(row[3].value)): row for row in book["つながり"].iter_rows(min_row=3)}
    assert links["藤沢市医師会", "4-direction-5"][6].value == "藤沢市医師会を中心に"
    told = {str(row[0].value): str(row[1].value) for row in book["出典と権利"].iter_rows(min_row=3)}
    assert told["役割"] == "すべて"
    assert "CC BY 4.0" in told["データ"]


text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\t\n"))


@given(
    st.lists(
        st.one_of(st.sampled_from(FORMULA), st.just("")).flatmap(lambda p: text.map(p.__add__)), min_size=1
    )
)
def test_no_cell_of_a_csv_is_a_formula(values: list[str]) -> None:
    read = list(csv.reader(io.StringIO(as_csv(["h"], [values]).decode("utf-8-sig"), newline="")))
    for given_value, found in zip(values, read[1], strict=True):
        assert found == (f"'{given_value}" if given_value.startswith(FORMULA) else given_value)


@pytest.mark.parametrize(
    "value", ["=1+1", '=HYPERLINK("http://example.org")', "http://example.org", "@x", "-1", ""]
)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(value: str) -> None:
    data = as_workbook([Sheet("s", value, ["h"], [[value]])])
    page = openpyxl.load_workbook(io.BytesIO(data))["s"]
    for cell in (page["A1"], page["A3"]):
        assert cell.data_type != "f"
        assert cell.hyperlink is None
        assert (cell.value or "") == value


# From strangers.


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("/matrix?rows=<script>", 400),
        ("/matrix?columns=..%2F..", 400),
        ("/matrix?theme=99", 400),
        ("/matrix?section=x&mode=y", 400),
        ("/matrix?role=%00", 400),
        ("/matrix?show=%E2%80%AE", 400),
        (f"/matrix?name={'x' * 101}", 400),
        ("/matrix?edition=../../etc/passwd", 404),
        ("/matrix.csv?edition=%00", 404),
        ("/matrix.xlsx?rows=no", 400),
        ("/matrix/cell", 404),
        ("/matrix/cell?thing=%22%3E%3Cscript%3E", 404),
        ("/matrix/cell?thing=fujisawa/actor/csw&column=%3Cscript%3E", 404),
        ("/matrix?unknown=1&rows=actors&rows=groups", 200),
    ],
)
def test_hostile_parameters(client: FlaskClient, asked: str, status: int) -> None:
    response = client.get(asked, headers={"Accept": "text/html"})
    assert response.status_code == status
    assert "<script" not in response.text


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_name_is_answered_and_escaped(client: FlaskClient, name: str) -> None:
    asked = quote(f"<blink>{name}", errors="replace")
    response = client.get(f"/matrix?name={asked}&columns=issues&show=filled")
    assert response.status_code == 200
    assert "<blink" not in response.text


@given(
    st.dictionaries(
        st.sampled_from(["rows", "columns", "theme", "section", "role", "mode", "show"]), st.text()
    )
)
def test_a_choice_is_whole_or_refused(trace: Trace, asked: dict[str, str]) -> None:
    try:
        choice = read_choice(asked, trace)
    except QueryRefused as refusal:
        assert refusal.status == 400
        return
    assert read_choice(choice.parameters(), trace) == choice


def test_other_data_have_no_matrix(store: Store, built_home: Home) -> None:
    other = create_app(store, lambda: None, built_home, Settings()).test_client()
    for address in ("/matrix", "/matrix.csv", "/matrix.xlsx", "/matrix/cell", "/answers", "/answers.csv"):
        response = other.get(address)
        assert response.status_code == 404
        assert "指定されたファイル" in response.text


def test_a_filter_that_leaves_no_column_says_so(client: FlaskClient) -> None:
    page = client.get("/matrix?columns=initiatives&section=goal&lang=ja").text
    assert "選ばれた列に当たる記載の記録はありません" in page
    assert "記載なし。名" not in page


def test_rows_stand_in_the_order_of_an_index(trace: Trace) -> None:
    rows = build_matrix(trace, Choice(show="filled")).rows
    readings = [row.thing.reading for row in rows]
    assert readings == sorted(readings)
    english = [row.thing.label.en.casefold() for row in build_matrix(trace, Choice(show="filled"), "en").rows]
    assert english == sorted(english)
    assert len(english) == len(readings)


def test_a_kept_page_is_the_same_in_its_own_language_only(client: FlaskClient) -> None:
    first = client.get("/matrix?columns=issues", headers={"Accept-Language": "ja"})
    again = client.get("/matrix?columns=issues", headers={"Accept-Language": "ja"})
    english = client.get("/matrix?columns=issues", headers={"Accept-Language": "en"})
    assert again.data == first.data != english.data
    assert again.headers.get_all("Vary") == first.headers.get_all("Vary")
    tag = {"If-None-Match": first.headers["ETag"], "Accept-Language": "ja"}
    assert client.get("/matrix?columns=issues", headers=tag).status_code == 304
    behind = client.get("/matrix?columns=issues", environ_overrides={"SCRIPT_NAME": "/care"})
    assert 'href="/care/matrix/cell?' in behind.text


def test_a_kept_page_is_not_shown_over_other_data(store: Store, dataset: Dataset, built_home: Home) -> None:
    class Changing(Front):
        def query(self, text: str, substitutions: Mapping[str, Term] | None = None) -> Results:
            kept = super().query(text, substitutions)
            return kept if self.generation == 1 else store.query(f"{text.rstrip()}\nLIMIT 0", substitutions)

    source = Changing(store)
    changing = create_app(source, lambda: dataset, built_home, Settings()).test_client()
    assert changing.get("/matrix").status_code == 200
    source.generation = 2
    assert changing.get("/matrix").status_code == 404


def test_each_paper_has_a_matrix_of_its_own(family_home: Home) -> None:
    made = read_dataset(family_home.build)
    every = create_app(open_dataset(made), lambda: made, family_home, Settings()).test_client()
    # The paper of 2019 has CSW in its theme 5, and no person has read it: stated links only.
    page = every.get("/matrix?edition=fujisawa/2019-02&name=CSW&columns=initiatives&theme=5&lang=ja").text
    assert '<option value="fujisawa/2019-02" selected>' in page
    assert 'href="/matrix/cell?thing=fujisawa/actor/csw&amp;columns=initiatives' in page
    assert 'class="mode mode-stated"' in page
    assert 'class="mode mode-interpreted"' not in page
    assert "選ばれた行の名はどれも書かれていない" in page
    own = every.get("/matrix?edition=fujisawa/2020-02&lang=ja").text
    assert '<option value="fujisawa/2020-02" selected>' in own
    newest = every.get("/matrix?lang=ja").text
    assert '<option value="yamato/2020-03" selected>' in newest
    answer = every.get("/answers?edition=fujisawa/2019-02&theme=5&lang=en").text
    assert "Status (fiscal year 2018)" in answer
    assert "fujisawa/2020-02: Progress of the roadmap" in answer


def test_without_a_register_nothing_is_said_not_to_be_stated(trace: Trace) -> None:
    matrix = build_matrix(replace(trace, things={}), Choice(columns="initiatives"))
    assert (matrix.things, matrix.links, matrix.rows) == (0, 0, ())
    assert not [column for column in matrix.columns if column.absence]
