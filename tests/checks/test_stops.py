"""What stops a page besides source lists: each row was seen in Chromium 156 and Firefox 153."""

from __future__ import annotations

from pathlib import Path

import pytest

import csplint
from csplint.checks.script_text import created, sinks
from csplint.cli.entry import run
from csplint.model import Finding, TargetReport
from tests.guide.pages import TAG

SHOP = "https://shop.example/"
CSP = "Content-Security-Policy"
Headers = list[tuple[str, str]]


def checked(body: str, *headers: tuple[str, str], packs: tuple[str, ...] = ("delivery",)) -> TargetReport:
    sent = [("Content-Type", "text/html; charset=utf-8"), *headers]
    return csplint.check_page(f"<!doctype html>{body}".encode(), sent, url=SHOP, packs=list(packs)).targets[0]


def names(body: str, *headers: tuple[str, str]) -> list[str]:
    return [each.name for each in checked(body, *headers).findings if each.name != "policy-missing"]


def one(body: str, *headers: tuple[str, str]) -> Finding:
    [finding] = checked(body, *headers).findings
    return finding


# ------------------------------------------------------------------ sandbox

SCRIPT = "<script src=/app.js></script>"
FORM = "<form action=/a><button>x</button></form>"
ALL = "allow-scripts allow-same-origin allow-forms allow-popups allow-downloads"


@pytest.mark.parametrize(
    ("flags", "body", "expected"),
    [
        ("", "<p>a shop", []),
        ("", SCRIPT, ["sandbox-blocks-scripts"]),
        ("", "<p onclick='x()'>", ["sandbox-blocks-scripts"]),
        ("", "<a href='javascript:x()'>", ["sandbox-blocks-scripts"]),
        ("", "<script type=text/template>x</script>", []),
        ("ALLOW-Scripts Allow-Same-Origin", SCRIPT, []),
        ("allow-scripts", SCRIPT, ["sandbox-opaque-origin"]),
        ("allow-scripts", "<p>a shop", []),
        ("allow-scripts allow-same-origin", FORM, ["sandbox-blocks-forms"]),
        ("allow-scripts allow-same-origin", "<form method=dialog></form>", []),
        ("allow-forms", "<a target=_BLANK href=/x>x</a>", ["sandbox-blocks-popups"]),
        ("allow-forms", "<a target=_blank>x</a>", []),
        ("allow-forms", "<base target=_blank><a href=/x>x</a>", ["sandbox-blocks-popups"]),
        ("allow-forms", "<a target=_self href=/x>x</a>", []),
        ("allow-forms", "<a download target=_blank href=/x>x</a>", ["sandbox-blocks-downloads"]),
        ("allow-forms", "<template><a target=_blank href=/x>x</a></template>", []),
        ("allow-scripts allow-same-origin", "<script>window.open('/x')</script>", ["sandbox-blocks-popups"]),
        ("allow-scripts allow-same-origin", "<script>dialog.open('/x')</script>", []),
        ("allow-scripts allow-same-origin", "<p onclick=\"if (confirm('x')) y()\">", ["sandbox-blocks-dialogs"]),
        ("allow-scripts allow-same-origin", "<script>app.alert('x'); alerted(y)</script>", []),
        ("allow-forms", "<script>alert('x')</script>", ["sandbox-blocks-scripts"]),
        (ALL, f"{SCRIPT}{FORM}<a target=_blank href=/x>x</a><a download href=/x>x</a>", []),
    ],
)
def test_a_sandbox_against_the_page(flags: str, body: str, expected: list[str]) -> None:
    assert names(body, (CSP, f"sandbox {flags}")) == expected


def test_a_sandbox_in_a_report_only_policy_or_a_meta_element_stops_nothing() -> None:
    found = names(SCRIPT, (f"{CSP}-Report-Only", "sandbox; report-uri /r"))
    found += names(f'<meta http-equiv={CSP} content="sandbox">{SCRIPT}')
    assert not any(name.startswith("sandbox") for name in found)


def test_every_policy_must_have_the_flag() -> None:
    found = checked(SCRIPT, (CSP, f"sandbox {ALL}"), (CSP, "sandbox allow-same-origin"))
    assert [(each.name, each.policy) for each in found.findings] == [("sandbox-blocks-scripts", 1)]


