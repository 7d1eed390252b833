"""What is wrong with a query, and where, before it is asked: nothing is evaluated.

Whether it is a query at all is the engine's word, read by the very parser that would read it at the
endpoint (``Source.parse``). Its places are those where it gave up; what can be told more closely from the
terminals is (strings and brackets that are not closed, prefixes). What is well written and still finds
nothing (terms that are not in use, variables that nothing binds) is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice, pairwise
from typing import Any

from kgapp.errors import Message, QueryRefused
from kgapp.sparqltext import Keywords
from kgapp.terminals import CLOSING, Terminal, offset_of, place_of, terminals
from kgapp.web.frame.wording import NAMESPACES
from kgapp.web.workbench.completion import Vocabulary, prefixed
from kgapp.web.workbench.variables import Variable, nearest, variables

ERROR, WARNING, HINT = "error", "warning", "hint"
SYNTAX = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
"""How the engine tells of a fault of syntax."""
EXPECTED = re.compile(r'"((?:[^"\\]|\\.)+)"|\b([A-Z][A-Z_]+)\b')
CLASSES = re.compile(r"\[[^\[\]]*\.\.[^\[\]]*\]|\[_\]")
"""Ranges of characters among what the engine expected."""
REFUSED = Keywords.UPDATES | {"SERVICE"}
"""Words with which a query is refused whatever else it says."""
WIDE = re.compile(r"[^\S \t\r\n]+")
"""Spaces for Python that are none for SPARQL."""
UNGROUPED = "variable that is unbound"
MOST = 50
MOST_COMPARED = 100
"""Variables of a query whose names are compared with one another."""
MOST_EXPECTED = 12
MOST_UNCLOSED = 3
"""Brackets that are told of, the innermost."""
SHORT_ALIKE = 0.7
"""How alike prefixes must be, which are short, to be taken for one another."""
QUOTED = 40
"""Characters of a query that a message repeats."""
LOOKED_UP = 5
"""Things of the dataset whose names are looked up."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at: from where to where in code points, how grave, what, and how to mend it."""

    kind: str
    severity: str
    start: int
    end: int
    what: Message
    remedy: Message
    declare: str = ""
    """A line that mends it at the head of the query."""
    replacement: str = ""
    """What mends it in its place."""


@dataclass(frozen=True)
class Checked:
    """Whether a text is a query (none where that could not be found out), and what was found."""

    ok: bool | None
    findings: tuple[Finding, ...]
    expected: tuple[str, ...] = ()
    """Where it is none, what could stand at the place."""

    def content(self, text: str) -> dict[str, Any]:
        """The outcome as a program reads it, with lines and columns from 1."""
        findings = []
        for each in self.findings:
            line, column = place_of(text, each.start)
            told = {name: value for name, value in asdict(each).items() if value != ""}
            findings.append({**told, "line": line, "column": column})
        return {"ok": self.ok, "expected": self.expected, "findings": findings}


def check(
    text: str,
    parse: Callable[[str], None],
    vocabulary: Vocabulary,
    base: str,
    known: Callable[[str], bool],
) -> Checked:
    """Reads a query. ``parse`` raises QueryRefused where it is none, ``known`` tells whether anything is
    said of a thing below ``base``."""
    every = terminals(text)
    found = [each for each in every if each.kind not in ("space", "comment")]
    declared = _declared(found, base)
    closely = [*_wide_spaces(every), *_unclosed(text, found), *_undeclared(found, declared)]
    try:
        parse(text)
    except QueryRefused as refused:
        if refused.status not in (400, 403, 413) or refused.limit not in ("", "query_nesting", "complexity"):
            return Checked(None, tuple(closely[:MOST]))
        expected, findings = _refusal(text, found, refused)
        return Checked(False, tuple((closely or findings)[:MOST]), expected)
    unused = islice(_unused(found, declared, vocabulary, base, known), MOST)
    warnings = [*unused, *islice(_unbound(found), MOST)]
    return Checked(True, tuple(sorted(warnings, key=lambda each: each.start)[:MOST]))


def _declared(found: list[Terminal], base: str) -> dict[str, str]:
    """The namespaces that a query declares, by prefix; relative ones are below the data's base."""
    declared = {}
    for word, name, iri in zip(found, found[1:], found[2:], strict=False):
        if word.is_word("PREFIX") and name.kind == "name" and iri.kind == "iri":
            namespace = iri.text[1:-1]
            declared[name.prefix] = namespace if ":" in namespace else base + namespace
    return declared


def _wide_spaces(every: list[Terminal]) -> Iterator[Finding]:
    """Spaces that are none in SPARQL (19.8, ``WS``): of full width, as Japanese keyboards type them."""
    for each in every:
        if each.kind == "space" and (wide := WIDE.search(each.text)):
            start = each.start + wide.start()
            what = Message(
                "全角などの空白があります。",
                "This space is none in SPARQL (it is of full width, or the like).",
            )
            remedy = Message("半角の空白にしてください。", "Make it an ordinary space.")
            yield Finding("space", ERROR, start, each.start + wide.end(), what, remedy, replacement=" ")


