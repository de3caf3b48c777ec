"""Violation reports become messages: all their shapes, and whatever else may come."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csplint.messages.message import Message
from csplint.messages.report_json import (
    MAX_POLICY,
    MAX_REPORT_TEXT,
    MAX_SAMPLE,
    MAX_URL,
    UnreadableReportError,
    parse,
    read_reports,
)

PAGE = "https://shop.example/basket"
CDN = "https://app-cdn.velaro.com/app.js"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15"
IPHONE_CHROME = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/130.0 Mobile/15E148 Safari/604.1"
)


def chromium(**other: Any) -> dict[str, Any]:
    body = {
        "document-uri": PAGE,
        "referrer": "",
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "original-policy": "script-src 'self'; report-uri /r",
        "disposition": "enforce",
        "blocked-uri": CDN,
        "status-code": 200,
        "script-sample": "",
    }
    return {"csp-report": body | {key.replace("_", "-"): value for key, value in other.items()}}


def firefox(**other: Any) -> dict[str, Any]:
    body = {
        "blocked-uri": CDN,
        "column-number": 1,
        "disposition": "report",
        "document-uri": PAGE,
        "effective-directive": "script-src-elem",
        "original-policy": "script-src 'self'; report-uri https://shop.example/r",
        "referrer": "",
        "status-code": 200,
        "violated-directive": "script-src-elem",
    }
    return {"csp-report": dict(sorted((body | {k.replace("_", "-"): v for k, v in other.items()}).items()))}


def webkit() -> dict[str, Any]:
    body = {
        "document-uri": PAGE,
        "referrer": "",
        "violated-directive": "img-src",
        "effective-directive": "img-src",
        "original-policy": "img-src 'self'; report-uri /r",
        "blocked-uri": "data",
        "status-code": 200,
    }
    return {"type": "csp-violation", "url": PAGE, "csp-report": body}


def body(**other: Any) -> dict[str, Any]:
    return {
        "documentURL": PAGE,
        "disposition": "enforce",
        "referrer": "",
        "effectiveDirective": "script-src-elem",
        "blockedURL": "inline",
        "originalPolicy": "script-src 'self' 'report-sample'; report-to csp",
        "statusCode": 200,
        "sample": "var a=1",
        "sourceFile": PAGE,
        "lineNumber": 3,
        "columnNumber": 9,
        **other,
    }


def api(agent: str | None = None, **other: Any) -> dict[str, Any]:
    named = {"age": 42, "user_agent": agent} if agent is not None else {}
    return {"type": "csp-violation", "url": PAGE, **named, "body": body(**other)}


def one(value: object) -> Message:
    (message,) = read_reports(value)
    return message


BROWSERS = [
    ("Chromium, report-uri", chromium(), "chromium"),
    ("Chromium with a sample and a relative endpoint", chromium(script_sample="x()"), "chromium"),
    ("Firefox, report-uri", firefox(), "firefox"),
    ("Firefox with a sample", firefox(script_sample="x()", line_number=1, source_file=PAGE), "firefox"),
    ("Firefox, an attribute: a column without a line", firefox(script_sample="color:red"), "firefox"),
    ("WebKit, report-uri", webkit(), "safari"),
    ("WebKit, Reporting API", api(), "safari"),
    ("Chromium, Reporting API", [api(CHROME)], "chromium"),
    ("Firefox, Reporting API", [api(FIREFOX)], "firefox"),
    ("Firefox without its user agent", [api(referrer=None)], "firefox"),
    ("Safari's user agent", [api(SAFARI)], "safari"),
    ("every browser of iOS is WebKit", [api(IPHONE_CHROME)], "safari"),
    ("an array without user agents", [api()], None),
    ("another program", api("curl/8"), None),
    ("a bare body", body(), None),
    ("no disposition and no wrapper", {"csp-report": webkit()["csp-report"]}, None),
    (
        "sorted, with a sample and a relative endpoint",
        {"csp-report": dict(sorted(chromium(script_sample="x")["csp-report"].items()))},
        "chromium",
    ),
    (
        "neither order, with a sample and an absolute endpoint",
        {
            "csp-report": dict(
                reversed(
                    chromium(script_sample="x", original_policy="report-uri https://r.example/")["csp-report"].items()
                )
            )
        },
        None,
    ),
]


@pytest.mark.parametrize(("value", "browser"), [case[1:] for case in BROWSERS], ids=[case[0] for case in BROWSERS])
def test_the_browser_is_named_where_the_report_shows_it(value: object, browser: str | None) -> None:
    assert one(value).browser == browser


def test_a_report_to_report_uri_fills_the_message() -> None:
    message = one(
        chromium(
            source_file="https://shop.example/a.js",
            line_number=4,
            column_number=7,
            script_sample="x",
            referrer="https://r.example/",
        )
    )
    assert (message.kind, message.directive, message.disposition) == ("csp", "script-src-elem", "enforce")
    assert (message.blocked, message.code, message.violated) == (CDN, "", "")
    assert (message.policy, message.page, message.status) == ("script-src 'self'; report-uri /r", PAGE, 200)
    assert (message.source_file, message.line, message.column) == ("https://shop.example/a.js", 4, 7)
    assert (message.sample, message.referrer) == ("x", "https://r.example/")
    assert json.loads(message.text)["csp-report"]["blocked-uri"] == CDN


def test_a_report_of_the_reporting_api_fills_the_message() -> None:
    message = one([api(CHROME)])
    assert (message.kind, message.directive, message.disposition) == ("csp", "script-src-elem", "enforce")
    assert (message.blocked, message.code, message.sample) == ("inline", "inline-script", "var a=1")
    assert (message.page, message.line, message.column, message.status) == (PAGE, 3, 9, 200)
    assert (message.age, message.user_agent) == (42, CHROME)


def test_a_bare_body_may_have_dashes_camel_case_or_the_names_of_an_event() -> None:
    event = {"documentURI": PAGE, "blockedURI": CDN, "effectiveDirective": "img-src", "violatedDirective": "img-src"}
    for value in (body(blockedURL=CDN), chromium()["csp-report"], event):
        assert (one(value).kind, one(value).blocked, one(value).page) == ("csp", CDN, PAGE)


def test_an_old_report_carries_its_whole_directive() -> None:
    old = {"document-uri": PAGE, "violated-directive": "Style-Src cdn.example.com", "blocked-uri": "https://a.example/"}
    message = one({"csp-report": old})
    assert (message.directive, message.violated) == ("style-src", "Style-Src cdn.example.com")
    assert (message.disposition, message.browser, message.policy) == (None, None, "")


def test_the_effective_directive_goes_before_the_violated_one() -> None:
    message = one(chromium(violated_directive="default-src 'self'", effective_directive="img-src"))
    assert (message.directive, message.violated) == ("img-src", "default-src 'self'")


CODES = [
    ("inline", "script-src-elem", "inline-script"),
    ("inline", "script-src-attr", "event-handler"),
    ("inline", "style-src-elem", "inline-style"),
    ("inline", "style-src-attr", "style-attr"),
    ("inline", "script-src", ""),
    ("eval", "script-src", "eval"),
    ("wasm-eval", "script-src", "wasm"),
    ("data", "img-src", ""),
    ("trusted-types-sink", "require-trusted-types-for", ""),
]


@pytest.mark.parametrize(("blocked", "directive", "code"), CODES)
def test_code_without_a_url_is_named(blocked: str, directive: str, code: str) -> None:
    message = one(chromium(blocked_uri=blocked, effective_directive=directive))
    assert (message.blocked, message.code, message.kind) == (blocked, code, "csp")


def test_null_and_numbers_as_texts() -> None:
    message = one(chromium(line_number="12", column_number=None, status_code="200", referrer=None, source_file=None))
    assert (message.line, message.column, message.status, message.referrer, message.source_file) == (12, 0, 200, "", "")


@pytest.mark.parametrize("number", [-1, 1e300, 10**40, True, "12345678901234567890123", "x", [1], 2**53 + 1])
def test_a_number_outside_its_range_is_0(number: object) -> None:
    assert one(chromium(line_number=number)).line == 0


OTHERS = [
    ("coep", "coep"),
    ("deprecation", "other"),
    ("intervention", "other"),
    ("permissions-policy-violation", "other"),
    ("network-error", "other"),
    ("something-new", "other"),
]


@pytest.mark.parametrize(("kind", "expected"), OTHERS)
def test_other_types_in_the_same_array_keep_their_place(kind: str, expected: str) -> None:
    first, second = read_reports([{"type": kind, "url": PAGE, "user_agent": CHROME, "body": {"id": "x"}}, api(CHROME)])
    assert (first.kind, first.page, first.browser, second.kind) == (expected, PAGE, "chromium", "csp")
    assert first.about != ""


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"csp-report": 1}, {"type": "csp-violation"}, {"body": {}}])
def test_what_is_no_report_is_counted_as_unknown(value: object) -> None:
    messages = list(read_reports([value, value]))
    assert [message.kind for message in messages] == ["unknown", "unknown"]


def test_an_empty_array_holds_no_report() -> None:
    assert list(read_reports([])) == []


@pytest.mark.parametrize("text", ["", "x", "{", "[NaN]", '{"a": Infinity}', b"\xff", "[" * 100_000, '"\\ud800"'])
def test_a_text_that_is_not_json_is_refused(text: bytes | str) -> None:
    with pytest.raises(UnreadableReportError):
        parse(text)


def test_lengths_are_bounded() -> None:
    long = "x" * 1_000_000
    message = one(chromium(blocked_uri=long, script_sample=long, original_policy=long, violated_directive=f"a {long}"))
    assert (len(message.blocked), len(message.sample), message.policy) == (MAX_URL, MAX_SAMPLE, "")
    assert len(message.violated) <= MAX_POLICY
    assert len(message.text) == MAX_REPORT_TEXT


def test_control_characters_stay_text() -> None:
    message = one(chromium(blocked_uri="https://a.example/\x00\x1b[2J", effective_directive="\x1b[2J"))
    assert (message.blocked, message.directive) == ("https://a.example/\x00\x1b[2J", "")


NAMES = st.sampled_from(
    [
        "csp-report",
        "body",
        "type",
        "url",
        "age",
        "user_agent",
        "effective-directive",
        "blockedURL",
        "line-number",
        "referrer",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters()) | NAMES,
    lambda inner: st.lists(inner) | st.dictionaries(NAMES | st.text(), inner),
)


@given(VALUES)
def test_no_json_value_makes_it_fail_and_every_item_is_counted(value: Any) -> None:
    assert len(list(read_reports(value))) == (len(value) if isinstance(value, list) else 1)
