"""
Fuzz the engine with coverage guidance: whatever bytes a server sends, reading and deciding raise nothing.

    python fuzz/policy.py -runs=100000 -max_len=4096

Needs atheris. A bounded run is part of the tests.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["csplint"]):
    from csplint.csp.browsers import BROWSERS
    from csplint.csp.cover import covers
    from csplint.csp.decide import PolicySet
    from csplint.csp.explain import explain
    from csplint.csp.policy import Delivered, decode_header
    from csplint.csp.request import KINDS, Request

ORDERED = sorted(KINDS)


def one(data: bytes) -> None:
    """Read the bytes as a header and as a meta element, then decide, explain and cover one request of some kind."""
    provider = atheris.FuzzedDataProvider(data)
    kind = ORDERED[provider.ConsumeIntInRange(0, len(ORDERED) - 1)]
    url, page = provider.ConsumeUnicode(40), provider.ConsumeUnicode(40)
    text = decode_header(provider.ConsumeBytes(provider.remaining_bytes()))
    request = Request(kind, url=url, nonce=url, content=text[:50], integrity=text[:50], redirect_to=page)
    delivered = [Delivered(text), Delivered(text, "meta"), Delivered(text, disposition="report")]
    for browser in BROWSERS:
        policies = PolicySet.read(page or "https://shop.example/", delivered, browser)
        decision = policies.decide(request)
        told = explain(policies, request)
        if [each.allowed for each in told] != [verdict.allowed for verdict in decision.verdicts]:
            raise AssertionError("explain and decide disagree")
        covers(policies, text[:60], "connect")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
