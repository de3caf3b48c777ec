"""Policies in Python: settings of Django and django-csp, headers that views set, and what is wrong with them."""

from __future__ import annotations

import pytest

from csplint.servers.python_code import SERVER
from csplint.servers.source import STAND_IN, Source, apply_edits

NONCE = f"'nonce-{STAND_IN}'"
CSP = "from django.utils.csp import CSP\n"


def read(code: str) -> Source:
    return SERVER.read(code.encode(), lambda _path: None)


def values(code: str) -> list[tuple[str, str, str | None]]:
    return [
        (response.scope, sent.name, sent.value.text if sent.value else None)
        for response in read(code).responses
        for sent in response.sent
    ]


ENFORCED, REPORTED = "Content-Security-Policy", "Content-Security-Policy-Report-Only"

SETTINGS = [
    (CSP + 'SECURE_CSP = {"script-src": [CSP.SELF, CSP.NONCE], "img-src": "a b"}', "SECURE_CSP", ENFORCED, f"script-src 'self' {NONCE}; img-src a b"),
    ('SECURE_CSP_REPORT_ONLY = {"a": True, "b": False, "c": None, "d": [], "e": {"z", "y"}}', "SECURE_CSP_REPORT_ONLY", REPORTED, "a; e y z"),
    ("S = \"'self'\"\nSECURE_CSP = {'img-src': (S, 'x')}", "SECURE_CSP", ENFORCED, "img-src 'self' x"),
    ("POLICY = {'img-src': ['x']}\nSECURE_CSP = POLICY", "SECURE_CSP", ENFORCED, "img-src x"),
    ("SECURE_CSP = make()", "SECURE_CSP", ENFORCED, None),
    (
        "from csp.constants import SELF, NONCE\nCONTENT_SECURITY_POLICY = {'EXCLUDE_URL_PREFIXES': [], 'DIRECTIVES': {'script-src': [SELF, NONCE], 'x-src': ['a']}}",
        "CONTENT_SECURITY_POLICY", ENFORCED, f"script-src 'self' {NONCE}; default-src 'self'",
    ),
    ("from csp import constants\nCONTENT_SECURITY_POLICY = {'DIRECTIVES': {'default-src': [constants.NONE]}}", "CONTENT_SECURITY_POLICY", ENFORCED, "default-src 'none'"),
    ("CSP_IMG_SRC = ('a', 'b')\nCSP_UPGRADE_INSECURE_REQUESTS = True", "CSP_* settings", ENFORCED, "img-src a b; upgrade-insecure-requests; default-src 'self'"),
    (
        "CSP_REPORT_ONLY = True\nCSP_DEFAULT_SRC = \"'none'\"\nCSP_SCRIPT_SRC = ['a']\nCSP_INCLUDE_NONCE_IN = ['script-src']",
        "CSP_* settings", REPORTED, f"default-src 'none'; script-src a {NONCE}",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "scope", "name", "value"), SETTINGS)
def test_settings(code: str, scope: str, name: str, value: str | None) -> None:
    assert values(code) == [(scope, name, value)]


HEADERS = [
    ('r["Content-Security-Policy"] = "img-src x"', "img-src x"),
    ('r.headers["content-security-policy"] = ("img-src " \'x; \'\n  # more\n  r"a")', "img-src x; a"),
    ('r.headers.setdefault("Content-Security-Policy", "img-src x")', "img-src x"),
    ('Response("", headers={"Content-Security-Policy": "img-src " + "x"})', "img-src x"),
    ('r["Content-Security-Policy"] = "; ".join(["img-src x", "a"])', "img-src x; a"),
    ('r["Content-Security-Policy"] = """img-src \\\nx"""', "img-src x"),
    ('r["Content-Security-Policy"] = f"a {{x}} \\x41"', "a {x} A"),
    ('r["Content-Security-Policy"] = f"a {x!r:>{w}} b"', "a x!r:>{w} b"),
]


@pytest.mark.parametrize(("code", "value"), HEADERS)
def test_headers(code: str, value: str) -> None:
    assert [each for _, _, each in values(code)] == [value]


def test_a_view_has_its_path() -> None:
    code = '@app.get("/shop")\ndef shop(r):\n    if x:\n        r.headers["Content-Security-Policy"] = "a"\n    r.headers["Content-Security-Policy"] = "b"\n'
    assert [(each.scope, each.path) for each in read(code).responses] == [
        ("function shop, line 4", "/shop"),
        ("function shop", "/shop"),
    ]


