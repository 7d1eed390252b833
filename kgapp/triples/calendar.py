"""Describes years and months as intervals: fiscal years from April to March, both calendars."""

from __future__ import annotations

from calendar import monthrange

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.namespace import SKOS, TIME

from kgapp.eras import fold_digits
from kgapp.vocab import CCR, Minter


def describe_fiscal_year(graph: Graph, minter: Minter, year: int, era: str = "") -> URIRef:
    """``id/fy/2019``: 1 April of the year to 31 March of the next; ``era`` as the paper prints it."""
    iri = minter.id("fy", year)
    graph.add((iri, RDF.type, CCR.FiscalYear))
    _label(graph, iri, f"{year}年度", f"fiscal year {year}")
    graph.add((iri, SKOS.altLabel, Literal(f"FY{year}", lang="en")))
    _era(graph, iri, era)
    _bounds(graph, minter, iri, f"{year}-04-01", f"{year + 1}-03-31")
    return iri


def describe_period(graph: Graph, minter: Minter, first: int, last: int) -> URIRef:
    """``id/fy/2017-2020``: the fiscal years that a chart's columns span."""
    iri = minter.id("fy", f"{first}-{last}")
    graph.add((iri, RDF.type, TIME.ProperInterval))
    _label(graph, iri, f"{first}年度から{last}年度まで", f"fiscal years {first} to {last}")
    _bounds(graph, minter, iri, f"{first}-04-01", f"{last + 1}-03-31")
    return iri


def describe_year(graph: Graph, minter: Minter, year: int, era: str = "") -> URIRef:
    """``id/year/2020``: a calendar year, which is not a fiscal year."""
    iri = minter.id("year", year)
    graph.add((iri, RDF.type, TIME.Year))
    _label(graph, iri, f"{year}年", f"calendar year {year}")
    _era(graph, iri, era)
    _bounds(graph, minter, iri, f"{year}-01-01", f"{year}-12-31")
    return iri


def describe_month(graph: Graph, minter: Minter, month: str) -> URIRef:
    """``id/month/2020-01``."""
    iri = minter.id("month", month)
    year, number = map(int, month.split("-"))
    graph.add((iri, RDF.type, TIME.ProperInterval))
    _label(graph, iri, f"{year}年{number}月", month)
    _bounds(graph, minter, iri, f"{month}-01", f"{month}-{monthrange(year, number)[1]:02}")
    return iri


def _era(graph: Graph, iri: URIRef, era: str) -> None:
    """The era's name of a year as the paper prints it, and in half-width digits."""
    for name in {era, fold_digits(era)} - {""}:
        graph.add((iri, SKOS.altLabel, Literal(name, lang="ja")))


def _label(graph: Graph, iri: URIRef, ja: str, en: str) -> None:
    graph.add((iri, SKOS.prefLabel, Literal(ja, lang="ja")))
    graph.add((iri, SKOS.prefLabel, Literal(en, lang="en")))


def _bounds(graph: Graph, minter: Minter, iri: URIRef, begin: str, end: str) -> None:
    graph.add((iri, TIME.hasBeginning, _day(graph, minter, begin)))
    graph.add((iri, TIME.hasEnd, _day(graph, minter, end)))


def _day(graph: Graph, minter: Minter, date: str) -> URIRef:
    iri = minter.id("day", date)
    graph.add((iri, RDF.type, TIME.Instant))
    graph.add((iri, TIME.inXSDDate, Literal(date, datatype=XSD.date)))
    return iri
