"""The roadmap and the districts: what is known of years and places, against the paper."""

from __future__ import annotations

import csv
import re
from html import unescape

import pyoxigraph as ox
from flask.testing import FlaskClient

from kgapp.errors import Message
from kgapp.question import Term
from kgapp.store import Store
from kgapp.web.trace.trace import Trace
from kgapp.web.views.districts import districts_reached
from kgapp.web.views.roadmap import Phase, Year, build_roads, read_period
from tests.conftest import EDITION, ROOT
from tests.test_home_page import main_of, passage_path

EVERYWHERE = {
    *("1-direction-1", "1-direction-4", "2-status-4", "3-status-7", "5-measure-1", "5-direction-1"),
    *("1-nextIssue-1", "2-nextIssue-1", "3-nextIssue-1"),
}
"""What reaches all districts, the last of them weakly (MODEL.md, C9)."""


def table(name: str) -> list[dict[str, str]]:
    with (ROOT / "tests" / "answers" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


# The districts.


def test_what_reaches_each_district(trace: Trace) -> None:
    reached = {reach.district.label.ja: reach for reach in districts_reached(trace)}
    assert set(reached) == {row["district"] for row in table("cq-s19-districts")}
    for name, reach in reached.items():
        model = ["1-status-1"] if name in ("湘南大庭", "辻堂") else []
        assert [passage.notation for passage, _ in reach.model] == model
        assert reach.named == ()
        assert {passage.notation for passage, _ in reach.by_all} == EVERYWHERE
        assert reach.is_named == bool(model)


def test_the_districts_are_told_apart(client: FlaskClient) -> None:
    page = main_of(client.get("/districts?lang=ja").text)
    rows = {
        re.sub("<[^>]+>", "", found[1]): found[0]
        for found in re.finditer(r'<tr id="[^"]*"><th scope="row"><a [^>]*>(.*?)</a>.*?</tr>', page, re.S)
    }
    assert len(rows) == 13
    unnamed = {name for name, row in rows.items() if "この資料に地区名としては出てこない" in row}
    assert set(rows) - unnamed == {"湘南大庭", "辻堂"}
    assert "モデル地区として" in rows["辻堂"]
    assert "モデル地区として" not in rows["湘南台"]
    # 藤沢地区更生保護サポートセンター and 藤沢市医師会 name no district.
    assert [name for name, row in rows.items() if "より長い名の一部としてだけある" in row] == ["藤沢"]
    for row in rows.values():
        assert "9件" in row
        assert '<i class="mode mode-inferred">推論</i>' in row


def test_the_districts_lead_to_their_sentences(client: FlaskClient) -> None:
    page = main_of(client.get("/districts?lang=ja").text)
    sentences = page[page.index('id="all"') :]
    assert set(re.findall(r'<h3 id="s-([^"]+)"', sentences)) == EVERYWHERE
    assert "<mark>１３地区を支援</mark>" in sentences
    weak = sentences[sentences.index('id="s-3-nextIssue-1"') :].partition("</section>")[0]
    assert "読み取り" in weak
    for other in ("5-status-1", "5-status-9", "1-direction-2"):
        assert passage_path(other) not in page
    fragments = re.findall('href="#([^"]+)"', page)
    assert fragments
    assert all(page.count(f'id="{fragment}"') == 1 for fragment in fragments)
    for address in set(re.findall('href="(/[^"]+)"', page)):
        assert client.get(unescape(address).partition("#")[0]).status_code == 200, address


def test_where_venues_stand_is_not_recorded(client: FlaskClient, store: Store) -> None:
    answer = store.query(
        "ASK { ?venue <https://w3id.org/care-roadmap/ns#locatedIn>+ ?district ."
        " ?district a <https://w3id.org/care-roadmap/ns#District> }"
    )
    told = (
        "施設がどの地区にあるかは，このデータには記録されていません" in client.get("/districts?lang=ja").text
    )
    assert told != bool(answer)


# The roadmap.


def themes(page: str) -> dict[str, str]:
    parts = re.split(r'<h2 id="theme-([0-9]+)">', page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_chart_line_stands_verbatim_and_in_no_year(client: FlaskClient) -> None:
    source = (ROOT / "data" / "source" / f"{EDITION}.txt").read_text(encoding="utf-8")
    found = themes(main_of(client.get("/roadmap?lang=ja").text))
    assert len(found) == 6
    lines = [
        line for part in found.values() for line in re.findall('<q class="verbatim"[^>]*>(.*?)</q>', part)
    ]
    assert len(lines) == 27
    assert "検証民間事業者との協働検討 ・構築作業" in lines
    assert all(unescape(line) in source.replace("\n", "") for line in lines)
    for part in found.values():
        unplaced = re.search('<td class="unplaced" colspan="4">.*?</td>', part, re.S)
        assert unplaced
        elsewhere = part.replace(unplaced[0], "")
        assert 'class="phase"' not in elsewhere
        assert 'class="verbatim"' not in elsewhere


def test_every_phase_of_unknown_span_is_there(client: FlaskClient) -> None:
    page = main_of(client.get("/roadmap?lang=ja").text)
    wanted = {(row["line"], row["phase"]) for row in table("cq-r05-phases-of-unknown-span")}
    by_line: dict[str, set[str]] = {}
    for line, phase in wanted:
        by_line.setdefault(line, set()).add(phase)
    for line, own in by_line.items():
        theme, number = line.split("-")[1:]
        item = page[page.index(f'/chart/theme-{theme}/{number}"') :].partition("</li>")[0]
        phases = set(re.findall('class="phase"[^>]*>(.*?)</a>', item))
        line_words = set(re.findall('class="verbatim"[^>]*>(.*?)</q>', item))
        assert (phases or line_words) == own
    assert "工程表の27行" in page
    assert "失われました" in page


def test_statements_stand_in_the_years_that_the_paper_tells_of(client: FlaskClient) -> None:
    """FY2019 is reported, FY2020 planned, of the two before the paper says nothing (48 and 35)."""
    status, directions = 0, 0
    for part in themes(main_of(client.get("/roadmap?lang=ja").text)).values():
        names = re.findall('<th scope="col">(.*?)<small>', part)
        assert names == ["2017年度", "2018年度", "2019年度", "2020年度"]
        row = part[part.index('<th scope="row">資料の記述</th>') :].partition("</tr>")[0]
        cells = row.split("<td>")[1:]
        assert "述べていない" in cells[0] and "述べていない" in cells[1]
        assert not re.search(r"/direction-[0-9]", cells[2])
        assert not re.search(r"/status-[0-9]", cells[3])
        status += len(re.findall(r'/status-[0-9]+"', cells[2]))
        directions += len(re.findall(r'/direction-[0-9]+"', cells[3]))
    assert (status, directions) == (48, 35)


def test_goals_of_a_calendar_year_stand_in_no_fiscal_year(client: FlaskClient) -> None:
    for part in themes(main_of(client.get("/roadmap?lang=ja").text)).values():
        row = part[part.index('<th scope="row">めざす目標</th>') :].partition("</tr>")[0]
        assert row.count("<td") == 1
        assert 'colspan="4"' in row
        assert "暦の年" in row


def test_the_roadmap_of_a_paper_that_is_not_there(client: FlaskClient) -> None:
    response = client.get("/roadmap?edition=%3Cscript%3E", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "<script>" not in response.text


def test_a_phase_whose_years_are_known_covers_those_and_no_others(trace: Trace) -> None:
    """As when a person has read the original chart: from April 2018 to March 2020."""
    line = trace.by_notation["chart-1-1"]
    row: dict[str, Term] = {
        "line": ox.NamedNode(line.iri),
        "phase": ox.NamedNode(f"{line.iri}/known"),
        "label": ox.Literal("検討", language="ja"),
        "begins": ox.Literal("2018-04-01"),
        "ends": ox.Literal("2020-03-31"),
    }
    unknown = {**row, "phase": ox.NamedNode(f"{line.iri}/unknown")}
    del unknown["begins"]
    roads = build_roads(trace, [row, unknown])
    first = roads[0].lines[0]
    assert first.is_placed
    assert not roads[0].lines[1].is_placed
    years = [Year(f"y{n}", Message("", ""), "", f"{n}-04-01", False, False) for n in range(2017, 2021)]
    known, lost = first.phases
    assert [known.covers(year) for year in years] == [False, True, True, False]
    assert not any(lost.covers(year) for year in years)
    assert not any(Phase("p", "検討", "", "2018-04-01", "").covers(year) for year in years)


def test_two_periods_are_no_period() -> None:
    rows: list[dict[str, Term]] = [
        {
            "period": ox.NamedNode(f"https://example.org/{years}"),
            "name": ox.Literal(years, language="ja"),
            "begins": ox.Literal(f"{years[:4]}-04-01"),
            "ends": ox.Literal(f"{years[5:]}-03-31"),
        }
        for years in ("2017-2021", "2018-2021")
    ]
    assert read_period(rows) is None
    only = read_period(rows[:1])
    assert only is not None
    assert (only.name.ja, only.begins, only.ends) == ("2017-2021", "2017-04-01", "2021-03-31")
