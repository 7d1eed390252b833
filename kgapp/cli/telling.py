"""What the commands say: two consoles, errors in both languages, exit statuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from rich.console import Console

from kgapp.errors import KgappError, Problem

# A message is one line; a terminal breaks it where it ends, a pipe or a log does not.
out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)
INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 and the signal's number, as shells have it."""


def tell_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors of ours and Ctrl-C end in a message in both languages; exit status 1, or 130."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (KgappError, OSError) as error:
            print_error(error)
        except KeyboardInterrupt:
            err.print("中断しました。前のデータセットがあれば，そのまま残っています。", style="bold red")
            err.print("Interrupted. The dataset before, if there is one, is still in place.", style="red")
            sys.exit(INTERRUPTED)
        sys.exit(1)

    return wrapped


def print_error(error: KgappError | OSError) -> None:
    """What went wrong, with everything that it carries, to standard error."""
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        err.print(f"読み書きできません:{where} {error.strerror}", style="bold red", markup=False)
        err.print(f"Cannot read or write:{where} {error.strerror}", style="red", markup=False)
        return
    err.print(error.what.ja, style="bold red", markup=False)
    err.print(error.what.en, style="red", markup=False)
    err.print(f"{error.remedy.ja} / {error.remedy.en}", markup=False)
    for one in getattr(error, "errors", []):
        print_error(one)
    for problem in getattr(error, "problems", []):
        _print_problem(problem)
    for result in getattr(error, "results", []):
        err.print(f"- {result.thing}\n  {result.ja}\n  {result.en}\n  ({result.shape})", markup=False)


def _print_problem(problem: Problem) -> None:
    err.print(f"- {problem.place}", style="bold", markup=False)
    err.print(f"  {problem.what.ja} {problem.remedy.ja}", markup=False)
    err.print(f"  {problem.what.en} {problem.remedy.en}", markup=False)
