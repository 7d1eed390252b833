"""From statements to links: names, the wording beside them, and a person's readings.

``annotate`` is the step's one entrance. A reading overrules a rule; a name that neither decides
is a finding.
"""

from __future__ import annotations

import dataclasses
import re

from kgapp.annotate.mentions import Group, Mention, NameFinder, group_mentions
from kgapp.annotate.phases import cut_phases, labels_of
from kgapp.annotate.quantities import find_quantities
from kgapp.annotate.roles import (
    ACTING,
    BASIS_CUE,
    CLAUSE,
    HELD_CUES,
    PROGRAMME_CUE,
    PROGRAMMES,
    VENUE_CUE,
    VENUES,
    cue_for,
    with_action,
)
from kgapp.errors import Message
from kgapp.model import (
    Annotation,
    ChartLine,
    Finding,
    Link,
    Mode,
    Paper,
    Passage,
    Place,
    Quantity,
    Readings,
    Register,
    Statement,
)

ALL_DISTRICTS = re.compile(
    r"全(?:地区|(?P<n>[0-9０-９]{1,4})地区)|(?<![0-9０-９])(?P<m>[0-9０-９]{1,4})地区|各地区(?=の|に配置|に設置|で)"
)
ALL_TAIL = re.compile(r"[^，、。]{0,12}?(?:展開|開催|実施|配置|支援|整備|設置|協議体)|")
PARTLY = re.compile(r"[^。]{0,12}(?:のうち|ではなく|以外|の一部|のいずれか)|[^，、。]*一部の?地区")
"""Wording behind 全地区 or １３地区 that takes it back."""


def annotate(paper: Paper, register: Register, readings: Readings) -> Annotation:
    """Links by rule and by reading; a reading wins over the rule for the same link."""
    finder = NameFinder(register)
    labels = labels_of(paper.chart)
    by_rule: list[Link] = []
    quantities: list[Quantity] = []
    findings: list[Finding] = []
    for passage in paper.passages:
        mentions = finder.find(passage.words.text)
        links, undecided = _link_passage(passage, mentions)
        by_rule += links
        findings += undecided
        if isinstance(passage, Statement):
            of_districts, unplaced = _district_links(passage, mentions, register)
            by_rule += of_districts
            findings += unplaced
            found, unnamed = find_quantities(passage, mentions)
            quantities += found
            findings += unnamed
    by_rule, contested = _without_contests(by_rule, readings)
    findings += contested
    links, stale = _with_outcomes(_overrule(by_rule, readings), readings, paper.text)
    return Annotation(
        links=tuple(sorted(links, key=lambda link: link.key)),
        quantities=tuple(quantities),
        phases=tuple(phase for line in paper.chart for phase in cut_phases(line, labels)),
        findings=tuple(_still_open(findings, links, readings) + stale),
    )


def _without_contests(by_rule: list[Link], readings: Readings) -> tuple[list[Link], list[Finding]]:
    """Nobody is lead and target of one item (MODEL.md, "Shapes"): where the rules, or a rule and
    a reading, would make both, the rules' links are left out and a person is asked."""
    standing = [link for link in by_rule if link.key not in readings.rejected]
    ends: dict[str, set[tuple[str, str]]] = {"hasLead": set(), "targets": set()}
    for link in (*standing, *readings.adopted):
        if link.predicate in ends:
            ends[link.predicate].add((link.subject, link.obj))
    both = ends["hasLead"] & ends["targets"]
    kept = [link for link in standing if link.predicate not in ends or (link.subject, link.obj) not in both]
    message = Message("中心とも支援対象とも読めます。", "It could be read as lead and as target.")
    findings = [Finding(subject, "lead-and-target", "", message, about) for subject, about in sorted(both)]
    return kept, findings


def _overrule(by_rule: list[Link], readings: Readings) -> list[Link]:
    """A reading takes the place of the rule's link."""
    links = {link.key: link for link in reversed(by_rule)}
    return list((links | {link.key: link for link in readings.adopted}).values())


def _with_outcomes(links: list[Link], readings: Readings, text: str) -> tuple[list[Link], list[Finding]]:
    """Links with the third reader's outcome, where he was shown the words that are quoted now;
    a verdict on other words, or on no link, is a finding."""
    verdicts = {verdict.key: verdict for verdict in readings.verdicts}
    judged: list[Link] = []
    for link in links:
        verdict = verdicts.get(link.key)
        if verdict and (verdict.words, verdict.object_words) == _shown(link, text):
            judged.append(dataclasses.replace(link, outcome=verdict.outcome))
            del verdicts[link.key]
        else:
            judged.append(link)
    findings = [
        Finding(
            place=verdict.key[0],
            kind="verdict-without-link",
            words=verdict.words,
            why=Message(
                f"判定のある{verdict.key[1]}は今はないか，引用が変わりました。",
                f"The {verdict.key[1]} that was judged is gone, or quotes other words now.",
            ),
        )
        for verdict in verdicts.values()
    ]
    return judged, findings


def _shown(link: Link, text: str) -> tuple[str, str]:
    """A link's words joined over line breaks, as a reader is shown them."""

    def _words(place: Place | None) -> str:
        return re.sub(r"[ \u3000]*\n[ \u3000\n]*", "", text[place.start : place.end]) if place else ""

    return _words(link.quote), _words(link.object_quote)


def _still_open(findings: list[Finding], links: list[Link], readings: Readings) -> list[Finding]:
    """Findings on a passage and thing that a person has not decided."""
    decided = {(link.subject, link.obj) for link in links}
    decided |= {(subject, obj) for subject, _, obj in readings.rejected}
    return [f for f in findings if (f.place, f.about) not in decided]


