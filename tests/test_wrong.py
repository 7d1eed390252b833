"""“This is wrong”: tokens, the page of one record, its report, the way back to the row, hostile addresses."""

from __future__ import annotations

import csv
import email.policy
import html
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from kgapp.config import Settings, read_settings
from kgapp.dataset import Dataset
from kgapp.errors import SourceErrors
from kgapp.home import Home
from kgapp.origin import NotFound, origin_of
from kgapp.store import Serialized, Store
from kgapp.tokens import ALPHABET, BadToken, Token, canonical, key_of, read_token, token_of
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from kgapp.web.quality.wrong import wrong_address
from tests.conftest import ROOT
from tests.server import serving

ID = f"{DEFAULT_BASE}id/fujisawa/"
CCR = "https://w3id.org/care-roadmap/ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PAGE = {"Accept": "text/html"}
STATED = (f"{ID}2020-02/theme-5/direction-1", f"{CCR}hasLead", ox.NamedNode(f"{ID}actor/csw"))
READ = (
    f"{ID}2020-02/theme-1/direction-1",
    f"{CCR}addresses",
    ox.NamedNode(f"{ID}2020-02/theme-1/nextIssue-1"),
)
CONCLUDED = (
    f"{ID}2020-02/chart/theme-4/2",
    f"{CCR}involves",
    ox.NamedNode(f"{ID}actor/fujisawa-shi-ishikai"),
)
KEPT = (f"{ID}actor/csw", f"{SKOS}prefLabel", ox.Literal("community social worker", language="en"))
TEXT = (ROOT / "data" / "source" / "fujisawa" / "2020-02.txt").read_text(encoding="utf-8")

Record = tuple[str, str, ox.NamedNode | ox.Literal]
Serve = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def serve(store: Store, dataset: Dataset, built_home: Home) -> Serve:
    def _serve(report_to: str = "", served: Dataset | None = dataset) -> FlaskClient:
        return create_app(store, lambda: served, built_home, Settings(report_to=report_to)).test_client()

    return _serve


@pytest.fixture(scope="module")
def client(serve: Serve) -> FlaskClient:
    return serve()


def triple_of(record: Record) -> ox.Triple:
    return ox.Triple(ox.NamedNode(record[0]), ox.NamedNode(record[1]), record[2])


def address(client: FlaskClient, record: Record) -> str:
    with client.application.test_request_context():
        return wrong_address(*record)


def page(client: FlaskClient, record: Record, lang: str = "ja") -> str:
    answer = client.get(f"{address(client, record)}&lang={lang}", headers=PAGE)
    assert answer.status_code == 200
    return answer.text


def token_on(text: str) -> str:
    (token,) = re.findall(r"<dd><code>([0-9a-z]{4}(?:-[0-9a-z]{4}){5})</code></dd>", text)
    return str(token)


# Tokens


iris = st.from_regex(r"https://example\.org/[a-z0-9/_.~%-]{0,0}[a-zA-Z0-9あ-ん/_.~-]{0,20}", fullmatch=True)
literals = st.builds(
    lambda text, language: ox.Literal(text, language=language) if language else ox.Literal(text),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(["", "ja", "en", "ja-Hrkt"]),
)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
triples = st.builds(
    lambda s, p, o: ox.Triple(ox.NamedNode(s), ox.NamedNode(p), o),
    iris,
    iris,
    iris.map(ox.NamedNode) | literals,
)


@given(triples, digests)
def test_a_token_is_read_back_as_it_was_made(triple: ox.Triple, digest: str) -> None:
    token = token_of(triple, digest)
    assert re.fullmatch(r"[0-9a-z]{4}(-[0-9a-z]{4}){5}", str(token))
    assert read_token(str(token)) == Token(digest[:12], key_of(triple))
    spoken = str(token).upper().replace("0", "O").replace("1", "I").replace("-", " ")
    assert read_token(f" {spoken}\n") == token


