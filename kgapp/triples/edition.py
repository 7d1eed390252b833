"""Describes one edition: document, themes, statements, chart, phases, observations and links.

``describe_edition`` returns the graphs asserted, claims and source; nothing is inferred here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, SKOS, SOSA

from kgapp.model import (
    Annotation,
    Basis,
    ChartLine,
    Link,
    Mode,
    Paper,
    Passage,
    Phase,
    Place,
    Quantity,
    Register,
    SectionName,
    Statement,
)
from kgapp.rights import SOURCE_RIGHTS
from kgapp.triples import calendar
from kgapp.triples.evidence import Evidence
from kgapp.triples.source import describe_source
from kgapp.vocab import CCR, SCHEMA, EditionIris

SECTION_CLASS = {
    SectionName.MEASURE: CCR.Measure,
    SectionName.ISSUE: CCR.StandingIssue,
    SectionName.GOAL: CCR.Goal,
    SectionName.PRINCIPLE: CCR.Principle,
    SectionName.STATUS: CCR.StatusItem,
    SectionName.NEXT_ISSUE: CCR.NextYearIssue,
    SectionName.DIRECTION: CCR.Direction,
}
SECTION_LABEL = {
    SectionName.MEASURE: ("主な取組", "measure"),
    SectionName.ISSUE: ("課題", "standing issue"),
    SectionName.GOAL: ("目標", "goal"),
    SectionName.PRINCIPLE: ("大切なこと", "principle"),
    SectionName.STATUS: ("取組状況", "status item"),
    SectionName.NEXT_ISSUE: ("次年度に向けた課題", "next-year issue"),
    SectionName.DIRECTION: ("方向性", "direction"),
}
LAYOUT_REASON = "見出しから離れて置かれているため，スライドの並びと文末の言い回しからこの節と読む。"
PHASE_REASON = (
    "工程表の行から切り出した。棒がどの年度に及ぶかは抽出で失われ，欄の全期間のどこかとだけ言える。"
)


@dataclass(frozen=True)
class EditionGraphs:
    """An edition's graphs before reasoning."""

    asserted: Graph
    claims: Graph
    source: Graph


def describe_edition(
    paper: Paper,
    annotation: Annotation,
    register: Register,
    glosses: dict[str, str],
    iris: EditionIris,
) -> EditionGraphs:
    """The edition's three graphs; every link comes with a claim and its quote."""
    writer = _Writer(paper, register, glosses, iris)
    writer.write_document()
    for statement in paper.statements:
        writer.write_statement(statement)
    for line in paper.chart:
        writer.write_chart_line(line)
    for phase in annotation.phases:
        writer.write_phase(phase)
    for link in annotation.links:
        writer.write_link(link)
    seen: dict[str, int] = {}
    for quantity in annotation.quantities:
        first = seen.get(quantity.statement, 0) + 1
        seen[quantity.statement] = writer.write_quantity(quantity, first)
    return EditionGraphs(writer.asserted, writer.evidence.graph, describe_source(paper, iris))


