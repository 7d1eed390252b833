"""The command ``kgapp``: build, check, serve, query. Renders errors and progress; decides nothing."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from kgapp import __version__
from kgapp.config import LIMITS
from kgapp.errors import DatasetMissing, KgappError, Problem, SeveralErrors, SourceErrors
from kgapp.home import Home, find_home
from kgapp.vocab import DEFAULT_BASE

if TYPE_CHECKING:
    from kgapp.question import Term

# A message is one line; a terminal breaks it where it ends, a pipe or a log does not.
out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)
INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 and the signal's number, as shells have it."""
PLAIN = (
    "画面の部品が組み立てられていないため，簡素な形で出します"
    "（npmに届くところで pip install -e . をもう一度）。 / The frontend was not built: "
    "pages keep their plain form (pip install -e . again where npm can be reached)."
)
BASE = click.option(
    "--base", envvar="KGAPP_BASE", help=f"Base of the data's IRIs (as built before, else {DEFAULT_BASE})."
)
KEEP = click.option(
    "--keep", type=click.IntRange(min=0), default=5, envvar="KGAPP_KEEP", show_default=True,
    help="How many earlier versions of the dataset stay to be read.",
)  # fmt: skip


def _limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A flag for every limit of a server."""
    for name, entry in reversed(LIMITS.items()):
        unit = f" {entry.metadata['unit']}" if entry.metadata["unit"] else ""
        words = f"{entry.metadata['label'].en}.  [{entry.default:g}{unit}]".capitalize()
        flag = click.option(f"--{name.replace('_', '-')}", name, type=type(entry.default), help=words)
        command = flag(command)
    return command


def _tell_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors of ours and Ctrl-C end in a message in both languages; exit status 1, or 130."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (KgappError, OSError) as error:
            _print_error(error)
        except KeyboardInterrupt:
            err.print("中断しました。前のデータセットがあれば，そのまま残っています。", style="bold red")
            err.print("Interrupted. The dataset before, if there is one, is still in place.", style="red")
            sys.exit(INTERRUPTED)
        sys.exit(1)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kgapp")
def main() -> None:
    """Builds and serves the knowledge graph of a city's community-care roadmap."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has no Japanese gets escapes, and the English, instead of a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@main.command()
@BASE
@KEEP
@click.option("--trace", is_flag=True, help="Show to which kind each stretch of each text belongs.")
@_tell_errors
def build(base: str | None, keep: int, trace: bool) -> None:
    """Build the dataset from the sources; what has not changed is not built again."""
    home = find_home()
    _build(home, _base(home, base), trace, keep)


@main.command()
@BASE
@_tell_errors
def check(base: str | None) -> None:
    """Check the sources without writing anything, and tell all problems at once."""
    from kgapp.build import check_sources
    from kgapp.build.editions import build_edition

    home = find_home()
    editions, problems = check_sources(home)
    if problems:
        raise SourceErrors(problems)
    failed: list[KgappError] = []
    for edition in editions:
        name = f"{edition.files.city}/{edition.files.edition}"
        try:
            built = build_edition(home, edition.files, _base(home, base), lambda step: None)
        except KgappError as error:
            failed.append(error)
            continue
        out.print(f"{name}: 問題ありません / no problems", style="green", markup=False)
        for finding in built.findings:
            out.print(f"  {finding.place} {finding.words}: {finding.why.ja} / {finding.why.en}", markup=False)
    if failed:
        raise SeveralErrors(failed)


