"""Answers kept for reuse, with their validators and their compressed form, in bounded memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cachetools import LRUCache

from kgapp.question import Answer
from kgapp.results import BY_NAME
from kgapp.web.http.compression import SUFFIX, compress, pays, takes_gzip
from kgapp.web.http.conditions import Header
from kgapp.web.http.render import HEADERS

OVERHEAD = 500
"""Bytes that keeping an answer takes beside its content, about."""
TAG = 32
"""Digits of an entity tag."""
FRESH = "public, max-age=60"
"""Seconds that an answer may be used without asking: a rebuilt dataset is seen within a minute."""
ON_EVERY_ANSWER: list[Header] = [
    *HEADERS.items(),
    ("Access-Control-Expose-Headers", "ETag, Link, Retry-After"),
]


@dataclass
class Kept:
    """An answer as it is sent: form, body, entity tag, headers; compressed once it is asked so."""

    form: str
    body: bytes
    tag: str
    lasting: bool
    """Whether it would be the same if it were asked again."""
    plain: list[Header]
    zipped: tuple[bytes, list[Header]] | None = None

    @classmethod
    def of(cls, answer: Answer, lasting: bool = True) -> Kept:
        """An answer of the store, ready to be sent."""
        # Of the digests that are strong, the one that processors have instructions for.
        digest = hashlib.sha256(f"{answer.form}\n".encode())
        digest.update(answer.body)
        tag = digest.hexdigest()[:TAG]
        headers = [
            ("Content-Type", BY_NAME[answer.form].content_type),
            ("ETag", f'"{tag}"'),
            ("Vary", "Accept, Accept-Encoding"),
            ("Cache-Control", FRESH if lasting else "no-store"),
            *ON_EVERY_ANSWER,
        ]
        return cls(answer.form, answer.body, tag, lasting, headers)

    def representation(self, accept_encoding: str) -> tuple[bytes, list[Header]]:
        """The body and its headers, compressed where the client takes that and it pays."""
        if not pays(self.body) or not takes_gzip(accept_encoding):
            return self.body, self.plain
        if self.zipped is None:
            changed = [("ETag", f'"{self.tag}{SUFFIX}"'), ("Content-Encoding", "gzip")]
            headers = [header for header in self.plain if header[0] != "ETag"] + changed
            self.zipped = compress(self.body), headers
        return self.zipped


class Answers:
    """Kept answers by question, the least lately used given up first."""

    def __init__(self, size: int) -> None:
        """``size`` in bytes; with 0 nothing is kept."""
        self._kept: LRUCache[bytes, Kept] = LRUCache(size, getsizeof=_size)
        self._size = size
        self._generation = 0

    def get(self, question: bytes, generation: int) -> Kept | None:
        """The answer to a question; another dataset (``generation``) has none yet."""
        if generation != self._generation:
            self._kept.clear()
            self._generation = generation
        return self._kept.get(_key(question))

    def keep(self, question: bytes, answer: Kept, generation: int) -> None:
        """Keeps an answer where it fits and is of the dataset that answers now."""
        if generation == self._generation and _size(answer) <= self._size:
            self._kept[_key(question)] = answer

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> float:
        """About how much memory the answers take."""
        return float(self._kept.currsize)


def _key(question: bytes) -> bytes:
    # A question may be long; what is kept of it has one size, which OVERHEAD holds.
    return hashlib.blake2b(question, digest_size=32).digest()


def _size(kept: Kept) -> int:
    # A compressed form is made later and never larger: room for both is kept from the start.
    return 2 * len(kept.body) + OVERHEAD
