"""Who asks, and under which address: proxies are believed only where they are configured."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
PREFIX = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~\-]{1,100}){1,10}")
WITH_PORT = re.compile(r"(?P<v4>[\d.]+):\d{1,5}|\[(?P<v6>[0-9A-Fa-f:.]+)\](:\d{1,5})?")
FORWARDED = 2048
"""Characters of X-Forwarded-For that are read, from its end, which the nearest proxy wrote."""
HOUSEHOLD = 64
"""Bits of an IPv6 address that one client has: it may choose the rest."""


def field(headers: Any, name: str) -> str:
    """The value of a header that is a list, however many lines it came in (RFC 9110, 5.3)."""
    lines = headers.get_all(name)
    return str(lines[0]) if len(lines) == 1 else ", ".join(lines)


class Clients:
    """Tells clients apart by their address."""

    def __init__(self, trusted_proxies: Iterable[str], public_url: str = "") -> None:
        """``public_url`` is where the server is reached from outside, if that is known."""
        self._trusted = [ipaddress.ip_network(network) for network in trusted_proxies]
        self._public_url = public_url
        self.prefix = urlsplit(public_url).path.rstrip("/")
        self._cached = lru_cache(maxsize=4096)(self._client)

    def of(self, peer: str, headers: Any) -> str:
        """A name for the client behind a connection (``host:port``), the same for all it sends."""
        forwarded = ""
        if self._trusted:
            # A proxy may add a line of its own behind one that the client wrote.
            lines = [value for name, value in headers.items() if name.lower() == "x-forwarded-for"]
            forwarded = ",".join(lines)[-FORWARDED:]
        return self._cached(peer.rpartition(":")[0].strip("[]"), forwarded)

    def base_url(self, scope: Any) -> str:
        """The address under which the client came: scheme, host, and the path of a proxy if there is
        one before ours."""
        if self._public_url:
            return self._public_url
        scheme, host, prefix = scope.scheme, scope.headers.get("host") or scope.authority or "localhost", ""
        if self._trusted and self._trusts(scope.client.rpartition(":")[0].strip("[]")):
            scheme = scope.headers.get("x-forwarded-proto") or scheme
            host = scope.headers.get("x-forwarded-host") or host
            prefix = (scope.headers.get("x-forwarded-prefix") or "").rstrip("/")
        if not is_host(host):
            host = "localhost"
        if not PREFIX.fullmatch(prefix):
            prefix = ""
        return f"{'https' if scheme == 'https' else 'http'}://{host}{prefix}/"

    def path(self, path: str) -> str:
        """The path of a request on this server: a proxy may have left its own before it."""
        return path.removeprefix(self.prefix) if path.startswith(f"{self.prefix}/") else path

    def _client(self, peer: str, forwarded: str) -> str:
        """The nearest address that is no proxy of ours."""
        nearest = peer
        for hop in reversed([hop.strip() for hop in forwarded.split(",") if hop.strip()]):
            if not self._trusts(nearest):
                break
            found = WITH_PORT.fullmatch(hop)
            nearest = (found["v4"] or found["v6"]) if found else hop
        address = _address(nearest)
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((address, HOUSEHOLD), strict=False))
        return str(address) if address else nearest[:45]

    def _trusts(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self._trusted)


def is_host(text: str) -> bool:
    """Whether a text is a host and perhaps a port (RFC 3986, 3.2.2 and 3.2.3)."""
    found = HOST.fullmatch(text)
    return found is not None and int((found[1] or found[2] or ":0")[1:]) <= 65_535


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket of both families shows IPv4 as ::ffff:192.0.2.1.
    return getattr(address, "ipv4_mapped", None) or address
