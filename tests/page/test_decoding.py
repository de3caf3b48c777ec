"""The bounded decoder: every coding, cut anywhere, and never more than the limit."""

from __future__ import annotations

import gzip
import random
import sys
import tracemalloc
import zlib

import pytest

from csplint.page.fetch.decoding import MOST_PARTS, BoundedDecoder, DecodingError, read_codings, starts_like_markup

PAGE = b"<!doctype html>" + bytes(random.Random(3).choices(b"abc <>", k=200_000))
MIB = 1024 * 1024


def packed(data: bytes, window: int) -> bytes:
    packer = zlib.compressobj(9, wbits=window)
    return packer.compress(data) + packer.flush()


def decode(codings: tuple[str, ...], body: bytes, step: int = 65536, limit: int = 10 * MIB) -> bytes:
    decoder = BoundedDecoder(codings, limit)
    for at in range(0, len(body), step):
        decoder.feed(body[at : at + step])
    return decoder.finish()


def refusal(codings: tuple[str, ...], body: bytes, limit: int = 10 * MIB) -> DecodingError:
    with pytest.raises(DecodingError) as caught:
        decode(codings, body, limit=limit)
    assert caught.value.hint
    return caught.value


SMALL = PAGE[:3000]
CODINGS = [
    ((), SMALL),
    (("gzip",), gzip.compress(SMALL)),
    (("gzip",), b"".join(gzip.compress(SMALL[at : at + 700]) for at in range(0, 3000, 700))),
    (("gzip",), gzip.compress(SMALL) + bytes(20)),  # padding
    (("gzip",), gzip.compress(SMALL) + b"\x1f"),
    (("gzip",), gzip.compress(SMALL) + b"junk" + gzip.compress(b"more")),
    (("deflate",), packed(SMALL, 15)),
    (("deflate",), packed(SMALL, -15)),
    (("gzip", "deflate"), packed(gzip.compress(SMALL), 15)),
    (("deflate", "gzip"), gzip.compress(packed(SMALL, -15))),
    (("utf-8",), SMALL),  # a slip of the server that browsers pass over
]


@pytest.mark.parametrize("step", [1, 2, 3, 65536])
@pytest.mark.parametrize(("codings", "body"), CODINGS, ids=range(len(CODINGS)))
def test_however_the_network_cuts_it(codings: tuple[str, ...], body: bytes, step: int) -> None:
    assert decode(codings, body, step) == SMALL


@pytest.mark.parametrize("size", [65535, 65536, 65537, 131072, 131073])
@pytest.mark.parametrize("window", [31, 15, -15])
def test_bodies_about_as_long_as_a_step(size: int, window: int) -> None:
    data = bytes(size)
    assert decode(("gzip",) if window == 31 else ("deflate",), packed(data, window)) == data


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "utf-8"])
def test_no_body_is_an_empty_page(coding: str) -> None:
    if coding == "br":
        pytest.importorskip("brotli")
    assert decode((coding,), b"") == b""


@pytest.mark.parametrize("keep", [1, 2, 9, 10, 11, 500, -9, -8, -1])
def test_gzip_that_breaks_off(keep: int) -> None:
    error = refusal(("gzip",), gzip.compress(SMALL)[:keep])
    assert error.kind == "encoding"
    assert "ends too early" in error.message


def test_a_second_member_that_breaks_off() -> None:
    assert refusal(("gzip",), gzip.compress(SMALL) + gzip.compress(SMALL)[:-4]).kind == "encoding"


def test_an_inner_layer_that_breaks_off() -> None:
    assert refusal(("gzip", "gzip"), gzip.compress(gzip.compress(SMALL)[:-4])).kind == "encoding"


NOT_AS_SAID = [
    (("gzip",), b"<p>plain text that was never packed"),
    (("deflate",), b"<p>plain text that was never packed"),
    (("gzip",), gzip.compress(SMALL)[:-8] + bytes(8)),  # a wrong checksum
    (("compress",), b"\x1f\x9d\x90binary"),
    (("no\x1b[31m",), b"\x00"),
    (("gzip",) * 3, b""),
]


@pytest.mark.parametrize(("codings", "body"), NOT_AS_SAID, ids=range(len(NOT_AS_SAID)))
def test_not_what_it_says_it_is(codings: tuple[str, ...], body: bytes) -> None:
    error = refusal(codings, body)
    assert error.kind == "encoding"
    assert error.message.isprintable()


def test_the_limit_is_exact() -> None:
    body = gzip.compress(bytes(1000))
    assert len(decode(("gzip",), body, limit=1000)) == 1000
    assert refusal(("gzip",), body, limit=999).kind == "too-large"
    assert decode((), bytes(10), limit=10) == bytes(10)
    assert refusal((), bytes(11), limit=10).kind == "too-large"


