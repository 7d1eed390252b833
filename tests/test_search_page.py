"""The search page, its answer for programs and its suggestions, over the real dataset and the real server."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from kgapp.config import Settings
from kgapp.dataset import read_dataset, sha256_of
from kgapp.home import Home
from kgapp.store import Store
from kgapp.web import create_app
from tests.endpoints import oxigraph
from tests.homes import copy_of
from tests.server import Running, serving

JA = {"Accept-Language": "ja"}
LARGEST = 100_000


class Page(HTMLParser):
    """A page's main elements, links, marked words and text; fails where tags do not match."""

    VOID = ("meta", "link", "input", "br", "hr", "img")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "main" in self.open:
            self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "main" in self.open:
            self.words.append(data)
        if self.open and self.open[-1] == "mark":
            self.marked.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]

    def links(self) -> list[str]:
        return [str(attrs["href"]) for attrs in self.of("a")]


def page(client: FlaskClient, lang: str = "ja", **asked: str) -> Page:
    response = client.get("/search", query_string=asked, headers={"Accept-Language": lang})
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert len(response.data) < LARGEST
    return Page(response.text)


def test_results_stand_by_kind_with_the_words_marked_and_lead_to_their_documents(client: FlaskClient) -> None:
    found = page(client, q="社協")
    assert found.marked.count("市社会福祉協議会") == 2, "the alias, and the statement's words"
    assert "/doc/fujisawa/actor/shi-shakyo" in found.links()
    assert "/doc/fujisawa/2020-02/theme-2/status-3" in found.links()
    assert found.text.index("主体 1件") < found.text.index("資料の記述 1件")
    assert "市社会福祉協議会，市社協" in found.text, "which other names were looked for"


def test_in_english(client: FlaskClient) -> None:
    found = page(client, lang="en", q="csw")
    assert "Statements 4" in found.text
    assert "unofficial translation" in found.text
    assert "community social worker" in found.marked


def test_every_link_of_a_result_is_a_document_or_a_search(client: FlaskClient) -> None:
    for link in page(client, q="地域").links():
        path = urlsplit(link).path
        assert path == "/search" or path.startswith(("/doc/fujisawa/", "/ns", "/doc/fy/")), link


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_two_parts_of_the_page_have_one_name(client: FlaskClient, lang: str) -> None:
    for asked in ({"q": "社協"}, {"q": "地域"}, {"q": "csw", "theme": "fujisawa/2020-02/theme-5"}, {}):
        found = page(client, lang=lang, **asked)
        ids = [attrs["id"] for _, attrs in found.seen if "id" in attrs]
        assert len(ids) == len(set(ids))
        labelled = {attrs["for"] for attrs in found.of("label")}
        assert labelled <= set(ids)
        assert {str(select["id"]) for select in found.of("select")} <= labelled


def test_an_english_page_names_themes_in_english_and_says_where_words_are_japanese(
    client: FlaskClient,
) -> None:
    html = client.get("/search?q=csw&lang=en").text
    options = dict(re.findall(r'<option value="(fujisawa[^"]*)"[^>]*>([^<(]+)', html))
    assert options["fujisawa/2020-02/theme-5"].strip() == "Prevention of social isolation"
    for attributes, text in re.findall(r"<(?:option|span)([^>]*)>([^<]+)", html.partition("<main")[2]):
        if re.search("[ぁ-んァ-ヶ一-龠]", text):
            assert 'lang="ja' in attributes, text
    names = json.loads(client.get("/search.json?q=csw").text)["choices"]["theme"][0]["names"]
    assert set(names) == {"ja"}, "a translation of ours is no name"


def test_filters_are_in_the_address_and_work_without_script(client: FlaskClient) -> None:
    found = page(client, q="csw")
    assert [select["name"] for select in found.of("select")] == ["theme", "section", "actor", "district"]
    assert {form["method"] for form in found.of("form")} == {"get"}
    values = [option["value"] for option in found.of("option")]
    assert {
        "fujisawa/2020-02/theme-5",
        "direction",
        "fujisawa/actor/csw",
        "fujisawa/district/tsujido",
    } <= set(values)
    narrowed = page(client, q="csw", theme="fujisawa/2020-02/theme-5", section="direction")
    assert [link for link in narrowed.links() if "/theme-" in urlsplit(link).path] == [
        "/doc/fujisawa/2020-02/theme-5/direction-1"
    ]
    chosen = [option["value"] for option in narrowed.of("option") if "selected" in option]
    assert chosen == ["fujisawa/2020-02/theme-5", "direction"]
    assert "script" not in {name for name, _ in narrowed.seen}


