"""How a version came to be (PROV-O): a build that used these files, with these programs. No clock times:
the same sources make the same description.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rdflib import RDF, RDFS, XSD, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV

from kgapp.errors import Message
from kgapp.publish.statements import Statements
from kgapp.publish.terms import SPDX, Names

BUILD = Message("この版の組み立て", "The build of this version")


@dataclass(frozen=True)
class Input:
    """A file that a version was built from, below the project's folder, with its hash."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Making:
    """What versions were made from and by."""

    inputs: Mapping[str, Sequence[Input]]
    """By the path of the edition; those of all under that of the whole."""
    programs: Sequence[tuple[str, str]]
    """Names and versions."""


def describe_build(graph: Statements, names: Names, path: str, version: str, making: Making) -> None:
    """The activity that made a version, what it used and what ran."""
    made = names.version(path, version)
    activity = URIRef(f"{made}/build")
    graph.add((made, RDF.type, PROV.Entity))
    graph.add((made, PROV.wasGeneratedBy, activity))
    graph.add((activity, RDF.type, PROV.Activity))
    graph.say(activity, RDFS.label, BUILD)
    for used in making.inputs.get(path, ()):
        entity = URIRef(f"{made}/input/{used.name.replace('/', '-').replace('.', '-')}")
        graph.add((activity, PROV.used, entity))
        graph.add((entity, RDF.type, PROV.Entity))
        graph.add((entity, RDFS.label, Literal(used.name)))
        add_checksum(graph, entity, used.sha256)
    for program, release in making.programs:
        agent = names.software(program, release)
        graph.add((activity, PROV.wasAssociatedWith, agent))
        graph.add((agent, RDF.type, PROV.SoftwareAgent))
        graph.add((agent, RDFS.label, Literal(f"{program} {release}")))
        graph.add((agent, DCTERMS.identifier, Literal(program)))


def add_checksum(graph: Statements, thing: URIRef, sha256: str) -> None:
    """A file's SHA-256 (SPDX, as DCAT 3, 6.8 asks for it)."""
    checksum = URIRef(f"{thing}/checksum")
    graph.add((thing, SPDX.checksum, checksum))
    graph.add((checksum, RDF.type, SPDX.Checksum))
    graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    graph.add((checksum, SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary)))
