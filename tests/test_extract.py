"""Extraction by the rules of the family: the real paper, three papers never seen, any text at all."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgapp.annotate.phases import cut_phases, labels_of
from kgapp.extract import read_paper
from kgapp.model import Basis, Description, Paper, SectionName, SpanKind
from tests.conftest import ROOT

PAPERS = ROOT / "tests" / "papers"
UNSEEN = sorted(path.stem for path in PAPERS.glob("*.txt"))
ABOUT = Description("city", "edition", "title", "2020-02", "session", "origin", "0" * 64)

# MODEL.md, "The source": statements by section in themes 1 to 6.
COUNTS = {
    SectionName.MEASURE: [2, 2, 3, 3, 2, 2],
    SectionName.ISSUE: [3, 3, 3, 3, 3, 3],
    SectionName.GOAL: [2, 3, 2, 3, 2, 3],
    SectionName.PRINCIPLE: [1, 1, 1, 1, 1, 1],
    SectionName.STATUS: [6, 7, 8, 10, 11, 6],
    SectionName.NEXT_ISSUE: [3, 2, 3, 6, 6, 2],
    SectionName.DIRECTION: [4, 5, 8, 5, 9, 4],
}

# Copied by hand from the paper: first, last and trapped statements (out of order, broken over lines, 〇,
# a blank inside a line, two sentences, brackets of both widths).
WORDS = {
    "1-measure-1": "住民に身近な相談の入口としての市民センター・公民館の充実に向けた検討及び体制の構築",
    "1-principle-1": "ちょっとした日常生活の困りごとを早期に発見し，スムーズに支援につなぐことができる仕組みづくりを考える。",
    "1-status-2": "身近な相談の入り口として，地域の縁側を整備（令和2年1月現在：35か所）。",
    "2-direction-5": "市民後見人について養成のあり方と活動支援の検証。",
    "3-direction-1": "運動，栄養，社会参加を重視したフレイル予防の普及啓発。",
    "3-direction-8": "健康寿命日本一に向け，身体活動促進の強化をする取組の推進。",
    "3-nextIssue-3": "健康づくりに関する特に若い世代の参加につながるアプローチを検討する必要がある。",
    "3-principle-1": "健康づくりは，心や身体の健康だけでなく，将来への介護予防となる。また，活動を通じた人と人の絆を深める「仲間づくり」"
    "「まちづくり」につながる実効性のある行動として意識する。",
    "3-status-1": "健康寿命日本一に向け，気軽に健康づくりに取り組むきっかけづくりとして「ふじさわ夢チャレンジ２０２０」を実施。",
    "3-status-8": "高齢者の交通安全を意識した介護予防事業を実施。",
    "4-status-9": "「誰も取り残さない災害対策」をテーマに，災害時において配慮が必要な障がい者や高齢者， 難病の方などが，一人ひとりの"
    "生活状況に応じた災害への備えや，防災対策を考えるためのワークショップをはじめ，講演会等を開催。",
    "5-measure-1": "１３地区を支援できるコミュニティソーシャルワーカー(ＣＳＷ）の配置拡充に向けた検討",
    "5-direction-1": "１３地区を支援できるコミュニティソーシャルワーカーによる相談支援体制の充実。",
    "6-nextIssue-2": "交通空白地における移動支援について，今後さらに広げていくために，新たな民間企業の協力はもちろんのこと，ニーズ把握"
    "だけではなく事業実施の視点において，地域団体との連携の必要がある。",
}


def read(path: Path) -> Paper:
    return read_paper(ABOUT, path.read_bytes().decode())


@pytest.fixture(scope="module")
def paper() -> Paper:
    return read(ROOT / "data/source/fujisawa/2020-02.txt")


def rows(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["notation"]: row["text"] for row in csv.DictReader(file)}


def test_counts_by_theme_and_section_are_those_of_the_model(paper: Paper) -> None:
    counted = Counter((s.section, s.theme) for s in paper.statements)
    assert {section: [counted[section, n] for n in range(1, 7)] for section in SectionName} == COUNTS
    assert len(paper.statements) == 158


def test_trapped_statements_read_as_in_the_paper(paper: Paper) -> None:
    read_words = {s.notation: s.words.text for s in paper.statements}
    assert {notation: read_words[notation] for notation in WORDS} == WORDS


def test_offsets_of_the_models_example(paper: Paper) -> None:
    words = next(s.words for s in paper.statements if s.notation == "5-direction-1")
    assert (words.start, words.end) == (8424, 8462)


def test_82_statements_are_broken_over_lines(paper: Paper) -> None:
    assert sum("\n" in s.words.raw for s in paper.statements) == 82


def test_chart_themes_years_and_footnote(paper: Paper) -> None:
    assert len(paper.chart) == 27
    lines = {line.notation: line.words.text for line in paper.chart}
    assert lines["chart-4-2"] == "三師会＊及び在宅医療支援センター等との推進 検証"
    assert lines["chart-5-1"] == "検証民間事業者との協働検討 ・構築作業"
    assert [note.words.text for note in paper.footnotes] == ["＊医師会・歯科医師会・薬剤師会"]
    assert [theme.name.text for theme in paper.themes] == [
        "地域の相談支援体制づくり",
        "地域活動の支援・担い手の育成等",
        "健康づくり・生きがいづくり",
        "在宅生活の支援",
        "社会的孤立の防止",
        "環境整備等",
    ]
    assert dict(paper.chart_years) == {
        2017: "平成２９年度",
        2018: "平成３０年度",
        2019: "令和元年度",
        2020: "令和２年度",
    }
    assert dict(paper.calendar_years) == {2020: "令和２年"}
    assert (paper.reports_year, paper.plans_year) == (2019, 2020)
    assert paper.findings == ()


def test_section_by_layout_where_the_heading_stands_elsewhere(paper: Paper) -> None:
    by_layout = {(s.theme, s.section) for s in paper.statements if s.basis is Basis.LAYOUT}
    issues = {(theme, SectionName.ISSUE) for theme in range(1, 7)}
    directions = {(theme, SectionName.DIRECTION) for theme in (3, 4, 6)}
    assert by_layout == issues | directions | {(3, SectionName.STATUS)}


def test_glued_chart_labels_are_cut_where_the_words_show_it(paper: Paper) -> None:
    lines = {line.notation: line for line in paper.chart}

    def cut(notation: str) -> list[str]:
        return [phase.words for phase in cut_phases(lines[notation], labels_of(paper.chart))]

    assert cut("chart-1-1") == ["検討 ・構築作業"]
    assert cut("chart-1-4") == ["モデル開始・検証", "全地区展開"]
    assert cut("chart-5-1") == ["検証", "民間事業者との協働", "検討 ・構築作業"]
    assert cut("chart-6-1") == ["策定作業", "運用開始", "整理・検討"]


@pytest.mark.parametrize("name", UNSEEN)
def test_papers_never_seen_read_as_a_careful_reader_reads_them(name: str) -> None:
    unseen = read(PAPERS / f"{name}.txt")
    assert {s.notation: s.words.text for s in unseen.statements} == rows(PAPERS / f"{name}.expected.csv")
    assert {c.notation: c.words.text for c in unseen.chart} == rows(PAPERS / f"{name}.chart.csv")
    notes = [note.words.text for note in unseen.footnotes]
    assert notes == list(rows(PAPERS / f"{name}.footnotes.csv").values())


def tiles(text: str, paper: Paper) -> None:
    assert "".join(text[span.start : span.end] for span in paper.spans) == text
    for passage in paper.passages:
        words = passage.words
        assert words.raw == text[words.start : words.end]
        assert "".join(text[at] for at in words.offsets) == words.text


@pytest.mark.parametrize("name", UNSEEN)
def test_spans_tile_an_unseen_paper(name: str) -> None:
    text = (PAPERS / f"{name}.txt").read_bytes().decode()
    tiles(text, read_paper(ABOUT, text))


def test_layout_spans_hold_blanks_and_page_marks_only(paper: Paper) -> None:
    layout = {paper.text[s.start : s.end] for s in paper.spans if s.kind is SpanKind.LAYOUT}
    assert {char for stretch in layout for char in stretch} <= set(" \n\u3000ABC")


PIECES = st.sampled_from(
    [
        "○ ", "〇 ", "◎ ", "・", "（１） ", "①", "⑥テーマ", "A", "B", "C", "\n", "\n\n", "\f", " ", "\u3000", "。", "検証",
        "＜２０２０年（令和２年）までにめざす目標＞", "令和元年度の取組状況", "【次年度に向けた課題等】", "大切なこと",
        "令和２年度の取組の方向性", "＜○○に関する課題＞", "必要がある。", "を実施。", "２０１９年度\n（令和元年度）", "＊注", "行\n政\n主\n体",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=40).map("".join))
def test_any_text_is_tiled_without_loss(text: str) -> None:
    tiles(text, read_paper(ABOUT, text))


def test_page_marks_may_be_missing() -> None:
    text = (ROOT / "data/source/fujisawa/2020-02.txt").read_text(encoding="utf-8")
    without = "\n".join(line for line in text.split("\n") if line.strip() not in ("A", "B", "C"))
    found = read_paper(ABOUT, without)
    assert {theme.number for theme in found.themes} == set(range(1, 7))
    counted = Counter(s.section for s in found.statements if s.section is SectionName.MEASURE)
    assert counted[SectionName.MEASURE] == 14


def test_a_theme_heading_on_each_slide_is_one_theme(paper: Paper) -> None:
    again = paper.text.replace(
        "\nA\n 令和２年度の取組の方向性", "\nA\n①地域の相談支援体制づくり\n 令和２年度の取組の方向性", 1
    )
    found = read_paper(ABOUT, again)
    assert len(found.themes) == 6
    assert {s.notation: s.words.text for s in found.statements} == {
        s.notation: s.words.text for s in paper.statements
    }


def test_a_year_in_a_statement_is_no_column_of_the_chart(paper: Paper) -> None:
    text = paper.text.replace("を整備（令和2年1月現在", "を２０２５年度（令和７年度）に整備（令和2年1月現在")
    assert dict(read_paper(ABOUT, text).chart_years).keys() == {2017, 2018, 2019, 2020}


def test_columns_may_print_one_calendar_or_none(paper: Paper) -> None:
    western = re.sub(r"（(?:平成|令和).{1,2}年度）\n", "\n", paper.text)
    assert dict(read_paper(ABOUT, western).chart_years) == {2017: "", 2018: "", 2019: "", 2020: ""}
    era = re.sub(r"２０[１２].年度\n", "\n", paper.text)
    assert dict(read_paper(ABOUT, era).chart_years) == dict(paper.chart_years)
    none = re.sub(r"２０[１２].年度\n|（(?:平成|令和).{1,2}年度）\n", "\n", paper.text)
    assert "no-chart-years" in {finding.kind for finding in read_paper(ABOUT, none).findings}


def test_an_item_before_the_first_theme_is_front_and_a_finding() -> None:
    text = "表題\n\n○ テーマのない項目。\n\nA\n\n\ufeff①テーマ\n\n◎ 目標です。\n"
    found = read_paper(ABOUT, text)
    kinds = {text[span.start : span.end]: span.kind for span in found.spans}
    assert kinds["○ テーマのない項目。"] is SpanKind.FRONT
    assert "before-first-theme" in {finding.kind for finding in found.findings}
    assert [s.notation for s in found.statements] == ["1-goal-1"]


def test_a_year_beyond_all_calendars_is_no_year() -> None:
    text = "①テーマ\n令和99999999999年度\n（令和９９９年度）\n令和９９９年度の取組状況\n\n○ 実施。\n"
    found = read_paper(ABOUT, text)
    assert found.chart_years == ()
    assert found.reports_year is None


def test_a_block_without_a_heading_is_told_by_the_sections_name() -> None:
    found = read_paper(ABOUT, "①テーマ\n\n○ 実施。\n")
    (why,) = (finding.why for finding in found.findings if finding.kind == "section-undecided")
    assert "「issue」" in why.ja
    assert "“issue”" in why.en