class _Writer:
    def __init__(self, paper: Paper, register: Register, glosses: dict[str, str], iris: EditionIris) -> None:
        self.paper = paper
        self.register = register
        self.glosses = glosses
        self.iris = iris
        self.asserted = Graph()
        self.evidence = Evidence(Graph(), iris, paper.text)
        self._passages = {p.notation for p in paper.passages}

    def add(self, subject: URIRef, predicate: URIRef, obj: URIRef | Literal) -> None:
        """A triple of the asserted graph."""
        self.asserted.add((subject, predicate, obj))

    def text(self, subject: URIRef, predicate: URIRef, ja: str = "", en: str | None = None) -> None:
        """A text in either language, as far as it is there."""
        if ja:
            self.add(subject, predicate, Literal(ja, lang="ja"))
        if en:
            self.add(subject, predicate, Literal(en, lang="en"))

    def thing(self, name: str) -> URIRef:
        """The IRI of a passage by notation, or of a register's thing by path."""
        if name in self._passages:
            return self.iris.passage(name)
        if name.startswith("track-"):
            return CCR[name]
        return self.iris.of_city(name)

    def write_document(self) -> None:
        """The document, its calendar and its themes."""
        about, document = self.paper.description, self.iris.document
        self.add(document, RDF.type, CCR.RoadmapDocument)
        self.text(document, DCTERMS.title, about.title, about.title_en)
        self.text(document, CCR.session, about.session, about.session_en)
        self.text(document, DCTERMS.source, about.origin, about.origin_en)
        self.text(document, DCTERMS.rights, SOURCE_RIGHTS["ja"], SOURCE_RIGHTS["en"])
        kind = XSD.gYearMonth if about.date.count("-") == 1 else XSD.date
        self.add(document, DCTERMS.issued, Literal(about.date, datatype=kind))
        for municipality in self.register.of_kind("Municipality"):
            self.add(document, DCTERMS.spatial, self.iris.of_city(municipality.path))
            for body in self.register.of_kind("Body"):
                if body.label_ja == municipality.label_ja:
                    self.add(document, DCTERMS.publisher, self.iris.of_city(body.path))
        self._write_calendar()
        self._write_themes()

    def _write_calendar(self) -> None:
        document, minter = self.iris.document, self.iris.minter
        eras = dict(self.paper.chart_years)
        named = {s.year for s in self.paper.statements if s.section is not SectionName.GOAL}
        for year in sorted({year for year in named if year} | set(eras)):
            calendar.describe_fiscal_year(self.asserted, minter, year, eras.get(year, ""))
        if self.paper.reports_year:
            self.add(document, CCR.reportsYear, minter.id("fy", self.paper.reports_year))
        if self.paper.plans_year:
            self.add(document, CCR.plansYear, minter.id("fy", self.paper.plans_year))
        if eras:
            period = calendar.describe_period(self.asserted, minter, min(eras), max(eras))
            self.add(document, CCR.roadmapPeriod, period)

    def _write_themes(self) -> None:
        scheme = self.iris.within("themes")
        self.add(scheme, RDF.type, SKOS.ConceptScheme)
        self.text(scheme, SKOS.prefLabel, "重点テーマ", "Priority themes")
        self.add(scheme, DCTERMS.isPartOf, self.iris.document)
        for theme in self.paper.themes:
            iri = self.iris.theme(theme.number)
            notation = f"theme-{theme.number}"
            self.add(iri, RDF.type, CCR.Theme)
            self.add(iri, SKOS.notation, Literal(notation))
            self.add(iri, SKOS.inScheme, scheme)
            self.add(iri, DCTERMS.isPartOf, self.iris.document)
            self.text(iri, SKOS.prefLabel, theme.name.text)
            self.text(iri, CCR.gloss, en=self.glosses.get(notation))
            self._quote(iri, Place(theme.name.start, theme.name.end))
        numbers = sorted({theme.number for theme in self.paper.themes})
        for one, other in combinations(numbers, 2):
            self.add(self.iris.theme(one), OWL.differentFrom, self.iris.theme(other))

    def _quote(self, subject: URIRef, place: Place) -> None:
        self.add(subject, PROV.wasQuotedFrom, self.evidence.quote(place))

    def _write_passage(self, passage: Passage) -> URIRef:
        iri = self.iris.passage(passage.notation)
        self.add(iri, SKOS.notation, Literal(passage.notation))
        self.add(iri, CCR.inTheme, self.iris.theme(passage.theme))
        self.add(iri, DCTERMS.isPartOf, self.iris.document)
        self._quote(iri, Place(passage.words.start, passage.words.end))
        return iri

    def write_statement(self, statement: Statement) -> None:
        """A statement with its section, words, year and quote."""
        iri = self._write_passage(statement)
        section = CCR[f"section-{statement.section}"]
        ja, en = SECTION_LABEL[statement.section]
        self.add(iri, RDF.type, SECTION_CLASS[statement.section])
        self.text(
            iri,
            RDFS.label,
            f"テーマ{statement.theme} {ja}{statement.ordinal}",
            f"Theme {statement.theme}, {en} {statement.ordinal}",
        )
        self.add(iri, CCR.inSection, section)
        self.add(iri, CCR.ordinal, Literal(statement.ordinal, datatype=XSD.integer))
        self.text(iri, CCR.text, statement.words.text)
        self.text(iri, CCR.gloss, en=self.glosses.get(statement.notation))
        if statement.basis is Basis.LAYOUT:
            place = Place(statement.words.start, statement.words.end)
            triple = (iri, CCR.inSection, section)
            self.evidence.claim(triple, Mode.INTERPRETED, place, LAYOUT_REASON)
        if statement.year and statement.heading:
            self._write_year(iri, statement, statement.year)

    def _write_year(self, iri: URIRef, statement: Statement, year: int) -> None:
        minter = self.iris.minter
        if statement.section is not SectionName.GOAL:
            self.add(iri, CCR.forFiscalYear, minter.id("fy", year))
            return
        era = dict(self.paper.calendar_years).get(year, "")
        target = calendar.describe_year(self.asserted, minter, year, era)
        self.add(iri, CCR.targetYear, target)
        assert statement.heading is not None
        heading = Place(statement.heading.start, statement.heading.end)
        self.evidence.claim((iri, CCR.targetYear, target), Mode.STATED, heading)

    def write_chart_line(self, line: ChartLine) -> None:
        """A line of the chart, verbatim."""
        iri = self._write_passage(line)
        self.add(iri, RDF.type, CCR.ChartText)
        self.text(iri, RDFS.label, line.words.text)

    def write_phase(self, phase: Phase) -> None:
        """A phase: words of a chart line, within the chart's years and no nearer."""
        _, theme, line = phase.line.split("-")
        iri = self.iris.within("phase", f"theme-{theme}", line, phase.ordinal)
        self.add(iri, RDF.type, CCR.Phase)
        self.text(iri, RDFS.label, phase.words)
        self.add(iri, PROV.wasDerivedFrom, self.iris.passage(phase.line))
        self.add(iri, CCR.spanStatus, CCR.lostInExtraction)
        self._quote(iri, phase.place)
        if years := [year for year, _ in self.paper.chart_years]:
            period = self.iris.minter.id("fy", f"{min(years)}-{max(years)}")
            self.add(iri, CCR.withinPeriod, period)
            triple = (iri, CCR.withinPeriod, period)
            self.evidence.claim(triple, Mode.INTERPRETED, phase.place, PHASE_REASON)

    def write_link(self, link: Link) -> None:
        """A link and the claim that backs it."""
        triple = (self.thing(link.subject), CCR[link.predicate], self.thing(link.obj))
        self.add(*triple)
        self.evidence.claim(triple, link.mode, link.quote, link.rationale, link.object_quote, link.outcome)

    def write_quantity(self, quantity: Quantity, ordinal: int) -> int:
        """An observation, and the undated one before it where the words give one; returns
        the last ordinal used."""
        iri = self._observation(quantity, ordinal, quantity.value)
        minter = self.iris.minter
        if quantity.month:
            month = calendar.describe_month(self.asserted, minter, quantity.month)
            self.add(iri, SOSA.phenomenonTime, month)
        elif quantity.year:
            self.add(iri, SOSA.phenomenonTime, minter.id("fy", quantity.year))
        else:
            self.add(iri, CCR.timeUnknown, Literal(True))
        if quantity.changed_from is None:
            return ordinal
        earlier = self._observation(quantity, ordinal + 1, quantity.changed_from)
        self.add(earlier, CCR.timeUnknown, Literal(True))
        self.add(iri, CCR.changedFrom, earlier)
        return ordinal + 1

    def _observation(self, quantity: Quantity, ordinal: int, value: int) -> URIRef:
        iri = self.iris.within("observation", quantity.statement, ordinal)
        about = self.register.entries[quantity.about]
        thing = self.thing(quantity.about)
        self.add(iri, RDF.type, CCR.Observation)
        self.text(
            iri,
            RDFS.label,
            f"{about.label_ja}: {value}{quantity.unit}",
            f"{about.label_en}: {value}",
        )
        self.add(iri, SOSA.hasFeatureOfInterest, thing)
        self.add(iri, SOSA.observedProperty, CCR[quantity.what])
        self.add(iri, SOSA.hasSimpleResult, Literal(value, datatype=XSD.integer))
        self.text(iri, SCHEMA.unitText, quantity.unit)
        self.add(iri, PROV.wasDerivedFrom, self.iris.passage(quantity.statement))
        self._quote(iri, quantity.place)
        triple = (iri, SOSA.hasFeatureOfInterest, thing)
        self.evidence.claim(triple, Mode.STATED, quantity.place)
        return iri
