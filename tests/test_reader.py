"""The paper itself: every character where it was, what is marked in it, and the way to it from other pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kgapp.config import Settings
from kgapp.dataset import read_dataset
from kgapp.errors import Message
from kgapp.home import Home
from kgapp.store import Store, open_dataset
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from kgapp.web.reader.paper import Block, Paper, Papers, Span, parts_of
from kgapp.web.reader.reading import Mark, Name, stretches_of
from kgapp.web.trace.trace import Passage, Quote, Thing, Trace
from tests.conftest import EDITION, ROOT
from tests.homes import PAPERS
from tests.terms import as_rows

READ = f"/read/{EDITION}"
SOURCE = (ROOT / "data/source/fujisawa/2020-02.txt").read_bytes().decode("utf-8")
PARTS = ("0", "1", "2", "3", "4", "4.2", "5", "5.2", "6")
STATEMENTS = {"1": 21, "2": 23, "3": 28, "4": 31, "5": 34, "6": 21}
"""Counted in the table of MODEL.md, "The source"."""
_VOID = ("meta", "link", "input", "br", "hr", "img")


@dataclass
class Seen:
    """A block of a page as a reader meets it; offsets are those in the whole of the page's source text."""

    classes: list[str]
    tag: str = ""
    label: str = ""
    notes: str = ""
    text: str = ""
    start: int = 0
    labelled: list[str] = field(default_factory=list)
    """Addresses of the links beside the text."""
    noted: list[str] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    """Each linked name: its address and its characters."""
    marked: set[int] = field(default_factory=set)
    aimed: str = ""
    breaks: int = 0
    anchors: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads a page's source text out of its markup, as a program that knows nothing of the page would:
    the characters inside the elements of class ``t``."""

    def __init__(self, page: str, start: int = 0) -> None:
        super().__init__()
        self.blocks: list[Seen] = []
        self._open: list[tuple[str, list[str]]] = []
        self._at = start
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        self._open.append((tag, classes))
        if "b" in classes:
            self.blocks.append(Seen(classes[1:]))
        if not self.blocks or not self._is_in("b"):
            return
        seen = self.blocks[-1]
        if "t" in classes:
            seen.tag, seen.start = tag, self._at
        if "href" in given:
            if self._is_in("t"):
                seen.names.append((given["href"], ""))
            else:
                (seen.labelled if self._is_in("g") else seen.noted).append(given["href"])
        if "id" in given and self._is_in("t"):
            seen.anchors.append(given["id"])
        seen.breaks += "br" in classes

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_in("b"):
            return
        seen = self.blocks[-1]
        if not self._is_in("t"):
            if self._is_in("g"):
                seen.label += data
            elif self._is_in("n"):
                seen.notes += data
            return
        seen.text += data
        if any(tag == "a" for tag, _ in self._open):
            seen.names[-1] = (seen.names[-1][0], seen.names[-1][1] + data)
        if any(tag == "mark" for tag, _ in self._open):
            seen.marked.update(range(self._at, self._at + len(data)))
        if self._is_in("aim"):
            seen.aimed += data
        self._at += len(data)

    def _is_in(self, name: str) -> bool:
        return any(name in classes for _, classes in self._open)


@pytest.fixture(scope="module")
def paper(app: Flask, trace: Trace) -> Paper:
    return Papers(app.extensions["kgapp"]).paper(trace)


def page(client: FlaskClient, query: str = "", language: str = "ja") -> str:
    response = client.get(f"{READ}{query}", headers={"Accept": "text/html", "Accept-Language": language})
    assert response.status_code == 200
    assert len(response.data) < 100_000
    return response.text


def whole(client: FlaskClient, query: str = "", language: str = "ja") -> list[Seen]:
    """The blocks of all parts, in the order of their contents list."""
    contents = page(client, language=language).partition('class="contents"')[2].partition("</nav>")[0]
    assert re.findall(r'href="[^"]*?(?:part=([0-9.]+))?"', contents) == ["0", *PARTS[1:]]
    blocks: list[Seen] = []
    for part in PARTS:
        start = sum(len(seen.text) for seen in blocks)
        blocks += Reader(page(client, f"?part={part}{query}", language), start).blocks
    return blocks


def of_passage(blocks: list[Seen], notation: str) -> Seen:
    return next(seen for seen in blocks if notation in seen.label.split())


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "query", ["", "&lines=joined", "&show=none", "&thing=fujisawa/actor/csw", "&show=stated&gloss=yes"]
)
def test_the_text_is_the_source_byte_for_byte(client: FlaskClient, query: str, language: str) -> None:
    text = "".join(seen.text for seen in whole(client, query, language))
    assert text.encode() == (ROOT / "data/source/fujisawa/2020-02.txt").read_bytes()


def test_every_statement_and_chart_line_is_labelled_and_leads_to_its_page(client: FlaskClient) -> None:
    blocks = whole(client)
    for theme, count in STATEMENTS.items():
        own = [seen for seen in blocks if re.search(rf"\b{theme}-[a-zA-Z]+-\d", seen.label)]
        assert len(own) == count
        for seen in own:
            notation = seen.label.split()[-1]
            _, section, ordinal = notation.split("-")
            assert seen.labelled == [f"/doc/{EDITION}/theme-{theme}/{section}-{ordinal}"]
            assert client.get(seen.labelled[0]).status_code == 200
    assert sum("chart" in seen.classes for seen in blocks) == 27
    assert of_passage(blocks, "chart-4-2").labelled == [f"/doc/{EDITION}/chart/theme-4/2"]


def test_what_stands_in_a_block_is_the_statement_of_its_label(client: FlaskClient) -> None:
    blocks = whole(client)
    assert of_passage(blocks, "5-direction-1").text == (
        "○ １３地区を支援できるコミュニティソーシャルワーカーによる相談支援体制の充実。\n"
    )
    assert of_passage(blocks, "1-issue-2").text == (
        "○ 地域には，対象・分野別の様々な相談窓口，相談機能を持つ拠点等があるため，市民にわかりやす\n"
        "　い体制を構築し，周知を進める必要がある。\n"
    )
    assert of_passage(blocks, "2-direction-5").text.startswith("〇 市民後見人")  # the one U+3007
    assert of_passage(blocks, "6-measure-1").text == " （１）住宅マスタープランの策定及び施策の展開\n\n"


def test_headings_chart_frame_footnote_cover_and_layout_are_shown_as_what_they_are(
    client: FlaskClient,
) -> None:
    blocks = whole(client)
    kinds = {seen.text.strip(): (seen.label, seen.tag) for seen in blocks if seen.text.strip()}
    assert kinds["④在宅生活の支援"] == ("見出し", "h2")
    assert kinds["【次年度に向けた課題等】"] == ("見出し", "h2")
    assert kinds["行\n政\n主\n体\nの\n取\n組"] == ("図の見出し", "div")
    assert kinds["２０１７年度\n（平成２９年度）"] == ("図の見出し", "div")
    assert kinds["＊医師会・歯科医師会・薬剤師会"] == ("脚注", "div")
    assert kinds["令和２年２月藤沢市議会定例会"] == ("表紙", "div")
    assert kinds["A"] == kinds["B"] == kinds["C"] == ("配置", "div")


def test_statements_broken_over_lines_can_be_read_joined(client: FlaskClient) -> None:
    blocks = whole(client, "&lines=joined")
    broken = [seen for seen in blocks if "statement" in seen.classes and seen.breaks]
    assert len(broken) == 82  # MODEL.md, "The source"
    assert of_passage(blocks, "1-principle-1").breaks == 1
    assert not of_passage(blocks, "5-direction-1").breaks
    assert 'class="reader joined"' in page(client, "?part=1&lines=joined")
    assert 'class="reader kept"' in page(client, "?part=1")


def quoted(store: Store, mode: str) -> set[int]:
    """The offsets that the words of claims about passages cover, by a query of its own."""
    results = store.query(
        """PREFIX ccr: <https://w3id.org/care-roadmap/ns#> PREFIX oa: <http://www.w3.org/ns/oa#>
        PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        SELECT ?start ?end { ?claim rdf:subject/a ccr:Passage ; rdf:predicate ?p ; ccr:mode ccr:MODE ;
          prov:wasQuotedFrom|ccr:objectQuotedFrom ?quote . ?quote oa:hasSelector ?place .
          ?place oa:start ?start ; oa:end ?end
          FILTER(?p NOT IN (ccr:inSection, ccr:targetYear, ccr:withinPeriod)) }""".replace("MODE", mode)
    )
    assert isinstance(results, ox.QuerySolutions)
    covered: set[int] = set()
    for row in results:
        start, end = row["start"], row["end"]
        assert isinstance(start, ox.Literal)
        assert isinstance(end, ox.Literal)
        covered.update(range(int(start.value), int(end.value)))
    return covered


@pytest.mark.parametrize("mode", ["stated", "interpreted"])
def test_the_words_of_every_claim_of_a_ground_are_marked_and_nothing_else(
    client: FlaskClient, store: Store, mode: str
) -> None:
    marked = set[int]().union(*(seen.marked for seen in whole(client, f"&show={mode}")))
    assert marked == quoted(store, mode)
    assert marked


def test_all_marks_or_none(client: FlaskClient, store: Store) -> None:
    every = set[int]().union(*(seen.marked for seen in whole(client)))
    assert every == quoted(store, "stated") | quoted(store, "interpreted")
    assert not any(seen.marked for seen in whole(client, "&show=none"))


def test_the_marks_of_one_actor_stand_where_the_paper_names_it(client: FlaskClient) -> None:
    """C1 of MODEL.md: where the CSW stand."""
    blocks = whole(client, "&thing=fujisawa/actor/csw")
    marked = {seen.label.split()[-1] for seen in blocks if seen.marked}
    assert marked == {"1-direction-4", "5-measure-1", "5-direction-1", "5-status-1"}
    lead = of_passage(blocks, "5-direction-1")
    words = "".join(SOURCE[at] for at in sorted(lead.marked))
    assert words == "コミュニティソーシャルワーカーによる"


def test_quotes_that_overlap_are_marked_once_and_told_apart(client: FlaskClient) -> None:
    """医師会を中心に lies inside the wording that was read as the direction's own words."""
    html = page(client, "?at=4-direction-5")
    seen = of_passage(Reader(html).blocks, "4-direction-5")
    assert seen.text.count("藤沢市医師会を中心に") == 1
    words = html.partition('id="s-4-direction-5"')[2].partition('class="n"')[0]
    assert re.findall(r'<mark class="([^"]*)"', words)
    assert "<mark" not in re.sub(r"<mark [^>]*>(?:(?!<mark).)*?</mark>", "", words, flags=re.S)


