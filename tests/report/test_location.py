"""Where findings point: files to themselves, anchored targets into the repository, pages to a path that stands for them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from csplint.model import Place, RedirectReport, Span, TargetReport
from csplint.report.location import Anchors, Location, directive_of, locate
from csplint.report.relative_uri import inside, page_uri
from csplint.report.target_kind import is_file, page_url
from tests.report.ci_samples import FEW
from tests.report.samples import CLEAN, ERROR, FAILED, INFO, a_policy

RELATIVE = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-F]{2})+(?:/(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})+)*"
)
"""A relative path without a scheme, a host, an empty segment, a query or a fragment (RFC 3986, path-noscheme)."""

PAGES = [
    # URL                                    what stands for it
    ("https://shop.example/", "shop.example/index"),
    ("https://shop.example", "shop.example/index"),
    ("HTTPS://Shop.Example/A", "shop.example/A"),
    ("https://shop.example/docs/", "shop.example/docs/index"),
    ("https://shop.example/a/b?q=1#f", "shop.example/a/b"),
    ("https://shop.example?q=/x", "shop.example/index"),
    ("http://localhost:8000/x", "localhost_8000/x"),  # with a colon it would be of the scheme "localhost"
    ("localhost:8000/x", "localhost_8000/x"),
    ("https://shop.example:/x", "shop.example/x"),
    ("https://[::1]:8080/", "%5B%3A%3A1%5D_8080/index"),
    ("shop.example/a b/ü", "shop.example/a%20b/%C3%BC"),
    ("https://shop.example/%7Ea%2Fb/100%", "shop.example/%7Ea%2Fb/100%25"),  # escapes stay, a stray % becomes one
    ("https://user:secret@shop.example/x", "shop.example/x"),
    ("https://shop.example//a/./b/../c", "shop.example/a/c"),
    ("https://shop.example/../../%2e%2E/x", "shop.example/x"),
    ("https://", "target/index"),
    ("", "target/index"),
    ("policy", "policy/index"),
    ("\ud800", "%3F/index"),
]


@pytest.mark.parametrize(("url", "path"), PAGES)
def test_a_page_has_a_path_that_stands_for_it(url: str, path: str) -> None:
    assert page_uri(url) == path


@FEW
@given(st.text(st.one_of(st.sampled_from("/\\.:%@?#[] aé2eE"), st.characters()), max_size=20))
def test_no_name_makes_anything_but_a_relative_path(name: str) -> None:
    for uri in (page_uri(name), Location(name, is_real=True).uri):
        assert RELATIVE.fullmatch(uri)
        assert not {".", ".."} & set(uri.replace("%2e", ".").replace("%2E", ".").split("/"))


INSIDE = [
    ("site/a.html", "site/a.html"),
    ("./a.html", "a.html"),
    ("/home/me/site/a b%.html", "home/me/site/a b%.html"),
    ("C:/site/a.html", "site/a.html"),
    ("../../a.html", "a.html"),
    ("a/../b.html", "b.html"),
    ("/", "target"),
]


@pytest.mark.parametrize(("path", "relative"), INSIDE)
def test_a_path_inside_the_repository(path: str, relative: str) -> None:
    assert inside(path) == relative


def test_a_files_uri_is_percent_encoded_and_its_path_is_not() -> None:
    place = Location("site/a b%:.html", is_real=True)
    assert (place.uri, place.repository_path) == ("site/a%20b%25%3A.html", "site/a b%:.html")


def a_target(name: str, status: int | None = 200, final_url: str | None = "https://shop.example/") -> TargetReport:
    return TargetReport(target=name, status=status, final_url=final_url)


FILES = [
    (a_target("https://shop.example/page.html"), False),
    (a_target("shop.example"), False),
    (a_target("shop.example/page.html"), False),
    (a_target("localhost/page.html", final_url="https://localhost/page.html"), False),
    (a_target("intranet/page", final_url="https://intranet/page"), False),
    (a_target("intranet/page", final_url="https://login.example/"), True),
    (a_target("bücher.example", final_url="https://xn--bcher-kva.example/"), False),
    (a_target("shop.har"), True),
    (a_target("saved/shop.http"), True),
    (a_target("saved/response"), True),
    (a_target("./shop.example"), True),
    (a_target("/srv/response"), True),
    (a_target("C:\\site\\response"), True),
    (a_target("page", status=None, final_url=None), True),
    (a_target("shop.example/page.html", status=None, final_url=None), True),  # fetched pages have a status
    (a_target("policy", status=None, final_url=None), False),
    (a_target("standard input", status=None, final_url=None), False),
    (FAILED, False),
    (replace(FAILED, target="gone.example"), False),
    (replace(FAILED, target="gone.har"), True),
]


@pytest.mark.parametrize(("target", "expected"), FILES, ids=lambda value: getattr(value, "target", ""))
def test_is_file(target: TargetReport, expected: bool) -> None:
    assert is_file(target) is expected


def test_a_redirected_host_is_still_no_file() -> None:
    hop = RedirectReport("https://intranet/page", 302, "https://login.example/")
    assert not is_file(replace(a_target("intranet/page", final_url="https://login.example/"), redirects=(hop,)))


URLS = [
    (a_target("shop.example"), "https://shop.example/"),
    (replace(FAILED, target="gone.example/x"), "https://gone.example/x"),
    (FAILED, "https://gone.example/"),
    (a_target("page.html", status=None, final_url=None), ""),
    (a_target("page.har"), "https://shop.example/"),
    (a_target("policy", status=None, final_url=None), ""),
]


@pytest.mark.parametrize(("target", "url"), URLS)
def test_page_url(target: TargetReport, url: str) -> None:
    assert page_url(target) == url


ANCHORS = Anchors(places={CLEAN.target: "deploy\\csp.conf:12", "page.html": "x:1", "policy": "csp.conf"})


def test_a_file_points_to_itself_even_if_it_has_an_anchor() -> None:
    saved = a_target("./page.html", status=None, final_url=None)
    assert locate(saved, INFO, ANCHORS) == Location("page.html", 12, (5, 6), is_real=True)
    assert locate(saved, ERROR, ANCHORS) == Location("page.html", is_real=True)
    assert locate(saved, None, ANCHORS) == Location("page.html", is_real=True)


def test_lines_of_a_page_are_not_those_of_the_response_or_archive_that_holds_it() -> None:
    assert locate(a_target("page.har"), INFO) == Location("page.har", is_real=True)


def test_lines_and_columns_begin_at_one() -> None:
    saved = a_target("page.html", status=None, final_url=None)
    assert locate(saved, replace(INFO, place=Place(0, -3))) == Location("page.html", 1, (1, 2), is_real=True)


def test_an_anchor_names_the_line_for_every_finding() -> None:
    place = Location("deploy/csp.conf", 12, is_real=True)
    assert locate(CLEAN, INFO, ANCHORS) == place
    assert locate(CLEAN, None, ANCHORS) == place


ANCHORED = [
    ("csp.conf", "csp.conf", 1),
    ("csp.conf:0", "csp.conf", 1),
    ("a:b.conf:7", "a:b.conf", 7),
    ("csp.conf:x", "csp.conf:x", 1),
    ("csp.conf:99999999999", "csp.conf:99999999999", 1),
]


@pytest.mark.parametrize(("anchor", "path", "line"), ANCHORED)
def test_anchors_with_and_without_a_line(anchor: str, path: str, line: int) -> None:
    assert locate(CLEAN, None, Anchors({CLEAN.target: anchor})) == Location(path, line, is_real=True)


def test_a_page_points_to_its_path_and_the_length_of_the_directive() -> None:
    length = len("connect-src 'self' https://*.velaro.com")
    assert locate(CLEAN, ERROR) == Location("clean.example/index", 1, (1, length + 1))
    assert locate(CLEAN, INFO) == Location("clean.example/index", 1, (1, 2))
    assert locate(CLEAN, None) == Location("clean.example/index", 1, (1, 2))


def test_the_directive_is_the_one_of_the_span_or_the_first_of_the_name() -> None:
    twice = replace(CLEAN, policies=(a_policy("img-src a; IMG-src bb; img-src ccc"),))
    without = replace(ERROR, span=None, directive="img-src")
    second, third = twice.policies[0].directives[1:]
    assert directive_of(twice, without) == twice.policies[0].directives[0]
    assert directive_of(twice, replace(without, span=Span(second.span.start, second.span.end))) == second
    assert directive_of(twice, replace(without, span=Span(third.span.end, third.span.end))) == third
    assert directive_of(twice, replace(without, span=Span(0, 20))) is None
    assert directive_of(twice, replace(without, directive=None)) is None
    assert directive_of(twice, replace(without, policy=7)) is None
    assert directive_of(twice, replace(without, policy=None)) is None
    assert directive_of(replace(CLEAN, policies=(a_policy("IMG-SRC a"),)), without) is not None
