"""Who a client is: by its address, and by a proxy's word only where that proxy is trusted."""

from __future__ import annotations

import pytest

from kgapp.web.http.clients import Clients

PROXY = "192.0.2.1:4000"


class Headers:
    """Header lines as the server gives them: each line one item."""

    def __init__(self, *lines: tuple[str, str]) -> None:
        self._lines = list(lines)

    def items(self) -> list[tuple[str, str]]:
        return self._lines

    def get(self, name: str, default: str | None = None) -> str | None:
        return next((value for given, value in self._lines if given == name), default)


def forwarded(*lines: str) -> Headers:
    return Headers(*[("x-forwarded-for", line) for line in lines])


class Scope:
    """What a server tells of a request, as far as its address goes."""

    scheme, authority = "http", None

    def __init__(self, client: str, *lines: tuple[str, str]) -> None:
        self.client, self.headers = client, Headers(*lines)


def test_the_address_of_the_server_is_the_one_asked_unless_a_trusted_proxy_says_more() -> None:
    lines = [("host", "inner:8000"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "city.example")]
    lines += [("x-forwarded-prefix", "/roadmap/")]
    trusting = Clients(["192.0.2.0/24"])
    assert trusting.base_url(Scope(PROXY, *lines)) == "https://city.example/roadmap/"
    assert trusting.base_url(Scope("198.51.100.7:1", *lines)) == "http://inner:8000/"
    assert Clients([]).base_url(Scope(PROXY, *lines)) == "http://inner:8000/"


@pytest.mark.parametrize(
    "prefix", ["roadmap", "//evil.example", "/../x", "/a b", "/<b>", "/x?y", "/" + "a" * 2000]
)
def test_a_prefix_that_is_no_path_is_none(prefix: str) -> None:
    scope = Scope(PROXY, ("host", "city.example"), ("x-forwarded-prefix", prefix))
    assert Clients(["192.0.2.0/24"]).base_url(scope) == "http://city.example/"


def test_a_public_url_overrules_and_its_path_may_be_there_or_not() -> None:
    own = Clients([], "https://city.example/roadmap/")
    assert own.base_url(Scope(PROXY, ("host", "inner"))) == "https://city.example/roadmap/"
    assert own.path("/roadmap/sparql") == own.path("/sparql") == "/sparql"
    assert own.path("/roadmap") == "/roadmap"
    assert own.path("/roadmaps") == "/roadmaps"
    assert Clients([]).path("/roadmap/sparql") == "/roadmap/sparql"


def test_nobody_is_believed_without_being_trusted() -> None:
    assert Clients([]).of("198.51.100.7:1", forwarded("203.0.113.9")) == "198.51.100.7"
    assert Clients(["192.0.2.0/24"]).of("198.51.100.7:1", forwarded("203.0.113.9")) == "198.51.100.7"


@pytest.mark.parametrize(
    ("lines", "client"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        (["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        (["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, 192.0.2.8"], "203.0.113.9"),
        (["203.0.113.9:333"], "203.0.113.9"),
        (["[2001:db8:1:2:3::4]:333"], "2001:db8:1:2::/64"),
        (["2001:db8:1:2:9::4"], "2001:db8:1:2::/64"),
        (["::ffff:203.0.113.9"], "203.0.113.9"),
        ([], "192.0.2.1"),
    ],
)
def test_the_nearest_address_that_is_no_proxy(lines: list[str], client: str) -> None:
    assert Clients(["192.0.2.0/24"]).of(PROXY, forwarded(*lines)) == client


def test_a_socket_of_both_families_tells_ipv4_clients_apart() -> None:
    both = Clients(["192.0.2.0/24"])
    assert both.of("[::ffff:198.51.100.7]:1", Headers()) == "198.51.100.7"
    assert both.of("[::ffff:198.51.100.8]:1", Headers()) == "198.51.100.8"
    assert both.of("[::ffff:192.0.2.1]:1", forwarded("203.0.113.9")) == "203.0.113.9"