def test_names_lead_to_their_pages_and_the_longest_wins(client: FlaskClient) -> None:
    blocks = whole(client)
    footnote = next(seen for seen in blocks if "footnote" in seen.classes)
    assert footnote.names == [
        ("/doc/fujisawa/actor/fujisawa-shi-ishikai", "医師会"),
        ("/doc/fujisawa/actor/shika-ishikai", "歯科医師会"),
        ("/doc/fujisawa/actor/yakuzaishikai", "薬剤師会"),
    ]
    centre = of_passage(blocks, "5-status-7")
    assert (
        "/doc/fujisawa/facility/kosei-hogo-support-center",
        "藤沢地区\n  更生保護サポートセンター",  # broken over the slide's lines
    ) in centre.names
    districts = {address for seen in blocks for address, _ in seen.names if "/district/" in address}
    assert districts == {"/doc/fujisawa/district/shonan-oba", "/doc/fujisawa/district/tsujido"}
    assert not any(name == "介護者" for _, name in of_passage(blocks, "4-issue-2").names)  # 要介護者
    assert ("/doc/fujisawa/actor/sanshikai", "三師会") in of_passage(blocks, "chart-4-2").names
    for address in {address for seen in blocks for address, _ in seen.names}:
        assert client.get(address).status_code == 200


