"""The pages of things, over the real dataset: what the paper says stands on them, in both languages,
in a structure that assistive technology can read."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kgapp.config import Settings
from kgapp.dataset import Dataset
from kgapp.graphs import Serialized
from kgapp.home import Home
from kgapp.store import Store
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app

PAPER = "fujisawa/2020-02"
NS = "https://w3id.org/care-roadmap/ns#"


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Read(HTMLParser):
    """A page as its elements, each with all the text inside it."""

    elements: list[Element] = field(default_factory=list)
    VOID = frozenset(["meta", "link", "br", "img", "input"])

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(found)
        if tag not in self.VOID:
            self._open.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def main(self) -> str:
        return re.sub(r"\s+", " ", self.all("main")[0].text)


def page(client: FlaskClient, path: str, lang: str = "ja") -> Read:
    answer = client.get(f"/doc/{path}.html?lang={lang}")
    assert answer.status_code == 200, path
    read = Read()
    read.feed(answer.text)
    read.close()
    return read


# What each kind of page must say, as it stands in the paper or in MODEL.md.
SAYS = {
    f"{PAPER}/theme-5/direction-1": [
        "１３地区を支援できるコミュニティソーシャルワーカーによる相談支援体制の充実。",
        "方向性", "社会的孤立の防止", "取組の方向性", "2020年度", "参考訳（非公式）", "中心", "原文どおり",
        "コミュニティソーシャルワーカーによる", "読み取り", "理由", "全地区対象", "推論", "テーマ5 取組状況1",
    ],
    f"{PAPER}/theme-5/issue-3": ["課題", "介護者", "支援対象"],
    f"{PAPER}/theme-4/goal-1": ["目標", "2020年"],
    f"{PAPER}/theme-2/status-3": ["取組状況", "中心", "藤沢市社会福祉協議会"],
    f"{PAPER}/theme-5/measure-1": ["主な取組", "配置拡充に向けた検討"],
    f"{PAPER}/theme-3/principle-1": ["大切なこと"],
    f"{PAPER}/theme-5/nextIssue-2": ["次年度に向けた課題", "応じる主体", "生産者"],
    f"{PAPER}/theme-5": ["重点テーマ", "社会的孤立の防止", "Prevention of social isolation", "このテーマの記載 (37)"],
    PAPER: ["資料", "令和２年２月藤沢市議会定例会 厚生環境常任委員会 資料３", "2019年度", "1 / 8 ページ"],
    f"{PAPER}/source": ["抽出テキスト", "11419", "3ff21229", "短期目標に向けたロードマップの進捗状況"],
    f"{PAPER}/source/span/9994-10013": ["断片", "住宅マスタープランの策定及び施策の展開", "記述"],
    f"{PAPER}/chart/theme-4/2": ["工程表原文", "三師会", "連携先", "藤沢市医師会"],
    f"{PAPER}/phase/theme-6/3/1": ["段階", "抽出で失われた", "2017年度から2020年度まで"],
    f"{PAPER}/observation/5-status-1/2": ["観測値", "8", "地区", "時点不明"],
    f"{PAPER}/quote/8434-8452": [
        "引用 8434–8452", "コミュニティソーシャルワーカーによる", "１３地区を支援できる", "相談支援体制の充実",
        "文字 8434 から 8452 の前まで", "これに拠る主張 (1)", "中心",
    ],
    f"{PAPER}/quote/8434-8452/words": ["引用の言葉", "コミュニティソーシャルワーカーによる"],
    f"{PAPER}/quote/8434-8452/place": ["引用の位置", "8434", "8452", "コミュニティソーシャルワーカーによる"],
    f"{PAPER}/claim/theme-5/direction-1/hasLead/csw": [
        "根拠付き主張", "テーマ5 方向性1 — 中心 — コミュニティソーシャルワーカー", "原文どおり", "支持される",
    ],
    f"{PAPER}/claim/theme-6/nextIssue-2/respondedToBy/jidosha-gakko": [
        "推論", "もとにした主張", "テーマ6 方向性4 — 連携先 — 自動車学校", "自動車学校と連携",
    ],
    "fujisawa/actor/csw": [
        "職", "こみゅにてぃそーしゃるわーかー", "別の表記: CSW，ＣＳＷ", "中心として書かれている記載 (1)",
        "連携先として書かれている記載 (1)", "扱う主体として書かれている記載 (3)", "各地区に配置するコミュニティソーシャルワーカー",
    ],
    "fujisawa/actor/sanshikai": [
        "連合体", "さんしかい", "構成団体", "藤沢市医師会", "三師会＊及び在宅医療支援センター等との推進 検証",
    ],
    "fujisawa/district/tsujido": ["地区", "つじどう", "辻堂地区", "モデル地区として書く記述 (1)", "この地区に及ぶ記述 (9)"],
    "fujisawa/municipality": ["市町村", "藤沢市", "長後", "御所見", "未確認（check）"],
    "fujisawa/programme/orange-plan": ["計画", "これに基づく記述"],
    "fujisawa/group/kaigosha": ["集団", "介護者", "支援対象として書かれている記述"],
    "fy/2019": ["年度", "令和元年度", "2019-04-01", "2020-03-31"],
    "fy/2017-2020": ["期間", "この期間に含まれる段階 (38)"],
    "year/2020": ["年", "令和2年", "2020-12-31"],
    "month/2020-01": ["期間", "2020年1月", "2020-01-31"],
    "day/2021-03-31": ["日", "2021-03-31", "この日に終わる期間 (2)"],
    f"{PAPER}/graph/inferred": ["名前付きグラフ", "規則から結論したもの", "トリプル数", "内容を取り出すアドレス"],
    f"{PAPER}/dataset": ["データセット", "対象の地域藤沢市", "CC BY 4.0", "配布ファイル"],
    "catalogue": ["目録"],
    "service": ["データサービス", "問い合わせ先"],
    "dataset": ["データセット", "地域包括ケアロードマップ知識グラフ", "CC BY 4.0"],
}  # fmt: skip


@pytest.mark.parametrize("path", SAYS)
def test_the_page_says_what_the_paper_says(client: FlaskClient, path: str) -> None:
    shown = page(client, path).main()
    for words in SAYS[path]:
        assert words in shown, words


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("fujisawa/actor/csw", ["1-direction-4", "5-measure-1", "5-direction-1", "5-status-1"]),
        ("fujisawa/programme/orange-plan", ["4-status-1", "4-direction-1", "4-nextIssue-1"]),
        (
            "fujisawa/district/tsujido",
            ["1-status-1", "1-direction-1", "1-direction-4", "2-status-4", "3-status-7", "5-measure-1",
             "5-direction-1", "1-nextIssue-1", "2-nextIssue-1", "3-nextIssue-1"],
        ),
    ],
)  # fmt: skip
def test_a_page_leads_to_the_statements_that_are_linked_to_it(
    client: FlaskClient, path: str, statements: list[str]
) -> None:
    """MODEL.md, C1, C9 and C10."""
    linked = {link.attributes["href"] for link in page(client, path).all("a")}
    found = {address for address in linked if re.fullmatch(rf"/doc/{PAPER}/theme-\d/[a-zA-Z]+-\d+", address)}
    wanted = {f"/doc/{PAPER}/theme-{name.replace('-', '/', 1)}" for name in statements}
    if path != "fujisawa/actor/csw":
        assert found == wanted
    else:
        # What CSW responds to are issues: linked too, as conclusions.
        assert {address for address in found if "ssue" not in address} == wanted


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", SAYS)
def test_the_page_can_be_read_by_everyone(client: FlaskClient, path: str, lang: str) -> None:
    read = page(client, path, lang)
    (html,) = read.all("html")
    assert html.attributes["lang"] == lang
    assert (
        len(read.all("h1"))
        == len(read.all("main"))
        == len(read.all("header"))
        == len(read.all("footer"))
        == 1
    )
    assert read.all("h1")[0].text.strip()
    assert read.all("title")[0].text.startswith(read.all("h1")[0].text.strip())
    levels = [int(one.tag[1]) for one in read.elements if re.fullmatch(r"h[1-6]", one.tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [one.attributes["id"] for one in read.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for one in read.elements:
        assert "style" not in one.attributes
        assert not any(name.startswith("on") for name in one.attributes)
        if "aria-labelledby" in one.attributes:
            assert one.attributes["aria-labelledby"] in ids
        if one.tag in ("nav", "section") or one.attributes.get("role") == "region":
            assert {"aria-label", "aria-labelledby"} & set(one.attributes), one
        if one.tag == "a":
            assert one.text.strip(), one
            assert one.attributes["href"]
    assert read.all("a")[0].attributes["href"] == "#main", "the way past the frame"
    assert {one.attributes["type"] for one in read.all("script")} == {"application/ld+json"}


@pytest.mark.parametrize("path", SAYS)
def test_the_page_is_small_and_tells_forms_rights_and_citation(
    client: FlaskClient, dataset: Dataset, path: str
) -> None:
    for lang in ("ja", "en"):
        answer = client.get(f"/doc/{path}.html?lang={lang}")
        assert len(answer.data) < 100_000
        assert (
            "市町村が作成または承認したものではない" if lang == "ja" else "neither made nor endorsed"
        ) in answer.text
        assert f"{'版' if lang == 'ja' else 'version'} {dataset.digest[:12]}" in answer.text
        assert f"<code>{DEFAULT_BASE}id/{path}</code>" in answer.text
        for extension in ("ttl", "jsonld", "nt", "rdf", "trig", "nq"):
            assert f'href="/doc/{path}.{extension}"' in answer.text
        other = "en" if lang == "ja" else "ja"
        assert f'hreflang="{other}" href="?lang={other}"' in answer.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("dataset", "Dataset"),
        ("fujisawa/district/tsujido", "AdministrativeArea"),
        ("fujisawa/actor/sanshikai", "Organization"),
        (f"{PAPER}/quote/8434-8452", "Quotation"),
        (PAPER, "Report"),
        (f"{PAPER}/theme-5/direction-1", "CreativeWork"),
        ("fy/2019", "Thing"),
    ],
)
def test_machines_read_the_thing_in_the_page(client: FlaskClient, path: str, kind: str) -> None:
    schema, own = (json.loads(one.text) for one in page(client, path).all("script"))
    assert (schema["@type"], schema["@id"]) == (kind, f"{DEFAULT_BASE}id/{path}")
    told = {
        quad.triple
        for quad in ox.parse(json.dumps(own).encode(), ox.RdfFormat.JSON_LD)
    }  # fmt: skip
    files = ox.parse(client.get(f"/doc/{path}.nq").data, ox.RdfFormat.N_QUADS)
    said = {quad.triple for quad in files if str(quad.subject) == f"<{DEFAULT_BASE}id/{path}>"}
    assert told == said
    if kind == "Quotation":
        assert schema["text"] == "コミュニティソーシャルワーカーによる"
    if kind == "AdministrativeArea":
        assert schema["name"] == {"@value": "辻堂", "@language": "ja"}
    if kind == "Organization":
        assert {one["name"] for one in schema["member"]} == {
            "藤沢市医師会",
            "歯科医師会",
            "薬剤師会",
        }


def test_each_link_can_be_said_to_be_wrong(client: FlaskClient) -> None:
    links = page(client, f"{PAPER}/theme-5/direction-1").all("a")
    asked = [
        parse_qs(urlsplit(one.attributes["href"]).query)
        for one in links
        if "/wrong?" in one.attributes["href"]
    ]
    statement, csw = f"{DEFAULT_BASE}id/{PAPER}/theme-5/direction-1", f"{DEFAULT_BASE}id/fujisawa/actor/csw"
    assert {"s": [statement], "p": [f"{NS}hasLead"], "o": [csw]} in asked
    words = '"１３地区を支援できるコミュニティソーシャルワーカーによる相談支援体制の充実。"@ja'
    assert {"s": [statement], "p": [f"{NS}text"], "o": [words]} in asked
    assert sum(one["p"] == [f"{NS}coversDistrict"] for one in asked) == 13


def test_the_language_switch_keeps_the_page(client: FlaskClient) -> None:
    shown = client.get(f"/doc/{PAPER}.html?page=2&lang=en").text
    assert 'href="?page=2&amp;lang=ja"' in shown
    assert f'href="/doc/{PAPER}?page=3&amp;lang=en"' in shown
    assert "page 2 of 8" in shown


def test_nothing_that_data_hold_becomes_markup(dataset: Dataset, built_home: Home) -> None:
    """A register is edited by people; a label is a text, whatever stands in it."""
    thing, other = (f"{DEFAULT_BASE}id/fujisawa/actor/{name}" for name in ("odd", "odder"))
    label = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\"'"
    quads = [
        ox.Quad(ox.NamedNode(thing), ox.NamedNode(f"http://www.w3.org/2004/02/skos/core#{term}"), value)
        for term, value in (
            ("prefLabel", ox.Literal(label, language="ja")),
            ("altLabel", ox.Literal(label, language="ja")),
            ("related", ox.NamedNode(other)),
        )
    ]
    quads.append(ox.Quad(ox.NamedNode(other), ox.NamedNode(f"{NS}text"), ox.Literal(label, language="ja")))
    content = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert content is not None
    graph = dataset.graphs[0].iri
    store = Store([Serialized("odd", content, ox.RdfFormat.N_TRIPLES, graph)], DEFAULT_BASE)
    client = create_app(store, lambda: dataset, built_home, Settings()).test_client()
    answer = client.get("/doc/fujisawa/actor/odd.html")
    assert answer.status_code == 200
    assert "alert(1)" in answer.text
    assert "<script>" not in answer.text
    assert "<img" not in answer.text
    schema, own = (json.loads(one.text) for one in page(client, "fujisawa/actor/odd").all("script"))
    assert schema["name"]["@value"] == own["@graph"][0]["prefLabel"]["ja"] == label
