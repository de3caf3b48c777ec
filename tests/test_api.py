"""csplint from Python."""

from __future__ import annotations

import pydoc

import pytest

import csplint
from csplint.errors import UsageError
from tests.guide.pages import HOSTED, REST, TAG, Page
from tests.servers import Answer, serve

BAD = Page("bad", f"script-src 'self'; {REST}", TAG)


def names(report: csplint.Report) -> list[str]:
    return [finding.name for finding in report.targets[0].findings]


def test_check_url() -> None:
    with serve(Answer(200, BAD.response_headers(), BAD.html().encode())) as server:
        report = csplint.check_url(server.url("/"), packs=["velaro"])
    assert names(report) == ["script-host-missing"]
    assert report.run.exit_code == 1


def test_check_url_takes_urls_only() -> None:
    with pytest.raises(UsageError, match="check_page"):
        csplint.check_url("-")


def test_check_page() -> None:
    report = csplint.check_page(
        BAD.html().encode(), BAD.response_headers(), url="https://shop.example/", packs=["velaro"]
    )
    assert names(report) == ["script-host-missing"]
    assert report.targets[0].final_url == "https://shop.example/"


def test_check_policy() -> None:
    assert names(csplint.check_policy(f"{HOSTED}; {REST}", packs=["velaro"])) == []
    assert names(
        csplint.check_policy(f"{HOSTED}; {REST}; media-src 'none'", features=["sounds"], packs=["velaro"])
    ) == ["missing-media-sounds"]
    assert names(csplint.check_policy(report_only=["script-src 'self'"], packs=["velaro"])) == [
        "report-only-not-ready",
        "script-host-missing",
    ]


def test_a_feature_that_no_pack_has() -> None:
    with pytest.raises(UsageError, match=r"there is no feature 'snouds' \(the packs have .*; did you mean 'sounds'\?"):
        csplint.check_policy("script-src 'self'", features=["snouds"])
    with pytest.raises(UsageError, match="the packs have no features"):
        csplint.check_page(b"", url="https://shop.example/", features=["sounds"], packs=["syntax"])


def test_parse() -> None:
    first, second = csplint.parse("script-src 'self'; nosuch x, img-src *")
    assert isinstance(first, csplint.Policy)
    assert [directive.name for directive in first.directives] == ["script-src", "nosuch"]
    assert list(first.in_force) == ["script-src"]
    assert second.text == "img-src *"


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="nosuch"):
        csplint.nosuch  # noqa: B018


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
    report = csplint.check_page(b"<!doctype html><p>", headers, url="https://shop.example/", packs=["velaro"])
    [finding] = [each for each in report.targets[0].findings if each.name == "no-policy"]
    assert said in finding.message


def test_help_lists_the_public_functions() -> None:
    shown = pydoc.plain(pydoc.render_doc(csplint))
    for name in ("check_url", "check_page", "check_policy", "parse"):
        assert f"    {name}(" in shown
    assert "Raises UsageError if `url` is not an http or https address" in shown
