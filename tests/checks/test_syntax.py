"""Each syntax rule on small policies: which rule, how grave, at which token, and what its edit makes of the policy."""

from __future__ import annotations

import pytest

from csplint.checks.syntax.token import diagnose, meant
from csplint.csp.edit import Replacement, apply
from csplint.csp.parse import parse_source
from csplint.engine.findings import check_subject
from csplint.engine.subject import policy_subject
from csplint.model import Finding, TargetReport
from csplint.packs.merge import load_packs

SYNTAX = load_packs(["syntax"])
SHOP = "https://shop.example/"
NONCE = "'nonce-3TmVbQn7LkHsYw2RzXcAfg=='"
TYPES = "require-trusted-types-for 'script'"
EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def check(*policies: str, report_only: str = "") -> TargetReport:
    return check_subject(policy_subject("policy", SHOP, [*policies], [report_only] if report_only else []), SYNTAX, {})


def mended(target: TargetReport, finding: Finding) -> str | None:
    """The policies after the finding's edits, joined as one header; None where there are none."""
    assert finding.fix is not None
    if not finding.fix.edits:
        return None
    texts = []
    for policy in target.policies:
        own = [edit for edit in finding.fix.edits if edit.policy == policy.index]
        assert len({each.start for each in own}) == len(own)
        texts.append(apply(policy.value, [Replacement(each.start or 0, each.end or 0, each.text) for each in own]))
    return ", ".join(filter(None, texts))


def marked(target: TargetReport, finding: Finding) -> str | None:
    """The text that the finding's span covers."""
    if finding.span is None or finding.policy is None:
        return None
    return target.policies[finding.policy].value[finding.span.start : finding.span.end]


Case = tuple[str, str, str, str, str, str | None]

