"""Reads the values of an operation's parameters: a thing by path, IRI or name; a passage by notation;
a word as it is. What names nothing is refused with what is near, so that no misspelling looks like an
answer without rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from kgapp.errors import Message
from kgapp.queryfile import Parameter
from kgapp.vocab import ONTOLOGY
from kgapp.web.api.operations import NoSuchValue
from kgapp.web.questions.forms import LONGEST_WORD, offered, takes, takes_words
from kgapp.web.trace.trace import Trace, Traces, folded

LONGEST_IRI = 1024
LOOKED_AT = 8
"""Editions in which a value is looked for."""
NEAR = 5
"""Values that a refusal names."""
FEW = 24
"""Values up to which a description lists all of them."""
_SHOWN = 60


@dataclass(frozen=True)
class Value:
    """A value that a parameter takes, with its words; for a thing its IRI and the names it goes by."""

    value: str
    label: Message
    iri: str = ""
    names: tuple[str, ...] = ()

    def about(self) -> dict[str, object]:
        """What is told of it to a program."""
        told: dict[str, object] = {"value": self.value, "ja": self.label.ja, "en": self.label.en}
        return told | ({"iri": self.iri, "names": list(self.names)} if self.iri else {})


def values_of(parameter: Parameter, trace: Trace) -> list[Value]:
    """The values that a parameter takes in an edition; none where it takes any word."""
    things = {thing.path: thing for thing in trace.things.values() if takes(parameter, thing)}
    ja, en = (_told(parameter, trace, lang) for lang in ("ja", "en"))
    found = []
    for value, words in ja.items():
        thing = things.get(value)
        names = thing.names if thing else ()
        found.append(Value(value, Message(words, en[value]), thing.iri if thing else "", names))
    return found


def read_value(parameter: Parameter, given: str, traces: Traces, base: str, listed: str) -> str:
    """The value that is meant, as the query file writes such values; raises NoSuchValue (400), which
    says where all of them are ``listed``."""
    _require_length(parameter, given)
    if takes_words(parameter):
        return given
    near: list[Value] = []
    for trace in _looked_at(given, traces, base):
        known = values_of(parameter, trace)
        if found := _found(given, known, trace, base):
            return found
        near = near or _alike(given, known)
    raise _no_such_value(parameter, given, near, listed)


class Offers:
    """What parameters take in an edition, each kind of value looked up once."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._found: dict[str, list[Value]] = {}

    def values(self, parameter: Parameter) -> list[Value]:
        """The values that a parameter takes; none where it takes any word."""
        if parameter.name not in self._found:
            self._found[parameter.name] = values_of(parameter, self._trace)
        return self._found[parameter.name]

    def default(self, parameter: Parameter) -> str:
        """The value of a parameter that is not given: the query file's example, or where the data are
        another city's, the first that there is; empty where there is none."""
        known = [one.value for one in self.values(parameter)]
        if takes_words(parameter) or parameter.default in known:
            return parameter.default
        return min(known, default="")


def _told(parameter: Parameter, trace: Trace, lang: str) -> dict[str, str]:
    return {
        value: f"{heading}: {words}" if heading else words
        for heading, options in offered(parameter, trace, lang)
        for value, words in options
    }


def _require_length(parameter: Parameter, given: str) -> None:
    longest = LONGEST_IRI if parameter.type == "iri" else LONGEST_WORD
    if 0 < len(given) <= longest:
        return
    ja, en = _called_parameter(parameter)
    raise NoSuchValue(
        Message(f"{ja}が長すぎます。", f"{en} is too long.")
        if given
        else Message(f"{ja}が空です。", f"{en} is empty."),
        Message(f"1字から{longest}字までです。", f"It has 1 to {longest} characters."),
    )


def _called_parameter(parameter: Parameter) -> tuple[str, str]:
    """A parameter by its label and its name, in ja and en."""
    name, label = parameter.name, parameter.label
    return f"{label.ja}（{name}）", name if label.en == name else f"{name} ({label.en})"


def _looked_at(given: str, traces: Traces, base: str) -> Iterator[Trace]:
    """The editions in which a value is looked for: of the city that a path names, then others, the
    newest first."""
    city = given.removeprefix(f"{base}id/").partition("/")[0]
    every = sorted(traces.editions(), key=lambda one: (one.city == city, one.issued, one.path), reverse=True)
    return (traces.trace(edition.path) for edition in every[:LOOKED_AT])


def _found(given: str, known: list[Value], trace: Trace, base: str) -> str:
    """The one value that is meant by what was given; empty where there is none, or several."""
    written = _written(given, trace, base)
    by_value = {folded(one.value): one.value for one in known}
    for candidate in (written, f"ccr:{written}"):
        if (found := by_value.get(folded(candidate))) is not None:
            return found
    called = _called(given, known)
    return called[0].value if len(called) == 1 else ""


def _called(given: str, known: list[Value]) -> list[Value]:
    return [one for one in known if folded(given) in _names(one)]


def _alike(given: str, known: list[Value]) -> list[Value]:
    """What a refusal names: those of that very name where there are several, else what is near."""
    return _called(given, known)[:NEAR] or _near(given, known)


def _written(given: str, trace: Trace, base: str) -> str:
    """A value as query files write it: a path for an IRI, ``ccr:`` for the vocabulary, the notation of
    a passage for its IRI or path."""
    if given.startswith(f"{ONTOLOGY}#"):
        return f"ccr:{given.removeprefix(f'{ONTOLOGY}#')}"
    passage = trace.passages.get(given) or trace.passages.get(f"{base}id/{given}")
    return passage.notation if passage else given.removeprefix(f"{base}id/")


def _names(one: Value) -> set[str]:
    names = (*one.names, one.label.ja, one.label.en, one.value.rpartition("/")[2]) if one.iri else ()
    return {folded(name) for name in names}


def _near(given: str, known: Iterable[Value]) -> list[Value]:
    """Values whose name, or whose last part, looks like what was given."""
    owners: dict[str, Value] = {}
    for one in known:
        for name in (folded(one.value), *_names(one)):
            owners.setdefault(name, one)
    asked = folded(given[:LONGEST_WORD])
    holding = [name for name in owners if len(asked) > 1 and asked in name]
    tail = asked.rpartition("/")[2]
    close = [*get_close_matches(asked, owners, NEAR, 0.6), *get_close_matches(tail, owners, NEAR, 0.6)]
    found = {owners[name].value: owners[name] for name in [*holding, *close]}
    return list(found.values())[:NEAR]


def _no_such_value(parameter: Parameter, given: str, near: list[Value], listed: str) -> NoSuchValue:
    several = "，".join(f"{one.value}（{one.label.ja}）" for one in near[:NEAR])
    many = ", ".join(f"{one.value} ({one.label.en})" for one in near[:NEAR])
    shown, ja, en = given[:_SHOWN], *_called_parameter(parameter)
    return NoSuchValue(
        Message(
            f"{ja}に「{shown}」という値はありません。",
            f"{shown!r} is no value of {en}.",
        ),
        Message(
            f"{f'近い値: {several}。' if near else ''}すべての値は {listed} にあります。",
            f"{f'Near: {many}. ' if near else ''}All values are listed at {listed}.",
        ),
        near=tuple({"value": one.value, "ja": one.label.ja, "en": one.label.en} for one in near[:NEAR]),
    )
