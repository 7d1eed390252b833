"""What differs between two real builds, one with a register row edited: in words, as JSON, as RDF Patch."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kgapp.build import build
from kgapp.config import Settings
from kgapp.dataset import Dataset, read_dataset
from kgapp.home import Home
from kgapp.store import open_dataset
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from tests.homes import copy_of
from tests.server import serving

GROUP = "kaigosha"
"""介護者, people who care for a family member (data/register/fujisawa/groups.csv)."""
NEW = "carers <b>&</b> kin"
"""The English name that the second build gives it: markup that must not reach a page as such."""


@dataclass(frozen=True)
class Twice:
    home: Home
    before: Dataset
    after: Dataset
    old: str
    """The English name that the first build gave the group."""

    @property
    def pair(self) -> str:
        return f"{self.before.digest[:12]}..{self.after.digest[:12]}"


def rename(table: Path) -> str:
    """Writes the new English name into the register; tells the old one."""
    text = table.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    (row,) = [row for row in rows if row["識別子"] == GROUP]
    old, row["英語名"] = row["英語名"], NEW
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\r\n" if "\r\n" in text else "\n")
        writer.writeheader()
        writer.writerows(rows)
    return old


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory, built_home: Home) -> Twice:
    home = copy_of(built_home, tmp_path_factory.mktemp("twice") / "home")
    before = read_dataset(home.build)
    old = rename(home.data / "register" / "fujisawa" / "groups.csv")
    after = build(home, DEFAULT_BASE).dataset
    return Twice(home, before, after, old)


@pytest.fixture(scope="module")
def client(twice: Twice) -> FlaskClient:
    store = open_dataset(twice.after)
    return create_app(store, lambda: twice.after, twice.home, Settings()).test_client()


def test_versions_are_listed_the_newest_first(client: FlaskClient, twice: Twice) -> None:
    for lang in ("ja", "en"):
        page = client.get(f"/changes?lang={lang}", headers={"Accept": "text/html"})
        assert page.status_code == 200
        listed = re.findall(r'<th scope="row"><code>(\w+)</code>', page.text)
        assert listed == [twice.after.digest[:12], twice.before.digest[:12]]
        assert f'href="/changes/{twice.pair}"' in page.text
    assert "以前の版" in client.get("/catalogue?lang=ja", headers={"Accept": "text/html"}).text


def test_the_page_tells_in_words_what_came_and_went(client: FlaskClient, twice: Twice) -> None:
    page = client.get(f"/changes/{twice.pair}?lang=en", headers={"Accept": "text/html"}).text
    assert NEW not in page
    about = re.search(
        rf'<section class="changed"[^>]*>(?:(?!</section>).)*id/fujisawa/group/{GROUP}</code>.*?</section>',
        page,
        re.S,
    )
    assert about
    assert re.search(rf'href="/doc/fujisawa/group/{GROUP}"', about[0])
    lines = re.findall(
        r'<li class="(added|removed)"><b>\w+</b> ([^:]+): <span lang="en">([^<]*)</span> <small>\((\w+)\)',
        about[0],
    )
    assert ("removed", "preferred label", twice.old, "register") in lines
    assert ("added", "preferred label", "carers &lt;b&gt;&amp;&lt;/b&gt; kin", "register") in lines
    page = client.get(f"/changes/{twice.pair}?lang=ja", headers={"Accept": "text/html"}).text
    assert re.search(r'">介護者</a></h2>', page)
    assert re.search(r'<b>削除</b> 名前: <span lang="en">', page)
    assert "市町村が作成または承認したものではない" in page


def quads(dataset: Dataset) -> set[str]:
    return {
        f"{line.removesuffix(' .')} <{graph.iri}>"
        for graph in dataset.graphs
        for line in dataset.path(graph).read_text(encoding="utf-8").splitlines()
    }


def test_the_patch_leads_from_one_version_to_the_other(client: FlaskClient, twice: Twice) -> None:
    reply = client.get(f"/changes/{twice.pair}", headers={"Accept": "application/rdf-patch"})
    assert reply.content_type == "application/rdf-patch"
    assert reply.data == client.get(f"/changes/{twice.pair}.rdfp").data
    lines = reply.text.splitlines()
    assert all(line.endswith(" .") for line in lines)
    assert [line.split()[0] for line in lines[:5]] == ["H", "H", "H", "H", "TX"] and lines[-1] == "TC ."
    content = quads(twice.before)
    for line in lines[5:-1]:
        operation, _, rest = line.partition(" ")
        quad = str(next(iter(ox.parse(rest, format=ox.RdfFormat.N_QUADS))))
        assert (quad in content) is (operation == "D"), line
        (content.remove if operation == "D" else content.add)(quad)
    assert content == quads(twice.after)


def test_json_counts_and_names(client: FlaskClient, twice: Twice) -> None:
    reply = client.get(f"/changes/{twice.pair}", headers={"Accept": "application/json"})
    content = reply.get_json()
    before, after = quads(twice.before), quads(twice.after)
    assert (content["added"], content["removed"]) == (len(after - before), len(before - after))
    told = [change for subject in content["subjects"] for change in subject["changes"]]
    assert len(told) == content["added"] + content["removed"]
    (group,) = [one for one in content["subjects"] if one["id"].endswith(f"group/{GROUP}")]
    assert group["name"] == {"ja": "介護者", "en": NEW}


def test_back_again_and_nothing(client: FlaskClient, twice: Twice) -> None:
    older, _, newer = twice.pair.partition("..")
    there = client.get(f"/changes/{older}..{newer}.json").get_json()
    back = client.get(f"/changes/{newer}..{older}.json").get_json()
    assert (there["added"], there["removed"]) == (back["removed"], back["added"])
    same = client.get(f"/changes/{newer}..{newer}?lang=ja", headers={"Accept": "text/html"})
    assert (same.status_code, "中身は同じ" in same.text) == (200, True)


def test_what_is_not_kept_is_told_in_words(client: FlaskClient, twice: Twice) -> None:
    for address in (f"/changes/000000000000..{twice.after.digest[:12]}", "/changes/a..b"):
        reply = client.get(address, headers={"Accept": "application/json"})
        assert reply.status_code == 404
        assert twice.before.digest[:12] in reply.get_json()["remedy"]["ja"]
        assert twice.after.digest[:12] in reply.get_json()["remedy"]["en"]
    for address in (
        "/changes/x",
        "/changes/..",
        "/changes/a..b..c",
        "/changes/%2e%2e",
        f"/changes/{twice.pair}.exe",
    ):
        assert client.get(address).status_code == 404, address
    assert client.get(f"/changes/{twice.pair}", headers={"Accept": "image/png"}).status_code == 406


def test_files_of_the_version_before_stay_where_they_were(client: FlaskClient, twice: Twice) -> None:
    with client.get(f"/dump/all/{twice.before.digest[:12]}/care-roadmap.nq") as old:
        assert old.status_code == 200
        assert f"({twice.before.digest[:12]})" in old.get_data(as_text=True).splitlines()[0]
        assert "no-cache" not in old.headers["Cache-Control"]
    location = client.get("/dump/all/latest/care-roadmap.nq").headers["Location"]
    assert location == f"/dump/all/{twice.after.digest[:12]}/care-roadmap.nq"


def test_over_http_the_old_dump_and_the_patch_make_the_new_dump(twice: Twice, tmp_path: Path) -> None:
    older, _, newer = twice.pair.partition("..")
    with serving(tmp_path, home=twice.home) as server:
        patch = server.get(f"/changes/{twice.pair}", Accept="application/rdf-patch")
        dumps = [server.get(f"/dump/all/{version}/care-roadmap.nq") for version in (older, newer)]
        assert [reply.status for reply in (patch, *dumps)] == [200, 200, 200]
        content, wanted = (
            {line.removesuffix(" .") for line in dump.text.splitlines() if not line.startswith("#")}
            for dump in dumps
        )
        rows = [line.removesuffix(" .").partition(" ") for line in patch.text.splitlines()]
    content -= {quad for operation, _, quad in rows if operation == "D"}
    content |= {quad for operation, _, quad in rows if operation == "A"}
    assert content == wanted
