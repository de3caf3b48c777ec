"""Code and styles that stand in the page itself."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.checks.own_page.groups import Group
from csplint.checks.own_page.wording import counted, name, problem, shown
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.vendor.page_embed import script_hash
from csplint.csp.edit import add_sources, replace_sources
from csplint.csp.source import Source, SourceKind

_MOST_HASHES = 25
_UNSAFE_INLINE = "'unsafe-inline'"


def tell_hash(found: Group) -> Problem:
    """Inline scripts under a list without a nonce: each can be allowed by its hash."""
    hashes = list(dict.fromkeys(script_hash(each.own.request.content) for each in found.refusals[: _MOST_HASHES + 1]))
    few = len(found.refusals) <= _MOST_HASHES
    listed = found.directive.list
    cause = "Hosts, schemes and 'self' allow files, not what stands between the tags."
    if listed.hashes:
        cause = "No hash in the list is the hash of its text; one changed character makes it another script."
    return replace(
        problem(found, "page-blocks-own-resource", f"{name(found)} blocks {counted(found)} of the page."),
        cause=cause,
        value=f"{found.effective} {hashes[0]}",
        fix=_hash_fix(found, hashes, few=few),
        edits=policy_edits(found.policy, add_sources(found.policy, found.first.effective, hashes)) if few else (),
    )


def _hash_fix(found: Group, hashes: list[str], *, few: bool) -> str:
    if not few:
        return f"Move the code into files, or use a nonce: {len(found.refusals)} hashes would make a long header."
    add = f"add {_these(hashes)} to {found.effective}."
    return f"A{add[1:]}" if found.directive.list.strict_dynamic else f"Move the code into a file, or {add}"


def _these(hashes: list[str]) -> str:
    return hashes[0] if len(hashes) == 1 else f"the {len(hashes)} scripts' hashes"


def tell_handlers(found: Group) -> Problem:
    """Code in attributes, which neither nonces nor hosts can allow."""
    first = found.first.own.found
    made = problem(found, "page-blocks-own-resource", f"{name(found)} blocks {counted(found)} of the page.")
    if found.way == "no-code":
        return replace(
            made,
            severity="info",
            message=f"{name(found)} blocks {counted(found)} that would do nothing anyway.",
            cause="Nothing is lost, but each click on one is a violation in the console and in reports.",
            value="javascript:",
            fix="Make it a button, or have the link lead somewhere.",
        )
    if found.way == "code":
        return replace(
            made,
            severity="warning",
            cause=f"The first is javascript:{shown(found.first.own.request.content.strip())}",
            value="javascript: code",
            fix="Attach the code with addEventListener in a script that the policy allows; "
            "a hash counts here only together with 'unsafe-hashes'.",
        )
    return replace(
        made,
        severity="warning",
        cause=f"The first is {first.attribute} on {first.element}. Nonces and hosts do not reach attributes.",
        value="event handlers",
        fix="Attach the handler with addEventListener in a script that the policy allows; "
        "if it cannot be changed, its hash together with 'unsafe-hashes' allows this text alone.",
    )


def _counts(source: Source) -> bool:
    """Whether a source is about inline code: a nonce, a hash, or 'unsafe-inline', which they switch off."""
    return source.kind == SourceKind.NONCE or source.is_hash or source.name == _UNSAFE_INLINE


def tell_styles(found: Group) -> Problem:
    """Styles in the page: elements break its looks as a rule, attributes often in a detail only."""
    elements = [each.own.request for each in found.refusals if each.own.request.kind == "inline-style"]
    attributes = len(found.refusals) - len(elements)
    listed = found.directive.list
    inert = [each.text for each in listed.sources if _counts(each)]
    made = replace(
        problem(found, "page-needs-inline-style", f"{name(found)} blocks {counted(found)} of the page."),
        severity="error" if elements else "warning",
        cause="A nonce or hash in the list switches its 'unsafe-inline' off."
        if _UNSAFE_INLINE in listed.keywords
        else "",
        value=_UNSAFE_INLINE,
    )
    if not attributes and len(elements) <= _MOST_HASHES and _UNSAFE_INLINE not in listed.keywords:
        hashes = list(dict.fromkeys(script_hash(each.content) for each in elements))
        return replace(
            made,
            fix=f"Move the styles into a file, or add their hashes ({shown(' '.join(hashes))}) to {found.effective}.",
            edits=policy_edits(found.policy, add_sources(found.policy, found.first.effective, hashes)),
        )
    return replace(
        made,
        fix=f"Move the styles into classes of a style sheet, or have 'unsafe-inline' in {found.effective} "
        "without a nonce or hash beside it.",
        safety="unsafe",
        edits=policy_edits(found.policy, replace_sources(found.policy, found.first.effective, inert, [_UNSAFE_INLINE])),
    )