def test_modules_and_fonts_of_an_opaque_origin_are_named() -> None:
    body = "<script type=module src=/m.js></script><style>@font-face{font-family:x;src:url(/f.woff2)}</style>"
    assert "its own module scripts and fonts do not load" in one(body, (CSP, "sandbox allow-scripts")).message
    assert "do not load" not in one(SCRIPT, (CSP, "sandbox allow-scripts")).message


def test_what_lets_code_run_is_no_edit() -> None:
    """A page that others write may be sandboxed on purpose."""
    for flags, body, kinds in (("", SCRIPT, []), ("allow-scripts", SCRIPT, []), ("allow-popups", FORM, ["policy"])):
        fix = one(body, (CSP, f"sandbox {flags}")).fix
        assert fix is not None
        assert [edit.kind for edit in fix.edits if edit.kind == "policy"] == kinds


# ------------------------------------------------------------------ Trusted Types


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var s = document.createElement('script'); s.src = '/a.js'", ("src of a script element",)),
        ("s=d.createElement(`script`),s.src=a", ("src of a script element",)),
        (
            "(function(w,d,s){var j=d.createElement(s);j.src='/a'})(window,document,'script')",
            ("src of a script element",),
        ),
        ("x = document.createElement('SCRIPT'); x.setAttribute('src', a)", ("src of a script element",)),
        ("x = document.createElement('script'); x.textContent = a", ("textContent of a script element",)),
        ("x = document.createElement('script'); y.src = a", ()),
        ("x = document.createElement('script'); if (x.src == a) b()", ()),
        ("i = document.createElement('img'); i.src = '/a.png'", ()),
        ("a.innerHTML = b", ("innerHTML",)),
        ("a.innerHTML += b", ("innerHTML",)),
        ("if (a.innerHTML === b) c()", ()),
        ("document.write('<p>')", ("document.write()",)),
        ("a.insertAdjacentHTML('beforeend', b)", ("insertAdjacentHTML()",)),
        ("eval(a)", ("eval()",)),
        ("medieval(a); b.eval(c)", ()),
        ("setTimeout('a()', 1)", ("setTimeout() with a string",)),
        ("setTimeout(a, 1)", ()),
        ("new Function('return 1')", ("new Function()",)),
        ("new Worker('/w.js')", ("new Worker()",)),
        ("f.srcdoc = a", ("srcdoc",)),
        ("a.onclick = function () {}", ()),
        ("if (window.trustedTypes) p = trustedTypes.createPolicy('p', {}); a.innerHTML = p.createHTML(b)", ()),
    ],
)
def test_sinks_of_a_text(text: str, expected: tuple[str, ...]) -> None:
    assert sinks(text) == expected


def test_only_the_first_part_of_a_text_is_searched() -> None:
    assert sinks(" " * 200_000 + "eval(a)") == ()
    for text in (
        "a" * 300_000,
        "a=" * 150_000,
        "a." * 150_000,
        "=a.a.a" * 60_000,
        "a " * 150_000,
        "createElement(" * 20_000,
    ):
        assert sinks(f"'script'{text}") == ()


def test_names_of_created_policies() -> None:
    text = (
        "trustedTypes.createPolicy('default', {}); w.trustedTypes.createPolicy(\"shop#html\", {}); x.createPolicy(name)"
    )
    assert created(text) == ("default", "shop#html")


TYPES = "require-trusted-types-for 'script'"
HTML = "<script>document.body.innerHTML = a</script>"
DEFAULT = "<script>trustedTypes.createPolicy('default', {})</script>"
BLOCKS, REFUSED = "trusted-types-block-script", "trusted-types-policy-refused"


@pytest.mark.parametrize(
    ("policy", "body", "expected"),
    [
        (TYPES, HTML, [BLOCKS]),
        (TYPES, f"{DEFAULT}{HTML}", []),
        (f"{TYPES}; trusted-types *", f"{DEFAULT}{HTML}", []),
        (f"{TYPES}; trusted-types default 'none'", f"{DEFAULT}{HTML}", []),
        (f"{TYPES}; trusted-types 'none'", f"{DEFAULT}{HTML}", [BLOCKS, REFUSED]),
        (f"{TYPES}; trusted-types", f"{DEFAULT}{HTML}", [BLOCKS, REFUSED]),
        (f"{TYPES}; trusted-types Default", DEFAULT, [REFUSED]),
        ("require-trusted-types-for 'style'", HTML, []),
        ("REQUIRE-trusted-types-for 'SCRIPT'", HTML, [BLOCKS]),
        (TYPES, "<a href='javascript:a()'>x</a>", [BLOCKS]),
        (TYPES, "<p onclick='this.outerHTML = a'>", [BLOCKS]),
        (TYPES, "<script type=text/template>a.innerHTML = b</script>", []),
        (TYPES, SCRIPT, []),
    ],
)
def test_trusted_types_against_the_page(policy: str, body: str, expected: list[str]) -> None:
    found = names(body, (CSP, policy))
    assert sorted(name for name in found if name.startswith("trusted")) == sorted(expected)