@given(triples, digests, st.integers(0, 23), st.sampled_from(ALPHABET))
def test_a_sign_copied_wrongly_is_seen(triple: ox.Triple, digest: str, place: int, sign: str) -> None:
    """One byte checks: of 31 wrong signs in a place, nearly all are seen; what passes is another token."""
    signs = str(token_of(triple, digest)).replace("-", "")
    wrong = signs[:place] + sign + signs[place + 1 :]
    try:
        assert (read_token(wrong) == read_token(signs)) == (wrong == signs)
    except BadToken:
        assert wrong != signs


def test_most_slips_of_the_pen_are_seen() -> None:
    signs = str(token_of(triple_of(STATED), "0" * 64)).replace("-", "")
    slips = [signs[:n] + sign + signs[n + 1 :] for n in range(24) for sign in ALPHABET if sign != signs[n]]
    passed = 0
    for slip in slips:
        try:
            read_token(slip)
            passed += 1
        except BadToken:
            pass
    assert passed / len(slips) < 0.02


@given(st.text(max_size=300))
def test_what_is_no_token_is_told(text: str) -> None:
    try:
        token = read_token(text)
    except BadToken as error:
        assert error.what.ja and error.what.en and error.status == 400
    else:
        assert read_token(str(token)) == token


def test_the_canonical_line_is_that_of_the_specification() -> None:
    """RDF 1.2 N-Triples, 4: one space between terms, no escape but for what must have one."""
    triple = ox.Triple(
        ox.NamedNode("http://example.org/あ"),
        ox.NamedNode("http://example.org/p"),
        ox.Literal('社協\n"\\', language="ja"),
    )
    assert canonical(triple) == r'<http://example.org/あ> <http://example.org/p> "社協\n\"\\"@ja .'


def test_no_two_records_of_the_dataset_have_one_token(dataset: Dataset) -> None:
    seen: dict[bytes, str] = {}
    for graph in dataset.graphs:
        for quad in ox.parse(dataset.path(graph).read_bytes(), ox.RdfFormat.N_TRIPLES):
            line = canonical(quad.triple)
            assert seen.setdefault(key_of(quad.triple), line) == line
    assert len(seen) > 20_000


# The page of a record


def test_a_stated_link_is_told_with_its_words_and_their_place(client: FlaskClient, dataset: Dataset) -> None:
    said = page(client, STATED)
    assert '<html lang="ja">' in said and "原文どおり" in said and "中心" in said
    # MODEL.md, "Evidence": the statement is at 8424 to 8462; the words for the lead stand within it.
    place = re.search(r"テキストの(\d+)文字目から(\d+)文字目", said)
    assert place
    start, end = map(int, place.groups())
    assert 8424 <= start < end <= 8462 and "(8424–8462)" in said
    assert f"<p>{TEXT[start:end]}</p>" in said and TEXT[start:end] == "コミュニティソーシャルワーカーによる"
    assert TEXT[8424:8462].replace("\n　", "") in said
    assert "/doc/fujisawa/2020-02/source" in said and dataset.digest[:12] in said
    assert token_on(said) == str(token_of(triple_of(STATED), dataset.digest))
    assert "承認したものではない" in said


def test_a_reading_is_told_with_its_reason(client: FlaskClient) -> None:
    rows = csv.DictReader((ROOT / "data/claims/fujisawa/2020-02.csv").read_text("utf-8-sig").splitlines())
    (reason,) = [
        row["理由"]
        for row in rows
        if (row["主語"], row["関係"], row["目的語"]) == ("1-direction-1", "addresses", "1-nextIssue-1")
    ]
    for lang, word in (("ja", "読み取り"), ("en", "A person&#39;s reading")):
        said = page(client, READ, lang)
        assert reason in said and word in said
        assert said.count("<blockquote") == 2
        # The whole wording of both ends, as MODEL.md has text: joined over line breaks.
        for wording in (
            "頼りになる拠点としての市民センター・公民館に向けた機能強化",
            "体制整備を全地区で展開",
        ):
            assert wording in said


