"""From a number to the query that makes it: short addresses, and the query in full that each leads to.

An address names one of a few queries and terms for some of its parameters; the terms are bound as terms
(``service.binding``), and what is not given stays a variable: everything is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import request

from kgapp.errors import Message, QueryRefused
from kgapp.queryfile import BadQueryFile, QueryFile
from kgapp.question import Term
from kgapp.results import PREFIXES
from kgapp.service.binding import bind_text
from kgapp.vocab import ONTOLOGY, Minter
from kgapp.web.frame.context import Context
from kgapp.web.overview.asking import graphs_of

CCR = f"{ONTOLOGY}#"
VOCABULARIES = PREFIXES | {
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "time": "http://www.w3.org/2006/time#",
}
"""By the prefixes under which addresses name their terms."""
PAPER = "edition"
LISTS = {
    "statements": ("theme", "section"),
    "unnamed": ("theme", "section"),
    "claims": ("relation", "mode"),
    "outcomes": ("mode", "outcome"),
    "involvement": ("actor",),
    "instances": ("class",),
    "links": ("property",),
}
"""The lists and the parameters that each takes beside a paper."""
OF_GRAPHS = frozenset(["instances", "links"])
"""Lists that are asked of a paper's graphs, not of what is part of it."""
LONGEST = 300
"""Characters of a value that an address may give."""


def list_address(name: str, **given: str) -> str:
    """The path of a list with values for its parameters; terms of our vocabulary by their short name."""
    return here(f"/overview/list/{name}", **{key: shortened(value) for key, value in given.items()})


def here(path: str, **given: str) -> str:
    """A path of ours with what is asked of it, in the language that this address asks for."""
    asked = {name: value for name, value in given.items() if value}
    if (spoken := request.args.get("lang", "")) in ("ja", "en"):
        asked["lang"] = spoken
    return f"{request.script_root}{path}{'?' if asked else ''}{urlencode(asked, safe='/:')}"


def shortened(iri: str) -> str:
    """The prefixed name of a term (``ccr:hasLead``, ``prov:wasQuotedFrom``); anything else as it is."""
    for prefix, namespace in VOCABULARIES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _whole(name: str) -> str:
    """The IRI of a prefixed name that ``shortened`` made; anything else as it is."""
    prefix, colon, local = name.partition(":")
    return VOCABULARIES[prefix] + local if colon and prefix in VOCABULARIES else name


def list_query(
    context: Context, name: str, given: Mapping[str, str], papers: Iterable[str], lang: str
) -> str:
    """The query of a list as text; raises QueryRefused (404) for a list or a paper that is not there, and
    for a value that names nothing."""
    if name not in LISTS:
        raise _not_there(name, LISTS)
    query = context.page_queries[f"overview-list-{name}"]
    values = {key: given[key] for key in LISTS[name] if given.get(key)}
    if any(len(value) > LONGEST for value in values.values()):
        raise _not_there(max(values.values(), key=len), ())
    paper, known = given.get(PAPER, ""), list(papers)
    if paper and paper not in known:
        raise _not_there(paper, known)
    if name in OF_GRAPHS:
        values |= graphs_of(paper or known[-1])
    elif paper:
        values[PAPER] = paper
    title = query.title.ja if lang == "ja" else query.title.en
    text = bind_text(query.text, _terms(query, values, context.source.base))
    return "\n".join([f"# {title}", *(line.rstrip() for line in text.split("\n") if line[:1] != "#")])


def _terms(query: QueryFile, values: Mapping[str, str], base: str) -> dict[ox.Variable, Term]:
    minter = Minter(base)
    found: dict[ox.Variable, Term] = {}
    for parameter in query.parameters:
        if parameter.name in values:
            try:
                found[ox.Variable(parameter.name)] = parameter.term(minter, _whole(values[parameter.name]))
            except (BadQueryFile, ValueError) as error:
                raise _not_there(values[parameter.name], ()) from error
    return found


def _not_there(what: str, there: Iterable[str]) -> QueryRefused:
    known = ", ".join(list(there)[:20])
    return QueryRefused(
        Message(f"「{what[:50]}」はありません。", f"There is no {what[:50]!r}."),
        Message(f"あるもの: {known}" if known else "一覧は /overview から。", f"There is: {known}")
        if known
        else Message("数のページ /overview から選んでください。", "Choose from the page /overview."),
        status=404,
    )
