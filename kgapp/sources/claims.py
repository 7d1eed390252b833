"""Reads an edition's claims and its third reading: what a person decided, on which words.

A row adopts a link (as stated, or as a reading with its reason) or turns one down that the rules
would make. The words are looked up in the passage; what is not there, or there twice, is a fault.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from kgapp.errors import Message, Problem
from kgapp.model import (
    Footnote,
    Link,
    Mode,
    Paper,
    Passage,
    Place,
    Readings,
    Register,
    Statement,
    Verdict,
)
from kgapp.sources.between import WITHOUT_CIRCLES, find_circles
from kgapp.sources.faults import TOLD, Faults, also
from kgapp.sources.faults import Place as Told
from kgapp.sources.files import is_there
from kgapp.sources.relations import RELATIONS, ROLES
from kgapp.sources.tables import Row, read_table

SUBJECT, RELATION, OBJECT = "主語", "関係", "目的語"
DECISION, WORDS, WHERE, OBJECT_WORDS, REASON = "判断", "引用", "引用元", "相手側の引用", "理由"
COLUMNS = (SUBJECT, RELATION, OBJECT, DECISION, WORDS, WHERE, OBJECT_WORDS, REASON)
VERDICT, COMMENT = "判定", "所見"
REVIEW_COLUMNS = (SUBJECT, RELATION, OBJECT, WORDS, OBJECT_WORDS, VERDICT, COMMENT)

STATED, INTERPRETED, REJECTED = "原文どおり", "読み取り", "不採用"
VERDICTS = {"支持": "supported", "不支持": "notSupported", "矛盾": "contradicted"}

TRACKS = ("track-government", "track-citizens")


class _Reader:
    def __init__(self, paper: Paper, register: Register, faults: Faults) -> None:
        self.register = register
        self.faults = faults
        self.unknown: dict[tuple[str, str], list[int]] = {}
        """Rows by column and name that is neither in the paper nor in the register."""
        self.unnamed: dict[str, list[int]] = {}
        """Rows by thing whose name the words of a stated role do not hold."""
        self.passages: dict[str, Passage | Footnote] = {p.notation: p for p in paper.statements}
        self.passages |= {line.notation: line for line in paper.chart}
        counted: dict[int, int] = {}
        for note in paper.footnotes:
            counted[note.theme] = counted.get(note.theme, 0) + 1
            self.passages[f"footnote-{note.theme}-{counted[note.theme]}"] = note

    def kind(self, name: str) -> str | None:
        """Kind of a thing by notation or path: a section's name, ``chart``, a class; empty for a
        row of the register that has an unknown one."""
        passage = self.passages.get(name)
        if isinstance(passage, Statement):
            return passage.section
        if passage is not None:
            return "chart" if name.startswith("chart") else "footnote"
        if name in TRACKS:
            return "Track"
        entry = self.register.entries.get(name)
        return entry.kind if entry else None

    def check_ends(self, row: Row) -> bool:
        """Whether relation, subject and object exist and fit; each misfit is a problem."""
        relation = RELATIONS.get(row[RELATION])
        if relation is None:
            self._fault(
                row,
                RELATION,
                f"関係「{row[RELATION]}」はありません。",
                f"There is no relation {row[RELATION]!r}.",
                f"使える関係: {', '.join(RELATIONS)}",
                f"Relations are: {', '.join(RELATIONS)}",
            )
            return False
        good = True
        for column, kinds in ((SUBJECT, relation.subjects), (OBJECT, relation.objects)):
            kind = self.kind(row[column])
            if kind is None:
                self.unknown.setdefault((column, row[column]), []).append(row.number)
                good = False
            elif not kind:
                good = False  # The register's row has a fault of its own.
            elif kind not in kinds:
                self._fault(
                    row,
                    column,
                    f"「{row[column]}」（{kind}）は{row[RELATION]}の{column}になれません。",
                    f"{row[column]} ({kind}) cannot be the {_END[column]} of {row[RELATION]}.",
                    f"なれるもの: {', '.join(kinds)}",
                    f"It takes: {', '.join(kinds)}",
                )
                good = False
        return good

    def find(self, row: Row, column: str, passage_name: str) -> Place | None:
        """Where a cell's words stand in a passage; not there or there twice is a problem."""
        words = row[column]
        passage = self.passages.get(passage_name)
        if passage is None:
            self._fault(
                row,
                WHERE,
                f"引用元「{passage_name}」は資料にありません。",
                f"{passage_name!r} is not in the paper.",
                "引用元に記述の番号を書いてください。",
                "Give the notation of the passage quoted.",
            )
            return None
        count = passage.words.text.count(words) if words else 0
        if count != 1:
            self._fault(
                row,
                column,
                f"「{words}」は{passage_name}に{count}回あります（1回であるべき）。",
                f"{words!r} stands {count} times in {passage_name}; it should stand once.",
                f"本文のとおりに写してください: {passage.words.text}",
                f"Copy it from the passage: {passage.words.text}",
            )
            return None
        start = passage.words.text.index(words)
        return Place(*passage.words.place(start, start + len(words)))

    def _fault(self, row: Row, column: str, ja: str, en: str, remedy_ja: str, remedy_en: str) -> None:
        self.faults.add(row.number, column, Message(ja, en), Message(remedy_ja, remedy_en))

    def link(self, row: Row) -> Link | None:
        """The link that a row adopts; ``None`` after its problems are noted."""
        quote = self.find(row, WORDS, row[WHERE] or row[SUBJECT])
        object_quote = None
        if row[OBJECT_WORDS]:
            object_quote = self.find(row, OBJECT_WORDS, row[OBJECT])
        if row[DECISION] == INTERPRETED and not row[REASON]:
            self._fault(
                row,
                REASON,
                "読み取りには理由が要ります。",
                "A reading needs its reason.",
                "なぜそう読むかを日本語で書いてください。",
                "Say in Japanese why it is read so.",
            )
            return None
        if quote is None:
            return None
        if row[DECISION] == STATED and row[RELATION] in (*ROLES, "targets"):
            entry = self.register.entries[row[OBJECT]]
            if not any(_tight(name) in _tight(row[WORDS]) for name in (*entry.names, entry.label_en)):
                self.unnamed.setdefault(row[OBJECT], []).append(row.number)
                return None
        mode = Mode.STATED if row[DECISION] == STATED else Mode.INTERPRETED
        return Link(row[SUBJECT], row[RELATION], row[OBJECT], mode, quote, row[REASON], object_quote)

    def tell_causes(self) -> None:
        """What many rows suffer from, once for each cause, in its first row."""
        self.faults.add_alike(
            (
                (rows[0], column, _unknown(name, also(rows[1:])))
                for (column, name), rows in self.unknown.items()
            ),
            Message(
                "記述の番号か，登録簿の識別子（例: actor/csw）を書いてください。",
                "Give a statement's notation or a path of the register such as actor/csw.",
            ),
        )
        for path, rows in self.unnamed.items():
            others, label = also(rows[1:]), self.register.entries[path].label_ja
            self.faults.add(
                rows[0],
                WORDS,
                Message(
                    f"引用に「{label}」（{path}）の名前も別名もありません。{others.ja}",
                    f"The words hold neither the name nor an alias of {path}. {others.en}".strip(),
                ),
                Message(
                    f"名前を含む言葉を引用するか，登録簿に別名を加えるか，判断を{INTERPRETED}にして理由を書いてください。",
                    f"Quote words that hold the name, add the alias to the register, or decide {INTERPRETED} "
                    "and say why.",
                ),
            )

    def decide(self, row: Row) -> bool:
        """Whether the decision is one of the three words."""
        words = (STATED, INTERPRETED, REJECTED)
        if row[DECISION] in words:
            return True
        self._fault(
            row,
            DECISION,
            f"判断「{row[DECISION]}」はありません。",
            f"{row[DECISION]!r} is no decision.",
            f"{'・'.join(words)} のどれかです。",
            f"It is one of {', '.join(words)}.",
        )
        return False


