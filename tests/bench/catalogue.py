"""The catalogue as municipalities grow: ``python -m tests.bench catalogue 100 1741``.

The built edition under as many names is described by the real writer; then pages of the catalogue are
asked for. Its dumps are not copied: what is measured is their description.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kgapp.config import Settings
from kgapp.dataset import Dataset, read_dataset
from kgapp.home import Home, find_home
from kgapp.publication import CATALOGUE, POINTING, WHOLE, Publication, Release, read_publication
from kgapp.publish.catalogue import Catalogued, catalogue
from kgapp.publish.dumps import Dumped, read_dumped
from kgapp.publish.lines import turned, write_sorted
from kgapp.publish.provenance import Making
from kgapp.results import PREFIXES
from kgapp.store import Store
from kgapp.web import create_app

ADDRESSES = (
    "/catalogue",
    "/catalogue?page={last}",
    "/catalogue/city-1/2020-02",
    "/doc/catalogue",
    "/doc/dataset",
)
FORMS = {"html": "text/html", "ttl": "text/turtle", "jsonld": "application/ld+json"}


@dataclass(frozen=True)
class Asked:
    """An answer of the server: how large, and the seconds of processor time of the first and a later one."""

    address: str
    form: str
    size: int
    first: float
    later: float


def grown(dataset: Dataset, count: int, folder: Path) -> Dataset:
    """The dataset as if it held so many municipalities, with its catalogue written into a folder."""
    dumped = {
        path: read_dumped((dataset.folder / release.distributions[0].file).parent, dataset.folder)
        for path, release in ((one.path, one) for one in read_publication(dataset).releases)
    }
    whole = dumped.pop(WHOLE)
    pattern = next(iter(dumped.values()))
    editions = [_named(pattern, f"city-{number}", dataset.base) for number in range(1, count + 1)]
    counts = {iri: counts for edition in editions for iri, counts in edition.graphs.items()}
    own = f"{dataset.base}id/{pattern.release.path.partition('/')[0]}/"
    shared = {iri: counts for iri, counts in whole.graphs.items() if not iri.startswith(own)}
    whole = replace(whole, graphs={**shared, **counts})
    content = Catalogued(dataset.base, whole, editions, Making({}, [("kgapp", "0")]), {}, PREFIXES)
    write_sorted((line for part in catalogue(content) for line in part), folder / CATALOGUE)
    with (folder / CATALOGUE).open("rb") as lines:
        write_sorted(turned(lines, f"{dataset.base}id/"), folder / POINTING)
    (folder / "dumps").symlink_to(dataset.folder / "dumps")
    releases: tuple[Release, ...] = tuple(edition.release for edition in (*editions, whole))
    (folder / "publication.json").write_bytes(Publication(folder, CATALOGUE, releases).write())
    return replace(dataset, folder=folder, publication=".")


def _named(pattern: Dumped, city: str, base: str) -> Dumped:
    """An edition's dumps under the name of another city."""
    old = pattern.release.path.partition("/")[0]

    def _renamed(iri: str) -> str:
        return iri.replace(f"{base}id/{old}/", f"{base}id/{city}/")

    path = f"{city}/{pattern.release.path.partition('/')[2]}"
    release = replace(pattern.release, path=path, graphs=tuple(map(_renamed, pattern.release.graphs)))
    return replace(pattern, release=release, graphs={_renamed(iri): n for iri, n in pattern.graphs.items()})


def asked(dataset: Dataset, home: Home, last: int) -> Iterator[Asked]:
    """Answers of the pages over a catalogue."""
    client = create_app(Store([], dataset.base), lambda: dataset, home, Settings()).test_client()
    for address in (address.format(last=last) for address in ADDRESSES):
        for form, accept in FORMS.items():
            seconds = []
            for _ in range(3):
                began = time.process_time()
                answer = client.get(address, headers={"Accept": accept})
                seconds.append(time.process_time() - began)
                assert answer.status_code == 200, (address, answer.text)
            yield Asked(address, form, len(answer.data), seconds[0], seconds[-1])


def report(counts: Sequence[int]) -> None:
    """Prints what each count of municipalities takes."""
    home = find_home()
    dataset = read_dataset(home.build)
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            began = time.process_time()
            larger = grown(dataset, count, folder)
            seconds, size = time.process_time() - began, (folder / CATALOGUE).stat().st_size
            print(f"{count} municipalities: {seconds:.1f} s of processor time, {size:,} bytes")
            for one in asked(larger, home, -(-count // 10)):
                print(
                    f"  {one.address:28} {one.form:7} {one.size:>9,} bytes"
                    f"  first {one.first * 1000:6.0f} ms, later {one.later * 1000:5.1f} ms"
                )
