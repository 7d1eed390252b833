"""The pages, over the real dataset: the landing page and the page of the endpoint, in both languages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kgapp.config import LIMITS, Settings
from kgapp.dataset import Dataset
from kgapp.home import Home
from kgapp.store import Store
from kgapp.web import create_app


def test_the_landing_page_says_what_the_dataset_holds(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Language": "ja"}).text
    assert '<html lang="ja">' in page
    assert "<dd>158</dd>" in page
    assert "市町村が作成または承認したものではない" in page


def test_the_page_of_the_endpoint_lists_the_graphs(client: FlaskClient, dataset: Dataset) -> None:
    page = client.get("/sparql?lang=en").text
    for graph in dataset.graphs:
        assert f'<code>{graph.iri}</code></td><td class="number">{graph.triples}</td>' in page


def test_the_landing_page_in_english(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="en">' in page
    assert "neither made nor endorsed by the City" in page
    assert client.get("/?lang=ja", headers={"Accept-Language": "en"}).text.startswith(
        '<!doctype html>\n<html lang="ja">'
    )


def test_the_page_of_the_endpoint_states_every_limit(client: FlaskClient) -> None:
    for language in ("ja", "en"):
        page = client.get(f"/sparql?lang={language}").text
        for name, entry in LIMITS.items():
            assert f"<code>{name}</code>" in page
            assert f">{entry.default:g} {entry.metadata['unit']}<" in page


def test_other_data_have_no_page_of_ours(store: Store, built_home: Home) -> None:
    other = create_app(store, lambda: None, built_home, Settings()).test_client()
    assert "指定されたファイル" in other.get("/?lang=ja").text
    page = other.get("/?lang=en").text
    assert "from files that were named" in page
    assert "committee paper" not in page


def test_what_is_not_there_is_told(client: FlaskClient) -> None:
    response = client.get("/nothing")
    assert response.status_code == 404
    assert len([line for line in response.text.splitlines() if line.strip()]) >= 4


@pytest.mark.parametrize(("language", "word"), [("ja", "監督"), ("en", "supervisor")])
def test_the_operations_page_is_there_in_both_languages(
    client: FlaskClient, language: str, word: str
) -> None:
    page = client.get(f"/docs/operations?lang={language}")
    assert page.status_code == 200
    assert word in page.text
    assert "<table>" in page.text


def test_a_document_keeps_the_policy_of_the_pages(client: FlaskClient) -> None:
    """Aligned columns without style attributes; each table in a region of its own."""
    page = client.get("/docs/benchmarks?lang=en").text
    assert "style=" not in page
    assert '<td class="number">' in page
    assert page.count("<table>") == page.count("</table>\n</div>") == page.count('aria-label="Table ')
    assert 'aria-label="表 1"' in client.get("/docs/benchmarks?lang=ja").text


@pytest.mark.parametrize("name", ["..%2Fpages", "absent", "..%2f..%2fcli.py", "operations%00"])
def test_no_other_file_is_a_document(client: FlaskClient, name: str) -> None:
    assert client.get(f"/docs/{name}").status_code == 404
