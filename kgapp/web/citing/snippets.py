"""One query as a piece of code in each language that researchers ask from, and as an address for
spreadsheets. Pure text; ``tests/test_snippets.py`` runs every kind against a server.

A query that is short stands in the code; a longer one is read from a file beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from kgapp.errors import Message
from kgapp.results import BOOLEAN, GRAPH, TABLE
from kgapp.web.citing.quoting import javascript, power_query, python, r, shell
from kgapp.web.citing.standing import kind_of
from kgapp.web.http.protocol import STATED

SHORT = 4000
"""Characters of a query up to which it stands in the code."""
FILE = "query.rq"
ACCEPT = {TABLE: "text/csv", BOOLEAN: "application/sparql-results+json", GRAPH: "text/turtle"}
LIBREOFFICE = "libreoffice"
EXCEL = "excel"


@dataclass(frozen=True)
class Question:
    """What a snippet asks, where, and at which address the answer is a spreadsheet's."""

    text: str
    endpoint: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    web_query: str = ""
    """An address that gives the answer as CSV; empty where none is short enough."""
    stated: bool = False
    """Whether it is asked without conclusions."""

    @property
    def kind(self) -> str:
        """Whether a table, a truth value or a graph answers."""
        return kind_of(self.text)

    @property
    def in_code(self) -> bool:
        """Whether the query stands in the code."""
        return len(self.text) <= SHORT and "\0" not in self.text

    @property
    def lines(self) -> str:
        """The query as it is read: without the CR that a form puts before every line break, where
        such a break can stand in no literal."""
        if '"""' in self.text or "'''" in self.text:
            return self.text
        return self.text.replace("\r\n", "\n")

    @property
    def address(self) -> str:
        """The endpoint with the graphs that are asked (SPARQL 1.1 Protocol, 2.1.4; ``graphs`` is ours):
        the one place for them that every client leaves alone."""
        graphs = [("default-graph-uri", iri) for iri in self.default_graphs]
        graphs += [("named-graph-uri", iri) for iri in self.named_graphs]
        graphs += [("graphs", STATED)] if self.stated else []
        return f"{self.endpoint}?{urlencode(graphs)}" if graphs else self.endpoint


@dataclass(frozen=True)
class Snippet:
    """A piece of code, or an address, with what is to be known about it."""

    name: str
    label: Message
    text: str
    note: Message


def snippets(asked: Question) -> tuple[Snippet, ...]:
    """Every kind in which this question can be asked: a table has more of them than a graph."""
    return tuple(_snippets(asked))


def _snippets(asked: Question) -> Iterable[Snippet]:
    yield Snippet("curl", _same("curl"), _curl(asked), _NOTES["curl"])
    yield Snippet(
        "sparqlwrapper", _same("Python: SPARQLWrapper"), _sparqlwrapper(asked), _NOTES["sparqlwrapper"]
    )
    yield Snippet("rdflib", _same("Python: rdflib"), _rdflib(asked), _NOTES["rdflib"])
    if asked.kind == TABLE:
        yield Snippet("pandas", _same("Python: pandas"), _pandas(asked), _NOTES["pandas"])
        if asked.in_code or asked.web_query:
            yield Snippet("r", _same("R"), _r(asked), _NOTES["r"])
    yield Snippet("javascript", _same("JavaScript"), _javascript(asked), _NOTES["javascript"])
    if asked.kind == TABLE and asked.web_query:
        yield Snippet(EXCEL, _same("Excel (Power Query)"), _excel(asked), _NOTES[EXCEL])
        yield Snippet(LIBREOFFICE, _same("LibreOffice Calc"), asked.web_query, _NOTES[LIBREOFFICE])


def _curl(asked: Question) -> str:
    query = shell(f"query={asked.lines}") if asked.in_code else f"query@{FILE}"
    return "\n".join(
        [
            "curl --fail-with-body --silent --show-error \\",
            f"  --header 'Accept: {ACCEPT[asked.kind]}' \\",
            f"  --data-urlencode {query} \\",
            f"  {shell(asked.address)}",
            "",
        ]
    )


def _python_query(asked: Question) -> str:
    return python(asked.lines) if asked.in_code else f'open("{FILE}", encoding="utf-8", newline="").read()'


def _sparqlwrapper(asked: Question) -> str:
    form = {TABLE: "JSON", BOOLEAN: "JSON", GRAPH: "TURTLE"}[asked.kind]
    after = {
        TABLE: 'for row in answer["results"]["bindings"]:\n'
        '    print({name: cell["value"] for name, cell in row.items()})\n',
        BOOLEAN: 'print(answer["boolean"])\n',
        GRAPH: "print(answer.decode())\n",
    }[asked.kind]
    return (
        f"from SPARQLWrapper import {form}, POST, SPARQLWrapper\n\n"
        f"query = {_python_query(asked)}\n\n"
        f"endpoint = SPARQLWrapper({python(asked.address)}, returnFormat={form})\n"
        "endpoint.setMethod(POST)\n"
        "endpoint.setQuery(query)\n"
        f"answer = endpoint.queryAndConvert()\n{after}"
    )