def test_links_of_a_statement_stand_beside_it(client: FlaskClient) -> None:
    seen = of_passage(Reader(page(client, "?quote=8424-8462")).blocks, "5-direction-1")
    claim = f"/doc/{EDITION}/claim/theme-5/direction-1/hasLead/csw"
    assert {"/doc/fujisawa/actor/csw", claim} <= set(seen.noted)
    assert "中心: コミュニティソーシャルワーカー 原文どおり" in " ".join(seen.notes.split())
    assert "推論されたつながり 13件" in seen.notes  # the thirteen districts, through １３地区
    for address in seen.noted:
        assert client.get(address.partition("#")[0]).status_code == 200


def test_the_words_that_are_pointed_at_are_shown(client: FlaskClient) -> None:
    html = page(client, "?quote=8424-8462")
    aimed = [seen for seen in Reader(html).blocks if seen.aimed]
    assert [seen.label.split()[-1] for seen in aimed] == ["5-direction-1"]
    assert aimed[0].aimed == SOURCE[8424:8462]
    assert aimed[0].aimed == "１３地区を支援できるコミュニティソーシャルワーカーによる相談支援体制の充実。"
    assert "c8424" in aimed[0].anchors
    assert "aimed" in aimed[0].classes
    assert f'href="/doc/{EDITION}/quote/8424-8462"' in html
    assert '<a href="#c8424">' in html


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_lost_in_the_chart_is_said_of_every_line(client: FlaskClient, language: str) -> None:
    said = {"ja": "年度は抽出で失われた", "en": "Years lost in extraction"}[language]
    blocks = whole(client, language=language)
    assert [("chart" in seen.classes) for seen in blocks] == [said in seen.notes for seen in blocks]
    glued = of_passage(blocks, "chart-5-1")
    assert glued.text.strip() == "検証民間事業者との協働検討 ・構築作業"
    assert len([address for address in glued.noted if "/phase" in address]) >= 2
    assert {"ja": "元の図にないという意味ではない", "en": "does not mean"}[language] in page(
        client, "?part=4", language
    )


