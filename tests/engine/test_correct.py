"""The corrected policies: whatever a text can fix is fixed at once, nothing new appears, nothing allowed is blocked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint import check_page, check_policy
from csplint.checks.problem import STAND_IN
from csplint.csp.policy import Delivered, parse_policies
from csplint.csp.preserve import losses
from csplint.engine.changes import run_on_sources
from csplint.engine.correct import Correction, correct
from csplint.engine.evaluate import Evaluation, Outcome, evaluate
from csplint.engine.subject import policy_subject
from csplint.packs.merge import load_packs
from tests.guide.pages import TAG

GENERAL = ["syntax", "security", "delivery", "page"]
SHOP = "https://shop.example/"
PACKS = load_packs(())


def judged(*policies: str, report_only: list[str] | None = None) -> Evaluation:
    return evaluate(policy_subject("policy", SHOP, list(policies), report_only or []), PACKS, {})


def corrected(*policies: str) -> Correction:
    return correct(judged(*policies), PACKS, {})


def faults(evaluation: Evaluation) -> list[Outcome]:
    return [each for each in evaluation.outcomes if _severity(each) != "info"]


def _severity(outcome: Outcome) -> str:
    return outcome.problem.severity or PACKS.rules[outcome.problem.rule].severity


NEEDS = (
    "connect-src 'self' https://*.velaro.com https://*.service.signalr.net wss://*.velaro.com; frame-src 'self' blob:; "
    "img-src 'self' https://app-cdn.velaro.com data:; style-src 'self' 'unsafe-inline'"
)

CASES = [
    # what is sent, what to send instead
    (
        ["default-src 'self'; script-src 'self' https://app-cdn.velaro.com"],
        [f"default-src 'self'; script-src 'self' https://app-cdn.velaro.com; {NEEDS}"],
    ),
    (["default-src 'self"], [f"default-src 'self'; {NEEDS}; script-src 'self' https://app-cdn.velaro.com"]),
    (["default-src self"], [f"default-src 'self'; {NEEDS}; script-src 'self' https://app-cdn.velaro.com"]),
    (
        ["default-src 'self', script-src 'self' https://app-cdn.velaro.com"],
        [f"default-src 'self'; script-src 'self' https://app-cdn.velaro.com; {NEEDS}", ""],
    ),
    (
        ["default-src 'none'", "script-src 'self'"],
        [
            "default-src 'none'; connect-src https://*.velaro.com https://*.service.signalr.net wss://*.velaro.com; "
            "frame-src blob: 'self'; img-src https://app-cdn.velaro.com data:; style-src 'unsafe-inline'; "
            "script-src https://app-cdn.velaro.com",
            "",  # the first blocks all that the second blocks
        ],
    ),
    (  # a directive that comes into force keeps what applied in its place, and its neighbour what it allowed
        ["default-src 'self'; script-src 'self' https://app-cdn.velaro.com img-src data:"],
        [
            "default-src 'self'; script-src 'self' https://app-cdn.velaro.com data:; img-src data: 'self' https://app-cdn.velaro.com; "
            "connect-src 'self' https://*.velaro.com https://*.service.signalr.net wss://*.velaro.com; frame-src 'self' blob:; "
            "style-src 'self' 'unsafe-inline'"
        ],
    ),
    (  # browsers ignore it, and correcting it would restrict what is unrestricted now
        ["script-src https://app-cdn.velaro.com; image-src 'self'; object-src 'none'; base-uri 'none'"],
        ["script-src https://app-cdn.velaro.com; object-src 'none'; base-uri 'none'"],
    ),
    (["script-src https://app-cdn.velaro.com; object-src 'none'; base-uri 'none'"], None),
    (  # what is copied from a fallback is not copied twice
        ["default-src self; style-src 'self' 'unsafe-inline'"],
        [
            "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' https://*.velaro.com "
            "https://*.service.signalr.net wss://*.velaro.com; frame-src 'self' blob:; img-src 'self' https://app-cdn.velaro.com "
            "data:; script-src 'self' https://app-cdn.velaro.com"
        ],
    ),
    (  # browsers take it for a host, and correcting it would let every inline script run
        ["script-src 'self' unsafe-inline https://app-cdn.velaro.com; object-src 'none'"],
        ["script-src 'self' https://app-cdn.velaro.com; object-src 'none'"],
    ),
    (  # no script can start, so there is none that 'strict-dynamic' could trust
        ["script-src 'strict-dynamic' 'self' https://app-cdn.velaro.com; object-src 'none'"],
        ["script-src 'self' https://app-cdn.velaro.com; object-src 'none'"],
    ),
    (  # a space is missing
        ["script-src 'nonce-3TmVbQn7LkHsYw2RzXcAfg==''strict-dynamic'; object-src 'none'; base-uri 'none'"],
        ["script-src 'nonce-3TmVbQn7LkHsYw2RzXcAfg==' 'strict-dynamic'; object-src 'none'; base-uri 'none'"],
    ),
    (  # the warning about base-uri is there before the quotes are
        ["script-src nonce-3TmVbQn7LkHsYw2RzXcAfg== 'strict-dynamic'; object-src 'none'"],
        ["script-src 'nonce-3TmVbQn7LkHsYw2RzXcAfg==' 'strict-dynamic'; object-src 'none'"],
    ),
]


@pytest.mark.parametrize(("sent", "instead"), CASES)
def test_the_one_policy_to_send(sent: list[str], instead: list[str] | None) -> None:
    correction = corrected(*sent)
    assert list(correction.texts) == (sent if instead is None else instead)
    assert correction.changes_something == (instead is not None)
    assert [each for each in faults(correction.after) if _severity(each) == "error"] == []


def test_a_warning_does_not_become_an_error() -> None:
    """Without its colon, img-src: would be a directive that browsers drop because of the dash: an error, not a warning."""
    [before] = [each for each in judged(WARNING).outcomes if each.problem.rule == "non-ascii-directive"]
    assert _severity(before) == "warning"
    correction = corrected(WARNING)
    assert correction.appeared == ()
    assert "non-ascii-directive" not in {
        each.problem.rule for each in faults(correction.after) if _severity(each) == "error"
    }


WARNING = "img-src: wss://*.velaro.com –; upgrade-insecure-requests; image-src –"


def test_what_no_text_can_fix_is_left_with_the_reason() -> None:
    correction = corrected(
        "script-src 'self' 'unsafe-inline' https://app-cdn.velaro.com; object-src 'none'; base-uri 'none'"
    )
    assert {each.outcome.problem.rule: each.why for each in correction.left} == {"unsafe-inline-not-needed": "blocks"}
    correction = corrected("script-src 'nonce-{{nonce}}' 'strict-dynamic'; object-src 'none'; base-uri 'none'")
    assert {each.why for each in correction.left} == {"words"}


def test_what_the_owner_does_on_the_server_is_looked_past() -> None:
    """A placeholder hides what else is wrong; it stays to be done, and everything else is corrected in the same step."""
    correction = corrected("script-src 'nonce-{{nonce}}'; img-src 'self'; object-src 'none'; base-uri 'none'")
    assert list(correction.texts) == [
        f"script-src 'nonce-{STAND_IN}' 'strict-dynamic'; img-src 'self' https://app-cdn.velaro.com data:; "
        "object-src 'none'; base-uri 'none'"
    ]
    assert [(each.outcome.problem.rule, each.why) for each in correction.left] == [("nonce-template", "words")]
    assert "nonce-template" not in {each.problem.rule for each in correction.mends}


def test_a_nonce_that_stands_in_is_never_shown() -> None:
    [target] = check_policy("script-src 'nonce-{{nonce}}' 'strict-dynamic'; img-src 'self'", page=SHOP).targets
    assert target.corrected is not None
    assert "'nonce-{NONCE}'" in (target.corrected.headers[0].after or "")
    assert STAND_IN not in repr(target)


def test_a_policy_that_browsers_ignore_as_a_whole_stays_and_can_be_tried() -> None:
    [target] = check_policy("default-src: 'self'; img-src: ‘self’", page=SHOP).targets
    assert target.corrected is not None
    assert [each.action for each in target.corrected.headers] == ["keep"]
    first = target.corrected.steps[0]
    assert first.startswith("Browsers ignore the whole policy, so it blocks nothing now.")
    meant = first.partition("in place of the policy: ")[2]
    assert {"default-src 'self'", "img-src 'self' https://app-cdn.velaro.com data:"} <= set(meant.split("; "))
    [tried] = check_policy(meant, page=SHOP).targets
    assert tried.verdict is not None
    assert tried.verdict.state == "works"


STEPS = [
    ("require-trusted-types-for 'script'", {}, "send require-trusted-types-for as report-only"),
    (
        "object-src 'none'",
        {"Cross-Origin-Embedder-Policy": "require-corp"},
        "Send Cross-Origin-Embedder-Policy: credentialless",
    ),
]


@pytest.mark.parametrize(("directive", "headers", "says"), STEPS)
def test_what_decides_outside_the_source_lists_is_a_step(directive: str, headers: dict[str, str], says: str) -> None:
    sent = [("Content-Security-Policy", f"script-src 'self'; {directive}"), *headers.items()]
    [target] = check_page(f"<!doctype html>{TAG}".encode(), sent, url=SHOP).targets
    assert target.corrected is not None
    assert any(says in each for each in target.corrected.steps)


@pytest.mark.parametrize("flags", ["allow-forms", "allow-scripts"])
def test_a_sandbox_that_stops_the_widget_of_the_page_gets_the_flags(flags: str) -> None:
    policy = f"script-src 'self' https://app-cdn.velaro.com; object-src 'none'; base-uri 'none'; sandbox {flags}"
    [target] = check_page(f"<!doctype html>{TAG}".encode(), [("Content-Security-Policy", policy)], url=SHOP).targets
    assert target.corrected is not None
    assert target.corrected.proof.verdict == "works"
    assert {"allow-scripts", "allow-same-origin", flags} <= set((target.corrected.headers[0].after or "").split())
    # where the widget is not on the page, others may have written it: the flags are words
    [target] = check_policy(policy, page=SHOP).targets
    assert target.corrected is not None
    assert any("allow-same-origin to the policy's sandbox directive" in each for each in target.corrected.steps)


NAMES = ["default-src", "script-src", "style-src", "img-src", "connect-src", "frame-src", "script-scr", "base-uri", "object-src", "frame-ancestors", "sandbox", "report-to", "Content-Security-Policy:", "img-src:"]  # fmt: skip
VALUES = [
    "'self'", "self", "'self", "'none'", "none", "'unsafe-inline'", "unsafe-inline", "'unsafe-eval'", "'strict-dynamic'", "'nonce-3TmVbQn7LkHsYw2RzXcAfg=='",
    "'nonce-'", "nonce-abc", "*", "https:", "http:", "data:", "data", "blob:", "a.example", "http//a.example", "https://.velaro.com", "https://*.velaro.com",
    "https://app-cdn.velaro.com", "wss://*.velaro.com", "img-src", "script-src", "a.example,", "allow-scripts", "{{x}}", "‘self’", "'wat'",
]  # fmt: skip
POLICIES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(VALUES), max_size=4)).map(lambda each: " ".join([each[0], *each[1]])),
    min_size=1,
    max_size=4,
).map("; ".join)  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(POLICIES, min_size=1, max_size=2))
def test_a_correction_adds_nothing_blocks_nothing_and_is_final(sent: list[str]) -> None:
    correction = corrected(*sent)
    assert correction.appeared == ()
    page = correction.before.context.policies.page
    pairs = list(zip(correction.before.policies, correction.texts, strict=True))
    removed = [policy for policy, text in pairs if not text]
    for before, text in pairs:
        [after] = parse_policies([Delivered(text)]) or [None]
        blocked_already = {loss for policy in removed if text for loss in losses(before, policy, page)}
        lost = {*losses(before, after, page)} - blocked_already
        assert all(_was_misread(each.source) or each.source in run_on_sources(before) for each in lost)
        if after is not None:
            assert _repeated([each.name for each in after.directives]) <= _repeated(
                [each.name for each in before.directives]
            )
    assert not corrected(*lines(correction)).changes_something


def lines(correction: Correction) -> list[str]:
    """The header lines to send: policies that came in one line stay in one."""
    found: list[list[str]] = []
    for policy, text in zip(correction.before.policies, correction.texts, strict=True):
        if not policy.joined:
            found.append([])
        found[-1].append(text)
    return [", ".join(filter(None, texts)) for texts in found]


def _was_misread(source: str) -> bool:
    """Hosts that nobody meant: words without their quotes, names of directives."""
    return source in {"http//a.example", "self", "none", "unsafe-inline", "data", "img-src", "script-src", "nonce-abc"}


def _repeated(names: list[str]) -> int:
    return len(names) - len(set(names))


WHOLE = (
    "default-src 'self'; script-src 'self' https://app-cdn.velaro.com; connect-src https://*.velaro.com wss://*.velaro.com "
    "https://*.service.signalr.net; style-src 'unsafe-inline'; img-src data: https://app-cdn.velaro.com; "
    "frame-src 'self' blob:; base-uri 'self'"
)
SENDERS = [
    # two policies, and which of them is still sent
    ("the second only blocks what the first allows", (WHOLE, "default-src 'self' https: data: blob: 'unsafe-inline'; script-src 'self'"), [True, False]),
    ("the same twice", ("default-src 'self'", "default-src 'self'"), [True, False]),
    ("the second restricts something else too", (WHOLE, "script-src 'self'; form-action 'self'"), [True, True]),
    ("the second has its own reports", (WHOLE, "script-src 'self'; report-uri /csp"), [True, True]),
    ("nothing is wrong with either", (WHOLE, "object-src *"), [True, True]),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "kept"), [case[1:] for case in SENDERS], ids=[case[0] for case in SENDERS])
def test_a_policy_that_another_one_makes_redundant_is_not_sent(sent: tuple[str, ...], kept: list[bool]) -> None:
    result = correct(evaluate(policy_subject("policy", SHOP, list(sent), []), PACKS, {}), PACKS, {})
    assert [bool(text) for text in result.texts] == kept
    assert not result.appeared


def test_what_the_user_accepted_is_not_fixed() -> None:
    before = evaluate(
        policy_subject("policy", SHOP, ["default-src 'self'; script-src 'self' https://app-cdn.velaro.com"], []),
        PACKS,
        {},
    )
    accepted = frozenset(each.key for each in before.outcomes if each.problem.rule == "missing-frame-blob")
    result = correct(before, PACKS, {}, accepted)
    assert "frame-src" not in result.texts[0]
    assert "img-src" in result.texts[0]
    assert [each.outcome.problem.rule for each in result.left] == []


def test_the_pages_nonce_is_not_in_what_to_send() -> None:
    nonce = "3TmVbQn7LkHsYw2RzXcAfg=="
    report = check_policy(f"default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'")
    fix = report.targets[0].corrected
    assert fix
    [header] = fix.headers
    assert header.before
    assert nonce in header.before
    assert header.after
    assert nonce not in header.after
    assert "'nonce-{NONCE}'" in header.after


# ------------------------------------------------------------------ missing semicolons

PARTED = [
    (
        "default-src 'self' script-src 'self' 'unsafe-eval' style-src 'self' 'unsafe-inline'",
        "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'",
    ),
    (
        "default-src 'none' script-src https://cdn.example 'unsafe-inline' img-src *",
        "default-src 'none'; script-src https://cdn.example 'unsafe-inline'; img-src *",
    ),
]


@pytest.mark.parametrize(("policy", "after"), PARTED)
def test_what_a_missing_semicolon_gave_to_another_list_is_taken_back(policy: str, after: str) -> None:
    target = check_policy(policy, packs=GENERAL).targets[0]
    assert target.corrected is not None
    [header] = target.corrected.headers
    assert header.after == after
    assert not target.corrected.proof.still_allowed


def test_what_the_page_runs_is_not_taken_back() -> None:
    """The inline script runs only because the semicolon is missing: it gets a hash."""
    policy = "default-src 'self' script-src 'self' style-src 'self' 'unsafe-inline'"
    page = b"<!doctype html><script>start()</script>"
    headers = [("Content-Type", "text/html"), ("Content-Security-Policy", policy)]
    target = check_page(page, headers, url=SHOP, packs=GENERAL).targets[0]
    assert target.corrected is not None
    [header] = target.corrected.headers
    assert header.after is not None
    lists = {name: sources for name, *sources in (each.split() for each in header.after.split(";"))}
    assert lists["default-src"] == ["'self'"]
    assert lists["style-src"] == ["'self'", "'unsafe-inline'"]
    assert any(each.startswith("'sha256-") for each in lists["script-src"])
