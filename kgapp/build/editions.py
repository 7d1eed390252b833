"""Takes one edition through the steps, from its files to its graphs and its report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import RDF, Graph

from kgapp.annotate import annotate
from kgapp.build.vocabulary import load_vocabulary
from kgapp.errors import Message, Problem, SourceErrors
from kgapp.extract import read_paper
from kgapp.home import Home
from kgapp.infer import infer_edition
from kgapp.model import Annotation, Counted, Finding, Paper, Readings, Register
from kgapp.quality import ADVICE, MUST, Result, Run, Shape, Tally
from kgapp.reach import described
from kgapp.sources.claims import read_readings
from kgapp.sources.gloss import read_gloss
from kgapp.sources.readers import read_readers
from kgapp.sources.register import TABLES, read_register
from kgapp.sources.texts import EditionFiles, read_text
from kgapp.triples.edition import describe_edition
from kgapp.triples.register import describe_register
from kgapp.validate import examine
from kgapp.vocab import CCR, EditionIris, Minter

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Edition:
    """An edition's sources, read and found good."""

    files: EditionFiles
    paper: Paper
    register: Register
    readings: Readings
    glosses: dict[str, str]
    findings: tuple[Finding, ...]
    counted: dict[str, Counted]
    """How the readers agreed, by relation, where their counts were kept."""


@dataclass(frozen=True)
class Built:
    """An edition's graphs by name, and what its build has to tell."""

    edition: Edition
    annotation: Annotation
    graphs: dict[str, Graph]
    advice: tuple[Result, ...]
    shapes: tuple[Shape, ...]
    tallies: tuple[Tally, ...]
    seconds: dict[str, float] = field(compare=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.edition.findings + self.annotation.findings


def read_edition(
    files: EditionFiles, register: Register, with_claims: bool = True
) -> tuple[Edition | None, list[Problem]]:
    """An edition with its sources read, or every problem that they have; ``with_claims`` is
    false where the register is too broken to check claims against."""
    description, text, problems = read_text(files)
    if description is None or text is None:
        return None, problems
    paper = read_paper(description, text)
    readings, reading_problems = Readings(), list[Problem]()
    if with_claims:
        readings, reading_problems = read_readings(files.claims, files.review, paper, register, files.data)
    glosses, gloss_problems = read_gloss(files.gloss, paper, files.data)
    counted, reader_problems = read_readers(files.readers, files.data)
    problems = problems + reading_problems + gloss_problems + reader_problems
    findings = paper.findings + tuple(_absent(files, register, paper, glosses))
    return Edition(files, paper, register, readings, glosses, findings, counted), problems


def read_city(home: Home, city: str) -> tuple[Register, list[Problem]]:
    """A city's register with every problem of its tables."""
    return read_register(home.data / "register" / city, city, home.data)


def build_edition(home: Home, files: EditionFiles, base: str, tell: Tell) -> Built:
    """All steps for one edition. Raises SourceErrors, Inconsistent or Invalid."""
    clock = _Clock(tell)
    clock.start("sources")
    register, problems = read_city(home, files.city)
    edition, more = read_edition(files, register)
    if edition is None or problems or more:
        raise SourceErrors(problems + more)
    ontology, shapes, advice = load_vocabulary(home)
    iris = EditionIris(Minter(base), files.city, files.edition)
    clock.start("annotate")
    annotation = annotate(edition.paper, register, edition.readings)
    clock.start("triples")
    own = describe_edition(edition.paper, annotation, register, edition.glosses, iris)
    city = describe_register(register, iris.minter)
    city_union = city["register"] + city["external"]
    clock.start("validate")
    before = own.asserted + own.claims + own.source + city_union
    must = examine(before, shapes, ontology, Run.BEFORE)
    must.require()
    should = examine(before, advice, ontology, Run.BEFORE)
    clock.start("infer")
    inferred = infer_edition(own.asserted, own.claims, city_union, ontology, iris)
    clock.start("validate again")
    again = examine(before + inferred, shapes, ontology, Run.AFTER)
    again.require()
    clock.stop()
    graphs = {
        "asserted": own.asserted,
        "claims": own.claims,
        "source": own.source,
        "inferred": inferred,
    }
    words = (*described(shapes, MUST), *described(advice, ADVICE))
    tallies = (*must.tallies, *again.tallies, *should.tallies)
    return Built(edition, annotation, graphs, should.results, words, tallies, clock.seconds)


def counts(built: Built) -> dict[str, int]:
    """What the summary tells: statements, themes, chart lines, phases, actors, findings …"""
    paper, asserted = built.edition.paper, built.graphs["asserted"]
    roles = (CCR.hasLead, CCR.hasPartner, CCR.hasSubject, CCR.hasParticipant)
    return {
        "characters": len(paper.text),
        "statements": len(paper.statements),
        "themes": len(paper.themes),
        "chart lines": len(paper.chart),
        "phases": len(set(asserted.subjects(RDF.type, CCR.Phase))),
        "observations": len(set(asserted.subjects(RDF.type, CCR.Observation))),
        "actors": len({obj for role in roles for obj in asserted.objects(None, role)}),
        "links": len(built.annotation.links),
        "findings": len(built.findings),
        "advice": len(built.advice),
    }


def modes(built: Built) -> dict[str, int]:
    """Claims by mode: stated, interpreted, inferred."""
    claims = built.graphs["claims"] + built.graphs["inferred"]
    return {
        name: len(set(claims.subjects(CCR.mode, CCR[name]))) for name in ("stated", "interpreted", "inferred")
    }


def _absent(files: EditionFiles, register: Register, paper: Paper, glosses: dict[str, str]) -> list[Finding]:
    """What people may still add: a register, readings, glosses; and keys that say nothing."""
    findings = []

    def _note(kind: str, path: Path, ja: str, en: str) -> None:
        findings.append(Finding("", kind, files.name(path), Message(ja, en)))

    if not register.entries:
        _note(
            "no-register",
            files.register,
            "登録簿がなく，主体などを結べません。",
            "There is no register, so nothing is linked to actors and the like.",
        )
    for table in TABLES if register.entries else ():
        if not (files.register / table.file).exists():
            _note("no-table", files.register / table.file, "この表がありません。", "This table is not there.")
    if not files.claims.exists():
        _note(
            "no-claims",
            files.claims,
            "人の読み取り（継続，対応する課題など）がまだありません。",
            "No person's readings (continues, addresses …) yet.",
        )
    missing = len(paper.statements) + len(paper.themes) - len(glosses)
    if missing:
        _note("no-gloss", files.gloss, f"参考訳が{missing}件ありません。", f"{missing} glosses are missing.")
    for key in paper.description.unknown_keys:
        _note(
            "unknown-key",
            files.description,
            f"説明の「{key}」は使いません。",
            f"{key} of the description is not used.",
        )
    return findings


class _Clock:
    """Seconds per step; tells when a step begins."""

    def __init__(self, tell: Tell) -> None:
        self.seconds: dict[str, float] = {}
        self._tell = tell
        self._step = ""
        self._since = 0.0

    def start(self, step: str) -> None:
        """A step begins, and the one before it ends."""
        self.stop()
        self._tell(step)
        self._step, self._since = step, time.perf_counter()

    def stop(self) -> None:
        """The step that runs ends."""
        if self._step:
            self.seconds[self._step] = time.perf_counter() - self._since
        self._step = ""
