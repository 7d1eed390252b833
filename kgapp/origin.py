"""From a token back to what people keep: the triple, its claims, and the rows of the tables it is from.

For those who keep the data (``kgapp wrong``); reads a built dataset and its sources, writes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kgapp.dataset import Dataset, read_graphs
from kgapp.errors import KgappError, Message
from kgapp.home import Home
from kgapp.queryfile import QueryFile, read_queries
from kgapp.question import Source
from kgapp.sources.between import ID
from kgapp.sources.claims import COLUMNS as CLAIM_COLUMNS
from kgapp.sources.claims import OBJECT, RELATION, REVIEW_COLUMNS, SUBJECT
from kgapp.sources.faults import Faults
from kgapp.sources.gloss import GLOSS, NOTATION
from kgapp.sources.register import TABLES
from kgapp.sources.tables import read_table
from kgapp.sources.texts import EditionFiles
from kgapp.store import open_dataset
from kgapp.tokens import Token, canonical, key_of, token_of
from kgapp.vocab import CCR
from kgapp.web.frame.thingnames import name_of, read_claim, short_name
from kgapp.web.quality.evidence import MODES, Evidence, evidence_of, graphs_of

RULE = Message(
    "表に行はありません。言葉づかいの規則（kgapp/annotate）が作りました。行を書けば規則より優先します。",
    "No row of a table: the rules of wording (kgapp/annotate) made it. A row overrules them.",
)


class NotFound(KgappError):
    """No triple of the dataset has the token's key."""

    status = 404

    def __init__(self, token: Token, dataset: Dataset) -> None:
        super().__init__(
            Message(
                f"この照会番号の記録は，いまのデータセットにありません（照会番号の版 {token.version}，"
                f"いまの版 {dataset.digest[: len(token.version)]}）。",
                f"No record of the dataset has this token (of version {token.version}; "
                f"the dataset is {dataset.digest[: len(token.version)]}).",
            ),
            Message(
                "照会番号の版の入力から「kgapp build」をして，もう一度ためしてください。",
                "Build the sources of the token's version and try again.",
            ),
        )


@dataclass(frozen=True)
class Row:
    """A row of a table as a spreadsheet counts it, and its cells that say something."""

    file: str
    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Origin:
    """What a token names: the triple, its parts by name (ja), its evidence, where it is kept."""

    triple: str
    words: str
    graphs: tuple[str, ...]
    evidence: Evidence
    rows: tuple[Row, ...]
    made_by: Message | None
    premises: tuple[tuple[str, str], ...]
    """Of a conclusion: each premise in words, and its token."""

    def lines(self) -> list[str]:
        """All of it as lines of text."""
        told = [self.words, self.triple, f"graphs: {', '.join(self.graphs)}"]
        for ground in self.evidence.grounds:
            mode = MODES.get(ground.mode, Message(ground.mode, ground.mode))
            told.append(f"{mode.ja} / {mode.en}: {ground.claim}")
            told += [f"  理由 / reason: {ground.rationale}"] if ground.rationale else []
            told += [f"  {quote.start}–{quote.end} {quote.words!r} {quote.source}" for quote in ground.quotes]
        for row in self.rows:
            told.append(f"{row.file}:{row.number}")
            told += [f"  {column}: {cell}" for column, cell in row.cells.items()]
        if self.made_by:
            told.append(f"{self.made_by.ja} / {self.made_by.en}")
        told += [f"前提 / premise: {words}\n  kgapp wrong {token}" for words, token in self.premises]
        return told


@dataclass(frozen=True)
class _Desk:
    source: Source
    page_queries: dict[str, QueryFile]


