"""The words of the way from issue to answer: what is counted, what is not recorded, and the table."""

from __future__ import annotations

from collections.abc import Sequence

from kgapp.web.matrix.tables import LinkNames
from kgapp.web.progress.progress import SECTIONS, Progress
from kgapp.web.trace import words
from kgapp.web.trace.trace import Link, Passage, Trace

NOT_RECORDED = {
    "ja": "「記録なし」は，対応や継続を示す言葉がこの資料に見当たらないか，まだ読み取られていないことです。"
    "対応しない，終わった，という意味ではありません。一つずつの理由は記録していません。",
    "en": "“Not recorded” says that no words for it were found in this paper, or that nobody has read it so "
    "yet. It does not say that nothing is done, or that the work has ended. No reason is recorded for each.",
}
_NOTHING = {
    "issue": ("対応する方向性の記録なし", "no direction recorded"),
    "status": ("引継ぎの記録なし", "no continuation recorded"),
    "nextIssue": ("対応する方向性の記録なし", "no direction recorded"),
    "direction": ("継続元の記録なし", "nothing recorded that it continues"),
}


def headings(trace: Trace, lang: str) -> list[str]:
    """The four columns, with the years that the paper reports on and plans for."""
    reported, planned = words.say(trace.edition.reported, lang), words.say(trace.edition.planned, lang)
    if lang == "ja":
        return ["課題", f"取組状況（{reported}）", "次年度に向けた課題", f"取組の方向性（{planned}）"]
    return ["Issues", f"Status ({reported})", "Issues for the next year", f"Directions ({planned})"]


def nothing(section: str, lang: str) -> str:
    """What is not recorded of a passage of a section."""
    return _NOTHING[section][lang != "ja"]


def sentences(progress: Progress, trace: Trace, lang: str) -> list[str]:
    """The numbers of a theme, or of the paper, each in a sentence."""
    issue, status, next_issue, direction = (progress.count(section) for section in SECTIONS)
    reported, planned = words.say(trace.edition.reported, lang), words.say(trace.edition.planned, lang)
    neither = len(progress.taking_up_nothing)
    if lang == "ja":
        return [
            f"次年度に向けた課題{next_issue.all}のうち，対応する方向性が記録されているもの{next_issue.linked}，"
            f"記録なし{next_issue.unrecorded}。",
            f"課題{issue.all}のうち，対応する方向性が記録されているもの{issue.linked}，記録なし{issue.unrecorded}。",
            f"{reported}の取組状況{status.all}のうち，{planned}への引継ぎが記録されているもの{status.linked}，"
            f"記録なし{status.unrecorded}。",
            f"{planned}の方向性{direction.all}のうち，継続元が記録されているもの{direction.linked}，"
            f"継続元の記録なし{direction.unrecorded}（うち対応する課題も記録なし{neither}）。",
        ]
    return [
        f"Of {next_issue.all} issues for the next year, a direction is recorded for {next_issue.linked}; "
        f"not recorded for {next_issue.unrecorded}.",
        f"Of {issue.all} standing issues, a direction is recorded for {issue.linked}; not recorded for "
        f"{issue.unrecorded}.",
        f"Of {status.all} status items of {reported}, {status.linked} are recorded as continued in "
        f"{planned}; not recorded for {status.unrecorded}.",
        f"Of {direction.all} directions of {planned}, {direction.linked} are recorded as continuing "
        f"something; not recorded for {direction.unrecorded} (of which {neither} have "
        f"no issue recorded either).",
    ]


def table(names: LinkNames, progress: Progress) -> tuple[list[str], list[Sequence[str | int]]]:
    """Every link, then every passage without one: heading and rows."""
    lang = names.lang
    heading = {
        "ja": [
            *("テーマ", "関係", "方向性", "方向性の本文", "相手", "相手の本文", "根拠"),
            *("方向性の言葉", "相手の言葉", "理由", "応じる主体", "主張"),
        ],
        "en": [
            *("theme", "relation", "direction", "its wording", "other end", "its wording", "ground"),
            *("words of the direction", "words of the other end", "reason", "who responds", "claim"),
        ],
    }[lang]
    rows: list[Sequence[str | int]] = []
    for thread in progress.threads:
        for passage, link in thread.taken_up:
            rows.append(_linked(names, progress, thread.direction, passage, link))
    for section in SECTIONS:
        for passage in progress.unrecorded(section):
            ends = [passage.notation, passage.text, "", ""]
            if section != "direction":
                ends = ["", "", passage.notation, passage.text]
            theme = words.theme_name(names.trace, passage.theme, lang)
            rows.append([theme, nothing(section, lang), *ends, *[""] * 6])
    return heading, rows


def _linked(
    names: LinkNames, progress: Progress, direction: Passage, passage: Passage, link: Link
) -> Sequence[str | int]:
    lang = names.lang
    responders = [names.thing(other.object) for other in progress.responders.get(passage.iri, ())]
    return [
        words.theme_name(names.trace, passage.theme, lang),
        words.say(words.RELATIONS[link.relation], lang),
        direction.notation,
        direction.text,
        passage.notation,
        passage.text,
        words.say(words.MODES[link.mode], lang),
        " … ".join(quote.words for quote in link.quotes),
        " … ".join(quote.words for quote in link.object_quotes),
        link.rationale,
        words.listed(responders, lang),
        link.claim,
    ]
