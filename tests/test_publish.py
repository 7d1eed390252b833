"""What is published beside the graphs: every dump holds the graphs, every table reads by CSVW, and the
same sources give the same bytes (that, tests/test_build.py compares file by file)."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from csvw import CSVW
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from kgapp.build import build, check_sources, is_current
from kgapp.dataset import Dataset, read_dataset
from kgapp.errors import SourceErrors
from kgapp.home import Home
from kgapp.publication import WHOLE, Distribution, Publication, Release, read_publication
from kgapp.publish.lines import AT_ONCE, merged
from kgapp.publish.tables import GUARD, table
from kgapp.queryfile import BadQueryFile, read_queries
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.vocab import DEFAULT_BASE
from tests.conftest import EDITION, ROOT
from tests.homes import files

TABLES = read_queries(ROOT / "queries" / "tables")
RDF_FORMS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
}
NAMED = ("nquads", "trig", "jsonld")
PATHS = (EDITION, WHOLE)


@pytest.fixture(scope="session")
def publication(dataset: Dataset) -> Publication:
    return read_publication(dataset)


def released(publication: Publication, path: str) -> Release:
    release = publication.release(path)
    assert release is not None
    return release


def file_of(publication: Publication, path: str, form: str) -> Path:
    found = [f for f in released(publication, path).distributions if f.form == form and not f.compressed]
    assert len(found) == 1
    return publication.folder / found[0].file


def distributions(publication: Publication) -> Iterable[Distribution]:
    return (file for release in publication.releases for file in release.distributions)


@pytest.fixture(scope="session")
def quads(dataset: Dataset) -> set[tuple[str, str]]:
    """Every triple of the graphs as the build wrote them, with its graph's name."""
    return {
        (str(quad.triple), graph.iri)
        for graph in dataset.graphs
        for quad in ox.parse(path=dataset.path(graph), format=ox.RdfFormat.N_TRIPLES)
    }


def test_each_edition_and_the_whole_are_released(dataset: Dataset, publication: Publication) -> None:
    assert [release.path for release in publication.releases] == [EDITION, WHOLE]
    own = [
        f"{DEFAULT_BASE}id/{EDITION}/graph/{name}" for name in ("asserted", "claims", "inferred", "source")
    ]
    city = [f"{DEFAULT_BASE}id/fujisawa/graph/{name}" for name in ("external", "register")]
    assert [*released(publication, EDITION).graphs] == [*own, *city]
    assert {*released(publication, WHOLE).graphs} == {graph.iri for graph in dataset.graphs}
    assert released(publication, WHOLE).version == dataset.digest[:12]


@pytest.mark.parametrize("path", PATHS)
def test_a_version_is_the_hash_of_the_graphs_names_and_hashes(
    dataset: Dataset, publication: Publication, path: str
) -> None:
    release = released(publication, path)
    rows = sorted(f"{g.iri} {g.sha256}\n" for g in dataset.graphs if g.iri in release.graphs)
    assert release.version == hashlib.sha256("".join(rows).encode()).hexdigest()[:12]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", RDF_FORMS)
def test_a_dump_holds_the_graphs_and_nothing_else(
    quads: set[tuple[str, str]], publication: Publication, path: str, form: str
) -> None:
    release = released(publication, path)
    own = {(triple, name) for triple, name in quads if name in release.graphs}
    found = list(ox.parse(path=file_of(publication, path, form), format=RDF_FORMS[form]))
    if form in NAMED:
        assert len(found) == len(own)
        assert {(str(quad.triple), quad.graph_name.value) for quad in found} == own
    else:
        assert len(found) == release.triples
        assert {str(quad.triple) for quad in found} == {triple for triple, _ in own}


def test_rdflib_reads_an_editions_turtle_whole(publication: Publication) -> None:
    turtle = rdflib.Graph().parse(file_of(publication, EDITION, "turtle"), format="turtle")
    assert len(turtle) == released(publication, EDITION).triples


def test_json_ld_is_read_by_another_processor_and_speaks_the_projects_terms(
    dataset: Dataset, publication: Publication
) -> None:
    document = json.loads(file_of(publication, EDITION, "jsonld").read_bytes())
    assert document["@context"] == json.loads((ROOT / "ontology/context.jsonld").read_bytes())["@context"]
    city = f"{DEFAULT_BASE}id/fujisawa/graph/register"
    (register,) = [graph for graph in document["@graph"] if graph["id"] == city]
    (csw,) = [node for node in register["@graph"] if node["id"].endswith("/actor/csw")]
    assert csw["prefLabel"] == {"ja": "コミュニティソーシャルワーカー", "en": "community social worker"}
    small = {**document, "@graph": [register]}
    quads = jsonld.to_rdf(small)[city]
    assert len(quads) == next(graph.triples for graph in dataset.graphs if graph.iri == city)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", RDF_FORMS)