def test_a_meta_element_requires_types_of_what_follows_it() -> None:
    meta = f'<meta http-equiv={CSP} content="{TYPES}">'
    assert BLOCKS in names(f"{meta}{HTML}")
    assert BLOCKS not in names(f"{HTML}{meta}")


def test_report_only_types_say_so() -> None:
    [found] = [
        each
        for each in checked(HTML, (f"{CSP}-Report-Only", f"{TYPES}; report-uri /r")).findings
        if each.name == BLOCKS
    ]
    assert found.message.startswith("Nothing is blocked yet (report-only)")


# ------------------------------------------------------------------ Cross-Origin-Embedder-Policy, Integrity-Policy

COEP, INTEGRITY = "Cross-Origin-Embedder-Policy", "Integrity-Policy"
FAR = "<script src='https://cdn.example/a.js'></script>"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (["require-corp"], FAR, ["embedder-policy-blocks-files"]),
        (['require-corp; report-to="x"'], FAR, ["embedder-policy-blocks-files"]),
        (["require-corp"], FAR.replace("src", "crossorigin src"), []),
        (["require-corp"], FAR.replace("src", "type=module src"), []),
        (["require-corp"], f"{SCRIPT}<img src=/a.png>", []),
        (["require-corp"], "<img src='https://cdn.example/a.png'>", ["embedder-policy-blocks-files"]),
        (["require-corp"], "<link rel=stylesheet href='https://cdn.example/a.css'>", ["embedder-policy-blocks-files"]),
        (["require-corp"], "<img src='data:image/gif,'>", []),
        (["require-corp"], "<iframe src=/own></iframe>", ["embedder-policy-blocks-files"]),
        (["credentialless"], FAR, []),
        (["credentialless"], "<iframe src='https://map.example/'></iframe>", ["embedder-policy-blocks-files"]),
        (["unsafe-none"], FAR, []),
        (["require-corp", "require-corp"], FAR, ["embedder-policy-ignored"]),
        (["Require-Corp"], FAR, ["embedder-policy-ignored"]),
        (['"require-corp"'], FAR, ["embedder-policy-ignored"]),
        (["require-corp ; a"], FAR, ["embedder-policy-ignored"]),
        ([""], FAR, []),
    ],
)
def test_embedder_policy(headers: list[str], body: str, expected: list[str]) -> None:
    assert names(body, *((COEP, value) for value in headers)) == expected


def test_a_report_only_embedder_policy_blocks_nothing() -> None:
    assert names(FAR, (f"{COEP}-Report-Only", "require-corp")) == []


HASHED = "integrity='sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (["blocked-destinations=(script)"], SCRIPT, ["integrity-policy-blocks-scripts"]),
        (["blocked-destinations=(style)", "blocked-destinations=(script)"], SCRIPT, ["integrity-policy-blocks-scripts"]),
        (["blocked-destinations=(script);a=1"], SCRIPT, ["integrity-policy-blocks-scripts"]),
        (["blocked-destinations=(script)"], f"<script {HASHED} src=/a.js></script>", ["integrity-policy-blocks-scripts"]),
        (["blocked-destinations=(script)"], f"<script {HASHED} crossorigin src=/a.js></script>", []),
        (["blocked-destinations=(script)"], f"<script {HASHED} type=module src=/a.js></script>", []),
        (["blocked-destinations=(script)"], "<script integrity=zzz crossorigin src=/a.js></script>", ["integrity-policy-blocks-scripts"]),
        (["blocked-destinations=(script)"], "<script>a()</script><script src='data:text/javascript,1'></script>", []),
        (["blocked-destinations=(style)"], SCRIPT, ["integrity-policy-ignored"]),
        (["blocked-destinations=(script), sources=()"], SCRIPT, ["integrity-policy-ignored"]),
        (['blocked-destinations=("script")'], SCRIPT, ["integrity-policy-ignored"]),
        (["blocked-destinations=(script"], SCRIPT, ["integrity-policy-ignored"]),
    ],
)  # fmt: skip
def test_integrity_policy(headers: list[str], body: str, expected: list[str]) -> None:
    assert names(body, *((INTEGRITY, value) for value in headers)) == expected