NAMES: list[Case] = [
    # policy, rule, severity, directive, what is marked, the policy as mended
    ("scrpit-src 'self'", "unknown-directive", "error", "scrpit-src", "scrpit-src", "script-src 'self'"),
    ("img 'self'", "unknown-directive", "error", "img", "img", "img-src 'self'"),
    ("iframe-src a.example", "unknown-directive", "error", "iframe-src", "iframe-src", "frame-src a.example"),
    ("Script-Src: 'self'", "unknown-directive", "error", "script-src:", "Script-Src:", "script-src 'self'"),
    ("object-src='none'", "unknown-directive", "error", "object-src='none'", "object-src='none'", "object-src 'none'"),
    ("script-src\x0b'none'", "unknown-directive", "error", "script-src\x0b'none'", "script-src\x0b'none'", "script-src 'none'"),
    ("img-srcs a.example; img-src b.example", "unknown-directive", "warning", "img-srcs", "img-srcs", None),
    ("script-src=self a.example", "unknown-directive", "error", "script-src=self", "script-src=self", "script-src 'self' a.example"),
    ("img-src *; block-mixed-content", "unknown-directive", "warning", "block-mixed-content", "block-mixed-content", "img-src *"),
    ("connect-src https;//a.example b.example", "unknown-directive", "error", "//a.example", "//a.example", "connect-src https://a.example b.example"),
    ("img-src 'self' data:image/svg+xml;base64", "unknown-directive", "error", "base64", "base64", "img-src 'self' data:"),
    ("script-src 'self' data:text/javascript;base64", "unknown-directive", "error", "base64", "base64", None),
    ("no-such-thing a", "unknown-directive", "error", "no-such-thing", "no-such-thing", None),  # nothing is in force
    ("no-such-thing a; img-src *", "unknown-directive", "warning", "no-such-thing", "no-such-thing", None),
    ("no-such-thing a, img-src *", "unknown-directive", "warning", "no-such-thing", "no-such-thing", None),
    ("img-src *; note: keep in sync", "unknown-directive", "warning", "note:", "note:", None),
    ("img-src *; gap:", "unknown-directive", "error", "gap:", "gap:", "img-src * gap:"),
    ("default-src 'self'; scripts: b.example", "unknown-directive", "error", "scripts:", "scripts:", "default-src 'self'; script-src b.example"),
    ("img-src 'self' a.example; media: b.example", "unknown-directive", "error", "media:", "media:", "img-src 'self' a.example; media-src b.example"),
    ("CSP: default-src 'self'", "unknown-directive", "error", "csp:", "CSP:", "default-src 'self'"),
    ("policy default-src: 'self' img-src: *", "unknown-directive", "error", "policy", "policy", "default-src 'self'; img-src *"),
    ("default-src: 'self' script-src 'self' img-src: *", "unknown-directive", "error", "default-src:", "default-src:", "default-src 'self'; script-src 'self'; img-src *"),
    ("img-src *; X-Frame-Options: SAMEORIGIN", "unknown-directive", "warning", "x-frame-options:", "X-Frame-Options:", "img-src *"),
    ("img-src a.example/b;Referrer-Policy: no-referrer", "unknown-directive", "warning", "referrer-policy:", "Referrer-Policy:", "img-src a.example/b"),
    ("X-Frame-Options DENY; img-src *", "unknown-directive", "warning", "x-frame-options", "X-Frame-Options", "img-src *"),
    ("img-src *; Server: nginx", "unknown-directive", "warning", "server:", "Server:", "img-src *"),
    ("SAMEORIGIN", "unknown-directive", "error", "sameorigin", "SAMEORIGIN", None),
    ("img-src *; nosniff", "unknown-directive", "warning", "nosniff", "nosniff", "img-src *"),
    ("{{ csp }}", "unknown-directive", "error", "{{", "{{", None),
    ("img-src *; ${MORE}", "unknown-directive", "error", "${more}", "${MORE}", None),
    ("[object Object]", "unknown-directive", "error", "[object", "[object", None),
    ("undefined", "unknown-directive", "error", "undefined", "undefined", None),
    ("camera 'none'; img-src *; geolocation 'self' https://a.example", "unknown-directive", "warning", "camera", "camera", "img-src *"),
    ("img-src *; camera=(), microphone=()", "unknown-directive", "warning", "camera=()", "camera=()", "img-src *"),
    ("camera 'none'; geolocation 'self'", "unknown-directive", "error", "camera", "camera", None),
    ("img-src a.example; b.example data:", "unknown-directive", "error", "b.example", "b.example", "img-src a.example b.example data:"),
    ("script-src 'self'; 'unsafe-eval'", "unknown-directive", "error", "'unsafe-eval'", "'unsafe-eval'", "script-src 'self' 'unsafe-eval'"),
    ("script-src 'self'; strict-dynamic", "unknown-directive", "error", "strict-dynamic", "strict-dynamic", "script-src 'self' 'strict-dynamic'"),
    ("script-src 'self'; unsafe-eval", "unknown-directive", "error", "unsafe-eval", "unsafe-eval", "script-src 'self' 'unsafe-eval'"),
    ("form-action 'self'; 'unsafe-inline'", "unknown-directive", "error", "'unsafe-inline'", "'unsafe-inline'", "form-action 'self'"),
    ("img-src *; report-sample; font-src *", "unknown-directive", "error", "report-sample", "report-sample", "img-src *; font-src *"),
    ("img-src *; allow-scripts", "unknown-directive", "warning", "allow-scripts", "allow-scripts", None),
    ("sandbox allow-forms; allow-scripts", "unknown-directive", "error", "allow-scripts", "allow-scripts", "sandbox allow-forms allow-scripts"),
    ("script-src 'self' https://a.example/b;c", "unknown-directive", "error", "c", "c", "script-src 'self' https://a.example/b%3Bc"),
    ("img-src https://a.example/b;c.png data:", "unknown-directive", "error", "c.png", "c.png", "img-src https://a.example/b%3Bc.png data:"),
    ("img-src https://a.example/b;c.example", "unknown-directive", "error", "c.example", "c.example", "img-src https://a.example/b c.example"),
    ("img-src https://a.example/b;no-such-thing", "unknown-directive", "warning", "no-such-thing", "no-such-thing", None),
    ("report-uri /csp; nosuchthing a", "unknown-directive", "warning", "nosuchthing", "nosuchthing", None),
    ("report-uri /csp?a=1;b=2; img-src *", "unknown-directive", "error", "b=2", "b=2", "report-uri /csp?a=1%3Bb=2; img-src *"),
    ("report-uri https://r.example/csp?a=1,2,3; img-src *", "comma-in-policy", "error", "2", "2", "report-uri https://r.example/csp?a=1%2C2%2C3; img-src *"),
    ("script-src https://a.example/b,c.js", "comma-in-policy", "error", "c.js", "c.js", "script-src https://a.example/b%2Cc.js"),
    ("img-src 'self'; \"", "unknown-directive", "info", '"', '"', "img-src 'self'"),
    ("default-src 'self' SCRIPT-SRC 'none'", "missing-semicolon", "error", "default-src", "SCRIPT-SRC", "default-src 'self'; SCRIPT-SRC 'none'"),
    ("upgrade-insecure-requests img-src *", "missing-semicolon", "error", "upgrade-insecure-requests", "img-src", "upgrade-insecure-requests; img-src *"),
    ("report-uri /csp img-src *", "missing-semicolon", "error", "report-uri", "img-src", "report-uri /csp; img-src *"),
    ("sandbox allow-scripts img-src *", "missing-semicolon", "error", "sandbox", "img-src", "sandbox allow-scripts; img-src *"),
    ("default-src 'self' script-src: 'none'", "missing-semicolon", "error", "default-src", "script-src:", "default-src 'self'; script-src 'none'"),
    ("img-src 'self' data: font-src: data:", "missing-semicolon", "error", "img-src", "font-src:", "img-src 'self' data:; font-src data:"),
    ("default-src 'self': script-src 'none'", "missing-semicolon", "error", "default-src", "script-src", "default-src 'self'; script-src 'none'"),
    ('"default-src \'self\'; img-src *"', "unknown-directive", "error", '"default-src', '"default-src', "default-src 'self'; img-src *"),
    ('"default-src \'self\'; img-src \'self\'"', "unknown-directive", "error", '"default-src', '"default-src', "default-src 'self'; img-src 'self'"),
    ('"default-src \'self\'; upgrade-insecure-requests";', "unknown-directive", "error", '"default-src', '"default-src', "default-src 'self'; upgrade-insecure-requests"),
    ("'default-src 'self'; img-src 'self''", "unknown-directive", "error", "'default-src", "'default-src", "default-src 'self'; img-src 'self'"),
    ("'default-src 'self'; img-src 'self'", "unknown-directive", "error", "'default-src", "'default-src", "default-src 'self'; img-src 'self'"),
    ("`img-src *`", "unknown-directive", "error", "`img-src", "`img-src", "img-src *"),
    ("script-src &apos;self&apos; https://a.example", "unknown-directive", "error", "self&apos", "self&apos", "script-src 'self' https://a.example"),
    ("script-src &#39;self&#x27;; img-src &quot;self&quot; *", "unknown-directive", "error", "self&#x27", "self&#x27", "script-src 'self'; img-src 'self' *"),
    ("script-src &amp;apos;self&amp;apos; a.example", "unknown-directive", "error", "apos", "apos", "script-src 'self' a.example"),
    ("report-uri /csp?a=1&amp;b=2; img-src *", "unknown-directive", "error", "b=2", "b=2", "report-uri /csp?a=1&b=2; img-src *"),
    ('add_header Content-Security-Policy "default-src \'self\'" always;', "header-name-in-value", "error", "add_header", "add_header", "default-src 'self'"),
    ("<add name=\"Content-Security-Policy\" value=\"default-src 'self'; img-src *\" />", "header-name-in-value", "error", "<add", "<add", "default-src 'self'; img-src *"),
    ("header Content-Security-Policy \"default-src 'self'\"", "header-name-in-value", "error", "header", "header", "default-src 'self'"),
    ('Header always set Content-Security-Policy "img-src *; font-src *"', "header-name-in-value", "error", "header", "Header", "img-src *; font-src *"),
    ('Content-Security-Policy: "img-src *; font-src *;"', "header-name-in-value", "error", "content-security-policy:", "Content-Security-Policy:", "img-src *; font-src *;"),
    ('<meta http-equiv="Content-Security-Policy" content="img-src *; font-src *">', "header-name-in-value", "error", "<meta", "<meta", "img-src *; font-src *"),
    ("add_header Content-Security-Policy img-src *; font-src *", "header-name-in-value", "error", "add_header", "add_header", "img-src *; font-src *"),
    ("X-Content-Security-Policy img-src *; font-src *", "header-name-in-value", "error", "x-content-security-policy", "X-Content-Security-Policy", "img-src *; font-src *"),
    ("content-security-policy:img-src *", "header-name-in-value", "error", "content-security-policy:img-src", "content-security-policy:img-src", "img-src *"),
    ("Content-Security-Policy:: img-src *", "header-name-in-value", "error", "content-security-policy::", "Content-Security-Policy::", "img-src *"),
    ("Content-Security-Policy : img-src *", "header-name-in-value", "error", "content-security-policy", "Content-Security-Policy", "img-src *"),
    ("content-security-policyx a.example; img-src *", "unknown-directive", "warning", "content-security-policyx", "content-security-policyx", None),
    ("img-src 'self', data:, blob:; font-src *", "comma-in-policy", "error", "data:", "data:", "img-src 'self' data: blob:; font-src *"),
    ("default-src 'none', script-src 'self', img-src *", "comma-in-policy", "error", "script-src", "script-src", "default-src 'none'; script-src 'self'; img-src *"),
    ("default-src 'self', img-src 'self' data:", "comma-in-policy", "warning", "img-src", "img-src", "default-src 'self'; img-src 'self' data:"),
    ("default-src 'self', img-src *", "comma-in-policy", "warning", "img-src", "img-src", "default-src 'self'; img-src *"),
    ("style-src-elem 'self' a.example; base-uri 'none', style-src 'self'", "comma-in-policy", "warning", "style-src-elem", "style-src-elem",
     "style-src-elem 'self' a.example; base-uri 'none'; style-src 'self'"),
    ("default-src 'self', script-src 'self' 'unsafe-inline', script-src b.example", "comma-in-policy", "warning", "script-src", "script-src", None),
    ("default-src 'self', data:, img-src *", "comma-in-policy", "error", "data:", "data:", "default-src 'self' data:; img-src *"),
    ("sandbox allow-forms, allow-scripts", "comma-in-policy", "error", "allow-scripts", "allow-scripts", "sandbox allow-forms allow-scripts"),
    ("script-src 'self';, b.example", "comma-in-policy", "error", "b.example", "b.example", None),
    ("default-src 'self', script-src: 'none'", "comma-in-policy", "error", "script-src:", "script-src:", "default-src 'self'; script-src 'none'"),
    ("default-src 'self', script-src: 'none', img-src: *", "comma-in-policy", "error", "script-src:", "script-src:", "default-src 'self'; script-src 'none'; img-src *"),
    ("img-src *; report-to csp,other; font-src *", "comma-in-policy", "warning", "other", "other", "img-src *; report-to csp; font-src *"),
    ("img-src *; report-to csp, nosniff", "unknown-directive", "warning", "nosniff", "nosniff", None),
    ("img-src a.example/b, SAMEORIGIN", "unknown-directive", "warning", "sameorigin", "SAMEORIGIN", None),
    ('report-to {"group":"csp","max_age":1,"endpoints":[]}', "report-to-token", "warning", "report-to", '{"group":"csp"', None),
    ("font-src *, imgg-src *", "unknown-directive", "error", "imgg-src", "imgg-src", "font-src *, img-src *"),
]  # fmt: skip

