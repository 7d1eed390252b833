"""Settings: from a file, the environment and flags, in that order; every mistake told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgapp.config import LIMITS, Limits, read_settings
from kgapp.errors import KgappError, SourceErrors


def test_the_later_overrules_the_earlier(tmp_path: Path) -> None:
    file = tmp_path / "kgapp.toml"
    file.write_text('port = 8001\nquery_timeout = 3\nworkers = 3\nhost = "0.0.0.0"\n', encoding="utf-8")
    environment = {"KGAPP_QUERY_TIMEOUT": "4.5", "KGAPP_WORKERS": "5", "OTHER": "x"}
    settings = read_settings(file, environment, {"workers": 6, "port": None})
    assert (settings.host, settings.port) == ("0.0.0.0", 8001)
    assert (settings.limits.query_timeout, settings.limits.workers) == (4.5, 6)
    assert settings.limits.queue == Limits().queue


def test_every_mistake_is_told_at_once_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "kgapp.toml"
    file.write_text("port = 0\nqery_timeout = 3\nworkers = true\n", encoding="utf-8")
    with pytest.raises(SourceErrors) as caught:
        read_settings(
            file, {"KGAPP_QUERY_MEMORY": "much", "KGAPP_TRUSTED_PROXIES": "everybody"}, {"queue": 0}
        )
    places = {(problem.file, problem.column) for problem in caught.value.problems}
    assert places == {
        (str(file), "port"),
        (str(file), "qery_timeout"),
        (str(file), "workers"),
        ("environment", "query_memory"),
        ("environment", "trusted_proxies"),
        ("flags", "queue"),
    }
    (misspelt,) = [problem for problem in caught.value.problems if problem.column == "qery_timeout"]
    assert "query_timeout" in misspelt.remedy.en
    assert "query_timeout" in misspelt.remedy.ja


@pytest.mark.parametrize("content", [b"port = ", "port = 8000 # 港".encode("shift_jis"), b"[limits\n"])
def test_a_file_that_is_none_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kgapp.toml"
    file.write_bytes(content)
    with pytest.raises(KgappError) as caught:
        read_settings(file, {})
    assert str(file) in caught.value.what.en


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KgappError):
        read_settings(tmp_path / "absent.toml", {})


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_has_bounds_that_hold(name: str) -> None:
    about = LIMITS[name].metadata
    assert about["least"] <= LIMITS[name].default <= about["most"]
    for outside in (about["least"] - 1, about["most"] + 1, "nan" if about["unit"] == "s" else "x", "inf"):
        with pytest.raises(SourceErrors):
            read_settings(None, {f"KGAPP_{name.upper()}": str(outside)})


def test_ordinary_use_fits_the_defaults() -> None:
    limits = Limits()
    assert limits.query_bytes >= 128 * 1024
    assert limits.client_workers >= 8
    assert limits.workers > limits.client_workers, "one client never holds every worker"
