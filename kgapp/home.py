"""Where ontology, data, queries and the built dataset are.

A checkout (or an editable install) uses its own folders; an installed wheel carries copies and
builds into the user's data folder; ``KGAPP_HOME`` names another folder of the same form.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from kgapp.errors import KgappError, Message

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Home:
    """The folders of one installation."""

    root: Path
    build: Path

    @property
    def ontology(self) -> Path:
        return self.root / "ontology"

    @property
    def context(self) -> Path:
        return self.ontology / "context.jsonld"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def queries(self) -> Path:
        return self.root / "queries"

    @property
    def tables(self) -> Path:
        return self.queries / "tables"


def find_home() -> Home:
    """The home that the environment, the checkout or the wheel gives, in this order."""
    if named := os.environ.get("KGAPP_HOME"):
        root = Path(named).resolve()
        if not (root / "ontology" / "ccr.ttl").exists():
            raise KgappError(
                Message(
                    f"KGAPP_HOME（{root}）に ontology/ccr.ttl がありません。",
                    f"There is no ontology/ccr.ttl in KGAPP_HOME ({root}).",
                ),
                Message(
                    "ontology, data, queries を持つフォルダを指してください。",
                    "Point it at a folder with ontology, data and queries.",
                ),
            )
        return Home(root, root / "data" / "build")
    if (PACKAGE.parent / "ontology" / "ccr.ttl").exists():
        return Home(PACKAGE.parent, PACKAGE.parent / "data" / "build")
    return Home(PACKAGE / "home", platformdirs.user_data_path("kgapp") / "build")
