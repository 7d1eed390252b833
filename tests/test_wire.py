"""What comes over a connection byte by byte: bodies that are not whole, several requests at once, two
lengths for one body (RFC 9110, RFC 9112)."""

from __future__ import annotations

import re
import socket
from itertools import count

import pytest

from tests.load import PROBE
from tests.server import Running

STATUS = re.compile(rb"HTTP/1\.1 (\d+) ")
NUMBERS = count()


def exchange(
    server: Running, *pieces: bytes, shut: bool = False, answers: int = 1
) -> tuple[list[int], bytes]:
    """The statuses of all answers, and what came: until the server closes, or has answered so often."""
    with socket.create_connection(("127.0.0.1", server.port), 20) as caller:
        for piece in pieces:
            caller.sendall(piece)
        if shut:
            caller.shutdown(socket.SHUT_WR)
        came = b""
        while part := caller.recv(65_536):
            came += part
            if len(STATUS.findall(came)) >= answers and came.count(b'"bindings"') >= answers:
                break
    return [int(status) for status in STATUS.findall(came)], came


def fresh() -> bytes:
    """A query that nobody has asked before."""
    return f"{PROBE} # {next(NUMBERS)}".encode()


def post(head: str, body: bytes) -> bytes:
    first = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    return f"{first}{head}\r\n\r\n".encode() + body


def chunked(body: bytes, trailer: bytes = b"") -> bytes:
    return b"%x\r\n%s\r\n0\r\n%s\r\n" % (len(body), body, trailer)


NOT_WHOLE = {
    "length": post("Content-Length: 500", b"ASK {}"),
    "chunk": post("Transfer-Encoding: chunked", b"30\r\nASK {}"),
    "last chunk": post("Transfer-Encoding: chunked", b"6\r\nASK {}\r\n"),
    "end of the last chunk": post("Transfer-Encoding: chunked", b"6\r\nASK {}\r\n0\r\n"),
}


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_a_body_that_is_not_whole_is_no_query(server: Running, name: str) -> None:
    """A part of a query may be a query, with another answer."""
    statuses, came = exchange(server, NOT_WHOLE[name], shut=True)
    assert statuses == [400]
    assert b"The body ended before it was whole." in came


def test_a_bad_chunk_is_no_query(server: Running) -> None:
    statuses, _ = exchange(server, post("Transfer-Encoding: chunked", b"6\r\nASK {}\r\nzz\r\n"), shut=True)
    assert statuses == [400]


def test_requests_that_come_together_are_answered_in_order(server: Running) -> None:
    asked = [f"SELECT ({n} AS ?number) WHERE {{}}".encode() for n in range(8)]
    together = b"".join(post(f"Content-Length: {len(query)}", query) for query in asked)
    statuses, came = exchange(server, together, answers=8)
    assert statuses == [200] * 8
    assert re.findall(rb'"value":"(\d)"', came) == [str(n).encode() for n in range(8)]


def test_chunks_trailers_and_a_word_before_the_body(server: Running) -> None:
    form = "Transfer-Encoding: chunked\r\nTrailer: X-A"
    assert exchange(server, post(form, chunked(fresh(), b"X-A: 1\r\n")))[0] == [200]
    query = fresh()
    first = post(f"Content-Length: {len(query)}\r\nExpect: 100-continue", b"")
    with socket.create_connection(("127.0.0.1", server.port), 20) as caller:
        caller.sendall(first)
        assert caller.recv(65_536).startswith(b"HTTP/1.1 100 ")
        caller.sendall(query)
        assert caller.recv(65_536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
    ],
)
def test_a_body_with_two_lengths_smuggles_nothing(server: Running, head: str) -> None:
    """The chunks count, and the connection ends: what follows is never read as a request (RFC 9112, 6.1)."""
    query = fresh()
    behind = b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    assert exchange(server, post(head, chunked(query) + behind), answers=2)[0] == [200]


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 6\r\nContent-Length: 7",
        "Content-Length: +6",
        "Content-Length: 6, 7",
        "Transfer-Encoding : chunked",
    ],
)
def test_a_length_that_can_be_read_in_two_ways_is_refused(server: Running, head: str) -> None:
    assert exchange(server, post(head, b"ASK {} "), answers=2)[0] == [400]
