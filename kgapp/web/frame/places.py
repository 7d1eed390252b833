"""The frame of every page: the site's name, and where each page leads to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import request

from kgapp.errors import Message
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.web.http.render import language

Place = tuple[str, Message, bool]
SITE = {"ja": "地域包括ケアロードマップ知識グラフ", "en": "Knowledge graph of community-care roadmaps"}
PLACES = (
    ("/", Message("最初のページ", "Home"), False),
    ("/search", Message("さがす", "Search"), True),
    ("/questions", Message("問いの一覧", "Questions"), True),
    ("/matrix", Message("関わりの表", "Who stands where"), True),
    ("/answers", Message("課題と方向性", "Issues and directions"), True),
    ("/between", Message("つながり", "Connections"), True),
    ("/districts", Message("地区", "Districts"), True),
    ("/roadmap", Message("工程表", "Roadmap"), True),
    ("/read", Message("資料を読む", "Read the paper"), True),
)
"""Where every page leads to, and whether that is there only with a dataset of ours."""
DATA_PLACES = (
    ("/sparql", Message("SPARQLで問う", "Ask in SPARQL"), False),
    ("/api", Message("API", "API"), False),
    ("/catalogue", Message("データの入手", "Data"), True),
    ("/ns", Message("語彙", "Vocabulary"), True),
    ("/overview", Message("数で見る", "In numbers"), True),
    ("/quality", Message("品質", "Quality"), True),
    ("/changes", Message("変更", "Changes"), True),
    ("/docs/citing", Message("引用と再利用", "Cite and reuse"), False),
    ("/docs/operations", Message("運用", "Operations"), False),
)
"""The same for those who work with the data: at the foot of every page."""


def frame(of_dataset: bool) -> dict[str, Any]:
    """What the frame of every page says; ``of_dataset`` is false where other data are served."""
    lang = language()
    return {
        "site_name": SITE[lang],
        "places": _there(PLACES, lang, of_dataset),
        "data_places": _there(DATA_PLACES, lang, of_dataset),
        "of_dataset": of_dataset,
        "site_disclaimer": DISCLAIMER[lang],
        "site_rights": DATASET_RIGHTS[lang],
        "in_language": _in_language,
    }


def _there(places: Iterable[Place], lang: str, of_dataset: bool) -> list[tuple[str, str]]:
    return [(path, getattr(name, lang)) for path, name, ours in places if of_dataset or not ours]


def _in_language(code: str) -> str:
    """This page in a language, with all else that its address asks."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"?{urlencode([*kept, ('lang', code)])}"
