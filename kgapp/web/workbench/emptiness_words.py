"""The words for why a query finds nothing, in Japanese and English.

"Not recorded" is said where nothing of the kind is recorded; never that there is none.
"""

from __future__ import annotations

import pyoxigraph as ox

from kgapp.emptiness import pattern as kinds
from kgapp.emptiness.asking import COUNTED
from kgapp.emptiness.diagnosis import Diagnosis, Verdict
from kgapp.emptiness.faults import Fault, Kind
from kgapp.emptiness.pattern import Part
from kgapp.emptiness.terms import TYPE, Term
from kgapp.errors import Message, QueryRefused
from kgapp.web.workbench.emptiness_names import TermNames

VERDICTS = {
    Verdict.ROWS: (
        Message("この問い合わせには答えがあります。", "This query has an answer."),
        Message("空ではありません。", "It is not empty."),
    ),
    Verdict.CANNOT: (
        Message(
            "この書き方では，このデータのどれにも当たりません。",
            "Written so, it can match nothing in these data.",
        ),
        Message(
            "名前，向き，言語，型などに直すところがあります。記録があるかどうかは，直すまで分かりません。",
            "A name, a direction, a language or a type has to be mended. Whether anything of the kind is "
            "recorded shows only then.",
        ),
    ),
    Verdict.UNRECORDED: (
        Message(
            "書き方は正しく，当たる記録がありません。",
            "The pattern is right, and nothing of the kind is recorded.",
        ),
        Message(
            "使われている名前はどれもデータにあり，この組み合わせだけが記録されていません。「ない」という意味では"
            "ありません。",
            "Every name in it is there; only this combination is not recorded. That does not say that "
            "there is none.",
        ),
    ),
    Verdict.UNKNOWN: (
        Message("どこで空になるかは，分かりませんでした。", "Where it becomes empty was not found out."),
        Message(
            "部分に分けて調べられない書き方か，調べ終わる前に時間や回数の上限に達しました。",
            "Its form is not one that can be taken apart here, or a limit was met before the end.",
        ),
    ),
}
ELSEWHERE = {
    "other": Message(
        "問い合わせたグラフにはありませんが，ほかのグラフにはあります。",
        "It is not in the graphs that are asked; in others it is.",
    ),
    "one": Message(
        "それぞれ別のグラフにあり，一つのグラフの中では揃いません。GRAPHを分けるか，外してください。",
        "They are in different graphs, and not together in one: use one GRAPH for each, or none.",
    ),
}
FILTERED = (
    Message("条件を満たす記録がありません。", "Nothing recorded meets the condition."),
    Message(
        "使われている名前はどれもデータにあります。FILTERの条件を満たす値が記録されていません。「ない」という意味では"
        "ありません。条件そのものが成り立ちうるかまでは，調べていません。",
        "Every name in it is there; no recorded value meets the FILTER. That does not say that there is "
        "none, and whether the condition can be met at all was not examined.",
    ),
)
BEHIND = {
    "limit": Message("LIMIT 0 なので，1行も返しません。", "LIMIT 0 lets no row through."),
    "offset": Message("OFFSETが，行の数より大きい値です。", "OFFSET is beyond the last row."),
    "having": Message("HAVINGの条件に合うグループがありません。", "No group meets the condition of HAVING."),
    "template": Message(
        "型（CONSTRUCTの { }）の変数に値が入らないか，文字列が主語になるので，トリプルができません。",
        "A variable of the template gets no value, or a text would be a subject: no triple comes of it.",
    ),
    "": Message(
        "パターンの後ろの指定で，すべての行が除かれます。",
        "What stands behind the pattern removes every row.",
    ),
}
ROLES = {
    "subject": Message("主語", "subject"),
    "property": Message("関係", "property"),
    "class": Message("種類", "class"),
    "object": Message("目的語", "object"),
}
_SIMPLE = {
    Kind.PROPERTY: Message(
        "%sというプロパティは，このデータで一度も使われていません。", "No triple here has a property %s."
    ),
    Kind.CLASS: Message(
        "%sというクラスに属するものは，このデータにありません。", "Nothing here is of a class %s."
    ),
    Kind.THING: Message("%sについては，何も記録されていません。", "Nothing is recorded with the name %s."),
    Kind.GRAPH: Message("%sというグラフはありません。", "There is no graph %s."),
    Kind.PREFIX: Message(
        "接頭辞の名前空間%sには，使われている名前がありません。",
        "The namespace %s of the prefix has none of the names.",
    ),
    Kind.DATATYPE: Message(
        "%sは，別の型の値として記録されています。", "%s is recorded with another datatype."
    ),
    Kind.UNBOUND: Message(
        "変数%sには，どこからも値が入りません。条件は成り立ちません。",
        "Nothing gives the variable %s a value, so the condition never holds.",
    ),
    Kind.IRI: Message(
        "ここの値は文字列で，%sのようなIRIではありません。", "The values here are texts, no IRIs like %s."
    ),
    Kind.NO_VALUE: Message(
        "%sという値は，ここには記録されていません。", "The value %s is not recorded here."
    ),
    Kind.UNUSED: Message(
        "%sは語彙にありますが，それを使った記録がまだありません。",
        "%s is in the vocabulary, and nothing recorded uses it yet.",
    ),
    Kind.NEVER: Message(
        "%sは，データに関わりなく成り立たない条件です。", "%s does not hold, whatever the data."
    ),
    Kind.CONTRADICTION: Message(
        "条件どうしが両立しません（%s）。どんな値も通りません。",
        "The conditions exclude each other (%s): no value can meet them.",
    ),
}


