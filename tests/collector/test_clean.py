"""What the collector keeps of a report."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csplint.collector.clean import clean_reports, without_secrets
from csplint.collector.rate import RateLimit, client_key
from csplint.collector.settings import address, is_loopback
from csplint.collector.store import Store
from csplint.errors import UsageError
from csplint.messages.report_json import read_reports

URLS = [
    ("https://shop.example/a?session=1#x", "https://shop.example/a"),
    ("https://user:secret@shop.example/a", "https://shop.example/a"),
    ("https://shop.example/@a", "https://shop.example/@a"),
    ("https://shop.example#token", "https://shop.example"),
    ("inline", "inline"),
]


@pytest.mark.parametrize(("url", "kept"), URLS)
def test_addresses_lose_what_may_be_secret(url: str, kept: str) -> None:
    assert without_secrets(url, keep_query=False) == kept


def test_query_strings_stay_where_asked_but_never_credentials() -> None:
    assert without_secrets("https://u:p@shop.example/a?b#c", keep_query=True) == "https://shop.example/a?b#c"


def test_only_known_fields_are_kept_as_they_came() -> None:
    body = {
        "document-uri": "https://shop.example/?id=7",
        "referrer": "https://u:p@r.example/?q",
        "violated-directive": "img-src",
        "original-policy": "img-src 'self'; report-uri https://r.example/?key=1",
        "blocked-uri": "data",
        "line-number": 3,
        "cookie": "secret",
    }
    (kept,) = clean_reports({"csp-report": body, "extra": {"a": 1}}, keep_query=False, user_agent="Firefox/1", most=9)
    assert kept == {
        "csp-report": {
            "document-uri": "https://shop.example/",
            "referrer": "https://r.example/",
            "violated-directive": "img-src",
            "original-policy": "img-src 'self'; report-uri https://r.example/",
            "blocked-uri": "data",
            "line-number": 3,
        },
        "user_agent": "Firefox/1",
    }


SHAPES: list[Any] = [
    {
        "type": "csp-violation",
        "url": "https://a.example/",
        "csp-report": {"blocked-uri": "data", "effective-directive": "img-src"},
    },
    {
        "type": "csp-violation",
        "age": 4,
        "body": {"blockedURL": "data", "effectiveDirective": "img-src", "referrer": None},
    },
    {"blockedURL": "data", "effectiveDirective": "img-src", "documentURL": "https://a.example/"},
    {"type": "network-error", "url": "https://a.example/", "body": {"phase": "dns"}},
]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_kept_report_is_read_as_the_one_that_was_sent(shape: Any) -> None:
    (before,), (after,) = list(read_reports(shape)), clean_reports(shape, keep_query=False, most=9)
    (again,) = read_reports(after)
    for name in ("kind", "browser", "directive", "blocked", "page", "about", "age"):
        assert getattr(before, name) == getattr(again, name)


@given(
    st.recursive(
        st.none() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.text()
                | st.sampled_from(["csp-report", "body", "type", "url", "effective-directive", "blocked-uri"]),
                inner,
            )
        ),
    )
)
def test_any_json_is_cleaned_or_refused(value: Any) -> None:
    found = clean_reports(value, keep_query=False, most=5)
    assert len(found) in {0, len(value) if isinstance(value, list) else 1}


def test_lengths_are_bounded() -> None:
    long = "x" * 1_000_000
    body = dict.fromkeys(
        ("document-uri", "blocked-uri", "original-policy", "script-sample", "effective-directive", "disposition"), long
    )
    (kept,) = clean_reports({"csp-report": body}, keep_query=True, user_agent=long, most=9)
    assert len(json.dumps(kept)) < 20_000


def test_a_bucket_fills_again() -> None:
    limit = RateLimit(rate=100, client_rate=2)
    assert [limit.accepts("a", 0.0) for _ in range(3)] == [True, True, False]
    assert [limit.accepts("a", 0.5) for _ in range(2)] == [True, False]


def test_one_client_leaves_room_for_another_and_all_share_one_limit() -> None:
    limit = RateLimit(rate=3, client_rate=2)
    assert [limit.accepts(each, 0.0) for each in "aaabb"] == [True, True, False, True, False]


def test_the_table_of_clients_is_bounded() -> None:
    limit = RateLimit(rate=10**6, client_rate=1, most=10)
    for number in range(1000):
        limit.accepts(str(number), float(number))
    assert len(limit) == 10


def test_addresses_of_one_ipv6_site_are_one_client() -> None:
    assert client_key("2001:db8::1") == client_key("2001:db8::ffff") != client_key("2001:db8:0:1::1")
    assert (client_key("192.0.2.1"), client_key("::ffff:192.0.2.1")) == ("192.0.2.1", "192.0.2.1")


ADDRESSES = [
    ("127.0.0.1:8787", ("127.0.0.1", 8787)),
    ("[::1]:80", ("::1", 80)),
    (":9000", ("127.0.0.1", 9000)),
    ("9000", ("127.0.0.1", 9000)),
    ("localhost", ("localhost", 8787)),
    ("0.0.0.0:0", ("0.0.0.0", 0)),
]


@pytest.mark.parametrize(("text", "found"), ADDRESSES)
def test_an_address_is_read(text: str, found: tuple[str, int]) -> None:
    assert address(text) == found


@pytest.mark.parametrize(
    "text", ["", "a:b", "127.0.0.1:70000", "http://127.0.0.1:1", "a b:1", "127.0.0.1:-1", "x:99999999999"]
)
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        address(text)


@pytest.mark.parametrize(
    ("host", "answer"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("shop", False)]
)
def test_loopback_is_told_from_the_rest(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer


def test_a_device_is_no_file_to_write_to() -> None:
    with pytest.raises(UsageError, match="not a regular file"):
        Store("/dev/null", 10, 1)
