"""
Several messages of one page answered at once: the directives that they show, with everything added that they need.

Without this, each message would give a directive of its own, and the reader would deploy once for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from csplint.csp.edit import add_sources, apply, plain_name
from csplint.csp.policy import Delivered, parse_policies
from csplint.engine.why.finding import directives
from csplint.messages.message import Message
from csplint.model.explanation import Explanation


class Together(Struct, frozen=True):
    """
    before: the directives that the messages show, as one policy. after: the same with what the explanations add. left: how many
    of the messages need something that is no source.
    """

    before: str
    after: str
    left: int = 0


def together(messages: Sequence[Message], explanations: Sequence[Explanation]) -> Together | None:
    """
    One answer for several messages; None if they are of different policies, or show none, or nothing is to be added.

    The two have the same order.
    """
    pairs = [(m, e) for m, e in zip(messages, explanations, strict=True) if m.violated and e.policy == "part"]
    shown = list(dict.fromkeys(" ".join(message.violated.split()) for message, _ in pairs))
    if len({each.partition(" ")[0].lower() for each in shown}) < len(shown) or not shown:
        return None
    before = after = "; ".join(shown)
    for message, explanation in _once(pairs):
        policy = parse_policies([Delivered(after, "text", "enforce")])[0]
        after = (
            apply(policy.text, add_sources(policy, message.directive, explanation.add)) if explanation.add else after
        )
    left = sum(not explanation.add for _, explanation in pairs)
    if after == before:
        return None
    return Together(_changed(before, after), _changed(after, before), left)


def _once(pairs: Iterable[tuple[Message, Explanation]]) -> list[tuple[Message, Explanation]]:
    """The pairs, each thing to add once."""
    return list({(plain_name(m.directive), e.add): (m, e) for m, e in pairs}.values())


def _changed(text: str, other: str) -> str:
    return "; ".join(each for each in directives(text) if each not in directives(other))
