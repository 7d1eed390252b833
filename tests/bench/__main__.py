"""The command: ``python -m tests.bench``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

import click

from kgapp.build import build
from kgapp.dataset import Dataset, read_dataset, read_graphs
from kgapp.errors import DatasetMissing
from kgapp.home import Home, find_home
from kgapp.vocab import DEFAULT_BASE
from tests.bench import build_editions, catalogue
from tests.bench.compare import SLOW_SERVER, Comparison, compare
from tests.bench.generate import SEED, generate, read_pattern
from tests.bench.load import CONNECTIONS, RunFailed, best_driver, ceiling
from tests.bench.mix import ACCEPT, read_mix
from tests.bench.peers import MODES, Data, installed
from tests.bench.report import How, write_report

PAGE = Path(__file__).resolve().parents[2] / "kgapp" / "web" / "docs" / "benchmarks.md"
REAL = "real dataset"
SIZES = (1, 100)
LARGE = 1741
CEILING_SECONDS = 2


@click.group(invoke_without_command=True)
@click.option("--size", "sizes", type=int, multiple=True, help="Generated municipalities (default: 1, 100).")
@click.option("--large", is_flag=True, help=f"Also {LARGE}: takes minutes and gigabytes.")
@click.option("--mode", "modes", type=click.Choice(MODES), multiple=True, help="Servers (default: all).")
@click.option("--real/--no-real", default=True, help="Whether to measure on the built dataset.")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.1), default=3.0, show_default=True, help="Of a round.")
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option("--driver", type=click.Choice(["wrk", "python"]), default=None, help="What asks.")
@click.option("--write", is_flag=True, help="Also write kgapp/web/docs/benchmarks.md.")
@click.pass_context
def main(
    context: click.Context,
    sizes: tuple[int, ...],
    large: bool,
    modes: tuple[str, ...],
    real: bool,
    rounds: int,
    seconds: float,
    seed: int,
    driver: str | None,
    write: bool,
) -> None:
    """Compares kgapp serve with Oxigraph's own server and rdflib-endpoint; prints a table of ratios.

    Needs the extra "bench". Builds the dataset where there is none.
    """
    if context.invoked_subcommand:
        return
    home = find_home()
    dataset = _dataset(home)
    driver = driver or best_driver()
    chosen = [mode for mode in modes or MODES if installed(mode)]
    mix = read_mix(home.queries, dataset.base)
    how = partial(compare, rounds=rounds, seconds=seconds, driver=driver, seed=seed, tell=_tell)
    found: list[Comparison] = []
    with tempfile.TemporaryDirectory(prefix="kgapp-bench-") as name:
        folder = Path(name)
        wanted = [*(sizes or SIZES), *([LARGE] if large else [])]
        for size in ([0] if real else []) + wanted:
            data = _real(dataset, folder) if size == 0 else _generated(dataset, folder, size, seed)
            _tell(f"{data.name}:")
            there = [mode for mode in chosen if _is_worth(mode, size)]
            try:
                found.append(how(data, there, mix, folder))
            except RunFailed as error:
                _tell(f"failed: {error}")
                sys.exit(1)
            data.file.unlink()
            for store in folder.glob("oxigraph-*"):
                shutil.rmtree(store, ignore_errors=True)
    paths = [query.path("/sparql") for query in mix]
    top = ceiling(driver, paths, ACCEPT, CEILING_SECONDS)
    page = write_report(found, How(seed, rounds, seconds, CONNECTIONS, driver, top))
    print(page)
    if write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")


@main.command("catalogue")
@click.argument("counts", type=click.IntRange(1), nargs=-1, required=True)
def catalogue_command(counts: tuple[int, ...]) -> None:
    """Seconds and bytes of the catalogue of so many municipalities, and of its pages."""
    catalogue.report(counts)


@main.command("generate")
@click.argument("municipalities", type=click.IntRange(1))
@click.option("--seed", type=int, default=SEED, show_default=True)
def generate_command(municipalities: int, seed: int) -> None:
    """Writes N-Quads of the dataset's form to standard output."""
    for part in generate(read_pattern(_dataset(find_home())), municipalities, seed):
        sys.stdout.buffer.write(part)


@main.command("editions")
@click.argument("counts", type=click.IntRange(1), nargs=-1)
def editions_command(counts: tuple[int, ...]) -> None:
    """Seconds to build as editions grow, and to add one (default: 1, 4 and 8)."""
    build_editions.report(counts or (1, 4, 8))


def _dataset(home: Home) -> Dataset:
    try:
        return read_dataset(home.build)
    except DatasetMissing:
        build(home, DEFAULT_BASE)
        return read_dataset(home.build)


def _is_worth(mode: str, size: int) -> bool:
    """rdflib's own engine is asked on the real dataset only; kept answers do not depend on how many
    triples there are, and the memory of a second server with the largest data may not be there."""
    return not (mode == SLOW_SERVER and size) and not (mode == "kgapp cached" and size >= LARGE)


def _real(dataset: Dataset, folder: Path) -> Data:
    dataset, content = read_graphs(dataset)
    file = folder / "real.nq"
    with file.open("w", encoding="utf-8") as out:
        for iri, triples in content.items():
            out.writelines(f"{line[:-2]} <{iri}> .\n" for line in triples.decode().splitlines())
    return Data(REAL, file, built=True)


def _generated(dataset: Dataset, folder: Path, size: int, seed: int) -> Data:
    file = folder / f"generated-{size}.nq"
    with file.open("wb") as out:
        out.writelines(generate(read_pattern(dataset), size, seed))
    return Data(f"generated, {size:,} municipalit{'y' if size == 1 else 'ies'}", file)


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
