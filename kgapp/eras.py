"""Years in both calendars: 令和元年 is 2019. Widths are folded, names kept as printed."""

from __future__ import annotations

import re
import unicodedata

BEGINS = {"令和": 2018, "平成": 1988, "昭和": 1925}
"""The year before each era's first."""

ERA = rf"(?:{'|'.join(BEGINS)})"
ERA_YEAR = rf"(?P<era>{'|'.join(BEGINS)})\s*(?P<n>元|\d{{1,2}})\s*年"
PLAIN_ERA_YEAR = rf"{ERA}(?:元|\d{{1,2}})年"


def western(era: str, number: str) -> int:
    """The western year of an era's year: ``western("令和", "元")`` is 2019."""
    return BEGINS[era] + (1 if number == "元" else int(number))


def western_year(match: re.Match[str]) -> int | None:
    """The year of a match with a group ``west``, or with ``era`` and ``n``; else none."""
    groups = match.groupdict()
    if groups.get("west"):
        return int(groups["west"])
    if groups.get("era"):
        return western(groups["era"], groups["n"])
    return None


def era_years(text: str, unit: str) -> list[tuple[int, str]]:
    """Years that the text prints, in order, with the era's name as printed (empty where it
    prints the western year alone).

    ``unit`` is 年度 (fiscal years: the chart's columns) or 年 (calendar years: a goal's year).
    """
    unit += "" if unit.endswith("度") else "(?!度)"
    names = rf"{ERA}(?:元|[0-9０-９]{{1,2}}){unit}"
    both = rf"(?P<west>[0-9０-９]{{4}}){unit}(?:\s*[（(](?P<name>{names})[）)])?|(?P<alone>{names})"
    years: dict[int, str] = {}
    for match in re.finditer(both, text):
        name = match["name"] or match["alone"] or ""
        folded = fold_digits(match["west"] or "")
        year = int(folded) if folded else _era_year(name)
        years[year] = years.get(year) or name
    return sorted(years.items())


def _era_year(name: str) -> int:
    match = re.match(ERA_YEAR, fold_digits(name))
    assert match is not None
    return western(match["era"], match["n"])


def fold_digits(text: str) -> str:
    """平成２９年度 → 平成29年度."""
    return unicodedata.normalize("NFKC", text)
