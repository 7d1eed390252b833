"""The words of the trace pages, in ja and en: what is chosen, roles, grounds, and why there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

from kgapp.errors import Message
from kgapp.web.absence import Absence
from kgapp.web.matrix import Choice, Column, Entry
from kgapp.web.trace import CHART, Passage, Trace

ROWS = {
    "actors": Message("団体・職など", "bodies, posts and kinds of actors"),
    "groups": Message("人々の集団", "groups of people"),
    "facilities": Message("施設・場", "facilities and venues"),
    "programmes": Message("事業・計画", "programmes and plans"),
    "districts": Message("地区", "districts"),
}
COLUMNS = {
    "themes": Message("重点テーマ", "themes"),
    "sections": Message("節", "sections"),
    "initiatives": Message("取組（主な取組・取組状況・方向性）", "initiatives: measures, status, directions"),
    "issues": Message("課題（課題・次年度に向けた課題）", "issues (standing, and for the next year)"),
    "passages": Message("すべての記述と工程表の行", "all statements and chart lines"),
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
_OF_ACTORS = ("hasLead", "hasPartner", "hasSubject", "hasParticipant")
ROLES_OF = {
    "actors": (*_OF_ACTORS, "involves", "respondedToBy"),
    "groups": (*_OF_ACTORS, "targets", "respondedToBy"),
    "facilities": ("usesFacility", "heldAt"),
    "programmes": ("usesProgramme", "basedOn"),
    "districts": ("modelDistrict", "coversDistrict"),
}
"""The roles that are offered for each kind of row."""
MODES = {
    "stated": Message("原文どおり", "stated"),
    "interpreted": Message("読み取り", "read from the text"),
    "inferred": Message("推論", "concluded"),
}
WAYS = {
    "membership": Message("推論（構成団体）", "concluded (through membership)"),
    "rule": Message("推論（規則）", "concluded (by a rule)"),
}
MARKS = {"stated": "“", "interpreted": "≈", "inferred": "∴"}
"""The sign before each ground, as the site's style sheet draws it."""
SHOWS = {
    "all": Message("すべて", "all"),
    "filled": Message("記録のあるものだけ", "only with a record"),
    "empty": Message("記録のない行だけ", "only rows without one"),
}
FIELDS = {
    "rows": Message("行", "rows"),
    "columns": Message("列", "columns"),
    "theme": Message("テーマ", "theme"),
    "section": Message("節", "section"),
    "role": Message("役割", "role"),
    "mode": Message("根拠", "ground"),
    "show": Message("表示", "show"),
    "name": Message("名前", "name"),
}
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
        Message("原文どおり", "stated"),
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
ALL = Message("すべて", "all")
_EXAMPLES = 8
"""Notations or names that a sentence lists before it says how many more there are."""


def say(message: Message, lang: str) -> str:
    """The words in a language."""
    return message.ja if lang == "ja" else message.en


def ground(entry: Entry) -> Message:
    """On what ground an entry stands: a conclusion says whether through membership or a rule."""
    return WAYS.get(entry.way) or MODES[entry.mode]


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


def column_name(trace: Trace, column: Column, kind: str, lang: str) -> str:
    """What a column is called in full."""
    if column.district:
        return say(column.district.label, lang)
    if kind == "themes":
        return theme_name(trace, column.key.removeprefix("theme-"), lang)
    if kind == "sections":
        return say(SECTIONS[column.key], lang)
    passage = column.passages[0]
    theme = f"テーマ{passage.theme} " if lang == "ja" else f"Theme {passage.theme}, "
    return theme + passage_name(passage, lang)


def chosen(trace: Trace, choice: Choice, lang: str) -> list[tuple[str, str]]:
    """The choice in words: what is chosen of what."""
    values = {
        "rows": ROWS[choice.rows],
        "columns": COLUMNS[choice.columns],
        "section": SECTIONS.get(choice.section, ALL),
        "role": ROLES.get(choice.role, ALL),
        "mode": MODES.get(choice.mode, ALL),
        "show": SHOWS[choice.show],
    }
    words = {name: say(value, lang) for name, value in values.items()}
    words["theme"] = theme_name(trace, choice.theme, lang) if choice.theme else say(ALL, lang)
    words["name"] = choice.name and (f"「{choice.name}」を含む" if lang == "ja" else f"with “{choice.name}”")
    return [(say(FIELDS[name], lang), words[name]) for name in FIELDS if words[name]]


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


def why_no_thing(absence: Absence, choice: Choice, lang: str) -> str:
    """Why a column is empty."""
    kind = "登録簿の" + ROWS[choice.rows].ja if lang == "ja" else f"the register's {ROWS[choice.rows].en}"
    if choice.name:
        kind = "選ばれた行" if lang == "ja" else "the chosen rows"
    names = listed(absence.naming, lang)
    ja = {
        "unsearched": "当たる記載の記録なし",
        "filtered": f"この絞り込みでは記録なし（役割と根拠を問わなければ{absence.elsewhere}件）",
        "unrecorded": f"記録なし（{names} の名はあるが，関わりは読み取られていない）",
        "unstated": f"記載なし（{kind}の名はどれも書かれていない）",
    }
    en = {
        "unsearched": "no such passage is recorded",
        "filtered": f"not recorded under this filter ({absence.elsewhere} whatever the role and ground)",
        "unrecorded": f"not recorded (the name {names} stands there, but no link has been read)",
        "unstated": f"not stated (no name of {kind} stands there)",
    }
    return (ja if lang == "ja" else en)[absence.kind]


def listed(words: Sequence[str], lang: str) -> str:
    """The first of some words, and how many more there are."""
    comma = "，" if lang == "ja" else ", "
    more = len(words) - _EXAMPLES
    rest = "" if more <= 0 else f"ほか{more}" if lang == "ja" else f" and {more} more"
    return comma.join(words[:_EXAMPLES]) + rest


def legend(lang: str) -> list[tuple[str, str, str]]:
    """The grounds and the kinds of nothing, in plain words: mark, term, meaning."""
    return [(MARKS.get(mode, ""), say(term, lang), say(meaning, lang)) for mode, term, meaning in _LEGEND]
