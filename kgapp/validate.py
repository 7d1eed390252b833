"""Checks graphs against the SHACL shapes: what must hold, and what should.

pySHACL does the checking; this module reads its report into findings that a person can act on, and
counts how far each shape reached (``reach``).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

from kgapp.errors import KgappError, Message, Problem, SourceErrors
from kgapp.quality import ADVICE, MUST, Result, Run, Severity, Tally
from kgapp.reach import Reach


class Invalid(KgappError):
    """The dataset breaks shapes that must hold; carries every result."""

    def __init__(self, results: list[Result]) -> None:
        count = len(results)
        super().__init__(
            Message(
                f"守るべき形に反するものが{count}件あります。",
                f"{count} thing(s) break shapes that must hold.",
            ),
            Message("名指しされたものの入力を直してください。", "Mend the sources of what is named."),
        )
        self.results = results


@dataclass(frozen=True)
class Examination:
    """One run of one file of shapes: every result, and how far each shape reached."""

    results: tuple[Result, ...]
    tallies: tuple[Tally, ...]

    def require(self) -> None:
        """Raises Invalid where a shape of severity Violation is broken."""
        broken = [result for result in self.results if result.severity is Severity.VIOLATION]
        if broken:
            raise Invalid(broken)


def validate(data: Graph, shapes: Graph) -> list[Result]:
    """Every result of the shapes on the data, in a stable order. No inference, no writing.

    Raises KgappError where the shapes themselves are no shapes (SHACL, 3.3 "failures"), and
    SourceErrors where a query in them is no SPARQL.
    """
    try:
        _, report, _ = pyshacl.validate(
            data, shacl_graph=shapes, inference="none", advanced=False, allow_warnings=True
        )
    except ReportableRuntimeError as error:
        raise _no_shapes(error) from error
    except Exception as error:
        # rdflib has no class of its own for a query with an unknown prefix: only the cause tells.
        if problems := broken_queries(shapes):
            raise SourceErrors(problems) from error
        raise
    if not isinstance(report, Graph):
        raise _no_shapes(report)
    return sorted(_read(report, node) for node in report.subjects(RDF.type, SH.ValidationResult))


def examine(data: Graph, shapes: Graph, ontology: Graph, run: Run) -> Examination:
    """Validates, and counts for every shape what it targeted and what failed; raises as ``validate``.

    The focus nodes are asked of pySHACL, not found by a second validation. ``ontology`` says which
    classes a class holds, for checks that go over a whole class at once.
    """
    results = validate(data, shapes)
    return Examination(tuple(results), tuple(Reach(data, shapes, ontology, results).tallies(run)))


def broken_queries(shapes: Graph) -> list[Problem]:
    """Every query in the shapes that is no SPARQL, with its file, its shape and what is wrong."""
    declared = {
        str(shapes.value(entry, SH.prefix)): str(shapes.value(entry, SH.namespace))
        for entry in shapes.objects(None, SH.declare)
    }
    problems = []
    for shape, constraint in shapes.subject_objects(SH.sparql):
        # A constraint sees only the prefixes of the ontology that it names (SHACL, 5.2.1).
        prefixes = declared if (constraint, SH.prefixes, None) in shapes else {}
        try:
            prepareQuery(str(shapes.value(constraint, SH.select)), initNs=prefixes)
        except Exception as error:  # as above
            problems.append(_no_query(shapes, shape, error))
    return sorted(problems, key=lambda problem: problem.column or "")


def _no_query(shapes: Graph, shape: Node, error: Exception) -> Problem:
    advice = str(shapes.value(shape, RDFS.isDefinedBy)).endswith(f"/{ADVICE}")
    name, why = str(shape).rsplit("#", 1)[-1], " ".join(str(error).split())
    return Problem(
        f"ontology/{ADVICE if advice else MUST}.ttl",
        None,
        name,
        Message(
            f"シェイプ「{name}」の問い合わせ（sh:select）がSPARQLとして読めません（{why}）。",
            f"The query (sh:select) of shape {name} is not SPARQL ({why}).",
        ),
        Message(
            "問い合わせを直してください。使う接頭辞は sh:declare で宣言し，sh:prefixes で指してください。",
            "Mend the query. Declare its prefixes with sh:declare and point to them with sh:prefixes.",
        ),
    )


def _no_shapes(error: object) -> KgappError:
    return KgappError(
        Message(f"SHACLの形として使えません: {error}", f"These are no SHACL shapes: {error}"),
        Message(
            "ontology/shapes.ttl か ontology/advice.ttl を直してください。",
            "Mend ontology/shapes.ttl or ontology/advice.ttl.",
        ),
    )


def _read(report: Graph, node: Node) -> Result:
    severity = str(report.value(node, SH.resultSeverity)).rsplit("#", 1)[-1]
    messages = [str(message) for message in report.objects(node, SH.resultMessage)]
    # pySHACL keeps no language on the messages of SPARQL constraints; ours are in ja and en.
    japanese = sorted(message for message in messages if message.endswith("。"))
    english = sorted(message for message in messages if not message.endswith("。"))
    value, path = report.value(node, SH.value), report.value(node, SH.resultPath)
    return Result(
        severity=Severity(severity),
        shape=str(report.value(node, SH.sourceShape)),
        focus=str(report.value(node, SH.focusNode)),
        value=str(value) if isinstance(value, URIRef) else "",
        ja="".join(japanese or english),
        en="".join(english or japanese),
        component=str(report.value(node, SH.sourceConstraintComponent)),
        path=str(path) if isinstance(path, URIRef) else "",
    )