def _rdflib(asked: Question) -> str:
    after = {
        TABLE: 'for row in answer:\n    print(*row, sep="\\t")\n',
        BOOLEAN: "print(answer.askAnswer)\n",
        GRAPH: "print(answer.graph.serialize())\n",
    }[asked.kind]
    return (
        "from rdflib.plugins.stores.sparqlstore import SPARQLStore\n\n"
        f"query = {_python_query(asked)}\n\n"
        f'store = SPARQLStore({python(asked.address)}, method="POST_FORM")\n'
        f"answer = store.query(query)\n{after}"
    )


def _pandas(asked: Question) -> str:
    return (
        "from urllib.parse import urlencode\nfrom urllib.request import urlopen\n\nimport pandas as pd\n\n"
        f"query = {_python_query(asked)}\n\n"
        'form = urlencode({"query": query, "format": "csv"}).encode()\n'
        f"with urlopen({python(asked.address)}, form) as answer:\n"
        '    table = pd.read_csv(answer, keep_default_na=False, na_values=[""])\n'
        "print(table.to_string())\n"
    )


def _r(asked: Question) -> str:
    """By GET, as R reads addresses without a package; what is too long for that has a short address."""
    if asked.in_code:
        mark = "&" if "?" in asked.address else "?"
        address = (
            f"query <- {r(asked.lines)}\n\n"
            f'address <- paste0({r(asked.address + mark)}, "format=csv&query=",\n'
            "                  URLencode(enc2utf8(query), reserved = TRUE))\n"
        )
    else:
        address = f"address <- {r(asked.web_query)}\n"
    read = 'read.csv(address, encoding = "UTF-8", na.strings = "", check.names = FALSE)'
    return f"{address}table <- {read}\nprint(table)\n"


def _javascript(asked: Question) -> str:
    query = (
        javascript(asked.lines)
        if asked.in_code
        else f'await (await import("node:fs/promises")).readFile("{FILE}", "utf8")'
    )
    after = {
        TABLE: "const { head, results } = await answer.json();\n"
        "console.log(head.vars);\n"
        "for (const row of results.bindings) console.log(head.vars.map((name) => row[name]?.value));\n",
        BOOLEAN: "console.log((await answer.json()).boolean);\n",
        GRAPH: "console.log(await answer.text());\n",
    }[asked.kind]
    accept = {**ACCEPT, TABLE: "application/sparql-results+json"}[asked.kind]
    return (
        f"const query = {query};\n\n"
        f"const answer = await fetch({javascript(asked.address)}, {{\n"
        '  method: "POST",\n'
        f'  headers: {{ Accept: "{accept}" }},\n'
        "  body: new URLSearchParams({ query }),\n"
        "});\n"
        f"if (!answer.ok) throw new Error(await answer.text());\n{after}"
    )


def _excel(asked: Question) -> str:
    return (
        "let\n"
        f"  Source = Csv.Document(Web.Contents({power_query(asked.web_query)}), "
        '[Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),\n'
        "  Table = Table.PromoteHeaders(Source, [PromoteAllScalars = true])\n"
        "in\n"
        "  Table\n"
    )


def _same(words: str) -> Message:
    return Message(words, words)


_NOTES = {
    "curl": Message("端末（シェル）に貼り付けます。", "Paste it into a terminal (a POSIX shell)."),
    "sparqlwrapper": Message("pip install SPARQLWrapper のあとで。", "After pip install SPARQLWrapper."),
    "rdflib": Message(
        "pip install rdflib のあとで。答えはrdflibの項として返ります。",
        "After pip install rdflib. The answer comes as terms of rdflib.",
    ),
    "pandas": Message(
        "pip install pandas のあとで。答えは表になります。先頭の0を残すには read_csv に dtype=str を"
        "足します。",
        "After pip install pandas. The answer is a table. To keep zeros in front of codes, add dtype=str to "
        "read_csv.",
    ),
    "r": Message(
        "Rだけで動きます（パッケージは要りません）。先頭の0を残すには read.csv に "
        'colClasses = "character" を足します。',
        "Plain R, no package needed. To keep zeros in front of codes, add "
        'colClasses = "character" to read.csv.',
    ),
    "javascript": Message(
        "ブラウザのコンソール，またはNode.js（.mjs ファイル）で。",
        "In a browser's console, or with Node.js in a file named .mjs.",
    ),
    EXCEL: Message(
        "データ → データの取得 → その他のデータソースから → 空のクエリ → 詳細エディターに貼り付けます。"
        "「更新」でいつも今の版の答えになります。",
        "Data, Get Data, From Other Sources, Blank Query, Advanced Editor: paste it there. “Refresh” gives "
        "the answer of the version served then.",
    ),
    LIBREOFFICE: Message(
        "シート → 外部データへのリンク にこの番地を入れ，文字コードはUTF-8，区切りはコンマにします。",
        "Sheet, External Links: enter this address; character set UTF-8, separated by comma.",
    ),
}
