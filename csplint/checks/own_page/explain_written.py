"""Blocked scripts and styles that no nonce or hash of the server can allow as they are, or whose listed hash is of other text."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.edits import add_sources
from csplint.checks.own_page.authorship import compares, prerendered
from csplint.checks.own_page.explain_scripts import compare_first, nonce_edits
from csplint.checks.own_page.groups import Group, shortened
from csplint.checks.own_page.requests import SPECULATION
from csplint.checks.own_page.senders import Sender, delayed_scripts
from csplint.checks.own_page.unused import page_hashes
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.vendor.page_embed import script_hash
from csplint.csp.edit import Replacement
from csplint.csp.policy import Token
from csplint.model import Edit

_MOST_TAGS = 20
_MOST_DELAYED = 3


def explain_injected(context: Context, found: Group) -> Problem:
    """Scripts that a CDN or a plugin adds, which need a nonce or a hash."""
    sender = found.sender
    if sender is None:
        raise ValueError("an injected script without its sender")  # pragma: no cover - `refine` gives both
    fix = injected_fix(found, sender)
    return found.problem(
        f"{found.blocks} that {sender.title} adds to the page.",
        rule="blocked-injected-script",
        severity=sender.severity,
        cause=_injected_cause(context, found, sender),
        value=f"{found.written} {sender.id}",
        fix=fix,
        safety="unsafe",
        edits=_plugin_edits(found, sender),
    )


def injected_fix(found: Group, sender: Sender) -> str:
    """What to do about a sender's scripts, in words."""
    if not sender.nonce:
        return sender.switch
    first = "" if found.directive.list.nonces else "Use a nonce in the policy, new in every response. "
    return f"{first}{sender.nonce} {sender.switch}"


def _injected_cause(context: Context, found: Group, sender: Sender) -> str:
    return " ".join(filter(None, (f"{sender.effect}.", _delayed(context, sender), *_why_nothing_helps(found, sender))))


def _delayed(context: Context, sender: Sender) -> str:
    """The scripts of the page that wait for the sender's script."""
    delayed = delayed_scripts(context.document).get(sender.id, ()) if context.document else ()
    if not delayed:
        return ""
    kind = shortened(delayed[0].attributes.get("type", ""))
    lines = list(dict.fromkeys(str(each.place.line) for each in delayed))
    named = ", ".join(lines[:_MOST_DELAYED])
    at = f"line {named}" if len(lines) == 1 else f"lines {named}{' and more' if len(lines) > _MOST_DELAYED else ''}"
    what = "The script on" if len(delayed) == 1 else f"{len(delayed)} scripts on"
    has = "has" if len(delayed) == 1 else "have"
    return f"{what} {at} {has} the type {kind}, which browsers do not run, with or without a nonce."


def _why_nothing_helps(found: Group, sender: Sender) -> Iterator[str]:
    """Why no host and no hash in the list can allow the sender's script."""
    if found.first.request.url:
        if found.directive.list.strict_dynamic:
            yield "'strict-dynamic' makes browsers ignore hosts and 'self' in the list, so listing its host has no effect."
    elif sender.changes:
        yield "Its text is different in each response, so no hash can allow it."
    else:
        yield "Its text changes when its sender is updated, so a hash would stop matching."


def _plugin_edits(found: Group, sender: Sender) -> tuple[Edit, ...]:
    """The nonce on the tags, if the site's own server makes them."""
    if sender.kind != "plugin" or not found.directive.list.nonces or len(found.blocked) > _MOST_TAGS:
        return ()
    return nonce_edits(found, min(found.directive.list.nonces))


def explain_prerendered(context: Context, found: Group) -> Problem:
    """Scripts without the nonce in a page that was made before the request, so that it cannot have the nonce."""
    made = prerendered(context)
    if made is None:
        raise ValueError("a page that was made for the request")  # pragma: no cover - `refine` asked
    shown = f" ({made.evidence})" if made.evidence else ""
    return found.problem(
        f"{found.blocks} on the page: the policy has a nonce, but none of the page's script tags has it.",
        rule="prerendered-without-nonce",
        cause=f"{made.by} before the request{shown}, so it cannot have the nonce of this response.",
        value=f"{found.written} nonce",
        span=next(
            (t.span for t in found.directive.tokens if t.source.name in found.directive.list.nonces), found.list_span
        ),
        fix=made.fix,
    )