def verdict(found: Diagnosis) -> tuple[Message, Message]:
    """What is to be said first, and what that means."""
    if found.verdict is Verdict.BEHIND:
        many = count(found.matched)
        return BEHIND[found.behind], Message(
            f"パターンそのものには当たるものがあります{f'（{many.ja}）' if found.matched else ''}。",
            f"The pattern itself does match{f' ({many.en})' if found.matched else ''}.",
        )
    filtered = any(part.kind == kinds.FILTER for finding in found.findings for part in finding.core.parts)
    if found.verdict is Verdict.UNRECORDED and filtered:
        return FILTERED
    return VERDICTS[found.verdict]


def count(number: int | None) -> Message:
    """A count of solutions, as far as was counted."""
    if number is None:
        return Message("数は不明", "number not known")
    if number >= COUNTED:
        return Message(f"{COUNTED - 1:,}件より多い", f"more than {COUNTED - 1:,}")
    return Message(f"{number:,}件", f"{number:,}")


def fault(found: Fault, names: TermNames) -> Message:
    """What is wrong with a term, in a sentence."""
    details, shown = found.details, f"「{found.term.text}」"
    if found.kind in (Kind.PROPERTY, Kind.CLASS) and details.get("role"):
        return _other_role(found)
    if found.kind is Kind.LANGUAGE:
        if details.get("tag"):
            return Message(
                f"言語が{shown}の値はありません。", f"No value has the language {found.term.text}."
            )
        return Message(
            f"{shown}は，別の言語タグで（またはタグなしで）記録されています。",
            f"{found.term.text} is recorded with another language tag, or with none.",
        )
    if found.kind is Kind.SPELLING:
        return _spelling(found)
    if found.kind is Kind.TEXT and "variable" in details:
        return Message(
            f"{details['variable']}の値は文字列ではなく，もの（IRI）です。",
            f"The values of {details['variable']} are things (IRIs), not texts.",
        )
    if found.kind is Kind.TEXT:
        prop = names.term(details["property"])
        return Message(
            f"{prop.ja}の値は，{shown}のような文字列ではなく，もの（IRI）です。",
            f"{prop.en} leads to things (IRIs), not to texts like {found.term.text}.",
        )
    if found.kind is Kind.DIRECTION:
        prop = names.term(details["property"])
        return Message(
            f"{prop.ja}の向きが逆です。主語と目的語を入れ替えるか，前に ^ を付けます。",
            f"{prop.en} leads the other way: change subject and object, or put ^ before it.",
        )
    if found.kind is Kind.OTHER_GRAPHS:
        return ELSEWHERE["one" if details.get("within") else "other"]
    if found.kind is Kind.KINDS:
        return _kinds(found, names)
    if found.kind is Kind.LITERAL_SUBJECT:
        prop = names.term(details["property"])
        return Message(
            f"{details['variable']}は{prop.ja}の値で，文字列です。文字列について述べる記述はありません。",
            f"{details['variable']} is a value of {prop.en}, a text: nothing is said of texts.",
        )
    sentence = _SIMPLE[found.kind]
    about = details.get("variable") or found.term.text
    return Message(sentence.ja % f"「{about}」", sentence.en % about)


def _other_role(found: Fault) -> Message:
    text = found.term.text
    if found.details["role"] == "class":
        return Message(
            f"「{text}」はクラスの名前で，プロパティではありません。「?x a {text}」のように使います。",
            f"{text} is a class and no property; it is used as in “?x a {text}”.",
        )
    return Message(
        f"「{text}」はプロパティ（関係）の名前で，クラスではありません。",
        f"{text} is a property and no class.",
    )


def _spelling(found: Fault) -> Message:
    text = found.term.text
    if found.details.get("within"):
        return Message(
            f"「{text}」の文字を含む値はありません。別の書き方（全角・半角，大文字・小文字，かな）ならあります。",
            f"No value has the letters {text}; in another width, case or kana some have.",
        )
    return Message(
        f"「{text}」という値はありません。よく似た書き方の値があります。",
        f"No value is {text}; there are values spelt much like it.",
    )


