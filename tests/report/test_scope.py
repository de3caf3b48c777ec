"""Of a configuration file with several parts, every finding names the part that it is about."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from csplint.model import Report
from csplint.packs.merge import PackSet
from csplint.report.ci.github import write_github
from csplint.report.ci.gitlab import write_gitlab
from csplint.report.ci.junit import write_junit
from csplint.report.concise import write_concise
from csplint.report.sarif.report import write_sarif
from tests.report.ci_samples import PACKS
from tests.report.samples import ERROR, PAGE, a_report

SHOP = "location /shop in server shop.example"
BLOG = "location /blog in server shop.example"
Writer = Callable[[Report, PackSet], str]


def a_part(scope: str) -> Report:
    return a_report(replace(PAGE, target="nginx.conf", name=None, findings=(ERROR,), scope=scope))


PARTS = a_report(
    *(replace(PAGE, target="nginx.conf", name=None, findings=(ERROR,), scope=scope) for scope in (SHOP, BLOG))
)


@pytest.mark.parametrize("write", [write_github, write_gitlab, write_junit, write_concise, write_sarif])
def test_each_part_is_named(write: Writer) -> None:
    lines = write(PARTS, PACKS)
    assert SHOP in lines
    assert BLOG in lines


def test_fingerprints_are_the_same_without_it() -> None:
    with_part, without = (json.loads(write_gitlab(a_part(scope), PACKS)) for scope in (SHOP, ""))
    assert [each["fingerprint"] for each in with_part] == [each["fingerprint"] for each in without]
    runs = [json.loads(write_sarif(a_part(scope), PACKS))["runs"][0] for scope in (SHOP, "")]
    assert len({json.dumps([each["partialFingerprints"] for each in run["results"]]) for run in runs}) == 1


def test_where_it_stands() -> None:
    report = a_part(SHOP)
    [entry] = json.loads(write_gitlab(report, PACKS))
    assert f"({SHOP})" in entry["description"]
    [result] = json.loads(write_sarif(report, PACKS))["runs"][0]["results"]
    assert f"({SHOP})" in result["message"]["text"]
    assert f"({SHOP})" in write_concise(report, PACKS).splitlines()[0]
    assert f"nginx.conf, {SHOP}: " in write_github(report, PACKS)


def test_a_hostile_part_is_escaped() -> None:
    report = a_part("location \x1b[31m\n::error::x ##[error]")
    for write in (write_github, write_junit, write_concise):
        text = write(report, PACKS)
        assert "\x1b" not in text
        assert "##[" not in text
        assert not any(line.startswith("::error::x") for line in text.splitlines())