def _unknown(name: str, others: Message) -> Message:
    return Message(
        f"「{name}」は資料にも登録簿にもありません。{others.ja}",
        f"{name!r} is neither in the paper nor in the register. {others.en}".strip(),
    )


def _tight(words: str) -> str:
    """Words without blanks, as shapes.ttl compares a quote with a name (ccrsh:ClaimNamesObject)."""
    return "".join(words.split())


_END = {SUBJECT: "subject", OBJECT: "object"}


def read_readings(
    claims: Path, review: Path, paper: Paper, register: Register, data_root: Path
) -> tuple[Readings, list[Problem]]:
    """An edition's adopted and rejected links, and the third reader's verdicts.

    Files that are not there give no readings; that is a finding for the caller, not a fault.
    """
    faults = Faults(claims.relative_to(data_root.parent).as_posix())
    reader = _Reader(paper, register, faults)
    adopted: list[Link] = []
    rejected: list[tuple[str, str, str]] = []
    seen: dict[tuple[str, str, str], int] = {}
    doubled: list[Told] = []
    for row in read_table(claims, faults, COLUMNS) if is_there(claims) else []:
        key = (row[SUBJECT], row[RELATION], row[OBJECT])
        if key in seen:
            what = Message(f"同じ関係が{seen[key]}行目にもあります。", f"Row {seen[key]} says the same.")
            doubled.append((row.number, None, what))
            continue
        seen[key] = row.number
        if not (reader.check_ends(row) and reader.decide(row)):
            continue
        if row[DECISION] == REJECTED:
            rejected.append(key)
        elif link := reader.link(row):
            adopted.append(link)
    faults.add_alike(doubled, Message("どちらかの行を消してください。", "Delete one of the two."))
    reader.tell_causes()
    _check_lead_and_target(adopted, seen, faults)
    _check_circles(adopted, register, seen, faults)
    review_faults = Faults(review.relative_to(data_root.parent).as_posix())
    verdicts = _read_verdicts(review, review_faults) if is_there(review) else ()
    readings = Readings(tuple(adopted), tuple(rejected), verdicts)
    return readings, faults.problems + review_faults.problems


