"""The quality of what is served as RDF: SHACL validation reports, and DQV measurements of every shape.

W3C: SHACL, 3.6; Data on the Web Best Practices: Data Quality Vocabulary. Every IRI made here is a
fragment of the document that tells of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pyoxigraph as ox

from kgapp.errors import Message
from kgapp.quality import ADVICE, MUST, Quality, Result, Run, StepFinding, Tally, Way
from kgapp.results import PREFIXES
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE
from kgapp.vocab import DEFAULT_BASE, ONTOLOGY

SH = "http://www.w3.org/ns/shacl#"
DQV = "http://www.w3.org/ns/dqv#"
LDQD = "http://www.w3.org/2016/05/ldqd#"
"""W3C's dimensions of the quality of linked data."""
FOAF = "http://xmlns.com/foaf/0.1/"
OWN_PREFIXES = {**PREFIXES, "sh": SH, "dqv": DQV, "ldqd": LDQD, "foaf": FOAF}
SHAPES = {MUST: f"{DEFAULT_BASE}shapes", ADVICE: f"{DEFAULT_BASE}shapes/advice"}
_A = ox.NamedNode(f"{PREFIXES['rdf']}type")

RUNS = {
    Run.BEFORE: Message("推論の前に", "before reasoning"),
    Run.AFTER: Message("推論のあとに", "after reasoning"),
}
SHAPE_METRICS = {
    "targeted": Message("シェイプが対象とした焦点ノードの数", "focus nodes that the shape targeted"),
    "passed": Message("そのうち何も反しなかった数", "of these, how many broke nothing"),
    "failed": Message("そのうち反した数", "of these, how many broke it"),
    "things": Message("シェイプが見たものの数", "things that the shape looked at"),
    "never-matched": Message("シェイプが一つも見なかった", "the shape met nothing at all"),
}
READING_METRICS = {
    "links": Message("関係のリンクの数", "links of the relation"),
    "supported": Message(
        "第三の読み手が支持したリンクの数", "links that the third reader found supported by their quotes"
    ),
    "agreement": Message("二人の読み手の一致（F1）", "agreement of the two readers (F1)"),
    "precision": Message(
        "規則だけで作るリンクのうち定まったリンクにもあるものの割合",
        "share of the links made by rule alone that are among the settled links",
    ),
    "recall": Message(
        "定まったリンクのうち規則だけで作れるものの割合",
        "share of the settled links that the rules alone make",
    ),
}
ROWS = Message("誤りの行の数（0が正しい）", "rows that are faults (0 is right)")


class _Graph:
    """Statements of one document, made term by term."""

    def __init__(self) -> None:
        self.quads: list[ox.Quad] = []

    def add(self, subject: str, prop: str, *values: ox.NamedNode | ox.Literal) -> None:
        """One statement for each value."""
        self.quads += [ox.Quad(ox.NamedNode(subject), ox.NamedNode(prop), value) for value in values]

    def type(self, subject: str, *kinds: str) -> None:
        """Of which classes it is."""
        self.add(subject, _A.value, *map(ox.NamedNode, kinds))

    def say(self, subject: str, prop: str, words: Message) -> None:
        """Words in both languages."""
        self.add(subject, prop, ox.Literal(words.ja, language="ja"), ox.Literal(words.en, language="en"))

    def measure(
        self, iri: str, metric: str, value: float | bool, computed_on: str, about: str = "", words: str = ""
    ) -> None:
        """A dqv:QualityMeasurement, linked from what it was computed on."""
        self.type(iri, f"{DQV}QualityMeasurement")
        self.add(iri, f"{DQV}isMeasurementOf", ox.NamedNode(metric))
        self.add(iri, f"{DQV}computedOn", ox.NamedNode(computed_on))
        self.add(iri, f"{DQV}value", _number(value))
        self.add(computed_on, f"{DQV}hasQualityMeasurement", ox.NamedNode(iri))
        if about:
            self.add(iri, f"{PREFIXES['dcterms']}subject", ox.NamedNode(about))
        if words:
            self.add(iri, f"{PREFIXES['dcterms']}identifier", ox.Literal(words))


def shape_name(iri: str) -> str:
    """A shape's name behind the ``#``."""
    return iri.rpartition("#")[2]


def result_name(result: Result) -> str:
    """The fragment that names a result in its edition's document: the same in every build that has it."""
    parts = (result.shape, result.focus, result.value, result.component, result.path)
    return "result-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def finding_name(finding: StepFinding) -> str:
    """The fragment that names what a step left for a person."""
    parts = (finding.kind, finding.place, finding.about, finding.words)
    return "finding-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def describe_whole(base: str, version: str, names: list[str], rows: Mapping[str, int]) -> list[ox.Quad]:
    """The document ``/quality`` by itself: what is measured, the editions' documents, the rows of the
    checks; ``version`` is the IRI of the dataset's version."""
    graph, document = _Graph(), f"{base}quality"
    _document(graph, document, Message("データの品質", "Quality of the data"))
    for name in names:
        graph.add(document, f"{PREFIXES['dcterms']}hasPart", ox.NamedNode(f"{document}/{name}"))
    for run, when in RUNS.items():
        for name, words in SHAPE_METRICS.items():
            kind = "boolean" if name == "never-matched" else "integer"
            said = Message(f"{when.ja}，{words.ja}。", f"{words.en}, {when.en}".capitalize() + ".")
            _metric(graph, f"{document}#{name}-{run}", said, kind, "consistency")
    for name, words in READING_METRICS.items():
        kind = "integer" if name in ("links", "supported") else "decimal"
        _metric(graph, f"{document}#{name}", words, kind, "semanticAccuracy")
    _metric(graph, f"{document}#rows", ROWS, "integer", "consistency")
    for name, count in rows.items():
        graph.measure(f"{document}#{name}", f"{document}#rows", count, version, words=f"{name}.rq")
    graph.type(version, "http://www.w3.org/ns/dcat#Dataset")
    return graph.quads


