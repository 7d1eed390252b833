"""A citation of an answer: in words, as BibTeX and as CSL-JSON, with the version of the data, the
permalink and the day on which it was read.

No author and no year of publication stands there, because the data state none; the City is named as
neither (``rights.DISCLAIMER``).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from kgapp.results import BOOLEAN, GRAPH, TABLE
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, PROJECT, TITLE
from kgapp.web.http.fingerprint import Fingerprint
from kgapp.web.http.protocol import STATED

_LATEX = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{sign: f"\\{sign}" for sign in "$&#_%"},
}
_PAIRED = {"{": r"\{", "}": r"\}"}
_NAMED = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
"""BibTeX counts braces that are escaped, too: where they are no pairs they have names, which fewer
programs know."""
_TAG = re.compile(r"<(?=/?(?:i|b|sc|su[bp]|span)\b)", re.IGNORECASE)
"""What processors of CSL-JSON take for markup in a title; nothing escapes it, but a word joiner parts it."""


@dataclass(frozen=True)
class Citation:
    """An answer as it is cited."""

    title: str
    """What the question is called, in ``lang``; empty where it has no name."""
    lang: str
    kind: str
    """Whether a table, a truth value or a graph answered."""
    answer: Fingerprint | None
    version: str
    version_iri: str
    permalink: str
    accessed: date
    stated: bool = False
    """Whether it was asked without conclusions."""

    @property
    def whole_title(self) -> str:
        """The title of what is cited: the answer to a question."""
        if not self.title:
            return {"ja": "SPARQLの問い合わせへの答え", "en": "Answer to a query in SPARQL"}[self.lang]
        return f"「{self.title}」への答え" if self.lang == "ja" else f"Answer to “{self.title}”"

    @property
    def size(self) -> str:
        """Of what it was asked, where not of everything, and how much the answer was, with its
        fingerprint; empty where that is not recorded."""
        told = []
        if self.stated:
            told += [{"ja": "推論を除いて問う", "en": "asked without conclusions"}[self.lang]]
        if self.answer:
            told += [size_words(self.kind, self.answer.size, self.lang)]
            told += [{"ja": "指紋 ", "en": "fingerprint "}[self.lang] + self.answer.digest]
        return {"ja": "，", "en": ", "}[self.lang].join(told)

    @property
    def note(self) -> str:
        """What was asked and how much the answer was, and whose the data are not."""
        stop = "。" if self.lang == "ja" else ". "
        rights = f"{DISCLAIMER[self.lang]}{'' if self.lang == 'ja' else ' '}{DATASET_RIGHTS[self.lang]}"
        return f"{self.size}{stop}{rights}" if self.size else rights


def size_words(kind: str, size: int, lang: str) -> str:
    """How much an answer is, in words."""
    if kind == BOOLEAN:
        return {"ja": ("いいえ", "はい"), "en": ("no", "yes")}[lang][bool(size)]
    ja, one, more = {TABLE: ("行", "row", "rows"), GRAPH: ("トリプル", "triple", "triples")}[kind]
    return f"{size:,}{ja}" if lang == "ja" else f"{size:,} {one if size == 1 else more}"


def plain(cited: Citation) -> str:
    """The citation in a sentence, as a line of text."""
    of, size = TITLE[cited.lang], f"（{cited.size}）" if cited.size else ""
    if cited.lang == "ja":
        day = f"{cited.accessed.year}年{cited.accessed.month}月{cited.accessed.day}日"
        return (
            f"{cited.whole_title}{size}，{of}，版 {cited.version}（{cited.version_iri}），"
            f"{cited.permalink}（{day}閲覧）\n"
        )
    size = f" ({cited.size})" if cited.size else ""
    return (
        f"{cited.whole_title}{size}, {of}, version {cited.version} ({cited.version_iri}), "
        f"{cited.permalink} (accessed {cited.accessed.isoformat()})\n"
    )


def bibtex(cited: Citation) -> str:
    """An entry for BibTeX and BibLaTeX, in UTF-8: ``@misc``, the kind that every style has."""
    fields = {
        "title": f"{{{latex(cited.whole_title)}}}",
        "howpublished": latex(TITLE[cited.lang]),
        "version": cited.version,
        "url": cited.permalink,
        "urldate": cited.accessed.isoformat(),
        "note": latex(f"{_version_words(cited)}{cited.note}"),
        "langid": {"ja": "japanese", "en": "english"}[cited.lang],
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key(cited)},\n{lines}}}\n"


def csl_json(cited: Citation) -> str:
    """An item of CSL-JSON (citationstyles.org, csl-data.json), as reference managers read it."""
    day = cited.accessed
    item: dict[str, Any] = {
        "id": key(cited),
        "type": "dataset",
        "title": _TAG.sub("<\u2060", cited.whole_title),
        "container-title": TITLE[cited.lang],
        "publisher": PROJECT,
        "version": cited.version,
        "URL": cited.permalink,
        "accessed": {"date-parts": [[day.year, day.month, day.day]]},
        "language": cited.lang,
        "note": cited.note,
        "custom": {"dataset": cited.version_iri},
    }
    if cited.answer:
        item["custom"] |= {"fingerprint": cited.answer.digest, "size": cited.answer.size}
    if cited.stated:
        item["custom"] |= {"graphs": STATED}
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def key(cited: Citation) -> str:
    """A key for an entry: of the version and the answer, so that two answers have two."""
    return "-".join(["care-roadmap", cited.version, *([cited.answer.digest] if cited.answer else [])])


def latex(text: str) -> str:
    """A text for LaTeX: its own signs named, white space made one, everything else as it is."""
    signs = _LATEX | (_PAIRED if _is_paired(text) else _NAMED)
    told = "".join(signs.get(sign, sign) for sign in " ".join(text.split()))
    return re.sub("-(?=-)", "-{}", told)  # two would become a dash


def _is_paired(text: str) -> bool:
    """Whether every brace has its other."""
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return not depth


def _version_words(cited: Citation) -> str:
    if cited.lang == "ja":
        return f"版 {cited.version}（{cited.version_iri}）。"
    return f"Version {cited.version} ({cited.version_iri}). "