QUOTES: list[Case] = [
    ("script-src self", "unquoted-keyword", "error", "script-src", "self", "script-src 'self'"),
    ("frame-ancestors Self", "unquoted-keyword", "error", "frame-ancestors", "Self", "frame-ancestors 'Self'"),
    ("script-src `unsafe-eval`", "unquoted-keyword", "error", "script-src", "`unsafe-eval`", "script-src 'unsafe-eval'"),
    ("script-src 'self", "unquoted-keyword", "error", "script-src", "'self", "script-src 'self'"),
    ("script-src 'self':", "unquoted-keyword", "error", "script-src", "'self':", "script-src 'self'"),
    ("script-src self:", "unquoted-keyword", "error", "script-src", "self:", "script-src 'self'"),
    ("script-src none", "unquoted-keyword", "warning", "script-src", "none", "script-src 'none'"),
    (f"script-src {NONCE} 'strict-dynamic' self", "unquoted-keyword", "warning", "script-src", "self", f"script-src {NONCE} 'strict-dynamic' 'self'"),
    ("frame-ancestors self https://*.example", "unquoted-keyword", "warning", "frame-ancestors", "self", "frame-ancestors 'self' https://*.example"),
    ("frame-ancestors self http://shop.example:80", "unquoted-keyword", "warning", "frame-ancestors", "self", "frame-ancestors 'self' http://shop.example:80"),
    ("default-src self shop.example", "unquoted-keyword", "warning", "default-src", "self", "default-src 'self' shop.example"),
    ("default-src self shop.example/a/", "unquoted-keyword", "error", "default-src", "self", "default-src 'self' shop.example/a/"),
    ("default-src self www.shop.example", "unquoted-keyword", "error", "default-src", "self", "default-src 'self' www.shop.example"),
    ("object-src none", "unquoted-keyword", "warning", "object-src", "none", "object-src 'none'"),
    ("img-src 'self' self", "unquoted-keyword", "warning", "img-src", "self", "img-src 'self'"),
    ("img-src unsafe-inline", "unquoted-keyword", "warning", "img-src", "unsafe-inline", "img-src 'none'"),
    ("script-src none 'self'", "unquoted-keyword", "warning", "script-src", "none", "script-src 'self'"),
    ("object-src none; script-src none *", "unquoted-keyword", "warning", "object-src", "none", "object-src 'none'; script-src *"),
    ("script-src none 'report-sample'", "unquoted-keyword", "warning", "script-src", "none", "script-src 'none' 'report-sample'"),
    ("script-src-attr self", "unquoted-keyword", "warning", "script-src-attr", "self", "script-src-attr 'none'"),
    ("script-src \\'self\\'", "unquoted-keyword", "error", "script-src", "\\'self\\'", "script-src 'self'"),
    ('img-src \\"none\\"', "unquoted-keyword", "warning", "img-src", '\\"none\\"', "img-src 'none'"),
    (f"script-src {NONCE} unsafe-inline", "unquoted-keyword", "warning", "script-src", "unsafe-inline", f"script-src {NONCE} 'unsafe-inline'"),
    (f"script-src {NONCE[1:-1]}", "unquoted-keyword", "error", "script-src", NONCE[1:-1], f"script-src {NONCE}"),
    (f"style-src sha256-{EMPTY}", "unquoted-keyword", "error", "style-src", f"sha256-{EMPTY}", f"style-src 'sha256-{EMPTY}'"),
    ("script-src nonce-{{n}}", "unquoted-keyword", "error", "script-src", "nonce-{{n}}", None),
    ("script-src 'nonce-abc", "unquoted-keyword", "error", "script-src", "'nonce-abc", "script-src 'nonce-abc'"),
    ("require-trusted-types-for script", "unquoted-keyword", "error", "require-trusted-types-for", "script", "require-trusted-types-for 'script'"),
    (f"{TYPES}; trusted-types a allow-duplicates", "unquoted-keyword", "warning", "trusted-types", "allow-duplicates", f"{TYPES}; trusted-types a 'allow-duplicates'"),
    (f"{TYPES}; trusted-types 'default'", "unknown-keyword", "warning", "trusted-types", "'default'", f"{TYPES}; trusted-types default"),
    (f"{TYPES}; trusted-types 'self'", "unknown-keyword", "warning", "trusted-types", "'self'", f"{TYPES}; trusted-types 'none'"),
    (f"{TYPES}; trusted-types 'self' a", "unknown-keyword", "warning", "trusted-types", "'self'", f"{TYPES}; trusted-types a"),
    (f"{TYPES}; trusted-types a!b a#b", "invalid-source", "warning", "trusted-types", "a!b", None),
    (f"{TYPES}; trusted-types {{{{ a }}}}", "invalid-source", "error", "trusted-types", "{{", None),
    (f"{TYPES}; trusted-types 'none' a", "none-with-others", "warning", "trusted-types", "'none'", f"{TYPES}; trusted-types a"),
    ("script-src 'slef'", "unknown-keyword", "error", "script-src", "'slef'", "script-src 'self'"),
    ("script-src 'unsafe-hashed-attributes'", "unknown-keyword", "error", "script-src", "'unsafe-hashed-attributes'", "script-src 'unsafe-hashes'"),
    ("script-src 'self' 'sefl'", "unknown-keyword", "warning", "script-src", "'sefl'", "script-src 'self'"),
    ("script-src 'self' 'unsafe-wasm-eval'", "unknown-keyword", "error", "script-src", "'unsafe-wasm-eval'", "script-src 'self' 'wasm-unsafe-eval'"),
    ("script-src 'self' 'eval'", "unknown-keyword", "error", "script-src", "'eval'", "script-src 'self' 'unsafe-eval'"),
    ("script-src 'self' 'report-sha1'", "unknown-keyword", "warning", "script-src", "'report-sha1'", "script-src 'self' 'report-sha256'"),
    ("img-src 'self' 'everything'", "unknown-keyword", "warning", "img-src", "'everything'", None),
]  # fmt: skip

