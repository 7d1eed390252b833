"""The names of things that versions mention, read from their dumps: what is gone is in no store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from kgapp.results import PREFIXES
from kgapp.vocab import ONTOLOGY

RDF, OA, SKOS = PREFIXES["rdf"], PREFIXES["oa"], PREFIXES["skos"]
NAMING = (
    f"{SKOS}prefLabel",
    f"{PREFIXES['rdfs']}label",
    f"{PREFIXES['dcterms']}title",
    f"{SKOS}notation",
    f"{ONTOLOGY}#text",
    f"{OA}exact",
)
"""The properties whose values name a thing, the best first."""
CLAIM = (f"{RDF}subject", f"{RDF}predicate", f"{RDF}object")
READ = {f"<{iri}>".encode(): iri for iri in (*NAMING, *CLAIM)}
WORDS, PLACE = "/words", "/place"
"""What the IRIs of a quote's words and of their place add to that of the quote (MODEL.md, "Evidence")."""
LONGEST = 80
"""Characters of a name that are shown."""
OTHERS = {
    f"{RDF}type": ("種類", "kind"),
    f"{RDF}subject": ("主張の主語", "subject of the claim"),
    f"{RDF}predicate": ("主張の性質", "property of the claim"),
    f"{RDF}object": ("主張の目的語", "object of the claim"),
    f"{PREFIXES['rdfs']}label": ("名前", "label"),
    f"{PREFIXES['rdfs']}comment": ("注記", "comment"),
    f"{PREFIXES['rdfs']}seeAlso": ("参照", "see also"),
    f"{PREFIXES['rdfs']}subClassOf": ("上位の種類", "subclass of"),
    f"{PREFIXES['dcterms']}isPartOf": ("含まれる先", "part of"),
    f"{SKOS}editorialNote": ("編集上の注", "editorial note"),
    f"{SKOS}exactMatch": ("同じもの", "exact match"),
    f"{OA}exact": ("原文の言葉", "exact words"),
    f"{OA}prefix": ("前の言葉", "words before"),
    f"{OA}suffix": ("後の言葉", "words after"),
    f"{OA}start": ("始まりの位置", "start"),
    f"{OA}end": ("終わりの位置", "end"),
    f"{OA}TextQuoteSelector": ("引用の言葉", "words of a quote"),
    f"{OA}TextPositionSelector": ("引用の位置", "place of a quote"),
    f"{OA}hasSource": ("引用元の本文", "source text"),
    f"{OA}hasSelector": ("引用の場所", "selector"),
    f"{PREFIXES['prov']}wasQuotedFrom": ("根拠の引用", "quoted from"),
    f"{PREFIXES['prov']}wasDerivedFrom": ("もとにしたもの", "derived from"),
}
"""Words for properties of standards that the vocabulary's own graph does not name."""
Names = Mapping[str, Mapping[str, str]]
"""By IRI, and by language (empty for none), a name."""


def read_names(files: Iterable[Path], mentioned: Iterable[str]) -> Names:
    """Names for IRIs out of files of N-Triples or N-Quads; a claim is named by its three parts, a quote
    by its words. Raises OSError."""
    files, wanted = list(files), set(mentioned)
    quotes = {iri: f"{iri.removesuffix(PLACE)}{WORDS}" for iri in wanted}
    found = _scan(files, wanted | set(quotes.values()))
    parts = {
        iri: [values[0][1] for name in CLAIM if (values := said.get(name))] for iri, said in found.items()
    }
    further = {part for three in parts.values() for part in three} - wanted
    found |= _scan(files, further) if further else {}
    names = {iri: _best(said) for iri, said in found.items()}
    names |= {iri: {"ja": ja, "en": en} for iri, (ja, en) in OTHERS.items() if not names.get(iri)}
    for iri, words in quotes.items():
        if not names.get(iri) and words in names:
            place = {"ja": "の位置", "en": ": place"} if iri.endswith(PLACE) else {}
            exact = name_of(words, names, "ja")
            names[iri] = {lang: f"「{exact}」{place.get(lang, '')}" for lang in ("ja", "en")}
    for iri, three in parts.items():
        if len(three) == len(CLAIM):
            names[iri] = {
                lang: "{} – {}: {}".format(*(name_of(part, names, lang) for part in three))
                for lang in ("ja", "en")
            }
    return names


def name_of(iri: str, names: Names, lang: str, base: str = "") -> str:
    """A thing's name in a language, else in another, else its IRI from its last parts."""
    name = (names.get(iri) or {}).get(language_of(iri, names, lang), "")
    if not name:
        return iri.removeprefix(f"{base}id/") if base else local(iri)
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}…"


def language_of(iri: str, names: Names, lang: str) -> str:
    """The language in which ``name_of`` names a thing; empty where it is told by none."""
    known = names.get(iri) or {}
    return next((found for found in (lang, "ja", *known) if found in known), "")


def local(iri: str) -> str:
    """What stands behind ``id/``, or behind the last ``#`` or ``/``."""
    _, own, path = iri.partition("/id/")
    return path if own else iri.rpartition("#" if "#" in iri else "/")[2]


def _scan(files: Iterable[Path], wanted: set[str]) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """What names the wanted IRIs: by IRI and property, language and value."""
    keys = {f"<{iri}>".encode(): iri for iri in wanted}
    found: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for path in files:
        with path.open("rb") as lines:
            for line in lines:
                subject, _, rest = line.partition(b" ")
                if subject not in keys or (name := READ.get(rest.partition(b" ")[0])) is None:
                    continue
                quad = next(iter(ox.parse(line, format=ox.RdfFormat.N_QUADS)))
                value = (getattr(quad.object, "language", None) or "", quad.object.value)
                if value not in (values := found[keys[subject]][name]):
                    values.append(value)
    return found


def _best(said: Mapping[str, list[tuple[str, str]]]) -> dict[str, str]:
    """In each language the value of the best property."""
    names: dict[str, str] = {}
    for name in NAMING:
        for lang, value in said.get(name, ()):
            names.setdefault(lang, value)
    return names
