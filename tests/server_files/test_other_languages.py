"""Policies in PHP, Ruby, Java and C#: how they are set, and what is wrong with them."""

from __future__ import annotations

import pytest

from csplint.servers import csharp, java, php, ruby
from csplint.servers.source import STAND_IN, Server, Source, apply_edits

NONCE = f"'nonce-{STAND_IN}'"
SERVERS: dict[str, Server] = {each.SERVER.name: each.SERVER for each in (php, ruby, java, csharp)}
E, R = "Content-Security-Policy", "Content-Security-Policy-Report-Only"


def read(name: str, code: str) -> Source:
    return SERVERS[name].read(code.encode(), lambda _path: None)


def values(name: str, code: str) -> list[tuple[str, str | None]]:
    return [
        (sent.name, sent.value.text if sent.value else None)
        for each in read(name, code).responses
        for sent in each.sent
    ]


def rails(body: str, more: str = "") -> str:
    return f"Rails.application.configure do\n  config.content_security_policy do |policy|\n{body}\n  end\n{more}\nend\n"


def in_class(body: str) -> str:
    return f"class A {{ void a() {{ {body} }} }}"


FOUND = [
    ("php", "<?php header('Content-Security-Policy: img-src \\'x\\'');", [(E, "img-src 'x'")]),
    ("php", "<p><?php header(\"content-security-policy-report-only:a b \", true); ?></p>", [("content-security-policy-report-only", "a b")]),
    ("php", "<?php header('Content-Security-Policy: a'); header('Content-Security-Policy: b');", [(E, "b")]),
    ("php", "<?php header('Content-Security-Policy: a'); header('Content-Security-Policy: b', false);", [(E, "a"), (E, "b")]),
    ("php", "<?php $p = implode('; ', ['a b', 'c']); header('Content-Security-Policy: ' . $p);", [(E, "a b; c")]),
    ("php", "<?php header($name . ': a');  // csp", []),
    ("php", "<?php add_filter('wp_headers', function ($h) { $h['Content-Security-Policy'] = \"a $b\"; return $h; });", [(E, "a $b")]),
    ("php", "<?php $r->headers->set('Content-Security-Policy', 'a b'); return ['Content-Security-Policy' => 'c'];", [(E, "a b"), (E, "c")]),
    ("php", "<?php header(\"Content-Security-Policy: script-src 'nonce-{$this->n}' a\\x41\");", [(E, f"script-src {NONCE} aA")]),
    ("ruby", rails("policy.default_src :self, :https\npolicy.upgrade_insecure_requests\npolicy.img_src false"), [(E, "default-src 'self' https:; upgrade-insecure-requests")]),
    ("ruby", rails("policy.script_src :strict_dynamic, -> { \"'nonce-#{n}'\" }"), [(E, f"script-src 'strict-dynamic' {NONCE}")]),
    ("ruby", rails("policy.script_src :self", "config.content_security_policy_nonce_generator = ->(r) { SecureRandom.base64(16) }"), [(E, f"script-src 'self' {NONCE}")]),
    ("ruby", rails("policy.img_src 'x'", "config.content_security_policy_report_only = true"), [(R, "img-src x")]),
    ("ruby", "response.set_header('Content-Security-Policy', 'a' + \" b\")", [(E, "a b")]),
    ("ruby", "h = { 'Content-Security-Policy' => 'a' }", [(E, "a")]),
    ("java", in_class("http.headers(h -> h.contentSecurityPolicy(c -> c.policyDirectives(\"a \" + \"b\")));"), [(E, "a b")]),
    ("java", in_class("http.headers().contentSecurityPolicy(\"a\").reportOnly();"), [(R, "a")]),
    ("java", in_class("http.headers(h -> h.contentSecurityPolicy(Customizer.withDefaults()));"), []),
    ("java", "class A { static final String P = String.join(\"; \", \"a\", \"b\"); void a() { r.setHeader(\"Content-Security-Policy\", P); } }", [(E, "a; b")]),
    ("java", in_class("w = new StaticHeadersWriter(\"Content-Security-Policy\", \"a \\\"\");"), [(E, 'a "')]),
    ("csharp", "c.Response.Headers.Append(\"Content-Security-Policy\", @\"a b\");", [(E, "a b")]),
    ("csharp", "c.Response.Headers.ContentSecurityPolicyReportOnly = \"\"\"a 'x'\"\"\";", [(R, "a 'x'")]),
    ("csharp", "const string P = \"a\"; c.Response.Headers[\"Content-Security-Policy\"] = P + $\" {x}\";", [(E, "a {x}")]),
    ("csharp", "c.Response.Headers.Add(\"Content-Security-Policy\", string.Join(\"; \", \"a\", \"b\"));", [(E, "a; b")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "expected"), FOUND)
def test_found(name: str, code: str, expected: list[tuple[str, str | None]]) -> None:
    assert values(name, code) == expected


FAULTS = [
    ("php", "<?php $n = wp_create_nonce('csp'); header(\"Content-Security-Policy: script-src 'nonce-$n'\");", "weak-nonce", "wp_create_nonce('csp')"),
    ("php", "<?php header(\"Content-Security-Policy: script-src 'nonce-\" . md5(time()) . \"'\");", "weak-nonce", "md5(time())"),
    ("php", "<?php header(\"Content-Security-Policy: script-src 'nonce-abc'\");", "literal-nonce", "'nonce-abc'"),
    ("ruby", rails("policy.script_src :self", "config.content_security_policy_nonce_generator = ->(r) { r.session.id.to_s }"), "weak-nonce", "->(r) { r.session.id.to_s }"),
    ("ruby", rails("policy.script_src 'self'"), "unquoted-keyword-passes", "'self'"),
    ("java", in_class("String n = \"\" + new Random().nextInt(); r.setHeader(\"Content-Security-Policy\", \"script-src 'nonce-\" + n + \"'\");"), "weak-nonce", "\"\" + new Random().nextInt()"),
    ("csharp", "c.Headers.Append(\"Content-Security-Policy\", \"a\"); c.Headers.Append(\"Content-Security-Policy\", \"b\");", "two-senders", "c.Headers.Append(\"Content-Security-Policy\", \"b\")"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "rule", "place"), FAULTS)
def test_faults(name: str, code: str, rule: str, place: str) -> None:
    (fault,) = read(name, code).faults
    assert (fault.rule, code[fault.start : fault.end]) == (rule, place)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("php", "<?php $n = base64_encode(random_bytes(16)); header(\"Content-Security-Policy: script-src 'nonce-$n'\");"),
        ("php", "<?php if ($a) { header('Content-Security-Policy: a'); } else { header('Content-Security-Policy: b'); }"),
        ("ruby", rails("policy.script_src :self", "config.content_security_policy_nonce_generator = ->(r) { SecureRandom.base64(16) }")),
        ("java", in_class('SecureRandom g = new SecureRandom(); String n = x(g); r.setHeader("Content-Security-Policy", "a \'nonce-" + n + "\'");')),
    ],
)  # fmt: skip
def test_no_fault(name: str, code: str) -> None:
    assert read(name, code).faults == ()


def test_a_directive_of_rails_keeps_the_nonce_of_another_setting() -> None:
    nonce = "  config.content_security_policy_nonce_generator = ->(r) { SecureRandom.base64(16) }"
    code = rails("    policy.script_src :self\n    policy.img_src :none", nonce).encode()
    server = SERVERS["ruby"]
    sent = server.read(code, lambda _path: None).responses[0].sent[0]
    edits = server.write(code, sent, f"script-src 'self' {NONCE} https://a.example; img-src data:; font-src 'self'")
    assert edits is not None
    changed = rails(
        '    policy.script_src :self, "https://a.example"\n    policy.img_src "data:"\n    policy.font_src "\'self\'"',
        nonce,
    )
    assert apply_edits(code, edits).decode() == changed
    assert server.write(code, sent, "script-src 'self'; img-src 'none'") is None


def test_without_the_grammars_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys  # noqa: PLC0415

    from csplint.servers.source import SourceError  # noqa: PLC0415

    monkeypatch.setitem(sys.modules, "tree_sitter_php", None)
    with pytest.raises(
        SourceError, match=r"csplint reads PHP only with its extra `code`: run `pip install 'csplint-cli\[code\]'`"
    ):
        read("php", "<?php // csp")
