"""The quality of what is served, in the open: pages and RDF of the whole and of each edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, render_template, request

from kgapp.dataset import Dataset, EditionSummary
from kgapp.errors import Message, QueryRefused
from kgapp.publication import VERSION_LENGTH, read_publication
from kgapp.quality import ADVICE, MUST, Quality, Reading, Run, Severity, Shape, Tally, Way
from kgapp.queryfile import QueryFile
from kgapp.results import MediaType
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.vocab import ONTOLOGY
from kgapp.web.frame.context import Context
from kgapp.web.frame.documents import HTML, Asked, asked, respond, serialized
from kgapp.web.frame.keptpages import kept_by_form
from kgapp.web.frame.links import address_of, document_of
from kgapp.web.frame.thingnames import name_of
from kgapp.web.http.render import language
from kgapp.web.quality.findings import PLACE, Finding, all_findings, quality_of
from kgapp.web.quality.rdf import OWN_PREFIXES, describe_edition, describe_whole, shape_name

blueprint = Blueprint("quality", __name__)
SEVERITIES = {
    Severity.VIOLATION: Message("必須", "Must"),
    Severity.WARNING: Message("要確認", "Should"),
    Severity.INFO: Message("参考", "For information"),
}
DESCRIBED = 8
"""Editions that the document of the whole describes itself; those beyond have documents of their own."""
KEPT = 16
"""Documents that are kept when they were made."""
LISTED = 200
"""Findings that a page shows; the rest stand on the pages of their editions and in RDF."""


@dataclass(frozen=True)
class Row:
    """A shape with its reach in the run that saw the most, and before reasoning where both were run."""

    shape: Shape
    tally: Tally
    before: Tally | None

    @property
    def name(self) -> str:
        return shape_name(self.shape.iri)

    @property
    def demand(self) -> Message:
        """What it says where it is broken, without the names that a result would fill in."""
        return Message(PLACE.sub("…", self.shape.ja), PLACE.sub("…", self.shape.en))


@dataclass(frozen=True)
class Check:
    """A query that expects no rows, and how many there are now (none where it was not answered)."""

    query: QueryFile
    rows: int | None


@blueprint.get("/quality")
@blueprint.get("/quality.<extension>")
@kept_by_form
def whole(extension: str = "") -> Response:
    """The quality of everything that is served."""
    dataset, document = _dataset(), _asked("quality", extension)
    context: Context = current_app.extensions["kgapp"]
    qualities = [quality_of(dataset, edition) for edition in dataset.editions[:DESCRIBED]]
    checks = [Check(query, _rows(context, query)) for query in context.checks.values()]
    if document.form is not HTML:
        rows = tuple((check.query.name, check.rows) for check in checks if check.rows is not None)
        response = _rdf(document, _Rdf(*_same(document, dataset), rows, dataset, context))
    else:
        more = dataset.editions[DESCRIBED:]
        response = _page(document, dataset, qualities, more=more, checks=checks, alone=None)
    if any(check.rows is None for check in checks):
        response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/quality/<city>/<edition>")
@kept_by_form
def of_edition(city: str, edition: str) -> Response:
    """The quality of one edition."""
    dataset, document = _dataset(), asked(f"quality/{city}/{edition}")
    name = document.path.removeprefix("quality/")
    found = next((one for one in dataset.editions if f"{one.city}/{one.edition}" == name), None)
    if found is None:
        raise _not_here(
            Message(
                f"「{name}」という資料はこのデータセットにありません。", f"This dataset has no paper {name}."
            ),
            Message("/quality に，ある資料の一覧があります。", "/quality lists the papers that there are."),
        )
    quality = quality_of(dataset, found)
    if document.form is HTML:
        return _page(document, dataset, [quality], more=(), checks=[], alone=found)
    context: Context = current_app.extensions["kgapp"]
    return _rdf(document, _Rdf(*_same(document, dataset), (), dataset, context, found))


def version_of(dataset: Dataset, edition: EditionSummary | None = None) -> str:
    """The IRI of the version that is served: an edition's where it was published, else the whole's."""
    release = None
    if edition is not None and dataset.publication:
        release = read_publication(dataset).release(f"{edition.city}/{edition.edition}")
    if release is None:
        return f"{dataset.base}id/dataset/{dataset.digest[:VERSION_LENGTH]}"
    return f"{dataset.base}id/{release.path}/dataset/{release.version}"


def table(qualities: Iterable[Quality], file: str) -> list[Row]:
    """Every shape of a file with its counts added up over editions, in the order of names; helpers
    are no part of it."""
    shapes: dict[str, Shape] = {}
    sums: dict[tuple[str, Run], Tally] = {}
    for quality in qualities:
        shapes |= {shape.iri: shape for shape in quality.shapes if shape.file == file}
        for tally in quality.tallies:
            key = tally.shape, tally.run
            sums[key] = _sum(sums[key], tally) if key in sums else tally
    rows = []
    for iri, shape in sorted(shapes.items()):
        before, after = sums.get((iri, Run.BEFORE)), sums.get((iri, Run.AFTER))
        last = after or before
        if last is not None and last.way is not Way.HELPER:
            rows.append(Row(shape, last, before if after else None))
    return rows


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(
        one.shape,
        one.run,
        one.way,
        one.targeted + other.targeted,
        one.failed + other.failed,
        one.things + other.things,
        one.faults + other.faults,
    )


def _dataset() -> Dataset:
    dataset: Dataset | None = current_app.extensions["kgapp"].dataset()
    if dataset is None:
        raise _not_here(
            Message(
                "ここで出しているデータには，検査の記録がありません。",
                "Of the data served here no checks are recorded.",
            ),
            Message(
                "「kgapp build」で作ったデータセットを出すサーバーで見てください。",
                "Look at a server of a dataset that “kgapp build” made.",
            ),
        )
    return dataset


def _not_here(what: Message, remedy: Message) -> QueryRefused:
    return QueryRefused(what, remedy, status=404)


def _asked(path: str, extension: str) -> Asked:
    document = asked(f"{path}.{extension}" if extension else path)
    if document.path != path:
        raise _not_here(
            Message(f"「.{extension}」という形式はありません。", f"There is no form .{extension}."),
            Message("形式: html ttl jsonld nt rdf trig nq", "Forms: html ttl jsonld nt rdf trig nq"),
        )
    return document


def _rows(context: Context, query: QueryFile) -> int | None:
    try:
        results = query.run(context.source)
    except QueryRefused:  # beyond a limit of the server: the page tells it, and the others' answers
        return None
    assert isinstance(results, ox.QuerySolutions)
    return sum(1 for _ in results)


@dataclass(frozen=True)
class _Rdf:
    """What a document in RDF is made from; two that would be the same bytes are equal."""

    path: str
    form: MediaType
    base: str
    key: str
    publication: str
    rows: tuple[tuple[str, int], ...]
    dataset: Dataset = field(compare=False)
    context: Context = field(compare=False)
    alone: EditionSummary | None = field(default=None, compare=False)


def _same(document: Asked, dataset: Dataset) -> tuple[str, MediaType, str, str, str]:
    return document.path, document.form, dataset.base, dataset.key, dataset.publication


def _rdf(document: Asked, asked_for: _Rdf) -> Response:
    return respond(_body(asked_for), document, f"{request.script_root}/{document.path}")


@lru_cache(maxsize=KEPT)
def _body(asked_for: _Rdf) -> bytes:
    dataset, quads = asked_for.dataset, list[ox.Quad]()
    editions: tuple[EditionSummary, ...] = dataset.editions[:DESCRIBED]
    if asked_for.alone is None:
        names = [f"{edition.city}/{edition.edition}" for edition in dataset.editions]
        quads = describe_whole(dataset.base, version_of(dataset), names, dict(asked_for.rows))
    else:
        editions = (asked_for.alone,)
    for edition in editions:
        quads += describe_edition(dataset.base, version_of(dataset, edition), quality_of(dataset, edition))
    unique = tuple(dict.fromkeys(quads))
    return serialized(unique, asked_for.form, asked_for.context.terms, OWN_PREFIXES)


def _page(
    document: Asked,
    dataset: Dataset,
    qualities: list[Quality],
    more: Iterable[EditionSummary],
    checks: list[Check],
    alone: EditionSummary | None,
) -> Response:
    context: Context = current_app.extensions["kgapp"]
    lang, base = language(), dataset.base
    findings = [finding for quality in qualities for finding in all_findings(quality, base)]
    grave = Counter(finding.grave for finding in findings)
    tables = {file: table(qualities, file) for file in (MUST, ADVICE)}
    body = render_template(
        "quality.html",
        lang=lang,
        qualities=qualities,
        more=[f"{edition.city}/{edition.edition}" for edition in more],
        alone=alone,
        checks=checks,
        tables=tables,
        idle=[row for rows in tables.values() for row in rows if row.tally.never_matched],
        helpers=sorted({shape.iri for quality in qualities for shape in quality.shapes} - _shown(tables)),
        findings=_grouped(findings[:LISTED]),
        total=len(findings),
        listed=LISTED,
        grave=grave,
        severities=SEVERITIES,
        ways=Way,
        readings=[(quality, quality.readings) for quality in qualities],
        unread=sum(_unread(quality.readings) for quality in qualities),
        modes=sum((Counter(quality.modes) for quality in qualities), Counter[str]()),
        links=sum(reading.links for quality in qualities for reading in quality.readings),
        version=version_of(dataset, alone),
        digest=dataset.digest[:VERSION_LENGTH],
        address=lambda iri: document_of(iri, base) or address_of(iri, base),
        name=lambda iri: name_of(context, iri, lang),
        relation=lambda local: name_of(context, f"{ONTOLOGY}#{local}", lang),
        shape_name=shape_name,
        rights=DATASET_RIGHTS[lang],
        disclaimer=DISCLAIMER[lang],
    )
    return respond(body, document, f"{request.script_root}/{document.path}")


def _shown(tables: dict[str, list[Row]]) -> set[str]:
    return {row.shape.iri for rows in tables.values() for row in rows}


def _unread(readings: Iterable[Reading]) -> int:
    return sum(reading.unread for reading in readings)


def _grouped(findings: list[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Findings that say the same of many things are told once."""
    groups: dict[tuple[Message, str, Message], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.grave, finding.shape, finding.words), []).append(finding)
    return [(same[0], same) for same in groups.values()]
