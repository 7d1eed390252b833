"""A browser at the real server. Screenshots are kept in the folder that KGAPP_SCREENSHOTS names, else
in pytest's own; the summary says where. Where there is no browser or no axe-core these tests skip and
say so; with KGAPP_FRONTEND=required they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import ROOT, absent
from tests.server import Running

pytest.register_assert_rewrite("tests.web.visit")
AXE = ROOT / "kgapp/web/frontend/node_modules/axe-core/axe.min.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCREENSHOTS = pytest.StashKey[Path]()


@pytest.fixture(scope="package")
def site(server: Running) -> str:
    """The address of a server with the real dataset."""
    return server.address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; ended with these tests, because its event loop would be in the way of others."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        absent("no Chromium on this machine")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=found, args=flags)
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which is run inside a page."""
    if not AXE.is_file():
        absent("no axe-core: `pip install -e .` fetches it where npm can be reached")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="package")
def screenshots(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("KGAPP_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    pytestconfig.stash[SCREENSHOTS] = folder
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says where the pictures are."""
    if folder := config.stash.get(SCREENSHOTS, None):
        terminalreporter.write_line(f"screenshots: {folder}")