def _kinds(found: Fault, names: TermNames) -> Message:
    details = found.details
    one, other = names.term(details["one"]), names.term(details["other"])
    by = names.term(details["property"]) if details["property"] else None
    reason = Message(f"（{by.ja}による）" if by else "", f" (by {by.en})" if by else "")
    if details["apart"] == "yes":
        return Message(
            f"{details['name']}は{one.ja}でもあり{other.ja}{reason.ja}でもあることになります。語彙では，この二つに"
            "同時に属するものはありません。",
            f"{details['name']} would be both {one.en} and {other.en}{reason.en}; the vocabulary "
            "keeps the two apart.",
        )
    return Message(
        f"{details['name']}は{one.ja}でもあり{other.ja}{reason.ja}でもあることになります。両方に属するものは記録されて"
        "いません。",
        f"{details['name']} would be both {one.en} and {other.en}{reason.en}; nothing is recorded as both.",
    )


def part(found: Part, names: TermNames) -> Message:
    """A part of a pattern in words."""
    triple = found.triple
    if triple is None:
        word = PARTS.get(found.kind, Message("", ""))
        return Message(word.ja, word.en)
    subject, target = _end(triple.subject, names), _end(triple.object, names)
    prop = triple.path.term
    where = Message("グラフの中で，", "in the graph, ") if found.graph else Message("", "")
    if prop is not None and prop.value == TYPE:
        return Message(
            f"{where.ja}{subject.ja}は{target.ja}である", f"{where.en}{subject.en} is a {target.en}"
        )
    if prop is not None and prop.kind == "iri":
        name = names.term(prop.value)
        return Message(
            f"{where.ja}{subject.ja}の{name.ja}は{target.ja}",
            f"{where.en}{subject.en} — {name.en} — {target.en}",
        )
    return Message(
        f"{where.ja}{subject.ja}から{triple.path.text}をたどると{target.ja}",
        f"{where.en}from {subject.en} by {triple.path.text} to {target.en}",
    )


PARTS = {
    kinds.FILTER: Message("条件に合うものだけを残す", "keeps only what meets the condition"),
    kinds.EXISTS: Message("条件の形があるものだけを残す", "keeps only that for which the pattern exists"),
    kinds.MINUS: Message("形に合うものを除く", "removes what the pattern matches"),
    kinds.OPTIONAL: Message("あれば加える", "adds what the pattern matches, where it does"),
    kinds.BIND: Message("値を計算する", "computes a value"),
    kinds.VALUES: Message("値の一覧から選ぶ", "takes values from a list"),
    kinds.UNION: Message("どれかの形に合う", "matches one of the patterns"),
    kinds.GROUP: Message("まとまりの形に合う", "matches the group"),
    kinds.GRAPH: Message("グラフの中で形に合う", "matches the pattern in the graph"),
    kinds.SELECT: Message("内側の問い合わせの答え", "the answer of the query inside"),
    "describe": Message("説明を求めるもの", "what is to be described"),
    "from": Message("問い合わせるグラフ", "the graph that is asked"),
}


def _end(term: Term, names: TermNames) -> Message:
    if term.is_variable:
        own = "（名のないもの）" if term.value.startswith("_") else term.text
        return Message(own, "(something)" if term.value.startswith("_") else term.text)
    if term.kind == "iri":
        return names.term(term.value)
    return Message(f"「{term.value}」", f"“{term.value}”")


ORDER = Message(
    "どの部分から順に突き合わせるかは，問い合わせエンジンが自分で決め，このサーバには教えません。"
    "ここにあるのは，部分ごとに実際に数えた結果です。",
    "In which order the parts are joined is decided by the engine, which does not tell this server. "
    "What stands here was counted, part by part.",
)


def measured(number: int | None, needed: tuple[str, ...]) -> Message:
    """A count of the measures, or why there is none."""
    if number is not None:
        most = 100_000
        return Message(
            f"{most:,}件より多い" if number > most else f"{number:,}件",
            f"more than {most:,}" if number > most else f"{number:,}",
        )
    if needed:
        names = ", ".join(f"?{name}" for name in needed if not name.startswith("_"))
        return Message(f"{names}の値が要る", f"needs {names}")
    return Message("—", "—")


def iri(text: str) -> str:
    """An IRI as SPARQL writes it; raises QueryRefused for what is none."""
    try:
        return str(ox.NamedNode(text))
    except ValueError as error:
        raise QueryRefused(
            Message(
                f"「{text[:200]}」はグラフのIRIではありません。", f"{text[:200]!r} is no IRI of a graph."
            ),
            Message("グラフの一覧は /sparql にあります。", "The graphs are listed at /sparql."),
        ) from error