@pytest.mark.parametrize(
    "change", ['SECURE_CSP["img-src"].append(x)', "SECURE_CSP |= {}", 'SECURE_CSP["a"] = [x]', "SECURE_CSP.update(x)"]
)
def test_later_changes_are_said(change: str) -> None:
    source = read(f'SECURE_CSP = {{"img-src": ["x"]}}\n{change}\n')
    assert source.responses[0].sent[0].computed == (change,)
    assert change in source.limits[0]


FAULTS = [
    ('SECURE_CSP = {"img-src": ["self"]}', "unquoted-keyword-passes", '"self"'),
    ('CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"script-src": ["nonce-abc"]}}', "unquoted-keyword-passes", '"nonce-abc"'),
    ('SECURE_CSP = {"script-src": ["\'nonce-abc123\'"]}', "literal-nonce", "'nonce-abc123'"),
    ('n = random.choice("ab")\nr["Content-Security-Policy"] = f"script-src \'nonce-{n}\'"', "weak-nonce", 'random.choice("ab")'),
    ("n = uuid.uuid4()\nr.nonce = time.time()\nr['Content-Security-Policy'] = f\"x 'nonce-{r.nonce}'\"", "weak-nonce", "time.time()"),
    ("r['Content-Security-Policy'] = 'a'\nr['Content-Security-Policy'] = 'b'", "two-senders", "r['Content-Security-Policy'] = 'b'"),
    ("SECURE_CSP = {'a': ['b']}\nCONTENT_SECURITY_POLICY = {'DIRECTIVES': {}}", "two-senders", "CONTENT_SECURITY_POLICY = {'DIRECTIVES': {}}"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "rule", "place"), FAULTS)
def test_faults(code: str, rule: str, place: str) -> None:
    (fault,) = read(code).faults
    assert (fault.rule, code[fault.start : fault.end]) == (rule, place)


@pytest.mark.parametrize(
    "code",
    [
        'SECURE_CSP = {"img-src": ["\'self\'", "self.example"]}',
        'n = secrets.token_urlsafe(16)\nr["Content-Security-Policy"] = f"script-src \'nonce-{n}\'"',
        "if x:\n  r['Content-Security-Policy'] = 'a'\nelse:\n  r['Content-Security-Policy'] = 'b'",
    ],
)
def test_no_fault(code: str) -> None:
    assert read(code).faults == ()


def test_the_fix_of_a_keyword() -> None:
    code = 'SECURE_CSP = {"img-src": ["self"]}'
    (fault,) = read(code).faults
    assert apply_edits(code.encode(), fault.edits) == b'SECURE_CSP = {"img-src": ["\'self\'"]}'


WRITTEN = [
    ('{"a-src": [CSP.SELF, CSP.NONCE]}', f"a-src 'self' {NONCE} x; b-src {NONCE}", '{"a-src": [CSP.SELF, CSP.NONCE, "x"], "b-src": [CSP.NONCE]}'),
    ('{"a-src": [CSP.NONE]}', "a-src x y", '{"a-src": ["x", "y"]}'),
    ('{"a-src": ["x y"], "b-src": True}', "a-src y z", '{"a-src": ["y", "z"]}'),
    ('{"a-src": {"x", "y"}}', "a-src y z", '{"a-src": {"y", "z"}}'),
    ('{"a-src": "x"}', "a-src x 'self'; b", '{"a-src": "x \'self\'", "b": True}'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "policy", "new"), WRITTEN)
def test_written_back(old: str, policy: str, new: str) -> None:
    code = f"{CSP}SECURE_CSP = {old}\n".encode()
    sent = SERVER.read(code, lambda _path: None).responses[0].sent[0]
    edits = SERVER.write(code, sent, policy)
    assert edits is not None
    assert apply_edits(code, edits).decode() == f"{CSP}SECURE_CSP = {new}\n"


@pytest.mark.parametrize("policy", ["a-src 'self' 'nonce-abc\\x'", "a-src", "a-src x; a-src y", "a-src 'self' \u2018x"])
def test_not_written_if_it_is_not_certain(policy: str) -> None:
    code = f"{CSP}SECURE_CSP = {{'a-src': [CSP.SELF, *MORE]}}\n".encode()
    sent = SERVER.read(code, lambda _path: None).responses[0].sent[0]
    assert SERVER.write(code, sent, policy) is None
