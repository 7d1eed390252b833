"""The catalogue's questions by what they are about: headings, tags in words, and one as SPARQL to edit.

A query file is one entry with four faces: an example in the workbench, a form, an operation of the
API, a test. What is told of it everywhere stands here; it knows queries and no answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import pyoxigraph as ox

from kgapp.errors import Message, QueryRefused
from kgapp.queryfile import BadQueryFile, QueryFile
from kgapp.service.binding import bind_text

AUDIENCES = ("staff", "researcher", "publisher")
TAGS = {
    "staff": Message("職員", "city staff"),
    "researcher": Message("研究", "researchers"),
    "publisher": Message("データの公開", "publishers of data"),
    "abbreviation": Message("略称", "abbreviations"),
    "actor": Message("主体", "actors"),
    "calendar": Message("暦", "calendars"),
    "chart": Message("工程表", "the chart"),
    "claim": Message("主張", "claims"),
    "collective": Message("連合体", "collectives"),
    "direction": Message("方向性", "directions"),
    "district": Message("地区", "districts"),
    "document": Message("資料", "the paper"),
    "facility": Message("施設", "facilities"),
    "goal": Message("目標", "goals"),
    "ground": Message("根拠種別", "grounds"),
    "group": Message("集団", "groups of people"),
    "issue": Message("課題", "issues"),
    "label": Message("名前", "names"),
    "layout": Message("紙面の配置", "layout"),
    "lead": Message("中心", "leads"),
    "licence": Message("利用許諾", "licences"),
    "measure": Message("主な取組", "measures"),
    "model": Message("モデル地区", "model districts"),
    "offset": Message("文字の位置", "offsets"),
    "organization": Message("組織", "organizations"),
    "phase": Message("段階", "phases"),
    "place": Message("場所", "places"),
    "plan": Message("計画", "plans"),
    "post": Message("職", "posts"),
    "programme": Message("事業", "programmes"),
    "quantity": Message("数", "figures"),
    "quote": Message("引用", "quotes"),
    "reading": Message("よみ", "readings"),
    "rights": Message("権利", "rights"),
    "role": Message("役割", "roles"),
    "section": Message("節", "sections"),
    "session": Message("会議", "sessions"),
    "statement": Message("記述", "statements"),
    "status": Message("取組状況", "status items"),
    "target": Message("支援対象", "who is helped"),
    "theme": Message("重点テーマ", "themes"),
    "time": Message("時点", "points in time"),
    "word": Message("語", "words"),
    "year": Message("年", "years"),
}
"""Every tag of a question, in words; first those that say whom it is for."""
GROUPS = (
    (Message("だれが，だれと，どの役割で", "Who, with whom, in which role"), "actor post collective measure"),
    (Message("課題と方向性，引継ぎ", "Issues, directions, continuation"), "issue status direction"),
    (Message("地区と施設", "Districts and facilities"), "district facility"),
    (
        Message("計画，事業，支援対象，数", "Plans, programmes, groups, figures"),
        "plan programme group quantity goal",
    ),
    (Message("資料とその言葉", "The paper and its words"), ""),
)
"""Headings of the questions, each with the tags that it takes; the last takes the rest."""
ABOUT_PARAMETERS = re.compile(r"^# Parameters stand .*\n", re.MULTILINE)
"""What is said in a query file of its parameters; with values in their place there are none."""
Group = tuple[Message, list[QueryFile]]


def grouped(queries: Mapping[str, QueryFile]) -> list[Group]:
    """The questions under their headings, by the first of their tags after whom they are for."""
    found: dict[str, list[QueryFile]] = {tags: [] for _, tags in GROUPS}
    for query in queries.values():
        own = next((tags for _, tags in GROUPS if query.tags[1] in tags.split()), "")
        found[own].append(query)
    return [(heading, found[tags]) for heading, tags in GROUPS if found[tags]]


def tagged(queries: Mapping[str, QueryFile], tag: str) -> dict[str, QueryFile]:
    """The questions with a tag, all where it is empty; raises QueryRefused (404) where none has it."""
    found = {name: query for name, query in queries.items() if not tag or tag in query.tags}
    if not found and queries:
        raise QueryRefused(
            Message(
                f"「{tag[:50]}」という分類の問いはありません。", f"No question has the tag {tag[:50]!r}."
            ),
            Message(f"分類: {', '.join(TAGS)}", f"Tags: {', '.join(TAGS)}"),
            status=404,
        )
    return found


def counted_tags(queries: Iterable[QueryFile]) -> list[tuple[str, int]]:
    """The tags that several questions share, with how many do: whom they are for, then what they are
    about."""
    counts = Counter(tag for query in queries for tag in query.tags)
    return [(tag, counts[tag]) for tag in TAGS if counts[tag] > 1]


def no_question(name: str) -> QueryRefused:
    """The refusal of a name that no question has."""
    return QueryRefused(
        Message(f"「{name[:80]}」という問いはありません。", f"There is no question {name[:80]!r}."),
        Message("/questions にすべての問いがあります。", "All questions are at /questions."),
        status=404,
    )


def as_asked(query: QueryFile, base: str, values: Mapping[str, str]) -> str:
    """The question's SPARQL with its parameters in it, as it is run; raises BadQueryFile for a value
    that is no term."""
    terms = {ox.Variable(name): term for name, term in query.terms(base, values).items()}
    # A value is one term on one line, so what ends a line is the query's own.
    return bind_text(ABOUT_PARAMETERS.sub("", query.text), terms).replace(" \n", "\n")


def to_edit(queries: Mapping[str, QueryFile], base: str, given: Mapping[str, str]) -> str:
    """What the workbench opens with for ``edit=NAME`` and values of its parameters: the question's
    SPARQL, its title above it. Empty where nothing is to be edited; raises QueryRefused (400, 404)."""
    name = given.get("edit", "")
    if not name:
        return ""
    if (query := queries.get(name)) is None:
        raise no_question(name)
    known = {parameter.name: parameter.default for parameter in query.parameters}
    values = {parameter: given.get(parameter) or default for parameter, default in known.items()}
    try:
        return f"# {query.title.ja}\n# {query.title.en}\n{as_asked(query, base, values)}"
    except BadQueryFile as error:
        raise QueryRefused(error.what, error.remedy) from error


def edit_address(query: QueryFile, values: Mapping[str, str] | None = None) -> str:
    """The workbench with the question in it, below the application's root."""
    return f"/sparql?{urlencode({'edit': query.name, **(values or {})}, safe='/:')}"