def test_every_dump_says_at_its_head_whose_the_words_are(
    publication: Publication, path: str, form: str
) -> None:
    with file_of(publication, path, form).open(encoding="utf-8") as file:
        head = "".join(file.readline() for _ in range(7))
    for words in (DISCLAIMER, DATASET_RIGHTS):
        assert words["ja"] in head
        assert words["en"] in head
    assert released(publication, path).version in head


def test_turtle_has_prefixes(publication: Publication) -> None:
    text = file_of(publication, EDITION, "turtle").read_text(encoding="utf-8")
    assert "@prefix ccr: <https://w3id.org/care-roadmap/ns#> ." in text
    assert re.search(r"\sa (?:\w+:\w+ , )*ccr:Direction\b", text)


def test_sizes_and_checksums_are_those_of_the_files(publication: Publication) -> None:
    names = set()
    for file in distributions(publication):
        data = (publication.folder / file.file).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)
        names.add(file.file)
    assert len(names) == len(list(distributions(publication)))


def test_every_dump_is_there_compressed_too_without_name_and_time(publication: Publication) -> None:
    plain = {f.file: f for f in distributions(publication) if not f.compressed and f.form != "csvw"}
    zipped = {f.file: f for f in distributions(publication) if f.compressed}
    assert zipped.keys() == {f"{name}.gz" for name in plain}
    for name, file in plain.items():
        data = (publication.folder / f"{name}.gz").read_bytes()
        assert gzip.decompress(data) == (publication.folder / name).read_bytes()
        # RFC 1952, 2.3: no flags, so no name; MTIME is 0.
        assert data[3:8] == bytes(5)
        assert zipped[f"{name}.gz"].media_type == file.media_type


def rows(publication: Publication, name: str) -> list[list[str]]:
    text = file_of(publication, EDITION, name).read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_tables_open_in_a_japanese_spreadsheet(publication: Publication) -> None:
    for name in TABLES:
        data = file_of(publication, EDITION, name).read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.endswith(b"\r\n")
        # A cell may hold a line break of the paper; a row's end is always both characters.
        outside = re.sub(rb'"(?:[^"]|"")*"', b"", data)
        assert outside.count(b"\n") == outside.count(b"\r\n") == len(rows(publication, name))


def test_tables_hold_what_the_paper_holds(publication: Publication) -> None:
    source = (ROOT / "data/source" / f"{EDITION}.txt").read_text(encoding="utf-8")
    statements = [
        dict(zip(rows(publication, "statements")[0], row, strict=True))
        for row in rows(publication, "statements")[1:]
    ]
    assert len(statements) == 158
    for row in statements:
        words = source[int(row["開始位置"]) : int(row["終了位置"])]
        assert re.sub(r"[ \u3000\t]*\n[ \u3000\t\n]*", "", words) == row["本文"]
    by_section = {
        name: sum(row["節"] == name for row in statements) for name in ("measure", "status", "direction")
    }
    assert by_section == {"measure": 14, "status": 48, "direction": 35}
    assert [row[0] for row in rows(publication, "themes")[1:]] == ["1", "2", "3", "4", "5", "6"]
    assert len({row[0] for row in rows(publication, "chart")[1:]}) == 27
    links = [
        dict(zip(rows(publication, "links")[0], row, strict=True)) for row in rows(publication, "links")[1:]
    ]
    (csw,) = [r for r in links if r["記述の記号"] == "5-direction-1" and r["関係"] == "hasLead"]
    assert (csw["相手の名称"], csw["根拠種別"]) == ("コミュニティソーシャルワーカー", "stated")
    assert source[int(csw["開始位置"]) : int(csw["終了位置"])] == csw["引用"]
    assert all(r["理由"] for r in links if r["根拠種別"] == "interpreted")
    quoted = {r["引用"] for r in links if r["根拠種別"] != "inferred"}
    assert {r["引用"] for r in links if r["根拠種別"] == "inferred"} <= quoted | {""}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_reads_by_its_csvw_description(publication: Publication, name: str) -> None:
    described = CSVW(str(file_of(publication, EDITION, "csvw")))
    (one,) = [t for t in described.tables if str(t.url) == f"fujisawa-2020-02-{name}.csv"]
    assert [column.name for column in one.tableSchema.columns] == [c.name for c in TABLES[name].table]
    read = list(one.iterdicts(strict=True))
    assert len(read) == len(rows(publication, name)) - 1
    numbers = [c.name for c in TABLES[name].table if c.datatype == "integer"]
    assert all(row[number] is None or isinstance(row[number], int) for row in read for number in numbers)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_declares_the_columns_that_it_has_in_both_languages(name: str) -> None:
    query = TABLES[name]
    selected = re.search(r"SELECT (?:DISTINCT )?((?:\?\w+ ?)+)", query.text)
    assert selected
    assert selected[1].split() == [f"?{column.name}" for column in query.table]
    assert all(column.label.ja and column.label.en for column in query.table)
    assert "ORDER BY" in query.text
    for prefix in re.findall(r"^PREFIX (\w+:)", query.text, re.M):
        assert query.text.count(prefix) > 1


