"""Findings on one resource: what the validation and the steps of the served build say of it.

Pages ask ``findings_on`` and render what it gives with the template ``findings.html``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from flask import current_app, request

from kgapp.dataset import Dataset, EditionSummary
from kgapp.errors import DatasetMissing, Message
from kgapp.quality import Quality, Result, Severity, StepFinding, read_quality
from kgapp.vocab import EditionIris, Minter
from kgapp.web.frame.thingnames import read_claim, short_name
from kgapp.web.quality.rdf import finding_name, result_name

NOTATION = re.compile(r"(?:\d+-[A-Za-z]+-\d+|chart-\d+-\d+)")
THEME = re.compile(r"theme-(\d+)")
PLACE = re.compile(r"\{[?$]\w+\}")
GRAVE = {
    Severity.VIOLATION: Message("反している", "Broken"),
    Severity.WARNING: Message("要確認", "To be looked at"),
    Severity.INFO: Message("参考", "For information"),
}
OPEN = Message("人の判断を待つ", "Left for a person to decide")
KEPT = 64


@dataclass(frozen=True)
class Finding:
    """One finding: how grave it is, what it says, the thing that it concerns, the shape that found it
    (none where a step did), and where on the page of its edition's quality it stands."""

    grave: Message
    words: Message
    thing: str
    shape: str
    edition: str
    anchor: str

    @property
    def address(self) -> str:
        """Where the finding stands among all of its edition, on this server."""
        return f"{request.script_root}/quality/{quote(self.edition)}#{self.anchor}"


def findings_on(iri: str) -> list[Finding]:
    """What is recorded of a thing of the served dataset, the gravest first; a finding on a claim
    concerns the claim and what it speaks of. Empty where nothing is, and where no built dataset is
    served: that nothing was found does not say that nothing is wrong."""
    dataset: Dataset | None = current_app.extensions["kgapp"].dataset()
    if dataset is None:
        return []
    found = []
    for edition in dataset.editions:
        if _may_concern(iri, dataset.base, edition):
            found += _by_thing(dataset, edition).get(iri, [])
    return found


def quality_of(dataset: Dataset, edition: EditionSummary) -> Quality:
    """An edition's quality; what has been read is kept (a unit's files never change)."""
    return _read(_place(dataset, edition))


def all_findings(quality: Quality, base: str) -> list[Finding]:
    """Every finding of an edition: results, the gravest first, then what the steps left."""
    iris = EditionIris(Minter(base), quality.city, quality.edition)
    return [
        *(_of_result(result, quality.name, base) for result in sorted(quality.results, key=_gravity)),
        *(_of_step(finding, quality.name, iris) for finding in quality.findings),
    ]


@dataclass(frozen=True)
class _Place:
    """Where an edition's quality is kept: a unit's files never change, so the same place is the same."""

    base: str
    folder: Path
    file: str
    dataset: Dataset = field(compare=False)
    edition: EditionSummary = field(compare=False)


def _place(dataset: Dataset, edition: EditionSummary) -> _Place:
    return _Place(dataset.base, dataset.folder, edition.quality, dataset, edition)


@lru_cache(maxsize=KEPT)
def _read(place: _Place) -> Quality:
    return read_quality(place.dataset, place.edition)


def _by_thing(dataset: Dataset, edition: EditionSummary) -> dict[str, list[Finding]]:
    try:
        return _index(_place(dataset, edition))
    except DatasetMissing:  # a build has replaced it meanwhile: a page on a thing must not fail for it
        return {}


@lru_cache(maxsize=KEPT)
def _index(place: _Place) -> dict[str, list[Finding]]:
    base = place.base
    index: dict[str, list[Finding]] = {}
    for finding in all_findings(_read(place), base):
        for thing in dict.fromkeys(_concerned(finding.thing, base)):
            index.setdefault(thing, []).append(finding)
    return index


def _may_concern(iri: str, base: str, edition: EditionSummary) -> bool:
    """Things of an edition, and things of its city that no edition has for its own."""
    city = f"{base}id/{edition.city}/"
    if not iri.startswith(city):
        return False
    second = iri.removeprefix(city).partition("/")[0]
    return second == edition.edition or not re.match(r"\d", second)


def _concerned(thing: str, base: str) -> Iterator[str]:
    yield thing
    if claim := read_claim(thing, base):
        yield claim.subject


def _of_result(result: Result, edition: str, base: str) -> Finding:
    iri = re.compile(re.escape(f"{base}id/") + r"[\w/.~%-]*[\w/~%-]", re.ASCII)

    def _said(words: str) -> str:
        # A message names things by their IRIs; where a shape gives no value, its place is left open.
        named = iri.sub(lambda found: short_name(found[0], base), words)
        return PLACE.sub("…", named)

    words = Message(_said(result.ja), _said(result.en))
    return Finding(GRAVE[result.severity], words, result.thing, result.shape, edition, result_name(result))


def _of_step(finding: StepFinding, edition: str, iris: EditionIris) -> Finding:
    if finding.about:
        thing = str(iris.of_city(finding.about))
    elif NOTATION.fullmatch(finding.place):
        thing = str(iris.passage(finding.place))
    elif theme := THEME.fullmatch(finding.place):
        thing = str(iris.theme(int(theme[1])))
    else:
        thing = str(iris.document)
    said = Message(_with(finding.why.ja, finding.words), _with(finding.why.en, finding.words))
    return Finding(OPEN, said, thing, "", edition, finding_name(finding))


def _gravity(result: Result) -> int:
    return list(Severity).index(result.severity)


def _with(why: str, words: str) -> str:
    return f"{why}（{words}）" if words else why
