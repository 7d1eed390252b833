"""Files that are not what they should be as files: characters, kinds, sizes, encodings, names."""

from __future__ import annotations

import csv
import hashlib
import os

import pytest

from kgapp.home import Home
from tests.test_sources import (
    ABOUT,
    ACTORS,
    CLAIMS,
    DISTRICTS,
    GLOSS,
    GROUPS,
    REVIEW,
    TEXT,
    add_row,
    problems,
    replace,
    row_of,
    set_cell,
    write,
)


def set_text(home: Home, data: bytes) -> None:
    """Another text, with its checksum in the description."""
    (home.root / TEXT).write_bytes(data)
    about = home.root / ABOUT
    lines = [line for line in about.read_text(encoding="utf-8").splitlines() if not line.startswith("sha256")]
    lines.append(f'sha256 = "{hashlib.sha256(data).hexdigest()}"')
    about.write_text("\n".join(lines) + "\n", encoding="utf-8")


def swap_lines(home: Home, changes: dict[int, tuple[str, str]]) -> None:
    lines = (home.root / TEXT).read_text(encoding="utf-8").split("\n")
    for row, (old, new) in changes.items():
        assert old in lines[row - 1]
        lines[row - 1] = lines[row - 1].replace(old, new, 1)
    set_text(home, "\n".join(lines).encode())


def places(home: Home) -> list[tuple[str, int | None, str | None]]:
    return [(problem.file, problem.row, problem.column) for problem in problems(home)]


@pytest.mark.parametrize("char", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_is_told_in_the_texts_line(home: Home, char: str) -> None:
    lines = (home.root / TEXT).read_text(encoding="utf-8").split("\n")
    lines.insert(4, f"頁{char}")
    lines.insert(9, char)
    set_text(home, "\n".join(lines).encode())
    found = problems(home)
    assert [(p.file, p.row) for p in found] == [(TEXT, 5), (TEXT, 10)]
    assert f"U+{ord(char):04X}" in found[0].what.ja
    assert f"U+{ord(char):04X}" in found[0].what.en
    assert "消してください" in found[0].remedy.ja
    assert "take them out" in found[0].remedy.en


def test_a_page_break_has_a_remedy_of_its_own(home: Home) -> None:
    lines = (home.root / TEXT).read_text(encoding="utf-8").split("\n")
    lines.insert(4, "\f")
    set_text(home, "\n".join(lines).encode())
    (found,) = problems(home)
    assert (found.row, found.what.en) == (5, "There are characters that cannot be used (U+000C; 1 in all).")
    assert "-nopgbrk" in found.remedy.ja
    assert "-nopgbrk" in found.remedy.en


def test_a_thousand_lines_with_control_characters_are_no_flood(home: Home) -> None:
    set_text(home, "字\x01\n".encode() * 1000)
    found = [p for p in problems(home) if p.file == TEXT]
    assert len(found) == 11
    assert "ほかに990か所" in found[-1].what.ja
    assert "The same in 990 more" in found[-1].what.en


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\uffff"])
@pytest.mark.parametrize(
    ("name", "key", "column"),
    [
        (ACTORS, "csw", "備考"),
        (ACTORS, "csw", "名称"),
        (DISTRICTS, "tsujido", "よみ"),
        (GLOSS, "5-direction-1", "参考訳"),
    ],
)
def test_a_control_character_in_a_cell_is_told(
    home: Home, name: str, key: str, column: str, char: str
) -> None:
    row = row_of(home, name, key)
    with (home.root / name).open(encoding="utf-8-sig", newline="") as file:
        cell = next(record for record in csv.DictReader(file) if next(iter(record.values())) == key)[column]
    set_cell(name, key, column, f"{cell}{char}")(home)
    (found,) = problems(home)
    assert (found.file, found.row, found.column) == (name, row, column)
    assert f"U+{ord(char):04X}" in found.what.ja
    assert char not in found.what.ja + found.what.en


def test_a_control_character_in_claims_and_guards_is_told(home: Home) -> None:
    guards = "data/register/fujisawa/guards.csv"
    add_row(guards, "住民主体", "理由\x02")(home)
    replace(CLAIMS, ",原文どおり,", ",原文どおり\x03,")(home)
    assert [(p.file, p.column) for p in problems(home)] == [(guards, "理由"), (CLAIMS, "判断")]


@pytest.mark.parametrize("key", ["title", "session", "session_en", "source"])
def test_an_escape_in_the_description_is_told(home: Home, key: str) -> None:
    replace(ABOUT, f'\n{key} = "', f'\n{key} = "\\u0000')(home)
    (found,) = problems(home)
    assert (found.file, found.column) == (ABOUT, key)
    assert "U+0000" in found.what.ja
    assert "U+0000" in found.what.en


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        ('["a", "b"]', "配列", "an array"),
        ("{a = 1}", "表", "a table"),
        ("true", "真偽値", "a boolean"),
        ("5", "整数", "an integer"),
        ("1.5", "小数", "a float"),
        ("2020-02-14", "日時", "a date or time"),
    ],
)
@pytest.mark.parametrize("key", ["title", "session", "source_en"])
def test_a_description_takes_text_only(home: Home, key: str, value: str, ja: str, en: str) -> None:
    lines = (home.root / ABOUT).read_text(encoding="utf-8").splitlines()
    lines = [f"{key} = {value}" if line.startswith(f"{key} =") else line for line in lines]
    (home.root / ABOUT).write_text("\n".join(lines), encoding="utf-8")
    (found,) = problems(home)
    assert (found.file, found.column) == (ABOUT, key)
    assert ja in found.what.ja
    assert en in found.what.en
    assert f'{key} = "…"' in found.remedy.ja
    assert f'{key} = "…"' in found.remedy.en


