"""Which triple is asked about: subject, relation and object as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from kgapp.errors import Message, QueryRefused
from kgapp.question import Term
from kgapp.web.frame.literals import read_literal
from kgapp.web.frame.wording import CCR, expanded

LONGEST = {"s": 2000, "p": 2000, "o": 2000}
"""Characters of each part."""
LONGEST_LITERAL = 300
"""Those of a literal: none is ever concluded, and a page repeats its address for each of its forms."""
_PREFIXED = re.compile(r"[a-z]+:[A-Za-z][A-Za-z0-9_-]*")
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_EXAMPLE = "s=fujisawa/2020-02/chart/theme-4/2 p=ccr:involves o=fujisawa/actor/fujisawa-shi-ishikai"


def read_triple(parts: Mapping[str, str], base: str) -> ox.Triple:
    """The triple of the parts s, p and o. Each is an IRI, a path below ``id/``, or a name with a prefix
    (``ccr:involves``; of a relation of ours its name alone, ``a`` for rdf:type); an object may be a
    literal as N-Triples write it. Raises QueryRefused (400)."""
    missing = [name for name in LONGEST if not parts.get(name)]
    if missing:
        raise _refused(
            Message(f"{'，'.join(missing)} が要ります。", f"What is missing: {', '.join(missing)}.")
        )
    for name, longest in LONGEST.items():
        most = LONGEST_LITERAL if parts[name].startswith('"') else longest
        if len(parts[name]) > most:
            raise _refused(
                Message(f"{name} は{most}字までです。", f"{name} is longer than {most} characters.")
            )
    return ox.Triple(_iri("s", parts["s"], base), _relation(parts["p"], base), _object(parts["o"], base))


def _relation(text: str, base: str) -> ox.NamedNode:
    if text == "a":
        return ox.NamedNode(expanded("rdf:type"))
    return ox.NamedNode(f"{CCR}{text}") if _LOCAL.fullmatch(text) else _iri("p", text, base)


def _iri(name: str, text: str, base: str) -> ox.NamedNode:
    if text.startswith("_:"):
        raise _refused(
            Message(
                f"{name} は空白ノードです。空白ノードには，外から指せる名前がありません。",
                f"{name} is a blank node, which has no name to ask by.",
            )
        )
    if _PREFIXED.fullmatch(text):
        try:
            return ox.NamedNode(expanded(text))
        except KeyError:
            pass  # no prefix of ours: an IRI of another scheme
    elif ":" not in text:
        text = f"{base}id/{text.removeprefix('/').removeprefix('id/')}"
    try:
        return ox.NamedNode(text)
    except ValueError as error:
        raise _refused(Message(f"{name} がIRIではありません。", f"{name} is no IRI.")) from error


def _object(text: str, base: str) -> Term:
    if not text.startswith('"'):
        return _iri("o", text, base)
    if (found := read_literal(text)) is None:
        raise _no_literal()
    return found


def _no_literal() -> QueryRefused:
    return _refused(
        Message("o がN-Triplesの書き方の文字列ではありません。", "o is no literal as N-Triples write it.")
    )


def _refused(what: Message) -> QueryRefused:
    return QueryRefused(
        what,
        Message(
            f"主語 s，関係 p，相手 o を書いてください。例: {_EXAMPLE}",
            f"Give a subject s, a relation p and an object o, for example {_EXAMPLE}",
        ),
    )
