"""Policies so long that a proxy may refuse the whole response."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem
from csplint.checks.registry import check
from csplint.csp.policy import Policy

LONGEST = 8192
"""
Bytes. nginx reads the head of a proxied answer into one buffer (proxy_buffer_size), by default a memory page of
4 or 8 KiB, and answers 502 where the head does not fit. Other servers have other limits, most of them higher.
"""

_MOST_BYTES = 4
"""Bytes that a character takes in UTF-8."""


@check(of="answer")
def policy_too_long(context: Context) -> Iterator[Problem]:
    """Report the longest policy where the policies sent as headers have more than LONGEST bytes in total."""
    if sum([len(policy.text) for policy in context.every_policy]) <= LONGEST // _MOST_BYTES:
        return
    sent = [policy for policy in context.every_policy if policy.delivery != "meta"]
    total = sum(map(_bytes, sent))
    if total <= LONGEST:
        return
    longest = max(sent, key=_bytes)
    size = _bytes(longest)
    others = f"; the {len(sent)} policies of the response have {total:,} in total" if len(sent) > 1 else ""
    yield Problem(
        rule="policy-too-long",
        message=f"The policy has {size:,} bytes{others}. A proxy with a buffer of 8 KiB for the response's head answers 502 instead.",
        policy=longest,
    )


def _bytes(policy: Policy) -> int:
    return len(policy.text.encode("utf-8", "replace"))
