"""Which policy allows what: the cells agree with the report, and what is unknown is not guessed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

import csplint
from csplint.model import Report, TargetReport
from csplint.packs.merge import load_packs
from csplint.report.html.policy_answers import PolicyAnswer, policy_answers
from tests.guide.pages import FAULTY, WORKING, Page

PACKS = load_packs(["velaro"])
NEED = "connect-src https://*.velaro.com wss://*.velaro.com"


def answers(report: Report, requirement: str) -> list[PolicyAnswer]:
    target = report.targets[0]
    need = next(each for each in target.requirements if each.id == requirement)
    return policy_answers(target, need, PACKS)


def check(*policies: str, report_only: str = "") -> Report:
    page = "https://shop.example/"
    return csplint.check_policy(*policies, page=page, report_only=[report_only] if report_only else [])


MET = PolicyAnswer("met", "connect-src https://*.velaro.com")
FREE, BLOCKED, PART = PolicyAnswer("met", is_unrestricted=True), PolicyAnswer("unmet"), PolicyAnswer("partly")
UNKNOWN, NOT_APPLICABLE = PolicyAnswer("unknown"), PolicyAnswer("not-applicable")
CASES = [
    # policies, report-only, requirement                        an answer a policy
    ([NEED], "", "connect-api", [MET]),
    ([NEED, "img-src *"], "", "connect-api", [MET, FREE]),
    ([NEED, "connect-src 'self'"], "", "connect-api", [MET, BLOCKED]),
    (["connect-src 'none'", NEED], "", "connect-api", [BLOCKED, MET]),
    (["connect-src https://chat.velaro.com"], "", "connect-api", [PART]),
    ([NEED, "connect-src https://chat.velaro.com"], "", "connect-api", [MET, PART]),
    ([NEED], "default-src 'self'", "connect-api", [MET, BLOCKED]),
    ([NEED], "default-src https:", "connect-api", [MET, PolicyAnswer("met", "default-src https:")]),
    (["style-src 'unsafe-inline'", "style-src 'self'"], "", "style-inline",
     [PolicyAnswer("met", "style-src 'unsafe-inline'"), BLOCKED]),
    (["img-src *"], "", "font-files", [NOT_APPLICABLE]),  # an optional feature that is not in use
    (["img-src *"], "", "permissions-video", [NOT_APPLICABLE]),  # not a matter of this header
    # the embed's own script: only its findings are evidence
    (["script-src https://app-cdn.velaro.com", "script-src 'self'"], "", "script", [UNKNOWN, BLOCKED]),
    (["script-src https://app-cdn.velaro.com"], "script-src 'self'", "script",
     [PolicyAnswer("met", "script-src https://app-cdn.velaro.com"), BLOCKED]),
    (["script-src 'self'"], "script-src https://app-cdn.velaro.com", "script", [BLOCKED, UNKNOWN]),
]  # fmt: skip


@pytest.mark.parametrize(("policies", "report_only", "requirement", "expected"), CASES)
def test_each_policy_by_itself(
    policies: list[str], report_only: str, requirement: str, expected: list[PolicyAnswer]
) -> None:
    assert answers(check(*policies, report_only=report_only), requirement) == expected


def checked(page: Page) -> TargetReport:
    report = csplint.check_page(
        page.html().encode(), page.response_headers(), url="https://shop.example/", packs=["velaro"]
    )
    return report.targets[0]


@pytest.mark.parametrize("page", [*WORKING, *FAULTY], ids=lambda page: page.id)
def test_the_cells_agree_with_the_report(page: Page) -> None:
    """Met means that every enforced policy allows it; unmet, that at least one does not."""
    target = checked(page)
    for requirement in target.requirements:
        found = policy_answers(target, requirement, PACKS)
        pairs = zip(target.policies, found, strict=True)
        enforced = [answer.state for policy, answer in pairs if policy.disposition == "enforce"]
        if requirement.state == "met" and requirement.directive != "Permissions-Policy":
            assert set(enforced) <= {"met"}, requirement.id
        elif requirement.state in {"unmet", "partly"}:
            assert set(enforced) != {"met"}, requirement.id


def test_a_report_that_says_otherwise_is_believed() -> None:
    """The report knows the page; where asking again comes out differently, no policy is blamed or cleared."""
    report = check(NEED, "img-src *")
    target = report.targets[0]
    unmet = [replace(each, state="unmet", by=None) for each in target.requirements if each.id == "connect-api"]
    assert policy_answers(target, unmet[0], PACKS) == [UNKNOWN, UNKNOWN]
    alone = replace(target, policies=target.policies[:1])
    assert policy_answers(alone, unmet[0], PACKS) == [BLOCKED]  # it is the only policy


def test_self_is_not_judged_where_the_page_is_not_known() -> None:
    target = csplint.check_policy("frame-src 'self'", "frame-src https://shop.example").targets[0]
    frame = next(each for each in target.requirements if each.id == "frame-self")
    assert [each.state for each in policy_answers(replace(target, final_url=None), frame, PACKS)] == [
        "unknown",
        "unknown",
    ]


@pytest.mark.parametrize("needs", ["", "https://.velaro.com", "'self", "\x1b"])
def test_a_need_that_is_no_source_is_not_judged(needs: str) -> None:
    target = check(NEED, report_only="img-src *").targets[0]
    need = next(each for each in target.requirements if each.id == "connect-api")
    found = policy_answers(target, replace(need, needs=needs, state="unmet", by=None), PACKS)
    assert found == [BLOCKED, UNKNOWN]


def test_a_finding_about_the_embed_blames_its_policy_only_where_something_is_blocked() -> None:
    """What a browser's console would print is there where a request is refused; other findings are frailties."""
    report = check("script-src https://app-cdn.velaro.com", "script-src 'self'")
    target = report.targets[0]
    frail = replace(target, findings=tuple(replace(each, console=None) for each in target.findings))
    script = next(each for each in target.requirements if each.id == "script")
    assert policy_answers(target, script, PACKS) == [UNKNOWN, BLOCKED]
    assert policy_answers(frail, script, PACKS) == [UNKNOWN, UNKNOWN]


def test_a_requirement_no_pack_knows_is_not_judged() -> None:
    target = check(NEED, "img-src *").targets[0]
    need = replace(target.requirements[1], id="other", state="unmet", by=None)
    assert policy_answers(target, need, PACKS) == [UNKNOWN, UNKNOWN]
