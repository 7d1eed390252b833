"""Reads triples with their property lists, paths, unnamed nodes and collections (SPARQL 1.1 Query,
4.2, 9; 19.8, [75]–[97]) into single patterns; a sequence of steps becomes one pattern a step.
"""

from __future__ import annotations

from kgapp.emptiness.pattern import TRIPLE, Part, Path, Triple
from kgapp.emptiness.stream import Stream
from kgapp.emptiness.terms import LANG_STRING, RDF, STRING, TYPE, XSD, Term, Unreadable, number_of, string_of
from kgapp.terminals import Terminal

DEEPEST = 40


class Triples:
    """The triples of one subject, or of what stands inside its brackets."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._found: list[Part] = []
        self._depth = 0

    def same_subject(self) -> list[Part]:
        """A subject with its properties, up to the dot or the brace."""
        bracketed = self._stream.sign() in ("[", "(")
        subject = self._node()
        if not (bracketed and self._stream.sign() in (".", "}")):
            self._properties(subject)
        return self._found

    def _properties(self, subject: Term) -> None:
        stream = self._stream
        while True:
            steps = self._verb()
            while True:
                self._link(subject, steps, self._node())
                if stream.sign() != ",":
                    break
                stream.next()
            if stream.sign() != ";":
                return
            while stream.sign() == ";":
                stream.next()
            if stream.sign() in (".", "}", "]") or stream.peek() is None or stream.word() not in ("", "A"):
                return

    def _link(self, subject: Term, steps: list[tuple[Path, bool]], target: Term) -> None:
        """One pattern for each step of a path."""
        at = subject
        for number, (path, turned) in enumerate(steps):
            to = target if number == len(steps) - 1 else self._stream.unnamed()
            ends = (to, at) if turned else (at, to)
            self._add(Triple(ends[0], path, ends[1], turned, len(steps) == 1))
            at = to

    def _add(self, triple: Triple) -> None:
        ends = [triple.subject, triple.object, *([triple.path.term] if triple.path.term else [])]
        names = frozenset(term.value for term in ends if term.is_variable)
        terms = (*(end for end in triple.ends if not end.is_variable), *triple.path.terms)
        places = [term for term in (*ends, *triple.path.terms) if term.written]
        start = min((term.start for term in places), default=-1)
        end = max((term.end for term in places), default=-1)
        self._found.append(Part(TRIPLE, triple.text(), start, end, names, names, terms, triple))

    def _verb(self) -> list[tuple[Path, bool]]:
        stream = self._stream
        token = stream.peek()
        if token is not None and token.kind == "variable":
            stream.next()
            term = stream.variable(token)
            return [(Path(term.text, term, ()), False)]
        start = stream.here()
        steps = self._alternatives()
        if steps is None:
            text = stream.text[start : stream.before()]
            return [(Path(text, None, self._iris(start)), False)]
        return steps

    def _iris(self, start: int) -> tuple[Term, ...]:
        stream = self._stream
        tokens = stream.between(start, stream.before())
        return tuple(
            self._iri(token) for token in tokens if token.kind in ("iri", "name") or token.text == "a"
        )

    def _iri(self, token: Terminal) -> Term:
        if token.text == "a":
            return Term("iri", TYPE, "a", token.start, token.end)
        return self._stream.names.iri(token)

    def _alternatives(self) -> list[tuple[Path, bool]] | None:
        """The steps of a path; none where they cannot be taken one by one."""
        steps: list[tuple[Path, bool]] | None = self._sequence()
        while self._stream.sign() == "|":
            self._stream.next()
            self._sequence()
            steps = None
        return steps

    def _sequence(self) -> list[tuple[Path, bool]]:
        steps = self._element()
        while self._stream.sign() == "/":
            self._stream.next()
            steps += self._element()
        return steps

    def _element(self) -> list[tuple[Path, bool]]:
        """``^``? primary modifier? (19.8, [91]–[94])."""
        stream = self._stream
        turned = stream.sign() == "^"
        if turned:
            stream.next()
        start = stream.here()
        inner = self._primary(start)
        if self._modifier():
            text = stream.text[start : stream.before()]
            inner = [(Path(text, None, self._iris(start)), False)]
        if turned:
            return [(path, not back) for path, back in reversed(inner)]
        return inner

    def _primary(self, start: int) -> list[tuple[Path, bool]]:
        stream = self._stream
        if stream.sign() == "(":
            stream.next()
            self._enter()
            steps = self._alternatives()
            self._depth -= 1
            stream.expect(")")
            if steps is not None:
                return steps
        elif stream.sign() == "!":
            stream.next()
            if stream.sign() == "(":
                stream.skip_balanced()
            else:
                if stream.sign() == "^":
                    stream.next()
                self._named()
            return [(Path(stream.text[start : stream.before()], None, ()), False)]
        else:
            term = self._named()
            return [(Path(term.text, term, (term,)), False)]
        return [(Path(stream.text[start : stream.before()], None, self._iris(start)), False)]

    def _named(self) -> Term:
        token = self._stream.next()
        if token.kind in ("iri", "name") or token.text == "a":
            return self._iri(token)
        raise Unreadable(token.text)

    def _modifier(self) -> bool:
        stream = self._stream
        sign, token, after = stream.sign(), stream.peek(), stream.peek(1)
        if sign not in ("*", "+", "?") or token is None:
            return False
        glued = after is not None and after.kind == "number" and after.start == token.end
        if sign == "+" and glued and token.start > stream.before():
            return False  # a number with its sign
        stream.next()
        return True

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("depth")

    def _node(self) -> Term:
        """A subject or an object."""
        stream = self._stream
        token = stream.next()
        if token.kind == "variable":
            return stream.variable(token)
        if token.kind in ("iri", "name"):
            return stream.names.iri(token)
        if token.kind == "blank":
            return stream.blank(token)
        if token.text == "[":
            return self._unnamed()
        if token.text == "(":
            return self._collection()
        return self._literal(token)

    def _unnamed(self) -> Term:
        stream = self._stream
        node = stream.unnamed()
        if stream.sign() != "]":
            self._enter()
            self._properties(node)
            self._depth -= 1
        stream.expect("]")
        return node

    def _collection(self) -> Term:
        """``( a b )``: rdf:first and rdf:rest (4.2.3)."""
        stream = self._stream
        nil = Term("iri", f"{RDF}nil", f"<{RDF}nil>")
        self._enter()
        items = []
        while stream.sign() != ")":
            items.append(self._node())
        stream.next()
        self._depth -= 1
        at = head = stream.unnamed() if items else nil
        for number, item in enumerate(items):
            self._fixed(at, "first", item)
            rest = stream.unnamed() if number < len(items) - 1 else nil
            self._fixed(at, "rest", rest)
            at = rest
        return head

    def _fixed(self, subject: Term, name: str, target: Term) -> None:
        term = Term("iri", f"{RDF}{name}", f"<{RDF}{name}>")
        self._add(Triple(subject, Path(term.text, term, (term,)), target))

    def _literal(self, token: Terminal) -> Term:
        stream = self._stream
        if token.text in ("+", "-") and token.kind == "sign":
            return number_of(token.text, stream.next("number"), token.start)
        if token.kind == "number":
            return number_of("", token, token.start)
        if token.word in ("TRUE", "FALSE"):
            value = token.text.lower()
            return Term("literal", value, value, token.start, token.end, "", f"{XSD}boolean")
        if token.kind != "string":
            raise Unreadable(token.text)
        return literal(token, stream)


def literal(token: Terminal, stream: Stream) -> Term:
    """A string with the language or datatype behind it."""
    value, after = string_of(token), stream.peek()
    end, language, datatype = token.end, "", STRING
    if after is not None and after.kind == "language":
        language, datatype, end = after.text[1:].lower(), LANG_STRING, stream.next().end
    elif after is not None and after.text == "^^":
        stream.next()
        datatype = stream.names.iri(stream.next()).value
        end = stream.before()
    return Term("literal", value, stream.text[token.start : end], token.start, end, language, datatype)