SOURCES: list[Case] = [
    ("img-src 'self' https://.a.example", "invalid-source", "warning", "img-src", "https://.a.example", "img-src 'self' https://*.a.example"),
    ("img-src https://.a.example", "invalid-source", "error", "img-src", "https://.a.example", "img-src https://*.a.example"),
    ("img-src * *.*.a.example", "invalid-source", "warning", "img-src", "*.*.a.example", "img-src * *.a.example"),
    ("img-src 'self' *.*.a.example", "invalid-source", "warning", "img-src", "*.*.a.example", "img-src 'self' *.a.example"),
    ("img-src 'self' *a.example", "invalid-source", "warning", "img-src", "*a.example", "img-src 'self' *.a.example"),
    ("img-src 'self' \"a.example\"", "invalid-source", "warning", "img-src", '"a.example"', "img-src 'self' a.example"),
    ("img-src 'self' 'data:'", "invalid-source", "warning", "img-src", "'data:'", "img-src 'self' data:"),
    ("img-src 'self' data: 'data:'", "invalid-source", "warning", "img-src", "'data:'", "img-src 'self' data:"),
    ("img-src 'self''none'", "invalid-source", "error", "img-src", "'self''none'", None),  # 'none' beside 'self' is no better
    ("img-src 'self'data:", "invalid-source", "error", "img-src", "'self'data:", "img-src 'self' data:"),
    ("img-src 'self' //a.example", "invalid-source", "warning", "img-src", "//a.example", "img-src 'self' a.example"),
    ("img-src 'self' http//a.example/b", "invalid-source", "warning", "img-src", "http//a.example/b", "img-src 'self' http://a.example/b"),
    ("img-src 'self' https:/a.example", "invalid-source", "warning", "img-src", "https:/a.example", "img-src 'self' https://a.example"),
    ("img-src 'self' https:a.example", "invalid-source", "warning", "img-src", "https:a.example", "img-src 'self' https://a.example"),
    ("img-src 'self' *://a.example", "invalid-source", "warning", "img-src", "*://a.example", "img-src 'self' https://a.example"),
    ("img-src 'self' https:\\\\a.example", "invalid-source", "warning", "img-src", "https:\\\\a.example", "img-src 'self' https://a.example"),
    ("img-src 'self' data:image/png", "invalid-source", "warning", "img-src", "data:image/png", "img-src 'self' data:"),
    ("img-src 'self' https://*/", "invalid-source", "warning", "img-src", "https://*/", "img-src 'self' https://*"),
    ("img-src 'self' https://a.example:/b", "invalid-source", "warning", "img-src", "https://a.example:/b", "img-src 'self' https://a.example/b"),
    ("img-src 'self' ://a.example", "invalid-source", "warning", "img-src", "://a.example", "img-src 'self' https://a.example"),
    ("img-src 'self' ${CDN}", "invalid-source", "error", "img-src", "${CDN}", None),
    ("img-src 'self' https://a.example:0x50", "invalid-source", "warning", "img-src", "https://a.example:0x50", None),
    ("img-src 'self' /img/", "invalid-source", "warning", "img-src", "/img/", None),
    ("img-src 'self' a.example?b", "invalid-source", "warning", "img-src", "a.example?b", "img-src 'self' a.example"),
    ("img-src 'self' a.example.", "invalid-source", "warning", "img-src", "a.example.", "img-src 'self' a.example"),
    ("img-src 'self' https://a.example//b", "invalid-source", "warning", "img-src", "https://a.example//b", None),
    ("img-src 'self' a_b.example", "invalid-source", "warning", "img-src", "a_b.example", None),
    ("img-src 'self' user@a.example", "invalid-source", "warning", "img-src", "user@a.example", None),
    ("default-src 'self' data", "invalid-source", "warning", "default-src", "data", "default-src 'self' data:"),
    ("img-src 'self' https", "invalid-source", "warning", "img-src", "https", "img-src 'self' https:"),
    ("connect-src WSS", "invalid-source", "error", "connect-src", "WSS", "connect-src wss:"),
    ("connect-src blob:*", "invalid-source", "error", "connect-src", "blob:*", "connect-src blob:"),
    ("img-src data:* 'self' data:", "invalid-source", "warning", "img-src", "data:*", "img-src 'self' data:"),
    ("script-src 'self' data; img-src data", "invalid-source", "error", "script-src", "data", "script-src 'self'; img-src data:"),
    ("script-src data", "invalid-source", "error", "script-src", "data", "script-src 'none'"),
    ("script-src undefined", "invalid-source", "error", "script-src", "undefined", None),
    ("connect-src 'self' https://NULL/b", "invalid-source", "warning", "connect-src", "https://NULL/b", None),
    ("frame-ancestors null", "invalid-source", "error", "frame-ancestors", "null", None),
    ("default-src 'self' always", "invalid-source", "warning", "default-src", "always", "default-src 'self'"),
    ("default-src always", "invalid-source", "error", "default-src", "always", None),
    ("img-src 'self' [object Object]", "invalid-source", "warning", "img-src", "[object", None),
    ("script-src 'self' - a.example", "invalid-source", "warning", "script-src", "-", "script-src 'self' a.example"),
    ("script-src = 'self'", "invalid-source", "warning", "script-src", "=", "script-src 'self'"),
    ("default-src 'self'script-src 'none'", "invalid-source", "error", "default-src", "'self'script-src", "default-src 'self'; script-src 'none'"),
    ("img-src *://*.a.example/*", "invalid-source", "error", "img-src", "*://*.a.example/*", "img-src https://*.a.example"),
    ("img-src 'self' *://a.example/b/*", "invalid-source", "warning", "img-src", "*://a.example/b/*", "img-src 'self' https://a.example/b/"),
    ("script-src '*'", "invalid-source", "error", "script-src", "'*'", "script-src 'self'"),
    ("default-src '*' blob:", "invalid-source", "warning", "default-src", "'*'", "default-src 'self' blob:"),
    ("script-src 'self' //*", "invalid-source", "warning", "script-src", "//*", "script-src 'self'"),
    ("script-src 'self' '*'; img-src '*'", "invalid-source", "error", "script-src", "'*'", "script-src 'self'; img-src *"),
    ("default-src 'self' https", "invalid-source", "warning", "default-src", "https", "default-src 'self'"),
    (f"script-src {NONCE} 'strict-dynamic' https", "invalid-source", "warning", "script-src", "https", f"script-src {NONCE} 'strict-dynamic' https:"),
    ("connect-src htps://a.example", "invalid-source", "error", "connect-src", "htps://a.example", "connect-src https://a.example"),
    ("connect-src 'self' wsss://a.example/b", "invalid-source", "warning", "connect-src", "wsss://a.example/b", "connect-src 'self' wss://a.example/b"),
    ("connect-src https://https://a.example", "invalid-source", "error", "connect-src", "https://https://a.example", "connect-src https://a.example"),
    ("connect-src https:://a.example", "invalid-source", "error", "connect-src", "https:://a.example", "connect-src https://a.example"),
    ("connect-src 'self' https://b:c@a.example", "invalid-source", "warning", "connect-src", "https://b:c@a.example", "connect-src 'self' https://a.example"),
    ("object-src 'none' https://a.example", "none-with-others", "warning", "object-src", "'none'", "object-src https://a.example"),
    ("img-src data: https://a.example/b?c=d", "query-in-source", "info", "img-src", "https://a.example/b?c=d", "img-src data: https://a.example/b"),
    ("img-src https://a.example/b#c", "query-in-source", "info", "img-src", "https://a.example/b#c", "img-src https://a.example/b"),
    ("img-src https://a.example/static", "exact-path", "info", "img-src", "https://a.example/static", "img-src https://a.example/static/"),
    ("frame-src https://a.example/b/*", "exact-path", "warning", "frame-src", "https://a.example/b/*", "frame-src https://a.example/b/"),
    ("script-src https://a.example/b/../c/", "exact-path", "warning", "script-src", "https://a.example/b/../c/", "script-src https://a.example/c/"),
    ("script-src a.example:*/./b.js 'self'", "exact-path", "warning", "script-src", "a.example:*/./b.js", "script-src a.example:*/b.js 'self'"),
    ("script-src https://a.example/%2E%2e/b.js", "exact-path", "warning", "script-src", "https://a.example/%2E%2e/b.js", "script-src https://a.example/b.js"),
    ("script-src https://www.google.com/recaptcha", "exact-path", "info", "script-src", "https://www.google.com/recaptcha", "script-src https://www.google.com/recaptcha/"),
    ("frame-src https://www.google.com/recaptcha", "exact-path", "info", "frame-src", "https://www.google.com/recaptcha", "frame-src https://www.google.com/recaptcha/"),
    ("script-src https://a.example/*.js", "exact-path", "warning", "script-src", "https://a.example/*.js", "script-src https://a.example/"),
    ("img-src a.example 'self' A.example", "duplicate-source", "info", "img-src", "A.example", "img-src a.example 'self'"),
    ("img-src https: https://a.example", "redundant-source", "info", "img-src", "https://a.example", "img-src https:"),
    ("img-src https://a.example *", "redundant-source", "info", "img-src", "https://a.example", "img-src *"),
    ("img-src https://b.a.example/c/ *.a.example", "redundant-source", "info", "img-src", "https://b.a.example/c/", "img-src *.a.example"),
    ("img-src https://a.example:443 https://a.example", "redundant-source", "info", "img-src", "https://a.example", "img-src https://a.example:443"),
]  # fmt: skip

