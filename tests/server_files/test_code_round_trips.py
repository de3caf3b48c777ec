"""Policies in programs, in every language: what is written back changes nothing else; bad files are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.servers import csharp, java, javascript, php, python_code, ruby
from csplint.servers.code.maps import parsed
from csplint.servers.source import STAND_IN, Sent, Server, Source, SourceError, apply_edits

SERVERS = [each.SERVER for each in (python_code, javascript, php, ruby, java, csharp)]
BY_NAME = {server.name: server for server in SERVERS}

BEFORE, AFTER = "é before, 'quoted' and \"quoted\"", "after ✓"
"""Comments around what is changed."""

TEXTS = {
    "python": f'# {BEFORE}\nresponse.headers["Content-Security-Policy"] = (%s)  # {AFTER}\n',
    "javascript": f"// {BEFORE}\nres.setHeader('Content-Security-Policy', %s); // {AFTER}\n",
    "php": f"<?php // {BEFORE}\nheader('Content-Security-Policy: ' . %s); // {AFTER}\n",
    "ruby": f"# {BEFORE}\nresponse.headers['Content-Security-Policy'] = %s # {AFTER}\n",
    "java": f'// {BEFORE}\nclass A {{ void a() {{ r.setHeader("Content-Security-Policy", %s); }} }} // {AFTER}\n',
    "csharp": f'// {BEFORE}\nr.Headers["Content-Security-Policy"] = %s; // {AFTER}\n',
}

MAPS = {
    "python": (f'# {BEFORE}\r\nSECURE_CSP = {{\r\n%s}}  # {AFTER}\r\n', '    "%s": [%s],\r\n', '"%s"', ", "),
    "javascript": (
        f"// {BEFORE}\napp.use(helmet.contentSecurityPolicy({{ useDefaults: false, directives: {{\n%s}} }})); // {AFTER}\n",
        '  "%s": [%s],\n',
        '"%s"',
        ",\n    ",
    ),
    "ruby": (f"# {BEFORE}\nRails.c.content_security_policy do |p|\n%send # {AFTER}\n", "  p.%s %s\n", '"%s"', ", "),
}  # fmt: skip

NAMES = ["default-src", "script-src", "img-src", "connect-src", "frame-src", "style-src"]
SOURCES = [
    "'self'",
    "'none'",
    "https://a.example",
    "https://b.example/x",
    "data:",
    "*.c.example:8443",
    "'unsafe-inline'",
]

policies = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(SOURCES), min_size=1, max_size=4, unique=True), min_size=1
).map(lambda policy: {"default-src": ["'self'"], **policy})


def text(policy: dict[str, list[str]]) -> str:
    return "; ".join(" ".join([name, *sources]) for name, sources in policy.items())


def read(server: Server, data: bytes) -> Source:
    return server.read(data, lambda _path: None)


def only(source: Source) -> Sent:
    (response,) = source.responses
    (sent,) = response.sent
    return sent


def value(sent: Sent) -> str:
    assert sent.value is not None
    assert len(sent.value.starts) == len(sent.value.text) + 1
    return sent.value.text


def meaning(policy: str) -> dict[str, set[str]]:
    return {name: set(values) for name, values in parsed(policy)}


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=40, deadline=None)
@given(old=policies, new=policies, split=st.integers(1, 30))
def test_a_string_is_changed_in_its_literals(
    name: str, old: dict[str, list[str]], new: dict[str, list[str]], split: int
) -> None:
    server, policy = BY_NAME[name], text(old)
    plus = " . " if name == "php" else " + "
    code = plus.join(f'"{part}"' for part in (policy[:split], policy[split:]) if part)
    data = (TEXTS[name] % code).encode()
    sent = only(read(server, data))
    assert value(sent) == policy
    edits = server.write(data, sent, text(new))
    assert edits is not None
    changed = apply_edits(data, edits)
    assert value(only(read(server, changed))) == text(new)
    head, tail = (TEXTS[name]).encode().split(b"%s")
    assert changed.startswith(head)
    assert changed.endswith(tail)
    assert server.write(data, sent, policy) == ()


@pytest.mark.parametrize("name", MAPS)
@settings(max_examples=60, deadline=None)
@given(old=policies, new=policies)
def test_a_map_is_changed_entry_by_entry(name: str, old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    server, (frame, entry, item, between) = BY_NAME[name], MAPS[name]
    spelled = {each: each.replace("-", "_") if name == "ruby" else each for each in NAMES}
    entries = [entry % (spelled[each], between.join(item % one for one in sources)) for each, sources in old.items()]
    data = (frame % "".join(entries)).encode()
    sent = only(read(server, data))
    assert meaning(value(sent)) == meaning(text(old))
    edits = server.write(data, sent, text(new))
    assert edits is not None
    changed = apply_edits(data, edits)
    assert meaning(value(only(read(server, changed)))) == meaning(text(new))
    head, tail = frame.encode().split(b"%s")
    assert changed.startswith(head)
    assert changed.endswith(tail)
    for each, made in zip(old.items(), entries, strict=True):
        assert new.get(each[0]) != each[1] or made.encode() in changed


@pytest.mark.parametrize("name", TEXTS)
def test_each_character_has_its_place(name: str) -> None:
    data = (TEXTS[name] % "\"img-src *; script-src 'self'\"").encode()
    sent = only(read(BY_NAME[name], data))
    assert sent.value is not None
    assert data[sent.value.starts[0] : sent.value.starts[-1]].decode() == sent.value.text
    assert data[sent.start : sent.end].decode() in data.decode()


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
class TestBadFiles:
    def test_ten_megabytes(self, server: Server) -> None:
        with pytest.raises(SourceError, match="10,000,000 bytes; csplint reads files like it up to 600,000"):
            read(server, b"x" * 10_000_000)

    def test_not_utf8(self, server: Server) -> None:
        with pytest.raises(SourceError, match="not UTF-8") as caught:
            read(server, b"// csp\n\xc3\xa9 \xff")
        assert (caught.value.line, caught.value.column) == (2, 3)

    @pytest.mark.parametrize("opened", ["(", "[", "{", "x = [", "f(", "a.b("])
    def test_deep_nesting(self, server: Server, opened: str) -> None:
        with pytest.raises(SourceError, match=r"not valid|takes too long"):  # by the speed of the machine
            read(server, b"<?php // csp\n" * (server.name == "php") + b"\ncsp " + opened.encode() * 50_000)

    def test_another_file(self, server: Server) -> None:
        assert read(server, b"nothing of interest {{{") == Source(server=server.name)

    def test_a_template(self, server: Server) -> None:
        if server.name != "php":
            with pytest.raises(SourceError, match="not valid"):
                read(server, b"{% if csp %}\nx = <%= y %>\n{% endif %}")

    def test_it_is_recognised(self, server: Server) -> None:
        for ending in server.names:
            assert server.recognises("a" + ending, b'"Content-Security-Policy"')
            assert not server.recognises("a" + ending, b"print(1)")
        assert not server.recognises("a.txt", b"Content-Security-Policy")


@pytest.mark.parametrize(
    ("name", "code", "line", "column"),
    [
        ("python", "# csp\nx = = 1\n", 2, 5),
        ("javascript", "// csp\nlet x = = 1;\n", 2, 7),
        ("php", "<?php // csp\n$x = = 1;\n", 2, 6),
        ("ruby", "# csp\nx = = 1\n", 2, 5),
        ("java", "// csp\nclass A { int x = = 1; }\n", 2, 19),
        ("csharp", "// csp\nint x = = 1;\n", 2, 9),
    ],
)
def test_a_syntax_error_has_its_place(name: str, code: str, line: int, column: int) -> None:
    with pytest.raises(SourceError, match="not valid") as caught:
        read(BY_NAME[name], code.encode())
    assert (caught.value.line, caught.value.column) == (line, column)


COMPUTED = [
    ("python", 'n = token()\nr.headers["Content-Security-Policy"] = f"script-src \'nonce-{n}\'; img-src {h}; x"'),
    ("javascript", "res.setHeader('Content-Security-Policy', `script-src 'nonce-${n}'; img-src ${h}; x`)"),
    ("php", "<?php header(\"Content-Security-Policy: script-src 'nonce-$n'; img-src $h; x\");"),
    ("ruby", "h['Content-Security-Policy'] = \"script-src 'nonce-#{n}'; img-src #{h}; x\""),
    ("java", 'class A { void a() { r.setHeader("Content-Security-Policy", "script-src \'nonce-" + n + "\'; img-src " + h + "; x"); } }'),
    ("csharp", "r.Headers.Append(\"Content-Security-Policy\", $\"script-src 'nonce-{n}'; img-src {h}; x\");"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code"), COMPUTED)
def test_what_is_computed_is_said_and_stays(name: str, code: str) -> None:
    server, data = BY_NAME[name], code.encode()
    source = read(server, data)
    sent = only(source)
    old = value(sent)
    assert f"'nonce-{STAND_IN}'" in old
    assert len(sent.computed) == 2
    assert len(source.limits) == 1
    assert "computed when the program runs" in source.limits[0]
    assert server.write(data, sent, old.replace("script-src", "font-src *; script-src")) is not None
    edits = server.write(
        data, sent, old.replace("script-src ", "script-src 'self' ").replace("; x", " https://i.example; x")
    )
    assert edits is not None
    changed = apply_edits(data, edits).decode()
    assert "script-src 'self' 'nonce-" in changed
    assert " https://i.example; x" in changed
    assert STAND_IN not in changed
    assert server.write(data, sent, "script-src 'self'") is None
    assert server.write(data, sent, f"script-src 'nonce-{STAND_IN}'; style-src 'nonce-{STAND_IN}'") is None


def test_a_value_of_nothing_but_an_expression_is_unknown() -> None:
    source = read(BY_NAME["javascript"], b"res.setHeader('Content-Security-Policy', policy(req))")
    sent = only(source)
    assert (sent.value, sent.computed) == (None, ("policy(req)",))
    assert source.limits == (
        "The value of Content-Security-Policy is computed when the program runs, so it was not checked.",
    )


def test_work_on_names_inside_names_is_bounded() -> None:
    doubled = "".join(f"const a{n + 1} = a{n} + a{n};\n" for n in range(60))
    code = f"const a0 = 'img-src a ';\n{doubled}res.setHeader('Content-Security-Policy', a60)"
    assert read(BY_NAME["javascript"], code.encode()).limits
    code = code.replace("const ", "").replace(";\n", "\n").replace("res.setHeader(", "h.set(")
    assert read(BY_NAME["python"], code.encode()).limits


@pytest.mark.parametrize(
    "code",
    [
        "const a = 'img-src x'; res.setHeader('Content-Security-Policy', a); res.setHeader('Content-Security-Policy-Report-Only', a)",
        "const a = ['img-src x']; res.setHeader('Content-Security-Policy', a.join('; ')); f('/x', () => { res.setHeader('Content-Security-Policy', a.join(';')) })",
    ],
)
def test_what_others_use_too_is_not_changed(code: str) -> None:
    source = read(BY_NAME["javascript"], code.encode())
    sent = source.responses[0].sent[0]
    assert value(sent) == "img-src x"
    assert BY_NAME["javascript"].write(code.encode(), sent, "img-src y") is None
