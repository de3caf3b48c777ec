"""Nonces over several answers: static ones, cached pages, a fresh header over a cached body, and what is fine."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from csplint.engine.inputs import UrlInput
from csplint.engine.run import run_checks
from csplint.model import TargetReport
from csplint.packs.merge import load_packs
from tests.guide.pages import CONNECT, FRAME, IMG, SNIPPET, STYLE
from tests.servers import Answer, Received, serve

PACKS = load_packs(["velaro", "security"])
REST = f"{CONNECT}; {STYLE}; {IMG}; {FRAME}"
Header = tuple[str, str]


def page(header: str, tag: str | None = None, more: tuple[Header, ...] = (), status: int = 200) -> Answer:
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", f"script-src 'nonce-{header}' 'strict-dynamic'; {REST}"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
        *more,
    ]
    body = f'<!doctype html><p>\n<script nonce="{tag or header}">{SNIPPET}</script>'.encode()
    return Answer(status, headers, body if status == 200 else b"")


def fresh() -> str:
    return secrets.token_urlsafe(24)


def found(reply: Callable[[Received], Answer]) -> tuple[TargetReport, dict[str, str]]:
    with serve(reply) as server:
        url = server.url("/")
        [target] = run_checks([UrlInput(url, url)], PACKS).targets
    assert target.outcome == "checked"
    told = [each for each in target.findings if "nonce" in each.name or each.name == "fresh-header-cached-body"]
    return replace(target, findings=tuple(told)), {finding.name: finding.message for finding in told}


def test_fresh_nonce_is_fine() -> None:
    target, names = found(lambda _: page(fresh()))
    assert names == {}
    assert "SEC050" in target.passed


def test_static_nonce() -> None:
    target, names = found(lambda _: page("n0nceThatNeverChangesAtAll"))
    assert list(names) == ["nonce-static"]
    assert "'n0nceThatNeverChangesAtAll'" in names["nonce-static"]
    [finding] = target.findings
    assert (finding.severity, finding.symptom, finding.directive) == ("error", "nonce-static", "script-src")
    assert target.policies[0].value[finding.span.start : finding.span.end] == "'nonce-n0nceThatNeverChangesAtAll'"  # type: ignore[union-attr]


CACHE_MARKS = [
    ("Age", "120"),
    ("X-Cache", "MISS, HIT"),
    ("X-Cache", "Hit from cloudfront"),
    ("CF-Cache-Status", "STALE"),
    ("x-vercel-cache", "PRERENDER"),
    ("Cache-Status", "edge; hit"),
    ("X-Varnish", "1234 5678"),
]


@pytest.mark.parametrize("mark", CACHE_MARKS, ids=lambda mark: f"{mark[0]}: {mark[1]}")
def test_page_served_from_a_cache(mark: Header) -> None:
    _, names = found(lambda _: page("n0nceThatTheCacheRepeats12", more=(mark,)))
    assert list(names) == ["nonce-in-cached-page"]
    assert mark[1] in names["nonce-in-cached-page"]


NO_MARKS = [("Age", "0"), ("X-Cache", "MISS"), ("CF-Cache-Status", "DYNAMIC"), ("X-Varnish", "1234")]


@pytest.mark.parametrize("mark", NO_MARKS, ids=lambda mark: f"{mark[0]}: {mark[1]}")
def test_no_cache_answered(mark: Header) -> None:
    _, names = found(lambda _: page("n0nceThatNeverChangesAtAll", more=(mark,)))
    assert list(names) == ["nonce-static"]


def test_fresh_header_over_a_cached_body() -> None:
    kept = fresh()
    _, names = found(lambda _: page(fresh(), kept))
    assert list(names) == ["fresh-header-cached-body", "embed-nonce-mismatch"]
    assert kept in names["fresh-header-cached-body"]


def test_first_visit_works_and_the_304_brings_another_nonce() -> None:
    def reply(request: Received) -> Answer:
        if request.header("If-None-Match") == '"v1"':
            return page(fresh(), status=304)
        return page(fresh(), more=(("ETag", '"v1"'),))

    _, names = found(reply)
    assert list(names) == ["fresh-header-cached-body"]
    assert "304" in names["fresh-header-cached-body"]


GENERAL = load_packs(["syntax", "delivery", "security", "page"])


def test_304_and_caches_are_reported_without_a_vendors_pack() -> None:
    def reply(request: Received) -> Answer:
        if request.header("If-None-Match") == '"v1"':
            return page(fresh(), status=304)
        return page(fresh(), more=(("ETag", '"v1"'), ("Cache-Control", "private, no-cache")))

    for answer, name in (
        (reply, "page-nonce-not-renewed"),
        (lambda _: page(fresh(), more=(("Cache-Control", "public, s-maxage=31536000"),)), "cacheable-nonce"),
    ):
        with serve(answer) as server:
            url = server.url("/")
            [target] = run_checks([UrlInput(url, url)], GENERAL).targets
        assert [each.name for each in target.findings if "nonce" in each.name] == [name]


def test_304_without_a_policy_is_fine() -> None:
    def reply(request: Received) -> Answer:
        if request.header("If-None-Match"):
            return Answer(304, [("ETag", '"v1"')], b"")
        return page(fresh(), more=(("ETag", '"v1"'),))

    assert found(reply)[1] == {}


def test_session_cookie_is_not_sent_back() -> None:
    """A nonce that is the session's is new for the second visitor, because csplint comes back as another one."""

    def reply(request: Received) -> Answer:
        cookie = request.header("Cookie") or ""
        session = cookie.removeprefix("sid=") or fresh()
        return page(session, more=(("Set-Cookie", f"sid={session}"),))

    assert found(reply)[1] == {}


