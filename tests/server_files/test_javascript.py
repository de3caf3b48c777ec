"""Policies in JavaScript: helmet, Express, Next.js, and what is wrong with them."""

from __future__ import annotations

import pytest

from csplint.servers.javascript import SERVER
from csplint.servers.source import STAND_IN, Source, apply_edits

NONCE = f"'nonce-{STAND_IN}'"
DEFAULTS = (
    "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';img-src 'self' data:;"
    "object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests"
)


def read(code: str) -> Source:
    return SERVER.read(code.encode(), lambda _path: None)


def values(code: str) -> list[str | None]:
    return [sent.value.text if sent.value else None for each in read(code).responses for sent in each.sent]


def helmet(options: str) -> str:
    return f"app.use(helmet({{ contentSecurityPolicy: {options} }}))"


HELMET = [
    ("app.use(helmet())", [DEFAULTS]),
    ("app.use(helmet({ hsts: false }))", [DEFAULTS]),
    (helmet("true"), [DEFAULTS]),
    (helmet("false"), []),
    (helmet("options()"), [None]),
    (helmet("{ useDefaults: false, directives: { defaultSrc: ['a', 'b'], imgSrc: 'c d', upgradeInsecureRequests: [] } }"), ["default-src a b;img-src c d;upgrade-insecure-requests"]),
    (helmet("{ directives: { imgSrc: ['x'], styleSrc: null, connectSrc: ['y'] } }"), [DEFAULTS.replace("img-src 'self' data:", "img-src x").replace("style-src 'self' https: 'unsafe-inline';", "") + ";connect-src y"]),
    ("const d = { 'default-src': [\"'none'\"] }; " + helmet("{ useDefaults: false, directives: d }"), ["default-src 'none'"]),
    (helmet("{ useDefaults: false, directives: { defaultSrc: [(req, res) => `'nonce-${res.locals.n}'`, function () {}] } }"), [f"default-src {NONCE} function(){{}}"]),
    (helmet("{ useDefaults: false, directives: { ...helmet.contentSecurityPolicy.getDefaultDirectives() } }"), [DEFAULTS]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), HELMET)
def test_helmet(code: str, expected: list[str | None]) -> None:
    assert values(code) == expected


def test_helmet_report_only() -> None:
    code = "helmet.contentSecurityPolicy({ reportOnly: true, directives: {} })"
    assert read(code).responses[0].sent[0].name == "Content-Security-Policy-Report-Only"


def test_a_spread_is_said() -> None:
    source = read(helmet("{ useDefaults: false, directives: { 'default-src': ['a'], ...more } }"))
    assert source.responses[0].sent[0].computed == ("...more",)
    assert "`...more`" in source.limits[0]


HEADERS = [
    ("res.setHeader('Content-Security-Policy', 'img-src \\'x\\' \\u0061');", ["img-src 'x' a"]),
    ("res.set({ 'Content-Security-Policy': 'img-src x' })", ["img-src x"]),
    ("new Headers({ \"content-security-policy\": ['img-src x', 'a'].join('; ') })", ["img-src x; a"]),
    ("response.headers['Content-Security-Policy'] = 'a' + ' b'", ["a b"]),
    ("const p = `\n  a b;\n  c d;\n`; r.headers.set('Content-Security-Policy', p.replace(/\\s{2,}/g, ' ').trim())", ["a b; c d;"]),
    ("const p = `\n  a b;\n  c d;\n`; r.headers.set('Content-Security-Policy', p.replace(/\\n/g, ''))", ["  a b;  c d;"]),
    ("r.headers.set('Content-Security-Policy', p.replace(/a/g, 'b'))", [None]),
    ("const f = (p) => r.set('Content-Security-Policy', p); const p = 'a'", [None]),
    ("let p = 'a'; p += 'b'; r.set('Content-Security-Policy', p)", [None]),
    ("const p: string = <string>'a'; r.set('Content-Security-Policy', p as string)", [None]),
    ("r.set('Content-Security-Policy', 'a b' as string)", ["a b"]),
    ("r.set('Content-Type', 'a b'); // Content-Security-Policy", []),
]  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), HEADERS)
def test_headers(code: str, expected: list[str | None]) -> None:
    assert values(code) == expected


def test_next_js_says_the_path() -> None:
    code = "module.exports = { async headers() { return [{ source: '/(.*)', headers: [{ key: 'Content-Security-Policy', value: 'a b' }] }] } }"
    (response,) = read(code).responses
    assert (response.path, values(code)) == ("/(.*)", ["a b"])


