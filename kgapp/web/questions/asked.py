"""The competency questions as staff ask them, in plain words with the names that they use: what the
first page offers, what a question's page is headed with. A pure function of a trace and the questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kgapp.errors import Message
from kgapp.queryfile import QueryFile
from kgapp.web.questions.forms import takes
from kgapp.web.trace import words
from kgapp.web.trace.trace import Thing, Trace

_BEGINNING = {"ja": 14, "en": 40}
"""Characters of a passage's wording that stand for it in a question."""


@dataclass(frozen=True)
class Asked:
    """A question in plain words, and where it is answered: by a competency question with its example,
    or at a path."""

    words: Message
    """With the names of the question's parameters in braces."""
    question: str = ""
    path: str = ""


def _of(ja: str, en: str, question: str) -> Asked:
    return Asked(Message(ja, en), question)


def _at(ja: str, en: str, path: str) -> Asked:
    return Asked(Message(ja, en), path=path)


ASKED = (
    (
        Message("だれが，どの取組に", "Who stands in which initiative"),
        (
            _of(
                "{actor}はどの取組に，どの役割で関わっていますか",
                "Which initiatives name the {actor}, and in which role?",
                "cq-c01-where-is-an-actor",
            ),
            _of(
                "{actor}はだれと一緒に現れますか",
                "Who is named together with the {actor}?",
                "cq-s01-co-actors",
            ),
            _of(
                "{actor}が関わると言えるのは，どの言葉からですか",
                "On which words does it rest that the {actor} takes part?",
                "cq-c02-an-actor-on-whose-words",
            ),
            _of("{actor}が中心の取組は", "What does the {actor} lead?", "cq-c03-led-by"),
            _of(
                "{actor}は直接名が挙がっていますか，三師会のような連合体としてですか",
                "Is the {actor} named directly, or only as a member of a collective?",
                "cq-c04-directly-or-through",
            ),
            _of(
                "{actor}はどの会議体・組織の下にありますか",
                "Under which bodies does the {actor} stand?",
                "cq-c06-what-stands-above",
            ),
            _of("だれがどの取組の中心ですか", "Who leads what?", "cq-s08-who-leads"),
            _at("団体と重点テーマを一つの表で見る", "Actors against themes, in one table", "/matrix"),
        ),
    ),
    (
        Message("課題と方向性", "Issues and directions"),
        (
            _at(
                "対応する方向性の記録がない次年度の課題は",
                "For which of next year's issues is no direction recorded?",
                "/answers#none-nextIssue",
            ),
            _of(
                "「{issue}」にはだれが応じますか",
                "Who responds to “{issue}”?",
                "cq-c07-who-responds",
            ),
            _of(
                "{reported}から{planned}へ引き継がれる取組は",
                "What is carried over from {reported} into {planned}?",
                "cq-r03-carried-into-the-plan-year",
            ),
            _at(
                "引継ぎの記録がない取組は",
                "Which work has no continuation recorded?",
                "/answers#none-status",
            ),
            _of("「{word}」に触れる課題は", "Which issues mention {word}?", "cq-r04-issues-that-mention"),
        ),
    ),
    (
        Message("地区と施設", "Districts and facilities"),
        (
            _of("{district}に及ぶ取組は", "What reaches {district}?", "cq-c09-what-reaches-a-district"),
            _at("地区それぞれに，何が及びますか", "What reaches each district?", "/districts"),
            _of("{place}には何が入っていますか", "What is in the {place}?", "cq-c08-what-is-in"),
            _of("{facility}を使う取組は", "What uses {facility}?", "cq-s07-a-facility-in-statements"),
        ),
    ),
    (
        Message("年度，計画，支援する人", "Years, plans, people helped"),
        (
            _at(
                "工程表には何が書かれ，どの年度のことですか",
                "What stands in the chart, and of which years?",
                "/roadmap",
            ),
            _of("{plan}に基づく取組は", "What rests on the {plan}?", "cq-c10-what-rests-on-a-plan"),
            _of("{group}を支える取組は", "What helps {group}?", "cq-r09-items-that-reach-a-group"),
            _of(
                "何か所，何地区などの数はいつの値ですか",
                "Which figures are given, and as of when?",
                "cq-r06-quantities",
            ),
            _of(
                "「{word}」はどのテーマに出てきますか",
                "In which themes does {word} come up?",
                "cq-s17-topic-by-theme",
            ),
        ),
    ),
)
"""The questions of staff under their headings."""
_BY_QUESTION = {one.question: one for _, asked in ASKED for one in asked if one.question}


def asked_questions(
    trace: Trace, questions: Mapping[str, QueryFile], lang: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The questions of staff as words and paths under headings. One whose example is about a thing
    that this paper's register does not have is left out."""
    found = [
        (words.say(heading, lang), list(_told(trace, questions, asked, lang))) for heading, asked in ASKED
    ]
    return [(heading, own) for heading, own in found if own]


def asked_about(thing: Thing, questions: Mapping[str, QueryFile], lang: str) -> list[tuple[str, str]]:
    """The questions of staff that may be asked about a thing alone, as words and paths."""
    found = []
    for one in (one for _, asked in ASKED for one in asked if one.question):
        parameters = questions[one.question].parameters
        if len(parameters) == 1 and takes(parameters[0], thing):
            (parameter,) = parameters
            told = words.say(one.words, lang).format(**{parameter.name: everyday_name(thing, lang)})
            found.append((told, f"/questions/{one.question}?{parameter.name}={thing.path}"))
    return found


def everyday_name(thing: Thing, lang: str) -> str:
    """What people say: the shortest of the Japanese names (in half width where both are there); the
    English label."""
    if lang == "en":
        return thing.label.en
    return min(thing.names, key=lambda name: (len(name), not name.isascii()))


def plain_words(trace: Trace, query: QueryFile, values: Mapping[str, str], lang: str) -> str:
    """A question in the words of staff, about what was chosen; its title where staff have no words for
    it, or where what was chosen is not in this paper."""
    asked = _BY_QUESTION.get(query.name)
    names = _names(trace, query, values, lang) if asked else None
    if asked is None or names is None:
        return words.say(query.title, lang)
    return words.say(asked.words, lang).format_map(names)


def _told(
    trace: Trace, questions: Mapping[str, QueryFile], asked: tuple[Asked, ...], lang: str
) -> Iterator[tuple[str, str]]:
    for one in asked:
        if one.path:
            yield words.say(one.words, lang), one.path
            continue
        query = questions[one.question]
        examples = {parameter.name: parameter.default for parameter in query.parameters}
        names = _names(trace, query, examples, lang)
        if names is not None:
            yield words.say(one.words, lang).format_map(names), f"/questions/{one.question}"


def _names(trace: Trace, query: QueryFile, values: Mapping[str, str], lang: str) -> dict[str, str] | None:
    """What the values of a question's parameters are called; nothing where one is not in this paper."""
    paths = {thing.path: thing for thing in trace.things.values()}
    years = {"reported": trace.edition.reported, "planned": trace.edition.planned}
    names = {name: words.say(year, lang) for name, year in years.items()}
    for parameter in query.parameters:
        value = values[parameter.name]
        if parameter.type == "iri" and value not in paths:
            return None
        if parameter.type == "iri":
            names[parameter.name] = everyday_name(paths[value], lang)
        elif parameter.name == "issue":
            if value not in trace.by_notation:
                return None
            names[parameter.name] = words.passage_words(trace.by_notation[value], lang, _BEGINNING[lang])
        else:
            names[parameter.name] = value
    return names