@main.command()
@BASE
@KEEP
@click.option("--data", "files", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="Serve this RDF file instead of the dataset (repeatable).")  # fmt: skip
@click.option("--config", type=click.Path(path_type=Path), envvar="KGAPP_CONFIG", help="Settings in TOML.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL 1.1 server; “kgapp load” fills it.")
@click.option("--host", help="Where to listen.  [127.0.0.1]")
@click.option("--port", type=int, help="At which port.  [8000]")
@click.option("--access-log", help="A file, or - for standard output; no log else.")
@click.option("--public-url", metavar="URL", help="Where it is reached from outside, with a proxy's path.")
@click.option("--trusted-proxies", help="Networks whose X-Forwarded headers are believed, by commas.")
@click.option("--report-to", metavar="ADDRESS", help="Where mistakes are reported: mailto:… or https://….")
@_limit_options
@_tell_errors
def serve(base: str | None, keep: int, files: tuple[Path, ...], config: Path | None, **flags: Any) -> None:
    """Serve the dataset; it is built first where it is absent or older than its sources."""
    from kgapp.service.allocator import start_again_with_large_caches

    start_again_with_large_caches()
    from kgapp.config import read_settings
    from kgapp.launch import run_server
    from kgapp.service.supervisor import listen

    settings = read_settings(config, flags=flags)
    home = find_home()
    listener = listen(settings.host, settings.port)
    if files and settings.endpoint:
        raise click.UsageError("--data or --endpoint, not both / --data と --endpoint は一方だけです")
    if not files:
        _make_current(home, _base(home, base), keep, out)
    if not (Path(__file__).parent / "web" / "static" / "built").is_dir():
        err.print(PLAIN, style="yellow", markup=False)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    words = f"{address}/ (SPARQL: {address}/sparql)"
    sys.exit(run_server(settings, home, listener, files, lambda: out.print(words, markup=False)))


@main.command()
@BASE
@KEEP
@click.option("--endpoint", envvar="KGAPP_ENDPOINT", required=True, metavar="URL",
              help="A SPARQL 1.1 server, for counting.")  # fmt: skip
@click.option("--graph-store", metavar="URL", help="Its graph store, where that is another address.")
@click.option("--prune", is_flag=True, help="Remove graphs of ours that the dataset no longer has.")
@_tell_errors
def load(base: str | None, keep: int, endpoint: str, graph_store: str | None, prune: bool) -> None:
    """Put the dataset on another server by the Graph Store Protocol; what is there is not sent again."""
    from kgapp.config import check_address
    from kgapp.dataset import read_dataset
    from kgapp.load import Loader

    try:
        addresses = [check_address(address) for address in (endpoint, graph_store or endpoint)]
    except ValueError as error:
        raise click.BadParameter(f"URL: {error}") from None
    home = find_home()
    _make_current(home, _base(home, base), keep, out)
    dataset = read_dataset(home.build)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    total = 2 * sum(dataset.path(graph).stat().st_size for graph in dataset.graphs)
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("kgapp load", total=total)

        def _tell(graph: str, size: int, triples: int) -> None:
            progress.update(task, advance=size, description=graph)
            if triples:
                out.print(f"{graph}: {triples} triples", markup=False)

        with Loader(dataset, addresses[0], addresses[1], _tell) as loader:
            done = loader.run(prune)
    for graph in done.strange:
        word = "除きました / removed" if done.pruned else "今のデータセットにありません / not in this dataset"
        out.print(f"{graph}: {word}", style="yellow", markup=False)
    out.print(f"sent {len(done.sent)}, already there {len(done.kept)}", markup=False)


@main.command()
@BASE
@KEEP
@click.argument("text_or_file")
@click.option("--format", "form", help="json, xml, csv, tsv; turtle, ntriples, jsonld, rdfxml.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of a query file.")
@_tell_errors
def query(base: str | None, keep: int, text_or_file: str, form: str | None, params: tuple[str, ...]) -> None:
    """Ask the dataset: the name of a file (.rq) or the text of a query."""
    from kgapp.dataset import read_dataset
    from kgapp.question import Question, bind
    from kgapp.results import OFFERED
    from kgapp.service.confine import no_opening
    from kgapp.store import open_dataset

    home = find_home()
    _make_current(home, _base(home, base), keep, err)
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


@main.command()
@click.argument("token")
@_tell_errors
def wrong(token: str) -> None:
    """Find the record that a report names by its TOKEN: the triple, its quotes, its tables' rows."""
    from kgapp.dataset import read_dataset
    from kgapp.tokens import read_token
    from kgapp.trace import trace

    home = find_home()
    found = trace(read_token(_as_typed(token)), read_dataset(home.build), home)
    out.print("\n".join(found.lines()), markup=False, highlight=False)


