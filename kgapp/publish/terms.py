"""The words of the catalogue: namespaces closed over the terms used, and the IRIs of the things described.

rdflib's own DCAT is that of version 2.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import ClosedNamespace, Namespace

from kgapp.vocab import Minter

DCAT = ClosedNamespace(
    "http://www.w3.org/ns/dcat#",
    [
        "Catalog",
        "DataService",
        "Dataset",
        "DatasetSeries",
        "Distribution",
        "accessService",
        "accessURL",
        "byteSize",
        "compressFormat",
        "dataset",
        "distribution",
        "downloadURL",
        "endDate",
        "endpointDescription",
        "endpointURL",
        "first",
        "hasCurrentVersion",
        "hasVersion",
        "inSeries",
        "isVersionOf",
        "keyword",
        "landingPage",
        "last",
        "mediaType",
        "prev",
        "previousVersion",
        "resource",
        "seriesMember",
        "servesDataset",
        "service",
        "startDate",
        "theme",
        "themeTaxonomy",
        "version",
    ],
)
SPDX = ClosedNamespace(
    "http://spdx.org/rdf/terms#",
    ["Checksum", "algorithm", "checksum", "checksumAlgorithm_sha256", "checksumValue"],
)
MEDIA_TYPE = Namespace("https://www.iana.org/assignments/media-types/")
AUTHORITY = Namespace("http://publications.europa.eu/resource/authority/")
"""Code lists of the EU's Publications Office: languages, themes, file types, as DCAT-AP asks for them."""
LANGUAGES = {"ja": AUTHORITY["language/JPN"], "en": AUTHORITY["language/ENG"]}
THEMES = (AUTHORITY["data-theme/HEAL"], AUTHORITY["data-theme/GOVE"])
THEME_SCHEME = AUTHORITY["data-theme"]


@dataclass(frozen=True)
class Names:
    """The IRIs of what a catalogue describes."""

    minter: Minter

    @property
    def catalogue(self) -> URIRef:
        return self.minter.id("catalogue")

    @property
    def service(self) -> URIRef:
        return self.minter.id("service")

    @property
    def project(self) -> URIRef:
        """Who publishes: the project, not the City."""
        return self.minter.id("project")

    @property
    def endpoint(self) -> URIRef:
        return URIRef(f"{self.minter.base}sparql")

    def series(self, city: str) -> URIRef:
        """The series of a city's editions."""
        return self.minter.id(city, "dataset")

    def dataset(self, path: str) -> URIRef:
        """An edition's dataset, or that of the whole."""
        return self.minter.id(*filter(None, path.split("/")), "dataset")

    def version(self, path: str, version: str) -> URIRef:
        """One version of a dataset."""
        return URIRef(f"{self.dataset(path)}/{version}")

    def distribution(self, path: str, version: str, name: str) -> URIRef:
        """A file of a version; a dot in its name would look like the extension of a document."""
        return URIRef(f"{self.version(path, version)}/{name.replace('.', '-')}")

    def download(self, path: str, version: str, name: str) -> URIRef:
        """The address of a file."""
        return URIRef(f"{self.minter.base}dump/{path or 'all'}/{version}/{name}")

    def landing(self, path: str) -> URIRef:
        """The page for people of a dataset's files."""
        return URIRef(f"{self.minter.base}catalogue{'/' if path else ''}{path}")

    def software(self, name: str, version: str) -> URIRef:
        """A program in one version."""
        return self.minter.id("software", f"{name}-{version.replace('.', '-')}")
