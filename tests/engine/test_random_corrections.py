"""
Whatever a page sends: its correction adds no fault, blocks nothing, writes nothing twice, and is final.

Each is asked of the corrected page itself, not of what `correct` says about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hypothesis import given, settings
from msgspec.structs import replace

from csplint.csp.browsers import BROWSERS
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.csp.preserve import starts_no_script
from csplint.csp.request import Kind, Request
from csplint.engine.correct import Correction, correct
from csplint.engine.corrected import has_lost_style_nonces
from csplint.engine.evaluate import Evaluation, evaluate, severity
from csplint.engine.subject import Subject, edited, read_visits
from csplint.packs.merge import load_packs
from csplint.page.capture import Visits
from tests.engine.random_pages import PAGES, SHOP, RandomPage
from tests.guide.pages import NONCE, SNIPPET

PACKS = load_packs(())
URLS = [
    "https://shop.example/x", "http://shop.example/x", "wss://shop.example/x", "https://a.example/", "https://a.example/x/y", "http://a.example/x",
    "https://x.a.example/", "https://app-cdn.velaro.com/embed.js", "https://app-cdn.velaro.com/widgets/shim", "https://api.velaro.com/", "wss://hub.velaro.com/",
    "https://cdn.velaro.com/x", "https://other.example/x", "http://other.example/x", "wss://other.example/", "data:text/plain,x", "blob:https://shop.example/1",
]  # fmt: skip
LOADED: tuple[Kind, ...] = ("script", "dynamic-script", "style", "img", "connect", "ws", "worker", "frame", "object", "form", "base", "font", "media", "manifest")  # fmt: skip
INLINE: tuple[Kind, ...] = ("inline-script", "dynamic-inline-script", "event-handler", "javascript-url", "inline-style", "style-attr")  # fmt: skip
BY_SCRIPTS = {"dynamic-script", "dynamic-inline-script", "worker", "blob-worker", "eval", "wasm"}
"""What only a running script can ask for."""

REQUESTS = [
    *(Request(kind, url) for kind in LOADED for url in URLS),
    *(Request(kind, "https://other.example/x", nonce=NONCE) for kind in ("script", "style")),
    *(Request(kind, content=text) for kind in INLINE for text in ("x", "other", SNIPPET)),
    *(Request(kind, content="x", nonce=NONCE) for kind in ("inline-script", "inline-style")),
    Request("eval"),
    Request("wasm"),
    Request("blob-worker", "blob:https://shop.example/1"),
]


def judged(subject: Subject) -> Evaluation:
    return evaluate(subject, PACKS, {})


def sent(page: RandomPage) -> Subject:
    return read_visits(Visits(page.capture()))


def deployed(correction: Correction) -> Subject:
    """The subject as it is sent after the correction, in the same headers and meta elements, and with its tags and headers."""
    before = correction.before
    lines: list[Delivered] = []
    for policy, text in zip(before.policies, correction.texts, strict=True):
        if policy.joined:
            joined = ", ".join(filter(None, (lines[-1].text, text)))
            lines[-1] = Delivered(joined, policy.delivery, policy.disposition, policy.order)
        else:
            lines.append(Delivered(text, policy.delivery, policy.disposition, policy.order))
    others = [edit for edit in correction.edits if edit.kind in {"tag", "header"}]
    return replace(edited(before.subject, before.policies, others), delivered=tuple(lines))


def rules(evaluation: Evaluation, *, at: set[str]) -> set[tuple[str, bool]]:
    """The rules that are reported at these severities, of enforced and of report-only policies."""
    return {
        (each.problem.rule, each.report_only) for each in evaluation.outcomes if severity(each.problem, PACKS) in at
    }


def enforced(delivered: tuple[Delivered, ...]) -> tuple[Delivered, ...]:
    return tuple(each for each in delivered if each.disposition == "enforce")


def blocked(before: Subject, after: Subject, *, said: bool) -> Iterator[str]:
    """
    What the page could do before and cannot do after.

    said: the report says that style sheets lose their nonce, because the widget needs 'unsafe-inline' in its place.
    """
    no_script = any(map(starts_no_script, parse_policies(enforced(before.delivered))))
    for browser in BROWSERS:
        one = PolicySet.read(SHOP, enforced(before.delivered), browser)
        other = PolicySet.read(SHOP, enforced(after.delivered), browser)
        for request in REQUESTS:
            if no_script and request.kind in BY_SCRIPTS:
                continue
            if said and request.kind == "style" and request.nonce:
                continue
            if not one.decide(request).blocked and other.decide(request).blocked:
                yield f"{browser.name}: {request}"


def repeated(policy: Policy) -> int:
    """How many directives, and sources of directives in force, are written again."""
    names = Counter(each.name for each in policy.directives)
    sources = [Counter(source.text for source in each.list.sources) for each in policy.in_force.values()]
    return sum(count - 1 for each in (names, *sources) for count in each.values())


@settings(max_examples=250, deadline=None, derandomize=True)
@given(PAGES)
def test_a_correction_adds_nothing_blocks_nothing_writes_nothing_twice_and_is_final(page: RandomPage) -> None:
    before = judged(sent(page))
    correction = correct(before, PACKS, {})
    subject = deployed(correction)
    after = judged(subject)
    by_owner = any(each.why == "words" and each.outcome.problem.by_owner for each in correction.left)

    assert correction.appeared == ()
    assert rules(after, at={"error"}) <= rules(before, at={"error"})
    if not by_owner:
        assert rules(after, at={"error", "warning"}) <= rules(before, at={"error", "warning"})
    assert list(blocked(before.subject, subject, said=has_lost_style_nonces(correction))) == []
    for old, text in zip(before.policies, correction.texts, strict=True):
        for new in parse_policies([Delivered(text, old.delivery, "enforce", old.order)]):
            assert repeated(new) <= repeated(old)
    assert not correct(after, PACKS, {}).changes_something