# ------------------------------------------------------------------ X-Frame-Options

FRAMES = "X-Frame-Options"
IGNORED, CONFLICT, OVERRIDDEN = "frame-options-ignored", "frame-options-conflict", "frame-options-overridden"


@pytest.mark.parametrize(
    ("values", "policy", "expected"),
    [
        (["DENY"], "", []),
        (["sameorigin", "SAMEORIGIN"], "", []),
        (["DENY, SAMEORIGIN"], "", [(CONFLICT, "warning")]),
        (["SAMEORIGIN,"], "", [(CONFLICT, "warning")]),
        (["junk, SAMEORIGIN"], "", [(CONFLICT, "warning")]),
        (["ALLOWALL, junk"], "", [(CONFLICT, "warning")]),
        (["junk, other"], "", [(IGNORED, "warning")]),
        (["ALLOW-FROM https://a.example/"], "", [(IGNORED, "warning")]),
        (["ALLOW-FROM https://a.example/"], "frame-ancestors 'self'", [(IGNORED, "info")]),
        (["SAMEORIGIN;"], "", [(IGNORED, "warning")]),
        ([""], "", []),
        (["DENY"], "frame-ancestors 'none'", []),
        (["SAMEORIGIN"], "frame-ancestors 'self'", []),
        (["SAMEORIGIN"], "frame-ancestors https://shop.example", []),
        (["DENY"], "frame-ancestors 'self'", [(OVERRIDDEN, "info")]),
        (["SAMEORIGIN"], "frame-ancestors 'none'", [(OVERRIDDEN, "info")]),
        (["SAMEORIGIN"], "frame-ancestors https://a.example", [(OVERRIDDEN, "info")]),
        (["DENY, SAMEORIGIN"], "frame-ancestors 'self'", []),
    ],
)
def test_frame_options(values: list[str], policy: str, expected: list[tuple[str, str]]) -> None:
    sent = [*((FRAMES, value) for value in values), *([(CSP, policy)] if policy else [])]
    assert [
        (each.name, each.severity) for each in checked("<p>a shop", *sent).findings if each.name != "policy-missing"
    ] == expected


def test_a_report_only_frame_ancestors_overrides_nothing() -> None:
    assert OVERRIDDEN not in names("<p>", (FRAMES, "DENY"), (f"{CSP}-Report-Only", "frame-ancestors *; report-uri /r"))


# ------------------------------------------------------------------ srcdoc

CHART = "<script src='https://cdn.example/chart.js'></script>"


def frame(inner: str, more: str = "") -> str:
    return f'<iframe {more} srcdoc="{inner.replace("&", "&amp;").replace(chr(34), "&quot;")}"></iframe>'


@pytest.mark.parametrize(
    ("policy", "body", "expected"),
    [
        ("script-src 'self'", frame(CHART), ["script-src 1"]),
        ("script-src 'self'", frame(f"{CHART}<script>draw()</script>"), ["script-src 1"]),
        ("script-src 'self' https://cdn.example", frame(CHART), []),
        ("script-src 'self'", frame(CHART, "sandbox=allow-scripts"), ["script-src 1"]),
        ("script-src 'self'", frame(CHART, "sandbox"), []),
        ("script-src 'self'; sandbox", frame(CHART), []),
        ("img-src 'self'; sandbox", frame("<img src='https://cdn.example/a.png'>"), ["img-src 1"]),
        ("frame-src 'none'", frame("<p>"), []),
        ("script-src 'self'", frame("<script src=a.js></script>"), []),
        (
            "script-src 'self'",
            f"<base href='https://cdn.example/'>{frame('<script src=a.js></script>')}",
            ["script-src 1"],
        ),
        ("img-src 'none'", frame(frame("<img src=a.png>").replace('"', "'")), ["img-src 1"]),
        ("default-src 'self'", "<template>" + frame(CHART) + "</template>", []),
    ],
)
def test_a_frame_inherits_the_policy(policy: str, body: str, expected: list[str]) -> None:
    found = checked(body, (CSP, policy)).findings
    assert [each.value for each in found if each.name == "srcdoc-blocked"] == expected