@pytest.mark.parametrize(
    "value", ['"20200214"', '"2020-W07-5"', '"２０２０-０２"', "2020-02-14T10:00:00", "202002"]
)
def test_a_date_has_one_form(home: Home, value: str) -> None:
    replace(ABOUT, 'date = "2020-02"', f"date = {value}")(home)
    assert places(home) == [(ABOUT, None, "date")]


def test_a_date_may_be_a_date_of_toml(home: Home) -> None:
    replace(ABOUT, 'date = "2020-02"', "date = 2020-02-14")(home)
    assert problems(home) == []


def test_what_is_no_toml_is_told_in_its_line(home: Home) -> None:
    replace(ABOUT, 'date = "2020-02"', "date = 2020-")(home)
    assert places(home) == [(ABOUT, 4, None)]


@pytest.mark.parametrize(
    ("name", "ja", "en"),
    [
        (ACTORS, "表計算ソフトで", "CSV UTF-8"),
        (CLAIMS, "表計算ソフトで", "CSV UTF-8"),
        (TEXT, "テキストエディタで", "mend sha256"),
        (ABOUT, "テキストエディタで", "text editor"),
    ],
)
def test_the_remedy_for_another_encoding_fits_the_file(home: Home, name: str, ja: str, en: str) -> None:
    write(name, "題,名\n課題がある。".encode("cp932"))(home)
    found = [p for p in problems(home) if p.file == name]
    assert len(found) == 1
    assert "Shift_JIS?" in found[0].what.ja
    assert ja in found[0].remedy.ja
    assert en in found[0].remedy.en
    assert ("CSV" in found[0].remedy.ja) == name.endswith(".csv")


@pytest.mark.parametrize("name", [TEXT, ABOUT, CLAIMS, REVIEW, GLOSS, ACTORS, GROUPS])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_what_is_no_regular_file_is_not_read(home: Home, name: str, kind: str) -> None:
    path = home.root / name
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    found = problems(home)
    assert [(p.file, p.what.en) for p in found] == [(name, "This is not a regular file.")]
    assert "ふつうのファイルではありません" in found[0].what.ja
    assert found[0].remedy.ja
    assert found[0].remedy.en


@pytest.mark.parametrize("name", [TEXT, CLAIMS, ACTORS])
def test_a_link_that_leads_nowhere_is_told(home: Home, name: str) -> None:
    (home.root / name).unlink()
    (home.root / name).symlink_to("nowhere")
    assert [(p.file, "リンクの先" in p.remedy.ja) for p in problems(home)] == [(name, True)]


@pytest.mark.parametrize(
    ("name", "bound"), [(TEXT, 2_000_000), (ABOUT, 100_000), (CLAIMS, 20_000_000), (ACTORS, 20_000_000)]
)
def test_an_absurd_size_is_refused_unread(home: Home, name: str, bound: int) -> None:
    os.truncate(home.root / name, bound + 1)
    (found,) = problems(home)
    assert found.file == name
    assert f"上限は{bound:,}バイト" in found.what.ja
    assert f"the bound is {bound:,}" in found.what.en


def test_a_paper_of_too_many_lines_is_refused(home: Home) -> None:
    set_text(home, "行\n".encode() * 20_000)
    (found,) = problems(home)
    assert found.what.ja == "行が多すぎます（20,001行，上限は20,000行）。"
    assert "the bound is 20,000" in found.what.en


def move(home: Home, city: str, edition: str) -> str:
    folder = home.root / "data/source" / city
    folder.mkdir(exist_ok=True)
    for suffix in ("txt", "toml"):
        source = home.root / f"data/source/fujisawa/2020-02.{suffix}"
        (folder / f"{edition}.{suffix}").write_bytes(source.read_bytes())
    return f"data/source/{city}/{edition}.txt"


@pytest.mark.parametrize(
    ("city", "edition"),
    [
        *(("fujisawa", word) for word in ("actor", "group", "facility", "programme", "district")),
        *(("fujisawa", word) for word in ("graph", "register", "source", "municipality", "2020-02-review")),
        *((word, "2020-02") for word in ("fy", "year", "month", "day", "graph", "dataset", "whole")),
    ],
)
def test_a_name_that_iris_use_otherwise_is_refused(home: Home, city: str, edition: str) -> None:
    name = move(home, city, edition)
    (found,) = problems(home)
    assert found.file == name
    word = edition if city == "fujisawa" else city
    assert f"「{word}」" in found.what.ja
    assert repr(word) in found.what.en
    assert "変えてください" in found.remedy.ja
    assert "Rename" in found.remedy.en


@pytest.mark.parametrize("word", ["graph", "actor", "2020-02"])
def test_a_municipality_is_not_named_like_an_edition(home: Home, word: str) -> None:
    name = "data/register/fujisawa/municipality.csv"
    set_cell(name, "municipality", "識別子", word)(home)
    assert (name, 2, "識別子") in places(home)


def test_paths_of_reserved_words_are_those_that_are_minted() -> None:
    """Whatever stands behind a city in the register's IRIs is no edition's name."""
    from kgapp.sources.between import CITY_WORDS
    from kgapp.sources.register import TABLES

    assert {table.path for table in TABLES if table.path} <= set(CITY_WORDS)
