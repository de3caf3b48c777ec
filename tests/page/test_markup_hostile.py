"""
Pages made to take the machine down.

The dangerous ones are read in a process of their own that may not use more than
2 GB, so a broken guard fails its test and nothing else.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.errors import TargetError
from csplint.page.html.parser import read_document

ROOT = Path(__file__).parents[2]
READER = """
import resource, sys
try:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
except (ImportError, ValueError):
    pass
from csplint.errors import TargetError
from csplint.page.html.parser import read_document
body = eval(sys.argv[1]).encode("utf-8")[:10_000_000]
try:
    document = read_document(body, "https://shop.example/", charset="utf-8", target="t")
except TargetError as exc:
    print(exc.kind)
else:
    print("read", len(document.requests), len(document.limits))
"""
# Python expressions for pages, and what becomes of them.
FLOODS = [
    ("'<div>' * 100_000 + '<img src=x>'", "read 1 0"),
    ("'<i>' * 449_000", "read 0 0"),
    ("'<i>' * 451_000", "too-complex"),
    ("'<p a>' * 400_000", "read 0 0"),
    ("'<p a b c d>' * 300_000", "too-complex"),
    ("'<p a/b/c/d>' * 300_000", "too-complex"),
    ("'<p a=\"1 1 1 1 1\" b=2>' * 250_000", "read 0 0"),
    ("'\\0' * 900_000 + '<img src=x>'", "read 1 0"),
    ("'\\0' * 10_000_000", "too-complex"),
    ("'<' * 10_000_000", "too-complex"),
    ("'\\x01' * 10_000_000", "read 0 0"),
    ("'&a;' * 3_000_000", "read 0 0"),
    ("'</p>' * 440_000", "read 0 0"),
    # attribute merge
    ("''.join(f'<body a{n}=1>' for n in range(900))", "read 0 0"),
    ("''.join(f'<body a{n}=1>' for n in range(40_000))", "too-complex"),
    ("''.join(f'<HTML\\na{n}=1>' for n in range(40_000))", "too-complex"),
    ("''.join('<body %s>' % ' '.join(f'a{n}x{m}' for m in range(1000)) for n in range(100))", "too-complex"),
    ("'<svg><style>' + ''.join(f'<body a{n}>' for n in range(40_000))", "too-complex"),
    ("'<body ' + ' '.join(f'a{n}' for n in range(300_000)) + '><body ' + 'b ' * 600_000 + '>'", "too-complex"),
    # formatting elements, opened again by every paragraph
    ("''.join(f'<p><b class=x{n}>' for n in range(100_000))", "too-complex"),
    ("''.join(f'<b class=x{n}><p>' for n in range(6_000)) + '</b>' * 1_000", "too-complex"),
    ("'<table>' + ''.join(f'<b a{n}><tr>' for n in range(30_000))", "too-complex"),
    ("'<svg><style>' + ''.join(f'<p><b a{n}>' for n in range(100_000))", "too-complex"),
    ("'<svg><title>' + ''.join(f'<p><i a{n}>' for n in range(100_000))", "too-complex"),
    ("'<svg>' + ''.join(f'<b a{n}><![CDATA[></b>]]><p>' for n in range(50_000))", "too-complex"),
    ("''.join(f'<b a{n}><object></b></object><p>x' for n in range(50_000))", "too-complex"),
    ("''.join(f'<i a{n}>' for n in range(100_000)) + '<b>' * 9 + '</i>' * 100_000", "too-complex"),
    # many tags of this kind that are closed are no danger
    ("'<p><b class=x>a</b> <i>b</i> <font size=2>c</font></p>' * 50_000", "read 0 0"),
    ("''.join(f'<p><b class=x{n}>a</b></p>' for n in range(100_000))", "read 0 0"),
    ("'<table>' + '<tr><td><b>x<td><font size=2>y</tr>' * 60_000", "read 0 0"),
    # attributes
    ("'<a ' + ' '.join(f'a{n}' for n in range(190_000)) + ' onclick=1>'", "read 1 0"),
    ("'<a ' + ' '.join(f'a{n}' for n in range(1_000_000)) + ' onclick=1>'", "too-complex"),
    ("'<script src=x ' + 'a ' * 190_000 + '></script>'", "read 1 0"),
    ("'<script src=x ' + 'a ' * 4_000_000 + '></script>'", "too-complex"),
    ("'<img src=\"' + 'a' * 9_900_000 + '\">'", "read 1 0"),
    ("'<a href=\"javascript:' + '%20' * 3_000_000 + '\">'", "read 1 0"),
    # more requests than anybody reads
    ("'<img src=x>' * 50_000", "read 20000 1"),
    ("'<img src=x>' * 100_000", "read 20000 2"),
    ("'<img srcset=\"' + 'a 1x,' * 1_900_000 + '\">'", "read 20000 1"),
    ("'<img srcset=\"a ' + '(' * 9_000_000 + '\">'", "read 0 0"),
    ("'<a href=x ping=\"' + 'a ' * 4_900_000 + '\">'", "read 20000 1"),
    ("'<script type=x>1</script>' * 50_000", "read 0 1"),
    ("'<svg a=1>' * 100_000", "read 0 1"),
    ("'<base href=\"' + 'a/' * 40_000 + '\">' + '<img src=x>' * 19_000", "read 125 1"),
    ("'<style>' + 'a{b:url(x)}' * 40_000 + '</style>'", "read 20000 1"),
    ("'<style>' + 'a{b:url(x)}' * 80_000 + '</style>'", "read 20000 2"),
    ("'<style>url' + '{' * 900_000 + '</style>'", "read 1 1"),
]


@pytest.mark.parametrize(("page", "expected"), FLOODS, ids=[page[:60] for page, _ in FLOODS])
def test_floods(page: str, expected: str) -> None:
    command = [sys.executable, "-W", "error", "-c", READER, page]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.strip(), done.stderr[-500:]) == (expected, "")


def test_too_large_says_so() -> None:
    with pytest.raises(TargetError, match="10,000,001 bytes") as caught:
        read_document(b"x" * 10_000_001, "https://shop.example/", charset=None, target="page.html")
    assert (caught.value.kind, caught.value.target) == ("too-large", "page.html")


def test_too_complex_says_what_and_what_to_do() -> None:
    with pytest.raises(TargetError, match="more than 1,000 body or html tags") as caught:
        read_document(b"<body>" * 1001, "https://shop.example/", charset=None, target="page.html")
    assert caught.value.kind == "too-complex"
    assert "--policy" in caught.value.hint


@pytest.mark.parametrize("encoding", ["utf-16le", "utf-16be"])
def test_guards_see_through_utf_16(encoding: str) -> None:
    body = ("\ufeff" + "<body>" * 1001).encode(encoding)
    with pytest.raises(TargetError, match="body or html"):
        read_document(body, "https://shop.example/", charset=None, target="t")
    with pytest.raises(TargetError, match="body or html"):
        read_document(body[2:], "https://shop.example/", charset=encoding, target="t")


def test_guards_see_through_iso_2022_jp() -> None:
    # In the two-byte set these bytes are a letter each, not the start of a comment.
    body = b"\x1b$B<!--\x1b(B" + b"".join(b"<p><b a%d>" % n for n in range(20_000))
    with pytest.raises(TargetError, match="formatting"):
        read_document(body, "https://shop.example/", charset="iso-2022-jp", target="t")


@pytest.mark.parametrize(
    "body",
    [b"", b"\0", b"\xff\xfe", b"\xfe\xff\0", b"\xef\xbb\xbf", b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04" * 9, b"\xed\xa0\x80<p>"],
)  # fmt: skip
@pytest.mark.parametrize(
    "charset", [None, "utf-8", "utf-16", "replacement", "iso-2022-kr", "x-user-defined", "", "\ud800"]
)
def test_what_is_no_html_is_an_empty_page(body: bytes, charset: str | None) -> None:
    document = read_document(body, "https://shop.example/", charset=charset, target="t")
    assert (document.requests, document.limits) == ((), ())


def test_binary_noise_is_read() -> None:
    noise = random.Random(1).randbytes(300_000)
    for charset in (None, "utf-8", "utf-16", "shift_jis", "gb18030", "iso-2022-jp", "big5"):
        read_document(noise, "https://shop.example/", charset=charset, target="t")


PIECES = (
    "< > / = \" ' & ; ! -- script style svg math template shadowrootmode=open select table td p b a base meta href src "
    "srcset onclick nonce=x http-equiv=content-security-policy content url( @import { } javascript: \0 \r\n é <!-- --> "
    "<![CDATA[ ]]> </ &#xD800; title head body html frameset noscript plaintext x"
)
WORDS = st.sampled_from(PIECES.split(" "))


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=60), st.sampled_from(["", " "]))
def test_token_soup_never_raises(words: list[str], glue: str) -> None:
    document = read_document(glue.join(words).encode(), "https://shop.example/", charset="utf-8", target="t")
    orders = [found.order for found in document.requests]
    assert orders == sorted(orders)
    assert all(found.place.line >= 1 and found.place.column >= 1 for found in document.requests)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "utf-16", "iso-2022-jp", "gb18030"]))
def test_bytes_never_raise(body: bytes, charset: str | None) -> None:
    read_document(body, "https://shop.example/", charset=charset, target="t")