def _form(asked: str | None, kind: str) -> str:
    """The form for a kind of answer: the one asked for, else the most readable."""
    from kgapp.results import BOOLEAN, CSV, JSON, TABLE, TURTLE, named

    if asked:
        form = named(asked, kind)
        return form.name if form else ""
    return {TABLE: CSV.name, BOOLEAN: JSON.name}.get(kind, TURTLE.name)


def _base(home: Home, given: str | None) -> str:
    """The base that was given, else that of the dataset that is there, else the default."""
    from kgapp.dataset import read_dataset

    if given:
        return given
    try:
        return read_dataset(home.build).base
    except DatasetMissing:
        return DEFAULT_BASE


def _make_current(home: Home, base: str, keep: int, console: Console) -> None:
    """Builds where the dataset is absent or older than its sources. Where that fails, the problems
    are told and the dataset on disk stays in use; without one, the build's error is the end."""
    from kgapp.build import is_current
    from kgapp.dataset import graph_files_present, read_dataset

    if is_current(home, base):
        return
    try:
        _build(home, base, trace=False, keep=keep, console=console)
    except (KgappError, OSError) as error:
        try:
            left = read_dataset(home.build)
        except DatasetMissing:
            raise error from None
        if left.base != base or not graph_files_present(left):
            raise
        _print_error(error)
        err.print("ディスク上のデータセットは入力より古いものです。これで続けます。", style="bold yellow")
        err.print("The dataset on disk is older than its sources; going on with it.", style="yellow")


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


def _build(home: Home, base: str, trace: bool, keep: int, console: Console = out) -> None:
    from kgapp.build import build as run

    spinner = SpinnerColumn("dots" if console.encoding.startswith("utf") else "line")
    columns = (spinner, TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("kgapp build")

        def _tell(edition: str, step: str) -> None:
            if console.is_terminal:
                progress.update(task, description=f"{edition}: {step}")
            else:
                console.print(f"{edition}: {step}", markup=False)

        outcome = run(home, base, _tell, keep)
    for problem in outcome.problems:
        err.print(f"{problem.ja} / {problem.en}", style="yellow", markup=False)
    dataset = outcome.dataset
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in (
        "edition",
        "statements",
        "actors",
        "links",
        "stated",
        "interpreted",
        "inferred",
        "findings",
    ):
        table.add_column(heading, justify="left" if heading == "edition" else "right")
    for edition in dataset.editions:
        counts, modes = edition.counts, edition.modes
        table.add_row(
            f"{edition.city}/{edition.edition}",
            *(str(counts[name]) for name in ("statements", "actors", "links")),
            *(str(modes[name]) for name in ("stated", "interpreted", "inferred")),
            str(counts["findings"]),
        )
    console.print(table)
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in outcome.seconds.items())
    console.print(f"built anew: {len(outcome.built)} of {len(dataset.editions)}", markup=False)
    if steps:
        console.print(f"seconds: {steps}", markup=False)
    console.print(f"{dataset.triples} triples in {len(dataset.graphs)} graphs", markup=False)
    console.print(f"digest {dataset.digest}", markup=False)
    for edition in dataset.editions:
        report = home.build / edition.report
        console.print(f"report {report}", markup=False)
        if trace:
            console.print(report.with_name("trace.tsv").read_text(encoding="utf-8"), markup=False)


def _print_error(error: KgappError | OSError) -> None:
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        err.print(f"読み書きできません:{where} {error.strerror}", style="bold red", markup=False)
        err.print(f"Cannot read or write:{where} {error.strerror}", style="red", markup=False)
        return
    err.print(error.what.ja, style="bold red", markup=False)
    err.print(error.what.en, style="red", markup=False)
    err.print(f"{error.remedy.ja} / {error.remedy.en}", markup=False)
    for one in getattr(error, "errors", []):
        _print_error(one)
    for problem in getattr(error, "problems", []):
        _print_problem(problem)
    for result in getattr(error, "results", []):
        err.print(f"- {result.thing}\n  {result.ja}\n  {result.en}\n  ({result.shape})", markup=False)


def _print_problem(problem: Problem) -> None:
    err.print(f"- {problem.place}", style="bold", markup=False)
    err.print(f"  {problem.what.ja} {problem.remedy.ja}", markup=False)
    err.print(f"  {problem.what.en} {problem.remedy.en}", markup=False)
