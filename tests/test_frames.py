"""Messages between processes come whole, however their bytes are cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgapp.service.frames import Frames, frame


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4), st.data())
def test_messages_come_whole_however_they_are_cut(messages: list[bytes], data: st.DataObject) -> None:
    frames, found = Frames(), []
    for message in messages:
        sent = frame(message)
        cuts = sorted(data.draw(st.sets(st.integers(1, len(sent) - 1), max_size=6)))
        for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
            whole = frames.feed(sent[start:end])
            if whole is not None:
                assert end == len(sent)
                found.append(whole)
    assert found == messages
