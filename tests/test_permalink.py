"""The codes of permalinks: whole there and back, whatever they hold; what is damaged is told, what is
large is bounded; and addresses of the first day stay good."""

from __future__ import annotations

import hashlib
import time
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgapp.errors import QueryRefused
from kgapp.queryfile import read_queries
from kgapp.web.http import permalink
from kgapp.web.http.fingerprint import Fingerprint
from kgapp.web.http.permalink import LONGEST, Permalink, read_code, write_code
from tests.conftest import ROOT

MOST = 256 * 1024
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
IRI = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"))
LINKS = st.builds(
    Permalink,
    TEXT | st.just("# a\r\nSELECT * {\r\n}\r\n") | st.just("a\r\nb\rc") | st.just("a\r\nb\nc"),
    st.lists(IRI, max_size=3).map(tuple),
    st.lists(IRI, max_size=3).map(tuple),
    st.just("") | st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    st.none()
    | st.builds(Fingerprint, st.from_regex(r"[0-9a-f]{10}", fullmatch=True), st.integers(0, 2**35 - 1)),
    st.booleans(),
)


@given(LINKS)
def test_what_goes_in_comes_out_to_the_letter(link: Permalink) -> None:
    code = write_code(link)
    assert permalink.CODE.fullmatch(code)
    assert read_code(code, MOST) == link


@given(LINKS)
def test_leaving_conclusions_out_changes_one_bit_and_no_code_of_before(link: Permalink) -> None:
    """RFC 4648 by another hand: the first byte holds the flags, the last three the check."""
    whole, without = (
        urlsafe_b64decode(write_code(replace(link, stated=stated)) + "==") for stated in (False, True)
    )
    assert whole[0] & 0x80 == 0
    assert (without[0], without[1:-3]) == (whole[0] | 0x80, whole[1:-3])


