"""csplint from Python: what each function takes, returns and raises."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import pydoc
import re
import subprocess
import sys
import threading
import typing
from collections.abc import Callable, Iterator
from email.message import Message
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest

import csplint
from csplint.api.requests import _WITHOUT_URL
from csplint.cli.allows_one import NEEDS_URL
from csplint.csp.request import KINDS, Kind
from csplint.report.json_report import encode
from tests.guide.pages import HOSTED, REST, TAG, Page
from tests.servers import Answer, Received, Reply, serve
from tests.test_startup import HEAVY

BAD = Page("bad", f"script-src 'self'; {REST}", TAG)
ANSWER = Answer(200, BAD.response_headers(), BAD.html().encode())
SHOP = "https://shop.example/"
FUNCTIONS = [name for name in csplint.__all__ if name != "__version__"]
FIXED = "https://app-cdn.velaro.com"


def names(report: csplint.Report) -> list[str]:
    return [finding.name for finding in report.targets[0].findings]


def fixed(corrected: csplint.Corrected | None) -> str:
    assert corrected is not None
    return corrected.headers[0].after or ""


def as_json(value: object) -> Any:
    return json.loads(msgspec.json.encode(value))


@pytest.fixture
def shop() -> Iterator[str]:
    """The address of a running server whose page has one fault."""
    with serve(ANSWER) as server:
        yield server.url("/")


# the checks


def test_check_url(shop: str) -> None:
    report = csplint.check_url(shop, packs=["velaro"])
    assert names(report) == ["script-host-missing"]
    assert report.run.exit_code == 1


def test_a_report_has_the_verdict_and_what_to_send(shop: str) -> None:
    [target] = csplint.check_url(shop).targets
    assert target.verdict is not None
    assert target.verdict.state == "broken"
    assert FIXED in fixed(target.corrected)


def test_check_url_sends_the_settings() -> None:
    settings = csplint.FetchSettings(headers=(("Cookie", "a=b"),))
    with serve(ANSWER) as server:
        csplint.check_url(server.url("/"), settings=settings)
        assert server.requests[0].header("Cookie") == "a=b"


def test_check_page() -> None:
    report = csplint.check_page(BAD.html().encode(), BAD.response_headers(), url=SHOP, packs=["velaro"])
    assert names(report) == ["script-host-missing"]
    assert report.targets[0].final_url == SHOP


def headers_of_urllib() -> Message:
    message = Message()
    message["Content-Security-Policy"] = "img-src 'self'"
    message["Content-Security-Policy"] = "font-src 'self'"
    return message


@pytest.mark.parametrize(
    ("headers", "policies"),
    [
        ([("Content-Security-Policy", "img-src 'self'")], ["img-src 'self'"]),
        ((["content-security-policy", "img-src 'self'"],), ["img-src 'self'"]),
        ({"Content-Security-Policy": "img-src 'self'"}, ["img-src 'self'"]),
        ({"Content-Security-Policy": "img-src 'self'"}.items(), ["img-src 'self'"]),
        (headers_of_urllib(), ["img-src 'self'", "font-src 'self'"]),
    ],
    ids=["pairs", "lists", "mapping", "items", "urllib"],
)
def test_headers_are_pairs_or_a_mapping(headers: Any, policies: list[str]) -> None:
    [target] = csplint.check_page(b"<!doctype html><p>", headers, url=SHOP).targets
    assert [policy.value for policy in target.policies] == policies


@pytest.mark.parametrize("body", [b"<!doctype html><p>", bytearray(b"<!doctype html><p>")], ids=["bytes", "bytearray"])
def test_a_page_is_checked_as_the_url_standard_writes_its_address(body: bytes) -> None:
    [target] = csplint.check_page(body, url="HTTPS://user:secret@Shop.example#top").targets
    assert target.final_url == SHOP
    assert "secret" not in target.target


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ([], "The page has no Content-Security-Policy"),
        ([("Content-Security-Policy", " ; ,")], "has no directive"),
        ([("Content-Security-Policy", "")], "has no directive"),
    ],
    ids=["none", "separators", "empty"],
)
def test_an_empty_policy_is_told_from_none(headers: list[tuple[str, str]], said: str) -> None:
    report = csplint.check_page(b"<!doctype html><p>", headers, url=SHOP, packs=["velaro"])
    [finding] = [each for each in report.targets[0].findings if each.name == "no-policy"]
    assert said in finding.message


@pytest.mark.parametrize("kind", [str, Path], ids=["str", "Path"])
def test_check_file(tmp_path: Path, kind: type[str]) -> None:
    saved = tmp_path / "shop.txt"
    saved.write_text(f"HTTP/1.1 200 OK\nContent-Security-Policy: {BAD.policy}\n\n{BAD.html()}")
    [target] = csplint.check_file(kind(saved), page=f"{SHOP}a", packs=["velaro"]).targets
    assert (target.kind, target.final_url) == ("file", f"{SHOP}a")
    assert "script-host-missing" in [finding.name for finding in target.findings]


def test_a_file_that_cannot_be_read_is_a_failed_target() -> None:
    [target] = csplint.check_file("no-such.html").targets
    assert target.error is not None
    assert (target.outcome, target.error.kind) == ("failed", "file")


def test_check_policy() -> None:
    assert names(csplint.check_policy(f"{HOSTED}; {REST}", packs=["velaro"])) == []
    assert names(
        csplint.check_policy(f"{HOSTED}; {REST}; media-src 'none'", features=["sounds"], packs=["velaro"])
    ) == ["missing-media-sounds"]
    assert names(csplint.check_policy(report_only=["script-src 'self'"], packs=["velaro"])) == [
        "report-only-not-ready",
        "script-host-missing",
    ]


def test_parse() -> None:
    first, second = csplint.parse("script-src 'self'; nosuch x, img-src *")
    assert isinstance(first, csplint.Policy)
    assert [directive.name for directive in first.directives] == ["script-src", "nosuch"]
    assert list(first.in_force) == ["script-src"]
    assert (second.text, second.disposition) == ("img-src *", "enforce")
    assert csplint.parse("img-src *", disposition="report")[0].disposition == "report"


def test_to_json_gives_what_the_command_line_prints() -> None:
    report = csplint.check_policy("script-src 'self' \u202e x")
    assert csplint.to_json(report).encode() == encode(report)
    assert json.loads(csplint.to_json(report)) == as_json(report)


# fix


def test_fix_takes_a_url(shop: str) -> None:
    assert FIXED in fixed(csplint.fix(shop))


@pytest.mark.parametrize("kind", [str, Path], ids=["str", "Path"])
def test_fix_takes_the_path_of_a_saved_response(tmp_path: Path, kind: type[str]) -> None:
    saved = tmp_path / "shop.txt"
    saved.write_bytes(b"HTTP/1.1 200 OK\r\nContent-Security-Policy: script-src 'self'\r\n\r\n<!doctype html><p>")
    assert FIXED in fixed(csplint.fix(kind(saved), page=SHOP))


@pytest.mark.parametrize(
    "policy", ["script-src 'self'", " \tScript-Src 'self'; img-src *", "scrip-src x; script-src 'self'"]
)
def test_fix_takes_the_text_of_a_policy(policy: str) -> None:
    corrected = csplint.fix(policy)
    assert corrected == csplint.fix(policies=[policy])
    assert FIXED in fixed(corrected)


def test_a_directive_without_a_value_is_a_policy_and_no_host() -> None:
    assert csplint.fix("upgrade-insecure-requests") == csplint.fix(policies=["upgrade-insecure-requests"])
    assert csplint.fix("upgrade-insecure-requests;") == csplint.fix(policies=["upgrade-insecure-requests;"])


def test_fix_gives_none_where_nothing_is_to_correct() -> None:
    assert csplint.fix(f"{HOSTED}; {REST}", packs=["velaro"]) is None


def test_fix_gives_what_the_command_line_prints() -> None:
    policy, page = f"script-src 'self'; {REST}; media-src 'none'", "https://app-cdn.velaro.com/"
    arguments = ["fix", "--policy", policy, "--report-only", "img-src *", "--page", page, "--feature", "sounds"]
    done = subprocess.run(
        [sys.executable, "-m", "csplint", *arguments, "--as", "json"], capture_output=True, check=False
    )
    [printed] = json.loads(done.stdout)
    corrected = csplint.fix(policies=[policy], report_only=["img-src *"], page=page, features=["sounds"])
    assert as_json(corrected) == printed["corrected"]
    assert corrected != csplint.fix(policies=[policy], report_only=["img-src *"], features=["sounds"])
    assert corrected != csplint.fix(policies=[policy], report_only=["img-src *"], page=page)


def test_fix_does_not_call_a_page_correct_that_it_could_not_fetch() -> None:
    with serve(Answer(404)) as server, pytest.raises(csplint.TargetError, match="404") as raised:
        csplint.fix(server.url("/"))
    assert raised.value.kind == "status"
    assert raised.value.hint == "use settings.accept_status 404 to check it anyway"


# allows

TRACKER = "https://tracker.example/a.js"


@pytest.mark.parametrize(
    ("policy", "kind", "arguments", "expected"),
    [
        # policy, kind, the other arguments                                    blocked, directive, source
        ("img-src *", "script", {"url": TRACKER}, (False, "", None)),
        ("script-src 'self'", "script", {"url": TRACKER}, (True, "script-src", None)),
        ("default-src 'none'", "script", {"url": TRACKER}, (True, "default-src", None)),
        ("script-src 'self' https:", "script", {"url": TRACKER}, (False, "script-src", "https:")),
        ("script-src 'self'", "script", {"url": f"{SHOP}a.js"}, (True, "script-src", None)),
        ("script-src 'self'", "script", {"url": f"{SHOP}a.js", "page": SHOP}, (False, "script-src", "'self'")),
        ("script-src 'nonce-abc'", "inline-script", {"nonce": "abc"}, (False, "script-src", "'nonce-abc'")),
        ("script-src 'nonce-abc'", "inline-script", {}, (True, "script-src", None)),
        (
            "script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",
            "inline-script",
            {"content": "alert(1)"},
            (False, "script-src", "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"),
        ),
        (
            "script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",
            "script",
            {"url": TRACKER, "integrity": "sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI="},
            (False, "script-src", "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"),
        ),
        ("img-src https://a.example", "img", {"url": "https://a.example/", "redirect_to": "https://b.example/"}, (True, "img-src", None)),
        (["script-src *", "default-src 'self'"], "script", {"url": TRACKER}, (True, "default-src", None)),
        (("script-src *", "img-src *"), "script", {"url": TRACKER}, (False, "script-src", "*")),
        ([], "script", {"url": TRACKER, "report_only": ["script-src 'none'"]}, (False, "", None)),
        ("img-src *", "img", {"url": "data:image/png,x"}, (True, "img-src", None)),
        ("img-src *", "img", {"url": "data:image/png,x", "browser": "safari"}, (False, "img-src", "*")),
    ],
)  # fmt: skip
def test_allows(policy: Any, kind: Kind, arguments: dict[str, Any], expected: tuple[bool, str, str | None]) -> None:
    verdict = csplint.allows(policy, kind, **arguments)
    assert (verdict.blocked, verdict.directive, verdict.source) == expected
    assert verdict.allowed is bool(verdict) is not expected[0]


def test_a_verdict_names_what_is_reported_and_why() -> None:
    verdict = csplint.allows("default-src https:", "ws", "wss://a.example/", report_only=["connect-src 'none'"])
    assert verdict.violated == (("enforce", "connect-src"), ("report", "connect-src"))
    assert [policy.governing for policy in verdict.policies] == ["default-src", "connect-src"]
    assert [reason.source.text for reason in verdict.policies[0].reasons] == ["https:"]


def test_a_verdict_names_the_browsers_that_decide_otherwise() -> None:
    differing = csplint.allows("img-src *", "img", "data:image/png,x").browsers
    assert {name: each.blocked for name, each in differing.items()} == {"safari": False}
    differing = csplint.allows("img-src *", "img", "data:image/png,x", browser="safari").browsers
    assert {name: each.blocked for name, each in differing.items()} == {"chromium": True, "firefox": True}
    assert csplint.allows("img-src *", "img", TRACKER).browsers == {}


def test_each_kind_needs_a_url_or_none() -> None:
    assert _WITHOUT_URL.isdisjoint(NEEDS_URL)
    assert _WITHOUT_URL | NEEDS_URL | {"frame-ancestors"} == KINDS


# event loops


def test_check_url_works_where_an_event_loop_is_running(shop: str) -> None:
    async def cell() -> tuple[csplint.Report, csplint.Corrected | None]:
        return csplint.check_url(shop, packs=["velaro"]), csplint.fix(shop)

    report, corrected = asyncio.run(cell())
    assert names(report) == ["script-host-missing"]
    assert FIXED in fixed(corrected)


def checked(url: str, settings: csplint.FetchSettings) -> Any:
    return csplint.check_url_async(url, settings=settings, packs=["velaro"])


def corrected_by(url: str, settings: csplint.FetchSettings) -> Any:
    return csplint.fix_async(url, settings=settings, packs=["velaro"])


@pytest.mark.parametrize("start", [checked, corrected_by])
def test_the_twins_let_the_event_loop_run(start: Callable[[str, csplint.FetchSettings], Any]) -> None:
    """The server answers only after the loop has done something else: a blocked loop would run into the timeout."""
    asked, released = threading.Event(), threading.Event()

    def reply(_request: Received) -> Reply:
        asked.set()
        released.wait(30)
        return ANSWER

    async def service(url: str) -> Any:
        waiting = asyncio.create_task(start(url, csplint.FetchSettings(timeout=10, retries=0)))
        await asyncio.to_thread(asked.wait, 30)
        released.set()
        return await waiting

    with serve(reply) as server:
        result = asyncio.run(service(server.url("/")))
    corrected = result.targets[0].corrected if isinstance(result, csplint.Report) else result
    assert FIXED in fixed(corrected)


def test_several_pages_are_checked_at_once(shop: str) -> None:
    async def service() -> list[csplint.Report]:
        return await asyncio.gather(*(csplint.check_url_async(f"{shop}{number}") for number in range(6)))

    reports = asyncio.run(service())
    assert [report.targets[0].final_url for report in reports] == [f"{shop}{number}" for number in range(6)]
    assert len({tuple(names(report)) for report in reports}) == 1


def test_the_twins_raise_the_same() -> None:
    with pytest.raises(csplint.UsageError, match="url is not an http or https address"):
        asyncio.run(csplint.check_url_async("ftp://shop.example/"))
    with pytest.raises(csplint.UsageError, match="nothing to fix"):
        asyncio.run(csplint.fix_async())


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name.endswith("_async")])
def test_the_twins_take_the_same(name: str) -> None:
    twin, function = getattr(csplint, name), getattr(csplint, name.removesuffix("_async"))
    assert inspect.iscoroutinefunction(twin)
    assert inspect.signature(twin) == inspect.signature(function)


# wrong arguments

POLICY = "script-src 'self'"
WRONG_TYPES: list[tuple[Callable[[], Any], str]] = [
    (lambda: csplint.check_url(b"https://shop.example/"), "url must be a str, not bytes; decode it first"),  # type: ignore[arg-type]
    (lambda: csplint.check_url(None), "url must be a str, not NoneType"),  # type: ignore[arg-type]
    (lambda: csplint.check_url(SHOP, settings={"timeout": 5}), "settings must be a csplint.FetchSettings, not dict; write"),  # type: ignore[arg-type]
    (lambda: csplint.check_url(SHOP, settings=csplint.FetchSettings(timeout="5")), "settings.timeout: Expected float, got str"),  # type: ignore[arg-type]
    (lambda: csplint.check_url(SHOP, settings=csplint.FetchSettings(headers={})), "settings.headers: Expected tuple, got dict"),  # type: ignore[arg-type]
    (lambda: csplint.check_page("<p>", url=SHOP), "body must be bytes, not str; give the bytes that the server sent"),  # type: ignore[arg-type]
    (lambda: csplint.check_page(None, url=SHOP), "body must be bytes, not NoneType"),  # type: ignore[arg-type]
    (lambda: csplint.check_page(b"", url=b"x"), "url must be a str, not bytes"),  # type: ignore[arg-type]
    (lambda: csplint.check_page(b"", "A: b", url=SHOP), "headers must be (name, value) pairs or a mapping, not str"),  # type: ignore[arg-type]
    (lambda: csplint.check_page(b"", 5, url=SHOP), "headers must be (name, value) pairs or a mapping, not int"),  # type: ignore[arg-type]
    (lambda: csplint.check_page(b"", ["ab"], url=SHOP), "headers must be (name, value) pairs; one of them is a str"),  # type: ignore[list-item]
    (lambda: csplint.check_page(b"", [("a", "b", "c")], url=SHOP), "headers must be (name, value) pairs; one of them"),  # type: ignore[list-item]
    (lambda: csplint.check_page(b"", {"a": ["b"]}, url=SHOP), "give a repeated header as several pairs"),  # type: ignore[arg-type]
    (lambda: csplint.check_page(b"", [(b"a", "b")], url=SHOP), "each name in headers must be a str, not bytes"),  # type: ignore[list-item]
    (lambda: csplint.check_page(b"", [("a", b"b")], url=SHOP), "each value in headers must be a str, not bytes"),  # type: ignore[list-item]
    (lambda: csplint.check_file(5), "path must be a str, not int"),  # type: ignore[arg-type]
    (lambda: csplint.check_file("a.html", page=None), "page must be a str, not NoneType"),  # type: ignore[arg-type]
    (lambda: csplint.check_policy(b"img-src *"), "each policy must be a str, not bytes; decode it first"),  # type: ignore[arg-type]
    (lambda: csplint.check_policy([POLICY]), "put a * before the list: check_policy(*policies)"),  # type: ignore[arg-type]
    (lambda: csplint.check_policy(POLICY, page=b""), "page must be a str, not bytes"),  # type: ignore[arg-type]
    (lambda: csplint.check_policy(report_only=POLICY), 'report_only takes several texts, not one str; write report_only=["script-src \'self\'"]'),
    (lambda: csplint.check_policy(report_only=[b"x"]), "each of report_only must be a str, not bytes"),  # type: ignore[list-item]
    (lambda: csplint.check_policy(POLICY, features="sounds"), "features takes several texts, not one str; write features=['sounds']"),
    (lambda: csplint.check_policy(POLICY, features=5), "features must be an iterable of str, such as a list, not int"),  # type: ignore[arg-type]
    (lambda: csplint.check_policy(POLICY, packs="velaro"), "packs takes several texts, not one str; write packs=['velaro']"),
    (lambda: csplint.check_policy(POLICY, packs=Path("a.toml")), "packs takes several paths, not one"),  # type: ignore[arg-type]
    (lambda: csplint.check_policy(POLICY, packs=[5]), "each of packs must be a str, not int"),  # type: ignore[list-item]
    (lambda: csplint.parse(b"img-src *"), "each policy must be a str, not bytes"),  # type: ignore[arg-type]
    (lambda: csplint.to_json({}), "report must be a csplint.Report, not dict"),  # type: ignore[arg-type]
    (lambda: csplint.fix(b"img-src *"), "target must be a str, not bytes"),  # type: ignore[arg-type]
    (lambda: csplint.fix(policies=POLICY), "policies takes several texts, not one str; write policies=["),
    (lambda: csplint.fix(csplint.check_policy(POLICY)), "report.targets[0].corrected"),  # type: ignore[arg-type]
    (lambda: csplint.allows(b"img-src *", "img", SHOP), "policy must be an iterable of str"),  # type: ignore[arg-type]
    (lambda: csplint.allows(POLICY, ["img"], SHOP), "kind must be a str, not list"),  # type: ignore[arg-type]
    (lambda: csplint.allows(POLICY, "img", None), "url must be a str, not NoneType"),  # type: ignore[arg-type]
    (lambda: csplint.allows(POLICY, "inline-script", content=b""), "content must be a str, not bytes"),  # type: ignore[arg-type]
    (lambda: csplint.allows(POLICY, "inline-script", nonce=None), "nonce must be a str, not NoneType"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), WRONG_TYPES, ids=[message for _, message in WRONG_TYPES])
def test_wrong_types(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)) as raised:
        call()
    assert isinstance(raised.value, csplint.ArgumentTypeError)
    assert isinstance(raised.value, csplint.UsageError)


WRONG_VALUES: list[tuple[Callable[[], Any], str]] = [
    (lambda: csplint.check_url("-"), "url is not a URL: '-'; use check_file() for a saved page, check_page() for its bytes"),
    (lambda: csplint.check_url("page.html"), "url is not a URL: 'page.html'; use check_file()"),
    (lambda: csplint.check_url(""), "url is not an http or https address: ''"),
    (lambda: csplint.check_url("ftp://shop.example/"), "url is not an http or https address: 'ftp://shop.example/'"),
    (lambda: csplint.check_url(POLICY), "or use check_policy() for a policy's text"),
    (lambda: csplint.check_url(SHOP, settings=csplint.FetchSettings(proxy="::")), "settings.proxy: use http://HOST:PORT"),
    (lambda: csplint.check_url(SHOP, settings=csplint.FetchSettings(headers=(("a b", ""),))), "settings.headers: 'a b' cannot be sent"),
    (lambda: csplint.check_url(SHOP, settings=csplint.FetchSettings(headers=(("a", "b\nc"),))), "settings.headers: 'a' cannot be sent"),
    (lambda: csplint.check_page(b"", url="shop.example"), "url is not an absolute URL: 'shop.example'; give its full address, such as 'https://shop.example/'"),
    (lambda: csplint.check_page(b"", url=""), "url is not an absolute URL: ''"),
    (lambda: csplint.check_file("a.html", page="shop"), "page is not an absolute URL: 'shop'"),
    (lambda: csplint.check_policy(POLICY, page="shop"), "page is not an absolute URL: 'shop'"),
    (lambda: csplint.check_policy(POLICY, features=["snouds"]), "features: there is no feature 'snouds' (the packs have "),
    (lambda: csplint.check_policy(POLICY, features=["snouds"]), "did you mean 'sounds'?"),
    (lambda: csplint.check_page(b"", url=SHOP, features=["sounds"], packs=["syntax"]), "the packs have no features"),
    (lambda: csplint.parse(POLICY, disposition="enforced"), "disposition cannot be 'enforced'; did you mean 'enforce'?"),  # type: ignore[arg-type]
    (csplint.fix, "there is nothing to fix: give a URL, the path of a saved page, or policies=['…']"),
    (lambda: csplint.fix("not a target"), "target is not a URL, a file or a policy: 'not a target'"),
    (lambda: csplint.fix("http ://shop.example"), "target is not a URL, a file or a policy"),
    (lambda: csplint.fix("-"), "check_page() takes the bytes of a page"),
    (lambda: csplint.fix(SHOP, policies=[POLICY]), "give a target or policies, not both"),
    (lambda: csplint.fix(SHOP, report_only=[POLICY]), "give a target or policies, not both"),
    (lambda: csplint.fix(SHOP, page=SHOP), "page is only for policies and saved pages"),
    (lambda: csplint.fix(POLICY, page="shop"), "page is not an absolute URL: 'shop'"),
    (lambda: csplint.allows("script", SHOP), "the policy comes first: csplint.allows(policy, 'script', url)"),  # type: ignore[arg-type]
    (lambda: csplint.allows(POLICY, "scrip", SHOP), "kind cannot be 'scrip'; did you mean 'script'?"),  # type: ignore[arg-type]
    (lambda: csplint.allows(POLICY, "qqq", SHOP), "kind cannot be 'qqq'; use one of base, "),  # type: ignore[arg-type]
    (lambda: csplint.allows(POLICY, "script"), "a request of kind 'script' needs a URL"),
    (lambda: csplint.allows(POLICY, "script", "/a.js"), "url is not an absolute URL: '/a.js'"),
    (lambda: csplint.allows(POLICY, "script", SHOP, redirect_to="/a.js"), "redirect_to is not an absolute URL"),
    (lambda: csplint.allows(POLICY, "script", SHOP, page="shop"), "page is not an absolute URL"),
    (lambda: csplint.allows(POLICY, "script", SHOP, browser="chrome"), "browser cannot be 'chrome'; did you mean 'chromium'?"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), WRONG_VALUES, ids=[message for _, message in WRONG_VALUES])
def test_wrong_values(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(csplint.UsageError, match=re.escape(message)) as raised:
        call()
    assert not isinstance(raised.value, TypeError)
    assert "--" not in str(raised.value)


def test_a_pack_that_is_not_there() -> None:
    with pytest.raises(csplint.PackError, match="there is no pack 'velro'"):
        csplint.check_policy(POLICY, packs=["velro"])
    with pytest.raises(csplint.PackError, match=r"cannot read the rule pack no-such\.toml"):
        csplint.check_policy(POLICY, packs=[Path("no-such.toml")])


def test_an_error_shows_no_credentials() -> None:
    for call in (csplint.check_url, csplint.fix):
        with pytest.raises(csplint.UsageError) as raised:
            call("ftp://user:secret@shop.example/")
        assert "secret" not in str(raised.value)


def test_hints_of_a_failed_page_name_the_settings() -> None:
    with serve(Answer(403)) as server:
        [target] = csplint.check_url(server.url("/--header")).targets
    assert target.error is not None
    assert "settings.user_agent, settings.headers or settings.cookie_file" in target.error.hint
    assert target.target.endswith("/--header")


# the module


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="nosuch"):
        csplint.nosuch  # type: ignore[attr-defined]  # noqa: B018 - type checkers must see the mistake too


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout


def test_help_shows_every_function() -> None:
    shown = pydoc.plain(python("import csplint; help(csplint)"))
    assert "CLASSES" not in shown  # they would fill the first pages
    for name in FUNCTIONS:
        function = getattr(csplint, name)
        assert f" {name}{inspect.signature(function)}\n" in shown
        assert all(line in shown for line in inspect.getdoc(function).splitlines())  # type: ignore[union-attr]
        assert re.search(rf"^ +{name}\(.*\)  +\w", csplint.__doc__ or "", re.MULTILINE), "the overview comes first"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_docstring_explains_every_parameter_and_error(name: str) -> None:
    function = getattr(csplint, name)
    text = inspect.getdoc(function) or ""
    if name.endswith("_async"):
        assert f"those of {name.removesuffix('_async')}()" in text
        return
    assert [each for each in inspect.signature(function).parameters if not re.search(rf"\b{each}\b", text)] == []
    assert "Returns " in text
    assert "aises " in text


def test_every_public_name_is_there_before_it_is_used() -> None:
    listed = python("import csplint; print(*dir(csplint))").split()
    types = {"Corrected", "FetchSettings", "Finding", "Policy", "Report", "RequestVerdict"}
    errors = {"ArgumentTypeError", "CsplintError", "PackError", "TargetError", "UsageError"}
    assert {*csplint.__all__, *types, *errors} <= set(listed)
    assert all(getattr(csplint, name).__name__ == name for name in {*FUNCTIONS, *types, *errors})


def test_type_checkers_and_editors_see_every_public_name() -> None:
    """They read the stub, which has each name from where the package loads it, and the same __all__."""
    stub = ast.parse((files("csplint") / "__init__.pyi").read_text(encoding="utf-8"))
    imports = [(node.module, each) for node in stub.body if isinstance(node, ast.ImportFrom) for each in node.names]
    home = {each.name: module for module, each in imports}
    assert home == {**csplint._HOME, "__version__": "csplint._version"}  # type: ignore[attr-defined]
    assert all(each.asname == each.name for _, each in imports), "without `as` a stub exports nothing"
    [listed] = [node.value for node in stub.body if isinstance(node, ast.Assign)]
    assert ast.literal_eval(listed) == csplint.__all__


def test_importing_loads_nothing() -> None:
    loaded = python("import csplint, sys; dir(csplint); csplint.__version__; print(*sys.modules)").split()
    assert {name for name in loaded if name.startswith(("csplint", "msgspec"))} == {"csplint", "csplint._version"}
    checked = python("import csplint, sys; csplint.check_policy(\"script-src 'self'\"); print(*sys.modules)").split()
    assert HEAVY & set(checked) == set()


def test_the_types_of_every_function_are_known() -> None:
    assert (files("csplint") / "py.typed").is_file()
    for name in FUNCTIONS:
        function = getattr(csplint, name)
        assert set(typing.get_type_hints(function)) == {*inspect.signature(function).parameters, "return"}


def test_the_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", csplint.__version__)
