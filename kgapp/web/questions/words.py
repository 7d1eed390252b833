"""The words of the question pages, in ja and en: what columns are called, and how questions are grouped."""

from __future__ import annotations

from kgapp.errors import Message
from kgapp.queryfile import QueryFile

COLUMNS = {
    "abbreviation": Message("略称", "abbreviation"),
    "actor": Message("主体", "actor"),
    "begins": Message("始まり", "begins"),
    "body": Message("団体", "body"),
    "changedFrom": Message("変更前", "changed from"),
    "claims": Message("主張の数", "claims"),
    "collective": Message("連合体", "collective"),
    "constituent": Message("構成団体", "member"),
    "direction": Message("方向性", "direction"),
    "district": Message("地区", "district"),
    "document": Message("資料", "paper"),
    "end": Message("終わりの位置", "end"),
    "ends": Message("終わり", "ends"),
    "era": Message("元号", "era"),
    "facility": Message("施設", "facility"),
    "goals": Message("目標の数", "goals"),
    "group": Message("集団", "group"),
    "how": Message("どの言葉で", "by which words"),
    "issue": Message("課題", "issue"),
    "kind": Message("種類", "kind"),
    "licences": Message("利用許諾", "licences"),
    "line": Message("工程表の行", "chart line"),
    "measure": Message("主な取組", "measure"),
    "mode": Message("根拠", "ground"),
    "naming": Message("名のある記述の数", "statements that have a name"),
    "object": Message("相手", "object"),
    "other": Message("ともに現れる主体・職", "the other"),
    "passage": Message("記載", "passage"),
    "phase": Message("段階", "phase"),
    "plan": Message("計画", "plan"),
    "post": Message("職", "post"),
    "programme": Message("事業・計画", "programme"),
    "quote": Message("根拠の言葉", "words it rests on"),
    "reading": Message("よみ", "reading"),
    "relation": Message("関係", "relation"),
    "rights": Message("権利", "rights"),
    "role": Message("役割", "role"),
    "searched": Message("調べた記述の数", "statements searched"),
    "section": Message("節", "section"),
    "session": Message("会議", "session"),
    "start": Message("始まりの位置", "start"),
    "statement": Message("記述", "statement"),
    "statements": Message("記述", "statements"),
    "status": Message("取組状況", "status item"),
    "statusQuote": Message("取組状況の言葉", "words of the status item"),
    "steps": Message("何段上か", "steps above"),
    "text": Message("本文", "wording"),
    "theme": Message("重点テーマ", "theme"),
    "themes": Message("重点テーマ", "themes"),
    "thing": Message("もの", "thing"),
    "through": Message("通じる連合体", "through"),
    "time": Message("いつの値か", "as of"),
    "unit": Message("単位", "unit"),
    "value": Message("値", "value"),
    "year": Message("年", "year"),
}
"""Every column of a competency question's answer."""
VALUES = {
    "kind": {
        "Body": Message("団体", "body"),
        "Collective": Message("連合体", "collective"),
        "ActorType": Message("主体種別", "kind of actor"),
        "Post": Message("職", "post"),
        "PeopleGroup": Message("集団", "group of people"),
    },
    "how": {
        "地区名": Message("地区名が書かれている", "the district is named"),
        "全地区": Message("全地区を言う言葉による", "by words for all districts"),
    },
}
"""Values that stand for themselves in an answer, with the words for them."""
GROUPS = (
    (Message("だれが，だれと，どの役割で", "Who, with whom, in which role"), "actor post collective measure"),
    (Message("課題と答え，引継ぎ", "Issues, answers, continuation"), "issue status direction"),
    (Message("地区と施設", "Districts and facilities"), "district facility"),
    (
        Message("計画，事業，支援対象，数", "Plans, programmes, groups, figures"),
        "plan programme group quantity goal",
    ),
    (Message("資料とその言葉", "The paper and its words"), ""),
)
"""Headings of the questions, each with the tags that it takes; the last takes the rest."""


def grouped(queries: dict[str, QueryFile]) -> list[tuple[Message, list[QueryFile]]]:
    """The questions under their headings, by the first of their tags after whom they are for."""
    found: dict[str, list[QueryFile]] = {tags: [] for _, tags in GROUPS}
    for query in queries.values():
        own = next((tags for _, tags in GROUPS if query.tags[1] in tags.split()), "")
        found[own].append(query)
    return [(heading, found[tags]) for heading, tags in GROUPS if found[tags]]
