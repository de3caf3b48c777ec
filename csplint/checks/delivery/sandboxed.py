"""
A sandbox directive against what the page holds: scripts, storage, forms, new windows, downloads.

Seen in Chromium 156 and Firefox 153. Without allow-scripts no script runs; without allow-same-origin the page has an origin
of its own: cookies and storage throw an error, its own modules and fonts need CORS, while 'self' in the policy still means
the page's address. Neither browser reports any of this as a violation.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.own_page.requests import own_requests
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.script_text import DIALOG, OPENS_WINDOW, page_code, searched
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy
from csplint.page.document import Document, Place

_HARMLESS = frozenset({"allow-forms", "allow-popups", "allow-downloads", "allow-modals"})
_CODE = frozenset({"script", "inline-script", "event-handler", "javascript-url"})


@check(
    of="answer",
    when=(any_directive("sandbox"),),
    needs=("page",),
    only_if="page",
    rules=(
        "sandbox-blocks-scripts",
        "sandbox-opaque-origin",
        "sandbox-blocks-forms",
        "sandbox-blocks-popups",
        "sandbox-blocks-downloads",
        "sandbox-blocks-dialogs",
    ),
)
def sandboxed_page(context: Context) -> Iterator[Problem]:
    """Report what a sandbox keeps the page from doing, policy by policy."""
    document = context.document
    if document is None:
        return
    for policy in context.policies.policies:
        if directive := policy.in_force.get("sandbox"):
            words = frozenset(directive.value.lower().split())
            for blocked in _blocked(context, document, words):
                yield _problem(policy, directive, blocked)


class _Blocked(Struct, frozen=True):
    """A rule, the flag that is missing, the message, and the first place that it is about."""

    rule: str
    flag: str
    message: str
    place: Place


def _blocked(context: Context, document: Document, words: frozenset[str]) -> Iterator[_Blocked]:
    code = [own.found for own in own_requests(context) if own.found.request.kind in _CODE]
    if "allow-scripts" not in words and code:
        what = _counted(len(code), "script or event handler", "scripts and event handlers")
        message = f"sandbox has no allow-scripts, so browsers run none of the page's {what}."
        yield _Blocked("sandbox-blocks-scripts", "allow-scripts", message, code[0].place)
    if "allow-same-origin" not in words and "allow-scripts" in words and (code or context.every_embed):
        message = "sandbox has no allow-same-origin: scripts get no cookies and no storage, and the page's own address"
        message += f" counts as another site{_needing_cors(document)}."
        place = code[0].place if code else context.every_embed[0].script.place
        yield _Blocked("sandbox-opaque-origin", "allow-same-origin", message, place)
    forms = [each.place for each in document.requests if each.request.kind == "form" and each.attribute == "action"]
    if "allow-forms" not in words and forms:
        message = (
            f"sandbox has no allow-forms, so browsers do not send the page's {_counted(len(forms), 'form', 'forms')}."
        )
        yield _Blocked("sandbox-blocks-forms", "allow-forms", message, forms[0])
    yield from _by_links(document, words)
    if "allow-scripts" in words:
        yield from _by_scripts(context, document, words)


def _by_links(document: Document, words: frozenset[str]) -> Iterator[_Blocked]:
    windows = [each.place for each in document.links if each.opens == "window"]
    if "allow-popups" not in words and windows:
        message = f"sandbox has no allow-popups, so {_links(len(windows))} to a new window or tab {_do(len(windows))} nothing."
        yield _Blocked("sandbox-blocks-popups", "allow-popups", message, windows[0])
    files = [each.place for each in document.links if each.opens == "download"]
    if "allow-downloads" not in words and files:
        message = f"sandbox has no allow-downloads, so browsers do not save the files of {_links(len(files))}."
        yield _Blocked("sandbox-blocks-downloads", "allow-downloads", message, files[0])


def _by_scripts(context: Context, document: Document, words: frozenset[str]) -> Iterator[_Blocked]:
    """What the text of the page's scripts may do; without allow-scripts they do nothing."""
    code = page_code(context)
    opens = searched(code, OPENS_WINDOW) if "allow-popups" not in words else None
    if opens and not any(each.opens == "window" for each in document.links):
        message = f"sandbox has no allow-popups, and the script at line {opens.place.line} may open a window."
        yield _Blocked("sandbox-blocks-popups", "allow-popups", message, opens.place)
    asks = searched(code, DIALOG) if "allow-modals" not in words else None
    if asks and (found := DIALOG.search(asks.request.content)):
        name = found[1] or found[2]
        message = f"sandbox has no allow-modals, and the script at line {asks.place.line} calls {name}(), which then shows nothing."
        yield _Blocked("sandbox-blocks-dialogs", "allow-modals", message, asks.place)


def _needing_cors(document: Document) -> str:
    """What of the page needs Access-Control-Allow-Origin because of it."""
    own = document.url.split("/")[:3]
    modules = [each for each in document.scripts if each.kind == "module" and each.url.split("/")[:3] == own]
    fonts = [
        each for each in document.requests if each.request.kind == "font" and each.request.url.split("/")[:3] == own
    ]
    named = [name for name, found in (("module scripts", modules), ("fonts", fonts)) if found]
    return f", so its own {' and '.join(named)} do not load without Access-Control-Allow-Origin" if named else ""


def _counted(number: int, one: str, several: str) -> str:
    return one if number == 1 else f"{number} {several}"


def _links(number: int) -> str:
    return "the page's link" if number == 1 else f"{number} of the page's links"


def _do(number: int) -> str:
    return "does" if number == 1 else "do"


def _problem(policy: Policy, directive: Directive, blocked: _Blocked) -> Problem:
    end = directive.span.end
    # what lets code run is never offered to copy: the sandbox may be there because others wrote the page
    edits = policy_edits(policy, (Replacement(end, end, f" {blocked.flag}"),)) if blocked.flag in _HARMLESS else ()
    return Problem(
        rule=blocked.rule,
        message=blocked.message,
        policy=policy,
        directive="sandbox",
        value=blocked.flag,
        span=directive.span,
        place=blocked.place,
        brief=f"{blocked.flag} is missing",
        fix=f"Add {blocked.flag} to sandbox, or remove sandbox.",
        safety="unsafe",
        edits=edits,
    )
