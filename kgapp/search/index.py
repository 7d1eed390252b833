"""The index: a SQLite file of things, names, links and, in FTS5, bigrams of all words.

FTS5's own tokenizers do not find Japanese words of two characters, so tokens are made here: every two
neighbouring characters of a folded text, each written as its code point in hexadecimal, and the last
character by itself. A word of two or more characters is a phrase of such tokens, a word of one the
beginning of one; whatever is asked, nothing but hexadecimal digits reaches FTS5's query language.
"""

from __future__ import annotations

import json
import queue
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from kgapp.search.folding import folded
from kgapp.search.gather import REGISTERED, Role, Thing, Words
from kgapp.search.readings import Readings

READERS = 4
"""Threads that may search at once; others wait for one of these."""
SCHEMA = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  words TEXT NOT NULL);
CREATE TABLE name (folded TEXT NOT NULL, role TEXT NOT NULL, thing INTEGER NOT NULL,
  registered INTEGER NOT NULL);
CREATE TABLE key (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE link (thing INTEGER NOT NULL, relation TEXT NOT NULL, key INTEGER NOT NULL,
  PRIMARY KEY (thing, relation, key)) WITHOUT ROWID;
CREATE TABLE spelling (reading TEXT NOT NULL, word TEXT NOT NULL,
  PRIMARY KEY (reading, word)) WITHOUT ROWID;
CREATE VIRTUAL TABLE bigram USING fts5(names, readings, texts, tags,
  content='', tokenize='ascii', prefix='6');
"""
INDEXES = (
    "CREATE INDEX name_folded ON name (folded, thing)",
    "CREATE INDEX name_thing ON name (thing)",
    "INSERT INTO bigram(bigram) VALUES ('optimize')",
)
NAMES = (Role.NAME, Role.ALIAS, Role.NOTATION)
TEXTS = (Role.TEXT, Role.GLOSS, Role.DEFINITION)


def tokens(text: str) -> str:
    """The tokens of a folded text, for FTS5 to index."""
    codes = [_code(char) for char in text]
    return " ".join([*map("".join, pairwise(codes)), *codes[-1:]])


def phrase(words: str) -> str:
    """What finds folded words in FTS5: neighbouring tokens, or the beginning of one."""
    codes = [_code(char) for char in words]
    if len(codes) == 1:
        return f'"{codes[0]}" *'
    return '"' + " ".join(map("".join, pairwise(codes))) + '"'


@lru_cache(maxsize=32_768)
def _code(char: str) -> str:
    return f"{ord(char):06x}"


@lru_cache(maxsize=32_768)
def tag(relation: str, key: str) -> str:
    """The token that tells a thing of this kind or with this link; no bigram looks like it."""
    return "x" + blake2b(f"{relation} {key}".encode(), digest_size=8).hexdigest()


class Index:
    """A finished index, for several threads to read; it is gone with its last reader."""

    def __init__(self, path: Path, base: str, things: int) -> None:
        """Opens a file that ``write`` wrote, and removes its name."""
        self.base, self.things = base, things
        self.names: dict[str, tuple[Words, ...]] = {}
        """Names and their translations by key (``gather.key_of``), of things that searches have told of."""
        self.size = path.stat().st_size
        self._readers: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        address = f"file:{path}?mode=ro&immutable=1"
        for _ in range(READERS):
            reader = sqlite3.connect(address, uri=True, check_same_thread=False)
            reader.execute("SELECT 1 FROM thing LIMIT 1").fetchall()
            self._readers.put(reader)
        path.unlink()

    @contextmanager
    def reader(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for a while."""
        reader = self._readers.get()
        try:
            yield reader
        finally:
            self._readers.put(reader)


def build(things: Iterable[Thing], base: str) -> Index:
    """Writes an index of things into a temporary file and opens it."""
    with tempfile.NamedTemporaryFile(prefix="kgapp-search-", suffix=".sqlite", delete=False) as file:
        path = Path(file.name)
    try:
        return Index(path, base, write(path, things))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write(path: Path, things: Iterable[Thing]) -> int:
    """Writes an index file; returns how many things it holds."""
    writer = sqlite3.connect(path, isolation_level=None)
    try:
        writer.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;")
        writer.executescript(SCHEMA)
        writer.execute("BEGIN")
        readings = Readings()
        number = 0
        for number, thing in enumerate(things, 1):
            time.sleep(0)  # others of this process that want the interpreter get it between two things
            if _insert(writer, number, thing) and thing.kind in REGISTERED:
                readings.learn(number, thing)
        _write_readings(writer, readings)
        for statement in INDEXES:
            writer.execute(statement)
        writer.execute("COMMIT")
    finally:
        writer.close()
    return number


def _insert(writer: sqlite3.Connection, number: int, thing: Thing) -> bool:
    """Adds a thing; not one that is there, because a second edition describes it too (a year)."""
    if writer.execute("SELECT 1 FROM thing WHERE iri = ?", [thing.iri]).fetchone():
        return False
    words = json.dumps([[w.role, w.language, w.text] for w in thing.words], ensure_ascii=False)
    writer.execute("INSERT INTO thing VALUES (?, ?, ?, ?)", [number, thing.iri, thing.kind, words])
    for relation, key in thing.links:
        writer.execute("INSERT OR IGNORE INTO key (key) VALUES (?)", [key])
        link = "INSERT OR IGNORE INTO link SELECT ?, ?, id FROM key WHERE key = ?"
        writer.execute(link, [number, relation, key])
    spelt: dict[str, list[str]] = {"names": [], "readings": [], "texts": []}
    for word in thing.words:
        plain = folded(word.text)
        column = "names" if word.role in NAMES else "texts" if word.role in TEXTS else "readings"
        spelt[column].append(tokens(plain))
        if column != "texts":
            row = (plain, word.role, number, thing.kind in REGISTERED)
            writer.execute("INSERT INTO name VALUES (?, ?, ?, ?)", row)
    tags = [tag("kind", thing.kind), *(tag(relation, key) for relation, key in thing.links)]
    columns = [" ".join(spelt[column]) for column in ("names", "readings", "texts")]
    writer.execute(
        "INSERT INTO bigram(rowid, names, readings, texts, tags) VALUES (?, ?, ?, ?, ?)",
        [number, *columns, " ".join(tags)],
    )
    return True


def _write_readings(writer: sqlite3.Connection, readings: Readings) -> None:
    """What the register's readings tell beyond themselves: how aliases and parts of names are read."""
    for number, reading in readings.of_aliases():
        writer.execute("INSERT INTO name VALUES (?, ?, ?, 1)", [reading, Role.READING, number])
    writer.executemany("INSERT OR IGNORE INTO spelling VALUES (?, ?)", readings.of_words())


def words_of(stored: str) -> tuple[Words, ...]:
    """The words of a thing as the index keeps them."""
    return tuple(Words(Role(role), language, text) for role, language, text in json.loads(stored))
