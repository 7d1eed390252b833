"""Search over the real dataset; what is expected was read off the paper and the register's tables."""

from __future__ import annotations

import csv
import io
import sqlite3
import tempfile
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from kgapp.dataset import Dataset
from kgapp.queryfile import read_queries
from kgapp.search.current import CurrentIndex, index_of
from kgapp.search.finding import find, merged
from kgapp.search.folding import fold, folded
from kgapp.search.found import Found, Hit
from kgapp.search.gather import Kind, Role
from kgapp.search.index import Index, phrase, tokens
from kgapp.search.suggesting import nearest, suggest
from kgapp.search.terminal import tell_results
from kgapp.search.terms import LONGEST, MOST_TERMS, Filters, read
from kgapp.store import Store
from tests.conftest import ROOT
from tests.stores import Front

REGISTER = ROOT / "data" / "register" / "fujisawa"
PAGES = ROOT / "queries" / "pages"
JAPANESE = st.text(
    alphabet="ぁあかがはばっゃーゝゞヽヾ々様地域・ ﾞﾟｶﾊﾁｰﾟ゛アカガヴー\u3099\u309a\u200bＡa1１-㌔㈱ßİō",
    max_size=14,
)
ANY = st.one_of(JAPANESE, st.text(max_size=14))


@pytest.fixture(scope="module")
def index(store: Store, dataset: Dataset) -> Index:
    return index_of(store, PAGES, [graph.iri for graph in dataset.graphs])


def search(index: Index, words: str, limit: int = 200, **filters: str) -> Found:
    return find(index, read(words), Filters(**filters), limit)


def hits(found: Found, kind: Kind) -> list[Hit]:
    return [hit for group in found.groups if group.kind is kind for hit in group.hits]


def notations(found: Found, kind: Kind = Kind.STATEMENT) -> list[str]:
    return [words.words.text for hit in hits(found, kind) for words in hit.of(Role.NOTATION)]


def keys(found: Found, kind: Kind) -> list[str]:
    return [hit.key.removeprefix("fujisawa/") for hit in hits(found, kind)]


def marked(hit: Hit, role: Role = Role.TEXT) -> list[str]:
    """The very words that are marked."""
    return [m.words.text[start:end] for m in hit.of(role) for start, end in m.marks]


# Folding


@given(ANY)
def test_folding_again_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(ANY)
def test_the_quick_folding_is_the_same(text: str) -> None:
    assert folded(text) == fold(text).text


@given(ANY)
def test_every_folded_character_stands_for_a_stretch_of_the_text(text: str) -> None:
    result = fold(text)
    assert len(result.spans) == len(result.text)
    assert all(0 <= start < end <= len(text) for start, end in result.spans)
    assert list(result.spans) == sorted(result.spans)


@given(
    st.text(alphabet="あいうアイ地域支援とのCSWｃｓｗ", max_size=8),
    st.text(alphabet="地域ちいき支援", min_size=1, max_size=4),
)
def test_what_was_put_into_a_text_is_found_where_it_was_put(around: str, words: str) -> None:
    text = f"{around}「{words}」{around}"
    stretches = list(fold(text).occurrences(folded(words)))
    there = (len(around) + 1, len(around) + 1 + len(words))
    assert there in stretches or folded(words) in folded(around)