def describe_edition(base: str, version: str, quality: Quality) -> list[ox.Quad]:
    """The document of one edition's quality; ``version`` is the IRI of its dataset's version."""
    graph, document = _Graph(), f"{base}quality/{quality.name}"
    _document(graph, document, Message(f"{quality.name} の品質", f"Quality of {quality.name}"))
    graph.add(document, f"{PREFIXES['dcterms']}isPartOf", ox.NamedNode(f"{base}quality"))
    graph.type(version, "http://www.w3.org/ns/dcat#Dataset")
    for file in (MUST, ADVICE):
        _report(graph, document, version, quality, file)
    for tally in quality.tallies:
        if tally.way is not Way.HELPER:
            _tally(graph, document, base, version, tally)
    for reading in quality.readings:
        for name in READING_METRICS:
            value = getattr(reading, name)
            if value is not None:
                iri = f"{document}#{reading.relation}-{name}"
                about = f"{ONTOLOGY}#{reading.relation}"
                graph.measure(iri, f"{base}quality#{name}", value, version, about)
    return graph.quads


def _document(graph: _Graph, document: str, title: Message) -> None:
    graph.type(document, f"{FOAF}Document")
    graph.say(document, f"{PREFIXES['dcterms']}title", title)
    graph.add(document, f"{PREFIXES['dcterms']}license", ox.NamedNode(str(LICENSE)))
    rights = (f"{DATASET_RIGHTS[lang]} {DISCLAIMER[lang]}" for lang in ("ja", "en"))
    graph.say(document, f"{PREFIXES['dcterms']}rights", Message(*rights))


def _metric(graph: _Graph, iri: str, words: Message, kind: str, dimension: str) -> None:
    graph.type(iri, f"{DQV}Metric")
    graph.say(iri, f"{PREFIXES['skos']}definition", words)
    graph.add(iri, f"{DQV}expectedDataType", ox.NamedNode(PREFIXES["xsd"] + kind))
    graph.add(iri, f"{DQV}inDimension", ox.NamedNode(LDQD + dimension))


def _report(graph: _Graph, document: str, version: str, quality: Quality, file: str) -> None:
    """A report conforms where nothing at all was found, whatever its severity (SHACL, 3.6.1.1)."""
    report = f"{document}#report-{file}"
    own = {shape.iri for shape in quality.shapes if shape.file == file}
    results = [result for result in quality.results if result.shape in own]
    graph.type(report, f"{SH}ValidationReport")
    graph.add(report, f"{SH}conforms", ox.Literal(not results))
    graph.add(report, f"{PREFIXES['prov']}wasDerivedFrom", ox.NamedNode(version))
    graph.add(report, f"{PREFIXES['dcterms']}references", ox.NamedNode(SHAPES[file]))
    graph.add(report, f"{PREFIXES['dcterms']}isPartOf", ox.NamedNode(document))
    for result in results:
        iri = f"{document}#{result_name(result)}"
        graph.add(report, f"{SH}result", ox.NamedNode(iri))
        _result(graph, iri, result)


def _result(graph: _Graph, iri: str, result: Result) -> None:
    graph.type(iri, f"{SH}ValidationResult")
    graph.add(iri, f"{SH}focusNode", _term(result.focus))
    graph.add(iri, f"{SH}resultSeverity", ox.NamedNode(f"{SH}{result.severity}"))
    graph.add(iri, f"{SH}sourceShape", ox.NamedNode(result.shape))
    graph.add(iri, f"{SH}sourceConstraintComponent", ox.NamedNode(result.component))
    graph.say(iri, f"{SH}resultMessage", Message(result.ja, result.en))
    if result.value:
        graph.add(iri, f"{SH}value", ox.NamedNode(result.value))
    if result.path:
        graph.add(iri, f"{SH}resultPath", ox.NamedNode(result.path))


def _tally(graph: _Graph, document: str, base: str, version: str, tally: Tally) -> None:
    for name in SHAPE_METRICS:
        value = getattr(tally, name.replace("-", "_"))
        metric = f"{name}-{tally.run}"
        iri = f"{document}#{shape_name(tally.shape)}-{metric}"
        graph.measure(iri, f"{base}quality#{metric}", value, version, tally.shape)


def _term(text: str) -> ox.NamedNode | ox.Literal:
    """A focus node: nearly always an IRI, a literal where a shape looks at values."""
    try:
        return ox.NamedNode(text)
    except ValueError:
        return ox.Literal(text)


def _number(value: float | bool) -> ox.Literal:
    if isinstance(value, bool | int):
        return ox.Literal(value)
    return ox.Literal(f"{value:.4f}", datatype=ox.NamedNode(f"{PREFIXES['xsd']}decimal"))
