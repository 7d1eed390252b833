"""What filters ask for: their terms, and the tests that a value must pass (SPARQL 1.1 Query, 17.4).

Only the common forms are known; what is not known is never explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgapp.emptiness.stream import Stream
from kgapp.emptiness.terms import LANG_STRING, STRING, XSD, Names, Term, number_of, string_of
from kgapp.terminals import Terminal

EQUAL, LANGUAGE, CONTAINS, COMPARED = "equal", "language", "contains", "compared"
_WORDS = {"CONTAINS": CONTAINS, "STRSTARTS": CONTAINS, "STRENDS": CONTAINS, "REGEX": CONTAINS}
_AROUND = frozenset(["STR", "LCASE", "UCASE", "LANG", "DATATYPE"])
_ORDER = frozenset(["<", ">", "<=", ">="])
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}


@dataclass(frozen=True)
class Tested:
    """A test of one variable's values against a term that stands in the filter."""

    kind: str
    variable: str
    term: Term
    of_text: bool
    """Whether the value's text is tested, whatever its language or datatype."""
    function: str = ""
    function_inside: str = ""
    """What stands around the variable: STR, LCASE …; empty for the value itself."""
    sign: str = ""
    """How it is compared, the variable on the left."""


def constraint(stream: Stream) -> list[Terminal]:
    """The tokens of what follows FILTER (19.8, [69])."""
    taken: list[Terminal] = []
    while stream.sign() not in ("(", "{"):
        taken.append(stream.next())
    return [*taken, *stream.skip_balanced()]


def expression_terms(tokens: Sequence[Terminal], names: Names) -> tuple[Term, ...]:
    """IRIs and literals of an expression, without names of functions and what NOT EXISTS excludes."""
    found: list[Term] = []
    at = 0
    while at < len(tokens):
        if tokens[at].word == "NOT" and at + 1 < len(tokens) and tokens[at + 1].word == "EXISTS":
            at = _behind(tokens, at + 2)
            continue
        term, after = term_at(tokens, at, names)
        if term is not None and not (term.kind == "iri" and _text(tokens, after) == "("):
            found.append(term)
        at = max(after, at + 1)
    return tuple(found)


def term_at(tokens: Sequence[Terminal], at: int, names: Names) -> tuple[Term | None, int]:
    """The IRI or literal that begins at a token, and where it ends; none where none begins."""
    if at >= len(tokens):
        return None, at
    token = tokens[at]
    if token.kind in ("iri", "name"):
        return names.iri(token), at + 1
    if token.kind == "number":
        return number_of("", token, token.start), at + 1
    if token.text in ("+", "-") and at + 1 < len(tokens) and tokens[at + 1].kind == "number":
        return number_of(token.text, tokens[at + 1], token.start), at + 2
    if token.word in ("TRUE", "FALSE"):
        value = token.text.lower()
        return Term("literal", value, value, token.start, token.end, "", f"{XSD}boolean"), at + 1
    return _string_at(tokens, at, names) if token.kind == "string" else (None, at)


def _string_at(tokens: Sequence[Terminal], at: int, names: Names) -> tuple[Term, int]:
    token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    language, datatype, taken = "", STRING, 1
    if after is not None and after.kind == "language":
        language, datatype, taken = after.text[1:].lower(), LANG_STRING, 2
    elif after is not None and after.text == "^^" and at + 2 < len(tokens):
        datatype, taken = names.iri(tokens[at + 2]).value, 3
    end = tokens[at + taken - 1].end
    text = "".join(part.text for part in tokens[at : at + taken])
    return Term("literal", string_of(token), text, token.start, end, language, datatype), at + taken


def tests(tokens: Sequence[Terminal], names: Names) -> Iterator[Tested]:
    """The tests of a filter that are understood, wherever in it they stand."""
    for at, token in enumerate(tokens):
        if token.word in _WORDS and _text(tokens, at + 1) == "(":
            yield from _function(tokens, at, names)
        elif token.word == "LANGMATCHES" and _text(tokens, at + 1) == "(":
            yield from _function(tokens, at, names, LANGUAGE)
        elif token.text == "=" or token.text in _ORDER:
            yield from _comparison(tokens, at, names)
        elif token.word == "IN" and not (at and tokens[at - 1].word == "NOT"):
            yield from _listed(tokens, at, names)


def _function(tokens: Sequence[Terminal], at: int, names: Names, kind: str = "") -> Iterator[Tested]:
    operand, after = _operand(tokens, at + 2)
    if operand is not None and _text(tokens, after) == ",":
        term, _ = term_at(tokens, after + 1, names)
        if term is not None and term.kind == "literal":
            word = tokens[at].word
            yield Tested(kind or _WORDS[word], operand[1], term, True, word, operand[0])


def _comparison(tokens: Sequence[Terminal], at: int, names: Names) -> Iterator[Tested]:
    sign = tokens[at].text
    for operand, term in (
        (_operand_before(tokens, at), term_at(tokens, at + 1, names)[0]),
        (_operand(tokens, at + 1)[0], _term_before(tokens, at, names)),
    ):
        if operand is not None and term is not None:
            oriented = _TURNED[sign] if term.start < tokens[at].start else sign
            yield _tested(operand, term, EQUAL if sign == "=" else COMPARED, oriented)


def _listed(tokens: Sequence[Terminal], at: int, names: Names) -> Iterator[Tested]:
    operand = _operand_before(tokens, at)
    place = at + 2
    while operand is not None and place < len(tokens) and tokens[place].text != ")":
        term, after = term_at(tokens, place, names)
        if term is not None:
            yield _tested(operand, term, EQUAL)
        place = max(after, place + 1)


def _tested(operand: tuple[str, str], term: Term, kind: str, sign: str = "=") -> Tested:
    function, variable = operand
    if function == "LANG" and kind == EQUAL:
        kind = LANGUAGE
    return Tested(kind, variable, term, function in ("STR", "LCASE", "UCASE"), function, function, sign)


def _operand(tokens: Sequence[Terminal], at: int) -> tuple[tuple[str, str] | None, int]:
    """A variable, bare or inside STR, LCASE, UCASE, LANG or DATATYPE: the outermost function, the name."""
    functions: list[str] = []
    while at + 1 < len(tokens) and tokens[at].word in _AROUND and tokens[at + 1].text == "(":
        functions.append(tokens[at].word)
        at += 2
    if at >= len(tokens) or tokens[at].kind != "variable":
        return None, at
    name = tokens[at].text[1:]
    end = at + 1
    for _ in functions:
        if _text(tokens, end) != ")":
            return None, at
        end += 1
    return ((functions[0] if functions else ""), name), end


def _operand_before(tokens: Sequence[Terminal], at: int) -> tuple[str, str] | None:
    """The operand that ends before a token."""
    for start in range(max(0, at - 10), at):
        operand, end = _operand(tokens, start)
        inside = start >= 2 and tokens[start - 1].text == "(" and tokens[start - 2].word in _AROUND
        if operand is not None and end == at and not inside:
            return operand
    return None


def _term_before(tokens: Sequence[Terminal], at: int, names: Names) -> Term | None:
    for start in range(max(0, at - 3), at):
        term, end = term_at(tokens, start, names)
        if term is not None and end == at:
            return term
    return None


def _behind(tokens: Sequence[Terminal], at: int) -> int:
    depth = 0
    while at < len(tokens):
        depth += (tokens[at].kind == "open") - (tokens[at].kind == "close")
        at += 1
        if depth <= 0:
            break
    return at


def _text(tokens: Sequence[Terminal], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""
