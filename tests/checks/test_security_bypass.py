"""Hosts by which an allow-list can be bypassed: the built-in table, and the user's own list."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.problem import Problem
from csplint.checks.security.bypass_data import read_bypass_data
from csplint.checks.security.bypass_hosts import bypass_hosts
from csplint.checks.security.bypass_table import HOSTS
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered
from csplint.errors import UsageError
from csplint.packs.pack import BypassHost

N = "'nonce-3TmVbQn7LkHsYw2RzXcAfg=='"


def context(policy: str) -> Context:
    return Context(PolicySet.read("https://shop.example/", [Delivered(policy)]))


def found(policy: str, bypass: tuple[BypassHost, ...] = ()) -> list[Problem]:
    return list(bypass_hosts(replace(context(policy), bypass=bypass)))


def values(policy: str) -> list[str | None]:
    return [each.value for each in found(policy)]


CASES = [
    pytest.param("script-src https://cdnjs.cloudflare.com", ["https://cdnjs.cloudflare.com"], id="the host"),
    pytest.param("script-src CDNJS.cloudflare.com", ["CDNJS.cloudflare.com"], id="letter case"),
    pytest.param("default-src unpkg.com", ["unpkg.com"], id="by default-src"),
    pytest.param("script-src 'none'; script-src-elem unpkg.com", ["unpkg.com"], id="script-src-elem"),
    pytest.param("script-src unpkg.com; script-src-elem 'self'", [], id="script-src-elem counts"),
    pytest.param("script-src https://*.googleapis.com", ["https://*.googleapis.com"], id="wildcard"),
    pytest.param("script-src https://*.cdnjs.cloudflare.com", [], id="wildcard below it"),
    pytest.param("script-src https://cdnjs.cloudflare.com:8443", [], id="another port"),
    pytest.param("script-src https://cdnjs.cloudflare.com/ajax/libs/jquery/", [], id="another path"),
    pytest.param(
        "script-src https://cdnjs.cloudflare.com/ajax/", ["https://cdnjs.cloudflare.com/ajax/"], id="a path above"
    ),
    pytest.param("script-src https://cdn.jsdelivr.net/npm/", ["https://cdn.jsdelivr.net/npm/"], id="all of npm"),
    pytest.param("script-src https://cdn.jsdelivr.net/npm/vue@3/dist/vue.js", [], id="one file"),
    pytest.param("script-src https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/", [], id="recaptcha"),
    pytest.param(
        "script-src https://www.google.com/recaptcha/ https://www.google.com/tools/",
        ["https://www.google.com/tools/"],
        id="the source that lets it in",
    ),
    pytest.param("script-src https://www.googletagmanager.com", [], id="without unsafe-eval"),
    pytest.param(
        "script-src https://www.googletagmanager.com 'unsafe-eval'",
        ["https://www.googletagmanager.com"],
        id="with unsafe-eval",
    ),
    pytest.param("script-src *.azureedge.net", ["*.azureedge.net"], id="every tenant"),
    pytest.param("script-src eastprodcdn.azureedge.net", [], id="one tenant"),
    pytest.param("script-src *.shop.azureedge.net", [], id="below one tenant"),
    pytest.param("script-src *.amazonaws.com", ["*.amazonaws.com"], id="above the tenants"),
    pytest.param(f"script-src {N} 'strict-dynamic' unpkg.com", [], id="strict-dynamic"),
    pytest.param(f"script-src {N} unpkg.com", ["unpkg.com"], id="nonce beside the host"),
    pytest.param("script-src 'self' https://cdn.shop.example https://unpkg.example", [], id="on no list"),
    pytest.param("script-src * https: *.com", [], id="wildcards are another rule's"),
    pytest.param("script-src unpkg.com, script-src 'self'", [], id="another policy prevents it"),
    pytest.param("script-src unpkg.com, script-src https:", ["unpkg.com"], id="another policy allows it"),
    pytest.param("script-src http://unpkg.com https://unpkg.com", ["http://unpkg.com"], id="a host once"),
    pytest.param("img-src unpkg.com; script-src 'self'", [], id="images"),
]


@pytest.mark.parametrize(("policy", "expected"), CASES)
def test_hosts(policy: str, expected: list[str]) -> None:
    assert values(policy) == expected


def test_the_cause_gives_the_source_and_claims_no_more() -> None:
    [problem] = found("script-src https://ajax.googleapis.com")
    assert "AngularJS" in problem.message
    assert "2021-03-08" in problem.cause
    assert "has not tested the host" in problem.cause
    assert problem.span is not None
    assert problem.policy is not None
    assert problem.policy.text[problem.span.start : problem.span.end] == "https://ajax.googleapis.com"


SEVERITIES = [
    ("script-src unpkg.com", None),
    ("script-src unpkg.com 'unsafe-inline'", "info"),  # an injected script needs no bypass
    ("script-src unpkg.com https:", "info"),
    ("script-src clients1.google.com", "info"),  # only seen long ago
    ("script-src *.google.com", None),
]


@pytest.mark.parametrize(("policy", "severity"), SEVERITIES)
def test_severity(policy: str, severity: str | None) -> None:
    assert [each.severity for each in found(policy)] == [severity]


def test_hosts_that_are_not_named_are_counted() -> None:
    [problem] = found("script-src *.googleapis.com")
    assert re.search(r"\w+\.googleapis\.com, \w+\.googleapis\.com, \w+\.googleapis\.com and 1 more", problem.message)


def test_the_table_is_well_formed() -> None:
    assert 25 <= len(HOSTS) <= 60
    assert len({each.host for each in HOSTS}) == len(HOSTS)
    for each in HOSTS:
        assert re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+", each.host)
        assert each.paths
        assert all(path.startswith("/") for path in each.paths)
        assert each.host.startswith("*.") == (each.way == "tenants")
        assert re.search(r"20\d\d-\d\d-\d\d|https://", each.source)


JSON = (
    '{"needsEval": ["b.example"], "urls": ["//a.example/x", "//a.example/y", "https://B.example/z?q#f", "//c.example"]}'
)
TABLE = (
    "Domain\tCode\tAuthor\n"
    'a.example\t<script src="https://a.example/x?callback=alert"></script>\tsomeone\n'
    "\n# a remark\n"
    'wiki.example\t<script src="https://en.wiki.example/w/api.php?a=1"></script>\n'
    "*.cloud.example\t<script src=//one.cloud.example/x.js></script>\n"
    "bare.example\t<script>location='https://other.example/'</script>\r\n"
)


def test_json_list() -> None:
    hosts = read_bypass_data(JSON)
    assert [(each.host, each.paths, each.needs_eval) for each in hosts] == [
        ("a.example", ("/x", "/y"), False),
        ("b.example", ("/z",), True),
        ("c.example", ("/",), False),
    ]
    assert {each.way for each in hosts} == {"gadget"}


def test_table() -> None:
    assert [(each.host, each.paths) for each in read_bypass_data("\ufeff" + TABLE)] == [
        ("a.example", ("/x",)),
        ("en.wiki.example", ("/w/api.php",)),
        ("*.cloud.example", ("/x.js",)),
        ("bare.example", ("/",)),
    ]


def test_the_users_hosts_are_reported_beside_the_built_in_ones() -> None:
    users = read_bypass_data(JSON)
    assert [each.value for each in found("script-src a.example b.example unpkg.com", users)] == [
        "a.example",
        "unpkg.com",
    ]
    assert [each.value for each in found("script-src a.example/other b.example 'unsafe-eval'", users)] == ["b.example"]


FAULTS = [
    ("", "names no host"),
    ("{}", 'an object with a list "urls"'),
    ("[1]", 'an object with a list "urls"'),
    ('{"urls": "x"}', 'an object with a list "urls"'),
    ('{"urls": []}', "names no host"),
    (
        '{"urls": ["//a.example/x", "nonsense"]}',
        "entry 2 of \"urls\" in the bypass data is not //host/path: 'nonsense'",
    ),
    ('{"urls": [7]}', 'entry 1 of "urls"'),
    ('{"urls": ["//a.example/"], "needsEval": "b"}', '"needsEval"'),
    ('{"urls": [', "starts like JSON, but is not valid JSON"),
    ("[" * 200_000, "starts like JSON, but is not valid JSON"),
    ("a.example", "line 1 of the bypass data has no tab between host and code: 'a.example'"),
    ("a.example\tx\n<script>\ty", "line 2 of the bypass data does not start with a host: '<script>'"),
    ("x" * 500, "…"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS, ids=[str(number) for number in range(len(FAULTS))])
def test_unreadable_data_is_an_error_that_says_where(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        read_bypass_data(text)
    assert len(str(caught.value)) < 200
