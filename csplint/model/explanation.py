"""What a browser's message means and what to do about it: the answer of `csplint why`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from csplint.model.answer import WidgetState


class Explanation(Struct, frozen=True, kw_only=True):
    """
    One message of a browser, explained.

    kind, browser, directive, disposition, blocked: as in `csplint.messages.message.Message`; null where the message does not
    say. symptom, symptom_text: id and text of the row in the vendor's troubleshooting table; vendor: that pack's id. state: what
    becomes of the widget, null if it is not about one. verdict: the same, or what the message is, in a sentence. cause: why.
    fix: what to do. add: the sources to add, in `add_to`. before, after: the directive, or the policy where it is known as a
    whole, and what to send instead; "" if nothing in a policy is to be changed. checked: the request was judged again with
    `after`, which allows it. policy: whether the whole policy is known, or just a part or nothing of it. rule: the name of
    the rule that reports this, "" for none. line: of the page, 0 if it is not known. missing: what would tell more.
    text: the message.
    """

    kind: Literal["csp", "mixed-content", "cors", "coep", "trusted-types", "other", "unknown"]
    browser: Literal["chromium", "firefox", "safari"] | None = None
    directive: str | None = None
    disposition: Literal["enforce", "report"] | None = None
    blocked: str | None = None
    symptom: str | None = None
    symptom_text: str | None = None
    vendor: str = ""
    state: WidgetState | None = None
    verdict: str = ""
    cause: str = ""
    fix: str = ""
    add: tuple[str, ...] = ()
    add_to: str = ""
    before: str = ""
    after: str = ""
    checked: bool = False
    policy: Literal["whole", "part", "none"] = "none"
    rule: str = ""
    line: int = 0
    missing: str = ""
    text: str = ""