@pytest.mark.parametrize(
    "spellings",
    [
        ("ﾁｲｷ", "ちいき", "チイキ", "チｲき"),
        ("CSW", "ＣＳＷ", "csw", "Ｃｓw"),
        (
            "コーディネーター",
            "コーディネータ",
            "ｺｰﾃﾞｨﾈｰﾀｰ",
            "こーでぃねーたー",
            "コ−ディネーター".replace("−", "ー"),
        ),
        ("様々", "様様"),
        ("学問のすゝめ", "学問のすすめ"),
        ("いすゞ", "いすず"),
        ("アドバンス・ケア・プランニング", "アドバンスケアプランニング", "アドバンス ケア プランニング"),
        ("キャンペーン", "キヤンペーン"),
        ("か\u3099", "が", "か゛", "ｶﾞ", "ガ"),
        ("Shōnan", "SHONAN", "shonan"),
        ("東京２０２０", "東京2020"),
        ("検討 ・構築", "検討・構築", "検討　構築"),
    ],
)
def test_these_are_one_spelling(spellings: tuple[str, ...]) -> None:
    assert len({folded(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ハバ", "ハハ"),
        ("協議会", "協議体"),
        ("入口", "入り口"),
        ("home care", "homecare"),
        ("湘南台", "湘南大庭"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(
    st.text(alphabet="地域支ab", min_size=1, max_size=6), st.text(alphabet="地域支ab", min_size=1, max_size=3)
)
def test_tokens_find_what_a_text_holds_and_nothing_else(text: str, words: str) -> None:
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE t USING fts5(x, content='', tokenize='ascii')")
    table.execute("INSERT INTO t(rowid, x) VALUES (1, ?)", [tokens(text)])
    found = table.execute("SELECT rowid FROM t WHERE t MATCH ?", [phrase(words)]).fetchall()
    table.close()
    assert bool(found) == (words in text)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda pair: (pair[0], pair[0] + pair[1])))
)
def test_merged_stretches_cover_the_same_characters_once(stretches: list[tuple[int, int]]) -> None:
    joined = merged(stretches)
    covered = [at for start, end in joined for at in range(start, end)]
    assert len(covered) == len(set(covered))
    assert set(covered) == {at for start, end in stretches for at in range(start, end)}


# What was typed


def test_words_quotes_and_bounds() -> None:
    query = read('ＣＳＷ　配置 "地域の 縁側"')
    assert [(term.words, term.quoted) for term in query.terms] == [
        ("csw", False),
        ("配置", False),
        ("地域の縁側", True),
    ]
    assert not query.cut
    assert read("社協 ｼｬｷｮｳ しゃきょう シャキョウ").terms[1:] == read("ｼｬｷｮｳ").terms
    assert read("あ" * (LONGEST + 1)).cut
    many = " ".join(chr(0x4E00 + number) for number in range(MOST_TERMS + 1))
    assert read(many).cut
    assert len(read(many).terms) == MOST_TERMS


@given(st.text(max_size=300))
def test_anything_can_be_typed(index: Index, text: str) -> None:
    find(index, read(text), Filters(), 5)
    suggest(index, text)
    nearest(index, read(text))


@pytest.mark.parametrize(
    "text",
    [
        '" OR 1=1 --', "NEAR(a b)", "names:*", "^社協", "社協*", "a AND NOT b", "{names}: x", "(", '"""', "'; DROP TABLE thing",
        "社\x00協", "\ud83d", "社\ud800協", "\u202e社協", "👨\u200d👩\u200d👧", "が\u3099\u3099", "ー", "々", "・", " ", "%_", "あ" * 10_000,
    ],
)  # fmt: skip
def test_hostile_words_are_only_words(index: Index, text: str) -> None:
    find(index, read(text), Filters(), 5)
    suggest(index, text)
    nearest(index, read(text))


def test_what_nobody_sees_does_not_hide_a_word(index: Index) -> None:
    for typed in ("社\x00協", "\u202e社協", "社\u200b協", "社\ud800協"):
        assert keys(search(index, typed), Kind.ACTOR) == ["actor/shi-shakyo"]


# What the paper and the register hold


def test_an_abbreviation_finds_the_body_and_where_the_paper_names_it(index: Index) -> None:
    for typed in ("社協", "市社協", "しゃきょう", "シャキョウ", "ｼｬｷｮｳ", "ししゃきょう"):
        found = search(index, typed)
        assert keys(found, Kind.ACTOR)[0] == "actor/shi-shakyo", typed
        assert notations(found) == ["2-status-3"], typed
        assert marked(hits(found, Kind.STATEMENT)[0]) == ["市社会福祉協議会"]


def test_a_word_of_the_paper_finds_its_statements_in_the_paper_s_order(index: Index) -> None:
    found = search(index, "アウトリーチ")
    assert notations(found) == ["4-nextIssue-5", "5-issue-1", "5-nextIssue-1", "5-nextIssue-3"]
    assert [marked(hit) for hit in hits(found, Kind.STATEMENT)] == [["アウトリーチ"]] * 4
    assert notations(search(index, "ｱｳﾄﾘﾁ")) == notations(found)


@pytest.mark.parametrize(
    "typed",
    [
        "csw",
        "CSW",
        "ＣＳＷ",
        "コミュニティソーシャルワーカー",
        "community social worker",
        "ｺﾐｭﾆﾃｨ･ｿｰｼｬﾙ･ﾜｰｶｰ",
    ],
)
def test_csw_under_every_name(index: Index, typed: str) -> None:
    found = search(index, typed)
    assert keys(found, Kind.ACTOR)[0] == "actor/csw"
    assert sorted(notations(found)) == ["1-direction-4", "5-direction-1", "5-measure-1", "5-status-1"]


def test_a_name_only_in_the_chart_is_found_in_no_statement(index: Index) -> None:
    found = search(index, "三師会")
    assert notations(found) == []
    assert keys(found, Kind.ACTOR) == ["actor/sanshikai"]
    [line] = hits(found, Kind.CHART)
    assert marked(line) == ["三師会"]
    assert line.links["inTheme"] == "fujisawa/2020-02/theme-4"


def test_a_district_is_found_where_it_is_named(index: Index) -> None:
    found = search(index, "辻堂")
    assert keys(found, Kind.PLACE) == ["district/tsujido"]
    assert notations(found) == ["1-status-1"]
    assert notations(search(index, "つじどう")) == ["1-status-1"]


def test_what_the_thing_is_called_comes_before_letters_inside_another_word(index: Index) -> None:
    assert keys(search(index, "医師会"), Kind.ACTOR) == ["actor/fujisawa-shi-ishikai", "actor/shika-ishikai"]
    carers = notations(search(index, "介護者"))
    assert set(carers[:-1]) == {"5-issue-3", "5-direction-5", "5-status-8", "5-nextIssue-5"}
    assert carers[-1] == "4-issue-2", "it is about 要介護者"


def test_two_characters_and_one(index: Index) -> None:
    assert notations(search(index, "看取")) == ["4-measure-1"]
    assert notations(search(index, "看")) == ["4-measure-1", "4-issue-1"]
    assert keys(search(index, "国"), Kind.ACTOR)[0] == "actor/kuni"


def test_kana_find_the_kanji_that_names_show_to_be_read_so(index: Index) -> None:
    by_kanji = search(index, "地域")
    for typed in ("ちいき", "チイキ", "ﾁｲｷ"):
        assert set(notations(search(index, typed))) == set(notations(by_kanji))
    assert "4-direction-1" in notations(search(index, "にんちしょう"))
    assert {"1-status-2", "6-status-5"} <= set(notations(search(index, "えんがわ")))


def test_every_word_must_be_there_and_quotes_take_words_as_they_are(index: Index) -> None:
    assert notations(search(index, "アウトリーチ 子ども")) == ["5-nextIssue-3"]
    assert notations(search(index, "CSW 拡大")) == ["5-status-1"]
    assert "5-measure-1" in notations(search(index, '"ｃｓｗ"'))
    assert notations(search(index, '"社協"')) == []
    assert notations(search(index, "引きこもり")) == notations(search(index, "ひきこもり"))
    assert set(notations(search(index, "ひきこもり"))) == {"5-goal-2", "5-status-11"}
    assert notations(search(index, '"引きこもり"')) == ["5-goal-2"]


def test_filters(index: Index) -> None:
    whole = search(index, "コミュニティソーシャルワーカー")
    theme = "fujisawa/2020-02/theme-5"
    assert {choice.key: choice.count for choice in whole.choices["theme"]} == {
        "fujisawa/2020-02/theme-1": 1,
        theme: 3,
    }
    narrowed = search(index, "csw", theme=theme, section="ccr:section-direction")
    assert notations(narrowed) == ["5-direction-1"]
    assert [group.kind for group in narrowed.groups] == [Kind.STATEMENT]
    assert {choice.key for choice in narrowed.choices["section"]} == {
        "ccr:section-measure",
        "ccr:section-status",
        "ccr:section-direction",
    }
    # What stands in the paper with the CSW, whatever its words (C1 of MODEL.md).
    only = search(index, "", actor="fujisawa/actor/csw")
    assert notations(only) == ["1-direction-4", "5-measure-1", "5-status-1", "5-direction-1"]
    # What reaches 辻堂, by its name or by all-district wording (C9).
    reached = notations(search(index, "", district="fujisawa/district/tsujido"))
    assert {"1-status-1", "1-direction-1", "1-direction-4", "2-status-4", "3-status-7", "5-measure-1"} <= set(
        reached
    )
    assert not {"5-status-1", "5-status-9", "1-direction-2"} & set(reached)
    assert search(index, "csw", theme="fujisawa/2020-02/theme-9").total == 0
    assert notations(search(index, "csw", kind="actor")) == []


def test_pages_of_results_are_parts_of_one_order(index: Index) -> None:
    whole = notations(search(index, "支援", kind="statement"))
    parts = [find(index, read("支援"), Filters(kind="statement"), 10, offset) for offset in range(0, 100, 10)]
    assert [code for part in parts for code in notations(part)] == whole
    text = (ROOT / "data" / "source" / "fujisawa" / "2020-02.txt").read_text(encoding="utf-8")
    assert len(whole) == len(set(whole)) > 30
    assert "支援" in text


def test_notations_themes_years_and_terms(index: Index) -> None:
    assert notations(search(index, "4-nextissue-5")) == ["4-nextIssue-5"]
    assert keys(search(index, "社会的孤立の防止"), Kind.THEME) == ["2020-02/theme-5"]
    assert hits(search(index, "令和元年度"), Kind.YEAR)[0].key == "fy/2019"
    assert "ccr:Direction" in keys(search(index, "方向性"), Kind.TERM)


def names_of_the_register() -> list[tuple[str, str]]:
    rows = []
    for path in sorted(REGISTER.glob("*.csv")):
        folder = {"actors": "actor", "districts": "district", "facilities": "facility", "groups": "group",
                  "programmes": "programme"}.get(path.stem)  # fmt: skip
        if folder is None:
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                spelt = [row["名称"], row["英語名"], row["よみ"]]
                spelt += [
                    name for column in ("別名", "略称") for name in (row.get(column) or "").split("|") if name
                ]
                rows += [(f"{folder}/{row['識別子']}", name) for name in spelt]
    return rows


def spellings(name: str) -> set[str]:
    """The same name as others type it."""
    half = unicodedata.normalize("NFKC", name)
    full = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in name)
    katakana = "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in name)
    hiragana = "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in name)
    return {name, half, full, katakana, hiragana, name.upper(), name.lower(), f"\u3000{name} "}


