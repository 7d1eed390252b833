"""What was found out about one smallest empty part."""

from __future__ import annotations

from dataclasses import dataclass, field

from kgapp.emptiness.core import Core
from kgapp.emptiness.faults import Fault
from kgapp.emptiness.filterfaults import Range
from kgapp.emptiness.nearby import Nearby


@dataclass
class Finding:
    """A smallest empty part, and what is wrong with it or recorded near it."""

    core: Core
    faults: list[Fault] = field(default_factory=list)
    near: list[Nearby] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
