"""What many reports say together: counts that add up, what is needed, and the candidate policy against every report."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csplint.engine.reports import groups as module
from csplint.engine.reports.candidate import given_policy, with_needs
from csplint.engine.reports.groups import Gathered
from csplint.engine.reports.model import Need, ReportsSummary
from csplint.engine.reports.summary import summarize
from csplint.engine.vendor_requests import VendorRequests
from csplint.messages.message import Message
from csplint.messages.report_lines import Entry
from csplint.packs.merge import load_packs

PACKS = load_packs(())
VENDORS = VendorRequests(PACKS)
SHOP = "https://shop.example/"
SELF = "default-src 'self'; script-src 'self'; report-uri /r"


def message(directive: str, blocked: str, policy: str = SELF, **other: Any) -> Message:
    known: dict[str, Any] = {"page": SHOP, "disposition": "report", **other}
    return Message(kind="csp", directive=directive, blocked=blocked, policy=policy, **known)


def summed(*messages: Message | None, policy: str = "", day: str = "") -> ReportsSummary:
    gathered = Gathered(VENDORS)
    for number, each in enumerate(messages, 1):
        gathered.add(Entry(number, each, day, "" if each else "not JSON"))
    return summarize(gathered, PACKS, VENDORS, policy)


def need(*messages: Message) -> Need:
    (found,) = summed(*messages).needs
    return found


NEEDS = [
    # directive, blocked, the policy, where, source, fix, symptom
    ("script-src-elem", "https://app-cdn.velaro.com/a.js", SELF, "script-src", "https://app-cdn.velaro.com", "ready", "script-refused"),
    ("script-src-elem", "https://eastprodcdn.azureedge.net/a.js", SELF, "script-src", "https://eastprodcdn.azureedge.net", "ready", "script-refused"),
    ("script-src-elem", "https://app-cdn.velaro.com/a.js", "script-src 'nonce-abc'", "script-src-elem", "", "to do", "shim-refused"),
    ("connect-src", "https://api.velaro.com/v1", SELF, "connect-src", "https://*.velaro.com", "ready", "chat-fails"),
    ("connect-src", "wss://chat.velaro.com/x", SELF, "connect-src", "wss://*.velaro.com", "ready", "chat-fails"),
    ("connect-src", "https://eu.service.signalr.net/c", SELF, "connect-src", "https://*.service.signalr.net", "ready", "chat-fails"),
    ("img-src", "https://app-cdn.velaro.com/a.png", SELF, "img-src", "https://app-cdn.velaro.com", "ready", "images-broken"),
    ("img-src", "data", SELF, "img-src", "data:", "ready", "images-broken"),
    ("font-src", "https://fonts.gstatic.com/s/a.woff2", SELF, "font-src", "https://fonts.gstatic.com", "ready", "fonts-broken"),
    ("frame-src", "blob", SELF, "frame-src", "blob:", "ready", "frame-blocked"),
    ("style-src-attr", "inline", SELF, "style-src", "'unsafe-inline'", "check first", None),
    ("style-src-elem", "inline", "style-src 'nonce-a'", "style-src-elem", "", "to do", None),
    ("script-src", "eval", SELF, "script-src", "", "to do", "eval-refused"),
    ("script-src-elem", "inline", SELF, "script-src-elem", "", "to do", "script-refused"),
    ("script-src-elem", "inline", "script-src 'nonce-a'", "script-src-elem", "", "to do", "shim-refused"),
    ("script-src-attr", "inline", SELF, "script-src-attr", "", "to do", None),
    ("script-src-elem", "https://cdn.shop.example/a.js", SELF, "script-src", "https://cdn.shop.example", "ready", None),
    ("img-src", "https://shop.example/a.png", "img-src 'none'", "img-src", "'self'", "ready", None),
    ("img-src", "https://pics.example/a.png", SELF, "img-src", "https://pics.example", "check first", None),
    ("script-src-elem", "https://cdn.example/a.js", SELF, "script-src", "https://cdn.example", "check first", None),
    ("script-src-elem", "https://cdn.example/a.js", "script-src-elem 'self'", "script-src-elem", "https://cdn.example", "check first", None),
    ("script-src-elem", "data", SELF, "script-src-elem", "", "to do", None),
    ("script-src", "wasm-eval", SELF, "script-src", "'wasm-unsafe-eval'", "check first", None),
    ("frame-ancestors", "https://other.example/", "frame-ancestors 'none'", "frame-ancestors", "", "to do", None),
    ("require-trusted-types-for", "trusted-types-sink", "require-trusted-types-for 'script'", "require-trusted-types-for", "", "to do", None),
]  # fmt: skip
CODES = {
    ("script-src", "eval"): "eval",
    ("script-src", "wasm-eval"): "wasm",
    ("script-src-elem", "inline"): "inline-script",
    ("script-src-attr", "inline"): "event-handler",
    ("style-src-attr", "inline"): "style-attr",
    ("style-src-elem", "inline"): "inline-style",
}


@pytest.mark.parametrize(("directive", "blocked", "policy", "where", "source", "fix", "symptom"), NEEDS)
def test_what_a_report_needs(
    directive: str, blocked: str, policy: str, where: str, source: str, fix: str, symptom: str | None
) -> None:
    found = need(message(directive, blocked, policy, code=CODES.get((directive, blocked), "")))
    assert (found.directive, found.source, found.fix, found.row.id if found.row else None) == (
        where,
        source,
        fix,
        symptom,
    )


def test_a_need_of_a_vendor_is_certain_only_where_its_own_file_or_host_shows_it() -> None:
    style = message("style-src-attr", "inline", code="style-attr")
    assert need(style).certain is False
    by_velaro = message("style-src-attr", "inline", code="style-attr", source_file="https://app-cdn.velaro.com/a.js")
    assert (need(by_velaro).certain, need(by_velaro).fix) == (True, "ready")


def test_the_same_need_of_several_pages_is_one() -> None:
    pages = [message("img-src", "https://pics.example/a.png", page=f"{SHOP}{n}?q={n}") for n in range(3)]
    found = need(*pages, pages[0])
    assert (found.reports, found.pages) == (4, 3)


def test_pages_are_without_query_and_credentials() -> None:
    summary = summed(message("img-src", "https://u:p@pics.example/a.png?q#f", page="https://u:p@shop.example/a?x#y"))
    (group,) = summary.groups
    assert (group.page, group.blocked) == ("https://shop.example/a", "https://pics.example/a.png")


def test_the_policy_that_csplint_makes_leaves_nothing_of_what_it_can_add() -> None:
    summary = summed(
        message("script-src-elem", "https://app-cdn.velaro.com/a.js"),
        message("connect-src", "wss://chat.velaro.com/x"),
        message("img-src", "https://pics.example/a.png"),
    )
    assert summary.candidate is not None
    assert summary.candidate.made
    assert summary.candidate.text == (
        "default-src 'self'; script-src 'self' https://app-cdn.velaro.com; report-uri /r; "
        "connect-src 'self' wss://*.velaro.com; img-src 'self' https://pics.example"
    )
    assert (summary.enforce.ready, summary.replay and summary.replay.blocked) == ("yes", 0)
    assert "check first that the site uses https://pics.example: anyone can send reports" in summary.enforce.notes


def test_an_unknown_host_of_scripts_is_never_added() -> None:
    summary = summed(message("script-src-elem", "https://evil.example/a.js"))
    assert summary.candidate is not None
    assert "evil.example" not in summary.candidate.text
    assert summary.enforce.ready == "no"


def test_a_given_policy_is_replayed_against_every_report() -> None:
    reports = [message("script-src-elem", "https://cdn.example/a.js")] * 3 + [message("img-src", "data")]
    left = summed(*reports, policy="script-src 'self' https://cdn.example; img-src 'self'")
    assert left.replay is not None
    assert (left.replay.allowed, left.replay.blocked, left.enforce.ready) == (3, 1, "no")
    assert left.enforce.reasons[0] == "1 of 4 reports is left with this policy"
    nothing = summed(*reports, policy="script-src 'self' https://cdn.example; img-src data:")
    assert (nothing.enforce.ready, nothing.enforce.reasons) == ("yes", ("0 of 4 reports are left with this policy",))


def test_a_report_that_its_own_policy_does_not_explain_is_no_yes() -> None:
    redirected = message("img-src", "https://shop.example/a.png")
    summary = summed(redirected)
    (group,) = summary.groups
    assert (group.explained, group.left, group.need) == ("no", "unknown", None)
    assert (summary.needs, summary.enforce.ready) == ((), "unclear")


TAGS = [
    # the policy in the report, the candidate, whether it still blocks the inline script
    ("script-src 'self'", "script-src 'nonce-x'", "unknown"),
    ("script-src 'self'", "script-src 'sha256-MUl3ePrQrNHe3bhgL9oFbSM/BUP47IR2j6R3TS0+mK4='", "unknown"),
    ("script-src 'nonce-a'", "script-src 'nonce-b'", "yes"),
    ("script-src 'self'", "script-src 'unsafe-inline'", "no"),
    ("script-src 'self'", "script-src 'self' https:", "yes"),
]


@pytest.mark.parametrize(("before", "candidate", "left"), TAGS)
def test_a_nonce_or_hash_of_the_candidate_depends_on_the_tag(before: str, candidate: str, left: str) -> None:
    summary = summed(message("script-src-elem", "inline", before, code="inline-script"), policy=candidate)
    assert summary.groups[0].left == left


def test_no_nonce_is_shown() -> None:
    secret = "c2VjcmV0LXNlY3JldC1zZWM"
    policy = f"script-src 'nonce-{secret}'"
    summary = summed(message("img-src", "data", policy), message("script-src-elem", "inline", policy), policy=policy)
    assert secret not in repr(summary)
    assert "{NONCE}" in repr(summary.candidate)


def test_reports_with_different_nonces_are_one_group() -> None:
    reports = [message("script-src-elem", "inline", f"script-src 'nonce-{n}'", code="inline-script") for n in range(9)]
    assert [group.reports for group in summed(*reports).groups] == [9]


def test_the_browser_that_sent_it_decides() -> None:
    """In Safari, wss: also matches https: addresses, so only Chromium can have sent this."""
    policy = "img-src wss:"
    assert summed(message("img-src", "https://a.example/", policy, browser="chromium")).groups[0].explained == "yes"
    assert summed(message("img-src", "https://a.example/", policy, browser="safari")).groups[0].explained == "no"


def test_coverage_is_named_and_unknown_days_are_said_to_be() -> None:
    report = message("img-src", "data")
    assert any("the days are unknown" in note for note in summed(report).enforce.notes)
    assert "only 1 page and 1 day (2026-11-28 to 2026-11-28)" in summed(report, day="2026-11-28").enforce.notes[-1]


def test_several_policies_are_named_and_the_one_in_most_reports_is_taken() -> None:
    summary = summed(*[message("img-src", "data")] * 2, message("img-src", "data", "img-src 'none'"))
    assert summary.candidate is not None
    assert summary.candidate.text.startswith(SELF)
    assert any("the reports carry 2 different policies" in note for note in summary.enforce.notes)
    assert [policy.reports for policy in summary.policies] == [2, 1]


def test_only_noise_leaves_nothing() -> None:
    summary = summed(message("script-src-elem", "chrome-extension"))
    assert (summary.enforce.ready, summary.noise, summary.grouped) == ("yes", 1, 0)
    assert summary.enforce.reasons == ("the only report is noise",)


def test_reports_without_a_policy_need_one_to_try() -> None:
    summary = summed(message("img-src", "data", ""))
    assert (summary.candidate, summary.enforce.ready) == (None, "unclear")
    assert summary.needs[0].source == "data:"


def test_groups_are_bounded_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_GROUPS", 3)
    monkeypatch.setattr(module, "MAX_COARSE", 2)
    reports = [message("img-src", f"https://h{n}.example/{n}.png") for n in range(10)]
    summary = summed(*reports, *reports)
    assert (len(summary.groups), summary.grouped, summary.ungrouped) == (5, 20, 10)
    assert sum(group.reports for group in summary.groups) == 10
    assert [group.whole for group in summary.groups].count(False) == 2
    assert summary.enforce.ready == "unclear"


def test_paths_beyond_the_limit_are_gathered_by_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_GROUPS", 1)
    summary = summed(*[message("img-src", f"https://pics.example/{n}.png") for n in range(10)])
    assert (len(summary.groups), summary.ungrouped, summary.enforce.ready) == (2, 0, "yes")


@pytest.mark.parametrize(
    "text",
    [
        "img-src 'self'",
        "Content-Security-Policy: img-src 'self'",
        "content-security-policy-report-only:\n img-src\n 'self'\n",
    ],
)
def test_a_policy_is_read_with_or_without_its_header(text: str) -> None:
    assert given_policy(text) == "img-src 'self'"


def test_a_directive_that_does_not_exist_is_not_added() -> None:
    odd = Need(directive="no-such-src", source="https://a.example", fix="ready", text="")
    assert with_needs("img-src 'self'", [odd]) == "img-src 'self'"


TEXTS = st.sampled_from(
    [
        "",
        "inline",
        "eval",
        "data",
        "blob",
        "self",
        "about",
        "https://a.example/x",
        "http://[",
        "chrome-extension",
        "\x1b[2J",
        "x:y",
        "://",
    ]
)
DIRECTIVES = st.sampled_from(
    [
        "",
        "script-src",
        "script-src-elem",
        "style-src-attr",
        "img-src",
        "default-src",
        "frame-ancestors",
        "child-src",
        "worker-src",
        "base-uri",
        "trusted-types",
        "sandbox",
        "nonsense",
        "navigate-to",
    ]
)
POLICIES = st.sampled_from(["", "x", ";;", SELF, "script-src 'nonce-a' 'strict-dynamic'", "img-src 'none', x", "\x00"])
MESSAGES = st.builds(
    message, DIRECTIVES, TEXTS, POLICIES, page=TEXTS, source_file=TEXTS, code=st.sampled_from(["", "eval"])
)


@given(st.lists(st.none() | MESSAGES, max_size=12), st.sampled_from(["", SELF, "script-src 'nonce-b'"]))
def test_counts_always_add_up(messages: list[Message | None], policy: str) -> None:
    summary = summed(*messages, policy=policy)
    assert summary.read == len(messages) == summary.grouped + summary.noise + summary.broken
    assert sum(group.reports for group in summary.groups) + summary.ungrouped == summary.grouped
    assert sum(each.reports for each in summary.noise_reasons) == summary.noise
    assert sum(summary.broken_reasons.values()) == summary.broken
    if summary.replay:
        replay = summary.replay
        assert replay.allowed + replay.blocked + replay.unknown == summary.grouped
    json.dumps(summary.enforce.reasons)
