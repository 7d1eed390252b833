"""Which page of something long is asked for."""

from __future__ import annotations

from flask import request

from kgapp.errors import Message, QueryRefused


def page_asked() -> int:
    """The number in ``?page=``, 1 where there is none; raises QueryRefused (400) for what is no number."""
    text = request.args.get("page", "1")
    if text.isascii() and text.isdigit() and len(text) < 8 and int(text) > 0:
        return int(text)
    raise QueryRefused(
        Message("page は1以上の数です。", "page is a number from 1 on."),
        Message("例: ?page=2", "For example ?page=2"),
    )
