"""The work that one target may cost: counted, the same for the same input, and said where something is left out."""

from __future__ import annotations

import pytest

import csplint
from csplint.checks.context import MOST_COMPARISONS, MOST_POLICIES, Context
from csplint.checks.own_page.authorship import MOST_SEARCHED, Senders
from csplint.csp import preserve
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.csp.request import Request
from csplint.csp.url import parse_url
from csplint.engine import budget, correct, verify
from csplint.engine.evaluate import evaluate
from csplint.engine.subject import Subject, read_visits
from csplint.engine.summary import exit_code
from csplint.model import TargetReport
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture, Visits

CSP = "Content-Security-Policy"
SELF = "default-src 'self'; script-src 'self'"
OPEN = "upgrade-insecure-requests"
SHOP = "https://shop.example/"
PACKS = load_packs(())


def checked(body: str, *policies: str, name: str = CSP) -> TargetReport:
    [target] = csplint.check_page(body.encode(), [(name, each) for each in policies], url=SHOP).targets
    return target


def subject(body: str, *policies: str) -> Subject:
    headers = tuple((CSP.encode(), each.encode()) for each in policies)
    return read_visits(Visits(Capture(target="t", url=SHOP, status=200, headers=headers, body=body.encode())))


def context(body: str, *policies: str) -> Context:
    return evaluate(subject(body, *policies), PACKS, {}).context


def handlers(number: int) -> str:
    return "".join(f"<b onclick=go({n})>" for n in range(number))


def test_an_ordinary_page_leaves_nothing_out() -> None:
    read = subject(handlers(2_000), *[SELF] * 3)
    assert (len(read.delivered), read.notes, read.unchecked) == (3, (), "")
    assert read.document is not None
    assert (len(read.document.requests), read.document.limits) == (2_000, ())
    assert checked("<p>", *[f"img-src https://h{n}.example" for n in range(budget.MOST_JUDGED_POLICIES)]).limits == ()


@pytest.mark.parametrize("policies", [[OPEN] * 800, [", ".join([OPEN] * 800)]], ids=["headers", "commas"])
def test_equal_policies_are_judged_once(policies: list[str]) -> None:
    """All of them decide as the first one does, so the verdict stands."""
    target = checked("<p>", *policies)
    assert target.limits == ("The response has 800 policies; csplint checked 2 of them. The others repeat these.",)
    assert len(target.policies) == 2
    assert target.verdict
    assert (target.verdict.state, target.verdict.if_added) == ("absent", "works")


def test_policies_that_are_left_out_make_the_verdict_unknown() -> None:
    target = checked("<p>", *[OPEN] * 10, *[f"img-src * https://h{n}.example" for n in range(500)])
    assert target.limits[0] == "The response has 510 policies; csplint checked 40 of them."
    assert target.verdict
    assert (target.verdict.state, target.verdict.vendors[0].why) == ("unknown", "462 of 510 policies were not checked")
    assert target.corrected is None
    assert not target.whole
    assert exit_code([target], "never") == 3


def test_what_blocks_the_widget_blocks_it_whatever_was_left_out() -> None:
    target = checked("<p>", "script-src 'none'", *[f"img-src https://h{n}.example" for n in range(500)])
    assert target.verdict
    assert target.verdict.vendors[0].if_added == "broken"
    assert target.whole
    assert exit_code([target], "error") == 1


def test_report_only_policies_that_are_left_out_block_nothing() -> None:
    policies = [f"img-src https://h{n}.example" for n in range(500)]
    target = checked("<p>", *policies, name=f"{CSP}-Report-Only")
    assert target.limits[0] == "The response has 500 policies; csplint checked 40 of them."
    assert target.verdict
    assert target.verdict.state != "unknown"


def test_policies_of_very_many_characters_are_left_out() -> None:
    meta = f'<meta http-equiv="{CSP}" content="img-src {"https://a.example " * 20_000}">'
    target = checked(f"<head>{meta}<body>")
    assert "csplint checked 0 of them" in target.limits[0]
    assert target.verdict
    assert target.verdict.state == "unknown"


def test_a_policy_that_is_left_out_moves_no_other() -> None:
    """Positions in the file count on the text as it was sent."""
    text = ", ".join(["img-src a", "img-src a", "img-src a", *[f"img-src b{n}" for n in range(60)]])
    kept = budget.within_budget((Delivered(text),))
    [delivered] = kept.delivered
    assert delivered.text == text[:20] + "," + " " * 10 + text[31 : len(delivered.text)]
    assert len(parse_policies(kept.delivered)) == budget.MOST_JUDGED_POLICIES


@pytest.mark.parametrize("policies", [1, 2, 8, 20])
def test_the_judgements_of_a_page_are_limited(policies: int) -> None:
    judged = min(policies, MOST_POLICIES)
    most = budget.MOST_JUDGEMENTS // judged
    read = subject(handlers(19_000), *[f"{SELF} https://h{n}.example" for n in range(policies)])
    assert read.document is not None
    assert len(read.document.requests) == most
    under = "one policy" if judged == 1 else f"{judged} policies"
    assert read.document.limits == (
        f"The page makes 19,000 requests under {under}; only the first {most:,} requests were checked.",
    )