def test_a_conclusion_leads_to_the_records_that_it_rests_on(client: FlaskClient) -> None:
    said = page(client, CONCLUDED)
    links = [html.unescape(link) for link in re.findall(r'<li><a href="(/wrong\?[^"]+)"', said)]
    given_by = [
        {k: v[0].rpartition("/")[2] for k, v in parse_qs(urlsplit(link).query).items()} for link in links
    ]
    assert [(g["s"], g["p"].partition("#")[2], g["o"]) for g in given_by] == [
        ("sanshikai", "hasConstituent", "fujisawa-shi-ishikai"),
        ("2", "hasPartner", "sanshikai"),
    ]
    for link in links:
        assert client.get(link, headers=PAGE).status_code == 200


def test_what_people_keep_in_the_register_is_told_so(client: FlaskClient) -> None:
    said = page(client, KEPT, "en")
    assert "the city&#39;s register" in said and "No claim is recorded" in said
    assert "5-status-1" in said, "the register's own note of where it is from"


def test_a_long_text_is_named_by_its_key(client: FlaskClient) -> None:
    whole = (f"{ID}2020-02/source", "https://schema.org/text", ox.Literal(TEXT, language="ja"))
    link = address(client, whole)
    assert len(link) < 400 and "&h=" in link
    answer = client.get(link, headers=PAGE)
    # Whether the text is a string with a language is the graph's matter; one of the two is there.
    plain = address(client, (whole[0], whole[1], ox.Literal(TEXT)))
    assert {answer.status_code, client.get(plain, headers=PAGE).status_code} == {200, 404}


def test_every_link_and_label_of_the_dataset_has_a_page(client: FlaskClient, dataset: Dataset) -> None:
    """A sample of every graph without blank nodes, by every eightieth line."""
    tried = 0
    for graph in dataset.graphs:
        if graph.iri == CCR[:-1]:
            continue
        for number, quad in enumerate(ox.parse(dataset.path(graph).read_bytes(), ox.RdfFormat.N_TRIPLES)):
            if number % 80 == 0:
                record = (quad.subject.value, quad.predicate.value, quad.object)
                answer = client.get(address(client, record), headers=PAGE)
                assert answer.status_code == 200, record
                assert str(token_of(quad.triple, dataset.digest)) in answer.text
                tried += 1
    assert tried > 250


def test_the_links_beside_statements_lead_here(client: FlaskClient) -> None:
    said = client.get("/doc/fujisawa/2020-02/theme-5/direction-1", headers=PAGE).text
    links = {html.unescape(link) for link in re.findall(r'href="(/wrong\?[^"]+)"', said)}
    # One for the statement's own text, and one for each of its links.
    assert len(links) > 3
    for link in links:
        assert client.get(link, headers=PAGE).status_code == 200, link


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_other_language_is_of_the_same_record(client: FlaskClient, lang: str) -> None:
    said = page(client, STATED, lang)
    (other,) = re.findall(rf'href="[^"?]*(\?[^"]+)" lang="{"en" if lang == "ja" else "ja"}"', said)
    answer = client.get("/wrong" + html.unescape(other), headers=PAGE)
    assert answer.status_code == 200 and token_on(answer.text) == token_on(said)


# The report


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("record", [STATED, READ, CONCLUDED, KEPT])
def test_the_report_by_mail_names_the_record(serve: Serve, record: Record, lang: str) -> None:
    said = page(serve("mailto:data@example.jp"), record, lang)
    (link,) = [html.unescape(found) for found in re.findall(r'href="(mailto:[^"]+)"', said)]
    assert len(link) < 2000, "mail programs cut longer addresses off"
    to, _, fields = link.partition("?")
    assert unquote(to) == "mailto:data@example.jp"
    given_by = parse_qs(fields, strict_parsing=True)
    assert set(given_by) == {"subject", "body"}
    subject, body = given_by["subject"][0], given_by["body"][0]
    assert "\n" not in subject and "\r" not in subject
    assert body.count("\r\n") == body.count("\n") == body.count("\r")
    assert token_on(said) in body and record[0] in body
    assert email.policy.default.header_factory("subject", subject)
    assert ("誤り" if lang == "ja" else "mistake") in subject


