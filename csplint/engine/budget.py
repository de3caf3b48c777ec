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

from csplint.checks.context import MOST_COMPARISONS, MOST_POLICIES
from csplint.csp.policy import ASCII_WHITESPACE, Delivered, Policy
from csplint.page.document import Document

MOST_JUDGED_POLICIES = 40
"""Policies of one target. Sites send one or two; a proxy, a server and an application that each add one make three."""

MOST_POLICY_TEXT = 150_000
"""Characters of all policies of one target. Servers and browsers take headers of up to 96 kB altogether."""

MOST_JUDGEMENTS = 8_000
"""Requests of a page × the policies that they are checked against. A large real page with two policies makes 2,000."""

MOST_VERIFIED = 600_000
MOST_CORRECTED = 1_000_000
"""The cost of the evaluations that verify the edits of findings, and of those that make the corrected policy."""

EACH_EVALUATION = 1_500
EACH_POLICY = 500
EACH_REQUEST = 12
EACH_JUDGEMENT = 12
"""
What an evaluation costs, for each policy, for each request or script, and for each request under each policy; and one for
each character of a policy.
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
    """
    The policies, without those past MOST_JUDGED_POLICIES or MOST_POLICY_TEXT; of equal ones only the first are kept then.

    Each text stays in its place: spaces stand for what is left out, so that positions in it stay.
    """
    every = [part for each in delivered for part in _parts(each)]
    if len(every) <= MOST_JUDGED_POLICIES and sum(len(part) for part, *_ in every) <= MOST_POLICY_TEXT:
        return Kept(delivered)
    budget = _Budget()
    kept = tuple([replace(each, text=budget.kept(each)) for each in delivered])
    differ = [part for part in every if part not in budget.copies]
    said = f"The response has {len(every):,} policies; csplint checked {budget.policies:,} of them."
    if not differ:
        return Kept(kept, (f"{said} The others repeat these.",))
    enforced = any(disposition == "enforce" for _, disposition, _ in differ)
    return Kept(kept, (said,), f"{len(differ):,} of {len(every):,} policies were not checked" if enforced else "")


_Same = tuple[str, str, bool]
"""Equal for policies that decide alike: text, disposition, and whether it is in a meta element, which governs less."""


def _parts(each: Delivered) -> Iterator[_Same]:
    """The policies of one value, which commas separate."""
    for text in each.text.split(","):
        if stripped := text.strip(_EMPTY):
            yield stripped, each.disposition, each.delivery == "meta"


_EMPTY = f"{ASCII_WHITESPACE};"
"""The characters that make no policy."""


class _Budget:
    """What is kept so far: how many policies, of how many characters, and how often each of them."""

    def __init__(self) -> None:
        self.policies, self.characters = 0, 0
        self.copies: dict[_Same, int] = {}

    def kept(self, each: Delivered) -> str:
        """The text of a value with spaces in place of the policies that are left out."""
        parts = [
            text if self._fits((text.strip(_EMPTY), each.disposition, each.delivery == "meta")) else " " * len(text)
            for text in each.text.split(",")
        ]
        return ",".join(parts).rstrip(", ")

    def _fits(self, policy: _Same) -> bool:
        fits = self.policies < MOST_JUDGED_POLICIES and self.characters + len(policy[0]) <= MOST_POLICY_TEXT
        if not policy[0] or not fits or self.copies.get(policy, 0) == _COPIES:
            return False
        self.copies[policy] = self.copies.get(policy, 0) + 1
        self.policies, self.characters = self.policies + 1, self.characters + len(policy[0])
        return True


def requests_within_budget(document: Document, delivered: Iterable[Delivered]) -> Document:
    """The document without the requests past MOST_JUDGEMENTS, under these policies."""
    judged = max(1, min(sum(1 for each in delivered for _ in _parts(each)), MOST_POLICIES))
    most = MOST_JUDGEMENTS // judged
    if document.frames:
        document = _frames_within_budget(document, most)
    if len(document.requests) <= most:
        return document
    under = f"{judged} policies" if judged > 1 else "one policy"
    limit = (
        f"The page makes {len(document.requests):,} requests under {under}; only the first {most:,} requests were "
        "checked."
    )
    return replace(document, requests=document.requests[:most], limits=(*document.limits, limit))


def _frames_within_budget(document: Document, most: int) -> Document:
    """The document without what its srcdoc frames load, from the frame on with which it is more than `most`."""
    frames, left, limits = [], most - len(document.requests), dict.fromkeys(document.limits)
    for each in document.frames:
        frame = each
        left -= sum(1 for _ in frame.document.every_request()) if frame.document else 0
        if left < 0 and frame.document is not None:
            limits[
                f"The srcdoc frame at line {frame.place.line} was not checked: the page makes too many requests."
            ] = None
            frame = replace(frame, document=None)
        frames.append(frame)
    return replace(document, frames=tuple(frames), limits=tuple(limits))


def cost(policies: tuple[Policy, ...], document: Document | None) -> int:
    """What one evaluation of these policies, and of this page, costs."""
    requests = sum(1 for _ in document.every_request()) if document else 0
    judgements = requests * min(len(policies), MOST_POLICIES)
    sources = sum(len(policy.text) for policy in policies) // _CHARACTERS_OF_A_SOURCE
    text = sum(len(policy.text) + len(policy.text) ** 2 // _DOUBLES_AT for policy in policies)
    scripts = len(document.scripts) if document else 0
    return (
        EACH_EVALUATION
        + EACH_POLICY * len(policies)
        + text
        + EACH_REQUEST * (requests + scripts)
        + EACH_JUDGEMENT * judgements
        + min(requests * sources, MOST_COMPARISONS)
    )


_CHARACTERS_OF_A_SOURCE = 20
_DOUBLES_AT = 30_000
"""Characters at which a policy costs twice as much for each of them: some checks compare its sources with one another."""
