"""The things that have a name here: which names are known, and their descriptions, kept for as long
as the same data answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Lock
from urllib.parse import urlencode

import pyoxigraph as ox
from cachetools import LRUCache

from kgapp.dataset import Dataset, damaged
from kgapp.describe import Catalogue, Describer, Description
from kgapp.errors import Message, QueryRefused
from kgapp.publication import POINTING, gone, read_publication
from kgapp.results import PREFIXES
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE
from kgapp.sortedlines import SortedLines
from kgapp.web.frame.context import Context
from kgapp.web.frame.names import Labels

NAME = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
"""What the path of a name below ``id/`` may look like (MODEL.md, "IRIs"): ASCII, no empty part."""
LONGEST_NAME = 512
KEPT = 100_000
"""Quads of descriptions that are kept, the least lately asked for given up first."""
KEPT_PAGES = 2048
"""Descriptions of which what was made is kept too."""
FOAF, HYDRA, SD = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/ns/hydra/core#", PREFIXES["sd"]
GRAPH_NAMES = {
    "asserted": Message("資料から記したもの", "recorded from the paper"),
    "claims": Message("根拠付き主張と引用", "claims and quotes"),
    "source": Message("資料の文字と断片", "the text and its spans"),
    "inferred": Message("規則から結論したもの", "concluded by rules"),
    "register": Message("登録簿", "register"),
    "external": Message("資料の外の事実", "facts from outside the paper"),
    "dataset": Message("データセットの説明", "description of the dataset"),
}


class Things:
    """Everything that has a name of ours, over the data that answer now."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = Lock()
        self._described: LRUCache[tuple[str, int], Description] = LRUCache(KEPT, getsizeof=len)
        self._made: LRUCache[tuple[str, int], str] = LRUCache(KEPT_PAGES)
        self._state: tuple[int, str] = (-1, "")
        self._catalogue: Catalogue | None = None
        self._labels: Labels = {}
        self._labels_of: tuple[int, str] = (-1, "")

    @property
    def dataset(self) -> Dataset:
        """The dataset that is served; raises QueryRefused (404) where other data are."""
        dataset = self._context.dataset()
        if dataset is None:
            raise QueryRefused(
                Message(
                    "ここでは指定されたファイルのデータを出していて，名前ごとのページはありません。",
                    "This serves data from files that were named; there are no pages of things.",
                ),
                Message("問い合わせは /sparql で受けます。", "Ask at /sparql."),
                status=404,
            )
        return dataset

    def require(self, path: str) -> str:
        """The IRI of the thing whose name has this path; raises QueryRefused where no version had it
        (404) or only earlier ones did (410)."""
        dataset = self.dataset
        if _may_name(path):
            thing = f"{dataset.base}id/{path}"
            if thing in _graphs(dataset) or self._describer(dataset).knows(thing):
                return thing
            if dataset.publication and (version := gone(dataset).last_version(thing)):
                raise _gone(path, version)
        raise _unknown(path)

    def describe(self, path: str, page: int = 1) -> Description:
        """The description of the thing whose name has this path; raises as ``require``, and where
        its description has no such page (404)."""
        dataset, generation = self.dataset, self._context.source.generation
        if not _may_name(path):
            raise _unknown(path)
        thing, describer = f"{dataset.base}id/{path}", self._describer(dataset)
        with self._lock:
            kept = self._described.get((thing, page))
        if kept is not None:
            return kept
        found = describer.describe(thing, page)
        if thing in _graphs(dataset) and page == 1:
            about = tuple(_graph_statements(dataset, thing))
            found = found or Description(thing, (), {}, (), (), ())
            found = replace(found, own=found.own + about)
        if found is None:
            self.require(path)
            raise _no_page(path, page)
        state = (self._context.source.generation, dataset.publication)
        with self._lock:
            if self._state == state and generation == state[0] and len(found) <= KEPT:
                self._described[thing, page] = found
        return found

    def once(self, found: Description, make: Callable[[], str]) -> str:
        """What is made of a description, made once for as long as that is kept."""
        key = (found.thing, found.page)
        with self._lock:
            if self._described.get(key) is found and key in self._made:
                return self._made[key]
        made = make()
        with self._lock:
            if self._described.get(key) is found:
                self._made[key] = made
        return made

    def labels(self) -> Labels:
        """The names of the vocabulary's terms, by IRI and language."""
        state = (self._context.source.generation, self.dataset.publication)
        with self._lock:
            if self._labels_of == state:
                return self._labels
        results = self._context.page_queries["vocabulary-names"].run(self._context.source)
        assert isinstance(results, ox.QuerySolutions)
        found: dict[str, dict[str, str]] = {}
        for row in results:
            found.setdefault(row["term"].value, {})[row["label"].language or ""] = row["label"].value
        with self._lock:
            self._labels, self._labels_of = found, state
        return found

    def _describer(self, dataset: Dataset) -> Describer:
        """What describes now; what was kept of other data is forgotten."""
        state = (self._context.source.generation, dataset.publication)
        with self._lock:
            if state != self._state:
                if dataset.publication != self._state[1]:
                    self._catalogue = _read_catalogue(dataset)
                self._described.clear()
                self._made.clear()
                self._state = state
            return Describer(self._context.source, self._context.page_queries, self._catalogue)


