"""Every row of the guide, as a page on a real loopback server, through the whole of csplint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from csplint.engine.inputs import UrlInput
from csplint.engine.run import RunOptions, run_checks
from csplint.model import Report, TargetReport
from csplint.packs.merge import load_packs
from tests.guide.pages import FAULTY, WORKING, Page
from tests.guide.server import Site, site
from tests.schema import assert_matches_schema

PACKS = load_packs([])
GENERAL = {*PACKS.vendors[0].attach, "nonce-short", "permissions-policy-malformed"}
"""Rules of the general packs that the guide's rows speak of too."""

ALL = [*WORKING, *FAULTY]


@pytest.fixture(scope="module")
def loopback() -> Iterator[Site]:
    with site() as running:
        yield running


def check(loopback: Site, page: Page) -> Report:
    url = loopback.add(page)
    asked = dict.fromkeys(page.features, "asked for")
    report = run_checks([UrlInput(url, url)], PACKS, RunOptions(features=asked))
    assert_matches_schema(report)
    return report


def told(target: TargetReport) -> list[tuple[str, str, str | None]]:
    """What concerns the widget; the general rules have tests of their own."""
    return [
        (part.name, each.severity, part.symptom)
        for each in target.findings
        if each.severity != "info" and (each.pack == "velaro" or each.name in GENERAL)
        for part in each.parts or (each,)
    ]


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.id)
def test_page_gets_its_findings(loopback: Site, page: Page) -> None:
    [target] = check(loopback, page).targets
    assert target.outcome == "checked"
    assert sorted(told(target), key=str) == sorted([*page.finds], key=str)


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.id)
def test_requirements_are_judged(loopback: Site, page: Page) -> None:
    [target] = check(loopback, page).targets
    states = {row.id: row.state for row in target.requirements}
    assert tuple(name for name, state in states.items() if state == "unmet") == page.unmet
    assert tuple(name for name, state in states.items() if state == "partly") == page.partly
    off = {each.id for each in PACKS.vendors[0].requirement if each.feature and each.feature not in page.features}
    assert {name for name, state in states.items() if state == "not-applicable"} == off


@pytest.mark.parametrize("page", WORKING, ids=lambda page: page.id)
def test_working_page_is_clean(loopback: Site, page: Page) -> None:
    report = check(loopback, page)
    assert report.run.exit_code == 0
    assert report.summary.error == 0
