"""Sentences of explanations: what was blocked, and what that does to a widget."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from csplint.csp.request import Kind, Request
from csplint.messages.message import Message
from csplint.model import WidgetState
from csplint.model.explanation import Explanation
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack, Requirement, Symptom

NEEDS_POLICY = "This message does not show the policy. Give the page (--page URL), or its policy (--policy TEXT)."
NEEDS_PAGE = "Give the page (--page URL) to see which script it is, and what its tag has."
ONE_DIRECTIVE = "The message shows only this directive. `csplint check URL` finds what the rest of the policy blocks."
BROWSERS = {"chromium": "Chrome", "firefox": "Firefox", "safari": "Safari"}

_NOUNS: dict[Kind, str] = {
    "script": "the script",
    "dynamic-script": "the script",
    "inline-script": "an inline script",
    "dynamic-inline-script": "an inline script",
    "event-handler": "an event handler attribute",
    "javascript-url": "a javascript: link",
    "eval": "eval()",
    "wasm": "WebAssembly",
    "style": "the style sheet",
    "inline-style": "an inline style",
    "style-attr": "a style attribute",
    "img": "the image",
    "media": "the audio or video",
    "font": "the font",
    "frame": "the frame",
    "object": "the plug-in",
    "manifest": "the manifest",
    "prefetch": "a prefetch of",
    "worker": "the worker",
    "blob-worker": "the worker",
    "connect": "a connection to",
    "beacon": "a connection to",
    "eventsource": "a connection to",
    "ws": "a WebSocket connection to",
    "form": "a form that is sent to",
    "base": "the base URL",
    "frame-ancestors": "a frame with this page in",
}


_SCHEMES = frozenset({"data", "blob", "filesystem"})
"""What reports write for a URL of such a scheme."""


def as_said(message: Message) -> Explanation:
    """What the message itself says, for an explanation to begin with."""
    return Explanation(
        kind=message.kind,
        browser=message.browser,
        directive=message.directive or None,
        disposition=message.disposition,
        blocked=message.blocked or None,
        text=message.text,
    )


def blocked(message: Message, request: Request) -> str:
    """What the browser blocked, as a sentence."""
    who = BROWSERS.get(message.browser or "", "The browser")
    address = f"with a {message.blocked}: URL" if message.blocked in _SCHEMES else message.blocked
    what = f"{_NOUNS[request.kind]} {address}" if request.url else _NOUNS[request.kind]
    if message.disposition == "report":
        return f"{who} blocks nothing yet: the policy is report-only. If you enforce it, it blocks {what}."
    return f"{who} blocked {what}."


def of_widget(
    message: Message, pack: Pack, requirement: Requirement | None, *, if_its: str = ""
) -> tuple[WidgetState, str]:
    """
    The widget's state when this is blocked, and the same as a sentence.

    if_its: "" if the request is the widget's; else what was blocked, as a sentence to begin with.
    """
    title = pack.pack.title
    state: WidgetState = "partly" if requirement else "broken"
    fails = f"{_PARTLY}{requirement.fails or f'{requirement.purpose} fail'}" if requirement else "does not load"
    if if_its:
        return state, f"{if_its} If it belongs to the {title}, the widget {fails}."
    if message.disposition == "report":
        return state, f"The policy is report-only, so nothing is blocked yet. If you enforce it, the {title} {fails}."
    return state, f"The {title} {fails}."


def row_of(packs: PackSet, rule: str, directive: str) -> Symptom | None:
    """The row of a troubleshooting table that a rule's findings belong to."""
    return packs.row(rule, directive) if rule else None


_PARTLY = "loads, but "


def in_turn(explanations: Sequence[Explanation]) -> list[Explanation]:
    """The explanations, with "once it loads" in place of "loads, but" for a widget that another message says does not load."""
    broken = {
        each.vendor for each in explanations if each.state == "broken" and each.verdict.endswith("does not load.")
    }
    return [_once_it_loads(each) if each.vendor in broken and each.state == "partly" else each for each in explanations]


def _once_it_loads(each: Explanation) -> Explanation:
    begins, found, fails = each.verdict.partition(f" {_PARTLY}")
    subject = begins.removeprefix("The ")
    if not found or begins == subject or "." in begins:
        return each
    return replace(each, verdict=f"Once the {subject} loads, {fails}")
