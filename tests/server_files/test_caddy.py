"""Caddyfiles: what is found in them, what is wrong in them, what is refused, and what is written back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.servers.caddy import SERVER
from csplint.servers.source import STAND_IN, Source, SourceError, apply_edits

CSP = "header Content-Security-Policy"


def read(text: str, **included: str) -> Source:
    return SERVER.read(text.encode(), lambda path: included[path].encode() if path in included else None)


def shown(source: Source) -> list[tuple[str, list[tuple[str, str | None]]]]:
    return [
        (each.scope, [(sent.name, sent.value.text if sent.value else None) for sent in each.sent])
        for each in source.responses
    ]


SENT = [
    # text                                            names and values, by name
    ('header A "x y"', [("A", "x y")]),
    ("header A `x \"y\" \\z`", [("A", 'x "y" \\z')]),
    ('header A "x \\"y\\" \\z"', [("A", 'x "y" \\z')]),
    ('header A "x\n\ty\n"', [("A", "x \ty")]),
    ("header A <<END\n\tx\n\ty\n\tEND", [("A", "x y")]),
    ("header * A x", [("A", "x")]),
    ("header B y\nheader A x", [("A", "x"), ("B", "y")]),
    ("header A x\nheader a y", [("a", "y")]),
    ("header A x\nheader +A y", [("A", "x"), ("A", "y")]),
    ("header >A x\nheader A y", [("A", "x")]),
    ("header >A x\nheader >A y", [("A", "x")]),
    ("header ?A x\nheader A y", [("A", "y")]),
    ("header ?A x", [("A", "x")]),
    ("header A x\nheader -A", []),
    ("header Axx x\nheader -A*", []),
    ("header {\n A: x\n B y\n}", [("A", "x"), ("B", "y")]),
    ("header A {$CSP}", [("A", None)]),
    ('header A "x {http.request.host}"', [("A", "x {http.request.host}")]),
    ("header A \"'nonce-{http.request.uuid}'\"", [("A", f"'nonce-{STAND_IN}'")]),
    ("header A 'a", [("A", "'a")]),
    ("header A x # y", [("A", "x")]),
    ("header A x#y", [("A", "x#y")]),
    ("header A \\\n x", [("A", "x")]),
    ("header A 'b a b'", None),
    ('header A "b a b"\nheader A b c', [("A", "c a c")]),
    ('header A "b a b"\nheader A (b+)+$ c', [("A", None)]),
    ('header A ""', []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENT)
def test_headers(text: str, expected: list[tuple[str, str | None]] | None) -> None:
    if expected is None:
        with pytest.raises(SourceError, match="put the value in quotes"):
            read(text)
    else:
        assert shown(read(text)) == [("", expected)]


def test_sites_handles_and_matchers() -> None:
    text = """{
	email a@b.example
}
(part) {
	header P "{args[0]}"
}
one.example,
two.example {
	import part "an argument"
	header /x* A x
	header A all
	handle /api/* {
		header B api
	}
	handle {
		header B rest
	}
}
three.example {
	header A three
}
"""
    source = read(text)
    assert shown(source) == [
        ("handle /api/* in site one.example, two.example", [("A", "all"), ("B", "api"), ("P", "an argument")]),
        ("handle in site one.example, two.example", [("A", "all"), ("B", "rest"), ("P", "an argument")]),
        ("header /x* in site one.example, two.example", [("A", "all"), ("P", "an argument")]),
        ("site three.example", [("A", "three")]),
    ]
    assert [each.page for each in source.responses] == [False, True, True, True]
    data = text.encode()
    sent = source.responses[0].sent[2]
    edits = SERVER.write(data, sent, "another argument")
    assert edits
    assert apply_edits(data, edits) == data.replace(b"an argument", b"another argument")


FAULTS = [
    (f"{CSP} x", []),
    (f"{CSP} x\nheader +Content-Security-Policy y", ["two-senders"]),
    (f"{CSP} x\nreverse_proxy a:80", ["two-senders"]),
    ("header >Content-Security-Policy x\nreverse_proxy a:80", []),
    ("header /x* Content-Security-Policy x\nheader Content-Security-Policy y", ["matcher-loses"]),
    ("@m path /a /b\nheader @m Content-Security-Policy x\nheader Content-Security-Policy y", ["matcher-loses"]),
    ("route {\n\theader Content-Security-Policy y\n\theader /x* Content-Security-Policy x\n}", []),
    (f"{CSP} \"'nonce-abcd'\"", ["literal-nonce"]),
    (f"{CSP} \"'nonce-{{http.request.uuid}}'\"", ["weak-nonce"]),
    (f"{CSP} \"'nonce-{{http.request.cookie.session}}'\"", ["weak-nonce"]),
    (f"{CSP} \"'nonce-{{http.vars.nonce}}'\"", []),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_faults(text: str, expected: list[str]) -> None:
    assert [fault.rule for fault in read(text).faults] == expected


REFUSED = [
    # text                           what is said              line, column
    ("a.example {", "no closing brace", 1, 1),
    ("\n\t}", "closes no block", 2, 2),
    ('header A "x', "has no end", 1, 10),
    ("header A `x", "has no end", 1, 10),
    ("header A x y z", "too many arguments", 1, 14),
    ("{{ csp }}", "This is a template", 1, 1),
    ("a {\n" * 60, "nested more than", 41, 3),
    ("(s) {\n\timport s\n}\nimport s", "imports itself", 2, 2),
]


@pytest.mark.parametrize(("text", "message", "line", "column"), REFUSED)
def test_what_caddy_cannot_read(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_bad_files() -> None:
    with pytest.raises(SourceError, match="bytes; csplint reads"):
        SERVER.read(b"#" * 10_000_000, lambda _: None)
    with pytest.raises(SourceError, match="not UTF-8"):
        SERVER.read(b"header A \xff", lambda _: None)
    source = read("header B b\nimport a\nimport missing", a="header A x")
    assert [(sent.name, sent.file, sent.start) for sent in source.responses[0].sent] == [("A", "a", 11), ("B", "", 0)]
    assert source.limits == ("The imported missing was not read, so headers that it adds are missing here.",)
    many = SERVER.read(b"header A a\nimport 1", lambda path: f"import {path}1\nimport {path}2".encode())
    assert any("More than" in limit for limit in many.limits)


RECOGNISED = [("caddyfile", b"", True), ("caddyfile.prod", b"", True), ("a.caddy", b"x {\n\theader A b", True), ("a.caddy", b"", False), ("a.conf", b"header A b", False)]  # fmt: skip


@pytest.mark.parametrize(("name", "start", "expected"), RECOGNISED)
def test_recognised(name: str, start: bytes, expected: bool) -> None:
    assert SERVER.recognises(name, start) is expected


UNWRITABLE = [
    (f'{CSP} "a {{http.request.host}} b"', "a other b"),
    (f"{CSP} a", "a\nb"),
    (f"{CSP} a", "a {b}"),
    (f"{CSP} `a`", "a`"),
]


@pytest.mark.parametrize(("text", "new"), UNWRITABLE)
def test_what_cannot_be_written(text: str, new: str) -> None:
    (sent,) = read(text).responses[0].sent
    assert SERVER.write(text.encode(), sent, new) is None


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"], exclude_characters="{}\\`"), max_size=30
)


@settings(deadline=None)
@given(before=words, old=words, new=words, quote=st.sampled_from('"`'))
def test_round_trip(before: str, old: str, new: str, quote: str) -> None:
    raw = old.replace('"', '\\"') if quote == '"' else old
    head, tail = f"# {before}\n{CSP} {quote}x ", f"{raw} z{quote} # {before}\n"
    data = (head + tail).encode()
    (sent,) = SERVER.read(data, lambda _: None).responses[0].sent
    assert sent.value is not None
    assert sent.value.text == f"x {old} z"
    edits = SERVER.write(data, sent, f"x {new} z")
    assert edits is not None
    changed = apply_edits(data, edits)
    assert changed.startswith(head.encode())
    assert changed.endswith(f" z{quote} # {before}\n".encode())
    (again,) = SERVER.read(changed, lambda _: None).responses[0].sent
    assert again.value is not None
    assert again.value.text == f"x {new} z"


@settings(deadline=None)
@given(st.text(st.sampled_from('ab {}"`\\$#\n<') | st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(SourceError):
        assert read(f"{CSP} {text}").server == "caddy"