INERT: list[Case] = [
    ("style-src 'self' 'unsafe-eval'", "inert-source", "info", "style-src", "'unsafe-eval'", "style-src 'self'"),
    ("script-src-elem 'self' 'wasm-unsafe-eval'", "inert-source", "info", "script-src-elem", "'wasm-unsafe-eval'", "script-src-elem 'self'"),
    ("style-src-elem 'self' 'unsafe-hashes'", "inert-source", "info", "style-src-elem", "'unsafe-hashes'", "style-src-elem 'self'"),
    ("style-src 'self' 'strict-dynamic'", "inert-source", "info", "style-src", "'strict-dynamic'", "style-src 'self'"),
    ("script-src 'self' 'unsafe-webtransport-hashes'", "inert-source", "info", "script-src", "'unsafe-webtransport-hashes'", "script-src 'self'"),
    ("img-src 'unsafe-inline'; font-src * 'unsafe-eval'", "inert-source", "info", "img-src", "'unsafe-inline'", "img-src 'none'; font-src *"),
    ("img-src 'none' 'unsafe-inline'", "inert-source", "info", "img-src", "'unsafe-inline'", "img-src 'none'"),
    (f"connect-src a.example {NONCE}", "inert-source", "info", "connect-src", NONCE, "connect-src a.example"),
    (f"form-action 'self' 'sha256-{EMPTY}'", "inert-source", "info", "form-action", f"'sha256-{EMPTY}'", "form-action 'self'"),
    ("base-uri 'self' 'report-sample'", "inert-source", "info", "base-uri", "'report-sample'", "base-uri 'self'"),
    (f"script-src-attr {NONCE}", "inert-source", "info", "script-src-attr", NONCE, "script-src-attr 'none'"),
    (f"style-src-attr 'sha256-{EMPTY}'", "inert-source", "info", "style-src-attr", f"'sha256-{EMPTY}'", "style-src-attr 'none'"),
    ("script-src 'self' javascript:", "inert-source", "info", "script-src", "javascript:", "script-src 'self'"),
    ("script-src-elem about: 'self'", "inert-source", "info", "script-src-elem", "about:", "script-src-elem 'self'"),
    ("style-src-attr 'unsafe-inline' https:", "inert-source", "info", "style-src-attr", "https:", "style-src-attr 'unsafe-inline'"),
]  # fmt: skip

TRUST: list[Case] = [
    ("script-src 'nonce-'", "invalid-nonce", "error", "script-src", "'nonce-'", None),
    ("script-src 'nonce-a.b'", "invalid-nonce", "error", "script-src", "'nonce-a.b'", None),
    ("script-src 'nonce'", "invalid-nonce", "error", "script-src", "'nonce'", None),
    (f"script-src 'unsafe-inline' {NONCE.replace('-', '=')}", "invalid-nonce", "error", "script-src", NONCE.replace("-", "="), f"script-src 'unsafe-inline' {NONCE}"),
    (f"script-src {NONCE.replace('-', '')}", "invalid-nonce", "error", "script-src", NONCE.replace("-", ""), f"script-src {NONCE}"),
    (f"script-src {NONCE} 'nonce-a.b'", "invalid-nonce", "warning", "script-src", "'nonce-a.b'", None),
    ("script-src 'sha256-abc'", "invalid-hash", "error", "script-src", "'sha256-abc'", None),
    ("script-src 'sha1-abc'", "invalid-hash", "error", "script-src", "'sha1-abc'", None),
    (f"script-src 'sha256-{EMPTY}='", "invalid-hash", "error", "script-src", f"'sha256-{EMPTY}='", f"script-src 'sha256-{EMPTY}'"),
    ("script-src 'md5-abc'", "invalid-hash", "error", "script-src", "'md5-abc'", None),
    (f"script-src 'sha256={EMPTY}'", "invalid-hash", "error", "script-src", f"'sha256={EMPTY}'", f"script-src 'sha256-{EMPTY}'"),
    (f"script-src 'sha-256:{EMPTY}'", "invalid-hash", "error", "script-src", f"'sha-256:{EMPTY}'", f"script-src 'sha256-{EMPTY}'"),
    (f"script-src 'SHA256{EMPTY}'", "invalid-hash", "error", "script-src", f"'SHA256{EMPTY}'", f"script-src 'SHA256-{EMPTY}'"),
    ("script-src 'sha256'", "invalid-hash", "error", "script-src", "'sha256'", None),
    ("script-src 'sha256=abc'", "invalid-hash", "error", "script-src", "'sha256=abc'", None),
    (f"script-src 'sha-256-{EMPTY}'", "invalid-hash", "warning", "script-src", f"'sha-256-{EMPTY}'", f"script-src 'sha256-{EMPTY}'"),
    (f"script-src 'sha384-{EMPTY}'", "invalid-hash", "error", "script-src", f"'sha384-{EMPTY}'", f"script-src 'sha256-{EMPTY}'"),
    (f"script-src 'sha256-{EMPTY[:-1]}'", "invalid-hash", "warning", "script-src", f"'sha256-{EMPTY[:-1]}'", f"script-src 'sha256-{EMPTY}'"),
    ("script-src 'sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'", "invalid-hash", "error", "script-src",
     "'sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'", f"script-src 'sha256-{EMPTY}'"),
]  # fmt: skip

