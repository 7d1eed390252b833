"""Writes graphs as files in every RDF form, plain and compressed; the same graphs give the same bytes.

N-Triples and Turtle hold the merge of the graphs; N-Quads, TriG and JSON-LD keep their names.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from kgapp.jsonld import Context, compact_nodes, written
from kgapp.results import JSON_LD, N_QUADS, N_TRIPLES, TRIG, TURTLE, MediaType

EXTENSIONS = {TURTLE: "ttl", N_TRIPLES: "nt", N_QUADS: "nq", TRIG: "trig", JSON_LD: "jsonld"}
GZIP = ".gz"
LEVEL = 6
Named = tuple[str, Path]
"""A graph's IRI and its sorted N-Triples."""
Prefixes = dict[str, str]


def write_triples(
    folder: Path, stem: str, head: Sequence[str], lines: Iterable[bytes], terms: Prefixes
) -> None:
    """N-Triples and Turtle of sorted lines; ``head`` stands above them as comments."""
    plain = folder / f"{stem}.nt"
    with plain.open("wb") as file:
        file.write(_comments(head))
        file.writelines(lines)
    triples = (quad.triple for quad in ox.parse(path=plain, format=ox.RdfFormat.N_TRIPLES))
    with (folder / f"{stem}.ttl").open("wb") as file:
        file.write(_comments(head))
        ox.serialize(triples, file, ox.RdfFormat.TURTLE, prefixes=terms)


def write_quads(
    folder: Path, stem: str, head: Sequence[str], graphs: Iterable[Named], terms: Prefixes
) -> None:
    """N-Quads and TriG of named graphs; ``head`` stands above them as comments."""
    plain = folder / f"{stem}.nq"
    with plain.open("wb") as file:
        file.write(_comments(head))
        for iri, path in graphs:
            name = f" <{iri}> .\n".encode()
            with path.open("rb") as lines:
                file.writelines(line[: line.rindex(b" .")] + name for line in lines)
    quads = ox.parse(path=plain, format=ox.RdfFormat.N_QUADS)
    with (folder / f"{stem}.trig").open("wb") as file:
        file.write(_comments(head))
        ox.serialize(quads, file, ox.RdfFormat.TRIG, prefixes=terms)


def write_jsonld(path: Path, head: Sequence[str], context: Context, nodes: Iterable[bytes]) -> None:
    """A document of named graphs, each in one line. JSON knows no comments: ``head`` is a member that
    the context does not define, which processors leave out (JSON-LD 1.1 API, 5.1, expansion)."""
    top = {"note": [*head], **context}
    with path.open("wb") as file:
        file.write(written(top)[:-1] + b',"@graph":[')
        for number, node in enumerate(nodes):
            file.write((b",\n" if number else b"\n") + node)
        file.write(b"\n]}\n")


def jsonld_node(graph: Named, context: Context) -> bytes:
    """A named graph in the project's terms, in one line."""
    iri, path = graph
    name = ox.NamedNode(iri)
    triples = ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES)
    quads = (ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in triples)
    expanded = ox.serialize(quads, format=ox.RdfFormat.JSON_LD)
    assert expanded is not None
    nodes = compact_nodes(expanded, context)
    return written(nodes[0] if nodes else {"@id": iri, "@graph": []})


def jsonld_nodes(path: Path) -> Iterator[bytes]:
    """The lines of graphs in a document of ``write_jsonld``, in order."""
    with path.open("rb") as file:
        next(file)
        yield from (line.rstrip(b",\n") for line in file if not line.startswith(b"]"))


def compress(path: Path) -> None:
    """A compressed copy beside a file, without its name and time (RFC 1952, 2.3)."""
    with (
        path.open("rb") as plain,
        path.with_name(path.name + GZIP).open("wb") as file,
        gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as zipped,
    ):
        shutil.copyfileobj(plain, zipped, 1 << 20)


def form_of(name: str) -> MediaType | None:
    """The form that a file's name tells, compressed or not."""
    extension = name.removesuffix(GZIP).rpartition(".")[2]
    return next((form for form, suffix in EXTENSIONS.items() if suffix == extension), None)


def _comments(head: Sequence[str]) -> bytes:
    return "".join(f"# {line}\n" for line in head).encode()
