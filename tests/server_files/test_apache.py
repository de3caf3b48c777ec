"""Apache configurations: what is found in them, what is wrong in them, what is refused, and what is written back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.servers.apache import SERVER
from csplint.servers.source import STAND_IN, Source, SourceError, apply_edits

CSP = "Header always set Content-Security-Policy"


def read(text: str, **included: str) -> Source:
    return SERVER.read(text.encode(), lambda path: included[path].encode() if path in included else None)


def shown(source: Source) -> list[tuple[str, list[tuple[str, str | None, bool | None]]]]:
    return [
        (each.scope, [(sent.name, sent.value.text if sent.value else None, sent.always) for sent in each.sent])
        for each in source.responses
    ]


SENT = [
    # text                                                            name, value and whether always, in order
    ("Header set A x", [("A", "x", False)]),
    ("header ALWAYS SET A x", [("A", "x", True)]),
    ("Header onsuccess set A x", [("A", "x", False)]),
    ("Header set A x\nHeader always set B y", [("B", "y", True), ("A", "x", False)]),
    ("Header set A x\nHeader set a y", [("a", "y", False)]),
    ("Header add A x\nHeader add A y\nHeader set A z", [("A", "z", False)]),
    ("Header set A x\nHeader append A y", [("A", "x", False), ("A", "y", False)]),
    ("Header set A 'x, y'\nHeader merge A y", [("A", "x, y", False)]),
    ("Header set A x\nHeader always unset A", [("A", "x", False)]),
    ("Header set A x\nHeader unset A", []),
    ("Header set A x\nHeader setifempty A y", [("A", "x", False)]),
    ("Header set A 'x y'\nHeader edit A ^x z", [("A", "z y", False)]),
    ("Header set A 'x y'\nHeader edit A ^y z", [("A", "x y", False)]),
    ("Header set A x\nHeader set B y\nHeader edit A x z", [("B", "y", False), ("A", "z", False)]),
    ("Header set A x\nHeader edit A (x+x+)+y z", [("A", None, False)]),
    ("<IfModule mod_headers.c>\nHeader set A x\n</IfModule>", [("A", "x", False)]),
    ("<IfModule !mod_headers.c>\nHeader set A x\n</IfModule>", []),
    ("<IfDefine X>\nHeader set A x\n</IfDefine>", []),
    ("Define X\n<IfDefine X>\nHeader set A x\n</IfDefine>", [("A", "x", False)]),
    ("# Header set A x \\\nHeader set B y", []),
    ("Header set A \\\n  'x \\\n  y'", [("A", "x   y", False)]),
    ("RequestHeader set A x", []),
    ("Header note A x\nHeader echo ^A", []),
    ('Header set A "a 100%% \\"b\\" %{X}e"', [("A", 'a 100% "b" %{X}e', False)]),
    ("Header set A \"'nonce-%{X}e'\"", [("A", f"'nonce-{STAND_IN}'", False)]),
    ("Define V 'a b'\nHeader set A \"x ${V} ${W}\"", [("A", "x a b ${W}", False)]),
    ("Header set A %{X}e", [("A", None, False)]),
    ("Header set A x env=!Y early", None),
]


@pytest.mark.parametrize(("text", "expected"), SENT)
def test_headers(text: str, expected: list[tuple[str, str | None, bool | None]] | None) -> None:
    if expected is None:
        with pytest.raises(SourceError):
            read(text)
    else:
        assert shown(read(text)) == [("", expected)]


def test_sections_and_virtual_hosts() -> None:
    text = """Header set A main