def test_the_message_names_the_limit() -> None:
    assert "decompresses to more than 2 MB" in refusal(("gzip",), gzip.compress(bytes(3 * MIB)), limit=2 * MIB).message


def gibibyte() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    first, other = (packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + other * 1023


@pytest.mark.parametrize("codings", [("gzip",), ("gzip", "gzip"), ("deflate", "gzip")])
def test_a_bomb_stops_at_the_limit(codings: tuple[str, ...]) -> None:
    body = gibibyte()
    if codings == ("gzip", "gzip"):
        body = gzip.compress(body, 9)
    elif codings == ("deflate", "gzip"):
        body = gzip.compress(packed(bytes(200 * MIB), -15))
    tracemalloc.start()
    try:
        assert refusal(codings, body).kind == "too-large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40 * MIB  # the limit of 10, and the room a bytearray leaves when it grows


def test_a_bomb_that_never_gives_a_byte_stops_too() -> None:
    """Empty members inside a packed layer: a gigabyte of work for nothing, if only the page were counted."""
    empty = gzip.compress(b"")
    assert "more than 1,000 parts" in refusal(("gzip", "gzip"), gzip.compress(empty * 1_001)).message


def test_the_members_of_a_body_are_counted() -> None:
    pieces = [gzip.compress(PAGE[at : at + 1]) for at in range(10)] * 100
    assert len(decode(("gzip",), b"".join(pieces))) == MOST_PARTS
    assert "more than 1,000 parts" in refusal(("gzip",), b"".join([*pieces, gzip.compress(b"a")])).message


def test_the_frames_of_a_body_are_counted() -> None:
    """RFC 8878: the magic number, a header of a single segment without content, an empty last raw block."""
    pytest.importorskip("backports.zstd" if sys.version_info < (3, 14) else "compression.zstd")
    frame = b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00"
    assert decode(("zstd",), frame * 900) == b""
    assert "more than 1,000 parts" in refusal(("zstd",), frame * 1_100).message


def test_brotli() -> None:
    brotli = pytest.importorskip("brotli")
    assert decode(("br",), brotli.compress(PAGE), step=7) == PAGE
    assert refusal(("br",), brotli.compress(PAGE)[:-3]).kind == "encoding"
    assert refusal(("br",), b"<p>never packed").kind == "encoding"
    assert refusal(("br",), brotli.compress(bytes(64 * MIB))).kind == "too-large"


def test_zstd() -> None:
    zstd = pytest.importorskip("backports.zstd")
    assert decode(("zstd",), zstd.compress(PAGE) + zstd.compress(b"end"), step=7) == PAGE + b"end"
    assert refusal(("zstd",), zstd.compress(PAGE)[:-3]).kind == "encoding"
    assert refusal(("zstd",), zstd.compress(PAGE) + zstd.compress(PAGE)[:-3]).kind == "encoding"
    assert refusal(("zstd",), b"<p>never packed").kind == "encoding"
    assert refusal(("zstd",), zstd.compress(bytes(64 * MIB))).kind == "too-large"


@pytest.mark.parametrize(("coding", "module"), [("br", "brotli"), ("zstd", "backports.zstd")])
def test_what_is_not_installed_names_the_extra(coding: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    monkeypatch.setitem(__import__("sys").modules, "compression.zstd", None)
    error = refusal((coding,), b"x")
    assert error.kind == "encoding"
    assert error.hint == f"pip install 'csplint-cli[{coding}]'"


HEADERS: list[tuple[list[bytes], tuple[str, ...]]] = [
    ([], ()),
    ([b"gzip"], ("gzip",)),
    ([b" GZIP ,\tbr"], ("gzip", "br")),
    ([b"gzip", b"deflate"], ("gzip", "deflate")),
    ([b"identity", b"", b",,"], ()),
    ([b"x-gzip"], ("gzip",)),
]


@pytest.mark.parametrize(("values", "codings"), HEADERS)
def test_read_codings(values: list[bytes], codings: tuple[str, ...]) -> None:
    assert read_codings(values) == codings


@pytest.mark.parametrize("body", [b"<", b"\xef\xbb\xbf <", b"\xff\xfe<\0", b"\xfe\xff\0<", b"\r\n\t<!--"])
def test_markup(body: bytes) -> None:
    assert starts_like_markup(body)


@pytest.mark.parametrize("body", [b"", b"{<", b"\x1f\x8b", b"text <p>"])
def test_no_markup(body: bytes) -> None:
    assert not starts_like_markup(body)
