"""JSON-LD in the project's own terms: compacted with its context, which stands in the document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pyld import jsonld

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
Context = dict[str, Any]


def read_context(path: Path) -> Context:
    """The context of a file; raises OSError and ValueError."""
    content: Context = json.loads(path.read_text(encoding="utf-8"))
    return content


def prefixes(context: Context) -> dict[str, str]:
    """The namespaces that a context knows, by prefix."""
    terms = context["@context"].items()
    return {name: iri for name, iri in terms if isinstance(iri, str) and iri.startswith("http")}


def compact(expanded: bytes, context: Context) -> bytes:
    """An expanded document, as the engine writes it, with every term that the context knows."""
    return written(_compacted(expanded, context))


def compact_nodes(expanded: bytes, context: Context) -> list[Any]:
    """The nodes of such a document without the context: parts of a larger document."""
    nodes: list[Any] = _compacted(expanded, context)["@graph"]
    return nodes


def written(content: object) -> bytes:
    """Content as JSON in one line, Japanese as it is."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _compacted(expanded: bytes, context: Context) -> dict[str, Any]:
    # What the engine writes is expanded already, but for its types.
    options = {"documentLoader": _load_nothing, "graph": True, "skipExpansion": True}
    nodes = [_with_types(node) for node in json.loads(expanded)]
    document: dict[str, Any] = jsonld.compact(nodes, context, options)
    return document


def _with_types(node: dict[str, Any]) -> dict[str, Any]:
    """The engine writes rdf:type as any other property."""
    if isinstance(graph := node.get("@graph"), list):
        node["@graph"] = [_with_types(inner) for inner in graph]
    if types := node.pop(RDF_TYPE, None):
        node["@type"] = [kind["@id"] for kind in types]
    return node


def _load_nothing(address: str, _: Any) -> Any:
    raise ValueError(f"{address}: no context is fetched")