def _unclosed(text: str, found: list[Terminal]) -> Iterator[Finding]:
    """Strings and brackets that are not closed, and brackets that close nothing."""
    opened: list[Terminal] = []
    for each in found:
        if each.kind == "other" and each.text in "\"'":
            line_end = text.find("\n", each.start)
            what = Message("文字列が閉じていません。", "This string is not closed.")
            remedy = Message(f"終わりに {each.text} を付けてください。", f"End it with {each.text}")
            end = len(text) if line_end < 0 else line_end
            yield Finding("string", ERROR, each.start, end, what, remedy)
            return
        if each.kind == "open":
            opened.append(each)
        if each.kind == "close" and (not opened or CLOSING[opened.pop().text] != each.text):
            what = Message(
                f"この「{each.text}」に対応する始まりがありません。", f"Nothing opens this {each.text}"
            )
            remedy = Message("消すか，始まりを書いてください。", "Remove it, or open it before.")
            yield Finding("bracket", ERROR, each.start, each.end, what, remedy)
            return
    for each in opened[-MOST_UNCLOSED:]:
        closing = CLOSING[each.text]
        what = Message(f"この「{each.text}」が閉じていません。", f"This {each.text} is not closed.")
        remedy = Message(f"「{closing}」で閉じてください。", f"Close it with {closing}")
        yield Finding("bracket", ERROR, each.start, each.end, what, remedy)


def _undeclared(found: list[Terminal], declared: Mapping[str, str]) -> Iterator[Finding]:
    """Prefixes that nothing declares, each once."""
    told = set()
    for before, each in zip([None, *found], found, strict=False):
        if each.kind != "name" or each.prefix in declared or each.prefix in told:
            continue
        if before is not None and before.is_word("PREFIX"):
            continue
        told.add(each.prefix)
        namespace = NAMESPACES.get(each.prefix)
        near = nearest(each.prefix, [*declared, *NAMESPACES], SHORT_ALIKE)
        remedy = Message("先頭に PREFIX の行を書いてください。", "Declare it with PREFIX at the head.")
        if namespace:
            line = f"PREFIX {each.prefix}: <{namespace}>"
            remedy = Message(f"先頭に {line} を加えてください。", f"Add {line} at the head.")
        elif near:
            remedy = Message(f"{near}: ではありませんか。", f"Is {near}: meant?")
        what = Message(
            f"接頭辞 {each.prefix}: が宣言されていません。", f"The prefix {each.prefix}: is not declared."
        )
        declare = f"PREFIX {each.prefix}: <{namespace}>\n" if namespace else ""
        yield Finding("prefix", ERROR, each.start, each.end, what, remedy, declare=declare)


def _refusal(
    text: str, found: list[Terminal], refused: QueryRefused
) -> tuple[tuple[str, ...], list[Finding]]:
    """What the engine said, at its place and in plain words, and what it expected there."""
    told = SYNTAX.search(refused.what.en)
    if told is None:
        words = [each for each in found if each.kind == "word"]
        place = next((each for each in words if each.text.upper() in REFUSED), words[0] if words else None)
        start, end = (place.start, place.end) if place else (0, 0)
        return (), [Finding("refused", ERROR, start, end, refused.what, refused.remedy)]
    if UNGROUPED in told[3]:
        return (), list(_ungrouped(found))
    start = offset_of(text, int(told[1]), int(told[2]))
    at = next((each for each in found if each.end > start), None)
    expected = _expected(told[3])
    named = ", ".join(expected)
    remedy = Message(
        f"ここに書けるもの: {named}" if named else "この前後を見直してください。",
        f"What can stand here: {named}" if named else "Look at what stands around it.",
    )
    if at is None:
        what = Message("問い合わせの組み立てが合いません。", "This does not hold together as a query.")
        return expected, [Finding("syntax", ERROR, len(text), len(text), what, remedy)]
    quoted = at.text if len(at.text) <= QUOTED else f"{at.text[:QUOTED]}…"
    what = Message(f"「{quoted}」のところで読めなくなりました。", f"It cannot be read on at {quoted!r}.")
    return expected, [Finding("syntax", ERROR, at.start, at.end, what, remedy)]


def _expected(told: str) -> tuple[str, ...]:
    words = [quoted or plain for quoted, plain in EXPECTED.findall(CLASSES.sub(" ", told))]
    readable = tuple(dict.fromkeys(word for word in words if "\\" not in word))[:MOST_EXPECTED]
    # One keyword alone is what the parser tried last, not what is missing.
    return readable if len(readable) > 1 else ()


