"""What to do by hand for a strict policy, and what it no longer allows, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from csplint.checks.context import Context
from csplint.checks.nonces.reuse import NO_STORE
from csplint.checks.own_page.groups import Group, group, shortened
from csplint.checks.own_page.requests import Verdicts, own_requests
from csplint.checks.own_page.senders import Sender
from csplint.csp.policy import Policy
from csplint.csp.preserve import Loss
from csplint.engine.strict_policy import SCRIPT_DIRECTIVES
from csplint.engine.strict_scripts import Hashes, ScriptTag
from csplint.model import VendorVerdict
from csplint.page.capture import Capture

_MOST_NAMED = 20
"""Places or sources that one sentence names."""

TRY_FIRST = (
    "Send the new policy as Content-Security-Policy-Report-Only first, and keep sending the old one: scripts may load "
    "more than the page's HTML names, and browsers then report what would be blocked."
)


def widget_fails(judged: Sequence[VendorVerdict]) -> Iterator[str]:
    """A warning for each widget on the page that does not work with the strict policy."""
    for each in judged:
        state = each.if_added or each.state
        if state in {"broken", "partly"}:
            what = "does not load" if state == "broken" else "loads, but parts of it fail"
            yield f"Do not send this policy yet: with it, the {each.title} {what}. First do what is listed below."


def by_hash(reason: str, found: Hashes) -> Iterator[str]:
    """Why the policy has hashes instead of a nonce, and which inline scripts get none."""
    if not found.sources:
        yield f"Nothing about scripts is changed. {reason}, so it cannot have a nonce, and no script in it can have a hash."
        return
    yield (
        f"When you change an inline script, put its new hash into the policy. {reason}, so a nonce in it would be the same "
        "for every visitor; therefore this policy allows scripts by their hashes."
    )
    if found.changing:
        yield (
            f"The inline {_scripts(found.changing)} on {_lines(found.changing)} {_differ(found.changing)} in each response, "
            f"so no hash can allow {'it' if len(found.changing) == 1 else 'them'}. Put what changes into a data attribute "
            "or into a script element of the type application/json, and let the code read it from there."
        )
    if found.too_many:
        yield f"Move the inline {_scripts(found.too_many)} on {_lines(found.too_many)} into files: the policy would become too long."


def load_by_script(found: Hashes) -> str:
    """The tag to put in place of the tags of files, which no hash allows."""
    one = len(found.moved) == 1
    return (
        f"Replace the script {'tag' if one else 'tags'} on {_lines(found.moved)} with this one, whose hash is in the policy: "
        f"<script>{found.loader}</script> The {'file then runs' if one else 'files then run'} after the inline scripts of "
        f"the page: an inline script that uses {'it' if one else 'one of them'} must wait for the load event."
    )


def _differ(tags: Sequence[ScriptTag]) -> str:
    return "differs" if len(tags) == 1 else "differ"


IN_META = (
    "If your server makes the page anew for each request, send the policy in a header "
    "instead: then it can have a nonce."
)


def no_store(first: Capture | None) -> Iterator[str]:
    """How to keep caches from storing a page with a nonce, where its response does not say it."""
    if first is not None and b"no-store" not in b",".join(first.header("cache-control")).lower():
        yield f"{NO_STORE}. A nonce from a cache is the same for every visitor."


def scripts_no_longer_allowed(lost: Sequence[Loss], *, by_nonce: bool) -> Iterator[str]:
    """Which sources of the old policies allow no scripts any more, and what does."""
    sources = list(dict.fromkeys(each.source for each in lost if each.effective in SCRIPT_DIRECTIVES))
    how = "its tag has the nonce" if by_nonce else "its hash is in the policy"
    rule = f"A script runs only if {how}, or if a script that runs adds it."
    if "" in sources:
        yield f"Check which scripts your pages need: until now, the policy allowed all of them. {rule}"
    elif sources:
        yield (
            "Check that your pages need no other scripts than those above. These sources of the old policy no longer allow "
            f"scripts: {_listed(sources)}. {rule}"
        )


_ELEMENTS = {"object-src": "object and embed elements", "base-uri": "base elements"}


def elements_no_longer_allowed(lost: Sequence[Loss], now: Sequence[Policy]) -> Iterator[str]:
    """Which elements besides scripts the policies block, because they can start scripts too."""
    for name in dict.fromkeys(each.effective for each in lost if each.effective in _ELEMENTS):
        values = [policy.in_force[name].value for policy in now if name in policy.in_force]
        if "'none'" in values or not values:
            yield f"Check that no other page needs {_ELEMENTS[name]}: the new policy blocks them ({name} 'none')."
        else:
            sources = _listed(values[0].split())
            yield f"Check other pages for {_ELEMENTS[name]}: the new policy allows only those of this page ({name} {sources})."


def eval_kept(tags: Sequence[ScriptTag]) -> str:
    """That the policy still allows eval()."""
    calls = [each for each in tags if each.calls_eval]
    known = (
        f" The inline {_scripts(calls)} on {_lines(calls)} {'uses' if len(calls) == 1 else 'use'} it." if calls else ""
    )
    return (
        "Remove 'unsafe-eval' if no script of the site uses eval() or new Function(). It stays because the policy of today "
        f"allows that.{known}"
    )


def attributes_to_rewrite(context: Context, policies: Iterable[Policy]) -> Iterator[str]:
    """The event handlers and javascript: URLs that the policies block, with their places."""
    verdicts, requests = Verdicts(context), own_requests(context)
    for policy in policies:
        for each in group(verdicts.blocked(policy, requests), context.policies.page):
            if each.remedy == "handler":
                yield f"Rewrite as addEventListener in a script, because a nonce never allows code in attributes: {_places(each)}."
            elif each.remedy == "code":
                yield f"Replace with a button and addEventListener, because a nonce never allows javascript: URLs: {_places(each)}."


def _places(found: Group) -> str:
    named = [
        f"{each.own.found.attribute} of {each.own.found.element} on line {each.own.found.place.line}, "
        f"column {each.own.found.place.column}"
        for each in found.blocked[:_MOST_NAMED]
    ]
    return "; ".join([*named, *_more(len(found.blocked))])


def untrusted(tags: Sequence[ScriptTag], *, by_nonce: bool) -> Iterator[str]:
    """Scripts that no nonce or hash of the server's helps."""
    writing = [each for each in tags if each.writes_script]
    if writing:
        yield (
            f"The inline {_scripts(writing)} on {_lines(writing)} {'writes' if len(writing) == 1 else 'write'} a script tag "
            "with document.write, which 'strict-dynamic' does not allow. Add the script with document.createElement instead."
        )
    for sender in dict.fromkeys(each.sender for each in tags):
        theirs = [each for each in tags if each.sender is sender and _is_out_of_reach(each, by_nonce=by_nonce)]
        if sender is not None and theirs:
            yield _injected(theirs, sender, by_nonce=by_nonce)


