"""Checks graphs against the SHACL shapes: what must hold, and what should.

pySHACL does the checking; this module reads its report into findings that a person can act on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from kgapp.errors import KgappError, Message


class Severity(StrEnum):
    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, order=True)
class Result:
    """One validation result: the shape that failed, the thing, and the words for it."""

    severity: Severity
    shape: str
    focus: str
    value: str
    """The thing at fault where the focus is a whole class or text; empty otherwise."""
    ja: str
    en: str

    @property
    def thing(self) -> str:
        """What a person has to look at."""
        return self.value or self.focus


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


def validate(data: Graph, shapes: Graph) -> list[Result]:
    """Every result of the shapes on the data, in a stable order. No inference, no writing.

    Raises KgappError where the shapes themselves are no shapes (SHACL, 3.3 "failures").
    """
    try:
        _, report, _ = pyshacl.validate(
            data, shacl_graph=shapes, inference="none", advanced=False, allow_warnings=True
        )
    except ReportableRuntimeError as error:
        raise _no_shapes(error) from error
    if not isinstance(report, Graph):
        raise _no_shapes(report)
    return sorted(_read(report, node) for node in report.subjects(RDF.type, SH.ValidationResult))


def require(data: Graph, shapes: Graph) -> None:
    """Raises Invalid where a shape of severity Violation is broken."""
    broken = [result for result in validate(data, shapes) if result.severity is Severity.VIOLATION]
    if broken:
        raise Invalid(broken)


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
    value = report.value(node, SH.value)
    return Result(
        severity=Severity(severity),
        shape=str(report.value(node, SH.sourceShape)),
        focus=str(report.value(node, SH.focusNode)),
        value=str(value) if isinstance(value, URIRef) else "",
        ja="".join(japanese or english),
        en="".join(english or japanese),
    )