def _link_passage(passage: Passage, mentions: list[Mention]) -> tuple[list[Link], list[Finding]]:
    links: list[Link] = []
    findings: list[Finding] = []
    for group in group_mentions(passage.words.text, mentions):
        for mention in group.mentions:
            kind = mention.entry.kind
            if kind in VENUES and isinstance(passage, Statement):
                made = _venue_links(passage, mention)
            elif kind in PROGRAMMES and isinstance(passage, Statement):
                made = _programme_links(passage, mention)
            elif kind in (*ACTING, "PeopleGroup"):
                made = _actor_links(passage, group, mention)
            else:
                continue
            links += made
            if not made:
                findings.append(_undecided(passage, mention))
    return links, findings


def _actor_links(passage: Passage, group: Group, mention: Mention) -> list[Link]:
    found = cue_for(mention.entry.kind, group.head, group.tail)
    if found is None:
        return []
    relation, before, after = found
    if relation == "targets" and isinstance(passage, ChartLine):
        return []
    start, end = mention.start, mention.end
    if before:
        start = len(group.head) - before
    if after:
        end = group.tail_start + after
    if after and relation in ("targets", "hasSubject"):
        end = with_action(passage.words.text, mention.end, end)
    return [_link(passage, relation, mention, start, end)]


def _venue_links(passage: Statement, mention: Mention) -> list[Link]:
    text = passage.words.text
    after, tail = _after_brackets(text, mention.end)
    if mention.entry.kind == "Facility":
        for cue in HELD_CUES:
            if match := cue.match(tail):
                return [_link(passage, "heldAt", mention, mention.start, after + match.end())]
    match = VENUE_CUE.match(tail)
    if match is None and mention.entry.kind == "Facility":
        match = CLAUSE.match(tail)
    if match:
        return [_link(passage, "usesFacility", mention, mention.start, after + match.end())]
    return []


def _programme_links(passage: Statement, mention: Mention) -> list[Link]:
    text = passage.words.text
    after, tail = _after_brackets(text, mention.end)
    if match := BASIS_CUE.match(tail):
        return [_link(passage, "basedOn", mention, mention.start, after + match.end())]
    match = PROGRAMME_CUE.match(tail) or CLAUSE.match(tail)
    assert match is not None
    return [_link(passage, "usesProgramme", mention, mention.start, after + match.end())]


def _after_brackets(text: str, end: int) -> tuple[int, str]:
    while end < len(text) and text[end] in "」”）)":
        end += 1
    return end, text[end:]


def _district_links(
    passage: Statement, mentions: list[Mention], register: Register
) -> tuple[list[Link], list[Finding]]:
    text = passage.words.text
    links = []
    for mention in mentions:
        if mention.entry.kind == "District":
            model = re.search(r"モデル地区[（(は]?[^）)。]*$", text[: mention.start])
            relation = "modelDistrict" if model else "coversDistrict"
            start = model.start() if model else mention.start
            links.append(_link(passage, relation, mention, start, mention.end))
    whole, findings = _all_district_links(passage, mentions, register)
    return links + whole, findings


def _all_district_links(
    passage: Statement, mentions: list[Mention], register: Register
) -> tuple[list[Link], list[Finding]]:
    """全地区, １３地区 (where the city has thirteen) and 各地区, unless the wording takes it back."""
    text = passage.words.text
    links: list[Link] = []
    findings: list[Finding] = []
    for match in ALL_DISTRICTS.finditer(text):
        number = match["n"] or match["m"]
        if number and int(number) != len(register.of_kind("District")):
            continue
        if any(mention.start < match.end() and match.start() < mention.end for mention in mentions):
            continue
        municipality = next(iter(register.of_kind("Municipality")), None)
        if municipality is None or PARTLY.match(text, match.end()):
            findings.append(_which_districts(passage, match.group()))
            continue
        tail = ALL_TAIL.match(text, match.end())
        place = Place(*passage.words.place(match.start(), tail.end() if tail else match.end()))
        links.append(Link(passage.notation, "coversAllDistrictsOf", municipality.path, Mode.STATED, place))
    return links, findings


def _which_districts(passage: Statement, words: str) -> Finding:
    return Finding(
        place=passage.notation,
        kind="districts-undecided",
        words=passage.words.text,
        why=Message(
            f"「{words}」がどの地区に及ぶかを規則では決められません。",
            f"No rule decides which districts {words} takes in.",
        ),
    )


def _link(passage: Passage, relation: str, mention: Mention, start: int, end: int) -> Link:
    start = _with_bracket(passage.words.text, start, end)
    place = Place(*passage.words.place(start, end))
    return Link(passage.notation, relation, mention.entry.path, Mode.STATED, place)


def _with_bracket(text: str, start: int, end: int) -> int:
    """The quote's start moved before 「 where the quote holds its 」."""
    words = text[start:end]
    for opening, closing in ("「」", "“”"):
        if start and text[start - 1] == opening and words.count(closing) > words.count(opening):
            return start - 1
    return start


def _undecided(passage: Passage, mention: Mention) -> Finding:
    return Finding(
        place=passage.notation,
        kind="role-undecided",
        words=passage.words.text,
        why=Message(
            f"「{mention.entry.label_ja}」の役割を決める言い回しがありません。",
            f"No wording decides the role of {mention.entry.label_en}.",
        ),
        about=mention.entry.path,
    )
