"""Messages that only follow from another one: a policy blocks a script, and then a script that needs it stops."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.messages.message import Message


def without_following(messages: Sequence[Message]) -> list[Message]:
    """
    The messages without those that only say again that what a policy blocked did not load.

    A failed request to another address, or a script's own error, stays: it has a cause of its own, or may have.
    """
    causes = [each for each in messages if _is_cause(each)]
    addresses = {each.blocked for each in causes} - {""}
    connects = any(each.directive == "connect-src" for each in causes)
    return [each for each in messages if _is_cause(each) or not _follows(each, addresses, connects=connects)]


def _is_cause(message: Message) -> bool:
    """Whether a policy blocked something, and the message says which directive it was, and what."""
    said = message.violated or message.browser != "chromium" or "\t" in message.text
    return message.kind == "csp" and message.disposition == "enforce" and bool(message.directive and said)


def _follows(message: Message, addresses: set[str], *, connects: bool) -> bool:
    if message.kind == "csp":
        is_again = not message.violated and message.disposition == "enforce" and "cut" not in message.notes
        return is_again and (
            message.blocked in addresses or (connects and not message.blocked and bool(message.directive))
        )
    if message.kind == "other" and message.about == "a request that failed":
        return message.blocked in addresses or (connects and not message.blocked)
    return False
