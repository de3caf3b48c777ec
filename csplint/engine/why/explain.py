"""
What a browser's message means: who is blocked by what, which row of the vendor's table that is, and what to send instead.

The request is put to the engine as if the page made it, so the answer is the one that `csplint check` gives for such a page.
Where the policy is not known, the answer says what is missing.
"""

from __future__ import annotations

from msgspec.structs import replace

from csplint.engine.why.address import explain_address
from csplint.engine.why.code import explain_code
from csplint.engine.why.request import Known, asked
from csplint.engine.why.unrelated import explain_policy_text, explain_unrelated
from csplint.engine.why.wording import NEEDS_POLICY, as_said
from csplint.messages.message import Message
from csplint.model.explanation import Explanation
from csplint.packs.merge import PackSet


def explain(message: Message, packs: PackSet, known: Known | None = None) -> Explanation:
    """
    Explain one message.

    known: the page or the policies that it comes from, if the user gave them.
    """
    if message.kind != "csp":
        return explain_unrelated(message)
    if "about-policy" in message.notes:
        return explain_policy_text(message, packs)
    if message.directive in _TRUSTED_TYPES:
        return replace(explain_unrelated(message), verdict="The policy's Trusted Types stopped a script.")
    question = asked(message, known or Known())
    if question is None:
        return _unclear(message)
    return (explain_address if question.request.url else explain_code)(message, question, packs)


_TRUSTED_TYPES = frozenset({"trusted-types", "require-trusted-types-for"})


def _unclear(message: Message) -> Explanation:
    what = f"{message.directive} blocked something" if message.directive else "A policy blocked something"
    cause = "The message does not say what."
    if "fragment" in message.notes:
        cause = "This is the end of a message. Give the line before it as well."
    return replace(as_said(message), verdict=f"{what}.", cause=cause, missing=NEEDS_POLICY)