def test_a_meta_element_governs_the_frames_after_it() -> None:
    meta = f"<meta http-equiv={CSP} content=\"script-src 'self'\">"
    assert "srcdoc-blocked" in names(f"{meta}{frame(CHART)}")
    assert "srcdoc-blocked" not in names(f"{frame(CHART)}{meta}")


def test_what_a_frame_uses_is_not_unused() -> None:
    """The hash is that of `start()`, and the nonce is on the frame's script only."""
    digest = "'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='"
    nonce = "3TmVbQn7LkHsYw2RzXcAfg=="
    inner = f"<script>start()</script><script nonce='{nonce}' src=/a.js></script>"
    for body, expected in ((frame(inner), []), ("<p>", ["unused-hash", "unused-nonce"])):
        target = checked(body, (CSP, f"script-src {digest} 'nonce-{nonce}'"), packs=("page",))
        assert sorted(each.name for each in target.findings if each.name.startswith("unused")) == expected


def test_frames_that_are_not_read_are_said_to_be_so() -> None:
    target = checked(frame("<p>") * 21, (CSP, "script-src 'self'"))
    assert target.limits == ("The srcdoc frame at line 1 was not read: it is too large or complex.",)
    deep = "<img src=a.png>"
    for quote in ('"', "'", '"', "'", '"'):
        deep = f"<iframe srcdoc={quote}{deep.replace('&', '&amp;').replace(quote, '&quot;' if quote == chr(34) else '&#39;')}{quote}></iframe>"
    assert checked(deep, (CSP, "script-src 'self'")).limits


# ------------------------------------------------------------------ the widget: rule, verdict, needs table

WORKS = "script-src 'unsafe-inline' https://app-cdn.velaro.com; object-src 'none'; base-uri 'none'"
SNIPPET = """<script>var s = document.createElement('script'); s.src = 'https://app-cdn.velaro.com/widgets/shim';
document.head.append(s); Velaro('boot', {})</script>"""
TYPED = f"{WORKS}; {TYPES}"
NO_DEFAULT = f"{TYPED}; trusted-types 'none'"


@pytest.mark.parametrize(
    ("policy", "headers", "body", "rule", "state", "embed"),
    [
        (WORKS, [], TAG, "", "works", "met"),
        (f"{WORKS}; sandbox", [], TAG, "sandbox-blocks-widget error", "broken", "unmet"),
        (f"{WORKS}; sandbox allow-scripts", [], TAG, "sandbox-without-storage warning", "unknown", "unknown"),
        (f"{WORKS}; sandbox {ALL}", [], TAG, "", "works", "met"),
        (TYPED, [], SNIPPET, "trusted-types-block-widget error", "broken", "unmet"),
        (NO_DEFAULT, [], f"{SCRIPT}{SNIPPET}", "trusted-types-block-widget error", "broken", "unmet"),
        # a file or another script may create the default policy
        (TYPED, [], f"{SCRIPT}{SNIPPET}", "trusted-types-block-widget warning", "unknown", "unknown"),
        (TYPED, [], f"{DEFAULT}{SNIPPET}", "trusted-types-block-widget warning", "unknown", "unknown"),
        (TYPED, [], TAG, "trusted-types-block-widget warning", "unknown", "unknown"),
        (WORKS, [(COEP, "require-corp")], TAG, "embedder-policy-may-block-widget warning", "unknown", "unknown"),
        (WORKS, [(COEP, "credentialless")], TAG, "", "works", "met"),
        (WORKS, [(f"{COEP}-Report-Only", "require-corp")], TAG, "", "works", "met"),
        (WORKS, [(INTEGRITY, "blocked-destinations=(script)")], TAG, "integrity-policy-blocks-widget error", "broken", "unmet"),
        (WORKS, [(INTEGRITY, "blocked-destinations=(script)")], SNIPPET, "integrity-policy-blocks-widget error", "broken", "unmet"),
        (
            WORKS,
            [(INTEGRITY, "blocked-destinations=(script)")],
            TAG.replace("<script ", f"<script crossorigin {HASHED} "),
            "integrity-policy-blocks-widget warning",
            "unknown",
            "unknown",
        ),
        ("script-src 'none'", [(COEP, "require-corp")], TAG, "embedder-policy-may-block-widget warning", "broken", "unmet"),
    ],
)  # fmt: skip
def test_the_widget(policy: str, headers: Headers, body: str, rule: str, state: str, embed: str) -> None:
    target = checked(body, (CSP, policy), *headers, packs=("velaro",))
    assert target.verdict is not None
    known = ("sandbox", "trusted", "embedder", "integrity")
    found = [f"{each.name} {each.severity}" for each in target.findings if each.name.startswith(known)]
    assert found == ([rule] if rule else [])
    assert target.verdict.state == state
    assert {each.id: each.state for each in target.requirements}["script"] == embed
    if rule.endswith("error"):
        assert target.verdict.causes
        assert target.findings[0].effect == "widget"
        why = target.verdict.vendors[0].why
        assert why
        assert why in target.verdict.text


