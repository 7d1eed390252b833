"""Tables that a spreadsheet or a hand has spoilt: told once a file, by row and column, no flood."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kgapp.errors import Problem
from kgapp.home import Home
from tests.test_sources import (
    ACTORS,
    CLAIMS,
    DISTRICTS,
    GLOSS,
    GROUPS,
    REVIEW,
    add_row,
    edit_rows,
    problems,
    row_of,
    set_cell,
)

TABLES = [ACTORS, GROUPS, DISTRICTS, CLAIMS, REVIEW, GLOSS]


def change(home: Home, name: str, how: Callable[[str], str]) -> list[Problem]:
    path = home.root / name
    path.write_bytes(how(path.read_bytes().decode("utf-8-sig")).encode("utf-8-sig"))
    return problems(home)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    ("how", "ja", "en", "remedy"),
    [
        (lambda text: text.replace(",", ";"), "セミコロンで区切られて", "separated by semicolons", "コンマ区切り"),
        (lambda text: text.replace(",", "\t"), "タブで区切られて", "separated by tabs", "コンマ区切り"),
        (lambda text: "sep=,\r\n" + text, "1行目が sep= の行です", "Row 1 is a sep= line", "この行を消し"),
        (lambda text: "\r\n" + text, "1行目が空です", "Row 1 is blank", "見出し行の前の行を消して"),
        (lambda text: ",,,\r\n" + text, "1行目が空です", "Row 1 is blank", "見出し行の前の行を消して"),
        (lambda text: "表の題\r\n\r\n" + text, "3行目にあります", "The heading is in row 3", "見出し行の前の行を消して"),
        (lambda text: "\ufeff" + text, "BOMが二つ", "more than one byte-order mark", "コンマ区切り"),
        (lambda text: re.sub(",[^,]+,", ",", text, count=1), "がありません", "Missing columns", "見出し行を直して"),
        (lambda text: re.sub(r",([^,\r]+)([,\r])", r",\1,\1\2", text, count=1), "二度あります", "there twice", "見出し行を直して"),
        (lambda text: re.sub("^([^,]+),", "\\1\x00,", text, count=1), "U+0000", "U+0000", "消してください"),
    ],
    ids=["semicolons", "tabs", "sep", "blank", "blank cells", "title", "BOM", "missing", "doubled", "NUL"],
)  # fmt: skip
def test_a_heading_that_is_none_is_told_once(
    home: Home, name: str, how: Callable[[str], str], ja: str, en: str, remedy: str
) -> None:
    (found,) = change(home, name, how)
    assert (found.file, found.row) == (name, 1)
    assert ja in found.what.ja
    assert en in found.what.en
    assert remedy in found.remedy.ja
    assert found.remedy.en


def test_a_heading_names_all_that_is_wrong_with_it(home: Home) -> None:
    (found,) = change(home, ACTORS, lambda text: text.replace("よみ,別名", "読み方,異名,メモ", 1))
    assert found.place == f"{ACTORS}:1:よみ"
    assert found.what.ja == "列「よみ」「別名」がありません。列「読み方」「異名」「メモ」は知らない列です。"
    assert found.what.en == "Missing columns: よみ, 別名. Unknown columns: 読み方, 異名, メモ."
    assert "使える列: 識別子, 種別" in found.remedy.ja
    assert "Columns are: 識別子, 種別" in found.remedy.en


def test_an_unknown_column_does_not_hide_the_rows(home: Home) -> None:
    def more(rows: list[list[str]]) -> None:
        for number, row in enumerate(rows):
            row.append("メモ" if number == 0 else "x")

    edit_rows(home.root / GROUPS, more)
    set_cell(GROUPS, "jumin", "よみ", "")(home)
    assert [p.place for p in problems(home)] == [f"{GROUPS}:1:メモ", f"{GROUPS}:2:よみ"]


@pytest.mark.parametrize("name", TABLES)
def test_empty_columns_at_the_end_are_nothing(home: Home, name: str) -> None:
    assert change(home, name, lambda text: text.replace("\r\n", ",,,\r\n") + ",,,,,,,,,,,,,,,,\r\n") == []


@pytest.mark.parametrize("name", TABLES)
def test_empty_cells_behind_some_rows_are_nothing(home: Home, name: str) -> None:
    def longer(rows: list[list[str]]) -> None:
        rows[1] += ["", " ", ""]

    edit_rows(home.root / name, longer)
    assert problems(home) == []


def test_a_cell_behind_the_last_column_is_told(home: Home) -> None:
    def longer(rows: list[list[str]]) -> None:
        rows[1] += ["", "x"]

    edit_rows(home.root / GROUPS, longer)
    found = problems(home)[0]
    assert found.place == f"{GROUPS}:2"
    assert found.what.ja == "セルが10個あります（見出しは8列）。"
    assert found.what.en == "10 cells for 8 columns."


def test_rows_that_all_miss_a_cell_are_no_flood(home: Home) -> None:
    found = change(home, REVIEW, lambda text: text.replace("\r\n", ",x\r\n").replace(",x\r\n", "\r\n", 1))
    assert {p.file for p in found} == {REVIEW}
    assert [p.row for p in found] == [*range(2, 12), None]
    assert "ほかに328か所（12・13・" in found[-1].what.ja
    assert "The same in 328 more places (row 12, 13," in found[-1].what.en


@pytest.mark.parametrize("name", [GROUPS, GLOSS])
@pytest.mark.parametrize(
    ("line", "ja", "en"),
    [
        ('"ab"c,d', "閉じた引用符の後にコンマがありません", "not followed by a comma"),
        ('ab,"c,d', "引用符が閉じていません", "not closed"),
    ],
)
def test_a_broken_record_is_told_in_its_row_and_hides_no_other(
    home: Home, name: str, line: str, ja: str, en: str
) -> None:
    def broken(text: str) -> str:
        lines = text.split("\r\n")
        return "\r\n".join([*lines[:3], line, *lines[3:]])

    found = change(home, name, broken)
    assert [p.place for p in found] == [f"{name}:4"]
    assert ja in found[0].what.ja
    assert en in found[0].what.en
    assert "引用符" in found[0].remedy.ja
    assert "quotation marks" in found[0].remedy.en


def test_rows_of_the_register_that_all_miss_a_cell_are_not_told_by_each_claim(home: Home) -> None:
    found = change(home, ACTORS, lambda text: text.replace("\r\n", ",x\r\n").replace(",x\r\n", "\r\n", 1))
    assert {p.file for p in found} == {ACTORS}
    assert len(found) == 11


def test_a_table_of_broken_records_is_given_up(home: Home) -> None:
    found = change(home, GROUPS, lambda text: text + '"a"b\r\n' * 1000)
    assert [p.row for p in found] == [*range(45, 55), None, None]
    assert "続きを読みません" in found[-1].what.ja


def test_a_cell_without_end_is_told_by_row_and_column(home: Home) -> None:
    row = row_of(home, GROUPS, "jumin")
    set_cell(GROUPS, "jumin", "備考", "あ" * 140_000)(home)
    (found,) = problems(home)
    assert found.place == f"{GROUPS}:{row}:備考"
    assert found.what.ja == "セルが長すぎます（140,000字，上限は131,072字）。"
    assert "the bound is 131,072" in found.what.en


def test_a_row_behind_a_cell_of_several_lines_is_the_spreadsheets(home: Home) -> None:
    set_cell(GROUPS, "jumin", "備考", "一行目\n二行目")(home)
    set_cell(GROUPS, "shimin", "よみ", "")(home)
    assert [p.place for p in problems(home)] == [f"{GROUPS}:3:よみ"]


def test_a_name_that_many_claims_miss_is_told_once(home: Home) -> None:
    def rename(rows: list[list[str]]) -> None:
        for row in rows:
            row[2] = row[2].replace("actor/csw", "actor/cws")

    for _ in range(3):
        add_row(CLAIMS, f"5-direction-{_ + 1}", "hasLead", "actor/csw", "原文どおり", "x")(home)
    edit_rows(home.root / CLAIMS, rename)
    found = [p for p in problems(home) if "actor/cws" in p.what.ja]
    assert len(found) == 1
    assert found[0].column == "目的語"
    assert "ほかに" in found[0].what.ja
    assert "more places (row" in found[0].what.en


def test_a_table_of_too_many_lines_is_refused(home: Home) -> None:
    (found,) = change(home, GLOSS, lambda text: text + "\r\n" * 100_000)
    assert found.place == GLOSS
    assert found.what.ja == "行が多すぎます（100,165行，上限は100,000行）。"
    assert "the bound is 100,000" in found.what.en


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (GLOSS, "9-goal-{},Something"),
        (CLAIMS, "5-direction-1,hasLead,actor/n{},原文どおり,充実,,,"),
        (CLAIMS, "5-direction-1,hasLead,group/x,原文どおり,充実,,,"),
    ],
)
def test_very_many_rows_of_one_fault_are_no_flood(home: Home, name: str, line: str) -> None:
    found = change(home, name, lambda text: text + "".join(line.format(n) + "\r\n" for n in range(5000)))
    assert {p.file for p in found} == {name}
    assert 11 <= len(found) <= 12
    assert "か所（" in found[-1].what.ja or "か所（" in found[-2].what.ja


def test_a_message_does_not_show_a_cell_of_a_hundred_thousand_letters(home: Home) -> None:
    set_cell(GROUPS, "jumin", "よみ", "ヤ" * 100_000)(home)
    set_cell(GROUPS, "shimin", "別名", "ﾃﾞ" * 50_000)(home)
    found = problems(home)
    assert [p.place for p in found] == [f"{GROUPS}:2:よみ", f"{GROUPS}:3:別名"]
    for problem in found:
        for message in (problem.what, problem.remedy):
            assert max(len(message.ja), len(message.en)) < 1100
    assert found[0].what.ja.endswith("にひらがな以外があります。")