DIRECTIVES: list[Case] = [
    ("script-src ‘self’; img-src *", "non-ascii-directive", "error", "script-src", "‘self’", "script-src 'self'; img-src *"),
    ("script-src\u00a0'none'", "non-ascii-directive", "error", "script-src", "script-src\u00a0'none'", "script-src 'none'"),
    ("img-src https://münchen.example/ü", "non-ascii-directive", "error", "img-src", "https://münchen.example/ü", "img-src https://xn--mnchen-3ya.example/%C3%BC"),
    ("img-src 'self' – a.example", "non-ascii-directive", "error", "img-src", "–", "img-src 'self' a.example"),
    ("img-src https://mün|chen.example", "non-ascii-directive", "error", "img-src", "https://mün|chen.example", None),
    ("report-uri /é", "non-ascii-directive", "warning", "report-uri", "/é", None),
    ("img-src *; font-src *; img-src *", "duplicate-directive", "info", "img-src", "img-src *", "img-src *; font-src *"),
    ("img-src a.example; img-src b.example", "duplicate-directive", "warning", "img-src", "img-src b.example", "img-src a.example b.example"),
    ("img-src 'none'; font-src *; img-src b.example", "duplicate-directive", "warning", "img-src", "img-src b.example", "img-src b.example; font-src *"),
    ("img-src a.example data:; img-src data:", "duplicate-directive", "warning", "img-src", "img-src data:", None),
    ("img-src a.example; img-src 'none'", "duplicate-directive", "warning", "img-src", "img-src 'none'", None),
    ("img-src *; img-src 'self'", "duplicate-directive", "warning", "img-src", "img-src 'self'", None),
    ("script-src 'self' *; script-src 'self' a.example 'unsafe-eval'", "duplicate-directive", "warning", "script-src",
     "script-src 'self' a.example 'unsafe-eval'", "script-src 'self' * a.example 'unsafe-eval'"),
    ("img-src HTTPS://A.example; img-src https://a.example", "duplicate-directive", "info", "img-src", "img-src https://a.example", "img-src HTTPS://A.example"),
    (f"script-src {NONCE} 'unsafe-inline'; script-src 'unsafe-inline'", "duplicate-directive", "warning", "script-src", "script-src 'unsafe-inline'",
     f"script-src {NONCE} 'unsafe-inline'"),
    (f"script-src {NONCE} 'strict-dynamic' https:; script-src https:", "duplicate-directive", "warning", "script-src", "script-src https:",
     f"script-src {NONCE} 'strict-dynamic' https:"),
    ("report-uri /a; report-uri /b", "duplicate-directive", "warning", "report-uri", "report-uri /b", None),
    ("upgrade-insecure-requests 1", "unexpected-value", "info", "upgrade-insecure-requests", "1", "upgrade-insecure-requests"),
    ("img-src *; upgrade-insecure-requests 0", "unexpected-value", "warning", "upgrade-insecure-requests", "0", "img-src *; upgrade-insecure-requests"),
    ("referrer no-referrer; img-src *", "removed-directive", "warning", "referrer", "referrer", "img-src *"),
    ("img-src *; prefetch-src 'self'", "removed-directive", "info", "prefetch-src", "prefetch-src", "img-src *"),
    ("img-src *; block-all-mixed-content", "deprecated-directive", "info", "block-all-mixed-content", "block-all-mixed-content", "img-src *"),
    ("sandbox allow-script", "sandbox-flag", "error", "sandbox", "allow-script", "sandbox allow-scripts"),
    ("sandbox allow-script allow-scripts", "sandbox-flag", "warning", "sandbox", "allow-script", None),
    ("sandbox 'allow-forms'", "sandbox-flag", "error", "sandbox", "'allow-forms'", "sandbox allow-forms"),
    ("sandbox scripts allow-forms", "sandbox-flag", "error", "sandbox", "scripts", "sandbox allow-scripts allow-forms"),
    ("sandbox allow-everything", "sandbox-flag", "warning", "sandbox", "allow-everything", None),
    ("frame-ancestors 'unsafe-inline'", "frame-ancestors-source", "warning", "frame-ancestors", "'unsafe-inline'", "frame-ancestors 'none'"),
    ("frame-ancestors https://a.example:8443/b/", "frame-ancestors-source", "warning", "frame-ancestors", "https://a.example:8443/b/", "frame-ancestors https://a.example:8443"),
    ("frame-ancestors a.example/b?c", "frame-ancestors-source", "warning", "frame-ancestors", "a.example/b?c", "frame-ancestors a.example"),
    ("frame-ancestors https://a.example/* https://a.example", "frame-ancestors-source", "warning", "frame-ancestors", "https://a.example/*", "frame-ancestors https://a.example"),
    ("frame-ancestors https://a.example/?b", "query-in-source", "info", "frame-ancestors", "https://a.example/?b", "frame-ancestors https://a.example/"),
    ("frame-ancestors SAMEORIGIN", "frame-ancestors-source", "error", "frame-ancestors", "SAMEORIGIN", "frame-ancestors 'self'"),
    ("frame-ancestors SameOrigin https:", "frame-ancestors-source", "warning", "frame-ancestors", "SameOrigin", "frame-ancestors 'self' https:"),
    ("frame-ancestors DENY", "frame-ancestors-source", "warning", "frame-ancestors", "DENY", "frame-ancestors 'none'"),
    ("frame-ancestors DENY a.example", "frame-ancestors-source", "warning", "frame-ancestors", "DENY", "frame-ancestors a.example"),
    ("frame-ancestors ALLOW-FROM https://a.example", "frame-ancestors-source", "warning", "frame-ancestors", "ALLOW-FROM", "frame-ancestors https://a.example"),
    ("frame-ancestors allow-from: https://a.example", "frame-ancestors-source", "warning", "frame-ancestors", "allow-from:", "frame-ancestors https://a.example"),
    ("frame-ancestors ALLOWALL", "frame-ancestors-source", "error", "frame-ancestors", "ALLOWALL", "frame-ancestors *"),
    ("frame-ancestors 'SAMEORIGIN'", "unknown-keyword", "error", "frame-ancestors", "'SAMEORIGIN'", "frame-ancestors 'self'"),
    (f"frame-ancestors 'self' {NONCE}", "frame-ancestors-source", "warning", "frame-ancestors", NONCE, "frame-ancestors 'self'"),
    ("report-to https://r.example/csp", "report-to-token", "warning", "report-to", "https://r.example/csp", "report-uri https://r.example/csp"),
    ("report-uri /csp; report-to /csp", "report-to-token", "warning", "report-to", "/csp", None),
    ('report-to "csp"', "report-to-token", "warning", "report-to", '"csp"', "report-to csp"),
    ("report-to {{group}}", "report-to-token", "warning", "report-to", "{{group}}", None),
    ("report-to csp other", "report-to-token", "info", "report-to", "other", "report-to csp"),
    ("require-trusted-types-for", "inert-trusted-types", "warning", "require-trusted-types-for", "require-trusted-types-for", "require-trusted-types-for 'script'"),
    ("trusted-types a; img-src *", "inert-trusted-types", "info", "trusted-types", "trusted-types", "trusted-types a; require-trusted-types-for 'script'; img-src *"),
    ("trusted-types", "inert-trusted-types", "info", "trusted-types", "trusted-types", "trusted-types; require-trusted-types-for 'script'"),
    ("report-to", "report-to-token", "warning", "report-to", "report-to", None),
]  # fmt: skip