def test_routes_and_functions_are_responses_of_their_own() -> None:
    code = """
app.get('/shop', (req, res) => { res.setHeader('Content-Security-Policy', 'a'); });
function f(res) { if (x) { res.setHeader('Content-Security-Policy', 'b'); } else { res.setHeader('Content-Security-Policy', 'c'); } }
const g = (res) => { res.setHeader('Content-Security-Policy', 'd'); res.setHeader('Content-Security-Policy', 'e'); };
"""
    source = read(code)
    assert [(each.scope, each.path, len(each.sent)) for each in source.responses] == [
        ("route /shop", "/shop", 1),
        ("function f, line 3", "", 1),
        ("function f, line 3", "", 1),
        ("function g", "", 1),
    ]
    assert "e" in values(code)


FAULTS = [
    (helmet("{ directives: { imgSrc: ['self'], x: [] } }"), "framework-refuses", "'self'"),
    (helmet("{ directives: { imgSrc: ['a; b'] } }"), "framework-refuses", "'a; b'"),
    (helmet("{ useDefaults: false, directives: { imgSrc: ['a'] } }"), "framework-refuses", None),
    ("app.use(helmet())", "helmet-defaults", "helmet()"),
    ("app.use(helmet()); res.setHeader('Content-Security-Policy', 'a')", "two-senders", "res.setHeader('Content-Security-Policy', 'a')"),
    ("res.setHeader('Content-Security-Policy', \"script-src 'nonce-abc123'\")", "literal-nonce", "'nonce-abc123'"),
    ("res.locals.n = Math.random(); res.set('Content-Security-Policy', `script-src 'nonce-${res.locals.n}'`)", "weak-nonce", "Math.random()"),
    ("res.set('Content-Security-Policy', `a\n b`)", "framework-refuses", None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "rule", "place"), FAULTS)
def test_faults(code: str, rule: str, place: str | None) -> None:
    found = [(each.rule, code[each.start : each.end]) for each in read(code).faults]
    assert rule in [name for name, _ in found]
    assert place is None or (rule, place) in found


@pytest.mark.parametrize(
    "code",
    [
        "const n = crypto.randomBytes(16).toString('base64'); r.set('Content-Security-Policy', `script-src 'nonce-${n}'`)",
        helmet("{ useDefaults: false, directives: { defaultSrc: [\"'self'\"] } }"),
        "if (a) r.set('Content-Security-Policy', 'a'); else r.set('Content-Security-Policy', 'b')",
    ],
)
def test_no_fault(code: str) -> None:
    assert read(code).faults == ()


WRITTEN = [
    ("{ directives: { imgSrc: ['x'] } }", DEFAULTS.replace("img-src 'self' data:", "img-src x y"), "{ directives: { imgSrc: ['x', 'y'] } }"),
    (
        "{ directives: { imgSrc: ['x'] } }",
        DEFAULTS.replace("img-src 'self' data:", "img-src x").replace("script-src 'self'", "script-src 'self' y"),
        "{ directives: { imgSrc: ['x'], scriptSrc: [\"'self'\", \"y\"] } }",
    ),
    (
        "{ directives: {\n  'img-src': [\n    'x',\n    'y', // why\n  ],\n} }",
        DEFAULTS.replace("img-src 'self' data:", "img-src x z"),
        "{ directives: {\n  'img-src': [\n    'x',\n    'z', // why\n  ],\n} }",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "policy", "new"), WRITTEN)
def test_written_back(old: str, policy: str, new: str) -> None:
    code = helmet(old).encode()
    sent = SERVER.read(code, lambda _path: None).responses[0].sent[0]
    edits = SERVER.write(code, sent, policy)
    assert edits is not None
    assert apply_edits(code, edits).decode() == helmet(new)


def test_a_default_cannot_be_taken_away() -> None:
    code = helmet("{ directives: { imgSrc: ['x'] } }").encode()
    sent = SERVER.read(code, lambda _path: None).responses[0].sent[0]
    assert SERVER.write(code, sent, "default-src 'self'; img-src x") is None


@pytest.mark.parametrize(
    "inner", ["(" * 20_000 + "'a b'" + ")" * 20_000, " + ".join(["'a '"] * 20_000), "[" * 9_000 + "]" * 9_000]
)
def test_deep_and_long_expressions_end(inner: str) -> None:
    assert len(values(f"res.setHeader('Content-Security-Policy', {inner})")) == 1
