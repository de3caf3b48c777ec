"""
Many decisions at once: one JSON case per line in, the same case with its verdicts per line out.

A case is a page with its policies and requests (docs/batch.md). `blocked` and `violated` are Chromium's verdict;
`browsers` holds the verdicts of browsers that differ. A line that is not a case becomes {"error": …}.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from csplint.csp.browsers import BROWSERS, CHROMIUM
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered, Delivery, Disposition
from csplint.csp.request import Kind, Request
from csplint.csp.url import parse_url

_OTHER_BROWSERS = tuple(browser for browser in BROWSERS if browser is not CHROMIUM)


class CasePolicy(Struct, frozen=True):
    """One header value, or content of a meta element."""

    value: str
    disposition: Disposition = "enforce"
    delivery: Delivery = "header"


class CaseRequest(Struct, frozen=True):
    """One request of a case; the fields are those of csp.request.Request."""

    kind: Kind
    url: str = ""
    nonce: str = ""
    content: str = ""
    integrity: str = ""
    redirect_to: str = ""
    nonceable: bool = True

    def request(self) -> Request:
        """The request as `decide` takes it."""
        return Request(self.kind, self.url, self.nonce, self.content, self.integrity, self.redirect_to, self.nonceable)


class Case(Struct, frozen=True):
    """What a line must hold; other members are returned unchanged."""

    page: str
    policies: tuple[CasePolicy, ...]
    requests: tuple[CaseRequest, ...]


def decide_lines(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Decide each line; yields the answer as JSON, without a line end, and whether the line was a case."""
    encoder = msgspec.json.Encoder()
    for number, line in enumerate(lines, start=1):
        try:
            answer = decide_case(msgspec.json.decode(line))
        except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors, so are those of UTF-8
            yield encoder.encode({"error": f"line {number} is not a valid case: {error}"}), False
        else:
            yield encoder.encode(answer), True


def decide_case(raw: Any) -> dict[str, Any]:
    """
    Decide one case, as decoded JSON; returns it with its verdicts added.

    Raises msgspec.ValidationError if it is not a valid case.
    """
    case = msgspec.convert(raw, Case)
    for number, each in enumerate(case.requests):
        for name, url in (("url", each.url), ("redirect_to", each.redirect_to)):
            if url and parse_url(url) is None:
                raise msgspec.ValidationError(f"not an absolute URL - at `$.requests[{number}].{name}`")
    delivered = [Delivered(each.value, each.delivery, each.disposition) for each in case.policies]
    policies = PolicySet.read(case.page, delivered)
    others: dict[str, PolicySet] = {
        browser.name: PolicySet.read(case.page, delivered, browser) for browser in _OTHER_BROWSERS
    }
    answers = [_answer(each.request(), policies, others) for each in case.requests]
    entries = [{name: value for name, value in entry.items() if name != "browsers"} for entry in raw["requests"]]
    merged = [entry | answer for entry, answer in zip(entries, answers, strict=True)]
    answered: dict[str, Any] = raw | {"requests": merged}
    return answered


def _answer(request: Request, policies: PolicySet, others: dict[str, PolicySet]) -> dict[str, Any]:
    verdict = _verdict(policies, request)
    answer: dict[str, Any] = dict(verdict)
    verdicts = {name: _verdict(each, request) for name, each in others.items()}
    differing = {name: each for name, each in verdicts.items() if each != verdict}
    if differing:
        answer["browsers"] = differing
    return answer


def _verdict(policies: PolicySet, request: Request) -> dict[str, Any]:
    if policies.sandboxed(request.kind):
        return {"blocked": True, "violated": []}
    decision = policies.decide(request)
    return {"blocked": decision.blocked, "violated": [list(pair) for pair in decision.violated]}
