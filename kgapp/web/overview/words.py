"""The words of the overview, in ja and en: what each table counts, and how it is to be read."""

from __future__ import annotations

from collections.abc import Iterable

from kgapp.errors import Message, QueryRefused

TITLES = {
    "statements": Message("記述: {place}と節", "Statements by {place} and section"),
    "answers": Message("課題から答えへ: 記録のあるものとないもの", "From issue to answer: recorded and not"),
    "coverage": Message("主体も支援対象も記録のない記述", "Statements for which nobody is recorded"),
    "actors": Message("多くの記述に現れる主体", "Actors in most statements"),
    "claims": Message("根拠付き主張: 関係と根拠の種別", "Claims by relation and ground"),
    "grounds": Message("根拠の種別ごとの理由と読み直し", "Rationale and second reading by ground"),
    "papers": Message("根拠付き主張: 資料ごと", "Claims by paper"),
    "classes": Message("クラスとその数", "Classes and their numbers"),
    "relations": Message("関係とその数", "Relations and their numbers"),
    "attributes": Message("属性（文字や数の値）", "Attributes: values that are texts or numbers"),
}
PLACES = {"theme": Message("重点テーマ", "theme"), "paper": Message("資料", "paper")}
NOTES = {
    "statements": Message(
        "資料の記述を，置かれた節ごとに数えたものです。工程表の行は含みません。",
        "The statements of the paper by the section in which they stand; lines of the chart are not in it.",
    ),
    "answers": Message(
        "課題は対応する方向性，取組状況は引き継ぐ方向性，方向性は継続元が記録されているかどうかです。"
        "「記録なし」は，読み取られていないという意味で，「ない」という意味ではありません。",
        "For issues whether a direction is recorded to address them, for status items whether one continues "
        "them, for directions whether they continue something. “Not recorded” says that no link has been "
        "read; it does not say that there is none.",
    ),
    "coverage": Message(
        "役割をもつ主体（中心，連携先，扱う主体，参加者）も支援対象も記録されていない記述です。"
        "だれも関わらないという意味ではなく，記述の言葉に名が読み取られていないということです。",
        "Statements for which neither an actor with a role (lead, partner, subject, participant) nor a group "
        "that is helped is recorded. That does not say that nobody takes part: no name was read there.",
    ),
    "actors": Message(
        "記述と取組と中心は，その主体自身の役割が記録された記述の数です。構成団体としての数は，"
        "三師会のような連合体を通した推論で，ほかの数に含みません。テーマは，記述と工程表の行のあるテーマの数です。"
        "支援対象としてだけ現れる集団は数えません。",
        "Statements, initiatives and lead count statements in which a role of the actor's own is recorded. "
        "Through membership is concluded from a collective that is named, and is in no other number. "
        "Themes are those of statements and chart lines. "
        "Groups that are only helped are not counted.",
    ),
    "actors-wide": Message(
        "その主体自身の役割が記録された記述を，すべての資料で数えたものです。",
        "Statements in which a role of the actor's own is recorded, over all papers.",
    ),
    "claims": Message(
        "一つの関係を一つの主張として数えます。推論は規則による結論で，根拠とした主張をもつものです。",
        "Each link is one claim. Concluded are those that a rule gives and that rest on other claims.",
    ),
    "grounds": Message(
        "読み取りには理由を添えています。読み直しは，引用の言葉と両端の名前と関係の定義だけを見た別の読み手が，"
        "支持されるかを答えたものです。",
        "What is read from the text has a rationale. In the second reading somebody who saw only the quote, "
        "the two labels and the relation's definition said whether the claim is supported.",
    ),
    "papers": Message(
        "資料ごとの主張を，根拠の種別に分けて数えたものです。", "The claims of each paper by their ground."
    ),
    "classes": Message(
        "クラスに属するものの数です。「推論」は規則だけによるもので，記録されたものを重ねて数えません。",
        "How many things belong to each class; concluded are those that only rules put there.",
    ),
    "relations": Message(
        "どのクラスからどのクラスへ，関係がいくつあるかです。両端のクラスは，実際に結ばれているものすべてを含む，"
        "いちばん狭いクラスです。",
        "How many links there are from which class to which: at each end the narrowest class that holds all "
        "that is really joined.",
    ),
    "attributes": Message(
        "どのクラスのものが，どの型の値をもつかです。",
        "Which values the things of each class have, and their datatype.",
    ),
}
OUTCOMES = {
    "supported": Message("支持される", "supported"),
    "notSupported": Message("支持されない", "not supported"),
    "contradicted": Message("反する", "contradicted"),
    "none": Message("読み直しの記録なし", "no second reading recorded"),
}
"""The outcomes of the second reading (``ontology/schemes.ttl``)."""
ALL = Message("計", "all")
RECORDED = Message("記録あり", "recorded")
NOT_RECORDED = Message("記録なし", "not recorded")
NOT_RECORDED_ALL = Message("記録なし 計", "not recorded, all")
STATEMENTS = Message("すべての記述", "all statements")
INITIATIVES = Message("取組（主な取組・取組状況・方向性）", "initiatives (measures, status, directions)")
OTHERS = Message("ほかの節", "other sections")
RATIONALE = Message("理由あり", "with a rationale")
ACTORS = (
    Message("記述", "statements"),
    Message("うち取組", "initiatives among them"),
    Message("うち中心", "led among them"),
    Message("工程表の行", "chart lines"),
    Message("構成団体として（推論）", "through membership (concluded)"),
    Message("テーマ", "themes"),
)
WIDE_ACTORS = (Message("記述", "statements"), Message("テーマ", "themes"), Message("資料", "papers"))
HEADS = {
    "actors": Message("主体", "actor"),
    "claims": Message("関係", "relation"),
    "grounds": Message("根拠の種別", "ground"),
    "claims-number": Message("主張", "claims"),
}
REFUSED = Message(
    "資料が多く，全体の数を時間内に数えられませんでした。資料を一つ選んでください。",
    "There are too many papers for the whole to be counted in time. Please choose one paper.",
)
MODEL = Message("資料の中身の図", "What the paper is about")
EVIDENCE = Message("根拠の図", "On what ground it is said")
CLASS = Message("クラス", "class")
RELATION = Message("関係", "relation")
ATTRIBUTE = Message("属性", "attribute")
FROM = Message("どのクラスから", "from")
TO = Message("どのクラスへ", "to")
RECORDED_NUMBER = Message("記録", "recorded")
INFERRED = Message("推論", "concluded")
OF_CLASSES = Message("どのクラスのものに", "of which classes")
DATATYPE = Message("値の型（言語）", "datatype (languages)")
VALUES = Message("値の数", "values")
NO_CLASS = Message("クラスの記録なし（外部か語彙の語）", "no class recorded (outside, or a term)")
ALL_PAPERS = Message("すべての資料", "all papers")


def no_table(name: str, there: Iterable[str]) -> QueryRefused:
    """The refusal of a table that is not there."""
    known = ", ".join(there)
    return QueryRefused(
        Message(f"「{name[:50]}」という表はありません。", f"There is no table {name[:50]!r}."),
        Message(f"ある表: {known}", f"Tables: {known}"),
        status=404,
    )