def _ungrouped(found: list[Terminal]) -> Iterator[Finding]:
    """What a query with groups or aggregates selects without grouping by it (SPARQL 1.1 Query, 18.2.4.1)."""
    grouped = {variable.name for variable in variables(found) if variable.grouped}
    selected = [each for each in variables(found) if each.selected and each.name not in grouped]
    for each in selected[:1] or [Variable("", found[0].start, found[0].end)]:
        yield Finding(
            "group",
            ERROR,
            each.start,
            each.end,
            Message(
                f"?{each.name} は集計する問い合わせの列ですが，GROUP BY にありません。",
                f"?{each.name} is selected beside an aggregate and is not in GROUP BY.",
            ),
            Message(
                f"GROUP BY に ?{each.name} を加えるか，SAMPLE(?{each.name}) などで一つにしてください。",
                f"Add ?{each.name} to GROUP BY, or make it one value, as with SAMPLE(?{each.name}).",
            ),
        )


def _unused(
    found: list[Terminal],
    declared: Mapping[str, str],
    vocabulary: Vocabulary,
    base: str,
    known: Callable[[str], bool],
) -> Iterator[Finding]:
    """Terms in a namespace of the data that the data do not have, and things that are not there."""
    looked_up: dict[str, bool] = {}
    used = [namespace for namespace in NAMESPACES.values() if vocabulary.uses(namespace)]
    for before, each in zip([None, *found], found, strict=False):
        iri = _iri(each, declared)
        if not iri or iri in vocabulary.terms or (before is not None and _declares(before)):
            continue
        namespace = next((one for one in used if iri.startswith(one)), "")
        if namespace and iri != namespace:
            yield _unknown_term(each, iri, namespace, vocabulary)
        elif iri.startswith(f"{base}id/") and "/graph/" not in iri and len(looked_up) < LOOKED_UP:
            if iri not in looked_up:
                looked_up[iri] = known(iri)
            if not looked_up[iri]:
                what = Message("このデータにその名前のものはありません。", "Nothing here has this name.")
                remedy = Message("名前で補完すると確かです。", "Completing it by what it is called is safer.")
                yield Finding("thing", WARNING, each.start, each.end, what, remedy)


def _declares(before: Terminal) -> bool:
    """Whether what follows is a namespace or a graph, and no term."""
    return before.is_word("PREFIX", "BASE", "FROM", "NAMED") or before.text.endswith(":")


def _iri(terminal: Terminal, declared: Mapping[str, str]) -> str:
    if terminal.kind == "iri":
        return terminal.text[1:-1]
    if terminal.kind == "name" and terminal.prefix in declared:
        return declared[terminal.prefix] + terminal.text.partition(":")[2].replace("\\", "")
    return ""


def _unknown_term(at: Terminal, iri: str, namespace: str, vocabulary: Vocabulary) -> Finding:
    local = {term.removeprefix(namespace): term for term in vocabulary.terms if term.startswith(namespace)}
    near = nearest(iri.removeprefix(namespace), local)
    meant = prefixed(local[near]) if near else ""
    return Finding(
        "term",
        WARNING,
        at.start,
        at.end,
        Message(f"{at.text} はこのデータでは使われていません。", f"{at.text} is not used in these data."),
        Message(
            f"{meant} ではありませんか。" if meant else "補完に出るものを使ってください。",
            f"Is {meant} meant?" if meant else "Use what is offered as completion.",
        ),
        replacement=meant,
    )


def _unbound(found: list[Terminal]) -> Iterator[Finding]:
    """Variables that nothing binds, and those that stand once, perhaps misspelt."""
    by_name: dict[str, list[Variable]] = {}
    for each in variables(found):
        by_name.setdefault(each.name, []).append(each)
    everything = any(
        star.text == "*" and word.is_word("SELECT", "DISTINCT", "REDUCED", "DESCRIBE")
        for word, star in pairwise(found)
    )
    for name, places in by_name.items():
        few = len(by_name) <= MOST_COMPARED
        first, near = places[0], nearest(name, [other for other in by_name if other != name]) if few else ""
        meant = Message(f"?{near} ではありませんか。", f"Is ?{near} meant?") if near else None
        instead = f"?{near}" if near else ""
        if not any(each.bound for each in places):
            what = Message(f"?{name} に値を与えるところがありません。", f"Nothing gives ?{name} a value.")
            remedy = meant or Message("WHEREの中で使うか，消してください。", "Use it in WHERE, or remove it.")
            yield Finding("unbound", WARNING, first.start, first.end, what, remedy, replacement=instead)
        elif len(places) == 1 and not (
            everything or first.selected or first.named or (first.leads and not near)
        ):
            what = Message(f"?{name} は一度だけ使われています。", f"?{name} is used only once.")
            remedy = meant or Message("意図どおりなら，そのままで構いません。", "If that is meant, leave it.")
            severity = WARNING if near else HINT
            yield Finding("once", severity, first.start, first.end, what, remedy, replacement=instead)
