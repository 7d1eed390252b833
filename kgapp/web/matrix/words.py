"""The words of the trace matrix, in ja and en: what may be chosen, what is, and why a column is empty."""

from __future__ import annotations

from kgapp.errors import Message
from kgapp.web.matrix.matrix import Choice, Column, Entry
from kgapp.web.trace import words
from kgapp.web.trace.absence import Absence
from kgapp.web.trace.trace import Trace

COLUMNS = {
    "themes": Message("重点テーマ", "themes"),
    "sections": Message("節", "sections"),
    "initiatives": Message("取組（主な取組・取組状況・方向性）", "initiatives: measures, status, directions"),
    "issues": Message("課題（課題・次年度に向けた課題）", "issues (standing, and for the next year)"),
    "passages": Message("すべての記述と工程表の行", "all statements and chart lines"),
    "districts": Message("地区", "districts"),
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


def ground(entry: Entry) -> Message:
    """On what ground an entry stands: a conclusion says whether through membership or a rule."""
    return words.WAYS.get(entry.way) or words.MODES[entry.mode]


def column_name(trace: Trace, column: Column, kind: str, lang: str) -> str:
    """What a column is called in full."""
    if column.district:
        return words.say(column.district.label, lang)
    if kind == "themes":
        return words.theme_name(trace, column.key.removeprefix("theme-"), lang)
    if kind == "sections":
        return words.say(words.SECTIONS[column.key], lang)
    passage = column.passages[0]
    theme = f"テーマ{passage.theme} " if lang == "ja" else f"Theme {passage.theme}, "
    return theme + words.passage_name(passage, lang)


def chosen(trace: Trace, choice: Choice, lang: str) -> list[tuple[str, str]]:
    """The choice in words: what is chosen of what."""
    values = {
        "rows": words.ROWS[choice.rows],
        "columns": COLUMNS[choice.columns],
        "section": words.SECTIONS.get(choice.section, words.ALL),
        "role": words.ROLES.get(choice.role, words.ALL),
        "mode": words.MODES.get(choice.mode, words.ALL),
        "show": SHOWS[choice.show],
    }
    told = {name: words.say(value, lang) for name, value in values.items()}
    told["theme"] = (
        words.theme_name(trace, choice.theme, lang) if choice.theme else words.say(words.ALL, lang)
    )
    told["name"] = choice.name and (f"「{choice.name}」を含む" if lang == "ja" else f"with “{choice.name}”")
    return [(words.say(FIELDS[name], lang), told[name]) for name in FIELDS if told[name]]


def why_no_thing(absence: Absence, choice: Choice, lang: str) -> str:
    """Why a column is empty."""
    kind = (
        "登録簿の" + words.ROWS[choice.rows].ja
        if lang == "ja"
        else f"the register's {words.ROWS[choice.rows].en}"
    )
    if choice.name:
        kind = "選ばれた行" if lang == "ja" else "the chosen rows"
    names = words.listed(absence.naming, lang)
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
