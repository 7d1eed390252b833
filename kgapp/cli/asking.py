"""``kgapp query``, ``kgapp search``, ``kgapp wrong`` and ``kgapp why``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgapp.cli.datasets import BASE, KEEP, base_of, make_current
from kgapp.cli.telling import err, out, tell_errors
from kgapp.home import find_home

if TYPE_CHECKING:
    from kgapp.question import Term


@click.command()
@BASE
@KEEP
@click.argument("text_or_file")
@click.option("--format", "form", help="json, xml, csv, tsv; turtle, ntriples, jsonld, rdfxml.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of a query file.")
@tell_errors
def query(base: str | None, keep: int, text_or_file: str, form: str | None, params: tuple[str, ...]) -> None:
    """Ask the dataset: the name of a file (.rq) or the text of a query."""
    from kgapp.dataset import read_dataset
    from kgapp.question import Question, bind
    from kgapp.results import OFFERED
    from kgapp.service.confine import no_opening
    from kgapp.store import open_dataset

    home = find_home()
    make_current(home, base_of(home, base), keep, err)
    store = open_dataset(read_dataset(home.build))
    text, terms = _asked(text_or_file, dict(_pair(_as_typed(param)) for param in params), store.base)
    forms = {kind: _form(form, kind) for kind in OFFERED}
    for name, term in terms.items():
        if not store.knows(term):
            err.print(f"「{name}」の {term.value} はデータにありません。", style="yellow", markup=False)
            err.print(f"{term.value}, given for {name}, is not in the data.", style="yellow", markup=False)
    with no_opening():
        answer = store.answer(Question(text, forms, bound=bind(terms)), sys.maxsize)
    sys.stdout.buffer.write(answer.body)


@click.command()
@BASE
@KEEP
@click.argument("words", nargs=-1, required=True)
@tell_errors
def search(base: str | None, keep: int, words: tuple[str, ...]) -> None:
    """Search all names and texts of the dataset for these words, all of them."""
    from kgapp.dataset import read_dataset
    from kgapp.search.current import index_of
    from kgapp.search.terminal import tell_results
    from kgapp.store import open_dataset

    home = find_home()
    make_current(home, base_of(home, base), keep, err)
    dataset = read_dataset(home.build)
    index = index_of(open_dataset(dataset), home.queries / "pages", [graph.iri for graph in dataset.graphs])
    tell_results(out, index, " ".join(map(_as_typed, words)))


def _asked(text_or_file: str, given: dict[str, str], base: str) -> tuple[str, dict[str, Term]]:
    """A query's text and the terms for its parameters: of a query file of ours, a plain one without
    a header, or as typed."""
    from kgapp.queryfile import has_header, read_query, read_text

    path = Path(text_or_file)
    if not (text_or_file.endswith(".rq") or _is_file(path)):
        if given:
            raise click.UsageError("--param is for query files (.rq) / --param は問い合わせファイル用です")
        return _as_typed(text_or_file), {}
    text = read_text(path)
    if not has_header(text):
        return text, {}
    query = read_query(path)
    return query.text, query.terms(base, given)


@click.command()
@click.argument("token")
@tell_errors
def wrong(token: str) -> None:
    """Find the record that a report names by its TOKEN: the triple, its quotes, its tables' rows."""
    from kgapp.dataset import read_dataset
    from kgapp.origin import origin_of
    from kgapp.tokens import read_token

    home = find_home()
    found = origin_of(read_token(_as_typed(token)), read_dataset(home.build), home)
    out.print("\n".join(found.lines()), markup=False, highlight=False)


@click.command()
@BASE
@KEEP
@click.argument("subject")
@click.argument("relation")
@click.argument("obj", metavar="OBJECT")
@click.option("--lang", type=click.Choice(["ja", "en"]), help="The language (that of the locale, else ja).")
@tell_errors
def why(base: str | None, keep: int, subject: str, relation: str, obj: str, lang: str | None) -> None:
    """Why a triple holds: SUBJECT and OBJECT as paths below id/ or IRIs, RELATION as ccr:involves.

    For example: kgapp why fujisawa/actor/csw ccr:activeInTheme fujisawa/2020-02/theme-5 --lang en
    """
    from kgapp.dataset import read_dataset
    from kgapp.store import open_dataset
    from kgapp.web.why.asked import read_triple
    from kgapp.web.why.terminal import lines_of

    home = find_home()
    make_current(home, base_of(home, base), keep, err)
    dataset = read_dataset(home.build)
    store = open_dataset(dataset)
    parts = {"s": _as_typed(subject), "p": _as_typed(relation), "o": _as_typed(obj)}
    told = lines_of(store, home, read_triple(parts, store.base), lang or _spoken(), len(dataset.editions) > 1)
    out.print("\n".join(told.lines), markup=False, highlight=False)
    if not told.there:
        sys.exit(1)


def _spoken() -> str:
    """The language of the locale (POSIX: LC_ALL, LC_MESSAGES, LANG, the first that is set): en, else ja."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "en" if named.lower().startswith("en") else "ja"


def _form(asked: str | None, kind: str) -> str:
    """The form for a kind of answer: the one asked for, else the most readable."""
    from kgapp.results import BOOLEAN, CSV, JSON, TABLE, TURTLE, named

    if asked:
        form = named(asked, kind)
        return form.name if form else ""
    return {TABLE: CSV.name, BOOLEAN: JSON.name}.get(kind, TURTLE.name)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _as_typed(argument: str) -> str:
    """An argument in UTF-8, whatever the locale took its bytes for."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        return argument


def _pair(param: str) -> tuple[str, str]:
    name, separator, value = param.partition("=")
    if not separator:
        raise click.BadParameter(f"{param}: NAME=VALUE")
    return name, value
