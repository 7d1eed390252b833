"""Mistakes between the register's rows, told in the table and not first by reasoning or shapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgapp.errors import Problem
from kgapp.home import Home
from tests.test_sources import (
    ACTORS,
    CLAIMS,
    DISTRICTS,
    GROUPS,
    add_row,
    edit_rows,
    problems,
    row_of,
    set_cell,
)

FACILITIES = "data/register/fujisawa/facilities.csv"
MUNICIPALITY = "data/register/fujisawa/municipality.csv"
GUARDS = "data/register/fujisawa/guards.csv"


def the_one(home: Home) -> Problem:
    (found,) = problems(home)
    assert found.what.ja
    assert found.what.en
    assert found.remedy.ja
    assert found.remedy.en
    return found


@pytest.mark.parametrize(
    ("name", "key", "column", "value", "ja", "en"),
    [
        (ACTORS, "sanshikai", "構成団体", "keisatsu|sanshikai", "sanshikai → actor/sanshikai", "back to itself"),
        (ACTORS, "sanshikai", "構成団体", "keisatsu|kuni|keisatsu", "「actor/keisatsu」が同じセルに二度", "twice in the same cell"),
        (ACTORS, "csw", "上位組織", "shi-shakyo", "（職）に上位組織は書けません", "is a Post and has no subBodyOf"),
        (ACTORS, "kuni", "構成団体", "keisatsu|csw", "（団体）に構成団体は書けません", "is a Body and has no hasConstituent"),
        (ACTORS, "kuni", "兼務", "csw", "（団体）に兼務は書けません", "is a Body and has no alsoServesAs"),
        (ACTORS, "csw", "兼務", "kuni", "「actor/kuni」（団体）は兼務になれません", "cannot be the object of alsoServesAs"),
        (ACTORS, "keisatsu", "上位組織", "csw", "（職）は上位組織になれません", "cannot be the object of subBodyOf"),
        (ACTORS, "keisatsu", "上位組織", "sanshikai", "（連合体）は上位組織になれません", "cannot be the object of subBodyOf"),
        (ACTORS, "csw", "兼務", "csw", "「actor/csw」が自分自身の兼務", "has itself as alsoServesAs"),
        (ACTORS, "keisatsu", "上位組織", "keisatsu", "自分に戻ります", "back to itself"),
        (FACILITIES, "bunchosha", "所在", "ibasho", "（施設種別）は所在になれません", "cannot be the object of locatedIn"),
        (FACILITIES, "bunchosha", "所在", "chiiki-fukushi-plaza", "自分に戻ります", "back to itself"),
        (FACILITIES, "bunchosha", "所在", "nowhere", "登録簿にありません", "not in the register"),
    ],
)  # fmt: skip
def test_a_membership_that_does_not_fit_is_told(
    home: Home, name: str, key: str, column: str, value: str, ja: str, en: str
) -> None:
    set_cell(name, key, column, value)(home)
    found = the_one(home)
    assert (found.file, found.column) == (name, column)
    if "自分に" not in ja:
        assert found.row == row_of(home, name, key)
    assert ja in found.what.ja
    assert en in found.what.en


def test_a_circle_of_constituents_is_told_once(home: Home) -> None:
    for key, to in (("a", "b|keisatsu"), ("b", "c|keisatsu"), ("c", "a|keisatsu")):
        add_row(ACTORS, f"kai-{key}", "連合体", f"会{key}", f"League {key}", "かい", "", "", f"kai-{to}")(
            home
        )
    found = the_one(home)
    assert found.place == f"{ACTORS}:{row_of(home, ACTORS, 'kai-c')}:構成団体"
    assert "actor/kai-a → actor/kai-b → actor/kai-c → actor/kai-a" in found.what.ja
    assert "actor/kai-a → actor/kai-b → actor/kai-c → actor/kai-a" in found.what.en


@pytest.mark.parametrize(
    ("subject", "relation", "obj"),
    [
        ("actor/sanshikai", "hasConstituent", "actor/sanshikai"),
        ("actor/csw", "alsoServesAs", "actor/csw"),
        ("actor/shogaisha-sogo-shien-kyogikai", "subBodyOf", "actor/iryoteki-care-coordinate-team"),
        ("facility/bunchosha", "locatedIn", "facility/chiiki-fukushi-plaza"),
    ],
)
def test_a_claim_that_closes_a_circle_is_told(home: Home, subject: str, relation: str, obj: str) -> None:
    from kgapp.build import check_sources

    place = check_sources(home)[0][0].paper.statements[0]
    add_row(CLAIMS, subject, relation, obj, "原文どおり", place.words.text, place.notation)(home)
    found = the_one(home)
    assert (found.file, found.column) == (CLAIMS, "目的語")
    assert f"{relation}をたどると自分に戻ります" in found.what.ja
    assert f"Following {relation} comes back" in found.what.en
    assert f"{subject}" in found.what.en


def test_a_long_chain_is_gone_once() -> None:
    from kgapp.sources.between import find_circles

    ways = {str(n): [str(n + 1), str(n + 2)] for n in range(100_000)} | {"100000": ["99999"], "100001": []}
    assert list(find_circles(ways)) == [["99999", "100000"]]


def test_a_cell_of_very_many_parts_is_read_at_once(home: Home) -> None:
    set_cell(ACTORS, "sanshikai", "構成団体", "|".join(["a"] * 60_000))(home)
    assert [p.column for p in problems(home)] == ["構成団体", "構成団体"]


def test_a_row_with_a_fault_of_its_own_is_not_missing(home: Home) -> None:
    set_cell(ACTORS, "yakuzaishikai", "種別", "会社")(home)
    assert [(p.row, p.column) for p in problems(home)] == [(row_of(home, ACTORS, "yakuzaishikai"), "種別")]


@pytest.mark.parametrize("key", ["csw", "yakuzaishikai", "kyogitai", "fujisawa-shi"])
@pytest.mark.parametrize("end", ["", ",x,x,x,x,x,x,x,x,x,x,x,x", ',"a"b'])
def test_what_names_a_row_that_cannot_be_read_is_not_told_too(home: Home, key: str, end: str) -> None:
    path = home.root / ACTORS
    lines = path.read_bytes().decode().split("\r\n")
    lines = [f"{key},職{end}" if line.startswith(f"{key},") else line for line in lines]
    path.write_bytes("\r\n".join(lines).encode())
    assert the_one(home).place == f"{ACTORS}:{row_of(home, ACTORS, key)}"


def test_rows_without_a_label_do_not_share_a_name(home: Home) -> None:
    for key in ("jumin", "shimin"):
        set_cell(GROUPS, key, "名称", "")(home)
    assert {p.what.ja for p in problems(home) if p.file == GROUPS} == {"「名称」が空です。"}


@pytest.mark.parametrize("code", ["１４２０５", "٣٤٢٠٥", "142050"])
def test_a_code_has_five_plain_digits(home: Home, code: str) -> None:
    set_cell(MUNICIPALITY, "municipality", "団体コード", code)(home)
    found = the_one(home)
    assert found.place == f"{MUNICIPALITY}:2:団体コード"
    assert "5桁の数字ではありません" in found.what.ja
    assert "five digits" in found.what.en


def test_there_is_one_municipality(home: Home) -> None:
    add_row(MUNICIPALITY, "yamato", "大和市", "Yamato City", "やまとし", "14213")(home)
    found = the_one(home)
    assert found.place == f"{MUNICIPALITY}:3:識別子"
    assert "一つだけ" in found.what.ja
    assert "but one municipality; row 2" in found.what.en


def test_a_label_that_joins_the_city_and_its_territory_is_told(home: Home) -> None:
    set_cell(ACTORS, "fujisawa-shi", "名称", "藤澤市")(home)
    found = next(p for p in problems(home) if p.file == MUNICIPALITY)
    assert found.place == f"{MUNICIPALITY}:2:名称"
    assert "「藤沢市」という名称の団体がactors.csvにありません" in found.what.ja
    assert "No body of actors.csv" in found.what.en


def test_a_district_too_few_or_too_many_is_told(home: Home) -> None:
    edit_rows(home.root / DISTRICTS, lambda rows: rows.remove(next(r for r in rows if r[0] == "chogo")))
    found = the_one(home)
    assert found.place == f"{DISTRICTS}:13:識別子"
    assert found.what.ja == "団体コード14205の市の地区は13ですが，12行あります。"
    assert found.what.en == "Municipality 14205 has 13 districts, but there are 12 rows."
    for key in ("kita", "minami"):
        add_row(DISTRICTS, key, key, key, "きた", f"{key}地区")(home)
    assert "14行あります" in the_one(home).what.ja


def test_districts_of_another_city_are_not_counted(home: Home) -> None:
    set_cell(MUNICIPALITY, "municipality", "団体コード", "14213")(home)
    edit_rows(home.root / DISTRICTS, lambda rows: rows.remove(next(r for r in rows if r[0] == "chogo")))
    assert problems(home) == []


def test_no_table_of_districts_is_told(home: Home) -> None:
    (home.root / DISTRICTS).unlink()
    assert [(p.file, p.row) for p in problems(home)] == [(DISTRICTS, None)]


def test_a_changed_label_is_told_where_a_claim_quotes_it(home: Home) -> None:
    quoted = ("5-direction-1", "hasPartner", "actor/csw", "原文どおり")
    from kgapp.build import check_sources

    paper = check_sources(home)[0][0].paper
    words = next(s.words.text for s in paper.statements if s.notation == "5-direction-1")[:6]
    add_row(CLAIMS, *quoted, words)(home)
    row = len((home.root / CLAIMS).read_text(encoding="utf-8-sig").splitlines())
    found = the_one(home)
    assert (found.file, found.column) == (CLAIMS, "引用")
    assert found.row in (row, row - 1, row - 2, row - 3)
    assert "「コミュニティソーシャルワーカー」（actor/csw）の名前も別名もありません" in found.what.ja
    assert "neither the name nor an alias of actor/csw" in found.what.en


@pytest.mark.parametrize(
    ("column", "value", "ja", "en"),
    [
        ("別名", "地域住民｜地域の方々", "全角などの縦棒「｜」", "U+FF5C"),
        ("別名", "地域住民￨地域の方々", "縦棒「￨」", "U+FFE8"),
        ("別名", "地域住民\n地域の方々", "改行または見えない文字があります（LF）", "line break"),
        ("別名", "地域住民|地域の\r\n方々", "（LF, CR）", "(LF, CR)"),
        ("名称", "住\n民", "（LF）", "(LF)"),
        ("英語名", "resi\ndents", "（LF）", "(LF)"),
        ("略称", "地\u200b住", "（U+200B）", "(U+200B)"),
        ("略称", "地\t住", "（TAB）", "(TAB)"),
        ("別名", "ﾎﾞﾗﾝﾃｨｱさん", "本文の「ボランティアさん」と合いません", "does not match ボランティアさん"),
        ("別名", "㈱住民", "本文の「(株)住民」と合いません", "does not match (株)住民"),
        ("別名", "か\u3099っこう", "本文の「がっこう」と合いません", "does not match がっこう"),
    ],
)
def test_a_cell_of_names_that_is_spelt_oddly_is_told(
    home: Home, column: str, value: str, ja: str, en: str
) -> None:
    set_cell(GROUPS, "jumin", column, value)(home)
    found = next(p for p in problems(home) if p.file == GROUPS)
    assert found.place == f"{GROUPS}:2:{column}"
    assert ja in found.what.ja
    assert en in found.what.en
    assert found.remedy.ja
    assert found.remedy.en


def test_a_full_width_bar_between_constituents_is_told_once(home: Home) -> None:
    set_cell(ACTORS, "sanshikai", "構成団体", "fujisawa-shi-ishikai｜shika-ishikai")(home)
    found = the_one(home)
    assert (found.column, found.remedy.ja) == ("構成団体", "半角の | で区切ってください。")


@pytest.mark.parametrize("value", ["ｼﾐﾝの方|ﾁｲｷ", "ﾃﾞｲ|デイ", "ＡＢＣ|①番"])
def test_a_spelling_that_texts_match_is_no_fault(home: Home, value: str) -> None:
    set_cell(GROUPS, "shimin", "別名", value)(home)
    assert problems(home) == []


@pytest.mark.parametrize("phrase", ["住民", "ＣＳＷ", "csw", "辻堂地区"])
def test_a_guard_that_is_a_name_is_told(home: Home, phrase: str) -> None:
    add_row(GUARDS, phrase, "理由")(home)
    found = the_one(home)
    assert found.place == f"{GUARDS}:{row_of(home, GUARDS, phrase)}:語"
    assert f"「{phrase}」は「" in found.what.ja
    assert "so it guards nothing" in found.what.en
    assert "より長い語" in found.remedy.ja


def test_a_guard_that_is_there_twice_is_told(home: Home) -> None:
    add_row(GUARDS, "庁内横断的", "理由")(home)
    found = the_one(home)
    assert (found.column, found.what.en) == ("語", "Row 3 has the same phrase.")


def test_kinds_are_called_as_in_the_tables() -> None:
    from kgapp.sources.between import KIND_WORDS
    from kgapp.sources.register import TABLES

    words = {kind: word for table in TABLES for word, kind in table.kinds.items()}
    assert KIND_WORDS.items() <= words.items()


def test_the_number_of_districts_is_that_of_the_shapes() -> None:
    from rdflib import Graph
    from rdflib.namespace import SH

    from kgapp.sources.register import DISTRICTS as COUNTED
    from tests.conftest import ROOT

    shapes = Graph().parse(Path(ROOT) / "ontology/shapes.ttl")
    shape = next(s for s in shapes.subjects() if str(s).endswith("#ThirteenDistricts-count"))
    assert {"14205": int(str(shapes.value(shape, SH.minCount)))} == COUNTED
    assert {"14205": int(str(shapes.value(shape, SH.maxCount)))} == COUNTED
