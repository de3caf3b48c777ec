"""Lines of consoles: what each says, in the words of Chromium 156, Firefox 153, WebKitGTK 2.50 and of older browsers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csplint.messages.console import MAX_MESSAGE, read_dump, read_line
from csplint.messages.message import Message

CDN = "https://cdn.other.example"
HASH = "'sha256-GJEEwKZOcmjLDEwkh24+p16ReXOYAJCkTvCT6LZTIVI='"
POLICY = "the following Content Security Policy directive"
EITHER = f"Either the 'unsafe-inline' keyword, a hash ({HASH}), or a nonce ('nonce-...') is required to enable inline execution."
DONE = "The action has been blocked."
REPORT_ONLY = "The policy is report-only, so the violation has been logged but no further action has been taken."
FIREFOX = "Content-Security-Policy: The page’s settings"
SAFARI = "of the Content Security Policy."


def fallback(missing: str, used: str) -> str:
    return f"Note that '{missing}' was not explicitly set, so '{used}' is used as a fallback."


def said(line: str) -> dict[str, Any]:
    """What a line says, without what is empty, the line itself and the notes."""
    found = read_line(line)
    fields = {name: getattr(found, name) for name in Message.__struct_fields__ if name not in {"text", "notes"}}
    return {name: value for name, value in fields.items() if value not in ("", 0, None, ())}


CHROMIUM: list[tuple[str, dict[str, Any]]] = [
    (
        f"Loading the script '{CDN}/a.js' violates {POLICY}: \"script-src 'self'\". "
        f"{fallback('script-src-elem', 'script-src')} {DONE}",
        {"directive": "script-src-elem", "blocked": f"{CDN}/a.js", "violated": "script-src 'self'"},
    ),
    (
        f"Loading the image '{CDN}/a.png' violates {POLICY}: \"default-src 'self'\". {fallback('img-src', 'default-src')} {DONE}",
        {"directive": "img-src", "blocked": f"{CDN}/a.png", "violated": "default-src 'self'"},
    ),
    (
        f"Loading media from  '{CDN}/a.mp3' violates {POLICY}: \"media-src 'self'\". {DONE}",
        {"directive": "media-src", "blocked": f"{CDN}/a.mp3", "violated": "media-src 'self'"},
    ),
    (
        f"Framing '{CDN}/' violates {POLICY}: \"child-src 'self'\". The request has been blocked. {fallback('frame-src', 'child-src')}",
        {"directive": "frame-src", "blocked": f"{CDN}/", "violated": "child-src 'self'"},
    ),
    (
        f"Framing '' violates {POLICY}: \"frame-src 'self'\". The request has been blocked.",
        {"directive": "frame-src", "violated": "frame-src 'self'"},
    ),
    (
        f"Refused to frame '{CDN}/' because an ancestor violates {POLICY}: \"frame-ancestors 'none'\".",
        {"directive": "frame-ancestors", "blocked": f"{CDN}/", "violated": "frame-ancestors 'none'"},
    ),
    (
        f"Executing inline script violates {POLICY} 'script-src 'self' 'report-sample''. {EITHER} {DONE}",
        {
            "directive": "script-src-elem",
            "blocked": "inline",
            "code": "inline-script",
            "violated": "script-src 'self' 'report-sample'",
            "hashes": (HASH,),
        },
    ),
    (
        f"Executing inline script violates {POLICY} 'script-src '. {EITHER} {DONE}",
        {
            "directive": "script-src-elem",
            "blocked": "inline",
            "code": "inline-script",
            "violated": "script-src ",
            "hashes": (HASH,),
        },
    ),
    (
        f"[Report Only] Refused to execute inline event handler because it violates {POLICY}: \"script-src 'self'\". {EITHER}",
        {
            "directive": "script-src-attr",
            "blocked": "inline",
            "code": "event-handler",
            "violated": "script-src 'self'",
            "hashes": (HASH,),
            "disposition": "report",
        },
    ),
    (
        f"Applying inline style violates {POLICY} 'style-src 'self''. {EITHER} Note that hashes do not apply to event handlers, "
        f"style attributes and javascript: navigations unless the 'unsafe-hashes' keyword is present. {DONE}",
        {
            "directive": "style-src-attr",
            "blocked": "inline",
            "code": "style-attr",
            "violated": "style-src 'self'",
            "hashes": (HASH,),
        },
    ),
    (
        "VM3047:1 Uncaught EvalError: Evaluating a string as JavaScript violates the following Content Security Policy directive "
        "because 'unsafe-eval' is not an allowed source of script: script-src 'self'\".",
        {"directive": "script-src", "blocked": "eval", "code": "eval", "violated": "script-src 'self'"},
    ),
    (
        "Refused to evaluate a string as JavaScript because 'unsafe-eval' is not an allowed source of script in "
        f"{POLICY}: \"script-src 'self'\".",
        {"directive": "script-src", "blocked": "eval", "code": "eval", "violated": "script-src 'self'"},
    ),
    (
        "CompileError: WebAssembly.compile(): Compiling or instantiating WebAssembly module violates the following Content "
        "Security policy directive because 'unsafe-eval' is not an allowed source of script in the following Content Security "
        "Policy directive: \"script-src 'self'\".",
        {"directive": "script-src", "blocked": "wasm-eval", "code": "wasm", "violated": "script-src 'self'"},
    ),
    (
        f"Fetch API cannot load {CDN}/api. Refused to connect because it violates the document's Content Security Policy.",
        {"directive": "connect-src", "blocked": f"{CDN}/api"},
    ),
    (
        f"(index):12 Refused to load the script '{CDN}/a.js' because it violates {POLICY}: \"default-src 'self'\". "
        f"{fallback('script-src', 'default-src')}",
        {"directive": "script-src-elem", "blocked": f"{CDN}/a.js", "violated": "default-src 'self'"},
    ),
    (
        f"Connecting to 'wss://chat.other.example/hub' violates {POLICY}: \"connect-src https:\". {REPORT_ONLY}",
        {
            "directive": "connect-src",
            "blocked": "wss://chat.other.example/hub",
            "violated": "connect-src https:",
            "disposition": "report",
        },
    ),
    (
        "Creating a TrustedTypePolicy named 'bar' violates the following Content Security policy directive: "
        f'"trusted-types foo". {DONE}',
        {"directive": "trusted-types", "blocked": "trusted-types-policy", "violated": "trusted-types foo"},
    ),
    (f"GET {CDN}/a.js net::ERR_BLOCKED_BY_CSP", {"blocked": f"{CDN}/a.js"}),
]


@pytest.mark.parametrize(("line", "says"), CHROMIUM, ids=[line[:40] for line, _ in CHROMIUM])
def test_chromium(line: str, says: dict[str, Any]) -> None:
    assert said(line) == {"kind": "csp", "browser": "chromium", "disposition": "enforce"} | says


FIREFOX_LINES: list[tuple[str, dict[str, Any]]] = [
    (
        f"{FIREFOX} blocked a script (script-src-elem) at {CDN}/a.js from being executed because it violates the following "
        "directive: “script-src 'self'”",
        {"directive": "script-src-elem", "blocked": f"{CDN}/a.js", "violated": "script-src 'self'"},
    ),
    (
        f"{FIREFOX} blocked an inline script (script-src-elem) from being executed because it violates the following directive: "
        f"“default-src 'self'”. Consider using a hash ({HASH}) or a nonce.",
        {
            "directive": "script-src-elem",
            "blocked": "inline",
            "code": "inline-script",
            "violated": "default-src 'self'",
            "hashes": (HASH,),
        },
    ),
    (
        f"{FIREFOX} blocked a JavaScript eval (script-src) from being executed because it violates the following directive: "
        "“script-src 'self'” (Missing 'unsafe-eval')",
        {"directive": "script-src", "blocked": "eval", "code": "eval", "violated": "script-src 'self'"},
    ),
    (
        f"{FIREFOX} blocked WebAssembly (script-src) from being executed because it violates the following directive: "
        "“script-src 'self'” (Missing 'wasm-unsafe-eval' or 'unsafe-eval')",
        {"directive": "script-src", "blocked": "wasm-eval", "code": "wasm", "violated": "script-src 'self'"},
    ),
    (
        "Content-Security-Policy: (Report-Only policy) The page’s settings would block the loading of a resource (img-src) at "
        f"{CDN}/a.png?q=1#f because it violates the following directive: “img-src 'self'”",
        {
            "directive": "img-src",
            "blocked": f"{CDN}/a.png?q=1#f",
            "violated": "img-src 'self'",
            "disposition": "report",
        },
    ),
    (
        f"{FIREFOX} blocked creating a Trusted Types policy because it violates the following directive: “trusted-types foo“",
        {"directive": "trusted-types", "blocked": "trusted-types-policy", "violated": "trusted-types foo"},
    ),
    (
        f"Content Security Policy: The page’s settings blocked the loading of a resource at {CDN}/api (“connect-src {CDN}/b”).",
        {"directive": "connect-src", "blocked": f"{CDN}/api", "violated": f"connect-src {CDN}/b"},
    ),
    (
        "Content Security Policy: The page’s settings blocked the loading of a resource at inline (“script-src”).",
        {"directive": "script-src-elem", "blocked": "inline", "code": "inline-script", "violated": "script-src"},
    ),
    (
        "Content Security Policy: The page’s settings observed the loading of a resource at self (“style-src”). A CSP report is "
        "being sent.",
        {"directive": "style-src-elem", "blocked": "self", "violated": "style-src", "disposition": "report"},
    ),
    # In other languages: what Firefox 153 prints with the words of its own translations.
    (
        f'Content-Security-Policy: Die Einstellungen der Seite haben das Laden einer Ressource auf {CDN}/a.js blockiert ("script-src").',
        {"directive": "script-src-elem", "blocked": f"{CDN}/a.js", "violated": "script-src"},
    ),
    (
        "Content-Security-Policy : Les paramètres de la page ont empêché l’exécution d’un script (script-src-elem) à l’adresse "
        f"{CDN}/a.js, car il enfreint la directive suivante : « script-src 'self' »",
        {"directive": "script-src-elem", "blocked": f"{CDN}/a.js", "violated": "script-src 'self'"},
    ),
    (
        "Content-Security-Policy : (Politique Report-Only) Les paramètres de la page pourraient empêcher l’exécution d’une "
        "« eval » JavaScript (script-src) car elle enfreint la directive suivante : « script-src 'self' » (la valeur "
        "'unsafe-eval' est manquante)",
        {
            "directive": "script-src",
            "blocked": "eval",
            "code": "eval",
            "violated": "script-src 'self'",
            "disposition": "report",
        },
    ),
    (
        f"Content-Security-Policy: ページの設定により {CDN}/a.png のリソース (img-src) の読み込みをブロックしました。"
        "次のディレクティブに違反しています: “img-src 'self'”",
        {"directive": "img-src", "blocked": f"{CDN}/a.png", "violated": "img-src 'self'"},
    ),
    (
        f"Content-Security-Policy: Параметры страницы заблокировали загрузку ресурса {CDN}/a.js («script-src»).",
        {"directive": "script-src-elem", "blocked": f"{CDN}/a.js", "violated": "script-src"},
    ),
]


@pytest.mark.parametrize(("line", "says"), FIREFOX_LINES, ids=[line[-40:] for line, _ in FIREFOX_LINES])
def test_firefox(line: str, says: dict[str, Any]) -> None:
    assert said(line) == {"kind": "csp", "browser": "firefox", "disposition": "enforce"} | says


WEBKIT: list[tuple[str, dict[str, Any]]] = [
    (
        f"Refused to load {CDN}/a.js because it does not appear in the script-src directive {SAFARI}",
        {"directive": "script-src-elem", "blocked": f"{CDN}/a.js"},
    ),
    (
        f"Refused to load {CDN}/a.png because it appears in neither the img-src directive nor the default-src directive {SAFARI}",
        {"directive": "img-src", "blocked": f"{CDN}/a.png"},
    ),
    (
        f"[Report Only] Refused to connect to {CDN}/api because it does not appear in the connect-src directive {SAFARI}",
        {"directive": "connect-src", "blocked": f"{CDN}/api", "disposition": "report"},
    ),
    (
        "Refused to execute a script because its hash, its nonce, or 'unsafe-inline' does not appear in the script-src "
        f"directive {SAFARI}",
        {"directive": "script-src-elem", "blocked": "inline", "code": "inline-script"},
    ),
    (
        "Refused to execute a script for an inline event handler because 'unsafe-inline' does not appear in the script-src "
        f"directive {SAFARI}",
        {"directive": "script-src-attr", "blocked": "inline", "code": "event-handler"},
    ),
    (
        "Refused to apply a stylesheet because its hash, its nonce, or 'unsafe-inline' appears in neither the style-src directive "
        f"nor the default-src directive {SAFARI}",
        {"directive": "style-src-elem", "blocked": "inline", "code": "inline-style"},
    ),
    (
        "EvalError: Refused to evaluate a string as JavaScript because 'unsafe-eval' or 'trusted-types-eval' is not an allowed "
        f"source of script in {POLICY}: \"script-src 'self'\".",
        {"directive": "script-src", "blocked": "eval", "code": "eval", "violated": "script-src 'self'"},
    ),
]


@pytest.mark.parametrize(("line", "says"), WEBKIT, ids=[line[:60] for line, _ in WEBKIT])
def test_safari(line: str, says: dict[str, Any]) -> None:
    assert said(line) == {"kind": "csp", "browser": "safari", "disposition": "enforce"} | says


def test_safari_tells_strict_dynamic_by_what_it_leaves_out() -> None:
    line = f"Refused to execute a script because it does not appear in the script-src directive {SAFARI}"
    assert read_line(line).notes == {"strict-dynamic"}


NOTES = [
    (f"Loading the script '{CDN}/a.js' violates {POLICY}: \"script-src 'nonce-a' 'strict-dynamic' {CDN}\". Note that "
     f"'strict-dynamic' is present, so host-based allowlisting is disabled. {DONE}", {"strict-dynamic"}),
    (f"Executing inline script violates {POLICY} 'script-src 'unsafe-inline' 'nonce-a''. Note that 'unsafe-inline' is ignored if "
     f"either a hash or nonce value is present in the source list. {DONE}", {"unsafe-inline-ignored"}),
    (f"Loading the image 'data:,' violates {POLICY}: \"img-src *\". Note that '*' matches only URLs with network schemes. {DONE}",
     {"wildcard"}),
    (f" {fallback('img-src', 'default-src')}", {"fallback", "fragment"}),
    (f"{FIREFOX} blocked a style (style-src-elem) at {CDN}/a.css from being applied because it violates the following directive: "
     "“default-src 'self'”", {"fallback"}),
    ("Content-Security-Policy: Ignoring “https:” within script-src: ‘strict-dynamic’ specified", {"about-policy", "strict-dynamic"}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "notes"), NOTES, ids=[line[:50] for line, _ in NOTES])
def test_what_a_line_says_besides(line: str, notes: set[str]) -> None:
    assert read_line(line).notes == notes


ABOUT_POLICIES = [
    ("The source list for the Content Security Policy directive 'img-src' contains an invalid source: ''selff''. It will be ignored.",
     "chromium", "img-src", "'selff'"),
    ("The source list for Content Security Policy directive 'img-src' contains an invalid source: 'https://a.*.b'. It will be ignored.",
     "safari", "img-src", "https://a.*.b"),
    ("Unrecognized Content-Security-Policy directive 'image-src'.", None, "image-src", ""),
    ("The Content-Security-Policy directive 'img-src' contains 'font-src' as a source expression. Did you want to add it as a "
     "directive and forget a semicolon?", "chromium", "img-src", "font-src"),
    ("The Content Security Policy directive 'sandbox' is ignored when delivered via an HTML meta element.", "safari", "sandbox", ""),
    ("Content-Security-Policy: Couldn’t parse invalid host https://a.*.b", "firefox", "", "https://a.*.b"),
    ("Content-Security-Policy: Couldn’t process unknown directive ‘image-src’", "firefox", "image-src", ""),
    ("Content-Security-Policy: Duplicate img-src directives detected.  All but the first instance will be ignored.",
     "firefox", "img-src", ""),
    ("Content-Security-Policy: Interpreting self as a hostname, not a keyword. If you intended this to be a keyword, use ‘self’ "
     "(wrapped in single quotes).", "firefox", "", "self"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "browser", "directive", "token"), ABOUT_POLICIES, ids=[e[0][:60] for e in ABOUT_POLICIES]
)
def test_messages_about_the_text_of_a_policy(line: str, browser: str | None, directive: str, token: str) -> None:
    found = read_line(line)
    assert (found.kind, found.browser, found.directive, found.token) == ("csp", browser, directive, token)
    assert "about-policy" in found.notes
    assert found.disposition is None
    assert not found.blocked


OTHERS = [
    ("Mixed Content: The page at 'https://shop.example/' was loaded over HTTPS, but requested an insecure script "
     "'http://cdn.other.example/a.js'. This request has been blocked; the content must be served over HTTPS.",
     "mixed-content", "mixed content", "http://cdn.other.example/a.js"),
    ("Blocked loading mixed active content “http://cdn.other.example/a.js”", "mixed-content", "mixed content", "http://cdn.other.example/a.js"),
    (f"Access to fetch at '{CDN}/api' from origin 'https://shop.example' has been blocked by CORS policy: No "
     "'Access-Control-Allow-Origin' header is present on the requested resource.", "cors", "CORS", f"{CDN}/api"),
    (f"Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {CDN}/api. (Reason: CORS header "
     "‘Access-Control-Allow-Origin’ missing). Status code: 200.", "cors", "CORS", f"{CDN}/api."),
    (f"GET {CDN}/a.js net::ERR_BLOCKED_BY_RESPONSE.NotSameOriginAfterDefaultedToSameOriginByCoep 200 (OK)", "coep",
     "a Cross-Origin-Embedder-Policy or Cross-Origin-Resource-Policy header", f"{CDN}/a.js"),
    ("Uncaught TypeError: Failed to set the 'innerHTML' property on 'Element': This document requires 'TrustedHTML' assignment.",
     "trusted-types", "Trusted Types", ""),
    (f"GET {CDN}/a.js net::ERR_BLOCKED_BY_CLIENT", "other", "an ad blocker or another extension", f"{CDN}/a.js"),
    (f"GET {CDN}/a.js 404 (Not Found)", "other", "a request that failed", f"{CDN}/a.js"),
    (f"Refused to execute script from '{CDN}/a.js' because its MIME type ('text/html') is not executable, and strict MIME type "
     "checking is enabled.", "other", "a file of the wrong type", f"{CDN}/a.js"),
    ("Refused to display 'https://a.example/' in a frame because it set 'X-Frame-Options' to 'deny'.", "other", "X-Frame-Options",
     "https://a.example/"),
    ("Uncaught ReferenceError: Velaro is not defined", "other", "an error in a script", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "kind", "about", "blocked"), OTHERS, ids=[each[0][:50] for each in OTHERS])
def test_what_is_no_policy(line: str, kind: str, about: str, blocked: str) -> None:
    found = read_line(line)
    assert (found.kind, found.about, found.blocked.rstrip(".")) == (kind, about, blocked.rstrip("."))


@pytest.mark.parametrize("line", ["chat ready", "1234", "", "Content of the page", "Security policy for visitors.pdf"])
def test_an_unknown_text_is_not_guessed(line: str) -> None:
    assert read_line(line).kind == "unknown"


def test_a_dump_is_read_message_by_message() -> None:
    dump = f"""
    Loading the script '{CDN}/a.js' violates {POLICY}: "script-src 'self'".
     {fallback("script-src-elem", "script-src")} {DONE}
        at load (app.js:1:20)
    {FIREFOX} blocked an inline script (script-src-elem) from being executed because it violates the following directive: “script-src 'self'”
    Source: javascript:void(0)
    hello
    """
    first, second, third = read_dump(line.removeprefix("    ") for line in dump.splitlines())
    assert (first.directive, "fallback" in first.notes) == ("script-src-elem", True)
    assert (second.browser, second.code) == ("firefox", "javascript-url")
    assert (third.kind, third.text) == ("unknown", "hello")


@given(st.text(max_size=300))
@example("Loading the script '" * 20)
@example("Content-Security-Policy: " + "(script-src) “script-src " * 20)
@example("\x1b[2J\x07'\"“”")
def test_no_text_stops_the_reader(text: str) -> None:
    for frame in (
        "{}",
        f"Loading the script '{{}}' violates {POLICY}: \"{{}}\".",
        f"{FIREFOX} blocked (img-src) “img-src {{}}”",
        "Refused to load {} because it",
    ):
        found = read_line(frame.replace("{}", text))
        assert found.text in frame.replace("{}", text)


@given(st.sampled_from([each[0] for each in CHROMIUM + FIREFOX_LINES + WEBKIT]), st.integers(0, 400))
def test_a_line_that_is_cut_is_not_another_browsers(line: str, end: int) -> None:
    whole, part = read_line(line), read_line(line[:end])
    assert part.kind in {"unknown", "other", "csp", "trusted-types"}
    if part.kind == "csp" and part.browser and part.disposition:
        assert part.browser == whole.browser


def test_a_long_line_is_read_up_to_a_limit() -> None:
    line = f"Loading the script '{CDN}/a.js' violates {POLICY}: \"script-src 'self'\". {'x' * 1_000_000}"
    found = read_line(line)
    assert found.blocked == f"{CDN}/a.js"
    assert len(found.text) <= MAX_MESSAGE
