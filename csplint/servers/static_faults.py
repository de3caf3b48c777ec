"""Faults that files without a program behind them share: what they send is the same for every visitor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from csplint.servers.fault_lists import MOST_FAULTS
from csplint.servers.policy_names import DELIVERY, is_csp
from csplint.servers.source import Fault, Response, Sent, Source, SourceError

MAX_HEADERS = 5_000

_NONCE = re.compile(r"'nonce-([^'\s;,]*)'?", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|[\r\n]")
_TEMPLATE = re.compile(r"\{\{|\$\{|<%|#\{|\{%|__[A-Z_]+__|\{[a-z_]+\}")


def is_policy(sent: Sent) -> bool:
    return is_csp(sent.name)


def literal_nonces(sent: Sequence[Sent], what: str) -> Iterator[Fault]:
    """
    A fault for each nonce that is written in a file, or computed when it is deployed. With template marks, a build step or an
    edge function may put another one in its place, so there is none.

    what: the file in words, "a _headers file".
    """
    for each in sent:
        if not is_policy(each) or each.value is None:
            continue
        for found in _NONCE.finditer(each.value.text):
            if not _TEMPLATE.search(found[0]):
                yield Fault(
                    rule="literal-nonce",
                    message=f"{each.name} has a nonce written in {what}, so every visitor gets the same one.",
                    start=each.value.starts[found.start()],
                    end=each.value.starts[found.end()],
                    fix="Use hashes for inline scripts, or set this header in a function that makes a new nonce for each response.",
                )


def line_ends(sent: Sequence[Sent]) -> Iterator[Fault]:
    """A fault for each policy with a line end in it."""
    for each in sent:
        found = _LINE_END.search(each.value.text) if each.value and is_policy(each) else None
        if found and each.value:
            yield Fault(
                rule="line-end-in-value",
                message=f"The value of {each.name} has several lines, and no header can contain line ends.",
                start=each.value.starts[found.start()],
                end=each.value.starts[found.end()],
                fix="Write the policy without line ends in it.",
            )


def templates(sent: Sequence[Sent]) -> Iterator[str]:
    """A limit for each policy with template marks: a build step writes the real value."""
    for each in sent:
        if is_policy(each) and each.value and (found := _TEMPLATE.search(each.value.text)):
            yield f"{each.name} contains {found[0]}, which another program replaces; it was read as it is written."


def check_size(sent: Sequence[Sent]) -> None:
    """Raises SourceError if a file has more headers than any platform takes."""
    if len(sent) > MAX_HEADERS:
        raise SourceError(f"It has more than {MAX_HEADERS:,} headers, so it was not read.")


def same_name(sent: Sequence[Sent]) -> list[tuple[Sent, Sent]]:
    """Pairs of policies with the same name: the first of that name, and a later one."""
    first: dict[str, Sent] = {}
    pairs = []
    for each in sent:
        if is_policy(each):
            earlier = first.setdefault(each.name.lower(), each)
            if earlier is not each:
                pairs.append((earlier, each))
    return pairs


def joined(later: Sent, scope: str, where: str) -> Fault:
    """The fault of a header that is set twice and becomes one with a comma. where: where else it is set, as a clause."""
    return Fault(
        rule="comma-by-append",
        message=f"{later.name} is set twice {where}; the values are joined with a comma, so the page has two policies and both apply.",
        start=later.start,
        end=later.end,
        fix="Merge the two values into one policy.",
        scope=scope,
    )


def distinct(responses: Sequence[Response]) -> tuple[Response, ...]:
    """The responses that differ in what decides about policies; the first of those that do not."""
    found: dict[object, Response] = {}
    for each in responses:
        decisive = tuple((sent.start, sent.file) for sent in each.sent if sent.name.lower() in DELIVERY)
        found.setdefault((decisive, each.page), each)
    return tuple(found.values())


def static_source(
    server: str, responses: Iterable[Response], faults: Iterable[Fault], limits: Iterable[str] = ()
) -> Source:
    """What a reader found in a file, each fault and each limit once, the first MOST_FAULTS faults."""
    return Source(
        server=server,
        responses=tuple(responses),
        faults=tuple(islice(dict.fromkeys(faults), MOST_FAULTS)),
        limits=tuple(dict.fromkeys(limits)),
    )
