"""Literals in addresses, as N-Triples write them: ``"…"@ja``."""

from __future__ import annotations

import pyoxigraph as ox


def read_literal(text: str) -> ox.Literal | None:
    """The literal that a text is; nothing where it is none, or more than one."""
    try:
        (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        return None
    # What reads back as something else held more than one literal: a comment, say.
    return quad.object if isinstance(quad.object, ox.Literal) and str(quad.object) == text else None