def test_english_glosses_are_optional_and_called_unofficial(client: FlaskClient) -> None:
    first = [of_passage(Reader(page(client, query, lang)).blocks, "5-goal-1") for query, lang in GLOSSED]
    assert ["Unofficial:" in seen.notes for seen in first] == [False, True, True, False]


GLOSSED = (("?part=5", "ja"), ("?part=5&gloss=yes", "ja"), ("?part=5", "en"), ("?part=5&gloss=no", "en"))


def test_a_text_that_is_not_the_declared_one_is_not_passed_off_as_it(paper: Paper) -> None:
    assert paper.text == SOURCE
    assert paper.sha256 == "3ff21229bd795db693be98d695d26db09e1798646f861d9dbd3a70abdfac3b7e"
    assert paper.is_whole
    assert not replace(paper, text=SOURCE[:-1]).is_whole


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?part=7", 404),
        ("?quote=8462-8424", 404),
        ("?quote=11000-11420", 404),
        ("?quote=%3Cb%3E", 404),
        ("?at=5-direction-10", 404),
        ("?thing=fujisawa/actor/nobody", 404),
        ("?show=%3Cscript%3E", 400),
        ("?lines=folded", 400),
        ("?gloss=maybe", 400),
    ],
)
def test_what_the_paper_does_not_have_is_said(client: FlaskClient, query: str, status: int) -> None:
    response = client.get(f"{READ}{query}", headers={"Accept": "text/html"})
    assert response.status_code == status
    assert "<script>" not in response.text
    assert "<b>" not in response.text


def test_the_last_character_is_a_place_and_another_paper_is_not(client: FlaskClient) -> None:
    assert client.get(f"{READ}?quote=11418-11419").status_code == 200
    assert client.get("/read/fujisawa/1999-01").status_code == 404
    newest = client.get("/read?part=5")
    assert (newest.status_code, newest.headers["Location"]) == (302, f"{READ}?part=5")


def test_where_no_dataset_is_served_there_is_no_paper(store: Store, built_home: Home) -> None:
    response = create_app(store, lambda: None, built_home, Settings()).test_client().get(READ)
    assert response.status_code == 404
    assert "/sparql" in response.text


@pytest.mark.parametrize(
    ("document", "address"),
    [
        ("", READ),
        ("/source", READ),
        ("/theme-5", f"{READ}?part=5"),
        ("/theme-5/direction-1", f"{READ}?at=5-direction-1#s-5-direction-1"),
        ("/chart/theme-4/2", f"{READ}?at=chart-4-2#s-chart-4-2"),
        ("/quote/8424-8462", f"{READ}?quote=8424-8462#c8424"),
        ("/claim/theme-5/direction-1/hasLead/csw", f"{READ}?quote=8434-8452#c8434"),
    ],
)
def test_every_page_about_the_paper_leads_to_its_words(
    client: FlaskClient, document: str, address: str
) -> None:
    html = client.get(f"/doc/{EDITION}{document}", headers={"Accept": "text/html"}).text
    assert f'href="{address}"' in html.replace("&amp;", "&")
    where, _, anchor = address.partition("#")
    opened = client.get(where, headers={"Accept": "text/html"})
    assert opened.status_code == 200
    assert not anchor or f'id="{anchor}"' in opened.text


def test_the_page_of_an_actor_does_not_pretend_to_stand_in_the_paper(client: FlaskClient) -> None:
    html = client.get("/doc/fujisawa/actor/csw", headers={"Accept": "text/html"}).text
    assert "Read the paper itself" not in html
    assert "原文を読む<" not in html
    assert f'href="{READ}?quote=8434-8452#c8434"' in html