def test_all_of_a_kind_page_by_page(client: FlaskClient) -> None:
    overview = page(client, q="支援")
    [more] = {
        link for link in overview.links() if parse_qs(urlsplit(link).query).get("kind") == ["statement"]
    }
    whole = json.loads(client.get("/search.json", query_string={"q": "支援"}).data)
    total = next(group["total"] for group in whole["groups"] if group["kind"] == "statement")
    listed: list[str] = []
    link: str | None = more
    while link:
        shown = Page(client.get(link, headers=JA).text)
        listed += [link for link in shown.links() if link.startswith("/doc/fujisawa/2020-02/theme-")]
        link = next((str(a["href"]) for a in shown.of("a") if a.get("rel") == "next"), None)
    assert len(listed) == len(set(listed)) == total > 50


def test_nothing_found_says_what_was_looked_for_and_what_is_near(client: FlaskClient) -> None:
    found = page(client, q="医療会 災害")
    assert "見つかりませんでした" in found.text
    assert "医療会，災害（すべてを含むもの）" in found.text.replace(" ", "")
    assert "ひらがなとカタカナ" in found.text
    assert "その事柄がないことを意味しません" in found.text
    near = page(client, q="医療会")
    assert "/doc/fujisawa/actor/iryo-kikan" in near.links()
    nowhere = page(client, q="csw", theme="fujisawa/2020-02/theme-2")
    assert "地域活動の支援・担い手の育成等" in nowhere.text
    assert any("theme" not in link and "q=csw" in link for link in nowhere.links())


def test_without_words_the_page_tells_how_to_search(client: FlaskClient) -> None:
    for asked in ({}, {"q": ""}, {"q": " 　"}, {"q": "・"}):
        assert "探し方" in page(client, **asked).text
    assert "How to search" in page(client, lang="en").text
    assert "入力されたものには，探せる文字がありません" in page(client, q="・").text


def test_an_unknown_kind_or_thing_is_told(client: FlaskClient) -> None:
    refused = client.get("/search?q=csw&kind=nothing", headers={"Accept": "text/html"})
    assert refused.status_code == 400
    assert "statement" in refused.text
    assert "fujisawa/actor/nobody" in page(client, q="csw", actor="fujisawa/actor/nobody").text


def test_marks_for_programs_are_stretches_of_the_very_words(client: FlaskClient) -> None:
    reply = client.get("/search.json", query_string={"q": "ＣＳＷ"})
    assert reply.content_type == "application/json"
    content = json.loads(reply.data)
    assert content["terms"] == [{"typed": "ＣＳＷ", "words": "csw", "quoted": False}]
    groups = {group["kind"]: group for group in content["groups"]}
    assert [result["page"].removeprefix("/doc/fujisawa/2020-02/") for result in groups["statement"]["results"]] == [
        "theme-1/direction-4", "theme-5/measure-1", "theme-5/status-1", "theme-5/direction-1",
    ]  # fmt: skip
    measure = groups["statement"]["results"][1]
    [text] = [words for words in measure["words"] if words["role"] == "text"]
    assert text["text"] == "１３地区を支援できるコミュニティソーシャルワーカー(ＣＳＷ）の配置拡充に向けた検討"
    assert [text["text"][start:end] for start, end in text["marks"]] == [
        "コミュニティソーシャルワーカー",
        "ＣＳＷ",
    ]
    assert (measure["inTheme"], measure["inSection"]) == ("fujisawa/2020-02/theme-5", "measure")
    assert {choice["key"]: choice["count"] for choice in content["choices"]["theme"]}[
        "fujisawa/2020-02/theme-1"
    ] == 1


def test_suggestions(client: FlaskClient) -> None:
    content = json.loads(client.get("/suggest", query_string={"q": "しゃきょ"}).data)
    assert content["q"] == "しゃきょ"
    [one] = content["suggestions"]
    assert one["page"] == "/doc/fujisawa/actor/shi-shakyo"
    assert one["names"] == {"ja": "藤沢市社会福祉協議会", "en": "Fujisawa City Council of Social Welfare"}
    assert json.loads(client.get("/suggest").data)["suggestions"] == []


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "' OR 1=1 --", 'NEAR("a" "b")',
    "社\x00協", "\u202e<b>社協", "👩\u200d⚕️", "が\u3099", "%ff%fe", "\ud800", "あ" * 10_000, "a" * 10_000, '"' * 300,
]  # fmt: skip


