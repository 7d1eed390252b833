"""From issue to answer: the pages against the hand-made answers and the readings that people keep."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kgapp.web.progress.progress import Progress, build_progress
from kgapp.web.trace.frame import current_traces
from tests.conftest import EDITION, ROOT
from tests.server import Running


def column(name: str, wanted: str) -> list[str]:
    """A column of an answer that a person read off the paper."""
    with (ROOT / "tests" / "answers" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [row[wanted] for row in csv.DictReader(lines)]


def readings(relation: str) -> set[tuple[str, str]]:
    """The adopted readings of a relation in the table that people keep."""
    with (ROOT / "data" / "claims" / f"{EDITION}.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["関係"] == relation and row["判断"] != "不採用"]
    return {(row["主語"], row["目的語"]) for row in rows}


def progress(app: Flask, theme: str = "") -> Progress:
    with app.app_context():
        return build_progress(current_traces().trace(), theme)


@pytest.mark.parametrize(
    ("section", "answer", "wanted"),
    [
        ("nextIssue", "cq-r02-next-issues-without-direction", "issue"),
        ("issue", "cq-s02-standing-issues-without-direction", "issue"),
        ("status", "cq-s04-status-not-continued", "status"),
    ],
)
def test_what_is_not_recorded_is_what_a_person_found(
    app: Flask, section: str, answer: str, wanted: str
) -> None:
    found = [passage.notation for passage in progress(app).unrecorded(section)]
    assert sorted(found) == sorted(column(answer, wanted))


def test_directions_that_continue_nothing(app: Flask) -> None:
    """Those with nothing recorded before them, and 2-direction-2, which addresses an issue only."""
    found = progress(app)
    nothing = column("cq-s03-directions-with-nothing-recorded", "direction")
    assert sorted(passage.notation for passage in found.taking_up_nothing) == sorted(nothing)
    unrecorded = {passage.notation for passage in found.unrecorded("direction")}
    assert unrecorded == {*nothing, "2-direction-2"}


def test_every_reading_is_a_link_and_nothing_else(app: Flask) -> None:
    links = {
        (link.relation, thread.direction.notation, passage.notation)
        for thread in progress(app).threads
        for passage, link in thread.taken_up
    }
    expected = {(name, *pair) for name in ("continues", "addresses") for pair in readings(name)}
    assert links == expected


def test_a_theme_shows_what_other_themes_take_up(app: Flask) -> None:
    """Theme 1's direction 4 continues 5-status-1 (CSW), and stands after the theme's own nine."""
    threads = progress(app, "5").threads
    assert [thread.direction.notation for thread in threads] == [
        *(f"5-direction-{number}" for number in range(1, 10)),
        "1-direction-4",
    ]
    assert [passage.notation for passage, _ in threads[-1].taken_up] == ["5-status-1"]


def test_the_overview_counts_by_theme(client: FlaskClient) -> None:
    page = client.get("/answers?lang=ja").text
    # MODEL.md, "The source": statements of each section and theme.
    all_of = {
        "issue": [3, 3, 3, 3, 3, 3],
        "status": [6, 7, 8, 10, 11, 6],
        "nextIssue": [3, 2, 3, 6, 6, 2],
        "direction": [4, 5, 8, 5, 9, 4],
    }
    without = {
        "issue": column("cq-s02-standing-issues-without-direction", "issue"),
        "status": column("cq-s04-status-not-continued", "status"),
        "nextIssue": column("cq-r02-next-issues-without-direction", "issue"),
        "direction": [*column("cq-s03-directions-with-nothing-recorded", "direction"), "2-direction-2"],
    }
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', page, re.S)
    assert len(rows) == 6
    for theme, row in enumerate(rows, start=1):
        shown = re.findall(r'<td class="number">(\d+) / (\d+)', row)
        missing = [sum(name.startswith(f"{theme}-") for name in own) for own in without.values()]
        assert shown == [
            (str(own[theme - 1] - lost), str(own[theme - 1]))
            for own, lost in zip(all_of.values(), missing, strict=True)
        ]
    assert "次年度に向けた課題22のうち，対応する方向性が記録されているもの13，記録なし9。" in page


def test_c7_who_responds_and_on_whose_words(client: FlaskClient) -> None:
    page = client.get("/answers?theme=5&lang=ja").text
    row = next(row for row in page.split("<tr>") if "5-nextIssue-2" in row or "/theme-5/nextIssue-2" in row)
    for words in ("生産者", "障がい福祉サービス提供事業所", "応じる主体", "方向性2がこれに対応する"):
        assert words in row
    # data/claims: the quotes at both ends of 5-direction-2 addresses 5-nextIssue-2.
    assert "「農業と福祉が実際にマッチングする仕組み」" in row
    assert "「生産者と障がい福祉サービス提供事業所のマッチングの支援」" in row
    assert '<i class="mode mode-interpreted">読み取り</i>' in row


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ja", ["記録なし", "取組状況（2019年度）", "取組の方向性（2020年度）", "という意味ではありません"]),
        (
            "en",
            ["not recorded", "Status (fiscal year 2019)", "Directions (fiscal year 2020)", "does not say"],
        ),
    ],
)
def test_not_recorded_is_never_told_as_none(client: FlaskClient, lang: str, words: list[str]) -> None:
    for theme in ("", *"123456"):
        page = client.get(f"/answers?theme={theme}&lang={lang}").text
        assert f'<html lang="{lang}">' in page
        assert len(page.encode()) < 100_000
        for word in words:
            assert word in page
        for wrong in ("対応なし", "<em>新規", "該当なし", "no response", "none</"):
            assert wrong not in page


def test_the_csv_has_every_link_and_every_gap(client: FlaskClient) -> None:
    response = client.get("/answers.csv?lang=ja")
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    last = rows.pop()
    assert "市町村が作成または承認したものではない" in last["テーマ"]
    names = {"継続元": "continues", "対応する課題": "addresses"}
    links = {(names[row["関係"]], row["方向性"], row["相手"]) for row in rows if row["関係"] in names}
    assert links == {(name, *pair) for name in names.values() for pair in readings(name)}
    gaps = [row["相手"] for row in rows if row["関係"] == "対応する方向性の記録なし"]
    answers = ("cq-r02-next-issues-without-direction", "cq-s02-standing-issues-without-direction")
    assert sorted(gaps) == sorted(name for answer in answers for name in column(answer, "issue"))


@pytest.mark.parametrize(
    "asked",
    ["theme=7", "theme=%00", "theme=<script>", "edition=%2e%2e/x", "edition=fujisawa/2020-02%0d%0aX:y"],
)
def test_hostile_parameters(client: FlaskClient, asked: str) -> None:
    for address in ("/answers", "/answers.csv"):
        response = client.get(f"{address}?{asked}", headers={"Accept": "text/html"})
        assert response.status_code == 404
        assert "<script" not in response.text


def test_on_a_real_server(server: Running) -> None:
    """Answers come from worker processes there, and pages from threads."""
    for address in ("/answers?theme=5", "/matrix?columns=initiatives&theme=5", "/matrix.xlsx"):
        first = server.get(address, Accept_Language="ja")
        assert first.status == 200
        assert server.get(address, Accept_Language="ja").body == first.body
    assert "コミュニティソーシャルワーカー" in server.get("/matrix?name=csw", Accept_Language="ja").text
    assert server.get("/matrix?theme=x").status == 400
