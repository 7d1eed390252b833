"""The words of the pages over traces, in ja and en: sections, roles, grounds, and why there is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kgapp.errors import Message
from kgapp.web.trace.absence import Absence
from kgapp.web.trace.trace import CHART, Passage, Trace

ROWS = {
    "actors": Message("団体・職など", "bodies, posts and kinds of actors"),
    "groups": Message("人々の集団", "groups of people"),
    "facilities": Message("施設・場", "facilities and venues"),
    "programmes": Message("事業・計画", "programmes and plans"),
    "districts": Message("地区", "districts"),
}
SECTIONS = {
    "measure": Message("主な取組", "measure"),
    "issue": Message("課題", "issue"),
    "goal": Message("目標", "goal"),
    "principle": Message("大切なこと", "what matters"),
    "status": Message("取組状況", "status"),
    "nextIssue": Message("次年度の課題", "next-year issue"),
    "direction": Message("方向性", "direction"),
    CHART: Message("工程表", "chart line"),
}
ROLES = {
    "hasLead": Message("中心", "lead"),
    "hasPartner": Message("連携先", "partner"),
    "hasSubject": Message("扱う主体", "subject"),
    "hasParticipant": Message("参加者", "participant"),
    "involves": Message("構成団体として", "as a member"),
    "targets": Message("支援対象", "helped"),
    "usesFacility": Message("利用施設", "facility used"),
    "heldAt": Message("開催地", "held here"),
    "basedOn": Message("基づく計画", "plan it rests on"),
    "usesProgramme": Message("活用事業", "programme used"),
    "modelDistrict": Message("モデル地区", "model district"),
    "coversDistrict": Message("及ぶ地区", "district reached"),
    "respondedToBy": Message("応じる主体", "responds"),
}
MODES = {
    "stated": Message("原文どおり", "as stated"),
    "interpreted": Message("読み取り", "read from the text"),
    "inferred": Message("推論", "concluded"),
}
WAYS = {
    "membership": Message("推論（構成団体）", "concluded (through membership)"),
    "rule": Message("推論（規則）", "concluded (by a rule)"),
}
MARKS = {"stated": "“", "interpreted": "≈", "inferred": "∴"}
"""The sign before each ground, as the site's style sheet draws it."""
RELATIONS = {
    "hasConstituent": Message("構成団体", "has the member"),
    "addresses": Message("対応する課題", "addresses"),
    "continues": Message("継続元", "continues"),
    "coversAllDistrictsOf": Message("全地区対象", "covers all districts of"),
    "locatedIn": Message("所在", "located in"),
    "subBodyOf": Message("上位組織", "below"),
}
"""Relations that are no roles, but that a conclusion may follow from."""
_LEGEND = (
    (
        "stated",
        Message("原文どおり", "as stated"),
        Message("資料の言葉がそのまま述べている", "the paper's own words say so"),
    ),
    (
        "interpreted",
        Message("読み取り", "read from the text"),
        Message("人が資料の言葉から読み，理由を添えた", "a person read it so, and gave a reason"),
    ),
    (
        "inferred",
        Message("推論", "concluded"),
        Message(
            "書かれた団体の構成団体であること，または規則から結論した",
            "concluded from being a member of a body that is named, or by a rule",
        ),
    ),
    (
        "",
        Message("記載なし", "not stated"),
        Message("名のどれも書かれていない", "none of the names stands there"),
    ),
    (
        "",
        Message("記録なし", "not recorded"),
        Message(
            "名や関係する記載はあるが，関わりは読み取られていない。「いいえ」ではない",
            "a name stands there, but no link has been read; it is not a no",
        ),
    ),
)
_ROLE_MEANINGS = {
    "hasLead": Message(
        "中心となる，主体である，行うと書かれている", "named as the centre, or as the one that does it"
    ),
    "hasPartner": Message(
        "連携，協力，意見交換の相手として書かれている", "named as one to work, or to exchange views, with"
    ),
    "hasSubject": Message(
        "設置，配置，強化，検討などの対象として書かれている",
        "what is set up, posted, strengthened or considered",
    ),
    "hasParticipant": Message("それ以外の形で加わると書かれている", "named as taking part in another way"),
    "involves": Message("名の挙がった連合体の構成団体なので関わる", "belongs to a collective that is named"),
}
ALL = Message("すべて", "all")
_EXAMPLES = 8
"""Notations or names that a sentence lists before it says how many more there are."""


def say(message: Message, lang: str) -> str:
    """The words in a language."""
    return message.ja if lang == "ja" else message.en


def theme_name(trace: Trace, number: str, lang: str) -> str:
    """``テーマ5 社会的孤立の防止``"""
    name = say(trace.theme(number).name, lang)
    return f"テーマ{number} {name}" if lang == "ja" else f"Theme {number}: {name}"


def passage_name(passage: Passage, lang: str) -> str:
    """``方向性1``: section and ordinal, as people speak of a statement."""
    return f"{say(SECTIONS[passage.section], lang)}{'' if lang == 'ja' else ' '}{passage.ordinal}"


def passage_words(passage: Passage, lang: str, length: int = 0) -> str:
    """The wording (in English our unofficial one, where there is one), cut to a length."""
    words = passage.text if lang == "ja" else passage.gloss or passage.text
    return words if not length or len(words) <= length else f"{words[:length].rstrip()}…"


def why_nothing(absence: Absence, lang: str) -> str:
    """Why a row or a cell is empty."""
    names = listed(absence.names, lang)
    where = listed(absence.naming or absence.within, lang)
    count = absence.searched
    ja = {
        "unsearched": "ここに当たる記載の記録なし。",
        "filtered": f"この絞り込みでは記録なし。役割と根拠を問わなければ{absence.elsewhere}件ある。",
        "unrecorded": f"関わりの記録なし。名（{names}）は {where} にあるが，関わりは読み取られていない。",
        "within": f"それとしては記載なし。名（{names}）は {where} に，より長い名の一部としてだけある。",
        "unstated": f"記載なし。名（{names}）のどれも，ここの{count}の記載に書かれていない。",
    }
    en = {
        "unsearched": "No passage of this kind is recorded.",
        "filtered": f"Not recorded under this filter; {absence.elsewhere} whatever the role and ground.",
        "unrecorded": f"Not recorded: a name ({names}) stands in {where}, but no link has been read there.",
        "within": f"Not stated by itself: its names ({names}) stand only inside longer names, in {where}.",
        "unstated": f"Not stated under any of these names ({names}) in the {count} passages here.",
    }
    return (ja if lang == "ja" else en)[absence.kind]


def listed(words: Sequence[str], lang: str) -> str:
    """The first of some words, and how many more there are."""
    comma = "，" if lang == "ja" else ", "
    more = len(words) - _EXAMPLES
    rest = "" if more <= 0 else f"ほか{more}" if lang == "ja" else f" and {more} more"
    return comma.join(words[:_EXAMPLES]) + rest


def roles_legend(lang: str, roles: Iterable[str] = _ROLE_MEANINGS) -> list[tuple[str, str, str]]:
    """The roles of actors (all, or those that occur) in plain words (MODEL.md, "Evidence"), in the form
    of ``legend``."""
    shown = set(roles)
    return [
        ("", say(ROLES[role], lang), say(told, lang))
        for role, told in _ROLE_MEANINGS.items()
        if role in shown
    ]


def legend(lang: str) -> list[tuple[str, str, str]]:
    """The grounds and the kinds of nothing, in plain words: mark, term, meaning."""
    return [(MARKS.get(mode, ""), say(term, lang), say(meaning, lang)) for mode, term, meaning in _LEGEND]
