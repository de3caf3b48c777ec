"""What a check yields: one instance of a rule, before the engine turns it into a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypedDict

from msgspec import Struct

from csplint.csp.edit import Replacement, plain_name
from csplint.csp.policy import Directive, Policy, Span, Token
from csplint.csp.request import Request
from csplint.model import Edit, Place, Severity
from csplint.page.document import Place as PagePlace


class Problem(Struct, frozen=True, kw_only=True):
    """
    One thing that is wrong.

    rule: the rule's name. message: what is wrong here, in a sentence. cause: why it happens here.
    severity: None for the rule's own. policy, directive, value, span: what is wrong, and in which policy;
    directive is the name of the one that governs. place: where in the page. request: what the browser blocks, for the
    text of its console message. fix: the edit in words, "" for the rule's own. edits: what to change, or a function that
    gives it, for problems whose edits are rarely needed. explains: stretches of the policy's text that are only wrong
    because of this, in their order and without overlap; other findings inside them are its consequences. parts: the values
    of the problems that it covers, where there are too many for one each. by_owner: gives edits that are never shown, but
    show what else has to be fixed once the owner has done on the server what the fix says; a nonce in them is `STAND_IN`.
    brief: the message in a few words, for a list that names the directive beside it.
    effective: the directive that a browser looks for first, such as img-src where `directive` is default-src; "" for the
    one of `request`. group: problems of one policy with the same group have one reason and are one finding, which
    `joined` gives; "" for a problem that is always a finding of its own. stops: what of a widget it stops, such as an embed
    by its place: two problems that stop the same are one trouble with another reason; "" for problems of no widget.
    reason: the name that the check gave it, where a pack's rule has all that a check reports.
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
    explains: tuple[Span, ...] = ()
    parts: tuple[str, ...] = ()
    by_owner: Callable[[], tuple[Edit, ...]] | None = None
    brief: str = ""
    effective: str = ""
    group: str = ""
    stops: str = ""
    reason: str = ""

    def joined(self, others: Sequence[Problem]) -> Problem:
        """
        One problem in place of this one and `others`, which are in its group.

        Problems without a group are joined only if they are the same. A class whose problems have a group overrides this.
        """
        return self

    def made_edits(self) -> tuple[Edit, ...]:
        """What to change."""
        return self.edits() if callable(self.edits) else self.edits

    def edits_by_owner(self) -> tuple[Edit, ...]:
        """What the page will be once its owner has done what only a server can do."""
        return self.by_owner() if self.by_owner else ()


class Location(TypedDict):
    """The fields of a problem that say what in a policy it is about: `Problem(..., **at_token(policy, directive, token))`."""

    policy: Policy
    directive: str
    value: str
    span: Span


def at_token(policy: Policy, directive: Directive, token: Token) -> Location:
    """The location of a token in a directive's value."""
    return {"policy": policy, "directive": directive.name, "value": token.source.text, "span": token.span}


def at_name(policy: Policy, directive: Directive) -> Location:
    """The location of a directive's name."""
    return {"policy": policy, "directive": directive.name, "value": directive.written, "span": directive.name_span}


def policy_edits(policy: Policy, replacements: Iterable[Replacement]) -> tuple[Edit, ...]:
    """Turn replacements in a policy's text into the report's edits."""
    return tuple(
        Edit(kind="policy", policy=policy.index, start=each.start, end=each.end, text=each.text)
        for each in replacements
    )


STAND_IN = "cDNyLXJlc3BvbnNlLXJhbmRvbTEyOA"
"""Stands for the nonce that a server will make in each response, while csplint checks what else is wrong; never shown."""


def nonce_edit(place: PagePlace, nonce: str) -> tuple[Edit, ...]:
    """The nonce attribute that the tag at `place` should have had in this response."""
    return (Edit(kind="tag", name="nonce", text=nonce, place=Place(place.line, place.column)),)


def header_edit(name: str, value: str) -> tuple[Edit, ...]:
    """The response header to send, instead of those of the same name."""
    return (Edit(kind="header", name=name, text=value),)


def server_edit(text: str) -> tuple[Edit, ...]:
    """An instruction for the server or program that makes the page or its headers."""
    return (Edit(kind="server", text=text),)


def where(directive: Directive, effective: str) -> str:
    """The subject of a sentence: the directive that governs `effective`; if that is a fallback, why it applies."""
    if not is_fallback(directive, effective):
        return directive.name
    return f"There is no {plain_name(effective)}, so {directive.name} applies: it"


def within(directive: Directive, effective: str) -> str:
    """The same for the middle of a sentence: `default-src (there is no img-src)`."""
    return (
        f"{directive.name} (there is no {plain_name(effective)})"
        if is_fallback(directive, effective)
        else directive.name
    )


def is_fallback(directive: Directive, effective: str) -> bool:
    """Whether a directive applies because the policy has none for `effective`; script-src-attr is one for scripts."""
    return plain_name(directive.name) != plain_name(effective)
