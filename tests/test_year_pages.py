"""The pages of fiscal years: what the paper says for each, against the paper."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient


def told(client: FlaskClient, year: str, lang: str = "ja") -> str:
    answer = client.get(f"/doc/fy/{year}?lang={lang}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert len(answer.data) < 100_000
    return answer.text.partition('<h2 id="year">')[2].partition("</section>")[0]


def counts(part: str) -> list[int]:
    return [int(number) for number in re.findall(r'<h3>[^<]*<span class="count">\((\d+)\)', part)]


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        # Statements, phases known to be there, quantities, goals due (MODEL.md, "The source", "Evidence"):
        ("2017", [0, 0, 0, 0]),
        ("2018", [0, 0, 0, 0]),
        ("2019", [48, 0, 2, 15]),  # 48 status items; 35か所 as of 2020-01 and 11地区; 2020年 begins in it
        ("2020", [35, 0, 0, 15]),  # 35 directions
    ],
)
def test_each_year_has_what_the_paper_says_for_it(
    client: FlaskClient, year: str, expected: list[int]
) -> None:
    assert counts(told(client, year)) == expected


def test_what_is_not_known_of_years_is_said(client: FlaskClient) -> None:
    """No phase has years of its own: every one of the 38 may reach any year of the chart (R5)."""
    for year in ("2017", "2018", "2019", "2020"):
        part = told(client, year)
        assert "この年度に及ぶかもしれない段階が38あります" in part
        undated = part.partition("いつの値か書かれていないもの")[2]
        assert "コミュニティソーシャルワーカー: 8地区" in undated  # the 8 has no date (R6)
    assert "地域の縁側: 35か所" in told(client, "2019")
    assert "暦年" in told(client, "2020")
    assert "記録なし" in told(client, "2018")


def test_years_lead_to_the_ones_beside_them(client: FlaskClient) -> None:
    assert 'rel="prev" href="/doc/fy/2018"' in told(client, "2019")
    assert 'rel="next" href="/doc/fy/2020"' in told(client, "2019")
    assert 'rel="prev"' not in told(client, "2017")
    assert 'rel="next"' not in told(client, "2020")
    assert "It reports on this year." in told(client, "2019", "en")
    assert "It gives directions for this year." in told(client, "2020", "en")


def test_other_periods_are_no_fiscal_years(client: FlaskClient) -> None:
    for path in ("/doc/fy/2017-2020", "/doc/fujisawa/actor/csw"):
        assert 'id="year"' not in client.get(path, headers={"Accept": "text/html"}).text
