"""A sorted file that is searched where it lies gives what reading all of it would."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgapp.publish.lines import HELD, turned, write_sorted
from kgapp.sortedlines import BLOCK, SortedLines

LINES = st.binary(max_size=40).map(lambda text: text.replace(b"\n", b" ") + b"\n")
LONG = st.integers(0, 3 * BLOCK).map(lambda size: b"x" * size + b"\n")


@given(st.sets(LINES | LONG, max_size=30), st.binary(min_size=1, max_size=3))
def test_lines_are_found_by_how_they_begin(
    tmp_path_factory: pytest.TempPathFactory, lines: set[bytes], prefix: bytes
) -> None:
    place = tmp_path_factory.mktemp("lines") / "sorted"
    place.write_bytes(b"".join(sorted(lines)))
    found = SortedLines(place)
    place.unlink()
    assert list(found) == sorted(lines)
    assert list(found.starting(prefix)) == [line for line in sorted(lines) if line.startswith(prefix)]
    if prefix[-1] < 255:
        besides = [line for line in sorted(lines) if not line.startswith(prefix)]
        assert list(found.besides(prefix)) == besides
    for line in lines:
        assert list(found.starting(line)) == [line]


@given(st.lists(LINES, max_size=40), st.integers(1, 7))
def test_lines_are_sorted_without_holding_them_all(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], held: int
) -> None:
    place = tmp_path_factory.mktemp("lines") / "sorted"
    write_sorted(iter(lines), place, held)
    assert place.read_bytes() == b"".join(sorted(set(lines)))
    assert HELD > 1000


def test_what_points_to_a_thing_is_its_statements_turned() -> None:
    lines = [b"<s> <p> <http://x/id/o> .\n", b"<s> <p> <http://y/o> .\n", b'<s> <p> "<http://x/id/o>" .\n']
    assert list(turned(lines, "http://x/id/")) == [b"<http://x/id/o> <p> <s> .\n"]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        SortedLines(tmp_path / "nothing")