@pytest.mark.parametrize(
    ("report_to", "names"),
    [
        ("https://example.org/issues/new", ("title", "body")),
        ("https://example.org/issues/new?labels=data", ("title", "body")),
        (
            "https://example.org/new?issue[title]={subject}&issue[text]={body}",
            ("issue[title]", "issue[text]"),
        ),
    ],
)
def test_the_report_form_is_filled_in(serve: Serve, report_to: str, names: tuple[str, str]) -> None:
    said = page(serve(report_to), STATED)
    (link,) = [html.unescape(f) for f in re.findall(r'class="button" href="([^"]+)"', said)]
    given_by = parse_qs(urlsplit(link).query)
    assert link.startswith("https://example.org/") and token_on(said) in given_by[names[1]][0]
    assert "中心" in given_by[names[0]][0]


@pytest.mark.parametrize(("lang", "word"), [("ja", "宛先が設定されていません"), ("en", "names no address")])
def test_without_an_address_the_page_says_so_and_shows_the_text(
    client: FlaskClient, lang: str, word: str
) -> None:
    said = page(client, STATED, lang)
    assert word in said and "mailto:" not in said
    (text,) = re.findall(r'<pre class="report">(.*?)</pre>', said, re.S)
    assert token_on(said) in text and STATED[0] in text


@pytest.mark.parametrize(
    "given_by",
    [
        "mailto:a@example.jp",
        "https://example.org/issues/new",
        "https://example.org/n?t={subject}&b={body}",
    ],
)
def test_addresses_for_reports_that_hold(given_by: str, tmp_path: Path) -> None:
    file = tmp_path / "kgapp.toml"
    file.write_text(f'report_to = "{given_by}"\n', encoding="utf-8")
    assert read_settings(file, {}).report_to == given_by
    assert read_settings(None, {"KGAPP_REPORT_TO": given_by}).report_to == given_by
    assert read_settings(None, {}, {"report_to": given_by}).report_to == given_by


@pytest.mark.parametrize(
    "given_by",
    [
        "mailto:",
        "mailto:a@b?bcc=c@d",
        "mailto:a@b,c@d",
        "mailto:a@b\r\nBcc: c@d",
        "a@b",
        "http://example.org/new",
        "javascript:alert(1)",
        "https://user:secret@example.org/new",
        "https://example.org/new#x",
        "https:///new",
        'https://example.org/"><script>',
        "https://example.org/{body}",
        "https://{subject}/x?y={body}",
        "https://example.org/ new",
    ],
)
def test_addresses_for_reports_that_are_none(given_by: str) -> None:
    with pytest.raises(SourceErrors) as caught:
        read_settings(None, {"KGAPP_REPORT_TO": given_by})
    assert "secret" not in str([problem.what for problem in caught.value.problems])


# Addresses that name nothing, or would do harm


def ask(client: FlaskClient, **given_by: str) -> TestResponse:
    return client.get(f"/wrong?{urlencode(given_by)}", headers=PAGE)


S, P, CSW = STATED[0], STATED[1], STATED[2].value


