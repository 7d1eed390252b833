"""The words of the API's description, in ja and en."""

from __future__ import annotations

from kgapp.errors import Message

TITLE = Message("地域包括ケアロードマップのAPI", "API of the community-care roadmaps")
DESCRIPTION = Message(
    "問いの一覧のそれぞれを，HTTPの操作として呼べます。引数はRDFの語として結び付けられ，答えは /sparql に同じ"
    "問い合わせを送ったときと同じです。空の答えは「記録がない」ことを意味し，「ない」ことを意味しません。",
    "Each question of the catalogue can be called as an operation over HTTP. Parameters are bound as RDF "
    "terms, and the answer is the one that the same query gets at /sparql. An empty answer means that "
    "nothing is recorded, not that there is none.",
)
OF_OTHER_DATA = Message(
    "ここでは指定されたファイルのデータを出しています。問いの一覧はこのデータについてのものではないので，"
    "SPARQLのエンドポイントだけがあります。",
    "This serves data from files that were named. The catalogue of questions is not about these data: "
    "there is only the SPARQL endpoint.",
)
SPARQL = Message("SPARQLのエンドポイント", "The SPARQL endpoint")
CATALOGUE = Message("問いの一覧と，その説明", "The catalogue of questions, and what describes it")
LIST = Message(
    "すべての問いと，その引数，列，リンク", "All questions with their parameters, columns and links"
)
TEXT = Message(
    "問いのSPARQL。引数を埋めた，実行されるとおりの文",
    "The SPARQL of a question with its parameters in it, as it is run",
)
VALUES = Message("引数に書ける値と，その名前", "What a parameter takes, with the words for it")
ASK = Message("SPARQLで問い合わせる", "Ask in SPARQL")
ASK_MORE = Message(
    "SPARQL 1.1 Protocolの問い合わせ。更新とSERVICEは受け付けません。何も指定しない問い合わせは"
    "全グラフを合わせたものを見ます。",
    "The query operation of the SPARQL 1.1 Protocol. Updates and SERVICE are refused. A query without a "
    "dataset of its own sees the union of all graphs.",
)
FORMAT = Message(
    "答えの形式。なければAcceptから選びます。",
    "The form of the answer; chosen by Accept where it is not given.",
)
LIMIT = Message("答えの行の数の上限", "At most so many rows of the answer")
OFFSET = Message(
    "答えの何行目の後からか（順序は決まっています）", "After so many rows (their order is fixed)"
)
LANGUAGE = Message("断りの言葉。答えは変わりません。", "The language of a refusal; the answer is the same.")
TAG = Message("この分類の問いだけ", "Questions with this tag only")
NAME = Message("問いの名前", "The name of a question")
PARAMETER = Message("引数の名前", "The name of a parameter")
BOUND = Message("その問いの引数", "The parameters of that question")
QUERY = Message("SPARQL 1.1の問い合わせ", "A query in SPARQL 1.1")
DEFAULT_GRAPH = Message("既定のグラフにするグラフ", "A graph that is part of the default graph")
NAMED_GRAPH = Message("名前付きグラフにするグラフ", "A named graph of the dataset")
OF_THING = Message(
    "名簿の道（fujisawa/actor/csw），IRI全体，または一つだけを指す名前（CSW，社協）。値の一覧: {values}",
    "A path of the register (fujisawa/actor/csw), the whole IRI, or a name that one thing alone goes by "
    "(CSW). All values: {values}",
)
OF_PASSAGE = Message(
    "記述の記号（5-direction-1）か，記述のIRI。値の一覧: {values}",
    "The notation of a statement (5-direction-1), or its IRI. All values: {values}",
)
OF_WORD = Message("そのままの文字で探す語", "A word, looked for character for character")
WHOLE = Message("答え。行と列の順は決まっています。", "The answer; the order of rows and columns is fixed.")
TRUTH = Message("そう記録されているか", "whether it is recorded so")
NOT_MODIFIED = Message(
    "前の答えのままです（If-None-Match）。", "The answer that is known already (If-None-Match)."
)
REFUSALS = {
    400: Message(
        "引数が読めない，知らない，二度ある，または値がない。値については near に近い値を書きます。",
        "A parameter that is unknown, doubled or not understood, or a value that there is not; near tells "
        "those like it.",
    ),
    403: Message("更新は受け付けません。", "Updates are refused."),
    404: Message("その名前のものはありません。", "There is nothing of that name."),
    405: Message(
        "その方法では呼べません。Allowが使えるものを言います。",
        "Not by this method; Allow names those that are.",
    ),
    406: Message("その形式では答えられません。", "There is no answer in that form."),
    408: Message("送信に時間がかかりすぎました。", "Sending took too long."),
    413: Message(
        "問い合わせか答えが大きすぎます（limit）。", "The query or the answer is too large (limit)."
    ),
    415: Message("その形で送られた問い合わせは読めません。", "A query sent in that form cannot be read."),
    429: Message("一つの接続元から一度に来すぎています。", "Too much at once from one client."),
    503: Message(
        "上限に達したか，順番が来ませんでした。待てばよいときは Retry-After が付きます。",
        "A limit was met, or no turn came; Retry-After where waiting helps.",
    ),
}
"""What each refusal means, by its status."""
