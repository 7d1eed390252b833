"""The settings of a server: from a file, the environment and flags, in that order, the later
overruling the earlier; all validated before anything starts.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kgapp.errors import KgappError, Message, Problem, SourceErrors

ENVIRONMENT = "KGAPP_"
MAILTO = re.compile(r"mailto:[A-Za-z0-9._+\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?")
ADDRESS = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%\-]{1,1000}")
SERVER = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[!-~]*)?")
PATH = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~\-]+)*/?")
USERINFO = re.compile(r"//[^/?#]*@")


def _limit(default: float, least: float, most: float, unit: str, ja: str, en: str, **more: Any) -> Any:
    about = {"least": least, "most": most, "unit": unit, "label": Message(ja, en), **more}
    return field(default=default, metadata=about)


@dataclass(frozen=True)
class Limits:
    """What a query from a stranger may take. Every field is a flag, an environment variable and a
    key of the file, under one name; ``metadata`` holds bounds, unit and label."""

    query_timeout: float = _limit(10.0, 0.05, 3600, "s", "問い合わせの時間", "time of a query")
    query_memory: int = _limit(512, 16, 1_000_000, "MiB", "問い合わせの記憶量", "memory of a query")
    result_size: int = _limit(32, 1, 2000, "MiB", "答えの大きさ", "size of an answer")
    query_length: int = _limit(256, 1, 10_000, "KiB", "問い合わせの長さ", "length of a query")
    query_nesting: int = _limit(100, 10, 1000, "", "括弧の深さ", "brackets inside each other")
    workers: int = _limit(16, 1, 512, "", "同時に答える数", "queries that run at once")
    client_workers: int = _limit(
        12, 1, 512, "", "一つの接続元が同時に使う数", "queries of one client that run at once"
    )
    client_queue: int = _limit(
        64, 1, 10_000, "", "一つの接続元が待てる数", "queries of one client that run or wait"
    )
    queue: int = _limit(256, 1, 100_000, "", "全体で待てる数", "queries that wait in all")
    queue_timeout: float = _limit(10.0, 0.05, 600, "s", "順番を待つ時間", "time in the queue")
    body_timeout: float = _limit(
        10.0, 0.05, 600, "s", "送信にかける時間", "time that sending a query may take"
    )
    cache_size: int = _limit(64, 0, 100_000, "MiB", "答えの控えの大きさ", "answers kept for reuse")

    @property
    def result_bytes(self) -> int:
        return self.result_size * 1024 * 1024

    @property
    def query_bytes(self) -> int:
        return self.query_length * 1024

    @property
    def body_bytes(self) -> int:
        """A form may write each byte of a query as three."""
        return 3 * self.query_bytes + 65_536


@dataclass(frozen=True)
class Settings:
    """Where a server listens, what it tells, and its limits."""

    host: str = "127.0.0.1"
    port: int = 8000
    access_log: str = ""
    """``-`` for standard output, a file's path, or nothing for no log."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    public_url: str = ""
    """Where the server is reached from outside, with the path that a proxy puts before its own; it
    overrules what a request says."""
    endpoint: str = ""
    """A SPARQL 1.1 endpoint that answers instead of the embedded store."""
    report_to: str = ""
    """Where a mistake in the data is reported: ``mailto:`` with one address, or the ``https://``
    address of an issue form, with ``{subject}`` and ``{body}`` where these go (else as the
    parameters ``title`` and ``body``)."""
    warm: str = "yes"
    """Whether pages are made beforehand, after a start and after every change of the data: ``no`` where
    many servers are started for a short time."""
    limits: Limits = field(default_factory=Limits)

    @property
    def address(self) -> str:
        """Where the server is reached, as far as settings tell."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}/"


OWN = tuple(entry.name for entry in fields(Settings) if entry.name != "limits")
LIMITS = {entry.name: entry for entry in fields(Limits)}


def read_settings(
    file: Path | None, environment: Mapping[str, str] = os.environ, flags: Mapping[str, Any] | None = None
) -> Settings:
    """The settings that hold; raises SourceErrors with every key that does not."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for place, given in (
        (str(file), _of_file(file)),
        ("environment", _of_environment(environment)),
        ("flags", {name: value for name, value in (flags or {}).items() if value not in (None, ())}),
    ):
        for name, value in given.items():
            try:
                values[name] = _value(name, value)
            except (KeyError, TypeError, ValueError) as error:
                problems.append(_problem(place, name, value, error))
    if problems:
        raise SourceErrors(problems)
    limits = Limits(**{name: value for name, value in values.items() if name in LIMITS})
    return Settings(**{name: values[name] for name in OWN if name in values}, limits=limits)