def _is_out_of_reach(tag: ScriptTag, *, by_nonce: bool) -> bool:
    """Whether the server cannot make the policy allow a sender's script: a plugin's can have a nonce, but no lasting hash."""
    if by_nonce:
        return tag.injected and not tag.nonce
    return tag.injected or tag.is_inline


def _injected(tags: Sequence[ScriptTag], sender: Sender, *, by_nonce: bool) -> str:
    """Who adds some scripts, and which setting turns that off or gives them the nonce."""
    does = "allows it by its nonce" if by_nonce else "allows it by a hash"
    nonce = f"{sender.nonce} " if by_nonce and sender.nonce else ""
    switch = sender.switch.removeprefix("Or ") if not nonce else sender.switch
    return (
        f"The {_scripts(tags)} on {_lines(tags)} {'is' if len(tags) == 1 else 'are'} added by {sender.title}, so your server cannot "
        f"make sure that the policy {does}. {nonce}{switch[0].upper()}{switch[1:]}"
    )


def _scripts(tags: Sequence[ScriptTag]) -> str:
    return "script" if len(tags) == 1 else "scripts"


def _lines(tags: Sequence[ScriptTag]) -> str:
    numbers = list(dict.fromkeys(str(each.place.line) for each in tags))
    last = [*numbers[:_MOST_NAMED], *_more(len(numbers))]
    word = "line" if len(numbers) == 1 else "lines"
    return f"{word} {', '.join(last[:-1])}{' and ' if len(last) > 1 else ''}{last[-1]}"


def _listed(sources: Sequence[str]) -> str:
    return " ".join([*map(shortened, sources[:_MOST_NAMED]), *_more(len(sources))])


def _more(count: int) -> list[str]:
    return [f"{count - _MOST_NAMED} more"] if count > _MOST_NAMED else []


def why_tag(tag: ScriptTag) -> str:
    """What a tag that needs the nonce is."""
    if tag.widget:
        return f"it is the embed of the {tag.widget}"
    if tag.preload:
        return f"it preloads the script {shortened(tag.url)}"
    return "it is an inline script" if tag.is_inline else f"it loads {shortened(tag.url)}"
