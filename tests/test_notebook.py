"""The notebook of the documentation: run from end to end against a real server, its answers compared
with what people read off the paper; and its page."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from kgapp.web.frame.notebook import LOCAL, addressed
from tests.conftest import ROOT
from tests.server import Running

DOCS = ROOT / "kgapp" / "web" / "docs"
BOOKS = {lang: DOCS / f"notebook.{lang}.ipynb" for lang in ("ja", "en")}


def code(lang: str) -> list[str]:
    cells = json.loads(BOOKS[lang].read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def answer(name: str) -> list[dict[str, str]]:
    """A hand-made answer of ``tests/answers``."""
    text = (ROOT / "tests" / "answers" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


SHOW = """
print(json.dumps({
    "csw": csw[["statement", "role"]].drop_duplicates().to_dict("records"),
    "open": open_issues.to_dict("records"),
    "counts": counts.astype(str).to_dict("records"),
    "standing": standing,
}))
"""


@pytest.mark.filterwarnings("default")  # those of the kernel's own parts
def test_it_runs_and_finds_what_people_read(
    server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARE_ROADMAP", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    book = nbformat.read(BOOKS["ja"], as_version=4)
    nbformat.validate(book)
    book.cells.append(nbformat.v4.new_code_cell(SHOW))
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    outputs = [cell.outputs for cell in book.cells if cell.cell_type == "code"]
    found = json.loads(outputs[-1][0]["text"])
    assert found["csw"] == answer("cq-c01-where-is-an-actor")
    assert found["open"] == answer("cq-r02-next-issues-without-direction")
    assert found["counts"] == answer("cq-r01-statements-by-section")
    assert sum(int(row["statements"]) for row in found["counts"]) == 158
    assert (found["standing"]["version"], found["standing"]["answer"]) == ("same", "same")
    shown = "".join(str(output) for cell in outputs for output in cell)
    assert "linear-gradient" in shown  # the bars
    # Why CSW is active in theme 5: a lead there (C1 of MODEL.md), and the theme that it stands in.
    assert "Theme 5, direction 1 names community social worker as lead (recorded)" in shown
    assert "(prp-spo2)" in shown
    assert "への答え（9行，指紋" in shown and "@misc{care-roadmap-" in shown


def test_both_languages_run_the_same() -> None:
    assert code("ja") == code("en")
    assert len(code("ja")) >= 7


@pytest.mark.parametrize("lang", BOOKS)
def test_it_is_kept_without_outputs(lang: str) -> None:
    for cell in json.loads(BOOKS[lang].read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_it_is_a_page_and_a_file(server: Running) -> None:
    for lang, path in BOOKS.items():
        page = server.get(f"/docs/notebook?lang={lang}", Accept="text/html")
        assert page.status == 200
        assert f'href="/docs/notebook.{lang}.ipynb" download' in page.text
        title = re.search(r"# (.*)\\n", path.read_text(encoding="utf-8"))
        assert title and f"<h1>{title[1]}</h1>" in page.text
        assert "FILTER NOT EXISTS { ?direction ccr:addresses ?issueThing }" in page.text
        file = server.get(f"/docs/notebook.{lang}.ipynb")
        written = path.read_text(encoding="utf-8")
        assert LOCAL in written and LOCAL not in file.text
        assert file.text.replace(server.address, LOCAL) == written
        assert f"&quot;{server.address}&quot;" in page.text
        assert file.headers["content-type"] == "application/x-ipynb+json"
        assert "attachment" in file.headers["content-disposition"]


@pytest.mark.parametrize("host", ['a"]; import os #', "a\\", "x`y`", "a b", "a\n", "a/../<b>"])
def test_what_is_no_address_stays_out_of_the_code(host: str) -> None:
    """The host is what a client says it is."""
    written = BOOKS["en"].read_text(encoding="utf-8")
    assert addressed(written, f"http://{host}/") == written
    assert 'SITE = os.environ.get(\\"CARE_ROADMAP\\", \\"https://a.example/kg\\")' in addressed(
        written, "https://a.example/kg/"
    )
