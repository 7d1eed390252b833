"""The fingerprint of an answer: ten digits by which anybody can tell later, without the old data,
whether a query still has the answer that was cited.

It is made of what the endpoint sends, so that it can be checked with common tools: of a table its TSV
(SPARQL 1.1 Query Results CSV and TSV Formats, 5), the rows sorted by their bytes behind the heading; of
a graph its N-Triples, each once, sorted; of a truth value the word. Labels of blank nodes, which no two
answers share, are left out. Of that the first ten hexadecimal digits of SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from kgapp.question import Answer
from kgapp.results import BOOLEAN, GRAPH, JSON, N_TRIPLES, TABLE, TSV

DIGITS = 10
FORMS = {TABLE: TSV.name, BOOLEAN: JSON.name, GRAPH: N_TRIPLES.name}
"""The forms in which an answer is asked for its fingerprint."""
MOST = 8 * 1024 * 1024
"""Bytes of an answer beyond which sorting its rows would hold up others."""
_BLANK = re.compile(rb"_:[^\s,;]+")


@dataclass(frozen=True)
class Fingerprint:
    """Of one answer."""

    digest: str
    """``DIGITS`` hexadecimal digits."""
    size: int
    """Its rows or triples; of a truth value 1 or 0."""


def fingerprint(answer: Answer) -> Fingerprint | None:
    """The fingerprint of an answer in one of ``FORMS``; nothing where it is too large for one."""
    if len(answer.body) > MOST:
        return None
    if answer.form == JSON.name:
        holds = bool(json.loads(answer.body)["boolean"])
        return Fingerprint(_digest(b"true\n" if holds else b"false\n"), int(holds))
    lines = _BLANK.sub(b"_:", answer.body).removesuffix(b"\n").split(b"\n")
    if answer.form == TSV.name:
        heading, *rows = lines
        return Fingerprint(_digest(b"\n".join([heading, *sorted(rows)]) + b"\n"), len(rows))
    triples = sorted({line for line in lines if line})
    return Fingerprint(_digest(b"".join(line + b"\n" for line in triples)), len(triples))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]
