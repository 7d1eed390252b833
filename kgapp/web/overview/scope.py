"""What is counted, one paper or all of them, with the tables that are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rdflib import URIRef

from kgapp.web.frame.context import Context
from kgapp.web.frame.links import document_of
from kgapp.web.overview.actors import actors_figure, wide_actors_figure
from kgapp.web.overview.counts import (
    ClaimCount,
    WideActorCount,
    count_all,
    count_paper,
)
from kgapp.web.overview.figures import Figures
from kgapp.web.overview.lists import here
from kgapp.web.overview.tables import PAPERS_SHOWN, Figure, Place
from kgapp.web.overview.terms import declared_terms, label_of, term_address
from kgapp.web.trace import words
from kgapp.web.trace.trace import Edition, Trace

ALL = "all"
"""Stands for all papers where an address names one."""


@dataclass(frozen=True)
class Scope:
    """What is counted: its paper, or none for all of them; the numbers that head the page, and its
    tables."""

    trace: Trace | None
    statements: int
    claims: int
    actors: int
    places: int
    """Themes of a paper, or papers."""
    figures: Callable[[], list[Figure]]


def paper_scope(context: Context, trace: Trace, lang: str, several: bool) -> Scope:
    """The numbers of a paper; ``several`` where there are other papers too. Raises QueryRefused."""
    counts = count_paper(context, trace.edition.iri)
    edition = {"edition": trace.edition.path} if several else {}
    base = context.source.base

    def figures() -> list[Figure]:
        """The tables of the paper."""
        makes = Figures(lang, edition)
        themes = [
            Place(
                f"theme-{theme.number}",
                words.theme_name(trace, theme.number, lang),
                document_of(theme.iri, base),
                lang == "en" and theme.name.en == theme.name.ja,
                {**edition, "theme": f"theme-{theme.number}"},
            )
            for theme in trace.themes
        ]
        return [
            makes.statements(counts.statements, themes, "theme"),
            makes.answers(counts.statements, themes, "theme", _answers),
            makes.coverage(counts.statements, themes, "theme"),
            actors_figure(counts.actors, lambda actor: _actor(trace, actor, edition, base, lang), lang),
            makes.claims(counts.claims, _relations(counts.claims, context, edition, lang)),
            makes.grounds(counts.claims),
        ]

    return Scope(
        trace,
        sum(count.statements for count in counts.statements),
        sum(count.claims for count in counts.claims),
        sum(bool(one.statements or one.lines) for one in counts.actors),
        len(trace.themes),
        figures,
    )


def wide_scope(context: Context, editions: Sequence[Edition], lang: str) -> Scope:
    """The numbers of all papers; raises QueryRefused."""
    counts = count_all(context)

    def figures() -> list[Figure]:
        """The tables of all papers, those issued last first."""
        makes = Figures(lang, {}, PAPERS_SHOWN)
        papers = [
            Place(
                edition.iri,
                edition.path,
                here("/overview", edition=edition.path),
                given={"edition": edition.path},
            )
            for edition in sorted(editions, key=lambda one: (one.issued, one.path), reverse=True)
        ]
        return [
            makes.statements(counts.statements, papers, "paper"),
            makes.answers(
                counts.statements,
                papers,
                "paper",
                lambda given, column: _answers(given, column) if given else None,
            ),
            makes.coverage(counts.statements, papers, "paper"),
            wide_actors_figure(
                counts.actors, lambda count: _wide_actor(count, context.source.base, lang), lang
            ),
            makes.claims(counts.claims, _relations(counts.claims, context, {}, lang)),
            makes.grounds(counts.claims),
            makes.papers(counts.grounds, papers),
        ]

    return Scope(
        None,
        sum(count.statements for count in counts.statements),
        sum(count.claims for count in counts.claims),
        len(counts.actors),
        len(editions),
        figures,
    )


def _answers(given: dict[str, str], column: str) -> str:
    """Where the way from issue to answer is told: the list of what is not recorded, or all of it."""
    section, _, state = column.partition("-")
    asked = {"edition": given.get("edition", ""), "theme": given.get("theme", "").removeprefix("theme-")}
    return here("/answers", **asked) + (f"#none-{section}" if state == "left" else "")


def _relations(
    counts: Iterable[ClaimCount], context: Context, given: dict[str, str], lang: str
) -> list[Place]:
    declared = declared_terms(context)
    return [
        Place(
            relation,
            words.say(label_of(declared, URIRef(relation)), lang),
            term_address(declared, URIRef(relation)),
            given={**given, "relation": relation},
        )
        for relation in sorted({count.relation for count in counts})
    ]


def _actor(trace: Trace, actor: str, given: dict[str, str], base: str, lang: str) -> Place:
    path = actor.removeprefix(f"{base}id/")
    thing = trace.things.get(actor)
    label = words.say(thing.label, lang) if thing else path
    japanese = thing is not None and lang == "en" and thing.label.en == thing.label.ja
    return Place(actor, label, document_of(actor, base), japanese, {**given, "actor": path})


def _wide_actor(count: WideActorCount, base: str, lang: str) -> Place:
    path = count.actor.removeprefix(f"{base}id/")
    label = f"{words.say(count.name, lang)} ({path.partition('/')[0]})"
    japanese = lang == "en" and count.name.en == count.name.ja
    return Place(count.actor, label, document_of(count.actor, base), japanese, {"actor": path})
