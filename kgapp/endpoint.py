"""Another SPARQL server: its address, its credentials, what its errors mean, and under which names
the dataset stands there. Shared by what loads it and by what asks it; sends nothing itself.

Only the standards are relied on. What no standard settles is settled here: a query without a
dataset must see the union of the graphs, but servers differ in their default graph, and several
default graphs are no union (a triple that two of them hold is counted twice, by Oxigraph's server
and by Virtuoso). So the union is loaded as a graph of its own, under a name with the dataset's
digest, and is the default graph of such queries. A small graph tells which unions are complete.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Generator, Mapping
from dataclasses import dataclass

import httpx

from kgapp.dataset import Dataset
from kgapp.errors import KgappError, Message, QueryRefused

USER, PASSWORD = "KGAPP_ENDPOINT_USER", "KGAPP_ENDPOINT_PASSWORD"
VOID_TRIPLES = "http://rdfs.org/ns/void#triples"
MESSAGE = 500
"""Characters of another server's error that are passed on."""
RETRY = 5
"""Seconds after which a client may try a server again that is down."""
TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Names:
    """Under which names a dataset stands on another server, beside its own graphs."""

    union: str
    complete: str
    """The graph that names each complete union and its size."""

    @classmethod
    def of(cls, dataset: Dataset) -> Names:
        """The names for a dataset."""
        graphs = f"{dataset.base}id/graph"
        return cls(f"{graphs}/union/{dataset.digest[:16]}", f"{graphs}/complete")

    @property
    def is_complete(self) -> str:
        """The query whether the union is all there."""
        return f"ASK {{ GRAPH <{self.complete}> {{ <{self.union}> <{VOID_TRIPLES}> ?triples }} }}"


class Credentials(httpx.Auth):
    """The user's name and password from the environment, sent only when they are asked for: by
    Digest (Virtuoso), or by Basic where nobody on the way can read them."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._user, self._password = environment.get(USER, ""), environment.get(PASSWORD, "")
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """httpx's way to hear of the server's challenge (RFC 9110, 11)."""
        if self._chosen is None:
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED or not self._user:
                return
            scheme = response.headers.get("www-authenticate", "").partition(" ")[0].lower()
            if scheme == "digest":
                self._chosen = httpx.DigestAuth(self._user, self._password)
            elif scheme == "basic" and _is_private(request.url):
                self._chosen = httpx.BasicAuth(self._user, self._password)
            else:
                return
        yield from self._chosen.auth_flow(request)


def client_options() -> dict[str, object]:
    """How a client of httpx is made: certificates verified as the system does it, no proxy and no
    .netrc of the environment, no redirect followed unseen."""
    return {"verify": ssl.create_default_context(), "trust_env": False, "follow_redirects": False}


def unreachable(address: str, error: httpx.HTTPError) -> QueryRefused:
    """The error where a server does not answer at all."""
    why = type(error).__name__
    return QueryRefused(
        Message(f"SPARQLサーバが答えません（{why}）。", f"The SPARQL server does not answer ({why})."),
        Message(f"{address} が動いているか確かめてください。", f"See whether {address} is up, and try again.")
        if address
        else Message("しばらく待ってからもう一度送ってください。", "Wait a little and send it again."),
        status=503,
        retry_after=RETRY,
    )


def not_let_in() -> KgappError:
    """The error where a server wants other credentials; it names none."""
    error = KgappError(
        Message("SPARQLサーバに認証を断られました。", "The SPARQL server does not let us in."),
        Message(f"{USER} と {PASSWORD} を確かめてください。", f"Check {USER} and {PASSWORD}."),
    )
    error.status = 503
    return error


def failure(status: int, body: bytes) -> KgappError:
    """What a server's error status means, with its own words where the query is to blame."""
    if status in (401, 403):
        return not_let_in()
    words = told(body)
    if status in (429, 503):
        return QueryRefused(
            Message("SPARQLサーバが混んでいます。", "The SPARQL server is too busy."),
            Message("しばらく待ってからもう一度送ってください。", "Wait a little and send it again."),
            status=503,
            retry_after=RETRY,
        )
    return QueryRefused(
        Message(f"SPARQLサーバの答え: {words}", f"The SPARQL server says: {words}"),
        Message("問い合わせを見直してください。", "Look at the query again."),
        status=400 if status in (400, 422) else 502,
    )


def told(body: bytes) -> str:
    """The words of an error page, plain or HTML, without the query that Virtuoso repeats."""
    text = body.decode(errors="replace").partition("\n\nSPARQL query:")[0]
    return " ".join(TAG.sub(" ", text).split())[:MESSAGE]


def _is_private(url: httpx.URL) -> bool:
    if url.scheme == "https" or url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False
