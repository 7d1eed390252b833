"""Errors for programs: Problem Details (RFC 9457), with what every error of ours tells in JSON beside."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from kgapp.errors import KgappError

PROBLEM = "application/problem+json"


def as_problem(error: KgappError, lang: str) -> str:
    """The members of RFC 9457, 3.1, ``detail`` in a language; then the same words in both languages, the
    name of the limit that was met, and the values that are near to one that is none."""
    what, remedy = (getattr(words, lang) for words in (error.what, error.remedy))
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": f"{what}{'' if lang == 'ja' else ' '}{remedy}",
        "error": {"ja": error.what.ja, "en": error.what.en},
        "remedy": {"ja": error.remedy.ja, "en": error.remedy.en},
    }
    if limit := getattr(error, "limit", ""):
        told["limit"] = limit
    if near := getattr(error, "near", ()):
        told["near"] = list(near)
    return json.dumps(told, ensure_ascii=False) + "\n"