def _check_lead_and_target(
    adopted: list[Link], rows: dict[tuple[str, str, str], int], faults: Faults
) -> None:
    """Nobody is lead and target of one item (MODEL.md, "Shapes")."""
    keys = {link.key for link in adopted}
    for subject, predicate, obj in sorted(keys):
        if predicate == "targets" and (subject, "hasLead", obj) in keys:
            faults.add(
                rows[subject, "hasLead", obj],
                OBJECT,
                Message(
                    f"「{obj}」が{subject}の中心と支援対象の両方になっています。",
                    f"{obj} is both lead and target of {subject}.",
                ),
                Message("どちらか一方にしてください。", "Keep one of the two."),
            )


def _check_circles(
    adopted: list[Link], register: Register, rows: dict[tuple[str, str, str], int], faults: Faults
) -> None:
    """No claim closes a circle of constituents, sub-bodies or places; the register's own circles
    are told there. Nothing has itself in any relation."""
    for prop in (*WITHOUT_CIRCLES, "alsoServesAs"):
        known = {(e.path, to) for e in register.entries.values() for name, to in e.relations if name == prop}
        claimed = {(link.subject, link.obj) for link in adopted if link.predicate == prop} - known
        ways: dict[str, list[str]] = {path: [] for path in register.entries}
        for subject, obj in sorted(claimed | {pair for pair in known if pair[1] in ways}):
            ways[subject].append(obj)
        for circle in islice(find_circles(ways), TOLD):
            steps = [pair for pair in zip(circle, [*circle[1:], circle[0]], strict=True) if pair in claimed]
            if not steps or (prop == "alsoServesAs" and len(circle) > 1):
                continue
            around = " → ".join([*circle, circle[0]])
            faults.add(
                max(rows[subject, prop, obj] for subject, obj in steps),
                OBJECT,
                Message(
                    f"{prop}をたどると自分に戻ります（{around}）。",
                    f"Following {prop} comes back to where it began ({around}).",
                ),
                Message(
                    "向きを確かめ，環を切ってください。", "Check which way it points, and break the circle."
                ),
            )


def _read_verdicts(path: Path, faults: Faults) -> tuple[Verdict, ...]:
    """Verdicts with the words that were judged; two on one link are a fault."""
    verdicts: dict[tuple[str, str, str], Verdict] = {}
    for row in read_table(path, faults, REVIEW_COLUMNS):
        outcome = VERDICTS.get(row[VERDICT])
        key = (row[SUBJECT], row[RELATION], row[OBJECT])
        if outcome is None:
            faults.add(
                row.number,
                VERDICT,
                Message(f"判定「{row[VERDICT]}」はありません。", f"{row[VERDICT]!r} is no verdict."),
                Message(f"{'・'.join(VERDICTS)} のどれかです。", f"It is one of {', '.join(VERDICTS)}."),
            )
        elif key in verdicts:
            faults.add(
                row.number,
                None,
                Message("同じ関係の判定が二つあります。", "There are two verdicts on the same link."),
                Message("どちらかの行を消してください。", "Delete one of the two."),
            )
        else:
            verdicts[key] = Verdict(key, outcome, row[WORDS], row[OBJECT_WORDS])
    return tuple(verdicts.values())