@given(LINKS, st.data())
def test_one_letter_changed_or_lost_is_told(link: Permalink, data: st.DataObject) -> None:
    """Three bytes of CRC-32: of sixteen million damaged codes one would pass."""
    code = write_code(link)
    place = data.draw(st.integers(0, len(code) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_").filter(lambda letter: letter != code[place]))
    for damaged in (code[:place] + letter + code[place + 1 :], code[:-1]):
        with pytest.raises(QueryRefused) as told:
            read_code(damaged, MOST)
        assert told.value.status == 404


@given(st.binary(max_size=300), st.sampled_from([0x01, 0x11, 0x31, 0x71, 0x81, 0xF1, 0x02, 0xFF]))
def test_arbitrary_bytes_with_a_good_check_are_read_or_refused(data: bytes, first: int) -> None:
    body = bytes([first]) + data
    code = urlsafe_b64encode(body + zlib.crc32(body).to_bytes(4, "big")[1:]).rstrip(b"=").decode()
    try:
        link = read_code(code, MOST)
    except QueryRefused as refusal:
        assert refusal.status in (404, 413)
    else:
        assert read_code(write_code(link), MOST) == link


@pytest.mark.parametrize(
    "given", ["", "AA", "q", "日本語", "../../etc/passwd", "A" * (LONGEST + 1), "%00", "A=", "AYNZ qq"]
)
def test_what_is_no_code_is_told_in_words(given: str) -> None:
    with pytest.raises(QueryRefused) as told:
        read_code(given, MOST)
    assert told.value.status == 404
    assert told.value.what.ja and told.value.remedy.en


def test_what_printed_lines_and_mails_add_is_left_out() -> None:
    link = Permalink("SELECT * {?s ?p ?o}", version="0123456789ab")
    code = write_code(link)
    for copied in (f"{code}.", f"{code})", f"{code[:9]}\n  {code[9:]}", f"{code}」。"):
        assert read_code(copied, MOST) == link


def test_a_small_code_that_stands_for_much_costs_little() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"\n" + b" " * 5_000_000) + packer.flush()
    body = b"\x01" + packed
    code = urlsafe_b64encode(body + zlib.crc32(body).to_bytes(4, "big")[1:]).rstrip(b"=").decode()
    assert len(code) < LONGEST
    began = time.process_time()
    with pytest.raises(QueryRefused) as told:
        read_code(code, MOST)
    assert time.process_time() - began < 0.05
    assert (told.value.status, told.value.limit) == (413, "query_length")


def test_what_no_address_can_hold_is_told_with_another_way() -> None:
    noise = hashlib.shake_256(b"seed").hexdigest(64 * 1024)
    with pytest.raises(QueryRefused) as told:
        write_code(Permalink(f"SELECT * {{}} # {noise}"))
    assert told.value.status == 413
    assert "/sparql" in told.value.remedy.en
    with pytest.raises(QueryRefused):
        write_code(Permalink("ASK {}", ("http://a\nb",)))


def test_the_questions_have_short_addresses() -> None:
    answer = Fingerprint("0123456789", 12)
    queries = read_queries(ROOT / "queries" / "questions").values()
    lengths = [
        len(write_code(Permalink(query.text, version="0123456789ab", answer=answer))) for query in queries
    ]
    assert len(lengths) >= 46
    assert max(sorted(lengths)[:40]) <= 50


def test_the_dictionary_never_changes() -> None:
    """Other bytes would give every address that was ever cited another meaning."""
    found = (ROOT / "kgapp" / "web" / "http" / "permalink-1.txt").read_bytes()
    assert (
        hashlib.sha256(found).hexdigest()
        == "bea95f30ced002151b2400f7e9a022a1470e3bbdaf04c0a3dc4d42e87945c693"
    )
    assert len(found) <= 32_768 - 262  # RFC 1951: the window, less what a match may look ahead


FIRST_DAY = {
    "MWYHyYm8Pno35-gYDyPZY_DYhl34BB_HRQk-ALEp2A": Permalink(
        "PREFIX ccr: <https://w3id.org/care-roadmap/ns#>\nSELECT ?s { ?s a ccr:Goal } ORDER BY ?s",
        version="6607c989bc3e",
        answer=Fingerprint("7a37e7e818", 15),
    ),
    "MQEjRWeJq6vN7wEjrALThjotkQvGSuLShbKSubhgxS8AKuJD": Permalink(
        "\n\nSELECT", ("http://a", "http://b"), ("http://c",), "0123456789ab", Fingerprint("abcdef0123", 300)
    ),
    "AYNZqqVQDbv-qRYAgeRG": Permalink("SELECT * {?s ?p ?o}"),
}
"""Codes as they were written when the format was made."""


@pytest.mark.parametrize("code", FIRST_DAY)
def test_addresses_of_the_first_day_are_read_for_ever(code: str) -> None:
    assert read_code(code, MOST) == FIRST_DAY[code]


@pytest.mark.parametrize("code", FIRST_DAY)
def test_a_question_of_the_first_day_has_the_same_address_today(code: str) -> None:
    """But for DEFLATE, whose encoders may choose other bytes for the same content (RFC 1951, 4)."""
    then, now = (
        urlsafe_b64decode(each + "=" * (-len(each) % 4)) for each in (code, write_code(FIRST_DAY[code]))
    )
    link = FIRST_DAY[code]
    size = len(f"{link.answer.size:b}") // 8 + 1 if link.answer else 0
    ahead = 1 + len(link.version) // 2 + (5 + size if link.answer else 0)
    assert now[:ahead] == then[:ahead]
    dictionary = (ROOT / "kgapp" / "web" / "http" / "permalink-1.txt").read_bytes()
    contents = [zlib.decompressobj(-15, zdict=dictionary).decompress(each[ahead:-3]) for each in (then, now)]
    assert contents[0] == contents[1]


def test_a_code_of_a_later_format_is_told_apart_from_a_damaged_one() -> None:
    body = bytes([2]) + urlsafe_b64decode("AYNZqqVQDbv-qRYAgeRG")[1:-3]
    code = urlsafe_b64encode(body + zlib.crc32(body).to_bytes(4, "big")[1:]).decode()
    with pytest.raises(QueryRefused, match="unknown here") as told:
        read_code(code, MOST)
    assert "書き方" in told.value.what.ja
