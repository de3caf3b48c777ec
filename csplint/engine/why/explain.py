"""
What a browser's message means: who is blocked by what, which row of the vendor's table that is, and what to send instead.

The request is put to the engine as if the page made it, so the answer is the one that `csplint check` gives for such a page.
Where the policy is not known, the answer says what is missing.
"""

from __future__ import annotations

from msgspec.structs import replace

from csplint.csp.url import parse_url
from csplint.engine.vendor_requests import VendorRequests
from csplint.engine.why.address import explain_address
from csplint.engine.why.code import explain_code
from csplint.engine.why.request import Known, asked
from csplint.engine.why.unrelated import explain_policy_text, explain_unrelated
from csplint.engine.why.wording import BROWSERS, NEEDS_POLICY, as_said, of_widget
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
        return explain_unrelated(message)
    known = known or Known()
    question = asked(message, known)
    if question is None:
        return _unclear(message, packs, known)
    return (explain_address if question.request.url else explain_code)(message, question, packs)


_TRUSTED_TYPES = frozenset({"trusted-types", "require-trusted-types-for"})


def _unclear(message: Message, packs: PackSet, known: Known) -> Explanation:
    """The message does not say what was blocked, or by which directive."""
    who = BROWSERS.get(message.browser or "", "The browser")
    said, missing = as_said(message), "" if known.subject else NEEDS_POLICY
    if "fragment" in message.notes:
        what = f"{message.directive} blocked something." if message.directive else "A policy blocked something."
        cause = "This is the end of a message. Give the line before it as well."
        return replace(said, verdict=what, cause=cause, missing=missing)
    if message.blocked.startswith(_ADDRESSES):
        by = f" by {message.directive}" if message.directive else ""
        verdict = f"{who} blocked {message.blocked}{by}."
        url = parse_url(message.blocked)
        owner = VendorRequests(packs).of_embed(url) if url else None
        if owner is not None and known.subject is not None and known.subject.delivered:
            return explain(replace(message, directive="script-src-elem"), packs, known)
        if owner is not None:
            state, verdict = of_widget(message, owner.pack, None)
            said = replace(said, state=state, vendor=owner.pack.pack.id)
        lacks = "what kind of request that was" if message.directive else "the directive that blocks it"
        cause = f"The message names the address, but not {lacks}."
        return replace(said, verdict=verdict, cause=cause, fix=_LONGER_LINE, missing=missing)
    what = f"{who} blocked something by {message.directive}." if message.directive else f"{who} blocked something."
    if "heading" in message.notes:
        what = f"{who} blocked an inline script or style." if message.blocked == "inline" else what
        cause = "This is the title of an issue. Its rows say what was blocked: open the issue and copy them as well."
        return replace(said, verdict=what, cause=cause, fix=_LONGER_LINE, missing=missing)
    return replace(said, verdict=what, cause="The message does not say what.", fix=_LONGER_LINE, missing=missing)


_ADDRESSES = ("https://", "http://", "wss://", "ws://")
_LONGER_LINE = "Copy the line of the tab Console that names the Content Security Policy, and explain that one."
