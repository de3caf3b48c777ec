"""What a policy, and a policy set, decides about a request."""

from __future__ import annotations

from msgspec import Struct

from csplint.csp.memo import memo_property
from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Request
from csplint.csp.source import Source


class Verdict(Struct, frozen=True):
    """
    What one policy decides about one request.

    effective: the directive that a violation event names. directive: the one that governs, None if the policy does not
    restrict the request. matched: the source that allowed it, None if no source did. reported: False for a refusal that
    the browser does not report (`unreported.py`).
    """

    policy: Policy
    effective: str
    directive: Directive | None
    allowed: bool
    matched: Source | None = None
    reported: bool = True


class Decision(Struct, frozen=True, dict=True):
    """
    What a policy set decides about one request.

    verdicts: one per policy, in order. also: a policy's second refusal, if it has one; the first is among `verdicts`.
    """

    request: Request
    verdicts: tuple[Verdict, ...]
    also: tuple[Verdict, ...] = ()

    @memo_property
    def refusals(self) -> tuple[Verdict, ...]:
        """The verdicts of enforced policies that do not allow the request."""
        return tuple(v for v in self.verdicts if not v.allowed and v.policy.disposition == "enforce")

    @property
    def blocked(self) -> bool:
        """Whether an enforced policy blocks the request."""
        return bool(self.refusals)

    @property
    def violated(self) -> list[tuple[str, str]]:
        """(disposition, effective directive) of every violation event, sorted, without repeats."""
        refused = (v for v in self.verdicts + self.also if not v.allowed and v.reported)
        return sorted({(v.policy.disposition, v.effective) for v in refused})