def test_a_report_only_sandbox_stops_no_widget() -> None:
    target = checked(TAG, (CSP, WORKS), (f"{CSP}-Report-Only", f"{WORKS}; sandbox; report-uri /r"), packs=("velaro",))
    assert not any(each.name.startswith("sandbox") for each in target.findings)
    assert target.verdict is not None
    assert target.verdict.state == "works"


def test_report_only_types_are_not_ready() -> None:
    sent = (f"{CSP}-Report-Only", f"{TYPED}; report-uri /r")
    found = {each.name for each in checked(SNIPPET, sent, packs=("velaro",)).findings}
    assert {"trusted-types-block-widget", "report-only-not-ready"} <= found


def test_files_without_cors_are_unknown_under_require_corp_and_connections_are_not() -> None:
    target = checked(TAG, (CSP, WORKS), (COEP, "require-corp"), packs=("velaro",))
    states = {each.id: (each.state, each.needs) for each in target.requirements}
    assert states["img-cdn"] == ("unknown", "https://app-cdn.velaro.com")
    assert {state for state, needs in states.values() if "wss:" in needs or needs in {"blob:", "data:"}} == {"met"}


def test_safari_does_not_read_integrity_policy() -> None:
    target = checked(TAG, (CSP, WORKS), (INTEGRITY, "blocked-destinations=(script)"), packs=("velaro",))
    assert target.verdict is not None
    assert target.verdict.browsers == {"safari": "works"}


def test_a_widget_that_would_be_added_is_judged_too() -> None:
    target = checked("<p>a shop", (CSP, f"{WORKS}; sandbox"), packs=("velaro",))
    assert target.verdict is not None
    assert (target.verdict.state, target.verdict.if_added) == ("absent", "broken")


def test_one_finding_for_a_sandbox_that_stops_page_and_widget() -> None:
    target = checked(f"{SCRIPT}{TAG}", (CSP, f"{WORKS}; script-src-elem *; sandbox"), packs=("velaro", "delivery"))
    assert [each.name for each in target.findings if each.name.startswith("sandbox")] == ["sandbox-blocks-widget"]
    assert target.corrected is not None
    assert "sandbox allow-scripts allow-same-origin" in (target.corrected.headers[0].after or "")


@pytest.mark.parametrize("text", ["sandbox", f"{TYPES}; trusted-types 'none'"])
def test_a_bare_policy_is_judged(text: str) -> None:
    [target] = csplint.check_policy(f"{WORKS}; {text}", page=SHOP).targets
    assert target.verdict is not None
    assert target.verdict.state in {"broken", "unknown"}


@pytest.mark.parametrize("form", ["text", "json", "html", "markdown"])
def test_what_is_unknown_is_called_so(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "page.txt"
    saved.write_text(
        f"HTTP/1.1 200 OK\nContent-Type: text/html\n{CSP}: {WORKS}\n{COEP}: require-corp\n\n{TAG}", "utf-8"
    )
    assert run(["check", str(saved), "--page", SHOP, "--pack", "velaro", "--format", form, "-v"]) == 0
    shown = capsys.readouterr().out
    assert {"text": "unknown ?", "json": '"state":"unknown"', "html": "unknown", "markdown": "unknown"}[form] in (
        shown.replace('": ', '":')
    )
    if form == "html":
        assert 'class="state unknown"' in shown
