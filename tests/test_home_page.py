"""The first page: its numbers against the paper, and every question of staff led to its answer."""

from __future__ import annotations

import csv
import re
from collections import Counter
from html import unescape

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kgapp.config import Settings
from kgapp.dataset import Dataset, read_dataset
from kgapp.home import Home
from kgapp.store import Store, open_dataset
from kgapp.web import create_app
from tests.conftest import ROOT
from tests.server import Running

LIGHT = 100_000
"""Bytes of a page before compression."""
STATEMENTS = {"1": 21, "2": 23, "3": 28, "4": 31, "5": 34, "6": 21}
"""Statements of each theme (MODEL.md, "The source")."""
ASKED = {
    "CSWはどの取組に，どの役割で関わっていますか": (
        "1-direction-4",
        "5-measure-1",
        "5-direction-1",
        "5-status-1",
    ),
    "CSWはだれと一緒に現れますか": ("地域活動団体", "1-direction-4"),
    "協議体が関わると言えるのは，どの言葉からですか": ("2-direction-2", "協議体を中心に", "5-status-9"),
    "社協が中心の取組は": ("2-status-3", "市社会福祉協議会を中心に"),
    "医師会は直接名が挙がっていますか，三師会のような連合体としてですか": (
        "4-direction-5",
        "4-status-10",
        "chart-4-2",
        "三師会",
    ),
    "医療的ケア児等支援コーディネート機能推進チームはどの会議体・組織の下にありますか": ("部会", "協議会"),
    "だれがどの取組の中心ですか": ("4-direction-5", "2-status-3", "5-direction-1"),
    "対応する方向性の記録がない次年度の課題は": ("2-nextIssue-2", "5-nextIssue-4"),
    "「農福連携の機運が高まってきて…」にはだれが応じますか": (
        "生産者",
        "障がい福祉サービス提供事業所",
        "5-direction-2",
    ),
    "2019年度から2020年度へ引き継がれる取組は": ("1-direction-1", "1-status-1"),
    "引継ぎの記録がない取組は": ("1-status-2",),
    "「アウトリーチ」に触れる課題は": ("4-nextIssue-5", "5-issue-1", "5-nextIssue-1", "5-nextIssue-3"),
    "辻堂に及ぶ取組は": ("1-status-1", "1-direction-1", "2-status-4", "3-status-7", "5-measure-1"),
    "地区それぞれに，何が及びますか": ("辻堂", "湘南大庭", "御所見", "1-status-1"),
    "分庁舎には何が入っていますか": ("地域福祉プラザ", "更生保護サポートセンター"),
    "工程表には何が書かれ，どの年度のことですか": ("検証民間事業者との協働検討 ・構築作業", "2019年度"),
    "おれんじプランに基づく取組は": ("4-status-1", "4-direction-1", "4-nextIssue-1"),
    "介護者を支える取組は": ("5-issue-3", "5-direction-5", "5-status-8", "5-nextIssue-5"),
    "何か所，何地区などの数はいつの値ですか": ("35", "か所", "2020年1月"),
}
"""Questions of the page, with what stands in the paper for an answer (MODEL.md, "Questions")."""


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def links(page: str) -> dict[str, str]:
    """The addresses of a page's links, by their words."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', main_of(page), re.S)
    return {unescape(re.sub("<[^>]+>", "", words)).strip(): unescape(address) for address, words in found}


def answer_column(name: str, wanted: str) -> list[str]:
    """A column of an answer that a person read off the paper."""
    with (ROOT / "tests" / "answers" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [row[wanted] for row in csv.DictReader(lines)]


@pytest.mark.parametrize("question", ASKED)
def test_a_question_of_staff_leads_to_its_answer(client: FlaskClient, question: str) -> None:
    address = links(client.get("/?lang=ja").text)[question]
    path, _, fragment = address.partition("#")
    response = client.get(path)
    assert response.status_code == 200
    page = main_of(response.text)
    if fragment:
        page = page[page.index(f'id="{fragment}"') :]
    answer = re.sub("<(select|pre).*?</(select|pre)>", "", page, flags=re.S)
    for expected in ASKED[question]:
        assert f"{expected}" in answer or passage_path(expected) in answer, expected


def passage_path(notation: str) -> str:
    """The end of the address of a statement's page."""
    theme, _, rest = notation.partition("-")
    return f'/theme-{theme}/{rest}"'


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_link_of_the_first_page_is_answered(client: FlaskClient, language: str) -> None:
    page = client.get(f"/?lang={language}").text
    found = links(page)
    assert len([words for words in found if found[words].startswith("/questions/")]) >= 12
    for address in found.values():
        path, _, fragment = address.partition("#")
        response = client.get(path)
        assert response.status_code == 200, address
        assert not fragment or f'id="{fragment}"' in response.text, address


