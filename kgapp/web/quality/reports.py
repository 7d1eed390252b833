"""The text of a report that something is wrong, and the address that takes it with the text filled in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from kgapp.errors import Message
from kgapp.web.quality.evidence import MODES, Evidence

MAILTO = "mailto:"
WORDS = 40
"""Characters of a quote or a text that an address carries, so that no mail program cuts it off; the
page itself shows the whole."""


@dataclass(frozen=True)
class Record:
    """A triple for people: its ends and its relation by name, and its token."""

    subject: str
    relation: str
    object: str
    iri: str
    """The subject's IRI."""
    token: str
    version: str

    @property
    def words(self) -> str:
        return f"{shortened(self.subject)} — {shortened(self.relation)} → {shortened(self.object)}"


def shortened(words: str) -> str:
    """Words on one line, cut where they are long."""
    line = " ".join(words.split())
    return line if len(line) <= WORDS else f"{line[:WORDS]}…"


def subject_of(record: Record, lang: str) -> str:
    """The report's subject line."""
    said = Message("誤りの指摘", "A mistake")
    return f"{said.ja if lang == 'ja' else said.en}: {record.words}"


def body_of(record: Record, evidence: Evidence, lang: str) -> str:
    """The report's text, with room for what the reader has to say."""
    ja = lang == "ja"
    lines = [
        "どこが，なぜちがうか：" if ja else "What is wrong, and why:",
        "",
        "",
        "-- ",
        f"{'記録' if ja else 'Record'}: {record.words}",
        f"{'根拠' if ja else 'Ground'}: {_ground(evidence, lang)}",
        f"IRI: {record.iri}",
        f"{'版' if ja else 'Version'}: {record.version}",
        f"{'照会番号' if ja else 'Token'}: {record.token}",
    ]
    return "\n".join(lines)


def address_of_report(report_to: str, subject: str, body: str) -> str:
    """The configured address with the text filled in (RFC 6068, 5; percent-encoded UTF-8)."""
    if report_to.startswith(MAILTO):
        lines = body.replace("\n", "\r\n")
        return f"{report_to}?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"
    title, text = quote(subject, safe=""), quote(body, safe="")
    if "{subject}" in report_to or "{body}" in report_to:
        return report_to.replace("{subject}", title).replace("{body}", text)
    return f"{report_to}{'&' if '?' in report_to else '?'}title={title}&body={text}"


def _ground(evidence: Evidence, lang: str) -> str:
    if not evidence.grounds:
        return "根拠の記録なし" if lang == "ja" else "no claim"
    ground = evidence.grounds[0]
    mode = MODES[ground.mode]
    said = mode.ja if lang == "ja" else mode.en
    if not ground.quotes:
        return said
    first = ground.quotes[0]
    return f"{said} 「{shortened(first.words)}」 ({first.start}–{first.end})"
