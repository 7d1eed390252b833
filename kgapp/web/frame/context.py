"""What the views stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kgapp.config import Limits
from kgapp.dataset import Dataset
from kgapp.jsonld import Context as Terms
from kgapp.queryfile import QueryFile
from kgapp.question import Parser


@dataclass(frozen=True)
class Context:
    """What the views stand on: a source of answers, the dataset, the limits, the query files."""

    source: Parser
    dataset: Callable[[], Dataset | None]
    limits: Limits
    questions: dict[str, QueryFile]
    page_queries: dict[str, QueryFile]
    terms: Terms
    """The project's JSON-LD context."""
    checks: dict[str, QueryFile]
    """Queries whose rows are faults."""
    report_to: str
    """Where a mistake is reported (``Settings.report_to``)."""
