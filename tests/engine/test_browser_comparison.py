"""What a browser reported beside what csplint says, without a browser: observations as browsers make them, and hostile ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.browser.observation import (
    MOST_VIOLATIONS,
    ConsoleLine,
    FailedRequest,
    LoadedRequest,
    Observation,
    Violation,
)
from csplint.browser.record import Record
from csplint.engine.browser_comparison import MOST_SIGHTINGS, Comparison
from csplint.engine.browser_run import is_fine
from csplint.engine.run import RunOptions, check_visits
from csplint.engine.widget_seen import widget_seen
from csplint.model.verified import Sighting, VendorSeen
from csplint.packs.merge import load_packs
from csplint.page.capture import Visits
from tests.guide.pages import CDN, CONNECT, FRAME, STYLE, TAG

PACKS = load_packs([])
SHOP = "https://shop.example/"
MARK = ConsoleLine("log", "velaro:initialized", f"{CDN}/widgets/shim", 9)
GOOD = f"script-src 'self' {CDN}; {CONNECT}; {STYLE}; {FRAME}; img-src 'self' data: {CDN}"


def violation(directive: str, blocked: str, **more: Any) -> Violation:
    values: dict[str, Any] = {"disposition": "enforce", "policy": "", "document": SHOP, **more}
    return Violation(directive=directive, blocked=blocked, **values)


def observed(policy: str, body: str, **seen: Any) -> Observation:
    headers = ((b"Content-Type", b"text/html"), (b"Content-Security-Policy", policy.encode()))
    html = f"<!doctype html>\n<title>x</title>\n{body}".encode()
    values: dict[str, Any] = {"browser": "chromium", "version": "1", "url": SHOP, "status": 200}
    return Observation(headers=headers, body=html, **(values | seen))


def compared(
    observation: Observation, vendors: tuple[str, ...] = ()
) -> tuple[tuple[Sighting, ...], tuple[VendorSeen, ...]]:
    visits = Visits(observation.capture(SHOP))
    subject, chosen, report = check_visits(visits, PACKS, RunOptions(vendors=vendors), {})
    sightings = Comparison(subject, report, chosen, observation).sightings()
    return sightings, tuple(widget_seen(pack, report, observation, sightings) for pack in chosen.vendors)


def test_what_the_html_asks_for_is_agreed() -> None:
    seen = violation("img-src", "https://a.example/x.gif", line=3)
    [found], _ = compared(
        observed("img-src 'self'", "<img src=https://a.example/x.gif>", violations=(seen,)), ("none",)
    )
    assert (found.agreement, found.add, found.line) == ("agreed", "https://a.example", 3)


def test_repeated_violations_are_one_row() -> None:
    seen = tuple(violation("img-src", "https://a.example/x.gif", column=n) for n in range(40))
    [found], _ = compared(observed("img-src 'self'", "", violations=seen), ("none",))
    assert found.times == 40


def test_what_only_the_browser_shows_is_decided_and_explained() -> None:
    seen = violation("connect-src", "https://a.example/x", source=f"{SHOP}run.js", line=7)
    [found], _ = compared(observed("default-src 'self', img-src *", "", violations=(seen,)), ("none",))
    assert (found.agreement, found.add) == ("browser-only", "https://a.example")
    assert found.why == (
        "https://shop.example/run.js:7 asked for it at run time; the page's HTML does not show it. default-src of policy 1 "
        "blocks it, as csplint decides too."
    )


def test_the_pages_own_origin_is_added_as_self() -> None:
    [found], _ = compared(
        observed("img-src x.example", "", violations=(violation("img-src", f"{SHOP}a.gif"),)), ("none",)
    )
    assert found.add == "'self'"


def test_a_violation_that_the_policies_do_not_explain_is_a_disagreement() -> None:
    policy = "img-src https://a.example"
    seen = violation("img-src", "https://a.example/x.gif", policy=policy)
    [found], _ = compared(observed(policy, "", violations=(seen,)), ("none",))
    assert found.agreement == "disagreed"


def test_a_policy_that_the_response_does_not_have_is_named() -> None:
    seen = violation("img-src", "https://a.example/x.gif", policy="img-src 'none'")
    [found], _ = compared(observed("script-src 'self'", "", violations=(seen,)), ("none",))
    assert found.agreement == "browser-only"
    assert "a script added it" in found.why


def test_what_the_browser_loaded_although_csplint_says_it_is_blocked_is_a_disagreement() -> None:
    loaded = (LoadedRequest("https://a.example/x.gif", "image", 200),)
    [found], _ = compared(observed("img-src 'self'", "<img src=https://a.example/x.gif>", loaded=loaded), ("none",))
    assert (found.agreement, found.times) == ("disagreed", 0)


def test_what_the_visit_did_not_come_to_is_only_predicted() -> None:
    [found], _ = compared(observed("img-src 'self'", "<img loading=lazy src=https://a.example/x.gif>"), ("none",))
    assert (found.agreement, found.times) == ("predicted-only", 0)


@pytest.mark.parametrize(
    "body", ["<p onclick='x()'>", "<a href='javascript:x()'>y</a>", "<link rel=icon href=https://a.example/i.ico>"]
)
def test_what_waits_for_a_visitor_or_a_window_is_not_expected(body: str) -> None:
    assert compared(observed("default-src 'self'", body), ("none",))[0] == ()


def test_inline_scripts_are_known_by_their_line() -> None:
    body = "<script>first()</script>\n<script>second()</script>"
    seen = (violation("script-src-elem", "inline", line=3), violation("script-src-elem", "inline", line=900))
    found, _ = compared(observed("script-src 'self'", body, violations=seen), ("none",))
    assert [(each.agreement, each.line) for each in found] == [
        ("agreed", 3),
        ("browser-only", 900),
        ("predicted-only", 4),
    ]


# ------------------------------------------------------------------ the widget


def test_the_widget_is_seen_by_its_mark() -> None:
    _, [vendor] = compared(observed(GOOD, TAG, console=(MARK,), marks=(("velaro:initialized", "console"),)))
    assert (vendor.chat, vendor.state, vendor.predicted, vendor.agrees) == ("seen", "works", "works", True)


def test_a_widget_whose_parts_are_blocked_is_partly_there() -> None:
    policy = GOOD.replace(CONNECT, "connect-src 'self'")
    seen = violation("connect-src", "https://api-main-us-east.velaro.com/v1")
    found, [vendor] = compared(
        observed(policy, TAG, console=(MARK,), marks=(("velaro:initialized", "console"),), violations=(seen,))
    )
    assert (vendor.chat, vendor.state, vendor.predicted) == ("seen", "partly", "partly")
    assert [each.agreement for each in found] == ["agreed"] + ["predicted-only"] * 3
    assert found[0].vendors == ("velaro",)


def test_what_stands_on_the_embeds_line_is_not_the_embeds() -> None:
    seen = violation("script-src-attr", "inline", line=3)
    marked = {"console": (MARK,), "marks": (("velaro:initialized", "console"),)}
    found, [vendor] = compared(observed(GOOD, f"<p onclick='x()'>{TAG}", violations=(seen,), **marked))
    assert (found[0].vendors, vendor.state) == ((), "works")


def test_a_widget_that_the_network_stops_is_not_blamed_on_a_policy() -> None:
    failed = (FailedRequest(f"{CDN}/embed.js", "script", "net::ERR_NAME_NOT_RESOLVED", "network"),)
    found, [vendor] = compared(observed(GOOD, TAG, failed=failed))
    assert (vendor.chat, vendor.agrees, found) == ("not seen", True, ())
    assert "no policy" in vendor.why


def test_a_widget_that_came_up_although_csplint_says_no_is_a_disagreement() -> None:
    loaded = (LoadedRequest(f"{CDN}/embed.js", "script", 200),)
    found, [vendor] = compared(
        observed("script-src 'self'", TAG, console=(MARK,), marks=(("velaro:initialized", "console"),), loaded=loaded)
    )
    assert (vendor.chat, vendor.predicted, vendor.agrees) == ("seen", "broken", False)
    assert "disagreed" in {each.agreement for each in found}


@pytest.mark.parametrize(
    ("chat", "agreement", "disposition", "report_only", "document", "fine"),
    [
        ("seen", "agreed", "report", False, "", True),
        ("seen", "agreed", "report", True, "", False),
        ("seen", "agreed", "enforce", False, "", False),
        ("seen", "browser-only", "enforce", False, "https://frame.example/", True),
        ("seen", "disagreed", "report", False, "", False),
        ("unknown", "agreed", "report", False, "", False),
        ("not seen", "agreed", "report", False, "", False),
    ],
)
def test_what_is_fine(
    chat: Any, agreement: Any, disposition: Any, report_only: bool, document: str, fine: bool
) -> None:
    vendor = VendorSeen(vendor="v", title="V", chat=chat, why="", state="works", predicted="works", agrees=True)
    row = Sighting(
        agreement=agreement, directive="img-src", blocked="x", disposition=disposition, times=1, document=document
    )
    assert is_fine([vendor], [row], report_only=report_only) is fine


# ------------------------------------------------------------------ what a page may send

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=12),
    max_leaves=15,
)


@given(
    st.lists(JSON | st.lists(JSON, min_size=10, max_size=10).map(lambda rest: ["violation", *rest[1:]]), max_size=20)
)
@settings(max_examples=60, deadline=None)
def test_whatever_a_page_reports_is_taken_or_dropped(reports: list[Any]) -> None:
    record = Record(("mark",))
    for each in reports:
        record.hear(each)
    seen = tuple(record.violations)
    found, _ = compared(observed("default-src 'self'", "<p>x", violations=seen), ("none",))
    assert len(found) <= len(seen)


def test_a_flood_is_counted() -> None:
    record = Record(())
    for number in range(60_000):
        record.hear(
            ["violation", "img-src", f"https://a.example/{number}", "enforce", "p" * 10, SHOP, "", 1, 1, "x" * 9000]
        )
    record.hear(["more", 10**12])
    assert len(record.violations) == MOST_VIOLATIONS
    assert record.left_out["violations"] > 40_000
    assert record.left_out["reports"] > 9_000
    assert max(len(each.sample) for each in record.violations) == 2000
    found, _ = compared(observed("img-src 'self'", "", violations=tuple(record.violations)), ("none",))
    assert len(found) == MOST_SIGHTINGS