def document_statements(description: Description, base: str) -> Iterator[ox.Quad]:
    """What is said of the document itself, not of its thing: topic, dataset, rights, and the pages
    of what points to the thing (Hydra, PartialCollectionView)."""
    path = description.thing.removeprefix(f"{base}id/")
    document = ox.NamedNode(f"{base}doc/{path}")

    def _say(subject: ox.NamedNode, term: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(subject, ox.NamedNode(term), value)

    yield _say(document, PREFIXES["rdf"] + "type", ox.NamedNode(f"{FOAF}Document"))
    yield _say(document, f"{FOAF}primaryTopic", ox.NamedNode(description.thing))
    yield _say(document, PREFIXES["void"] + "inDataset", ox.NamedNode(f"{base}id/dataset"))
    yield _say(document, PREFIXES["dcterms"] + "license", ox.NamedNode(str(LICENSE)))
    for language in ("ja", "en"):
        rights = f"{DISCLAIMER[language]}{'' if language == 'ja' else ' '}{DATASET_RIGHTS[language]}"
        yield _say(document, PREFIXES["dcterms"] + "rights", ox.Literal(rights, language=language))
    yield _say(document, f"{HYDRA}totalItems", ox.Literal(description.total))
    if description.pages > 1:
        numbers = {"first": 1, "previous": description.page - 1, "next": description.page + 1}
        numbers["last"] = description.pages
        view = ox.NamedNode(f"{document.value}?page={description.page}")
        yield _say(document, f"{HYDRA}view", view)
        yield _say(view, PREFIXES["rdf"] + "type", ox.NamedNode(f"{HYDRA}PartialCollectionView"))
        for relation, number in numbers.items():
            if 1 <= number <= description.pages:
                other = ox.NamedNode(f"{document.value}?page={number}")
                yield _say(view, HYDRA + relation, other)


def _may_name(path: str) -> bool:
    return len(path) <= LONGEST_NAME and NAME.fullmatch(path) is not None


def _graphs(dataset: Dataset) -> dict[str, int]:
    return {graph.iri: graph.triples for graph in dataset.graphs}


def _graph_statements(dataset: Dataset, graph: str) -> Iterator[ox.Quad]:
    """What a named graph is, how large, and where its content is had. No graph says this of itself."""
    node = ox.NamedNode(graph)
    type_, label = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["rdfs"] + "label")
    yield ox.Quad(node, type_, ox.NamedNode(f"{SD}Graph"))
    yield ox.Quad(node, type_, ox.NamedNode(PREFIXES["void"] + "Dataset"))
    name = graph.rpartition("/")[2]
    words = GRAPH_NAMES.get(name, Message(name, name))
    yield ox.Quad(node, label, ox.Literal(f"名前付きグラフ {name}（{words.ja}）", language="ja"))
    yield ox.Quad(node, label, ox.Literal(f"named graph {name} ({words.en})", language="en"))
    yield ox.Quad(node, ox.NamedNode(PREFIXES["void"] + "triples"), ox.Literal(_graphs(dataset)[graph]))
    endpoint = f"{dataset.base}sparql"
    yield ox.Quad(node, ox.NamedNode(PREFIXES["void"] + "sparqlEndpoint"), ox.NamedNode(endpoint))
    content = urlencode({"query": "CONSTRUCT WHERE { ?s ?p ?o }", "default-graph-uri": graph})
    yield ox.Quad(node, ox.NamedNode(PREFIXES["void"] + "dataDump"), ox.NamedNode(f"{endpoint}?{content}"))


def _read_catalogue(dataset: Dataset) -> Catalogue | None:
    """The catalogue of what was published, in a graph of its name; none where nothing was."""
    if not dataset.publication:
        return None
    place = dataset.folder / read_publication(dataset).catalogue
    try:
        lines, turned = SortedLines(place), SortedLines(place.with_name(POINTING))
    except OSError as error:
        raise damaged(place.name, error) from error
    return Catalogue(ox.NamedNode(f"{dataset.base}id/catalogue"), lines, turned)


def _shown(path: str) -> str:
    return path if len(path) <= 120 else f"{path[:120]}…"


def _unknown(path: str) -> QueryRefused:
    return QueryRefused(
        Message(
            f"「{_shown(path)}」という名前のものは，このデータセットにありません。",
            f"Nothing in this dataset has the name “{_shown(path)}”.",
        ),
        Message(
            "綴りを確かめてください。収めているものは最初のページと /catalogue にあります。",
            "Check the spelling. The first page and /catalogue list what there is.",
        ),
        status=404,
    )


def _gone(path: str, version: str) -> QueryRefused:
    return QueryRefused(
        Message(
            f"「{_shown(path)}」は {version} の版まであった名前で，今の版にはありません。",
            f"“{_shown(path)}” is a name of versions up to {version}; the present one has it no longer.",
        ),
        Message(
            "以前の版は /catalogue に，変わったことは /changes にあります。",
            "Earlier versions are listed at /catalogue, and what changed at /changes.",
        ),
        status=410,
    )


def _no_page(path: str, page: int) -> QueryRefused:
    return QueryRefused(
        Message(
            f"「{_shown(path)}」の説明に {page} ページ目はありません。",
            f"The description of “{_shown(path)}” has no page {page}.",
        ),
        Message("page を付けずに開いてください。", "Open it without page."),
        status=404,
    )
