"""Where findings point: files to themselves, anchored targets into the repository, pages to a path made from their URL."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from csplint.model import DirectiveReport, Finding, Region, Span, TargetKind, TargetReport
from csplint.report.location import Anchors, Location, locate, page_path, path_in_repository
from csplint.report.policy_facts import find_directive, find_policy
from csplint.report.sarif.results import page_url
from tests.report.ci_samples import FEW_EXAMPLES
from tests.report.samples import CLEAN, ERROR, FAILED, INFO, a_policy

RELATIVE = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-F]{2})+(?:/(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})+)*"
)
"""A relative path without a scheme, a host, an empty segment, a query or a fragment (RFC 3986, path-noscheme)."""

PAGES = [
    # URL                                    path
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
    (".", "target/index"),
    ("https://.%2E/a", "target/a"),
    ("policy", "policy/index"),
    ("\ud800", "%3F/index"),
]


@pytest.mark.parametrize(("url", "path"), PAGES)
def test_a_page_has_a_path_that_stands_for_it(url: str, path: str) -> None:
    assert page_path(url) == path


@FEW_EXAMPLES
@given(st.text(st.one_of(st.sampled_from("/\\.:%@?#[] aé2eE"), st.characters()), max_size=20))
def test_no_name_makes_anything_but_a_relative_path(name: str) -> None:
    for uri in (page_path(name), Location(name, is_real=True).uri):
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
    assert path_in_repository(path) == relative


def test_a_files_uri_is_percent_encoded_and_its_path_is_not() -> None:
    place = Location("site/a b%:.html", is_real=True)
    assert (place.uri, place.repository_path) == ("site/a%20b%25%3A.html", "site/a b%:.html")


def a_target(name: str, final_url: str | None = None, kind: TargetKind = "url") -> TargetReport:
    return TargetReport(target=name, kind=kind, final_url=final_url)


URLS = [
    (a_target("shop.example", "https://shop.example/"), "https://shop.example/"),
    (a_target("gone.example/x"), "https://gone.example/x"),
    (FAILED, "https://gone.example/"),
    (a_target("page.html", kind="file"), ""),
    (a_target("page.har", "https://shop.example/", "file"), "https://shop.example/"),
    (a_target("standard input", kind="stdin"), ""),
    (a_target("policy", kind="policy"), ""),
]


@pytest.mark.parametrize(("target", "url"), URLS)
def test_page_url(target: TargetReport, url: str) -> None:
    assert page_url(target) == url


ANCHORS = Anchors(places={CLEAN.target: "deploy\\csp.conf:12", "page.html": "x:1", "policy": "csp.conf"})


SAVED = a_target("./page.html", kind="file")
IN_FILE = [
    # region                      line, columns, last line
    (None,                        (1, None, 1)),
    (Region(12, 5, 12, 9),        (12, (5, 9), 12)),
    (Region(12, 5, 14, 2),        (12, (5, 2), 14)),
    (Region(12, None, 12, None),  (12, None, 12)),
    (Region(12, None, 14, None),  (12, None, 14)),
    (Region(12, 5, 12, None),     (12, None, 12)),
    (Region(0, -3, 0, -3),        (1, (1, 2), 1)),  # a report need not be csplint's: lines and columns begin at 1,
    (Region(3, 7, 2, 3),          (3, (7, 8), 3)),  # and no region is empty or ends before it begins
    (Region(3, 7, 4, 0),          (3, (7, 1), 4)),
]  # fmt: skip


@pytest.mark.parametrize(("region", "expected"), IN_FILE)
def test_a_file_points_to_the_region_even_if_it_has_an_anchor(region: Region | None, expected: Any) -> None:
    place = locate(SAVED, replace(INFO, region=region), ANCHORS)
    assert (place.path, place.is_real) == ("page.html", True)
    assert (place.line, place.columns, place.end_line) == expected


def test_a_file_as_a_whole_is_its_first_line() -> None:
    assert locate(SAVED, None, ANCHORS) == Location("page.html", is_real=True)


NO_FILES = [("standard input", "stdin"), ("policy", "policy"), ("page.html", "url")]


@pytest.mark.parametrize(("name", "kind"), NO_FILES)
def test_what_is_no_file_has_no_lines_however_it_is_called(name: str, kind: TargetKind) -> None:
    place = locate(a_target(name, kind=kind), replace(INFO, region=Region(12, 5, 12, 9)))
    assert (place.is_real, place.line) == (False, 1)


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
    assert found(twice, without) == twice.policies[0].directives[0]
    assert found(twice, replace(without, span=Span(second.span.start, second.span.end))) == second
    assert found(twice, replace(without, span=Span(third.span.end, third.span.end))) == third
    assert found(twice, replace(without, span=Span(0, 20))) is None
    assert found(twice, replace(without, directive=None)) is None
    assert found(twice, replace(without, policy=7)) is None
    assert found(twice, replace(without, policy=None)) is None
    assert found(replace(CLEAN, policies=(a_policy("IMG-SRC a"),)), without) is not None


def found(target: TargetReport, finding: Finding) -> DirectiveReport | None:
    return find_directive(find_policy(target.policies, finding), finding)