class Cells:
    """A source that answers with the cells that it is given."""

    base = DEFAULT_BASE

    def __init__(self, *cells: ox.Literal) -> None:
        self._cells = cells

    def query(self, *_: object) -> ox.QuerySolutions:
        answer = ox.Store().query(
            "SELECT ?label ?labelEn ?reading ?kind ?kindLabel ?thing { VALUES (?label) {"
            + " ".join(f"({cell})" for cell in self._cells)
            + "} }"
        )
        assert isinstance(answer, ox.QuerySolutions)
        return answer


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(begin: str) -> None:
    data = table(TABLES["actors"], Cells(ox.Literal(f'{begin}HYPERLINK("x")', language="ja")))
    cell = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1][0]
    assert cell == f'{GUARD}{begin}HYPERLINK("x")'


def test_a_negative_number_is_a_number() -> None:
    data = table(TABLES["actors"], Cells(ox.Literal(-3)))
    assert data.decode("utf-8-sig").splitlines()[1].startswith("-3,")


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("ontology/context.jsonld", lambda text: text[:-20]),
        ("ontology/context.jsonld", lambda text: "[]"),
        ("queries/tables/themes.rq", lambda text: text.replace("#+ columns:", "#+ column:")),
        (
            "queries/tables/themes.rq",
            lambda text: text.partition("#+ columns:")[0] + text[text.index("PREFIX") :],
        ),
    ],
)
def test_what_dumps_are_made_by_is_checked_and_named(
    built_copy: Home, file: str, change: Callable[[str], str]
) -> None:
    before = files(built_copy)
    path = built_copy.root / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert not is_current(built_copy, DEFAULT_BASE)
    with pytest.raises(SourceErrors) as caught:
        build(built_copy, DEFAULT_BASE)
    assert [problem.file for problem in caught.value.problems] == [file]
    assert [problem.file for problem in check_sources(built_copy)[1]] == [file]
    assert files(built_copy) == before


def test_a_table_whose_columns_are_not_those_of_its_answer_is_refused() -> None:
    query = replace(TABLES["actors"], table=TABLES["actors"].table[1:])
    with pytest.raises(BadQueryFile, match="actors"):
        table(query, Cells(ox.Literal("x")))


LINES = st.lists(st.sampled_from([f"<{n}> <p> <o> .\n".encode() for n in range(30)]), unique=True)


@given(st.lists(LINES, max_size=6))
def test_merged_lines_are_each_line_once_in_order(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("merged")
    for number, lines in enumerate(parts):
        (folder / str(number)).write_bytes(b"".join(sorted(lines)))
    paths = [folder / str(number) for number in range(len(parts))]
    assert list(merged(paths)) == sorted({line for lines in parts for line in lines})


def test_more_files_than_may_be_open_are_merged(tmp_path: Path) -> None:
    count = 3 * AT_ONCE + 1
    for number in range(count):
        (tmp_path / str(number)).write_bytes(f"<{number:04}> <p> <o> .\n<z> <p> <o> .\n".encode())
    found = list(merged(sorted(tmp_path.iterdir())))
    assert len(found) == count + 1
    assert found == sorted(found)


def test_another_edition_makes_no_dump_of_the_first_anew(
    built_home: Home, family_home: Home, publication: Publication
) -> None:
    before, grown = files(built_home), files(family_home)
    dataset = read_dataset(family_home.build)
    after = read_publication(dataset)
    assert after.release(EDITION) == publication.release(EDITION)
    own = [name for name in before if name.startswith(f"dumps/{EDITION}/")]
    assert own
    assert {name: grown[name] for name in own} == {name: before[name] for name in own}
    whole = list(ox.parse(path=file_of(after, WHOLE, "jsonld"), format=ox.RdfFormat.JSON_LD))
    assert len(whole) == dataset.triples
    other = released(after, "yamato/2020-03")
    assert f"{DEFAULT_BASE}id/yamato/graph/register" in other.graphs
    text = file_of(after, "yamato/2020-03", "statements").read_bytes().decode("utf-8-sig")
    # tests/papers/yamato-2020-03.expected.csv lists its 81 statements.
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 82
