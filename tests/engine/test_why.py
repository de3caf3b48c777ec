"""Explanations of messages: the row that the check gives, the cause, and a directive that allows what was blocked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint import check_page, check_policy
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.csp.request import Request
from csplint.demo.pages import PAGES, SNIPPET, hash_of
from csplint.engine.inputs import PageInput
from csplint.engine.run import RunOptions, read_subject
from csplint.engine.subject import policy_subject
from csplint.engine.why import Known, explain, in_turn, together, without_following
from csplint.messages.console import read_line
from csplint.model import Finding
from csplint.model.explanation import Explanation
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture

PACKS = load_packs([])
CDN = "https://app-cdn.velaro.com"
VIOLATES = "violates the following Content Security Policy directive:"
NO_POLICY = "of the Content Security Policy."


def chrome(doing: str, url: str, directive: str) -> str:
    return f"{doing} '{url}' {VIOLATES} \"{directive}\". The action has been blocked."


def inline(directive: str, hashed: str = "'sha256-GJEEwKZOcmjLDEwkh24+p16ReXOYAJCkTvCT6LZTIVI='") -> str:
    return (
        f"Executing inline script {VIOLATES[:-1]} '{directive}'. Either the 'unsafe-inline' keyword, a hash ({hashed}), or a "
        "nonce ('nonce-...') is required to enable inline execution. The action has been blocked."
    )


def why(line: str, known: Known | None = None) -> Explanation:
    return explain(read_line(line), PACKS, known)


# ---------------------------------------------------------------- the row that the check of the page gives


def console_findings() -> list[tuple[str, str, str | None, str]]:
    """Every text that a report shows for a demo's finding: page, browser's text, row, policy."""
    found = []
    for page in PAGES:
        nonce = "c29tZSByYW5kb20gYnl0ZXMgMTIzNDU2"
        policy = page.policy.replace("{nonce}", nonce)
        html = page.body.replace("{nonce}", nonce).replace("{other}", "b3RoZXIgcmFuZG9tIGJ5dGVzIDEyMzQ1")
        headers = [("Content-Security-Policy", policy)]
        [target] = check_page(f"<!doctype html>{html}".encode(), headers, url="https://shop.example/").targets
        for finding in target.findings:
            for text in _texts(finding):
                found.append((page.path, text, finding.symptom, policy))
    return found


def _texts(finding: Finding) -> list[str]:
    console = finding.console
    if console is None or finding.severity == "info" or finding.pack != "velaro":
        return []
    return [each for each in (console.chromium, console.firefox, console.safari) if each]


CONSOLES = console_findings()


def test_there_is_a_text_of_each_browser() -> None:
    assert {read_line(text).browser for _, text, _, _ in CONSOLES} == {"chromium", "firefox", "safari"}
    assert len(CONSOLES) >= 3 * 8


@pytest.mark.parametrize(("page", "text", "row", "policy"), CONSOLES, ids=[f"{e[0]} {e[1][:30]}" for e in CONSOLES])
def test_the_console_of_each_browser_leads_to_the_findings_row(
    page: str, text: str, row: str | None, policy: str
) -> None:
    assert why(text).symptom == row
    assert why(text, Known(policy_subject("policy", "https://shop.example/", [policy], []))).symptom == row


ROWS = [
    (chrome("Loading the script", f"{CDN}/embed.js", "script-src 'self'"), "script-refused", "broken"),
    (
        chrome("Loading the script", f"{CDN}/widgets/shim", "script-src 'nonce-c29tZSByYW5kb20gYnl0ZXM='"),
        "shim-refused",
        "broken",
    ),
    (
        chrome(
            "Loading the script", f"{CDN}/widgets/shim", "script-src 'nonce-c29tZSByYW5kb20gYnl0ZXM=' 'strict-dynamic'"
        ),
        "shim-refused",
        "broken",
    ),
    (chrome("Loading the script", f"{CDN}/embed.js", f"script-src 'strict-dynamic' {CDN}"), "script-refused", "broken"),
    (inline(f"script-src 'self' {CDN}"), "script-refused", "broken"),
    (inline("script-src 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='"), "script-refused", "broken"),
    (inline("script-src 'nonce-c29tZSByYW5kb20gYnl0ZXM=' 'strict-dynamic'"), "shim-refused", "broken"),
    (chrome("Connecting to", "wss://api.velaro.com/hub", "connect-src https:"), "chat-fails", "partly"),
    (chrome("Connecting to", "https://api.velaro.com/v1", "connect-src https://.velaro.com"), "chat-fails", "partly"),
    (chrome("Loading the image", f"{CDN}/a.png", "img-src 'self'"), "images-broken", "partly"),
    (chrome("Loading the font", "https://fonts.gstatic.com/a.woff2", "font-src 'self'"), "fonts-broken", "partly"),
    (chrome("Framing", "blob:https://shop.example/1", "frame-src 'self'"), "frame-blocked", "partly"),
    (
        f"Refused to load {CDN}/widgets/shim because it does not appear in the script-src directive {NO_POLICY}",
        "shim-refused",
        "broken",
    ),
    (
        f"Refused to load {CDN}/embed.js because it does not appear in the script-src directive {NO_POLICY}",
        "script-refused",
        "broken",
    ),
    (
        "EvalError: Evaluating a string as JavaScript violates the following Content Security Policy directive because "
        "'unsafe-eval' is not an allowed source of script: script-src 'self'\".",
        "eval-refused",
        None,
    ),
    (chrome("Loading the script", "https://other.example/a.js", "script-src 'self'"), None, None),
    (chrome("Loading the image", "https://other.example/a.png", "img-src 'self'"), None, None),
]


@pytest.mark.parametrize(("line", "row", "state"), ROWS, ids=[each[0][:70] for each in ROWS])
def test_rows_and_states(line: str, row: str | None, state: str | None) -> None:
    found = why(line)
    assert (found.symptom, found.state) == (row, state)
    assert all((found.verdict, found.cause, found.fix))


# ---------------------------------------------------------------- what to send instead

FIXED = [
    (
        chrome("Loading the script", f"{CDN}/embed.js", "script-src 'self'"),
        f"script-src 'self' {CDN}",
        Request("script", f"{CDN}/embed.js"),
    ),
    (
        chrome("Connecting to", "https://x.service.signalr.net/hub", "default-src 'self'"),
        "connect-src 'self' https://*.velaro.com wss://*.velaro.com https://*.service.signalr.net",
        Request("connect", "https://x.service.signalr.net/hub"),
    ),
    (
        chrome("Loading the image", "https://img.other.example/a.png", "img-src https://img.other.example/b/"),
        "img-src https://img.other.example/b/ https://img.other.example/a.png",
        Request("img", "https://img.other.example/a.png"),
    ),
    (
        chrome("Loading the image", "data:image/gif;base64,AA==", "img-src *"),
        "img-src * data:",
        Request("img", "data:,"),
    ),
    (
        chrome("Loading the script", "https://tags.other.example/t.js", "script-src 'none'"),
        "script-src https://tags.other.example",
        Request("script", "https://tags.other.example/t.js"),
    ),
]


@pytest.mark.parametrize(("line", "after", "request_"), FIXED, ids=[each[1] for each in FIXED])
def test_the_directive_to_send_allows_what_was_blocked(line: str, after: str, request_: Request) -> None:
    found = why(line)
    assert found.after == after
    assert found.checked
    assert (
        not PolicySet.read("https://shop.example/", [Delivered(found.after, "text", "enforce")])
        .decide(request_)
        .blocked
    )


def test_an_inline_script_gets_the_hash_that_the_browser_printed() -> None:
    found = why(inline("script-src 'self'", hash_of(SNIPPET)))
    assert found.after == f"script-src 'self' {hash_of(SNIPPET)}"
    assert found.checked


def test_under_a_nonce_no_hash_is_offered_and_the_page_is_asked_for() -> None:
    found = why(inline("script-src 'nonce-c29tZSByYW5kb20gYnl0ZXM='"))
    assert found.after == ""
    assert "does not say which" in found.cause
    assert "--page" in found.missing


@settings(deadline=None)
@given(
    st.sampled_from(["script-src", "img-src", "connect-src", "font-src", "frame-src"]),
    st.sampled_from(["'self'", "'none'", "https://a.example", ""]),
)
def test_every_directive_that_is_called_checked_allows_the_request(name: str, value: str) -> None:
    doing = {"script-src": "Loading the script", "img-src": "Loading the image", "connect-src": "Connecting to",
             "font-src": "Loading the font", "frame-src": "Framing"}[name]  # fmt: skip
    kind = {
        "script-src": "script",
        "img-src": "img",
        "connect-src": "connect",
        "font-src": "font",
        "frame-src": "frame",
    }[name]
    found = why(chrome(doing, "https://cdn.other.example/x/y", f"{name} {value}"))
    assert found.checked
    policies = PolicySet.read("https://shop.example/", [Delivered(found.after, "text", "enforce")])
    assert not policies.decide(Request(kind, "https://cdn.other.example/x/y")).blocked  # type: ignore[arg-type]


def test_several_messages_are_answered_by_one_policy() -> None:
    lines = [
        inline(f"script-src 'self' {CDN}"),
        chrome("Connecting to", "wss://api.velaro.com/hub", "default-src 'self'"),
        chrome("Loading the image", f"{CDN}/a.png", "default-src 'self'"),
    ]
    messages = [read_line(line) for line in lines]
    found = together(messages, [explain(each, PACKS) for each in messages])
    assert found is not None
    assert found.before == f"script-src 'self' {CDN}"
    assert found.after == (
        f"script-src 'self' {CDN} 'sha256-GJEEwKZOcmjLDEwkh24+p16ReXOYAJCkTvCT6LZTIVI='; "
        "connect-src 'self' https://*.velaro.com wss://*.velaro.com https://*.service.signalr.net; "
        f"img-src 'self' data: {CDN}"
    )


def test_messages_of_two_policies_are_not_put_together() -> None:
    lines = [chrome("Loading the image", f"{CDN}/a.png", text) for text in ("img-src 'self'", "img-src 'none'")]
    messages = [read_line(line) for line in lines]
    assert together(messages, [explain(each, PACKS) for each in messages]) is None


# ---------------------------------------------------------------- with the policy, with the page


def test_the_whole_policy_gets_everything_that_the_widget_needs() -> None:
    policy = "default-src 'self'; script-src 'self'"
    line = f"Refused to load {CDN}/embed.js because it does not appear in the script-src directive {NO_POLICY}"
    found = why(line, Known(policy_subject("policy", "", [policy], [])))
    [target] = check_policy(policy).targets
    assert target.corrected is not None
    assert found.policy == "whole"
    assert f"script-src 'self' {CDN}" in found.after
    assert "connect-src 'self' https://*.velaro.com" in found.after


def test_a_policy_that_allows_the_request_is_not_the_one_that_blocked_it() -> None:
    found = why(
        chrome("Loading the image", f"{CDN}/a.png", "img-src 'self'"),
        Known(policy_subject("policy", "", [f"img-src 'self' data: {CDN}"], [])),
    )
    assert found.verdict == "The policy that you gave allows this request."
    assert found.state is None
    assert not found.after


def page(html: str, policy: str) -> Known:
    capture = Capture(
        target="https://shop.example/",
        url="https://shop.example/",
        status=200,
        headers=((b"Content-Type", b"text/html"), (b"Content-Security-Policy", policy.encode())),
        body=html.encode(),
    )
    return Known(read_subject(PageInput(capture), RunOptions()), is_page=True)


def test_the_page_tells_a_wrong_nonce_from_a_missing_one() -> None:
    policy = "script-src 'nonce-c29tZSByYW5kb20gYnl0ZXMgMTIzNDU2' 'strict-dynamic'"
    line = inline(policy, hash_of(SNIPPET))
    wrong = why(
        line, page(f"<!doctype html>\n<script nonce=b3RoZXIgcmFuZG9tIGJ5dGVzIDEyMzQ1>{SNIPPET}</script>", policy)
    )
    none = why(line, page(f"<!doctype html>\n<script>{SNIPPET}</script>", policy))
    assert (wrong.rule, none.rule) == ("embed-nonce-mismatch", "embed-nonce-missing")
    assert {wrong.line, none.line} == {2}
    assert wrong.symptom == none.symptom == "shim-refused"


def test_the_page_says_which_script_it_is() -> None:
    text = "console.log('own script')"
    html = f"<!doctype html>\n<script>{text}</script>\n<script>{SNIPPET}</script>"
    policy = f"script-src 'self' {hash_of(SNIPPET)} 'strict-dynamic'"
    found = why(inline(policy, hash_of(text)), page(html, policy))
    assert (found.line, found.state, found.symptom) == (2, None, None)
    assert hash_of(text) in found.after


# ---------------------------------------------------------------- what is not blocked, or no policy


def test_report_only_blocks_nothing() -> None:
    line = chrome("Loading the script", f"{CDN}/embed.js", "script-src 'self'").replace(
        "The action has been blocked.",
        "The policy is report-only, so the violation has been logged but no further action has been taken.",
    )
    found = why(line)
    assert found.disposition == "report"
    assert found.verdict.startswith("The policy is report-only, so nothing is blocked yet.")
    assert found.symptom == "script-refused"


def test_a_fault_of_the_policys_text_is_explained_by_its_rule() -> None:
    line = "The source list for the Content Security Policy directive 'connect-src' contains an invalid source: '{}'. It will be ignored."
    assert (why(line.format("https://.velaro.com")).rule, why(line.format("https://.velaro.com")).symptom) == (
        "lost-asterisk",
        "chat-fails",
    )
    assert why(line.format("https://cdn.*.example")).rule == "invalid-source"
    unknown = why("Unrecognized Content-Security-Policy directive 'scriptsrc'.")
    assert (unknown.rule, unknown.fix) == ("unknown-directive", "Write script-src.")
    twice = why("Ignoring duplicate Content-Security-Policy directive 'img-src'.")
    assert twice.rule == "duplicate-directive"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("GET https://app-cdn.velaro.com/embed.js net::ERR_BLOCKED_BY_CLIENT", "an ad blocker"),
        (
            "Mixed Content: The page at 'https://a.example/' was loaded over HTTPS, but requested 'http://b.example/'.",
            "mixed content",
        ),
        (
            "Access to fetch at 'https://a.example/' from origin 'https://b.example' has been blocked by CORS policy: No",
            "CORS",
        ),
        (
            "TypeError: Failed to execute 'createPolicy' on 'TrustedTypePolicyFactory': Policy \"bar\" disallowed.",
            "Trusted Types",
        ),
    ],
)
def test_what_is_no_policy_is_named(line: str, words: str) -> None:
    found = why(line)
    assert found.verdict.startswith(("This is not the Content Security Policy", "The policy's Trusted Types"))
    assert words in found.verdict
    assert all((found.cause, found.fix))
    assert found.symptom is None


def test_nothing_is_made_up_for_an_unknown_line() -> None:
    found = why("chat ready")
    assert (found.kind, found.directive, found.symptom, found.after) == ("unknown", None, None, "")


@pytest.mark.parametrize(
    "line",
    [
        "Framing '' violates the following Content Security Policy directive: \"frame-src 'self'\". The request has been blocked.",
        " Note that 'script-src' was not explicitly set, so 'default-src' is used as a fallback.",
    ],
)
def test_what_a_line_does_not_show_is_asked_for(line: str) -> None:
    found = why(line)
    assert "--page" in found.missing
    assert found.after == ""


@pytest.mark.parametrize("address", [f"GET {CDN}/embed.js net::ERR_BLOCKED_BY_CSP", f"{CDN}/embed.js (blocked:csp)"])
def test_the_address_of_an_embed_alone_says_that_the_widget_does_not_load(address: str) -> None:
    found = why(address)
    assert (found.state, found.vendor, found.directive) == ("broken", "velaro", None)
    assert "not the directive" in found.cause
    assert found.fix
    known = Known(policy_subject("policy", "https://shop.example/", ["script-src 'self'"], []))
    assert (why(address, known).symptom, why(address, known).checked) == ("script-refused", True)


def test_of_another_address_nothing_is_said_about_the_widget() -> None:
    found = why(f"GET {CDN}/a.png net::ERR_BLOCKED_BY_CSP")
    assert (found.state, found.vendor) == (None, "")
    assert found.verdict == f"Chrome blocked {CDN}/a.png."


def test_a_page_without_a_policy_is_judged_by_the_messages_directive() -> None:
    """A saved page without its headers: the line shows the directive, the page where the embed is."""
    html = f"<!doctype html>\n<script src={CDN}/embed.js></script>"
    capture = Capture(target="page.html", url="https://shop.example/", status=200, headers=(), body=html.encode())
    known = Known(read_subject(PageInput(capture), RunOptions()), is_page=True)
    found = why(chrome("Loading the script", f"{CDN}/embed.js", "script-src 'self'"), known)
    assert (found.symptom, found.line, found.policy) == ("script-refused", 2, "part")
    assert found.after == f"script-src 'self' {CDN}"


def test_a_line_that_is_cut_off_claims_no_policy() -> None:
    for line in (
        f"Loading the script '{CDN}/embed.js' violates the following Content Security Pol…",
        f"Refused to load the script '{CDN}/embed.js' because it violates the following Content Security Policy "
        "directive: \"script-src 'self' https://cdn.oth",
    ):
        found = why(line)
        assert (found.state, found.symptom, found.policy, found.after) == ("broken", "script-refused", "none", "")
        assert "--page" in found.missing


def test_a_policy_is_no_message() -> None:
    for line in ("default-src 'self'; img-src *", "Content-Security-Policy: default-src 'self'"):
        found = why(line)
        assert found.kind == "unknown"
        assert "csplint check --policy" in found.fix


EVERY_KIND = [
    "hello",
    "(blocked:csp)",
    "Cookie “a” has been rejected for invalid domain.",
    'Refused to set unsafe header "Host"',
    'Blocked a frame with origin "https://a.example" from accessing a cross-origin frame.',
    "Content Security Policy of your site blocks some resources",
    "Content Security Policy: Directive default-src violated by https://a.example/x.js",
    "Refused to navigate to 'https://a.example/' because it violates the following Content Security Policy directive: \"navigate-to\".",
    chrome("Loading the image", "https://a.example/x.png", "img-src *"),
]


@pytest.mark.parametrize("line", EVERY_KIND, ids=[each[:30] for each in EVERY_KIND])
def test_every_answer_ends_in_something_to_do(line: str) -> None:
    found = why(line)
    assert all((found.verdict, found.cause, found.fix or found.after or found.missing))


def test_what_only_follows_from_a_blocked_request_is_left_out() -> None:
    cause = chrome("Connecting to", "https://api.velaro.com/v1", "connect-src 'self'")
    other = "GET https://a.example/x.png 404 (Not Found)"
    lines = [
        cause,
        f"Fetch API cannot load https://api.velaro.com/v1. {DOCUMENTS}",
        f"Uncaught (in promise) TypeError: Failed to fetch. {DOCUMENTS}",
        "POST https://api.velaro.com/v1 net::ERR_FAILED",
        "ReferenceError: Velaro is not defined",
        other,
    ]
    kept = without_following([read_line(line) for line in lines])
    assert [each.text for each in kept] == [cause, lines[4], other]
    alone = [read_line(line) for line in lines[1:]]
    assert without_following(alone) == alone


DOCUMENTS = "Refused to connect because it violates the document's Content Security Policy."


def test_a_part_of_a_widget_that_does_not_load_fails_once_it_loads() -> None:
    both = [
        why(chrome("Loading the script", f"{CDN}/embed.js", "script-src 'self'")),
        why(chrome("Connecting to", "wss://api.velaro.com/hub", "connect-src 'self'")),
    ]
    assert [each.verdict for each in in_turn(both)] == [
        "The Velaro live chat does not load.",
        "Once the Velaro live chat loads, messages fail.",
    ]
    assert in_turn(both[1:]) == both[1:]


def test_a_directive_that_only_this_browser_does_not_know_is_no_fault() -> None:
    found = why("Unrecognized Content-Security-Policy directive 'webrtc'.")
    assert (found.rule, found.cause) == ("", "It does not know the directive webrtc. Other browsers may.")
    assert "'self'" not in found.cause + found.fix
