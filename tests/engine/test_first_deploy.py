"""
One deploy is enough: a server sends what `corrected` says, and the next check finds a widget that works.

Where no text can do it, a step says what to do, and doing it in the same deploy is enough too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from csplint.demo.pages import PAGES, DemoPage
from csplint.demo.server import _document
from csplint.model import Report, TargetReport
from csplint.report.to_send import NONCE
from tests.engine.deploy import OTHER, SHORT, Sent, Shop, deployed, shop
from tests.engine.faulty_pages import ALL, ByHand, Faulty, in_both, in_html
from tests.guide.pages import FAULTY, OTHER_NONCE, SHORT_NONCE, WORKING, Page
from tests.guide.pages import NONCE as GUIDE_NONCE

MOST_DEPLOYS = 1


@pytest.fixture(scope="module")
def running() -> Iterator[Shop]:
    with shop() as started:
        yield started


def works(report: Report) -> bool:
    """Whether the check passes and the widget works, in every browser."""
    [target] = report.targets
    verdict = target.verdict
    assert verdict is not None
    return report.run.exit_code == 0 and verdict.state == "works" and not verdict.browsers


def changes_something(target: TargetReport) -> bool:
    """Whether there is anything to send instead."""
    corrected = target.corrected
    if corrected is None:
        return False
    actions = [*(each.action for each in corrected.headers), *(each.action for each in corrected.metas)]
    return bool(corrected.tags) or any(action != "keep" for action in actions)


def deployed_until_it_works(shop: Shop, path: str, step: str, by_hand: ByHand | None) -> Report:
    """
    Check, send what the report says, and do what its step says, until the widget works: after one deploy at the most.

    A page that works, but can be better, is deployed once too.
    """
    report = shop.check(path)
    while not works(report) or (not shop.deploys[path] and changes_something(report.targets[0])):
        [target] = report.targets
        assert shop.deploys[path] < MOST_DEPLOYS, why(target)
        assert target.corrected is not None
        sent = deployed(shop.sent[path], target)
        if step:
            said = [each for each in target.corrected.steps if step in each]
            assert said, f"no step says {step!r}: {target.corrected.steps}"
            sent = by_hand(sent, said[0]) if by_hand else sent
        shop.deploy(path, sent)
        report = shop.check(path)
    return report


def why(target: TargetReport) -> str:
    """What is wrong with a page after the first deploy."""
    found = [f"{each.severity} {each.name}: {each.message}" for each in target.findings if each.severity != "info"]
    policies = [each.value for each in target.policies]
    return "\n".join([target.verdict.text if target.verdict else "", *found, *policies])


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.id)
def test_the_first_deploy_is_enough(running: Shop, page: Faulty) -> None:
    path = running.add(page.sent())
    report = deployed_until_it_works(running, path, page.step, page.by_hand)
    assert works(report)
    assert running.deploys[path] <= MOST_DEPLOYS
    assert not changes_something(report.targets[0]), "a second correction changes something"


PROVED = [page for page in ALL if not page.step and (page.policy or page.report_only or page.meta)]
"""Without the pages on which the owner has work of their own to do, and the one without a policy."""


@pytest.mark.parametrize("page", PROVED, ids=lambda page: page.id)
def test_the_proof_says_what_the_next_check_finds(running: Shop, page: Faulty) -> None:
    path = running.add(page.sent())
    [before] = running.check(path).targets
    running.deploy(path, deployed(running.sent[path], before))
    [after] = running.check(path).targets
    assert after.verdict is not None
    assert before.corrected is not None
    proof = before.corrected.proof
    new = [each for each in after.findings if each.state == "new"]
    severities = [each.severity for each in new]
    assert (after.verdict.if_added or after.verdict.state) == proof.verdict
    assert (severities.count("error"), severities.count("warning")) == (proof.errors, proof.warnings)


GUIDE_BY_HAND: dict[str, tuple[str, ByHand]] = {
    "tag that is not nonceable": ("Remove the repeated attribute", in_html("<script data-x='<script' ", "<script ")),
    "short nonce": ("Make at least 16 random bytes", in_both(SHORT, NONCE)),
}


def of_the_guide(page: Page) -> Sent:
    def written(text: str) -> str:
        for value, template in ((GUIDE_NONCE, NONCE), (OTHER_NONCE, OTHER), (SHORT_NONCE, SHORT)):
            text = text.replace(value, template)
        return text

    headers = tuple((name, written(value)) for name, value in page.response_headers())
    return Sent(headers, written(page.html()), page.features)


@pytest.mark.parametrize("page", [*WORKING, *FAULTY], ids=lambda page: page.id)
def test_a_page_of_the_guide_works_at_the_first_deploy(running: Shop, page: Page) -> None:
    path = running.add(of_the_guide(page))
    report = deployed_until_it_works(running, path, *GUIDE_BY_HAND.get(page.id, ("", None)))
    assert not changes_something(report.targets[0])


FIXED = "c2FtZSBmb3IgZXZlcnkgdmlzaXRvcg"
DEMO_BY_HAND: dict[str, tuple[str, ByHand]] = {"nonce-static": ("Generate a new nonce", in_both(FIXED, NONCE))}


def of_the_demo(page: DemoPage) -> Sent:
    def written(text: str) -> str:
        return text.replace("{nonce}", FIXED if page.fixed_nonce else NONCE).replace("{other}", OTHER)

    name = f"Content-Security-Policy{'-Report-Only' if page.report_only else ''}"
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        (name, written(page.policy)),
    )
    return Sent(headers, written(_document(page)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_of_the_demo_works_at_the_first_deploy(running: Shop, page: DemoPage) -> None:
    path = running.add(of_the_demo(page))
    report = deployed_until_it_works(running, path, *DEMO_BY_HAND.get(page.shows, ("", None)))
    assert not changes_something(report.targets[0])


def test_a_deploy_that_changes_nothing_is_not_enough(running: Shop) -> None:
    """The loop above can fail: an owner who sends the same again needs a second deploy."""
    path = running.add(replace(ALL[0].sent(), html=ALL[0].sent().html))
    running.deploy(path, running.sent[path])
    with pytest.raises(AssertionError, match="inline"):
        deployed_until_it_works(running, path, "", None)
