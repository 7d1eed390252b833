"""Names and roles: the traps of MODEL.md, the links of papers never seen, readings over rules."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgapp.annotate import annotate
from kgapp.annotate.mentions import NameFinder, fold_width
from kgapp.extract import read_paper
from kgapp.extract.items import wording
from kgapp.model import (
    Annotation,
    Basis,
    Entry,
    Link,
    Mode,
    Paper,
    Place,
    Readings,
    Register,
    SectionName,
    Statement,
    Verdict,
)
from kgapp.sources.register import read_register
from tests.conftest import ROOT
from tests.test_extract import ABOUT, PAPERS, read

DATA = ROOT / "data"


@pytest.fixture(scope="module")
def register() -> Register:
    found, problems = read_register(DATA / "register/fujisawa", "fujisawa", DATA)
    assert problems == []
    return found


def names(register: Register, text: str) -> list[str]:
    return [mention.entry.label_ja for mention in NameFinder(register).find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("藤沢地区更生保護サポートセンターを分庁舎に整備", ["藤沢地区更生保護サポートセンター", "分庁舎"]),
        ("＊医師会・歯科医師会・薬剤師会", ["藤沢市医師会", "歯科医師会", "薬剤師会"]),
        ("重度の要介護者，障がい者等", ["要介護者", "障がい者"]),
        ("協議体と居住支援協議会", ["協議体", "居住支援協議会"]),
        ("市社会福祉協議会と社会福祉法人", ["藤沢市社会福祉協議会", "社会福祉法人"]),
        ("湘南大庭地区と湘南台地区", ["湘南大庭", "湘南台"]),
        ("藤沢おれんじプラン", ["藤沢おれんじプラン"]),
        ("藤沢地区保護司会", ["保護司"]),
        ("住宅確保要配慮者", ["住宅確保要配慮者"]),
        ("高齢者救急医療を題材とする", []),
        ("ＣＳＷとCSWとｃｓｗ", ["コミュニティソーシャルワーカー"] * 3),
        ("藤沢の市域", []),
    ],
)
def test_the_longest_name_wins_and_a_name_inside_another_is_none(
    register: Register, text: str, found: list[str]
) -> None:
    assert names(register, text) == found


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold_width(text)) == len(text)


def links_of(
    register: Register, text: str, section: SectionName = SectionName.STATUS
) -> set[tuple[str, str]]:
    words = wording(text, [(0, len(text))])
    statement = Statement(1, 1, words, section, Basis.HEADING)
    paper = Paper(ABOUT, text, (), (), (statement,), (), (), (), (), None, None, ())
    return {(link.predicate, link.obj) for link in annotate(paper, register, Readings()).links}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("協議体を中心に，警察等の協力による民間事業者との新たな連携による地域づくり。",
         {("hasLead", "actor/kyogitai"), ("hasPartner", "actor/keisatsu"), ("hasPartner", "actor/minkan-jigyosha")}),
        ("住民主体の認知症カフェの運営。", {("hasLead", "group/jumin"), ("usesFacility", "facility/ninchisho-cafe")}),
        ("社会福祉法人による相談の開始。", {("hasLead", "actor/shakai-fukushi-hojin")}),
        ("リーフレット等による見える化の検討。", set()),
        ("役割の見直しによる体制の整備。", set()),
        ("コミュニティソーシャルワーカーの配置拡充に向けた検討。", {("hasSubject", "actor/csw")}),
        ("設置する居住支援協議会について。", {("hasSubject", "actor/kyoju-shien-kyogikai")}),
        ("介護者等の社会的孤立を防止する必要がある。", {("targets", "group/kaigosha")}),
        ("要介護者への支援。", {("targets", "group/yokaigosha")}),
        ("「藤沢おれんじプラン」に基づき実施。", {("basedOn", "programme/orange-plan")}),
        ("「藤沢おれんじプラン」の策定に向けた検討。", {("usesProgramme", "programme/orange-plan")}),
        ("地域ケア会議を１３地区で開催。",
         {("usesProgramme", "programme/chiiki-care-kaigi"), ("coversAllDistrictsOf", "municipality")}),
        ("配置を８地区から１１地区に拡大。", set()),
        ("複数の地区で資料を作成。", set()),
        ("地区展開を可能とする体制。", set()),
        ("モデル地区（湘南大庭地区，辻堂地区）における取組。",
         {("modelDistrict", "district/shonan-oba"), ("modelDistrict", "district/tsujido")}),
    ],
)  # fmt: skip
def test_roles_by_the_wording(register: Register, text: str, expected: set[tuple[str, str]]) -> None:
    assert links_of(register, text) == expected


def covers(register: Register, link: Link, surface: str) -> bool:
    if link.predicate == "coversAllDistrictsOf":
        return True
    return surface in {*register.entries[link.obj].names}


@pytest.mark.parametrize("name", ["fujisawa-2019-02", "fujisawa-2021-02"])
def test_no_link_that_an_unseen_papers_words_only_seem_to_carry(register: Register, name: str) -> None:
    paper = read(PAPERS / f"{name}.txt")
    made = annotate(paper, register, Readings()).links
    with (PAPERS / f"{name}.notlinks.csv").open(encoding="utf-8-sig", newline="") as file:
        seeming = list(csv.DictReader(file))
    wrong = [
        row
        for row in seeming
        for link in made
        if (link.subject, link.predicate) == (row["notation"], row["relation"])
        and covers(register, link, row["surface"])
    ]
    assert wrong == []


@pytest.mark.parametrize(("name", "least"), [("fujisawa-2019-02", 0.9), ("fujisawa-2021-02", 0.8)])
def test_links_of_unseen_papers_are_mostly_found_by_rule(register: Register, name: str, least: float) -> None:
    made = annotate(read(PAPERS / f"{name}.txt"), register, Readings()).links
    with (PAPERS / f"{name}.links.csv").open(encoding="utf-8-sig", newline="") as file:
        carried = [row for row in csv.DictReader(file) if row["relation"] != "none"]
    found = [
        row
        for row in carried
        if any(
            (link.subject, link.predicate) == (row["notation"], row["relation"])
            and (link.obj == "municipality" or any(n in row["surface"] or row["surface"] in n
                                                   for n in register.entries[link.obj].names))
            for link in made
        )
    ]  # fmt: skip
    assert len(found) / len(carried) >= least


def test_quotes_hold_the_name_and_lie_in_the_passage(register: Register) -> None:
    paper = read(DATA / "source/fujisawa/2020-02.txt")
    annotation: Annotation = annotate(paper, register, Readings())
    spans = {passage.notation: passage.words for passage in paper.passages}
    assert annotation.links
    for link in annotation.links:
        words = spans[link.subject]
        assert words.start <= link.quote.start < link.quote.end <= words.end
        if link.obj == "municipality":
            continue
        quoted = fold_width("".join(paper.text[link.quote.start : link.quote.end].split()))
        assert any(fold_width(name) in quoted for name in register.entries[link.obj].names), link


def test_a_reading_overrules_the_rule(register: Register) -> None:
    text = "協議体を中心に実施。"
    statement = Statement(1, 1, wording(text, [(0, len(text))]), SectionName.STATUS, Basis.HEADING)
    paper = Paper(ABOUT, text, (), (), (statement,), (), (), (), (), None, None, ())
    key = ("1-status-1", "hasLead", "actor/kyogitai")
    assert [link.key for link in annotate(paper, register, Readings()).links] == [key]
    rejected = annotate(paper, register, Readings(rejected=(key,)))
    assert rejected.links == ()
    read_so = Link(*key, Mode.INTERPRETED, Place(0, 3), "読み取り")
    adopted = annotate(
        paper, register, Readings(adopted=(read_so,), verdicts=(Verdict(key, "supported", "協議体", ""),))
    )
    assert adopted.links[0].mode is Mode.INTERPRETED
    assert adopted.links[0].outcome == "supported"


def test_a_verdict_counts_only_for_the_words_that_were_judged(register: Register) -> None:
    text = "協議体を中心に実施。"
    statement = Statement(1, 1, wording(text, [(0, len(text))]), SectionName.STATUS, Basis.HEADING)
    paper = Paper(ABOUT, text, (), (), (statement,), (), (), (), (), None, None, ())
    key = ("1-status-1", "hasLead", "actor/kyogitai")
    now = annotate(paper, register, Readings(verdicts=(Verdict(key, "supported", "協議体を中心に", ""),)))
    assert [link.outcome for link in now.links] == ["supported"]
    then = annotate(paper, register, Readings(verdicts=(Verdict(key, "supported", "協議体", ""),)))
    assert [link.outcome for link in then.links] == [""]
    assert [finding.kind for finding in then.findings] == ["verdict-without-link"]


def test_a_refusal_leaves_the_other_link(register: Register) -> None:
    text = "市民による市民への支援。"
    statement = Statement(1, 1, wording(text, [(0, len(text))]), SectionName.STATUS, Basis.HEADING)
    paper = Paper(ABOUT, text, (), (), (statement,), (), (), (), (), None, None, ())
    refused = Readings(rejected=(("1-status-1", "hasLead", "group/shimin"),))
    assert [link.predicate for link in annotate(paper, register, refused).links] == ["targets"]


@pytest.mark.parametrize(
    "text",
    ["１３地区のうち３地区で実施。", "全地区ではなく一部で実施。", "各地区の要望により一部の地区で実施。"],
)
def test_wording_that_takes_all_districts_back_is_a_finding(register: Register, text: str) -> None:
    statement = Statement(1, 1, wording(text, [(0, len(text))]), SectionName.STATUS, Basis.HEADING)
    paper = Paper(ABOUT, text, (), (), (statement,), (), (), (), (), None, None, ())
    annotation = annotate(paper, register, Readings())
    assert annotation.links == ()
    assert [finding.kind for finding in annotation.findings] == ["districts-undecided"]


def test_a_goals_number_is_no_observation(register: Register) -> None:
    text = "コミュニティソーシャルワーカーの配置を８地区から１１地区に拡大します。"
    statement = Statement(1, 1, wording(text, [(0, len(text))]), SectionName.GOAL, Basis.MARKER, 2020)
    paper = Paper(ABOUT, text, (), (), (statement,), (), (), (), (), None, None, ())
    annotation = annotate(paper, register, Readings())
    assert annotation.quantities == ()
    assert "quantity-of-what" in {finding.kind for finding in annotation.findings}


@pytest.mark.parametrize("digits", ["9" * 5000, "９" * 5000])
def test_numbers_without_end_are_no_numbers(register: Register, digits: str) -> None:
    text = f"協議体を{digits}地区から{digits}地区に拡大（令和{digits}年1月現在：{digits}か所），全{digits}地区で実施。"
    statement = Statement(1, 1, wording(text, [(0, len(text))]), SectionName.STATUS, Basis.HEADING)
    paper = Paper(ABOUT, text, (), (), (statement,), (), (), (), (), None, None, ())
    assert annotate(paper, register, Readings()).quantities == ()


def test_rules_never_make_one_group_lead_and_target_of_one_item(register: Register) -> None:
    text = "市民による市民への支援。"
    assert {(p, o) for p, o in links_of(register, text) if o == "group/shimin"} == set()


def test_a_name_that_no_wording_decides_is_a_finding() -> None:
    entry = Entry("actor/x", "Body", "何々会", "X", "なになにかい")
    register = Register("city", {"actor/x": entry})
    text = "何々会。"
    statement = Statement(1, 1, wording(text, [(0, len(text))]), SectionName.STATUS, Basis.HEADING)
    paper = Paper(ABOUT, text, (), (), (statement,), (), (), (), (), None, None, ())
    annotation = annotate(paper, register, Readings())
    assert annotation.links == ()
    assert [(f.place, f.kind, f.about) for f in annotation.findings] == [
        ("1-status-1", "role-undecided", "actor/x")
    ]


def test_numbers_with_their_dates(register: Register) -> None:
    paper = read_paper(ABOUT, (DATA / "source/fujisawa/2020-02.txt").read_text(encoding="utf-8"))
    found = annotate(paper, register, Readings()).quantities
    assert [(q.statement, q.about, q.value, q.month, q.year, q.changed_from) for q in found] == [
        ("1-status-2", "facility/chiiki-no-engawa", 35, "2020-01", None, None),
        ("5-status-1", "actor/csw", 11, "", 2019, 8),
    ]
