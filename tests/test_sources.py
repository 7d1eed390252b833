"""Broken sources of every kind end in a message with file, row, column, what and how to mend."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from kgapp.build import check_sources
from kgapp.errors import Problem
from kgapp.home import Home
from tests.conftest import copy_home

TEXT = "data/source/fujisawa/2020-02.txt"
ABOUT = "data/source/fujisawa/2020-02.toml"
ACTORS = "data/register/fujisawa/actors.csv"
GROUPS = "data/register/fujisawa/groups.csv"
DISTRICTS = "data/register/fujisawa/districts.csv"
CLAIMS = "data/claims/fujisawa/2020-02.csv"
REVIEW = "data/claims/fujisawa/2020-02-review.csv"
GLOSS = "data/gloss/fujisawa/2020-02.csv"


def problems(home: Home) -> list[Problem]:
    return check_sources(home)[1]


def edit_rows(path: Path, change: Callable[[list[list[str]]], None]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def set_cell(name: str, key: str, column: str, value: str) -> Callable[[Home], None]:
    """Sets a cell in the row whose first cell is ``key``."""

    def change(rows: list[list[str]]) -> None:
        row = next(row for row in rows if row[0] == key)
        row[rows[0].index(column)] = value

    return lambda home: edit_rows(home.root / name, change)


def add_row(name: str, *cells: str) -> Callable[[Home], None]:
    return lambda home: edit_rows(
        home.root / name, lambda rows: rows.append([*cells, *[""] * (len(rows[0]) - len(cells))])
    )


def replace(name: str, old: str, new: str) -> Callable[[Home], None]:
    def change(home: Home) -> None:
        path = home.root / name
        text = path.read_bytes().decode()
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode())

    return change


def write(name: str, data: bytes) -> Callable[[Home], None]:
    def change(home: Home) -> None:
        (home.root / name).write_bytes(data)

    return change


def remove(name: str) -> Callable[[Home], None]:
    return lambda home: (home.root / name).unlink()


def row_of(home: Home, name: str, key: str) -> int:
    with (home.root / name).open(encoding="utf-8-sig", newline="") as file:
        return next(number for number, row in enumerate(csv.reader(file), start=1) if row[0] == key)


BREAKS = {
    "missing text": (remove(TEXT), TEXT, None, "本文のファイルがありません"),
    "missing description": (remove(ABOUT), ABOUT, None, "説明のファイルがありません"),
    "changed text": (replace(TEXT, "住民", "市民"), TEXT, "sha256", "sha256"),
    "wrong checksum": (replace(ABOUT, "3ff21229", "00000000"), TEXT, "sha256", "sha256"),
    "text in Shift_JIS": (write(TEXT, "課題がある。".encode("cp932")), TEXT, None, "Shift_JIS"),
    "empty text": (write(TEXT, b"\n"), TEXT, None, "空です"),
    "nested without end": (lambda home: (home.root / ABOUT).write_text("a = " + "[" * 5000, encoding="utf-8") and None,
                           ABOUT, None, "TOML"),
    "a number without end": (lambda home: (home.root / ABOUT).write_text("a = " + "1" * 5000, encoding="utf-8") and None,
                             ABOUT, None, "TOML"),
    "no title": (replace(ABOUT, "title =", "subtitle ="), ABOUT, "title", "「title」がありません"),
    "doubled key": (replace(ABOUT, "title_en =", "title ="), ABOUT, None, "TOML"),
    "no such day": (replace(ABOUT, '"2020-02"', '"2020-02-31"'), ABOUT, "date", "日付"),
    "identifier in two tables": (set_cell(GROUPS, "jumin", "識別子", "csw"), GROUPS, "識別子", "二度"),
    "semicolons": (lambda home: (home.root / ACTORS).write_bytes((home.root / ACTORS).read_bytes().replace(b",", b";")) and None,
                   ACTORS, None, "セミコロンで区切られています"),
    "two verdicts": (add_row(REVIEW, "5-direction-1", "hasLead", "actor/csw", "", "", "矛盾"), REVIEW, None, "判定が二つ"),
    "bad date": (replace(ABOUT, '"2020-02"', '"令和2年"'), ABOUT, "date", "日付"),
    "not TOML": (replace(ABOUT, '"2020-02"', "2020-02-"), ABOUT, None, "TOML"),
    "register in Shift_JIS": (write(ACTORS, "識別子,種別".encode("cp932")), ACTORS, None, "Shift_JIS"),
    "no reading": (set_cell(ACTORS, "csw", "よみ", ""), ACTORS, "よみ", "「よみ」が空"),
    "reading in katakana": (set_cell(ACTORS, "csw", "よみ", "シーエスダブリュー"), ACTORS, "よみ", "ひらがな以外"),
    "no English": (set_cell(ACTORS, "csw", "英語名", ""), ACTORS, "英語名", "「英語名」が空"),
    "unknown kind": (set_cell(ACTORS, "csw", "種別", "会社"), ACTORS, "種別", "種別「会社」"),
    "bad identifier": (set_cell(ACTORS, "csw", "識別子", "C S W"), ACTORS, "識別子", "使えません"),
    "doubled identifier": (set_cell(ACTORS, "hogoshi", "識別子", "csw"), ACTORS, "識別子", "二度"),
    "alias of two": (set_cell(ACTORS, "hogoshi", "別名", "協議体"), ACTORS, "別名", "「協議体」"),
    "alias of another table": (set_cell(GROUPS, "jumin", "別名", "ＣＳＷ"), GROUPS, "別名", "「ＣＳＷ」"),
    "alias of other width": (set_cell(ACTORS, "hogoshi", "略称", "csw"), ACTORS, "略称", "「csw」"),
    "unknown constituent": (set_cell(ACTORS, "sanshikai", "構成団体", "x|y"), ACTORS, "構成団体", "登録簿にありません"),
    "one constituent": (set_cell(ACTORS, "sanshikai", "構成団体", "keisatsu"), ACTORS, "構成団体", "二つに足りません"),
    "circle": (set_cell(ACTORS, "shogaisha-sogo-shien-kyogikai", "上位組織", "iryoteki-care-coordinate-team"),
               ACTORS, "上位組織", "自分に戻ります"),
    "district without reading": (set_cell(DISTRICTS, "tsujido", "よみ", ""), DISTRICTS, "よみ", "「よみ」が空"),
    "missing column": (replace(ACTORS, "よみ", "読み方"), ACTORS, "よみ", "列「よみ」がありません"),
    "short row": (lambda home: (home.root / ACTORS).write_bytes((home.root / ACTORS).read_bytes() + b"a,b\r\n") and None,
                  ACTORS, None, "セルが2個"),
    "open quotation mark": (lambda home: (home.root / ACTORS).write_bytes((home.root / ACTORS).read_bytes() + b'"a,b\r\n') and None,
                            ACTORS, None, "CSVとして読めません"),
    "empty table": (write(ACTORS, b""), ACTORS, None, "表が空"),
    "unknown actor": (add_row(CLAIMS, "5-direction-1", "hasLead", "actor/nobody", "原文どおり", "充実"),
                      CLAIMS, "目的語", "actor/nobody"),
    "unknown statement": (add_row(CLAIMS, "9-direction-1", "hasLead", "actor/csw", "原文どおり", "充実"),
                          CLAIMS, "主語", "9-direction-1"),
    "unknown relation": (add_row(CLAIMS, "5-direction-1", "likes", "actor/csw", "原文どおり", "充実"), CLAIMS, "関係", "likes"),
    "role on a district": (add_row(CLAIMS, "5-direction-1", "hasLead", "district/tsujido", "原文どおり", "充実"),
                           CLAIMS, "目的語", "hasLead"),
    "target that is a body": (add_row(CLAIMS, "5-direction-1", "targets", "actor/csw", "原文どおり", "充実"),
                              CLAIMS, "目的語", "targets"),
    "role on a target": (add_row(CLAIMS, "5-nextIssue-5", "hasLead", "group/kaigosha", "読み取り", "ケアラーケアの課題", "", "", "理由"),
                         CLAIMS, "目的語", "中心と支援対象の両方"),
    "continues an issue": (add_row(CLAIMS, "5-direction-1", "continues", "5-issue-1", "読み取り", "充実", "", "支援", "理由"),
                           CLAIMS, "目的語", "continues"),
    "quote not there": (add_row(CLAIMS, "5-direction-1", "hasPartner", "actor/csw", "原文どおり", "書いていない"),
                        CLAIMS, "引用", "0回"),
    "quote there twice": (add_row(CLAIMS, "5-nextIssue-5", "hasPartner", "group/kazoku", "原文どおり", "家族"), CLAIMS, "引用", "回あります"),
    "object quote not there": (add_row(CLAIMS, "5-direction-1", "addresses", "5-issue-1", "読み取り", "充実", "", "書いていない", "理由"),
                               CLAIMS, "相手側の引用", "0回"),
    "reading without reason": (add_row(CLAIMS, "5-direction-1", "hasPartner", "actor/csw", "読み取り", "充実"),
                               CLAIMS, "理由", "読み取りには理由"),
    "unknown decision": (add_row(CLAIMS, "5-direction-1", "hasPartner", "actor/csw", "たぶん", "充実"), CLAIMS, "判断", "たぶん"),
    "unknown place": (add_row(CLAIMS, "actor/csw", "alsoServesAs", "actor/hogoshi", "原文どおり", "充実", "9-x-1"),
                      CLAIMS, "引用元", "9-x-1"),
    "unknown verdict": (add_row(REVIEW, "5-direction-1", "hasLead", "actor/csw", "", "", "まあまあ"), REVIEW, "判定", "まあまあ"),
    "gloss of nothing": (add_row(GLOSS, "9-goal-1", "Something"), GLOSS, "番号", "9-goal-1"),
    "empty gloss": (set_cell(GLOSS, "1-goal-1", "参考訳", ""), GLOSS, "参考訳", "空"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_source_is_told_by_file_row_and_column(home: Home, name: str) -> None:
    break_it, file, column, words = BREAKS[name]
    assert problems(home) == []
    break_it(home)
    found = problems(home)
    told = [p for p in found if p.file == file and words in p.what.ja]
    assert told, found
    problem = told[0]
    assert problem.column == column or column is None
    if file.endswith(".csv") and column:
        assert problem.row is not None
        assert problem.place == f"{file}:{problem.row}:{column}"
    assert problem.what.en
    assert problem.remedy.ja
    assert problem.remedy.en


def test_the_row_is_the_spreadsheets(home: Home) -> None:
    row = row_of(home, ACTORS, "hogoshi")
    set_cell(ACTORS, "hogoshi", "よみ", "")(home)
    assert [(p.row, p.column) for p in problems(home)] == [(row, "よみ")]


def test_all_problems_are_told_at_once(home: Home) -> None:
    for name in ("no reading", "quote not there", "wrong checksum", "empty gloss"):
        BREAKS[name][0](home)
    assert {p.file for p in problems(home)} >= {ACTORS, CLAIMS, TEXT, GLOSS}


def test_an_edition_needs_only_text_and_description(home: Home) -> None:
    for name in (CLAIMS, REVIEW, GLOSS):
        (home.root / name).unlink()
    editions, found = check_sources(home)
    assert found == []
    kinds = {finding.kind for finding in editions[0].findings}
    assert kinds == {"no-claims", "no-gloss"}


def test_names_of_editions_are_plain(home: Home) -> None:
    (home.root / "data/source/fujisawa/令和2年.txt").write_text("x", encoding="utf-8")
    assert "data/source/fujisawa/令和2年.txt" in {p.file for p in problems(home)}


def test_the_register_opens_in_a_japanese_excel() -> None:
    from tests.conftest import ROOT

    for path in sorted((ROOT / "data").glob("*/fujisawa/*.csv")):
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf"), path
        assert b"\r\n" in data, path


def test_no_source_at_all(tmp_path: Path) -> None:
    home = copy_home(tmp_path)
    for path in (home.data / "source").rglob("*.t*"):
        path.unlink()
    assert problems(home)[0].what.en == "There is no edition at all."


def test_the_register_is_what_its_csvw_metadata_says(home: Home) -> None:
    from csvw import TableGroup

    group = TableGroup.from_file(home.root / "data/register/fujisawa/csv-metadata.json")
    rows = {str(table.url): list(table.iterdicts()) for table in group.tables}
    tables = {path.name for path in (home.root / "data/register/fujisawa").glob("*.csv")}
    assert set(rows) == tables
    assert len(rows["districts.csv"]) == 13
    csw = next(row for row in rows["actors.csv"] if row["id"] == "csw")
    assert csw["prefLabel"] == "コミュニティソーシャルワーカー"
    assert csw["abbreviation"] == ["CSW", "ＣＳＷ"]
    assert csw["alsoServesAs"] == ["seikatsu-shien-coordinator"]


def test_a_table_that_cannot_be_read_is_told_once_and_not_by_each_claim(home: Home) -> None:
    BREAKS["semicolons"][0](home)
    assert {problem.file for problem in problems(home)} == {ACTORS}


def test_a_table_that_nothing_reads_is_told(home: Home) -> None:
    (home.root / "data/claims/fujisawa/2020-2.csv").write_text("x", encoding="utf-8")
    (home.root / "data/register/fujisawa/actor.csv").write_text("x", encoding="utf-8")
    assert [p.file for p in problems(home)] == [
        "data/claims/fujisawa/2020-2.csv",
        "data/register/fujisawa/actor.csv",
    ]


def test_a_missing_table_is_a_finding(home: Home) -> None:
    for name in (CLAIMS, REVIEW, GROUPS):
        (home.root / name).unlink()
    editions, found = check_sources(home)
    assert found == []
    assert ("no-table", GROUPS) in {(finding.kind, finding.words) for finding in editions[0].findings}
