"""Names of things that are in no store any more, out of files of triples."""

from __future__ import annotations

from pathlib import Path

from kgapp.vocab import DEFAULT_BASE
from kgapp.web.datasets.naming import LONGEST, name_of, read_names

ID = f"{DEFAULT_BASE}id/x"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OA = "http://www.w3.org/ns/oa#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
LINES = f"""\
<{ID}/actor/a> <{SKOS}altLabel> "Ａ"@ja .
<{ID}/actor/a> <{SKOS}prefLabel> "協議体"@ja .
<{ID}/actor/a> <{SKOS}prefLabel> "council"@en .
<{ID}/claim/c> <{RDF}object> <{ID}/actor/a> .
<{ID}/claim/c> <{RDF}predicate> <{RDF}type> .
<{ID}/claim/c> <{RDF}subject> <{ID}/theme-1> .
<{ID}/long> <{SKOS}prefLabel> "{"長" * 200}"@ja .
<{ID}/quote/1-3/words> <{OA}exact> "言葉"@ja .
<{ID}/theme-1> <{SKOS}notation> "1" .
"""


def named(folder: Path, iri: str, lang: str) -> str:
    (folder / "graph.nt").write_text(LINES, encoding="utf-8")
    return name_of(iri, read_names([folder / "graph.nt"], [iri]), lang, DEFAULT_BASE)


def test_the_best_name_in_the_language_asked_for(tmp_path: Path) -> None:
    assert named(tmp_path, f"{ID}/actor/a", "ja") == "協議体"
    assert named(tmp_path, f"{ID}/actor/a", "en") == "council"
    assert named(tmp_path, f"{ID}/theme-1", "en") == "1"
    assert named(tmp_path, f"{RDF}type", "ja") == "種類"
    assert named(tmp_path, f"{ID}/long", "ja") == "長" * LONGEST + "…"


def test_a_claim_is_named_by_its_parts_and_a_quote_by_its_words(tmp_path: Path) -> None:
    assert named(tmp_path, f"{ID}/claim/c", "ja") == "1 – 種類: 協議体"
    assert named(tmp_path, f"{ID}/claim/c", "en") == "1 – kind: council"
    assert named(tmp_path, f"{ID}/quote/1-3", "ja") == "「言葉」"
    assert named(tmp_path, f"{ID}/quote/1-3/place", "ja") == "「言葉」の位置"


def test_what_has_no_name_is_called_by_its_iri(tmp_path: Path) -> None:
    assert named(tmp_path, f"{ID}/nothing", "ja") == "x/nothing"
    assert named(tmp_path, "http://example.org/ns#thing", "en") == "http://example.org/ns#thing"