def test_requests_of_frames_count() -> None:
    frame = "<iframe srcdoc='" + "<b onclick=a()>" * 1_000 + "'></iframe>"
    read = subject(frame * 20, *[f"{SELF} https://h{n}.example" for n in range(8)])
    assert read.document is not None
    assert [bool(each.document) for each in read.document.frames] == [True] + [False] * 19
    assert "The srcdoc frame at line 1 was not checked: the page makes too many requests." in read.document.limits


def test_equal_questions_are_judged_once() -> None:
    """Without a hash or nonce in the list, the text of a handler decides nothing; with one it does."""
    assert context(handlers(500), SELF).work.comparisons == context(handlers(5), SELF).work.comparisons
    hashed = f"{SELF} 'sha256-{'A' * 43}='"
    assert context(handlers(500), hashed).work.comparisons > 50 * context(handlers(5), hashed).work.comparisons


def test_hosts_are_one_question_under_a_list_without_any() -> None:
    few, many = ("".join(f"<img src=https://i{n}.example/a>" for n in range(number)) for number in (5, 500))
    none = "img-src 'none'"
    assert context(many, none).work.comparisons == context(few, none).work.comparisons


def test_comparisons_that_are_not_made_are_said() -> None:
    policy = "img-src " + " ".join(f"a.example/{number}" for number in range(4_000))
    target = checked("".join(f"<img src=//a.example/x{number}>" for number in range(120)), policy)
    assert f"more than {MOST_COMPARISONS:,} comparisons" in target.limits[-1]


def test_policies_that_the_page_is_not_compared_with_are_said() -> None:
    images = "".join(f"<img src=https://i{n}.example/a>" for n in range(3))
    policies = [f"img-src https://p{n}.example" for n in range(MOST_POLICIES + 1)]
    assert (
        "9 policies may block what the page loads; csplint compared the page with the first 8 of them."
        in checked(images, *policies).limits
    )
    assert checked(images, *policies[:-1]).limits == ()


def evaluations(monkeypatch: pytest.MonkeyPatch, body: str, *policies: str) -> int:
    """How often a target is evaluated, the first time included."""
    made: list[int] = []

    def counted(read: Subject, *others: object) -> object:
        made.append(1)
        return evaluate(read, *others)  # type: ignore[arg-type]

    for module in (verify, correct):
        monkeypatch.setattr(module, "evaluate", counted)
    checked(body, *policies)
    return len(made)


def test_corrections_of_a_large_page_evaluate_it_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    policies = [f"{SELF} https://h{n}.example" for n in range(8)]
    images = "".join(f"<img src=https://i{n}.example/a>" for n in range(1_000))
    small, large = (evaluations(monkeypatch, body, *policies) for body in ("", images))
    read = subject(images, *policies)
    one = budget.cost(parse_policies(read.delivered), read.document)
    assert large <= (budget.MOST_VERIFIED + budget.MOST_CORRECTED) // one + 1
    assert small > large


def test_the_cost_of_an_evaluation_grows_with_policies_and_requests() -> None:
    read = subject(handlers(100), SELF, SELF)
    policies = parse_policies(read.delivered)
    text = 2 * len(SELF)  # too short for what long policies cost in addition
    assert read.document is not None
    assert budget.cost(policies, read.document) == (
        budget.EACH_EVALUATION
        + 2 * budget.EACH_POLICY
        + text
        + 100 * budget.EACH_REQUEST
        + 200 * budget.EACH_JUDGEMENT
        + 100 * (text // 20)
    )
    assert budget.cost(policies, None) == budget.EACH_EVALUATION + 2 * budget.EACH_POLICY + text


PAGE = parse_url(SHOP)


def policy(text: str) -> Policy:
    [read] = parse_policies([Delivered(text)])
    return read


HOSTS = " ".join(f"https://h{n}.example" for n in range(4_000))


def test_sources_that_both_lists_have_need_no_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    made = preserve.Comparisons()
    monkeypatch.setattr(preserve, "Comparisons", lambda: made)
    assert PAGE is not None
    assert preserve.losses(policy(f"img-src {HOSTS}"), policy(f"img-src {HOSTS} https://new.example"), PAGE) == ()
    assert made.made == 0


def test_what_is_not_compared_counts_as_lost() -> None:
    """Each source is within *, but only a comparison would show it, and there are too many."""
    assert PAGE is not None
    wide = policy(f"img-src https: {' '.join(f'https://w{n}.example' for n in range(4_000))}")
    lost = preserve.losses(policy(f"img-src {HOSTS}"), wide, PAGE)
    assert preserve.Loss("img-src", "https://h3999.example") in lost
    assert preserve.losses(policy("img-src https://h1.example"), policy("img-src https:"), PAGE) == ()


def test_scripts_are_searched_for_who_wrote_them_once_and_up_to_a_limit() -> None:
    senders = Senders()
    for _ in range(3):
        senders.of(Request("inline-script", content="a" * 1_000))
    assert senders.searched == 1_030
    for number in range(40):
        senders.of(Request("inline-script", content=f"{number}" + "a" * 100_000))
    assert senders.searched > MOST_SEARCHED
    assert senders.of(Request("script", "https://cdn.shopify.com/s/files/1/a.js")) is None
    assert senders.of(Request("img", "https://a.example/")) is None
