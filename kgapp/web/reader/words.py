"""The words of the reader, in ja and en: what a block is, what is marked, what is lost."""

from __future__ import annotations

from kgapp.errors import Message

KINDS = {
    "heading": Message("見出し", "heading"),
    "frame": Message("図の見出し", "chart frame"),
    "footnote": Message("脚注", "footnote"),
    "front": Message("表紙", "cover"),
    "layout": Message("配置", "layout"),
}
"""What a block is that holds no passage (``ccr:spanKind``)."""
SHOWS = {
    "all": Message("根拠の言葉すべて", "all words that links rest on"),
    "stated": Message("原文どおりの根拠だけ", "stated only"),
    "interpreted": Message("読み取りの根拠だけ", "read from the text only"),
    "none": Message("印を付けない", "no marks"),
}
LINES = {
    "kept": Message("原文の行のまま", "as in the source"),
    "joined": Message("文をつないで", "sentences joined"),
}
GLOSSES = {
    "no": Message("出さない", "not shown"),
    "yes": Message("出す（非公式）", "shown (unofficial)"),
}
EVERYTHING = Message("すべて", "everything")
COVER = Message("表紙", "Cover")
LOST = Message(
    "元の図では帯が年度の列にまたがる。この行の文字がどの年度にわたり，どこで次の段階に移るかは，"
    "文字の取り出しで失われた。元の図にないという意味ではない。",
    "On the slide this is a bar across the year columns. Which years it spans, and where one bar ends, "
    "was lost when the text was taken out; that does not mean that the slide does not show it.",
)
LEGEND = (
    (
        "s",
        Message("言葉", "words"),
        Message("原文どおりのつながりの根拠", "a link rests on these words: stated"),
    ),
    (
        "i",
        Message("言葉", "words"),
        Message("読み取ったつながりの根拠", "a link rests on these words: read from the text"),
    ),
    (
        "s i",
        Message("言葉", "words"),
        Message("両方の根拠", "both grounds"),
    ),
    (
        "s o",
        Message("言葉", "words"),
        Message("重なる二つ以上の引用", "two or more quotes that overlap"),
    ),
    (
        "w",
        Message("言葉", "words"),
        Message("記述の全文が根拠", "the whole statement is quoted"),
    ),
    (
        "aim",
        Message("言葉", "words"),
        Message("開いたページが指す言葉", "the words that you came for"),
    ),
)
"""Classes of a mark, a sample, and what it says."""
NAME_LINKED = Message("つながりの記録がある名前", "a name with a recorded link here")
NAME_ONLY = Message(
    "登録簿の名前と同じ文字。ここでのつながりは記録されていない（「いいえ」ではない）",
    "the letters of a name in the register; no link is recorded here (which is not a no)",
)
