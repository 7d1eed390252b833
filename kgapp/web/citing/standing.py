"""How a question that was cited stands today: whether the same version is served, what has changed
since, and whether its answer is still the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kgapp.errors import KgappError, QueryRefused
from kgapp.publication import VERSION_LENGTH
from kgapp.results import BOOLEAN, GRAPH, TABLE
from kgapp.sparqltext import keywords
from kgapp.web.datasets.changelist import Differences, differences
from kgapp.web.frame.published import Published
from kgapp.web.http.cited import Asked
from kgapp.web.http.fingerprint import Fingerprint, fingerprint
from kgapp.web.http.permalink import Permalink

KINDS = {"SELECT": TABLE, "ASK": BOOLEAN, "CONSTRUCT": GRAPH, "DESCRIBE": GRAPH}

CALLS = ("NOW", "RAND", "UUID")


class Version(StrEnum):
    """Of which version a question was asked."""

    SAME = "same"
    EARLIER = "earlier"
    """Of one before, whose files are kept."""
    NOT_KEPT = "not-kept"
    """Of another, whose files are not here."""
    NOT_RECORDED = "not-recorded"
    NONE_SERVED = "none-served"
    """Other data are served here, which have no version."""


class Same(StrEnum):
    """Whether the answer of now is that of then."""

    SAME = "same"
    DIFFERS = "differs"
    NOT_RECORDED = "not-recorded"
    CHANGES = "changes-from-run-to-run"
    TOO_LARGE = "too-large"
    REFUSED = "refused"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True)
class Standing:
    """A permalink beside the data that are served now."""

    link: Permalink
    version: Version
    served: str
    """The version that is served; empty where the data have none."""
    changes: Differences | None
    """What came and went since, where it can be told."""
    answer: Same
    now: Fingerprint | None
    refusal: KgappError | None

    @property
    def kind(self) -> str:
        """Whether a table, a truth value or a graph answers."""
        return kind_of(self.link.text)


def kind_of(text: str) -> str:
    """Whether a table, a truth value or a graph answers a query."""
    return KINDS.get(keywords(text).first_form, TABLE)


def changes_from_run_to_run(text: str) -> bool:
    """Whether a query calls NOW, RAND, UUID or STRUUID: told by its bare words, for a name that only
    holds these letters (``ccr:timeUnknown``) changes nothing."""
    return any(call in word for word in keywords(text).words for call in CALLS)


def standing(asked: Asked, published: Published | None) -> Standing:
    """How a question stands today; ``published`` is nothing where other data are served."""
    link = asked.link
    now = fingerprint(asked.answer) if asked.answer else None
    served = published.dataset.digest[:VERSION_LENGTH] if published else ""
    version, changes = _version(link, published, served)
    return Standing(link, version, served, changes, _same(asked, now), now, asked.refusal)


def _version(link: Permalink, published: Published | None, served: str) -> tuple[Version, Differences | None]:
    if not link.version:
        return Version.NOT_RECORDED, None
    if published is None:
        return Version.NONE_SERVED, None
    if link.version == served:
        return Version.SAME, None
    kept = published.version(link.version)
    if kept is None:
        return Version.NOT_KEPT, None
    try:
        return Version.EARLIER, differences(kept, published.now)
    except QueryRefused:  # too many to tell
        return Version.EARLIER, None


def _same(asked: Asked, now: Fingerprint | None) -> Same:
    if changes_from_run_to_run(asked.link.text):
        return Same.CHANGES
    if asked.refusal:
        return Same.REFUSED
    if asked.answer is None:
        return Same.NOT_ASKED
    if now is None:
        return Same.TOO_LARGE
    if asked.link.answer is None:
        return Same.NOT_RECORDED
    return Same.SAME if now == asked.link.answer else Same.DIFFERS