def origin_of(token: Token, dataset: Dataset, home: Home) -> Origin:
    """What a token names; raises NotFound, or DatasetMissing where the dataset is damaged."""
    dataset, content = read_graphs(dataset)
    triple = _find(token, content)
    if triple is None:
        raise NotFound(token, dataset)
    desk = _Desk(open_dataset(dataset), read_queries(home.queries / "pages"))
    graphs = graphs_of(desk, triple)
    evidence = evidence_of(desk, triple, graphs)
    rows = _rows(triple, evidence, dataset.base, home)
    given = [ground for ground in evidence.grounds if ground.mode != "inferred"]
    in_claims = any(row.file.startswith("data/claims/") and not _is_review(row.file) for row in rows)
    premises = []
    for ground in evidence.grounds:
        for premise in ground.premises:
            own = ox.Triple(ox.NamedNode(premise.subject), ox.NamedNode(premise.relation), premise.object)
            premises.append((_words(desk, own), str(token_of(own, dataset.digest))))
    return Origin(
        triple=canonical(triple),
        words=_words(desk, triple),
        graphs=graphs,
        evidence=evidence,
        rows=rows,
        made_by=RULE if given and not in_claims else None,
        premises=tuple(dict.fromkeys(premises)),
    )


def _find(token: Token, content: dict[str, bytes]) -> ox.Triple | None:
    for data in content.values():
        for quad in ox.parse(data, ox.RdfFormat.N_TRIPLES):
            triple: ox.Triple = quad.triple
            if key_of(triple) == token.triple:
                return triple
    return None


def _words(desk: _Desk, triple: ox.Triple) -> str:
    ends = (triple.subject, triple.predicate, triple.object)
    said = [name_of(desk, end.value, "ja") if isinstance(end, ox.NamedNode) else str(end) for end in ends]
    return f"{said[0]} — {said[1]} → {said[2]}"


def _rows(triple: ox.Triple, evidence: Evidence, base: str, home: Home) -> tuple[Row, ...]:
    """The rows that say the triple: of the claims and the review, the glosses, the register."""
    found: list[Row] = []
    subject, relation, obj = (
        _in_tables(term, base) for term in (triple.subject, triple.predicate, triple.object)
    )
    for ground in evidence.grounds:
        if read_claim(ground.claim, base):
            city, edition = ground.claim.removeprefix(f"{base}id/").split("/")[:2]
            files = EditionFiles(home.data, city, edition)
            key = {SUBJECT: subject, RELATION: relation, OBJECT: obj}
            found += _matching(files.claims, CLAIM_COLUMNS, key, home)
            found += _matching(files.review, REVIEW_COLUMNS, key, home)
    parts = _path(triple.subject, base).split("/")
    if len(parts) > 1 and triple.predicate == ox.NamedNode(str(CCR.gloss)):
        files = EditionFiles(home.data, parts[0], parts[1])
        found += _matching(files.gloss, (NOTATION, GLOSS), {NOTATION: subject.rpartition("/")[2]}, home)
    for table in TABLES:
        if len(parts) > 1 and "/".join(parts[1:-1]) == table.path:
            path = home.data / "register" / parts[0] / table.file
            found += _matching(path, table.columns, {ID: parts[-1]}, home)
    return tuple(found)


def _matching(path: Path, columns: tuple[str, ...], key: dict[str, str], home: Home) -> list[Row]:
    if not path.is_file():
        return []
    name = path.relative_to(home.root).as_posix()
    return [
        Row(name, row.number, {column: cell for column, cell in row.cells.items() if cell})
        for row in read_table(path, Faults(name), columns)
        if all(row[column] == cell for column, cell in key.items())
    ]


def _in_tables(term: object, base: str) -> str:
    """How tables write a thing: a passage's notation, a register's path, a property's local name."""
    path = _path(term, base)
    if path.startswith("http"):
        return re.split(r"[#/]", path)[-1]
    named = short_name(path, base)
    return named if named != path else path.partition("/")[2]


def _path(term: object, base: str) -> str:
    return term.value.removeprefix(f"{base}id/") if isinstance(term, ox.NamedNode) else ""


def _is_review(file: str) -> bool:
    return file.endswith("-review.csv")