@pytest.mark.parametrize(
    "given_by",
    [
        {},
        {"s": S, "p": P},
        {"s": S, "o": CSW},
        {"s": S, "p": P, "o": CSW, "h": "0" * 16},
        {"s": "x", "p": P, "o": CSW},
        {"s": S, "p": "a b", "o": CSW},
        {"s": S, "p": P, "o": "no iri"},
        {"s": S, "p": P, "o": '"open'},
        {"s": S, "p": P, "o": '"a" . <urn:x> <urn:y> <urn:z>'},
        {"s": S, "p": P, "o": '"a"@ja . # more'},
        {"s": S, "p": P, "o": '"a"@ja\n'},
        {"s": S, "p": P, "h": "xyz"},
        {"s": S, "p": P, "h": "ABCDEF0123456789"},
        {"s": f"{S}{'x' * 2000}", "p": P, "o": CSW},
        {"s": S, "p": P, "o": '"' + "x" * 4000 + '"'},
        {"s": f"{S}> <urn:x", "p": P, "o": CSW},
        {"s": f"{S}\r\nSet-Cookie: a=b", "p": P, "o": CSW},
    ],
)
def test_a_malformed_address_is_refused(client: FlaskClient, given_by: dict[str, str]) -> None:
    answer = ask(client, **given_by)
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers
    assert "これは誤りだと知らせる" in answer.text or "this is wrong" in answer.text


def test_a_parameter_given_twice_is_refused(client: FlaskClient) -> None:
    link = f"/wrong?{urlencode([('s', S), ('s', S), ('p', P), ('o', CSW)])}"
    assert client.get(link).status_code == 400


@pytest.mark.parametrize(
    "given_by",
    [
        {"s": S, "p": P, "o": f"{ID}actor/kuni"},
        {"s": S, "p": P, "o": '"CSW"@ja'},
        {"s": S, "p": P, "h": "0" * 16},
        {"s": f"{ID}actor/none", "p": P, "o": CSW},
        {"s": "javascript:alert(1)", "p": P, "o": CSW},
    ],
)
def test_a_record_that_is_not_there_is_told(client: FlaskClient, given_by: dict[str, str]) -> None:
    answer = ask(client, **given_by)
    assert answer.status_code == 404
    assert "いまのデータにはありません" in answer.text


@given(
    st.dictionaries(
        st.sampled_from(["s", "p", "o", "h", "lang", "x"]),
        st.text(max_size=60) | st.sampled_from(["<script>alert(1)</script>", '"><img src=x>', S, P, CSW]),
    )
)
def test_nothing_that_is_sent_becomes_markup(client: FlaskClient, given_by: dict[str, str]) -> None:
    answer = ask(client, **given_by)
    assert answer.status_code in (200, 400, 404)
    assert "<script" not in answer.text and "<img" not in answer.text


def test_words_of_the_data_are_no_markup_either(built_home: Home, dataset: Dataset) -> None:
    record = (f"{ID}actor/x", f"{SKOS}prefLabel", ox.Literal("<b>&\"'</b>\r\nBcc: x@y", language="ja"))
    data = f"{triple_of(record)} .".encode()
    held = Store([Serialized("held", data, ox.RdfFormat.N_TRIPLES, f"{ID}graph/register")], DEFAULT_BASE)
    served = create_app(held, lambda: dataset, built_home, Settings(report_to="mailto:a@b.jp"))
    said = page(served.test_client(), record)
    assert "<b>" not in said
    (link,) = [html.unescape(found) for found in re.findall(r'href="(mailto:[^"]+)"', said)]
    assert "Bcc" not in parse_qs(link.partition("?")[2])
    assert "\n" not in parse_qs(link.partition("?")[2])["subject"][0]


def test_other_data_have_no_records_to_report(serve: Serve) -> None:
    other = serve(served=None)
    assert ask(other, s=S, p=P, o=CSW).status_code == 404
    assert other.get(f"/wrong/{token_of(triple_of(STATED), '0' * 64)}").status_code == 404


