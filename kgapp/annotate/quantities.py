"""Finds the numbers that a statement gives of a thing it names: 35か所 as of 2020-01.

Two wordings are read: （令和2年1月現在：35か所） and 8地区から11地区に拡大. A number whose thing is not
in the register, and a number that is aimed at (a goal's), is a finding. Districts that are only
counted are never named.
"""

from __future__ import annotations

import re
import unicodedata

from kgapp.annotate.mentions import Mention
from kgapp.eras import western
from kgapp.errors import Message
from kgapp.model import Finding, Place, Quantity, SectionName, Statement

AS_OF = re.compile(
    r"(?P<era>令和|平成)(?P<n>元|\d{1,2})年(?P<month>1[0-2]|[1-9])月(?:末)?現在[::](?P<value>\d{1,9})(?P<unit>か所|箇所|カ所|人|件|地区|団体)"
)
CHANGE = re.compile(r"(?P<old>\d{1,9})地区から(?P<value>\d{1,9})(?P<unit>地区)(?:に|へ)(?:拡大|拡充|増)")


def find_quantities(statement: Statement, mentions: list[Mention]) -> tuple[list[Quantity], list[Finding]]:
    """The statement's numbers with the thing named nearest before each."""
    text = statement.words.text
    folded = "".join(
        plain if len(plain := unicodedata.normalize("NFKC", char)) == 1 else char for char in text
    )
    quantities: list[Quantity] = []
    findings: list[Finding] = []
    for pattern in (AS_OF, CHANGE):
        for match in pattern.finditer(folded):
            before = [mention for mention in mentions if mention.end <= match.start()]
            if not before or statement.section is SectionName.GOAL:
                findings.append(_unnamed(statement, match.group()))
                continue
            quantities.append(_quantity(statement, before[-1], match))
    return quantities, findings


def _quantity(statement: Statement, mention: Mention, match: re.Match[str]) -> Quantity:
    groups = match.groupdict()
    month = ""
    if groups.get("month"):
        month = f"{western(groups['era'], groups['n'])}-{int(groups['month']):02}"
    return Quantity(
        statement=statement.notation,
        about=mention.entry.path,
        what="quantity-districts" if groups["unit"] == "地区" else "quantity-count",
        value=int(groups["value"]),
        unit=groups["unit"],
        place=Place(*statement.words.place(mention.start, match.end())),
        month=month,
        year=None if month else statement.year,
        changed_from=int(groups["old"]) if groups.get("old") else None,
    )


def _unnamed(statement: Statement, words: str) -> Finding:
    return Finding(
        statement.notation,
        "quantity-of-what",
        words,
        Message(
            "何の数か登録簿の名前から分からないか，目標の数です。",
            "What this number counts is not a name of the register, or it is a goal's number.",
        ),
    )