<VirtualHost *:80>
ServerName one.example
Header set A one
<Location /x>
Header set B x
<If "true">
Header set C c
</If>
</Location>
<FilesMatch "\\.(css|js)$">
Header set B css
</FilesMatch>
</VirtualHost>
<VirtualHost *:81>
</VirtualHost>
"""
    assert shown(read(text)) == [
        ("VirtualHost one.example", [("A", "one", False)]),
        ("Location /x in VirtualHost one.example", [("A", "one", False), ("B", "x", False)]),
        ('If "true" in Location /x in VirtualHost one.example', [("A", "one", False), ("B", "x", False), ("C", "c", False)]),
        ("FilesMatch \\.(css|js)$ in VirtualHost one.example", [("A", "one", False), ("B", "css", False)]),
        ("VirtualHost *:81", [("A", "main", False)]),
    ]  # fmt: skip
    assert [each.page for each in read(text).responses] == [True, True, True, False, True]


FAULTS = [
    ("Header set Content-Security-Policy x", ["header-without-always"]),
    (f"{CSP} x", []),
    (f"{CSP} x\nHeader set Content-Security-Policy y", ["two-senders", "header-without-always"]),
    (f"{CSP} x\nHeader always add Content-Security-Policy y", ["two-senders"]),
    (f"{CSP} x\nHeader always append Content-Security-Policy y", ["comma-by-append"]),
    (f"{CSP} x\nHeader always merge content-security-policy y", ["comma-by-append"]),
    (f"{CSP} x\nHeader always set Content-Security-Policy y", []),
    (f"{CSP} a%20b", ["percent-in-value"]),
    (f"{CSP} a%%20b", []),
    (f"{CSP} \"'nonce-abcd'\"", ["literal-nonce"]),
    (f"{CSP} \"'nonce-%{{UNIQUE_ID}}e'\"", ["weak-nonce"]),
    (f"{CSP} \"'nonce-%{{SSL_SESSION_ID}}s'\"", ["weak-nonce"]),
    (f"{CSP} \"'nonce-%{{CSP_NONCE}}e'\"", []),
    ("Header set X-Frame-Options DENY", []),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_faults(text: str, expected: list[str]) -> None:
    found = [fault.rule for fault in read(text).faults]
    assert sorted(found) == sorted(expected)


def test_the_edit_for_always_makes_no_second_header() -> None:
    text = "Header set Content-Security-Policy x\n"
    (fault,) = read(text).faults
    changed = apply_edits(text.encode(), fault.edits)
    assert changed == b"Header always set Content-Security-Policy x\n"
    both = read("Header set Content-Security-Policy x\nHeader edit Content-Security-Policy x y\n").faults
    assert [fault.edits for fault in both] == [()]


REFUSED = [
    # text                                 what is said                line, column
    ("<IfModule x>", "has no end", 1, 1),
    ("\n</Files>", "closes no section", 2, 1),
    ("Header put A b", "Header needs one of", 1, 1),
    ("Header set A", "has 1 arguments", 1, 12),
    ("\n  Header set A a 'b'", "expects env=", 2, 18),
    ("{% if x %}", "This is a template", 1, 1),
    ("{{ x }}", "This is a template", 1, 1),
    ("<%= x %>", "This is a template", 1, 1),
    ("<If x>\n" * 100, "nested more than", 62, 1),
]


@pytest.mark.parametrize(("text", "message", "line", "column"), REFUSED)
def test_what_apache_cannot_read(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_bad_files() -> None:
    with pytest.raises(SourceError, match="bytes; csplint reads"):
        SERVER.read(b"#" * 10_000_000, lambda _: None)
    with pytest.raises(SourceError, match="not UTF-8"):
        SERVER.read(b"Header set A \xff", lambda _: None)
    with pytest.raises(SourceError, match="a includes itself"):
        read("Include a", a="Include b", b="Include a")
    doubled = read("Header set A a\n" + "Header edit* A a aa\n" * 60)
    assert doubled.responses[0].sent[0].value is None
    assert any("Only the first" in limit for limit in read("Header add A x\n" * 2000).limits)
    source = read("Include a\nInclude missing", a="Header set A x")
    assert (source.responses[0].sent[0].file, source.responses[0].sent[0].start) == ("a", 0)
    assert source.limits == ("The included file missing was not read, so headers that it adds are missing here.",)


RECOGNISED = [
    (".htaccess", b"", True),
    ("site.conf", b"<VirtualHost *:80>", True),
    ("headers.conf", b"  Header always set A b", True),
    ("nginx.conf", b"server {\n add_header A b;", False),
    ("x.html", b"Header set A b", False),
]


@pytest.mark.parametrize(("name", "start", "expected"), RECOGNISED)
def test_recognised(name: str, start: bytes, expected: bool) -> None:
    assert SERVER.recognises(name, start) is expected


UNWRITABLE = [
    (f'{CSP} "a %{{X}}e b"', "a other b"),
    (f"{CSP} a", "a\nb"),
    (f"{CSP} a", "${X}"),
    (f"{CSP} a", f"{STAND_IN}"),
]


@pytest.mark.parametrize(("text", "new"), UNWRITABLE)
def test_what_cannot_be_written(text: str, new: str) -> None:
    (sent,) = read(text).responses[0].sent
    assert SERVER.write(text.encode(), sent, new) is None


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"], exclude_characters="$"), max_size=30)


@settings(deadline=None)
@given(before=words, old=words, new=words, quote=st.sampled_from("\"'"))
def test_round_trip(before: str, old: str, new: str, quote: str) -> None:
    raw = old.replace("\\", "\\\\\\\\").replace("%", "%%").replace(quote, "\\" + quote)
    head, tail = f"# {before}.\n  {CSP} {quote}x ", f"{raw} z{quote}  \n# {before}"
    data = (head + tail).encode()
    (sent,) = SERVER.read(data, lambda _: None).responses[0].sent
    assert sent.value is not None
    assert sent.value.text == f"x {old} z"
    edits = SERVER.write(data, sent, f"x {new} z")
    assert edits is not None
    changed = apply_edits(data, edits)
    assert changed.startswith(head.encode())
    assert changed.endswith(tail.removeprefix(raw).encode())
    (again,) = SERVER.read(changed, lambda _: None).responses[0].sent
    assert again.value is not None
    assert again.value.text == f"x {new} z"


@settings(deadline=None)
@given(st.text(st.sampled_from("ab <>\"'\\$#\n{%") | st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(SourceError):
        assert read(f"{CSP} {text}").server == "apache"
