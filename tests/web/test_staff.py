"""What a person of the city's office does before a meeting, from the first page on, by what is to be
seen and clicked alone. The answers were read off the paper.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.web.visit import VIEWS, visiting


def answered(page: Page) -> list[str]:
    """The rows of a question's answer."""
    return page.locator("table.answer tbody tr").all_inner_texts()


def test_a_handout_on_one_post(browser: Browser, site: str, screenshots: Path) -> None:
    """次回の会議で，CSWがどの取組に誰と関わっているかを一枚で配る。"""
    with visiting(browser, f"{site}/", "ja") as visit:
        page = visit.page
        page.get_by_label("言葉でさがす").fill("CSW")
        page.get_by_role("button", name="さがす").click()
        page.get_by_role("link", name="コミュニティソーシャルワーカー", exact=True).first.click()
        page.get_by_role("link", name=re.compile("根拠の文だけを並べる")).click()
        expect(page.locator("h1")).to_have_text("コミュニティソーシャルワーカー: 根拠の文")
        sentences = page.locator("section.sentence")
        assert [re.findall("[0-9]-[a-zA-Z]+-[0-9]", text) for text in sentences.all_inner_texts()] == [
            ["1-direction-4"],
            ["5-measure-1"],
            ["5-status-1"],
            ["5-direction-1"],
        ]
        first = sentences.first.inner_text()
        assert "支援機関（連携先），地域活動団体（連携先）" in first
        paper = page.pdf(path=screenshots / "handout.pdf", format="A4")
        assert paper.count(b"/Type /Page\n") == 1


def test_named_directly_or_as_a_member_without_javascript(browser: Browser, site: str) -> None:
    """医師会は直接名指しされているか，三師会としてか。では薬剤師会は。"""
    with visiting(browser, f"{site}/", "ja", java_script_enabled=False) as visit:
        page = visit.page
        page.get_by_role(
            "link", name="医師会は直接名が挙がっていますか，三師会のような連合体としてですか"
        ).click()
        expect(page.locator("h1")).to_contain_text("医師会は直接名が挙がっていますか")
        rows = [text.split("\t") for text in answered(page)]
        assert [(re.findall(r"\S+-[0-9]+$", row[0].split("\n")[0]), row[1:]) for row in rows] == [
            (["4-direction-5"], ["中心", ""]),
            (["4-status-10"], ["連携先", ""]),
            (["chart-4-2"], ["", "三師会"]),
        ]
        page.get_by_label("主体").select_option(label="薬剤師会")
        page.get_by_role("button", name="答えを見る").click()
        expect(page.locator("h1")).to_contain_text("薬剤師会は直接名が挙がっていますか")
        (row,) = answered(page)
        assert "chart-4-2" in row
        assert "三師会" in row


def test_what_reaches_a_district_on_a_phone(browser: Browser, site: str) -> None:
    """湘南大庭地区に何が及ぶか，会議の席で。"""
    with visiting(browser, f"{site}/", "ja", **VIEWS["phone-light"]) as visit:
        page = visit.page
        page.get_by_role("link", name="辻堂に及ぶ取組は").click()
        page.get_by_label("地区").select_option(label="湘南大庭")
        page.get_by_role("button", name="答えを見る").click()
        expect(page.locator("h1")).to_have_text("湘南大庭に及ぶ取組は")
        rows = answered(page)
        named = [row for row in rows if "どの言葉で: 地区名が書かれている" in row]
        assert [("1-status-1" in row, "モデル地区（湘南大庭地区，辻堂地区）" in row) for row in named] == [
            (True, True)
        ]
        assert sorted(re.findall("[0-9]-[a-zA-Z]+-[0-9]", "".join(set(rows) - set(named)))) == [
            *("1-direction-1", "1-direction-4", "1-nextIssue-1", "2-nextIssue-1", "2-status-4"),
            *("3-nextIssue-1", "3-status-7", "5-direction-1", "5-measure-1"),
        ]
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_delegates_from_abroad_see_what_was_carried_over(browser: Browser, site: str, tmp_path: Path) -> None:
    """In English: what of 2019 goes on in 2020, each in words of ours beside the City's; and as a table."""
    with visiting(browser, f"{site}/", "en") as visit:
        page = visit.page
        page.get_by_role(
            "link", name="What is carried over from fiscal year 2019 into fiscal year 2020?"
        ).click()
        rows = answered(page)
        (one,) = [row for row in rows if "5-direction-1" in row]
        assert "5-status-1" in one
        assert "from 8 districts to 11 districts" in one
        assert "コミュニティソーシャルワーカーの配置を８地区から１１地区に拡大" in one
        with page.expect_download() as download:
            page.get_by_role("link", name="Save as: CSV").click()
        download.value.save_as(tmp_path / "carried.csv")
        with (tmp_path / "carried.csv").open(encoding="utf-8-sig", newline="") as file:
            heading, *table = csv.reader(file)
        assert len(table) == len(rows) + 1  # the last says where it is from
        assert "status item: wording" in heading
        page.get_by_role("link", name="Theme 5, status 1", exact=True).first.click()
        expect(page.locator(".gloss").first).to_contain_text(
            "Expansion of the posting of community social workers"
        )


def test_a_wrong_reading_is_reported_with_the_keyboard(browser: Browser, site: str) -> None:
    """この読み取りは違う，と伝える: 方向性の記録がない課題の一覧から，テーマへ，つながりへ，報告へ。"""
    with visiting(browser, f"{site}/", "ja", **VIEWS["laptop-dark"]) as visit:
        page = visit.page
        press(page, "社会的孤立の防止: 次年度の課題 記録あり 3 / 6 記録なし 3")
        unanswered = page.locator("section[aria-labelledby='none-nextIssue'] li")
        assert [re.sub(" .*", "", text) for text in unanswered.all_inner_texts()] == [
            *("次年度の課題1", "次年度の課題3", "次年度の課題4")
        ]
        press(page, "根拠: テーマ5 次年度の課題2")
        press(page, "これは誤りだと知らせる")
        expect(page.locator("h1")).to_have_text("この記録は誤りだと知らせる")
        expect(page.locator("pre.report")).to_contain_text("誤りの指摘: 5-direction-2")
        expect(page.locator("pre.report")).to_contain_text("照会番号: ")


def press(page: Page, name: str) -> None:
    """Follows the first link of a name as people do who use the keyboard."""
    link = page.get_by_role("link", name=name).first
    link.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