@pytest.mark.parametrize(
    ("value", "warned"),
    [
        ("public, max-age=600", True),
        ("max-age=60", True),
        ("private, max-age=600", False),
        ("no-store", False),
        ("max-age=0", False),
    ],
)
def test_nonce_page_that_caches_may_keep(value: str, warned: bool) -> None:
    _, names = found(lambda _: page(fresh(), more=(("Cache-Control", value),)))
    assert list(names) == (["nonce-page-cacheable"] if warned else [])


def test_page_without_nonce_is_asked_for_once() -> None:
    with serve(Answer(headers=[("Content-Type", "text/html"), ("Content-Security-Policy", "img-src *")])) as server:
        url = server.url("/")
        [target] = run_checks([UrlInput(url, url)], PACKS).targets
        assert len(server.requests) == 1
    assert {skip.rule: skip.reason for skip in target.skipped}["SEC050"] == "no policy has a nonce"


def test_meta_policy_with_a_static_nonce() -> None:
    body = b"<!doctype html><head><meta http-equiv=Content-Security-Policy content=\"script-src 'nonce-n0nceInAStaticFile123456'"
    body += b" 'strict-dynamic'\"></head><script nonce=n0nceInAStaticFile123456>Velaro('boot', {})</script>"
    _, names = found(lambda _: Answer(headers=[("Content-Type", "text/html")], body=body))
    assert "nonce-static" in names


PLAIN = [
    ("Content-Type", "text/html"),
    ("Content-Security-Policy", "script-src 'self'; style-src 'self' 'unsafe-inline'"),
]


@pytest.mark.parametrize(
    ("headers", "body", "requests"),
    [
        (PLAIN, "<script>a()</script>", 2),
        (PLAIN[:1], "<script>a()</script>", 2),  # no policy yet: the one to try has hashes
        (PLAIN, "<style>p {}</style>", 1),
        (PLAIN, "<script src=/a.js></script>", 1),
        (PLAIN, "<script type=application/json>{}</script>", 1),
        (PLAIN[:1], "<p>", 1),
    ],
)
def test_a_page_that_a_hash_may_be_advised_for_is_asked_for_twice(
    headers: list[Header], body: str, requests: int
) -> None:
    with serve(Answer(headers=headers, body=f"<!doctype html>{body}".encode())) as server:
        url = server.url("/")
        [target] = run_checks([UrlInput(url, url)], PACKS).targets
        assert len(server.requests) == requests
    assert {skip.rule: skip.reason for skip in target.skipped}["SEC050"] == "no policy has a nonce"
