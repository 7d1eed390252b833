"""What things are called on a page, and where their names lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.describe import CCR, OBJECT, PREDICATE, SUBJECT, TYPE, Description, iri_of
from kgapp.errors import Message
from kgapp.results import PREFIXES
from kgapp.web.frame.links import document_of
from kgapp.web.frame.wording import TERMS

Labels = Mapping[str, Mapping[str, str]]
"""The names of the vocabulary's terms: by IRI, then by language."""
SKOS, OA = PREFIXES["skos"], PREFIXES["oa"]
NAMED = "http://xmlns.com/foaf/0.1/name"
TITLES = (f"{SKOS}prefLabel", PREFIXES["rdfs"] + "label", PREFIXES["dcterms"] + "title", NAMED)
EXACT, TEXT, NOTATION = f"{OA}exact", f"{CCR}text", f"{SKOS}notation"
DATE = "http://www.w3.org/2006/time#inXSDDate"
PATHS = {
    "claim": Message("主張", "claim"),
    "span": Message("断片", "span"),
    "source": Message("抽出テキスト", "source text"),
    "checksum": Message("チェックサム", "checksum"),
    "period": Message("対象の期間", "period covered"),
    "build": Message("組み立て", "build"),
}
"""What those are called that no label names, by the part of their path that tells their kind."""
SHORT = 60
"""Characters of a quote that stand for its name."""


@dataclass(frozen=True)
class Link:
    """A thing as it is named on a page."""

    iri: str
    text: str
    lang: str
    address: str | None
    """Its path here, or its own address elsewhere; none where it is not to be followed."""


class Names:
    """The names in one description, in the language of a page."""

    def __init__(self, description: Description, labels: Labels, base: str, lang: str) -> None:
        self._labels, self._base, self._lang = labels, base, lang
        self._said: dict[str, dict[str, list[ox.Literal | ox.NamedNode]]] = {}
        for quad in (*description.own, *description.evidence, *description.names):
            if isinstance(quad.object, ox.Literal | ox.NamedNode):
                values = self._said.setdefault(iri_of(quad.subject), {})
                values.setdefault(quad.predicate.value, []).append(quad.object)

    @property
    def base(self) -> str:
        """The base under which our things are named."""
        return self._base

    def values(self, thing: str, term: str) -> list[ox.Literal | ox.NamedNode]:
        """The values of a property as far as they are told here, each once."""
        return list(dict.fromkeys(self._said.get(thing, {}).get(term, [])))

    def one(self, thing: str, term: str) -> str:
        """The value of a property, in the page's language where there are several; empty where none."""
        return self._chosen(self.values(thing, term))[0]

    def link(self, thing: str) -> Link:
        """A thing's name, and where it leads."""
        text, lang = self.name(thing)
        address = document_of(thing, self._base)
        if address is None and thing.startswith(("http://", "https://")):
            address = thing
        return Link(thing, text, lang, address)

    def name(self, thing: str) -> tuple[str, str]:
        """What a thing is called, and in which language: its label in the page's language, then in
        the other, then what its kind lets say of it, then the last part of its IRI."""
        for term in TITLES:
            text, lang = self._chosen(self.values(thing, term))
            if text:
                return text, lang
        if own := self._labels.get(thing):
            lang = self._lang if self._lang in own else next(iter(own))
            return own[lang], lang
        if words := TERMS.get(thing):
            return (words.ja if self._lang == "ja" else words.en), self._lang
        return self._made(thing)

    def kinds(self, thing: str) -> list[Link]:
        """The classes of a thing: our own, where it has any."""
        classes = sorted(iri_of(term) for term in self.values(thing, TYPE))
        own = [iri for iri in classes if iri.startswith(CCR)]
        links = {link.text: link for link in map(self.link, own or classes)}
        return list(links.values())

    def notation(self, thing: str) -> str:
        """``5-direction-1``."""
        return self.one(thing, NOTATION)

    def _chosen(self, values: list[ox.Literal | ox.NamedNode]) -> tuple[str, str]:
        for lang in (self._lang, "ja", "en", ""):
            for value in values:
                own = value.language if isinstance(value, ox.Literal) else None
                if (own or "") == lang:
                    return value.value, lang or self._lang
        return (values[0].value, self._lang) if values else ("", "")

    def _made(self, thing: str) -> tuple[str, str]:
        """A name for what has none: claims, quotes, selectors, spans, days."""
        subject, relation, obj = (iri_of(self._first(thing, term)) for term in (SUBJECT, PREDICATE, OBJECT))
        if subject and relation and obj:
            parts = (self.name(subject), self.name(relation), self.name(obj))
            return " — ".join(text for text, _ in parts), parts[0][1]
        if date := self.one(thing, DATE):
            return date, self._lang
        words = self.one(thing, EXACT) or self.one(thing, TEXT)
        path = thing.removeprefix(f"{self._base}id/").split("/")
        if words.strip() and "words" not in path[-1:]:
            return _shortened(words), "ja"
        if "quote" in path[:-1]:
            return self._quote(path)
        for part, kind in PATHS.items():
            if part in path:
                rest = " ".join(path[path.index(part) + 1 :])
                return f"{kind.ja if self._lang == 'ja' else kind.en} {rest}".strip(), self._lang
        ours = thing.startswith((self._base, CCR))
        return (local_name_of(thing) if ours else thing.partition("://")[2] or thing), self._lang

    def _quote(self, path: list[str]) -> tuple[str, str]:
        offsets = path[path.index("quote") + 1].replace("-", "–")
        part = {"words": ("の言葉", ", its words"), "place": ("の位置", ", its place")}.get(
            path[-1], ("", "")
        )
        if self._lang == "ja":
            return f"引用 {offsets}{part[0]}", "ja"
        return f"quote {offsets}{part[1]}", "en"

    def _first(self, thing: str, term: str) -> object:
        return next(iter(self.values(thing, term)), None)


def local_name_of(thing: str) -> str:
    """What stands behind the last ``#`` or ``/`` of an IRI; all of it where nothing does."""
    return thing.rstrip("/#").replace("#", "/").rpartition("/")[2] or thing


def _shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= SHORT else f"{words[:SHORT]}…"
