"""Large answers to slow readers: whole in the end, and held in memory once."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from kgapp.web.http import sending
from tests.server import Running
from tests.test_dumps import resident

EVERYTHING = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"


def slow_reader(server: Running, address: str) -> socket.socket:
    """A client that has read the first line of its answer and takes no more than little at once."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", server.port))
    line.settimeout(30)
    line.sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert line.recv(15) == b"HTTP/1.1 200 OK"
    return line


def test_slow_readers_of_a_large_answer_cost_its_size_once_and_get_it_whole(server: Running) -> None:
    address = "/sparql?" + urlencode({"query": EVERYTHING})
    whole = server.get(address)
    assert len(whole.body) > 4 * 1024 * 1024
    _, front = server.keeper_and_front()
    before = resident(front)
    lines = [slow_reader(server, address) for _ in range(20)]
    assert server.ask("ASK {}").json["boolean"] is True
    assert resident(front) - before < 4 * len(whole.body)
    for line in lines[1:]:
        line.close()
    rest = bytearray()
    while part := lines[0].recv(1 << 16):
        rest += part
    lines[0].close()
    assert bytes(rest).endswith(whole.body)
    assert f"content-length: {len(whole.body)}".encode() in bytes(rest[:2000]).lower()


def test_what_is_on_its_way_is_bounded_and_ends_with_its_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST", 2 * sending.LARGE)
    monkeypatch.setattr(sending, "OPENING", 0.05)

    class Reader:
        """What the HTTP library does with a file: it opens it by its path."""

        def response_file(self, status: int, _: list[Any], path: str) -> None:
            assert status == 200
            self.file = Path(path).open("rb")  # noqa: SIM115  held open, as a slow client holds it

    async def run() -> None:
        answers = sending.LargeAnswers()
        readers = [Reader() for _ in range(4)]

        def sent(reader: Reader, tag: str) -> bool:
            return answers.send(reader, [("ETag", tag)], tag.encode() * sending.LARGE)

        assert sent(readers[0], "a") and sent(readers[1], "b") and sent(readers[2], "b")
        assert not sent(readers[3], "c")
        await asyncio.sleep(0.2)
        assert not sent(readers[3], "c"), "they are still being read"
        assert [reader.file.read()[:2] for reader in readers[:3]] == [b"aa", b"bb", b"bb"]
        readers[0].file.close()
        assert sent(readers[3], "c")
        assert readers[3].file.read() == b"c" * sending.LARGE
        for reader in readers[1:]:
            reader.file.close()
        await asyncio.sleep(0.2)

    asyncio.run(run())