CASES = [*NAMES, *QUOTES, *SOURCES, *INERT, *TRUST, *DIRECTIVES]


@pytest.mark.parametrize(
    ("policy", "rule", "severity", "directive", "mark", "after"), CASES, ids=[ascii(case[0])[:60] for case in CASES]
)
def test_one_fault_is_one_finding(
    policy: str, rule: str, severity: str, directive: str, mark: str, after: str | None
) -> None:
    target = check(policy)
    told = [
        (each.name, each.severity, each.directive, marked(target, each), mended(target, each))
        for each in target.findings
    ]
    assert told == [(rule, severity, directive, mark, after)]


@pytest.mark.parametrize("case", CASES, ids=[ascii(case[0])[:60] for case in CASES])
def test_what_is_mended_is_not_told_again(case: Case) -> None:
    """From the edit's result alone, judged afresh: nothing graver than advice is left."""
    _, rule, *_, after = case
    if after is not None:
        assert [each.name for each in check(after).findings if each.name == rule or each.severity != "info"] == []


SAYS = [
    # policy, what the message and the cause say
    ("scrpit-src 'self'", "scrpit-src", "Did you mean script-src?"),
    ("scrpit-src 'self'", "scrpit-src", "it protects against nothing"),
    ('"img-src *; font-src *"', '"img-src', "The whole policy is in quotes"),
    ("script-src &apos;self&apos; *", "HTML escapes such as &apos;", "Escapes have no meaning in a header"),
    ('add_header Content-Security-Policy "img-src *" always', "add_header", ": img-src *"),
    ("img-src *; X-Frame-Options: DENY", "X-Frame-Options:", "a header of its own"),
    ("img-src *; DENY", "DENY", "a value of another header, X-Frame-Options"),
    ("img-src *; camera 'none'; usb=()", "camera and usb=() are not known directives", "Permissions-Policy"),
    ("img-src *; <%= more %>", "<%=", "a template that nothing filled in"),
    ('"', "not a known directive", "It is a stray character. Nothing of the policy is in force"),
    ("script-src 'self':", "with a colon after it", ""),
    ("script-src 'unsafe-inline' 'sha256-abc'", "3 characters, and a sha256 hash has 43", "still disables the 'unsafe-inline' of script-src"),
    ("script-src 'unsafe-inline' 'nonce-a.b'", "is not a nonce", "does not disable 'unsafe-inline'"),
    (f"script-src 'sha256-{EMPTY[:-1]}'", "Firefox never matches it, Chromium does", ""),
    ("img-src a.example; img-src b.example", "use the first one", "The first one does not have b.example"),
    ("img-src *; img-src 'self'", "use the first one", "The later one is stricter, but has no effect: the first one still allows *."),
    ("default-src 'self'; default-src 'none'", "use the first one", "has no effect: the first one still allows 'self'."),
    ("script-src 'self' 'unsafe-inline'; script-src 'self'", "use the first one", "has no effect: the first one still allows 'unsafe-inline'."),
    ("sandbox none", "not a sandbox flag", "the page runs no scripts and it submits no forms."),
    ("sandbox allow-all allow-scripts", "not a sandbox flag", "forbids everything that no flag allows: it submits no forms."),
    ("sandbox allow-all allow-scripts allow-forms", "not a sandbox flag", ""),
    ("img-src é; img-src 'self'", "img-src", ""),
    ("default-src self; img-src self; font-src self", "default-src, img-src and font-src", ""),
    ("default-src ‘self’; img-src ‘none’", "default-src and img-src entirely", ""),
    ("img-src https://a.example:99999", "99999 is not a valid port", "allows nothing at all"),
    ("img-src https:", "", ""),
    ("img-src a.example:/b", "the port after the colon is missing", ""),
    ("script-src 'sha256:abc'", "a dash follows the algorithm", ""),
    ("script-src 'nonce'", "it has no value; a nonce is written 'nonce-…'", ""),
    ("script-src 'nonce=abc'", "the dash after nonce is missing", ""),
    ("script-src 'self' 'strict-dynamic-url'", "belongs to an experiment of Chromium's", "Firefox and Safari"),
    (f"script-src 'self' 'EVAL-sha384-{EMPTY}'", "allows nothing unless the page is enrolled in it.", "Firefox"),
    (f"script-src 'self' 'url-sha256-{EMPTY}'", "it disables the hosts and schemes of script-src, 'self' included", ""),
    ("script-src 'md5-abc'", "only sha256, sha384 and sha512 count. Browsers ignore it", ""),
    (f"script-src 'unsafe-inline' 'sha256-{EMPTY}='", "too many = signs: Chromium ignores it, Firefox keeps it", "does not disable 'unsafe-inline' in Chromium: script-src lets"),
    ("script-src 'sha256-abcde'", "is not base64: Chromium ignores it, Firefox keeps it", ""),
    ("script-src a.example/b/../c", "does not match /c", "compare the path as you wrote it"),
    ("trusted-types a", "restricts which Trusted Types policies scripts may create", "Browsers still accept plain strings"),
    ("form-action *; 'unsafe-inline'", "'unsafe-inline' is not a known directive", "which is for script-src or style-src"),
    ("img-src *; unsafe-webtransport-hashes", "not a known directive", "'unsafe-webtransport-hashes', which is for connect-src"),
    ("img-src a.example/b;c", "c is not a known directive", "cut a.example/b in img-src in two"),
    ("report-uri /b?c=1,2", "the rest of /b?c=1 in report-uri", "A comma ends the policy"),
    ("img-src https: https://a.example; font-src data: a.example *", "1 more like it", "https://a.example by https: (img-src) and a.example by * (font-src)"),
    ("img-src * 'unsafe-eval'; style-src 'unsafe-eval'", "in img-src: it is for script-src. The policy has 1 more", "'unsafe-eval' (img-src) and 'unsafe-eval' (style-src)"),
    (f"frame-src * {NONCE}", "nonces and hashes are for scripts and styles", ""),
    ("script-src-attr *", "attributes have no URL", ""),
    (f"script-src-attr 'sha256-{EMPTY}'", "only count beside 'unsafe-hashes'", ""),
    ("frame-ancestors a.example/b", "compare only the origin of the page with the frame", "Chromium never matches such a source; Firefox ignores the path"),
    ("frame-ancestors deny", "is read as the host deny", "X-Frame-Options"),
    ("Content-Security-Policy: img-src *", "Content-Security-Policy:", "img-src *"),
    ("img-src 'self' https://*/x/", "ignored by Firefox", ""),
    ("img-src 'self' https//a.example", "read as the host https", ""),
    ("report-to {{group}}", "{{group}} is a template that nothing filled in", ""),
    ('report-to {"group":"csp"}', "it contains JSON", ""),
    (f"{TYPES}; trusted-types 'none' 'allow-duplicates'", "", ""),
    (f"{TYPES}; trusted-types * a-b_c a#b=c/@d.e%f", "", ""),
    ("img-src about: 'self'; default-src javascript: 'self'", "", ""),
    ("frame-src capacitor://localhost app://a.example null.example *.undefined true.example", "", ""),
    ("font-src nan", "read as the host nan: a program wrote it", "allows nothing of what was meant"),
    ("font-src htps://a.example", "read as the scheme htps, which no address has: https was meant", ""),
    ("connect-src https;//a.example", "//a.example is not a known directive", "cut https;//a.example in connect-src in two"),
    ("font-src data", "read as the host data: the scheme is written with its colon, data:", "allows nothing of what was meant"),
    ("font-src data:443 data.example data.", "Firefox accepts no dot after a host", ""),  # hosts, whatever they are called
]  # fmt: skip


