"""
How much work one target may cost. All of it is counted, so the same input always gives the same report.

What csplint does grows with policies × things on the page × corrections. Three limits, each in one place, keep it in bounds:

- `within_budget` leaves out policies, and `requests_within_budget` requests, past what one evaluation may cost. The report
  says so, and a policy that is left out makes the verdict unknown.
- `cost` is what one more evaluation of a target costs. What evaluates again and again (`verify`, `correct`) stops at a total.
- The page itself is limited before it is parsed (`page.html.parse_limits`), and its requests while it is read
  (`page.html.document_builder`).

One unit of cost is about one microsecond of CPU. Most targets cost a tenth of each limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.own_page.requests import MOST_COMPARISONS, MOST_POLICIES
from csplint.csp.policy import ASCII_WHITESPACE, Delivered, Policy
from csplint.page.document import Document

MOST_JUDGED_POLICIES = 40
"""Policies of one target. Sites send one or two; a proxy, a server and an application that each add one make three."""

MOST_POLICY_TEXT = 150_000
"""Characters of all policies of one target. Servers and browsers take headers of up to 96 kB altogether."""

MOST_JUDGEMENTS = 40_000
"""Requests of a page × the policies that they are checked against. A large real page with two policies makes 4,000."""

MOST_VERIFIED = 800_000
MOST_CORRECTED = 1_200_000
"""The cost of the evaluations that verify the edits of findings, and of those that make the corrected policy."""

EACH_EVALUATION = 1_500
EACH_POLICY = 500
EACH_REQUEST = 12
EACH_JUDGEMENT = 12
"""
What an evaluation costs, for each policy, for each request, and for each request under each policy; and one for each
character of a policy.
"""

_COPIES = 2
"""Copies of one policy that are kept where there are too many policies, so that the report still says that it is repeated."""


class Kept(Struct, frozen=True):
    """
    The policies that are checked. limits: sentences about the others. unchecked: why the policies checked do not decide alone;
    "" where the others only repeat them.
    """

    delivered: tuple[Delivered, ...]
    limits: tuple[str, ...] = ()
    unchecked: str = ""


def within_budget(delivered: tuple[Delivered, ...]) -> Kept:
    """The policies, without those past MOST_JUDGED_POLICIES or MOST_POLICY_TEXT; of equal ones only the first are kept then."""
    parts = sum(each.text.count(",") + 1 for each in delivered)
    if parts <= MOST_JUDGED_POLICIES and sum(len(each.text) for each in delivered) <= MOST_POLICY_TEXT:
        return Kept(delivered)
    every = [part for each in delivered for part in _parts(each)]
    if len(every) <= MOST_JUDGED_POLICIES and sum(len(each.text) for each in every) <= MOST_POLICY_TEXT:
        return Kept(delivered)
    kept = tuple(_kept(every))
    known = {_same(each) for each in kept}
    differ = [each for each in every if _same(each) not in known]
    said = f"The response has {len(every):,} policies; csplint checked {len(kept):,} of them."
    if not differ:
        return Kept(kept, (f"{said} The others repeat these.",))
    enforced = any(each.disposition == "enforce" for each in differ)
    return Kept(kept, (said,), f"{len(differ):,} of {len(every):,} policies were not checked" if enforced else "")


def _parts(each: Delivered) -> Iterator[Delivered]:
    """The policies of one value, which commas separate."""
    joined = each.joined
    for text in each.text.split(","):
        if stripped := text.strip(f"{ASCII_WHITESPACE};"):
            yield replace(each, text=stripped, joined=joined)
            joined = True


def _same(each: Delivered) -> tuple[str, str, bool]:
    """Equal for policies that decide alike; one in a meta element governs less than the same one before it."""
    return each.text, each.disposition, each.delivery == "meta"


def _kept(every: Iterable[Delivered]) -> Iterator[Delivered]:
    copies: dict[tuple[str, str, bool], int] = {}
    number, characters = 0, 0
    for each in every:
        copies[_same(each)] = copies.get(_same(each), 0) + 1
        fits = number < MOST_JUDGED_POLICIES and characters + len(each.text) <= MOST_POLICY_TEXT
        if fits and copies[_same(each)] <= _COPIES:
            number, characters = number + 1, characters + len(each.text)
            yield each


def requests_within_budget(document: Document, policies: int) -> Document:
    """The document without the requests past MOST_JUDGEMENTS, under this many policies."""
    judged = max(1, min(policies, MOST_POLICIES))
    most = MOST_JUDGEMENTS // judged
    if len(document.requests) <= most:
        return document
    limit = (
        f"The page makes {len(document.requests):,} requests under {judged} policies; only the first {most:,} requests were "
        "checked."
    )
    return replace(document, requests=document.requests[:most], limits=(*document.limits, limit))


def cost(policies: tuple[Policy, ...], document: Document | None) -> int:
    """What one evaluation of these policies, and of this page, costs."""
    requests = len(document.requests) if document else 0
    judgements = requests * min(len(policies), MOST_POLICIES)
    sources = sum(len(policy.text) for policy in policies) // _CHARACTERS_OF_A_SOURCE
    text = sum(len(policy.text) for policy in policies)
    return (
        EACH_EVALUATION
        + EACH_POLICY * len(policies)
        + text
        + EACH_REQUEST * requests
        + EACH_JUDGEMENT * judgements
        + min(requests * sources, MOST_COMPARISONS)
    )


_CHARACTERS_OF_A_SOURCE = 20
