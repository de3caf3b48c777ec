"""nginx configurations: what is found in them, what is wrong in them, what is refused, and what is written back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.servers.nginx import SERVER
from csplint.servers.source import STAND_IN, Sent, Source, SourceError, apply_edits

CSP = "add_header Content-Security-Policy"


def read(text: str, **included: str) -> Source:
    return SERVER.read(text.encode(), lambda path: included[path].encode() if path in included else None)


def shown(source: Source) -> list[tuple[str, list[tuple[str, str | None]]]]:
    return [
        (each.scope, [(sent.name, sent.value.text if sent.value else None) for sent in each.sent])
        for each in source.responses
    ]


def rules(text: str, **included: str) -> list[str]:
    return [fault.rule for fault in read(text, **included).faults]


INHERITED = [
    # text                                                                            the inner location's headers
    ("add_header A a; location / { }", ["A"]),
    ("add_header A a; location / { add_header B b; }", ["B"]),
    ("add_header A a; location / { add_header_inherit merge; add_header B b; }", ["B", "A"]),
    ("add_header_inherit merge; add_header A a; location / { add_header B b; }", ["B", "A"]),
    ("add_header_inherit merge; add_header A a; location / { add_header_inherit on; add_header B b; }", ["B"]),
    ("add_header A a; location / { add_header_inherit off; }", []),
    ("add_header A a; location / { ADD_HEADER B b; }", ["A"]),
    ("add_header A a; # add_header B b;\nlocation / { }", ["A"]),
    ("add_header A ''; location / { }", []),
    ("add_header A a; location / { content_by_lua_block { add_header = '}' -- }\n } }", ["A"]),
]


@pytest.mark.parametrize(("text", "names"), INHERITED)
def test_headers_of_a_location(text: str, names: list[str]) -> None:
    (response,) = read(f"server {{ {text} }}").responses
    assert [sent.name for sent in response.sent] == names


VALUES = [
    # as written                              as sent                             computed
    ('"a b"', "a b", ()),
    ("'a \"b\"'", 'a "b"', ()),
    (r'"a \"b\" \\ \d"', r'a "b" \ \d', ()),
    ("bare;", "bare", ()),
    ('"$host"', None, ("$host",)),
    ('"img-src ${host}"', "img-src ${host}", ("${host}",)),
    ("\"script-src 'nonce-$request_id'\"", f"script-src 'nonce-{STAND_IN}'", ("$request_id",)),
    ('"$known;"', "é known;", ()),
    ('"$chosen"', "one", ()),
    ('"$loop x"', "$loop x", ("$loop",)),
]


@pytest.mark.parametrize(("written", "text", "computed"), VALUES)
def test_values(written: str, text: str | None, computed: tuple[str, ...]) -> None:
    before = 'map $host $chosen { default one; } map $host $loop { default $loop; } set $known "é known"; '
    (response,) = read(f"{before}{CSP} {written};" if written[-1] != ";" else f"{before}{CSP} {written}").responses
    (sent,) = response.sent
    assert (sent.value and sent.value.text, sent.computed) == (text, computed)
    if sent.value and not computed:
        assert len(sent.value.starts) == len(sent.value.text) + 1


def test_places_count_bytes() -> None:
    text = f'# ééé\n{CSP} "x \'self\' \\"y\\"";'
    (sent,) = read(text).responses[0].sent
    assert sent.value is not None
    data = text.encode()
    assert data[sent.start : sent.end].decode() == text.partition("\n")[2]
    assert data[sent.value.starts[2] :].startswith(b"'self'")
    assert data[sent.value.starts[-2] :] == b'\\"";'
    assert data[sent.value.starts[-1] :] == b'";'


def test_maps_give_one_response_for_each_text() -> None:
    text = 'map $sent_http_content_type $csp { default ""; "~text/html" "default-src \'self\'"; }' + f"{CSP} $csp;"
    source = read(text)
    assert shown(source) == [
        ("where $sent_http_content_type matches no other entry of its map", []),
        ("where $sent_http_content_type is ~text/html", [("Content-Security-Policy", "default-src 'self'")]),
    ]
    assert [each.page for each in source.responses] == [False, True]


def test_a_map_with_many_texts_is_computed() -> None:
    entries = " ".join(f"k{n} v{n};" for n in range(100))
    (response,) = read(f'map $host $many {{ {entries} }} {CSP} "x $many";').responses
    assert response.sent[0].computed == ("$many",)


PAGES = [
    ("/", True), ("/shop", True), ("~ \\.php$", True), ("~* \\.(html|css)$", True), ("~* \\.(js|css|png)$", False),
    ("= /favicon.ico", False), ("/api/", False), ("^~ /api", False), ("/apiary", True), ("@app", True),
]  # fmt: skip


@pytest.mark.parametrize(("path", "page"), PAGES)
def test_where_pages_are(path: str, page: bool) -> None:
    (response,) = [each for each in read(f"server {{ location {path} {{ }} }}").responses if "location" in each.scope]
    assert response.page is page


@pytest.mark.parametrize(
    "text", ["return 301 https://x;", "deny all;", "return 204;", "default_type application/json;"]
)
def test_what_is_no_page(text: str) -> None:
    assert not read(f"server {{ location / {{ {text} }} }}").responses[0].page


FAULTS = [
    ("add_header Content-Security-Policy x;", ["header-without-always"]),
    ("add_header Content-Security-Policy x always;", []),
    ('add_header Content-Security-Policy "";', []),
    ("add_header X-Frame-Options DENY;", []),
    (f"server {{ {CSP} x always; location / {{ add_header A a; }} }}", ["header-lost-by-nesting"]),
    (f"server {{ {CSP} x always; location / {{ add_header content-security-policy ''; add_header A a; }} }}", []),
    (f"server {{ {CSP} x always; location / {{ add_header_inherit merge; add_header A a; }} }}", []),
    (f"server {{ {CSP} x always; location ~ \\.css$ {{ add_header A a; }} }}", []),
    (f"server {{ {CSP} x always; {CSP} y always; }}", ["two-senders"]),
    (f"server {{ {CSP} x always; location / {{ proxy_pass http://a; }} }}", ["two-senders"]),
    (f"server {{ {CSP} x always; location / {{ fastcgi_pass a; fastcgi_hide_header Content-Security-Policy; }} }}", []),
    (f"server {{ {CSP} x always; proxy_hide_header content-security-policy; location / {{ proxy_pass http://a; }} }}", []),
    (f"{CSP} \"script-src 'nonce-abc123'\" always;", ["literal-nonce"]),
    (f"{CSP} \"script-src 'nonce-$request_id'\" always;", ["weak-nonce"]),
    (f"{CSP} \"script-src 'nonce-${{msec}}'\" always;", ["weak-nonce"]),
    (f"{CSP} \"script-src 'nonce-$arg_n'\" always;", ["weak-nonce"]),
    (f"{CSP} \"script-src 'nonce-$made_by_a_module'\" always;", []),
    (f"map $host $n {{ default $request_id; }} {CSP} \"script-src 'nonce-$n'\" always;", ["weak-nonce"]),
    (f"{CSP} '{'a' * 5000}' always;", ["line-too-long"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_faults(text: str, expected: list[str]) -> None:
    assert rules(text) == expected


def test_a_literal_nonce_is_marked_where_it_is() -> None:
    text = f"{CSP} \"script-src 'nonce-abc123'\" always;"
    (fault,) = read(text).faults
    assert text[fault.start : fault.end] == "abc123"


def test_includes() -> None:
    source = read("server { include a.conf; include missing.conf; include mime.types; }", **{"a.conf": f"{CSP} x;"})
    (sent,) = source.responses[0].sent
    assert (sent.file, sent.start, sent.end) == ("a.conf", 9, 9)
    assert source.limits == ("The included file missing.conf was not read, so headers that it adds are missing here.",)
    assert SERVER.write(b"server { include a.conf; }", sent, "y") is None


REFUSED = [
    # text                                                what is said                            line, column
    ("server {", "has no closing brace", 1, 1),
    ("\n }", "closes no block", 2, 2),
    ("a b", "no semicolon", 1, 1),
    (f'x;\n  {CSP} "abc;', "has no end", 2, 38),
    (f"{CSP} default-src 'self';", "put the value in quotes", 1, 48),
    (f'{CSP} "a"b;', "needs a space", 1, 39),
    ("server { {{ csp }} }", "This is a template", 1, 10),
    ("{% if x %}\n", "This is a template", 1, 1),
    (f"{CSP} <%= csp %>;", "This is a template", 1, 36),
    (";", "does not expect ';'", 1, 1),
    ("a {" * 100, "nested more than", 1, 183),
    ("content_by_lua_block { x = '}'", "Lua block", 1, 23),
    ("\ufeffa b;", "byte order mark", 1, 1),
]


@pytest.mark.parametrize(("text", "message", "line", "column"), REFUSED)
def test_what_nginx_cannot_read(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_bad_files() -> None:
    with pytest.raises(SourceError, match="bytes; csplint reads"):
        SERVER.read(b"#" * 10_000_000, lambda _: None)
    with pytest.raises(SourceError, match="not UTF-8") as caught:
        SERVER.read(b"a;\nb \xff;", lambda _: None)
    assert (caught.value.line, caught.value.column) == (2, 3)
    with pytest.raises(SourceError, match=r"a\.conf includes itself"):
        read("include a.conf;", **{"a.conf": "include b.conf;", "b.conf": "\ninclude a.conf;"})
    many = SERVER.read(b"include 1;", lambda path: f"include {path}1; include {path}2;".encode())
    assert any("was not read" in limit for limit in many.limits)
    doubling = "set $a xx; " + 'set $a "$a$a"; ' * 60 + f'{CSP} "y $a";'
    assert read(doubling).responses[0].sent[0].computed


RECOGNISED = [
    ("nginx.conf", b"http {\n}", True),
    ("shop.conf", b"server\n{\n listen 80;", True),
    ("headers.conf", b"# x\nadd_header A b;", True),
    ("default", b"server {\n", True),
    ("site.conf", b"<VirtualHost *:80>\n</VirtualHost>\nserver {", False),
    ("page.html", b"server {", False),
    ("x.conf", b"key = value", False),
]


@pytest.mark.parametrize(("name", "start", "expected"), RECOGNISED)
def test_recognised(name: str, start: bytes, expected: bool) -> None:
    assert SERVER.recognises(name, start) is expected


def first(text: str) -> tuple[bytes, Sent]:
    return text.encode(), read(text).responses[0].sent[0]


UNWRITABLE = [
    (f'{CSP} "a $host b";', "a other b"),
    (f'{CSP} "a";', "costs $5"),
    (f'{CSP} "a";', "a\nb"),
    (f'{CSP} "a";', "b" * 4094),
    (f"set $v xy; {CSP} \"a $v b\";", "a zz"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "new"), UNWRITABLE)
def test_what_cannot_be_written(text: str, new: str) -> None:
    assert SERVER.write(*first(text), new) is None


def test_a_variable_is_changed_where_it_is_set() -> None:
    data, sent = first(f'set $v "img-src x"; {CSP} "default-src y; $v; a";')
    edits = SERVER.write(data, sent, "default-src y; img-src zx; a")
    assert edits
    assert apply_edits(data, edits) == f'set $v "img-src zx"; {CSP} "default-src y; $v; a";'.encode()


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="$"), max_size=30)


@settings(deadline=None)
@given(before=words, old=words, new=words, quote=st.sampled_from("\"'"))
def test_round_trip(before: str, old: str, new: str, quote: str) -> None:
    raw = old.replace("\\", "\\\\").replace(quote, "\\" + quote)
    head, tail = f"# {before}\nserver {{ add_header X-A '1'; {CSP} {quote}x{raw}{quote}", " always; } # end"
    data = (head + tail).encode()
    sent = SERVER.read(data, lambda _: None).responses[0].sent[1]
    assert sent.value is not None
    assert sent.value.text == "x" + old
    edits = SERVER.write(data, sent, "x" + new)
    assert edits is not None
    changed = apply_edits(data, edits)
    assert changed.startswith(head.partition(f"{quote}x")[0].encode())
    assert changed.endswith(tail.encode())
    (_, again) = SERVER.read(changed, lambda _: None).responses[0].sent
    assert again.value is not None
    assert again.value.text == "x" + new


@settings(deadline=None)
@given(st.text(st.sampled_from("ab {};\"'\\$#\n{%") | st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(SourceError):
        assert read(text + f" {CSP} x;").server == "nginx"