def test_every_name_of_the_register_finds_its_thing_first_however_it_is_typed(index: Index) -> None:
    rows = names_of_the_register()
    assert len(rows) > 550
    for key, name in rows:
        assert len({folded(spelling) for spelling in spellings(name)}) == 1, name
        typed = sorted(spellings(name))
        found = search(index, typed[len(name) % len(typed)], limit=5)
        firsts = [hit.key for group in found.groups for hit in group.hits]
        assert f"fujisawa/{key}" in firsts, (key, name)
        assert f"fujisawa/{key}" in [one.key for one in suggest(index, name, 20)], name


def test_suggestions_follow_what_is_typed(index: Index) -> None:
    for typed in ("しゃ", "しゃき", "社", "シャキョ"):
        assert "fujisawa/actor/shi-shakyo" in [one.key for one in suggest(index, typed, 20)], typed
    first = suggest(index, "cs")[0]
    assert (first.key, first.matched) == ("fujisawa/actor/csw", "CSW")
    assert suggest(index, "") == suggest(index, "・") == ()


def test_where_nothing_is_found_the_nearest_names_are_told(index: Index) -> None:
    assert search(index, "医療会").total == 0
    assert "fujisawa/actor/iryo-kikan" in [one.key for one in nearest(index, read("医療会"))]
    assert "fujisawa/actor/kyogitai" in [one.key for one in nearest(index, read("協議隊"))]


