"""In whose company an actor stands, against the answers that a person read off the paper."""

from __future__ import annotations

import csv
import re

import pytest
from flask.testing import FlaskClient

from kgapp.web.trace.trace import Trace
from kgapp.web.views.company import Company, company_of
from tests.conftest import ROOT


def company(trace: Trace, path: str) -> Company:
    return company_of(trace, next(thing for thing in trace.things.values() if thing.path == path))


def test_with_whom_the_community_social_worker_stands(trace: Trace) -> None:
    with (ROOT / "tests" / "answers" / "cq-s01-co-actors.csv").open(encoding="utf-8-sig", newline="") as file:
        answer = {(row["other"], row["statement"]) for row in csv.DictReader(file)}
    found = company(trace, "fujisawa/actor/csw").others
    assert {(thing.label.ja, passage.notation) for thing, own in found for passage in own} == answer


def test_where_it_stands(trace: Trace) -> None:
    """各地区 and １３地区 take in all districts; 1-status-1 names two and no actor of ours leads there."""
    found = company(trace, "fujisawa/actor/csw")
    assert {passage.notation for passage in found.everywhere} == {
        "1-direction-4",
        "5-measure-1",
        "5-direction-1",
    }
    assert not [thing for thing, _ in found.places if thing.kind == "District"]
    found = company(trace, "fujisawa/actor/shi-shakyo")
    assert {thing.label.ja: [passage.notation for passage in own] for thing, own in found.places}[
        "地域福祉プラザ"
    ] == ["2-status-3"]


@pytest.mark.parametrize("path", ["seisansha", "shogai-fukushi-service-jigyosho"])
def test_to_which_issue_it_responds(trace: Trace, path: str) -> None:
    """C7: 生産者 and 障がい福祉サービス提供事業所 respond to 5-nextIssue-2 through 5-direction-2."""
    labels = {"seisansha": "生産者", "shogai-fukushi-service-jigyosho": "障がい福祉サービス提供事業所"}
    thing = next(thing for thing in trace.things.values() if thing.label.ja == labels[path])
    assert "5-nextIssue-2" in {passage.notation for passage in company_of(trace, thing).issues}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_of_an_actor_tells_it(client: FlaskClient, language: str) -> None:
    page = client.get(f"/doc/fujisawa/actor/csw?lang={language}", headers={"Accept": "text/html"}).text
    section = page[page.index('id="company"') :].partition("</section>")[0]
    for end in ("/theme-1/direction-4", "/districts", "/questions/cq-s01-co-actors?actor=fujisawa/actor/csw"):
        assert end in section
    for address in set(re.findall('href="(/[^"#]+)', section)):
        assert client.get(address.replace("&amp;", "&"), headers={"Accept": "text/html"}).status_code == 200
    assert len(page.encode()) < 100_000


def test_what_may_be_asked_is_told_in_plain_words(client: FlaskClient) -> None:
    page = client.get("/doc/fujisawa/actor/kyogitai?lang=ja", headers={"Accept": "text/html"}).text
    assert "協議体が中心の取組は" in page
    assert "/questions/cq-c03-led-by?actor=fujisawa/actor/kyogitai&amp;lang=ja" in page


def test_other_things_have_no_company(client: FlaskClient) -> None:
    for path in ("fujisawa/district/tsujido", "fujisawa/2020-02/theme-5/direction-1"):
        page = client.get(f"/doc/{path}", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert 'id="company"' not in page.text


def test_an_actor_in_nobodys_company_is_told_as_not_recorded(client: FlaskClient) -> None:
    """No statement that involves 医師会 speaks of a district or uses a venue."""
    address = "/doc/fujisawa/actor/fujisawa-shi-ishikai?lang=ja"
    page = client.get(address, headers={"Accept": "text/html"}).text
    section = page[page.index('id="company"') :].partition("</section>")[0]
    assert "記録なし（「ない」という意味ではありません）" in section