def test_the_page_of_a_token_says_of_which_version_it_is(client: FlaskClient, dataset: Dataset) -> None:
    now = client.get(f"/wrong/{token_of(triple_of(STATED), dataset.digest)}?lang=en", headers=PAGE)
    assert "(the one that is served now)" in now.text
    then = client.get(f"/wrong/{token_of(triple_of(STATED), '0' * 64)}?lang=en", headers=PAGE)
    assert f"(what is served now is {dataset.digest[:12]})" in then.text
    assert client.get("/wrong/0000-0000", headers=PAGE).status_code == 400
    assert client.get("/wrong/" + "x" * 5000, headers=PAGE).status_code == 400


# The way back


@pytest.mark.parametrize(
    ("record", "files"),
    [
        (STATED, {"data/claims/fujisawa/2020-02-review.csv"}),
        (READ, {"data/claims/fujisawa/2020-02.csv", "data/claims/fujisawa/2020-02-review.csv"}),
        (CONCLUDED, set()),
        (KEPT, {"data/register/fujisawa/actors.csv"}),
    ],
)
def test_a_token_leads_back_to_the_rows(
    dataset: Dataset, built_home: Home, record: Record, files: set[str]
) -> None:
    token = read_token(str(token_of(triple_of(record), "f" * 64)))
    found = origin_of(token, dataset, built_home)
    assert found.triple == canonical(triple_of(record))
    assert {row.file for row in found.rows} == files
    for row in found.rows:
        lines = list(csv.reader(io.StringIO((built_home.root / row.file).read_text("utf-8-sig"))))
        told = dict(zip(lines[0], lines[row.number - 1], strict=True))
        assert {name: cell for name, cell in told.items() if cell} == row.cells
    assert (found.made_by is not None) == (record is STATED)
    assert len(found.premises) == (2 if record is CONCLUDED else 0)


def test_a_gloss_leads_back_to_its_row(dataset: Dataset, built_home: Home) -> None:
    path = ROOT / "data" / "gloss" / "fujisawa" / "2020-02.csv"
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    for name, thing in (("5-direction-1", "theme-5/direction-1"), ("theme-5", "theme-5")):
        (words,) = [row["参考訳"] for row in rows if row["番号"] == name]
        record = (f"{ID}2020-02/{thing}", f"{CCR}gloss", ox.Literal(words, language="en"))
        found = origin_of(token_of(triple_of(record), dataset.digest), dataset, built_home)
        assert [(row.file, row.cells["番号"]) for row in found.rows] == [
            ("data/gloss/fujisawa/2020-02.csv", name)
        ]


def test_a_token_of_nothing_is_told(dataset: Dataset, built_home: Home) -> None:
    with pytest.raises(NotFound) as caught:
        origin_of(Token("0" * 12, b"\0" * 8), dataset, built_home)
    assert dataset.digest[:12] in caught.value.what.en


def test_the_command_and_a_real_server_agree(built_home: Home, tmp_path: Path) -> None:
    """The page over HTTP gives a token; the command finds the quote and the row by it."""
    with serving(tmp_path, "--report-to", "mailto:data@example.jp", home=built_home) as running:
        link = f"/wrong?{urlencode({'s': READ[0], 'p': READ[1], 'o': READ[2].value})}"
        answer = running.get(link, Accept="text/html", Accept_Language="en")
        assert answer.status == 200 and "Report by mail" in answer.text
        assert "Accept-Language" in answer.headers["vary"]
        token = token_on(answer.text)
        assert running.get(f"/wrong/{token}", Accept="text/html").status == 200
        assert running.get("/quality.ttl").status == 200
        assert running.get(f"{link}&s=x").status == 400
    command = [sys.executable, "-m", "kgapp", "wrong", token.upper()]
    environment = {"KGAPP_HOME": str(built_home.root), "PATH": str(Path(sys.executable).parent)}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=ROOT)
    assert "data/claims/fujisawa/2020-02.csv:10" in told.stdout and "読み取り" in told.stdout
    bad = subprocess.run(
        [*command[:-1], "abc"], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )
    assert bad.returncode == 1 and "no token" in bad.stderr
