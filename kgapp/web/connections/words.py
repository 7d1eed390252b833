"""Ties and things in words, in ja and en: a sentence for each tie, whichever end it is read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kgapp.errors import Message
from kgapp.web.connections.network import GROUNDS, KNOWN, PLACED, Network, Node, Tie
from kgapp.web.frame.links import document_of, why_address
from kgapp.web.frame.wording import CCR
from kgapp.web.trace import words
from kgapp.web.trace.trace import Passage, Source, Theme

SENTENCES = {
    "hasLead": Message("{s}は，{o}を中心として書いている", "{s} names {o} as lead"),
    "hasPartner": Message("{s}は，{o}を連携先として書いている", "{s} names {o} as partner"),
    "hasSubject": Message("{s}は，{o}を扱っている", "{s} is about {o}"),
    "hasParticipant": Message("{s}は，{o}を参加者として書いている", "{s} names {o} as participant"),
    "involves": Message(
        "{s}に名のある連合体に，{o}が入っている", "{s} names a collective that {o} belongs to"
    ),
    "targets": Message("{s}は，{o}を支援の対象として書いている", "{s} is meant to help {o}"),
    "hasConstituent": Message("{s}は，{o}を構成団体とする", "{s} has {o} as a constituent"),
    "subBodyOf": Message("{s}は，{o}の下部組織である", "{s} is a body below {o}"),
    "alsoServesAs": Message("{s}は，{o}を兼ねる", "{s} also serves as {o}"),
    "continues": Message("{s}は，{o}を引き継ぐ", "{s} continues {o}"),
    "addresses": Message("{s}は，{o}に対応する", "{s} addresses {o}"),
    "respondedToBy": Message("{s}には，{o}が応じる", "{s} is responded to by {o}"),
    "basedOn": Message("{s}は，{o}に基づく", "{s} is based on {o}"),
    "usesProgramme": Message("{s}は，{o}を活用する", "{s} uses {o}"),
    "usesFacility": Message("{s}は，{o}を使う", "{s} uses {o}"),
    "locatedIn": Message("{s}は，{o}にある", "{s} is located in {o}"),
    "heldAt": Message("{s}の取組は，{o}で行われる", "what {s} tells of is held at {o}"),
    "modelDistrict": Message("{s}は，{o}をモデル地区とする", "{s} names {o} as model district"),
    "coversDistrict": Message("{s}は，{o}に及ぶ", "{s} reaches {o}"),
    "coversAllDistrictsOf": Message("{s}は，{o}の全地区を対象とする", "{s} covers all districts of {o}"),
    "inTheme": Message("{s}は，{o}に置かれている", "{s} stands in {o}"),
    "governs": Message("{s}は，{o}を治める団体である", "{s} is the body that governs {o}"),
    "hasDistrict": Message("{s}には，{o}という地区がある", "{s} has the district {o}"),
}
"""What each relation says of its subject {s} and its object {o}."""
OTHERWISE = Message("{s}から{o}への関係: {r}", "{s} to {o}: {r}")
TITLES = {
    "hasLead": (Message("中心", "lead"), Message("中心として書く記載", "passages that name it as lead")),
    "hasPartner": (
        Message("連携先", "partner"),
        Message("連携先として書く記載", "passages that name it as partner"),
    ),
    "hasSubject": (
        Message("扱う主体", "what it is about"),
        Message("これを扱う記載", "passages that are about it"),
    ),
    "hasParticipant": (
        Message("参加者", "participant"),
        Message("参加者として書く記載", "passages that name it as participant"),
    ),
    "involves": (
        Message("連合体を通して関わる主体", "actors involved through a collective"),
        Message("連合体を通して関わる記載", "passages that involve it through a collective"),
    ),
    "targets": (
        Message("支援の対象", "whom it is meant to help"),
        Message("支援の対象として書く記載", "passages that are meant to help it"),
    ),
    "hasConstituent": (
        Message("構成団体", "constituents"),
        Message("これを構成団体とする連合体", "collectives that it is part of"),
    ),
    "subBodyOf": (Message("上位の組織", "the body above it"), Message("下部組織", "bodies below it")),
    "alsoServesAs": (
        Message("兼ねる職", "posts that it also serves as"),
        Message("これを兼ねる職", "posts that also serve as it"),
    ),
    "continues": (
        Message("引き継ぐ取組状況", "what it continues"),
        Message("これを引き継ぐ方向性", "directions that continue it"),
    ),
    "addresses": (
        Message("対応する課題", "issues that it addresses"),
        Message("これに対応する方向性", "directions that address it"),
    ),
    "respondedToBy": (
        Message("応じる主体", "who responds to it"),
        Message("これが応じる課題", "issues that it responds to"),
    ),
    "basedOn": (
        Message("基づく計画・事業", "what it is based on"),
        Message("これに基づく記載", "passages based on it"),
    ),
    "usesProgramme": (
        Message("活用する事業", "programmes that it uses"),
        Message("これを活用する記載", "passages that use it"),
    ),
    "usesFacility": (
        Message("使う施設・場", "facilities that it uses"),
        Message("これを使う記載", "passages that use it"),
    ),
    "locatedIn": (
        Message("所在するところ", "where it is"),
        Message("ここに所在するもの", "what is located in it"),
    ),
    "heldAt": (
        Message("開催地", "where it is held"),
        Message("ここで行われる取組の記載", "passages of what is held at it"),
    ),
    "modelDistrict": (
        Message("モデル地区", "model districts"),
        Message("モデル地区として書く記載", "passages that name it as model district"),
    ),
    "coversDistrict": (
        Message("及ぶ地区", "districts that it reaches"),
        Message("ここに及ぶ記載", "passages that reach it"),
    ),
    "coversAllDistrictsOf": (
        Message("全地区を対象とする市町村", "whose districts it covers, all of them"),
        Message("全地区を対象とする記載", "passages that cover all its districts"),
    ),
    "inTheme": (
        Message("置かれたテーマ", "the theme in which it stands"),
        Message("このテーマの記載", "passages of this theme"),
    ),
    "governs": (
        Message("治める市町村", "the municipality that it governs"),
        Message("ここを治める団体", "the body that governs it"),
    ),
    "hasDistrict": (
        Message("地区", "its districts"),
        Message("この地区のある市町村", "the municipality of this district"),
    ),
}
"""What is called what is reached by each relation: from its subject, and from its object."""
GROUND_WORDS = {
    **words.MODES,
    PLACED: Message("資料での位置", "place in the paper"),
    KNOWN: Message("登録簿", "register"),
}
KINDS = {
    "Passage": Message("記載", "passage"),
    "Theme": Message("重点テーマ", "theme"),
    "Body": Message("団体", "body"),
    "Collective": Message("連合体", "collective"),
    "ActorType": Message("主体の種別", "kind of actor"),
    "Post": Message("職", "post"),
    "PeopleGroup": Message("人々", "group of people"),
    "Municipality": Message("市町村", "municipality"),
    "District": Message("地区", "district"),
    "Facility": Message("施設", "facility"),
    "FacilityType": Message("施設の種別", "kind of facility"),
    "Programme": Message("事業", "programme"),
    "Plan": Message("計画", "plan"),
}
_SLOT = re.compile(r"(\{[so]\})")


@dataclass(frozen=True)
class Said:
    """A tie in words: its sentence in pieces (words and, for a thing, its address), and its grounds."""

    pieces: list[tuple[str, str]]
    tie: Tie
    label: str
    """The relation in a word or two, from its subject."""
    ground: str
    words: list[str]
    object_words: list[str]
    sources: list[str]
    claim: str
    why: str
    """Where it is told why it holds, where it is concluded."""

    @property
    def sentence(self) -> str:
        """The sentence in one piece."""
        return "".join(text for text, _ in self.pieces)


class Telling:
    """What the things of a network are called in a language, and where their pages are."""

    def __init__(self, network: Network, base: str, lang: str) -> None:
        self._network, self._base, self._lang = network, base, lang

    def name(self, iri: str) -> str:
        """``テーマ5 方向性1``, with the paper where there are several; a label; the end of an IRI."""
        node = self._network.nodes.get(iri)
        if node is None:
            return iri.rpartition("/")[2]
        of = (
            f" [{node.edition.partition('/')[2]}]" if len(self._network.editions) > 1 and node.edition else ""
        )
        if isinstance(node.what, Passage):
            theme = f"テーマ{node.what.theme} " if self._lang == "ja" else f"Theme {node.what.theme}, "
            return f"{theme}{words.passage_name(node.what, self._lang)}{of}"
        if isinstance(node.what, Theme):
            number = f"テーマ{node.what.number} " if self._lang == "ja" else f"Theme {node.what.number}: "
            return f"{number}{words.say(node.what.name, self._lang)}{of}"
        return words.say(node.what.label, self._lang)

    def address(self, iri: str) -> str:
        """The path of the page about a thing."""
        return document_of(iri, self._base) or ""

    def thing(self, node: Node) -> dict[str, Any]:
        """A thing for a template."""
        passage = node.what if isinstance(node.what, Passage) else None
        return {
            "name": self.name(node.iri),
            "address": self.address(node.iri),
            "path": node.path,
            "iri": node.iri,
            "kind": words.say(KINDS.get(node.kind, Message(node.kind, node.kind)), self._lang),
            "class": node.kind,
            "notation": passage.notation if passage else "",
            "text": passage.text if passage else "",
            "gloss": passage.gloss if passage and self._lang == "en" else "",
        }

    def said(self, tie: Tie) -> Said:
        """A tie in words."""
        return Said(
            self._pieces(tie.subject, tie.relation, tie.object),
            tie,
            self.title(tie.relation, True),
            words.say(GROUND_WORDS[tie.ground], self._lang),
            [quote.words for quote in tie.quotes],
            [quote.words for quote in tie.object_quotes],
            [self._source(source) for source in tie.sources],
            self.address(tie.claim) if tie.claim else "",
            why_address(tie.subject, f"{CCR}{tie.relation}", tie.object, self._base)
            if tie.ground == "inferred"
            else "",
        )

    def title(self, relation: str, forward: bool) -> str:
        """What is called what a relation leads to, from its subject or else from its object."""
        pair = TITLES.get(relation)
        if pair is None:
            return f"{relation} {'→' if forward else '←'}"
        return words.say(pair[0 if forward else 1], self._lang)

    def _pieces(self, subject: str, relation: str, obj: str) -> list[tuple[str, str]]:
        told = words.say(SENTENCES.get(relation, OTHERWISE), self._lang).replace("{r}", relation)
        things = {"{s}": subject, "{o}": obj}
        return [
            (self.name(things[part]), self.address(things[part])) if part in things else (part, "")
            for part in _SLOT.split(told)
            if part
        ]

    def _source(self, source: Source) -> str:
        return "".join(text for text, _ in self._pieces(source.subject, source.relation, source.object))


def relations(lang: str) -> list[tuple[str, str]]:
    """Every relation that is walked: its local name and what it leads to."""
    return [(name, words.say(pair[0], lang)) for name, pair in TITLES.items()]


def grounds(lang: str) -> list[tuple[str, str]]:
    """Every ground: its local name and its words."""
    return [(ground, words.say(GROUND_WORDS[ground], lang)) for ground in GROUNDS]
