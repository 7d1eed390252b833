"""Builds that are killed or interrupted: the dataset before stays, and nothing goes on running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kgapp.build import build
from kgapp.dataset import read_dataset
from kgapp.home import Home
from kgapp.vocab import DEFAULT_BASE
from tests.conftest import ROOT
from tests.homes import add_small_edition, files

# Does something as soon as a build has workers, and builds: through the library, or as the command.
WATCHING = """
import multiprocessing, sys, threading, time
from pathlib import Path
from kgapp.build import build
from kgapp.cli import main
from kgapp.home import find_home

def watch():
    while not multiprocessing.active_children():
        time.sleep(0.01)
    {seen}

if __name__ == "__main__":
    threading.Thread(target=watch, daemon=True).start()
    {build}
"""
TELL = 'print("workers", flush=True)'
LIBRARY = "build(find_home(), sys.argv[1], lambda edition, step: print(step, flush=True))"
BUILDING = WATCHING.format(seen=TELL, build=LIBRARY)
COMMAND = WATCHING.format(seen=TELL, build='main(["build"])')
KILLING = WATCHING.format(seen="multiprocessing.active_children()[0].kill()", build='main(["build"])')


@contextmanager
def running(*command: str, home: Home) -> Iterator[subprocess.Popen[str]]:
    """A process with both streams piped, in a group of its own as in a terminal."""
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, "PYTHONPATH": str(ROOT), "KGAPP_HOME": str(home.root), "PYTHONUNBUFFERED": "1"},
        cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with process:
            process.kill()


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    assert any(word in line for line in process.stdout), f"ended before {word}"


def two_more(home: Home) -> None:
    add_small_edition(home, "2018-03")
    add_small_edition(home, "2019-03")


def test_a_killed_build_leaves_the_dataset_in_place(small_copy: Home) -> None:
    build(small_copy, DEFAULT_BASE)
    before = files(small_copy)
    add_small_edition(small_copy, "2019-03")
    with running("-c", BUILDING, DEFAULT_BASE, home=small_copy) as process:
        wait_for(process, "infer")
        process.kill()
        process.wait()
    left = files(small_copy)
    assert {name: left[name] for name in before} == before
    build(small_copy, DEFAULT_BASE)
    assert len(read_dataset(small_copy.build).editions) == 2
    assert not any(".new" in name for name in files(small_copy))
    assert {path.name for path in (small_copy.build / "cache").iterdir()} == {"build.lock"}


def test_workers_end_with_a_killed_build(small_home: Home) -> None:
    two_more(small_home)
    with running("-c", BUILDING, DEFAULT_BASE, home=small_home) as process:
        wait_for(process, "workers")
        begun = time.monotonic()
        process.kill()
        # The workers hold the same pipes: they close when the last of them has ended.
        process.communicate(timeout=5)
        assert time.monotonic() - begun < 3
    assert not list((small_home.build / "units").rglob("*.nt"))


def test_a_killed_worker_is_told(small_home: Home) -> None:
    two_more(small_home)
    with running("-c", KILLING, home=small_home) as process:
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "作業プロセスが止められました" in told
    assert "Free some memory" in told
    assert "Traceback" not in told
    assert not (small_home.build / "dataset.json").exists()
    assert len(build(small_home, DEFAULT_BASE).dataset.editions) == 3


def group(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)


def parent(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)


@pytest.mark.parametrize("interrupt", [group, parent])
@pytest.mark.parametrize("several", [False, True])
def test_an_interrupted_build_says_what_is_left(
    small_home: Home, interrupt: Callable[[subprocess.Popen[str]], None], several: bool
) -> None:
    if several:
        two_more(small_home)
    with running("-c", COMMAND, home=small_home) as process:
        wait_for(process, "workers" if several else "infer")
        begun = time.monotonic()
        interrupt(process)
        _, told = process.communicate(timeout=20)
        assert time.monotonic() - begun < 3
    assert process.returncode == 130
    assert "中断しました" in told
    assert "still in place" in told
    assert "Traceback" not in told
    assert "Aborted" not in told