def test_other_papers_of_the_family_are_whole_too(family_home: Home) -> None:
    papers = {"fujisawa/2019-02": "fujisawa-2019-02", "yamato/2020-03": "yamato-2020-03"}
    built = read_dataset(family_home.build)
    client = create_app(open_dataset(built), lambda: built, family_home, Settings()).test_client()
    for path, paper in papers.items():
        contents = client.get(f"/read/{path}").text.partition('class="contents"')[2].partition("</nav>")[0]
        keys = dict.fromkeys(["0", *re.findall(r"part=([0-9.]+)", contents)])
        pages = [client.get(f"/read/{path}?part={key}").text for key in keys]
        others = {"fujisawa/2020-02", *papers} - {path}
        assert {other for other in others if f'href="/read/{other}"' in pages[0]} == others
        text = "".join(seen.text for html in pages for seen in Reader(html).blocks)
        assert text.encode() == (PAPERS / f"{paper}.txt").read_bytes()


# Any text, any marks.


def passage(theme: str, start: int, words: str) -> Passage:
    return Passage(f"p{start}", f"{theme}-goal-{start}", theme, "goal", 1, words, "", Quote("", words, start))


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[Span], list[Passage]]:
    """A text tiled by spans, some of them statements of themes that follow one another."""
    spans: list[Span] = []
    passages: list[Passage] = []
    at, theme = 0, 1
    for _ in range(draw(st.integers(1, 60))):
        kind = draw(st.sampled_from(["statement", "heading", "layout", "layout", "footnote", "front"]))
        letters = "\n \u3000CA" if kind == "layout" else "あ○一\n "
        words = draw(st.text(letters, min_size=1, max_size=6))
        if kind == "statement":
            words = f"あ{words.strip()}い"
            theme += draw(st.booleans())
            passages.append(passage(str(theme), at, words))
        spans.append(Span(at, at + len(words), kind, words))
        at += len(words)
    return "".join(span.exact for span in spans), spans, passages


@given(cut_texts())
def test_parts_and_blocks_hold_every_character_once(cut: tuple[str, list[Span], list[Passage]]) -> None:
    text, spans, passages = cut
    parts = list(parts_of(text, spans, passages))
    assert "".join(text[block.start : block.end] for part in parts for block in part.blocks) == text
    assert [one for part in parts for one in part.passages] == passages
    assert len({part.key for part in parts}) == len(parts)


def places(length: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, length - 1), st.integers(1, length)).filter(
        lambda pair: pair[0] < pair[1]
    )


@given(st.text("あ○\n　<&\"'", min_size=1, max_size=40), st.data())
def test_stretches_are_the_characters_and_know_their_marks(text: str, data: st.DataObject) -> None:
    marks = [
        Mark(start, end, frozenset({"stated"}), False)
        for start, end in data.draw(st.lists(places(len(text)), max_size=6))
    ]
    target = data.draw(st.none() | places(len(text)))
    start, end = data.draw(places(len(text)))
    block = Block(start, end, "statement", (passage("1", 0, text),))
    found = stretches_of(block, text, marks, list(_no_names()), target)
    assert "".join(stretch.text for stretch in found) == text[start:end]
    for stretch in found:
        for at in range(stretch.start, stretch.start + len(stretch.text)):
            assert set(stretch.marks) == {mark for mark in marks if mark.start <= at < mark.end}
            assert stretch.is_target == (target is not None and target[0] <= at < target[1])


def _no_names() -> Iterator[Name]:
    yield Name(Thing("i", "p", "Body", Message("", ""), (), ""), 10**6, 10**6 + 1, False)


def test_every_link_of_the_paper_is_served(client: FlaskClient, store: Store, trace: Trace) -> None:
    """Names, statements, themes and quotes that the reader links to are things that are described."""
    things = {row["s"].value for row in as_rows(store.query("SELECT DISTINCT ?s { ?s ?p ?o }"))}
    followed: set[str] = set()
    for part in ("", *(theme.number for theme in trace.themes)):
        page = client.get(f"/read/{EDITION}?lang=ja&part={part}", headers={"Accept": "text/html"})
        assert page.status_code == 200
        for address in {unescape(found) for found in re.findall(r'href="(/[^"#]*)', page.text)} - followed:
            followed.add(address)
            if address.startswith("/doc/"):
                assert f"{DEFAULT_BASE}id/{address[5:].partition('?')[0]}" in things, address
            else:
                answer = client.get(address, headers={"Accept": "text/html"})
                assert answer.status_code in (200, 302, 303), address
                answer.close()
    assert sum(address.startswith("/doc/") for address in followed) > 150
