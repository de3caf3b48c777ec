"""
Thousands of decisions: one JSON case a line in, the same case with its verdicts a line out.

A case is a page, its policies and requests (docs/batch.md). `blocked` and
`violated` are Chromium's verdict; where another browser decides otherwise,
`browsers` says what. A line that is no case gets {"error": …} in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from csplint.csp.browsers import BROWSERS, CHROMIUM
from csplint.csp.decide import Decision, PolicySet
from csplint.csp.policy import Delivered, Delivery, Disposition
from csplint.csp.request import Kind, Request

OTHERS = tuple(browser for browser in BROWSERS if browser is not CHROMIUM)


class CasePolicy(Struct, frozen=True):
    """One header value or meta content of a case."""

    value: str
    disposition: Disposition = "enforce"
    delivery: Delivery = "header"


class CaseRequest(Struct, frozen=True):
    """One request of a case; the fields of csp.request.Request."""

    kind: Kind
    url: str = ""
    nonce: str = ""
    content: str = ""
    integrity: str = ""
    redirect_to: str = ""
    nonceable: bool = True

    def request(self) -> Request:
        """The same as the engine takes it."""
        return Request(self.kind, self.url, self.nonce, self.content, self.integrity, self.redirect_to, self.nonceable)


class Case(Struct, frozen=True):
    """What a line must hold; whatever else it holds is handed back as it is."""

    page: str
    policies: tuple[CasePolicy, ...]
    requests: tuple[CaseRequest, ...]


def decide_lines(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Answer each line; gives the answer, without its line end, and whether the line was a case."""
    encoder = msgspec.json.Encoder()
    for number, line in enumerate(lines, start=1):
        try:
            answer = decide_case(msgspec.json.decode(line))
        except (msgspec.DecodeError, RecursionError) as error:  # a ValidationError is a DecodeError
            yield encoder.encode({"error": f"line {number} is no case: {error}"}), False
        else:
            yield encoder.encode(answer), True


def decide_case(raw: Any) -> dict[str, Any]:
    """
    Decide one case, given as decoded JSON; gives it back with its verdicts.

    Raises msgspec.ValidationError where it is none.
    """
    case = msgspec.convert(raw, Case)
    delivered = [Delivered(each.value, each.delivery, each.disposition) for each in case.policies]
    policies = PolicySet.read(case.page, delivered)
    others: dict[str, PolicySet] = {browser.name: PolicySet.read(case.page, delivered, browser) for browser in OTHERS}
    answers = [_answer(each.request(), policies, others) for each in case.requests]
    kept = [{name: value for name, value in entry.items() if name != "browsers"} for entry in raw["requests"]]
    answered: dict[str, Any] = raw | {"requests": [entry | answer for entry, answer in zip(kept, answers, strict=True)]}
    return answered


def _answer(request: Request, policies: PolicySet, others: dict[str, PolicySet]) -> dict[str, Any]:
    verdict = _verdict(policies.decide(request))
    answer: dict[str, Any] = dict(verdict)
    differing = {name: told for name, each in others.items() if (told := _verdict(each.decide(request))) != verdict}
    if differing:
        answer["browsers"] = differing
    return answer


def _verdict(decision: Decision) -> dict[str, Any]:
    return {"blocked": decision.blocked, "violated": [list(pair) for pair in decision.violated]}