def _of_file(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise KgappError(
            Message(
                f"設定ファイル {file} が読めません: {error}", f"Cannot read the settings {file}: {error}"
            ),
            Message("UTF-8のTOMLで書いてください。", "Write it as TOML in UTF-8."),
        ) from error


def _of_environment(environment: Mapping[str, str]) -> dict[str, str]:
    known = (*OWN, *LIMITS)
    given = {name: environment.get(f"{ENVIRONMENT}{name.upper()}", "") for name in known}
    return {name: value for name, value in given.items() if value}


def _value(name: str, given: Any) -> Any:
    if isinstance(given, bool):
        raise TypeError("no truth value")
    if name in LIMITS:
        about = LIMITS[name].metadata
        number = float(given) if isinstance(LIMITS[name].default, float) else int(given)
        if not about["least"] <= number <= about["most"]:
            raise ValueError(f"{about['least']} … {about['most']}")
        return number
    if name == "port":
        port = int(given)
        if not 1 <= port <= 65_535:
            raise ValueError("1 … 65535")
        return port
    if name == "trusted_proxies":
        networks = given.split(",") if isinstance(given, str) else given
        return tuple(str(ipaddress.ip_network(network.strip())) for network in networks if network.strip())
    if name not in OWN or not isinstance(given, str):
        raise KeyError(name)
    checks = {
        "endpoint": check_address,
        "public_url": check_public,
        "report_to": check_report_to,
        "warm": check_choice,
    }
    return checks[name](given) if name in checks else given


def check_address(given: str) -> str:
    """The address of another SPARQL server; raises ValueError for what is none, and for one that
    holds a password, which would end in logs."""
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("http://… or https://…")
    if parts.username is not None or parts.password is not None:
        raise ValueError("KGAPP_ENDPOINT_USER, KGAPP_ENDPOINT_PASSWORD")
    if parts.port == 0 or not SERVER.fullmatch(given):  # .port raises ValueError past 65535
        raise ValueError("http://HOST:PORT/…")
    return given


def check_public(given: str) -> str:
    """An address of this server, ending in ``/``; raises ValueError for one that is none."""
    parts = urlsplit(check_address(given))
    if parts.query or parts.fragment or not PATH.fullmatch(parts.path):
        raise ValueError("http://HOST/PATH/")
    return given if given.endswith("/") else f"{given}/"


def check_report_to(given: str) -> str:
    """An address for reports; raises ValueError for what is none."""
    if MAILTO.fullmatch(given):
        return given
    # What is left of the address without its two places must be one as it stands (RFC 3986, 2).
    bare = given.replace("{subject}", "").replace("{body}", "")
    parts = urlsplit(bare)
    good = ADDRESS.fullmatch(bare) and parts.scheme == "https" and parts.hostname and not parts.fragment
    if not good or "@" in parts.netloc or "{" in given.partition("?")[0]:
        raise ValueError("mailto:name@host | https://…")
    return given


def check_choice(given: str) -> str:
    """``yes`` or ``no``; raises ValueError for anything else."""
    if given not in ("yes", "no"):
        raise ValueError("yes | no")
    return given


def _problem(place: str, name: str, value: Any, error: Exception) -> Problem:
    known = ", ".join((*OWN, *LIMITS))
    value = USERINFO.sub("//…@", str(value))
    unknown = name not in (*OWN, *LIMITS)
    return Problem(
        place,
        None,
        name,
        Message(f"値「{value}」は使えません（{error}）。", f"The value {value!r} cannot be used ({error})."),
        Message(f"使える名前: {known}", f"Known names: {known}")
        if unknown
        else Message("値を直してください。", "Mend the value."),
    )
