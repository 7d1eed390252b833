"""Reads a query into its parts (SPARQL 1.1 Query, 19.8), following the groups and the triples only.

The engine has accepted the text before; so expressions are taken as they stand, and what is not
read here (SPARQL 1.2, SERVICE) is refused as unreadable, never guessed. rdflib's parser is not used:
it tells no places, and takes ten times as long.
"""

from __future__ import annotations

from kgapp.emptiness import pattern as kinds
from kgapp.emptiness.expressions import constraint, expression_terms
from kgapp.emptiness.pattern import Group, Part, Query
from kgapp.emptiness.stream import Stream
from kgapp.emptiness.terms import Names, Unreadable
from kgapp.emptiness.triples import Triples
from kgapp.terminals import Terminal, terminals

LONGEST = 16_384
"""Characters of a query that is taken apart."""
DEEPEST = 40
"""Groups inside each other."""
MOST_PARTS = 100
"""Parts of one group."""
AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])


def read(text: str, base: str) -> Query:
    """A query in parts; raises Unreadable where its form is beyond this."""
    if len(text) > LONGEST:
        raise Unreadable("length")
    return _Reader(text, base).query()


def read_under(text: str, base: str, graphs: str) -> Query:
    """The same with FROM clauses that overrule the query's own; its own where there are none."""
    query = read(text, base)
    if graphs:
        query.given = query.dataset = graphs
        query.graphs = ()
    return query


def spoken(text: str) -> list[Terminal]:
    """All terminals but spaces and comments; raises Unreadable where something is none."""
    found = [each for each in terminals(text) if each.kind not in ("space", "comment")]
    for each in found:
        if each.kind == "other":
            raise Unreadable(f"character {each.start}")
    return found


