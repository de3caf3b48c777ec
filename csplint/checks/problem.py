"""What a check yields: one instance of a rule, before the engine makes a finding of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct

from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Span
from csplint.csp.request import Request
from csplint.model import Edit, Place, Severity
from csplint.page.document import Place as PagePlace


class Problem(Struct, frozen=True, kw_only=True):
    """
    One thing that is wrong.

    rule: the rule's name. message: what is wrong here, in a sentence. cause: how it comes about here.
    severity: the rule's own where None. policy, directive, value, span: what in which policy; the directive is the
    one that governs, as written there. place: where in the page. request: what the browser blocks, for the console's
    words. fix: the edit in words, the rule's own where "". edits: what to change, or what makes that, for findings that
    are told of far more often than their edits are asked for.
    """

    rule: str
    message: str
    cause: str = ""
    severity: Severity | None = None
    policy: Policy | None = None
    directive: str | None = None
    value: str | None = None
    span: Span | None = None
    place: PagePlace | None = None
    request: Request | None = None
    fix: str = ""
    safety: Literal["safe", "unsafe"] = "safe"
    edits: tuple[Edit, ...] | Callable[[], tuple[Edit, ...]] = ()

    def made_edits(self) -> tuple[Edit, ...]:
        """What to change."""
        return self.edits() if callable(self.edits) else self.edits


def policy_edits(policy: Policy, replacements: Iterable[Replacement]) -> tuple[Edit, ...]:
    """Replacements in a policy's text as the report's edits."""
    return tuple(
        Edit(kind="policy", policy=policy.index, start=each.start, end=each.end, text=each.text)
        for each in replacements
    )


def nonce_edit(place: PagePlace, nonce: str) -> tuple[Edit, ...]:
    """The nonce attribute that the tag at `place` should have had in this response."""
    return (Edit(kind="tag", name="nonce", text=nonce, place=Place(place.line, place.column)),)


def server_edit(text: str) -> tuple[Edit, ...]:
    """An instruction for where the page or its headers are made."""
    return (Edit(kind="server", text=text),)


def where(directive: Directive, effective: str) -> str:
    """Name the directive that governs, and say so where it stands in for the one people look for."""
    plain = effective.removesuffix("-elem").removesuffix("-attr")
    if directive.name in {effective, plain}:
        return directive.name
    return f"{directive.name} (which stands in for the missing {plain})"