@pytest.mark.parametrize(("policy", "message", "cause"), SAYS, ids=[ascii(case[0])[:60] for case in SAYS])
def test_words_name_what_matters(policy: str, message: str, cause: str) -> None:
    findings = check(policy).findings
    if not message:
        assert findings == ()
    else:
        assert message in findings[0].message
        assert cause in findings[0].cause


def test_one_token_in_several_lists_is_told_once_and_mended_everywhere() -> None:
    target = check("default-src self; object-src 'self' self; frame-ancestors self")
    [finding] = target.findings
    assert (finding.directive, finding.severity) == ("default-src", "error")
    assert mended(target, finding) == "default-src 'self'; object-src 'self'; frame-ancestors 'self'"


def test_dropped_first_directive_takes_the_second_with_it() -> None:
    told = {each.name: each.message for each in check("script-src ‘self’; script-src 'self'").findings}
    assert (
        "browsers drop the first one for its characters, and Chromium ignores this one" in told["duplicate-directive"]
    )
    assert set(told) == {"non-ascii-directive", "duplicate-directive"}


def test_same_wrong_token_twice_in_a_list_is_told_once() -> None:
    told = [each.name for each in check("frame-ancestors 'self' 'unsafe-inline' 'unsafe-inline'").findings]
    assert told == ["frame-ancestors-source", "duplicate-source"]


RUN_ON = [
    "script-src 'self' img-src self",
    "img-src self; script-src 'self' self object-src 'none'",
    "script-src 'self' 'self' data: object-src 'none'",
    "script-src none 'self' object-src data",
    "style-src 'self' 'unsafe-eval' img-src *",
    "script-src a.example img-src b.example; script-src c.example",
    "upgrade-insecure-requests 1 img-src *",
    "frame-ancestors SAMEORIGIN img-src *",
]


@pytest.mark.parametrize("policy", RUN_ON)
def test_edits_wait_for_a_missing_semicolon(policy: str) -> None:
    """Any other edit would keep the next directive's name as a source of the list."""
    findings = check(policy).findings
    edited = [each.name for each in findings if each.fix and each.fix.edits]
    assert edited == ["missing-semicolon"]
    assert len(findings) > 1


CONSEQUENCES = [
    "upgrade-insecure-requests img-src *",
    "report-to csp img-src 'self'",
    "script-src 'self': img-src 'self'",
    "sandbox allow-forms img-src nonsense",
]


@pytest.mark.parametrize("policy", CONSEQUENCES)
def test_what_a_missing_semicolon_explains_is_not_reported_beside_it(policy: str) -> None:
    assert [each.name for each in check(policy).findings] == ["missing-semicolon"]


DIAGNOSES = [
    # token, the kind of its diagnosis, what was meant
    ("https://a.example", None, "https://a.example"),
    ("'self'", None, "'self'"),
    ("self", "unquoted", "'self'"),
    ("'self", "unquoted", "'self'"),
    ("'unsafe-hashed-attributes'", "unknown keyword", "'unsafe-hashes'"),
    ("'nosuchword'", "unknown keyword", ""),
    ("'nonce-a.b'", "nonce", ""),
    ("'md5abc'", "hash", ""),
    ("'sha256-abc'", "hash", "'sha256-abc'"),  # it still disables 'unsafe-inline'
    (f"'sha384-{EMPTY}'", "hash", f"'sha256-{EMPTY}'"),
    ("img-src", "directive name", ""),
    ("{{host}}", "template", ""),
    ("}}", "end", ""),
    ("=", "stray", ""),
    ("data", "misread host", "data:"),
    ("undefined", "misread host", ""),
    ("https://.a.example", "lost asterisk", "https://*.a.example"),
    ("'self'https://a.example", "not a source", "'self' https://a.example"),
    ("'self'script-src", "merged", ""),
    ("https://a.example//b", "firefox", "https://a.example//b"),
    ("'strict-dynamic-url'", "experimental", "'strict-dynamic-url'"),
]


@pytest.mark.parametrize(("text", "kind", "text_meant"), DIAGNOSES)
def test_each_token_has_one_diagnosis(text: str, kind: str | None, text_meant: str) -> None:
    source = parse_source(text)
    found = diagnose(source)
    assert (found.kind if found else None) == kind
    assert meant(source) == text_meant


def test_a_comma_before_a_name_with_a_colon_goes_with_all_the_colons() -> None:
    target = check("default-src 'self', script-src: 'none'; img-src: *, font-src: *")
    assert [(each.name, each.value) for each in target.findings] == [
        ("comma-in-policy", "script-src:"),
        ("unknown-directive", "img-src:"),
    ]
    assert mended(target, target.findings[0]) == "default-src 'self'; script-src 'none'; img-src *; font-src *"


def test_edits_of_other_lists_do_not_wait() -> None:
    policy = "img-src self; script-src 'self' object-src 'none'"
    assert [each.name for each in check(policy).findings if each.fix and each.fix.edits] == [
        "unquoted-keyword",
        "missing-semicolon",
    ]


def test_report_only_policies_are_judged_too() -> None:
    [finding] = check(report_only="script-src self").findings
    assert (finding.name, finding.severity, finding.policy) == ("unquoted-keyword", "warning", 0)
    assert finding.message.startswith("Nothing is blocked yet (report-only): ")