class _Reader:
    """One pass over the tokens of one query."""

    def __init__(self, text: str, base: str) -> None:
        tokens = spoken(text)
        used = {token.text[1:] for token in tokens if token.kind == "variable"}
        self._stream = Stream(text, tokens, Names(base), used)
        self._depth = 0

    def query(self) -> Query:
        """The whole query."""
        stream = self._stream
        self._prologue()
        prologue = stream.text[: stream.here()]
        form = stream.next().word
        if form not in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            raise Unreadable(form)
        found = Query(
            stream.text, stream.names, prologue, form, "", (), Group((), 0, 0), "", used=stream.used
        )
        head = stream.here()
        self._head(found)
        found.head = f"{form} {stream.text[head : stream.here()]}"
        self._dataset(found)
        if stream.word() == "WHERE":
            stream.next()
        if stream.peek() is None and found.described:
            found.where = Group((), len(stream.text), len(stream.text))
            return found
        found.where = self.group()
        found.tail = stream.text[found.where.end :]
        self._tail(found)
        if stream.peek() is not None:
            raise Unreadable("end")
        return found

    def _prologue(self) -> None:
        stream = self._stream
        while (word := stream.word()) in ("BASE", "PREFIX"):
            stream.next()
            if word == "BASE":
                stream.names.base = stream.names.iri(stream.next("iri")).value
                continue
            name = stream.next("name").text
            if not name.endswith(":"):
                raise Unreadable(name)
            iri = stream.next("iri")
            stream.names.prefixes[name[:-1]] = stream.names.iri(iri).value
            stream.names.declared[name[:-1]] = (iri.start, iri.end)

    def _head(self, query: Query) -> None:
        """What is selected, constructed or described, up to the dataset or the pattern."""
        stream = self._stream
        if query.form == "CONSTRUCT" and stream.sign() == "{":
            stream.skip_balanced()
            return
        depth = 0
        while (token := stream.peek()) is not None:
            if depth == 0 and (token.text == "{" or token.word in ("FROM", "WHERE")):
                return
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.kind == "variable" and depth == 0:
                query.projected += (stream.variable(token),)
            query.aggregates = query.aggregates or token.word in AGGREGATES
            if query.form == "DESCRIBE" and token.kind in ("iri", "name"):
                query.described += (stream.names.iri(token),)
            stream.next()
        if query.form != "DESCRIBE":
            raise Unreadable("end")

    def _dataset(self, query: Query) -> None:
        stream = self._stream
        start = stream.here()
        while stream.word() == "FROM":
            stream.next()
            if stream.word() == "NAMED":
                stream.next()
            query.graphs += (stream.names.iri(stream.next()),)
        query.dataset = stream.text[start : stream.here()]

    def _tail(self, query: Query) -> None:
        """GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET and VALUES behind the pattern."""
        stream = self._stream
        while (token := stream.peek()) is not None and token.word != "VALUES":
            stream.next()
            query.grouped = query.grouped or token.word == "GROUP"
            query.having = query.having or token.word == "HAVING"
            query.aggregates = query.aggregates or token.word in AGGREGATES
            if token.word in ("LIMIT", "OFFSET"):
                number = stream.next("number").text
                if not number.isdecimal() or len(number) > 18:
                    raise Unreadable(number)
                if token.word == "LIMIT":
                    query.limit = int(number)
                else:
                    query.offset = int(number)
        if stream.word() == "VALUES":
            query.values = self._values()

    def group(self) -> Group:
        """``{ … }``."""
        stream = self._stream
        start = stream.here()
        stream.expect("{")
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("depth")
        parts: list[Part] = []
        if stream.word() == "SELECT":
            parts.append(self._select())
        while stream.sign() != "}":
            parts += self._parts()
            if len(parts) > MOST_PARTS:
                raise Unreadable("parts")
        self._depth -= 1
        return Group(tuple(parts), start, stream.next().end)

    def _parts(self) -> list[Part]:
        stream = self._stream
        word = stream.word()
        if word == "FILTER":
            return [self._filter()]
        if word in ("OPTIONAL", "MINUS"):
            return [self._braced(word.lower())]
        if word == "GRAPH":
            return [self._graph()]
        if word == "BIND":
            return [self._bind()]
        if word == "VALUES":
            return [self._values()]
        if word == "SERVICE":
            raise Unreadable(word)
        if stream.sign() == "{":
            return [self._union()]
        if stream.sign() == ".":
            stream.next()
            return []
        return Triples(stream).same_subject()

    def _compound(
        self,
        kind: str,
        start: int,
        branches: tuple[Group, ...],
        binds: frozenset[str],
        more: tuple[Terminal, ...] = (),
    ) -> Part:
        stream = self._stream
        end = branches[-1].end
        inner = [token for token in stream.between(start, end) if token.kind == "variable"]
        variables = frozenset(token.text[1:] for token in inner)
        terms = tuple(stream.names.iri(token) for token in more if token.kind != "variable")
        return Part(kind, stream.text[start:end], start, end, variables, binds, terms, branches=branches)

    def _braced(self, kind: str) -> Part:
        start = self._stream.next().start
        group = self.group()
        return self._compound(kind, start, (group,), group.binds if kind == kinds.OPTIONAL else frozenset())

    def _graph(self) -> Part:
        stream = self._stream
        start = stream.next().start
        name = stream.next()
        group = self.group()
        own = frozenset([name.text[1:]]) if name.kind == "variable" else frozenset()
        return self._compound(kinds.GRAPH, start, (group,), group.binds | own, (name,))

    def _union(self) -> Part:
        stream = self._stream
        branches = [self.group()]
        while stream.word() == "UNION":
            stream.next()
            branches.append(self.group())
        binds = frozenset().union(*(branch.binds for branch in branches))
        kind = kinds.UNION if len(branches) > 1 else kinds.GROUP
        return self._compound(kind, branches[0].start, tuple(branches), binds)

    def _filter(self) -> Part:
        stream = self._stream
        start = stream.next().start
        if stream.word() == "EXISTS":
            stream.next()
            return self._compound(kinds.EXISTS, start, (self.group(),), frozenset())
        inner = constraint(stream)
        variables = frozenset(token.text[1:] for token in inner if token.kind == "variable")
        text = stream.text[start : inner[-1].end]
        terms = expression_terms(inner, stream.names)
        return Part(kinds.FILTER, text, start, inner[-1].end, variables, terms=terms, expression=tuple(inner))

    def _bind(self) -> Part:
        stream = self._stream
        start = stream.next().start
        inner = stream.skip_balanced()
        if len(inner) < 5 or inner[-2].kind != "variable":
            raise Unreadable("BIND")
        names = [token.text[1:] for token in inner if token.kind == "variable"]
        text = stream.text[start : inner[-1].end]
        return Part(
            kinds.BIND,
            text,
            start,
            inner[-1].end,
            frozenset(names),
            frozenset(names[-1:]),
            expression=tuple(inner),
        )

    def _values(self) -> Part:
        stream = self._stream
        start = stream.next().start
        names = []
        if stream.sign() == "(":
            names = [token.text[1:] for token in stream.skip_balanced() if token.kind == "variable"]
        else:
            names = [stream.next("variable").text[1:]]
        rows = stream.skip_balanced()
        text = stream.text[start : rows[-1].end]
        terms = expression_terms(rows, stream.names)
        own = frozenset(names)
        return Part(kinds.VALUES, text, start, rows[-1].end, own, own, terms, expression=tuple(rows))

    def _select(self) -> Part:
        """A sub-select: nothing of it but what it projects is seen outside (12)."""
        stream = self._stream
        start = stream.next().start
        own: set[str] = set()
        star, depth, last = False, 0, ""
        while (token := stream.peek()) is not None and (depth or token.text != "{") and token.word != "WHERE":
            stream.next()
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.kind == "variable" and (depth == 0 or last == "AS"):
                own.add(token.text[1:])
            star = star or (token.text == "*" and depth == 0)
            last = token.word
        if stream.word() == "WHERE":
            stream.next()
        group = self.group()
        depth = 0
        while (token := stream.peek()) is not None and (depth or token.text != "}"):
            stream.next()
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        end = stream.before()
        binds = group.binds if star else frozenset(own)
        around = [
            token.word for token in stream.between(start, end) if not group.start < token.start < group.end
        ]
        counts = any(word in ("HAVING", "LIMIT", "OFFSET") or word in AGGREGATES for word in around)
        text = f"{{ {stream.text[start:end]} }}"
        return Part(kinds.SELECT, text, start, end, binds, binds, branches=(group,), counts=counts)
