"""Reads ontology, schemes and shapes: the files that the steps are given as graphs."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from rdflib import Graph

from kgapp.errors import Message, Problem, SourceErrors
from kgapp.home import Home

FILES = ("ccr.ttl", "schemes.ttl", "shapes.ttl", "advice.ttl")


def load_vocabulary(home: Home) -> tuple[Graph, Graph, Graph]:
    """Ontology with schemes, shapes that must hold, shapes that should.

    Raises SourceErrors with every file that is missing or no Turtle.
    """
    content = [_read(home.ontology / name) for name in FILES]
    problems = [data for data in content if isinstance(data, Problem)]
    if problems:
        raise SourceErrors(problems)
    return _parsed(tuple(data for data in content if isinstance(data, bytes)))


# Kept by content, not by folder: an ontology that was edited is read anew.
@lru_cache(maxsize=2)
def _parsed(content: tuple[bytes, ...]) -> tuple[Graph, Graph, Graph]:
    ontology, shapes, advice = Graph(), Graph(), Graph()
    problems = []
    for name, data, graph in zip(FILES, content, (ontology, ontology, shapes, advice), strict=True):
        try:
            graph.parse(data=data.decode("utf-8-sig"), format="turtle")
        except SyntaxError as error:
            problems.append(_not_turtle(name, error))
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            problems.append(_problem(name, line, "UTF-8で読めません。", "This is not UTF-8."))
    if problems:
        raise SourceErrors(problems)
    return ontology, shapes, advice


def _read(path: Path) -> bytes | Problem:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        return _problem(path.name, None, f"読めません（{why}）。", f"This cannot be read ({why}).")


def _not_turtle(name: str, error: SyntaxError) -> Problem:
    # rdflib's own error counts lines from 0; its text repeats the file's bytes.
    line = getattr(error, "lines", None)
    why = getattr(error, "_why", None) or str(error)
    return _problem(
        name,
        line + 1 if isinstance(line, int) else None,
        f"Turtleとして読めません（{why}）。",
        f"This is not Turtle ({why}).",
    )


def _problem(name: str, line: int | None, ja: str, en: str) -> Problem:
    return Problem(
        f"ontology/{name}",
        line,
        None,
        Message(ja, en),
        Message(
            "この行かその前を直すか，元のファイルに戻してください。",
            "Mend it here or just above, or restore the file.",
        ),
    )