def test_every_statement_and_chart_line_is_there(index: Index) -> None:
    for line in ("1-issue-1", "6-direction-4", "3-principle-1"):
        assert notations(search(index, line)) == [line]
    with index.reader() as reader:
        counts = dict(reader.execute("SELECT kind, count(*) FROM thing GROUP BY kind"))
    assert (counts["statement"], counts["chart"], counts["theme"]) == (158, 27, 6)
    assert counts["place"] == 14


def test_a_terminal_is_told_what_was_looked_for(index: Index) -> None:
    console = Console(width=60, record=True, file=io.StringIO(), soft_wrap=True)
    tell_results(console, index, "医療会")
    tell_results(console, index, "csw 配置")
    told = console.export_text()
    assert "見つかりませんでした" in told
    assert "医療機関" in told
    assert all(cell_len(line) <= 60 for line in told.splitlines() if line.startswith(("1-", "5-", "   ")))
    assert "".join(told.split()).count("コミュニティソーシャルワーカー") > 3


def test_the_index_is_built_once_for_each_dataset(store: Store, dataset: Dataset) -> None:
    source = Front(store)
    graphs = [graph.iri for graph in dataset.graphs if graph.iri.endswith("register")]
    current = CurrentIndex(source, read_queries(PAGES), lambda: graphs)
    first = current.index()
    assert current.index() is first
    assert source.asked == 1
    source.generation = 2
    assert current.stale
    assert current.index() is not first
    assert source.asked == 2
    assert keys(search(first, "社協"), Kind.ACTOR) == ["actor/shi-shakyo"], "who holds it may go on"


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = index_of(store, PAGES, [f"{store.base}id/fujisawa/graph/register"])
    assert list(tmp_path.iterdir()) == []
    assert keys(search(made, "社協"), Kind.ACTOR) == ["actor/shi-shakyo"]


def test_a_search_is_quick(index: Index) -> None:
    times = []
    for words in ("社協", "地域", "支援", "の", "csw", "ちいき", "国", "community") * 5:
        began = time.thread_time()
        search(index, words, limit=10)
        times.append(time.thread_time() - began)
    assert sorted(times)[int(len(times) * 0.9)] < 0.05
