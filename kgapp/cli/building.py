"""``kgapp build`` and ``kgapp check``."""

from __future__ import annotations

import click

from kgapp.cli.datasets import BASE, KEEP, base_of, run_build
from kgapp.cli.telling import out, tell_errors
from kgapp.errors import KgappError, SeveralErrors, SourceErrors
from kgapp.home import find_home


@click.command()
@BASE
@KEEP
@click.option("--trace", is_flag=True, help="Show to which kind each stretch of each text belongs.")
@tell_errors
def build(base: str | None, keep: int, trace: bool) -> None:
    """Build the dataset from the sources; what has not changed is not built again."""
    home = find_home()
    run_build(home, base_of(home, base), trace, keep)


@click.command()
@BASE
@tell_errors
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
            built = build_edition(home, edition.files, base_of(home, base), lambda step: None)
        except KgappError as error:
            failed.append(error)
            continue
        out.print(f"{name}: 問題ありません / no problems", style="green", markup=False)
        for finding in built.findings:
            out.print(f"  {finding.place} {finding.words}: {finding.why.ja} / {finding.why.en}", markup=False)
    if failed:
        raise SeveralErrors(failed)
