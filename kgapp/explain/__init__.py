"""Why a triple holds: derivations by the rules of OWL 2 RL, down to what was recorded.

Asked of the data that are served (``queries/pages/why-*.rq``), embedded or remote, and not of a build.
No words of any language here, and nothing of HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kgapp.explain.axioms import Axioms, read_axioms
from kgapp.explain.facts import INFERRED, Facts, Graphs, Link, is_recorded
from kgapp.explain.model import Axiom, Derivation, Explanation, Rule
from kgapp.explain.records import Record
from kgapp.explain.search import Search
from kgapp.queryfile import QueryFile
from kgapp.question import LiveSource

__all__ = ["Axiom", "Derivation", "Explainer", "Explanation", "Rule", "explain"]


def explain(source: LiveSource, queries: Mapping[str, QueryFile], triple: ox.Triple) -> Explanation:
    """Why a triple holds in what a source serves: ``Explainer`` for one question.

    ``queries`` are the files of ``queries/pages``. From a program, after ``kgapp build``:

    >>> import pyoxigraph as ox
    >>> from kgapp.dataset import read_dataset
    >>> from kgapp.explain import explain
    >>> from kgapp.home import find_home
    >>> from kgapp.queryfile import read_queries
    >>> from kgapp.store import open_dataset
    >>> from kgapp.vocab import CCR
    >>> home = find_home()
    >>> store = open_dataset(read_dataset(home.build))
    >>> def thing(path):
    ...     return ox.NamedNode(f"{store.base}id/{path}")
    >>> csw, theme = thing("fujisawa/actor/csw"), thing("fujisawa/2020-02/theme-5")
    >>> active = ox.Triple(csw, ox.NamedNode(f"{CCR}activeInTheme"), theme)
    >>> found = explain(store, read_queries(home.queries / "pages"), active)
    >>> len(found.ways), str(found.ways[0].rule)
    (3, 'prp-spo2')
    >>> for leaf in found.ways[0].leaves:
    ...     print(leaf.conclusion.predicate.value.removeprefix(str(CCR)))
    hasLead
    inTheme
    """
    return Explainer(source, queries).explain(triple)


class Explainer:
    """Explains triples of a source; keeps the axioms for as long as the same data answer."""

    def __init__(self, source: LiveSource, queries: Mapping[str, QueryFile]) -> None:
        self._source, self._queries = source, queries
        self._axioms: tuple[int, Axioms] | None = None

    def explain(self, triple: ox.Triple) -> Explanation:
        """Whether and where a triple is there, and the derivations of it; raises QueryRefused where a
        query does. A recorded triple is its own first derivation."""
        facts = Facts(self._source, self._queries)
        there, graphs = facts.graphs_of(triple)
        ways: tuple[Derivation, ...] = ()
        more = False
        if there and (is_recorded(graphs) or not graphs):
            ways = (Derivation(triple, graphs),)
        link = _link(triple)
        if link and any(graph.endswith(INFERRED) for graph in graphs):
            derived, more = self._derived(facts, link, graphs)
            ways += derived
        return Explanation(triple, there, graphs, ways, more)

    def near(self, triple: ox.Triple) -> list[ox.Triple]:
        """What else the data hold between the subject and the object of a triple, in either direction."""
        link = _link(triple)
        if link is None:
            return []
        found = Facts(self._source, self._queries).between(link[0], link[2])
        return [ox.Triple(*map(ox.NamedNode, other)) for other in sorted(found) if other != link]

    def unknown(self, triple: ox.Triple) -> list[ox.NamedNode]:
        """The names in a triple that the data mention nowhere: misspelt, most likely."""
        facts = Facts(self._source, self._queries)
        terms = dict.fromkeys((triple.subject, triple.predicate, triple.object))
        return [term for term in terms if isinstance(term, ox.NamedNode) and not facts.mentions(term)]

    def _derived(self, facts: Facts, link: Link, graphs: Graphs) -> tuple[tuple[Derivation, ...], bool]:
        axioms = self._current()
        search = Search(axioms, facts)
        if found := search.ways(link, graphs):
            return found, search.more

        def _ways(other: Link) -> tuple[Derivation, ...]:
            there = facts.between(other[0], other[2])
            return Search(axioms, facts).ways(other, there[other]) if other in there else ()

        record = Record(facts, link[0], _ways).explain(link)
        return ((record,) if record else ()), search.more

    def _current(self) -> Axioms:
        generation = self._source.generation
        if self._axioms is None or self._axioms[0] != generation:
            self._axioms = generation, read_axioms(self._source, self._queries)
        return self._axioms[1]


def _link(triple: ox.Triple) -> Link | None:
    subject, predicate, obj = triple.subject, triple.predicate, triple.object
    if isinstance(subject, ox.NamedNode) and isinstance(obj, ox.NamedNode):
        return subject.value, predicate.value, obj.value
    return None