@pytest.mark.parametrize("asked", HOSTILE)
@pytest.mark.parametrize("name", ["q", "theme", "actor", "lang", "page"])
def test_hostile_input_is_answered_and_never_becomes_markup(
    client: FlaskClient, asked: str, name: str
) -> None:
    given = quote(asked.encode("utf-8", "surrogatepass"))
    for address in ("/search", "/search.json", "/suggest"):
        response = client.get(f"{address}?q=csw&{name}={given}" if name != "q" else f"{address}?q={given}")
        assert response.status_code == 200, (address, asked[:40])
        if address == "/search":
            found = Page(response.text)
            assert not {"script", "img", "b"} & {tag for tag, _ in found.seen}
            assert not any(key.startswith("on") for _, attrs in found.seen for key in attrs)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_any_words_are_given_back_as_they_were_typed(client: FlaskClient, words: str) -> None:
    found = page(client, q=words)
    shown = next(str(field.get("value") or "") for field in found.of("input") if field.get("name") == "q")
    visible = "".join(char for char in words if char.isprintable() or char.isspace()).strip()
    assert re.split(r"\s+", shown) == re.split(r"\s+", visible)


def test_behind_a_prefix_links_stay_below_it(client: FlaskClient) -> None:
    html = client.get("/search?q=csw", headers=JA, base_url="http://localhost/kg").text
    links = Page(html).links()
    assert links
    assert all(link.startswith("/kg/") for link in links)


def test_other_data_have_no_search(store: Store, built_home: Home) -> None:
    other = create_app(store, lambda: None, built_home, Settings()).test_client()
    for address in ("/search?q=csw", "/search.json?q=csw", "/suggest?q=csw"):
        response = other.get(address, headers={"Accept": "text/html", "Accept-Language": "ja"})
        assert response.status_code == 404
        assert "検索はありません" in response.text


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, built_home: Home) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("search-server")
    with serving(folder, home=copy_of(built_home, folder / "home")) as running:
        yield running


def results(running: Running, words: str) -> list[str]:
    """What a search finds, as paths below ``id/``; a busy server that is just up may ask to wait."""
    until = time.monotonic() + 30
    while (reply := running.get(f"/search.json?{urlencode({'q': words})}")).status == 503:
        assert reply.headers["retry-after"]
        assert time.monotonic() < until, reply.text
        time.sleep(0.2)
    assert reply.status == 200, reply.text
    return [
        result["thing"].rpartition("/id/")[2] for group in reply.json["groups"] for result in group["results"]
    ]


def test_the_real_server_answers(server: Running) -> None:
    assert results(server, "しゃきょう")[0] == "fujisawa/actor/shi-shakyo"
    reply = server.get(f"/search?{urlencode({'q': '三師会'})}", Accept_Language="ja")
    assert reply.status == 200
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "/doc/fujisawa/2020-02/chart/theme-4/2" in Page(reply.text).links()


def test_a_new_dataset_is_searched_soon_under_a_server_that_runs(server: Running) -> None:
    assert results(server, "先輩衆") == []
    before = read_dataset(server.log.parent / "home" / "data" / "build")
    [register] = [graph for graph in before.graphs if graph.iri.endswith("/graph/register")]
    data = before.path(register).read_bytes().replace('"高齢者"@ja'.encode(), '"先輩衆"@ja'.encode())
    (before.folder / "changed.nt").write_bytes(data)
    changed = replace(register, file="changed.nt", sha256=sha256_of(data))
    others = tuple(graph for graph in before.graphs if graph != register)
    replace(before, graphs=(*others, changed)).write_manifest()
    until = time.monotonic() + 30
    while "fujisawa/group/koreisha" not in results(server, "先輩衆"):
        assert time.monotonic() < until
        time.sleep(0.2)


def test_another_server_s_data_are_searched_too(tmp_path: Path, built_home: Home) -> None:
    with oxigraph() as other:
        assert other.load(built_home.root).returncode == 0
        with serving(tmp_path, "--endpoint", other.address, home=built_home) as running:
            assert results(running, "社協")[0] == "fujisawa/actor/shi-shakyo"
            assert "fujisawa/2020-02/theme-5/issue-1" in results(running, "アウトリーチ")


def test_the_command_prints_results_by_kind(built_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from kgapp.cli import asking, main

    monkeypatch.setenv("KGAPP_HOME", str(built_home.root))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(asking, "out", Console(soft_wrap=True, width=80))
    run = CliRunner().invoke(main, ["search", "市社協"])
    assert run.exit_code == 0, run.output
    assert run.output.index("主体 / Actors  1") < run.output.index("資料の記述 / Statements  1")
    assert "2-status-3" in run.output