def numbers(page: str) -> dict[str, list[str]]:
    """The rows of the themes' table: their figures, by the theme's number."""
    table = page[page.index('class="theme-numbers"') :]
    found = {}
    for row in re.findall('<tr><th scope="row">.*?</tr>', table, re.S):
        bare = re.sub('<span class="cell-label".*?</span>', "", row)
        number = re.search('class="ordinal">([0-9]+)<', bare)
        assert number
        cells = re.findall('<td class="number">(.*?)</td>', bare, re.S)
        found[number[1]] = [re.sub(r"<[^>]+>|\s", "", cell) for cell in cells]
    return found


def ratio(gap: int, whole: int, language: str) -> str:
    """How many have a record, of how many; and how many have none."""
    none = {"ja": "記録なし", "en": "notrecorded"}[language]
    return f"{whole - gap}/{whole}" + (f"{none}{gap}" if gap else "")


def test_the_numbers_of_the_themes_are_those_of_the_paper(client: FlaskClient, store: Store) -> None:
    results = store.query("""PREFIX ccr: <https://w3id.org/care-roadmap/ns#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?theme (COUNT(DISTINCT ?actor) AS ?actors) WHERE {
          ?actor ccr:activeInTheme/skos:notation ?theme ; a ?kind
          FILTER(?kind IN (ccr:Body, ccr:Collective, ccr:ActorType, ccr:Post)) } GROUP BY ?theme""")
    assert isinstance(results, ox.QuerySolutions)
    actors = {row["theme"].value.removeprefix("theme-"): row["actors"].value for row in results}
    gaps = {
        section: Counter(
            name[0] for name in answer_column(answer, section if section == "status" else "issue")
        )
        for section, answer in (
            ("nextIssue", "cq-r02-next-issues-without-direction"),
            ("issue", "cq-s02-standing-issues-without-direction"),
            ("status", "cq-s04-status-not-continued"),
        )
    }
    whole = {
        section: dict(zip(STATEMENTS, counts, strict=True))
        for section, counts in (
            ("nextIssue", (3, 2, 3, 6, 6, 2)),
            ("issue", (3, 3, 3, 3, 3, 3)),
            ("status", (6, 7, 8, 10, 11, 6)),
        )
    }
    for language in ("ja", "en"):
        assert numbers(client.get(f"/?lang={language}").text) == {
            theme: [
                str(statements),
                actors[theme],
                *(ratio(gaps[section][theme], whole[section][theme], language) for section in gaps),
            ]
            for theme, statements in STATEMENTS.items()
        }


def test_the_search_of_the_first_page_finds(client: FlaskClient) -> None:
    page = client.get("/?lang=en").text
    form = page[page.index("<form") : page.index("</form>")]
    assert 'action="/search"' in form
    assert 'method="get"' in form
    assert '<input type="hidden" name="lang" value="en">' in form
    assert 'name="q"' in form


def test_what_is_new_and_the_ways_of_others(client: FlaskClient, dataset: Dataset) -> None:
    found = links(client.get("/?lang=ja").text)
    assert {"/sparql?lang=ja", "/overview?lang=ja", "/overview/schema?lang=ja"} <= set(found.values())
    assert {"/catalogue?lang=ja", "/ns?lang=ja", "/quality?lang=ja", "/llms.txt"} <= set(found.values())
    assert found["版とそのちがい"] == "/changes?lang=ja"
    assert dataset.digest in client.get("/").text


def test_further_papers_leave_the_pages_whole(family_home: Home) -> None:
    """Another city's paper, newer than the first and without a register: no question about what it
    does not have; no notation passes for one of its statements; its own roadmap."""
    dataset = read_dataset(family_home.build)
    client = create_app(open_dataset(dataset), lambda: dataset, family_home, Settings()).test_client()
    page = client.get("/?lang=ja")
    assert page.status_code == 200
    assert "CSW" not in page.text[page.text.index('class="asked"') : page.text.index('id="themes"')]
    for address in links(page.text).values():
        assert client.get(address.partition("#")[0]).status_code == 200, address
    for path in ("/questions/cq-s04-status-not-continued", "/districts", "/roadmap"):
        assert client.get(path).status_code == 200
    answer = main_of(client.get("/questions/cq-s04-status-not-continued").text)
    assert "1-status-2" in answer
    assert passage_path("1-status-2") not in answer
    assert "モデル開始・検証 全地区展開" in client.get("/roadmap?edition=fujisawa/2020-02").text
    assert "モデル開始・検証 全地区展開" not in client.get("/roadmap").text


def test_on_a_real_server(server: Running) -> None:
    for path in ("/", "/questions", "/questions/cq-c01-where-is-an-actor", "/roadmap", "/districts"):
        for language in ("ja", "en"):
            first = server.get(path, Accept_Language=language)
            assert first.status == 200
            assert f'<html lang="{language}">' in first.text
            assert len(first.body) < LIGHT
            again = server.get(path, Accept_Language=language, If_None_Match=first.headers["etag"])
            assert again.status == 304
    assert server.get("/questions/cq-c01-where-is-an-actor.csv").body.startswith("\ufeff".encode())