def explain_changing(found: Group) -> Problem:
    """Inline scripts and styles whose text differs between the two responses."""
    one = len(found.blocked) == 1
    is_style = found.first.request.kind == "inline-style"
    fix = (
        "Use a nonce, new in every response, or move the styles into a file."
        if is_style
        else "Use a nonce, new in every response. Or put what changes into a data attribute or into a script element of the type "
        "application/json, and let the code read it from there."
    )
    return found.problem(
        f"{found.blocks} on the page. {'Its text is' if one else 'Their texts are'} different in each response.",
        rule="blocked-changing-text",
        cause="A hash allows one text only, so no hash can allow what changes. csplint compared two responses.",
        value=f"{found.written} changing text",
        fix=fix,
    )


def explain_other_text(context: Context, found: Group) -> Problem:
    """Inline scripts and styles whose hash is in the list, but made of other text than browsers hash."""
    pairs = zip(found.blocked, found.others, strict=True)
    rights = {other.source.text: script_hash(each.request.content) for each, other in pairs}
    tokens = [token for token in found.directive.tokens if token.source.text in rights]
    is_style = found.first.request.kind == "inline-style"
    what = "style element" if is_style else "inline script"
    line, how = found.first.own.found.place.line, found.others[0].how
    right = list(dict.fromkeys(rights.values()))
    named = right[0] if len(right) == 1 else f"those that browsers compute: {shortened(' '.join(right))}"
    return found.problem(
        f"A hash in {found.directive.name} is that of the {what} on line {line} {how}, so browsers block it."
        if len(rights) == 1
        else f"{len(rights)} hashes in {found.directive.name} are of the page's {what}s {how}, so browsers block them.",
        rule="hash-of-other-text",
        cause="Browsers hash exactly what is between the tags, white space included, with LF line ends and in UTF-8.",
        value=tokens[0].source.text,
        span=tokens[0].span,
        fix=f"Replace {'it' if len(rights) == 1 else 'them'} with {named}.{compare_first(context)}",
        safety="safe" if compares(context) else "unsafe",
        edits=policy_edits(found.policy, _put_right(context, found, rights, tokens)),
    )


def _put_right(context: Context, found: Group, rights: dict[str, str], tokens: list[Token]) -> tuple[Replacement, ...]:
    """Replace the hashes, or add the right ones if the wrong ones are those of something else on the page."""
    page = page_hashes(context.document) if context.document else None
    if page and any(page.has(token.source) for token in tokens):
        return add_sources(found.policy, found.first.effective, list(dict.fromkeys(rights.values())))
    return tuple(Replacement(each.span.start, each.span.end, rights[each.source.text]) for each in tokens)


def explain_speculation(context: Context, found: Group) -> Problem:
    """Inline speculation rules, which only Chromium applies and which change nothing on this page."""
    fix, edits = _speculation_fix(context, found)
    ignored = SPECULATION in found.directive.list.keywords
    why = (
        f" Chromium ignores {SPECULATION} beside a nonce, a hash or 'strict-dynamic', and in default-src."
        if ignored
        else ""
    )
    return found.problem(
        f"{where(found.directive, found.written)} blocks the page's inline speculation rules.",
        rule="blocked-speculation-rules",
        cause="Nothing on this page is missing: they let Chromium fetch pages in advance that this one links to. Other browsers "
        f"ignore them.{why}",
        value=f"{found.written} speculation rules",
        brief="blocks inline speculation rules of the page",
        fix=fix,
        safety="safe" if compares(context) else "unsafe",
        edits=edits,
    )


def _speculation_fix(context: Context, found: Group) -> tuple[str, tuple[Edit, ...]]:
    """The keyword, in a list in which it counts; else what allows inline scripts there."""
    listed, policy, effective = found.directive.list, found.policy, found.first.effective
    if listed.nonces:
        return "Add the nonce from the response's header to the tag.", nonce_edits(found, min(listed.nonces))
    if not (listed.hashes or listed.strict_dynamic):
        added = [] if SPECULATION in listed.keywords else [SPECULATION]  # a copy of default-src has it already
        edits = policy_edits(policy, add_sources(policy, effective, added))
        return f"Add {SPECULATION} to {found.written}. It allows no script.", edits
    hashes = list(dict.fromkeys(script_hash(each.request.content) for each in found.blocked))[:_MOST_TAGS]
    edits = policy_edits(policy, add_sources(policy, effective, hashes))
    return f"Add {shortened(' '.join(hashes))} to {found.written}.{compare_first(context)}", edits
