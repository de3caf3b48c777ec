"""
X-Frame-Options against frame-ancestors (HTML #the-x-frame-options-header), each point seen in Chromium 156 and Firefox 153.

An enforced frame-ancestors in a header wins, whatever X-Frame-Options says. Otherwise DENY and SAMEORIGIN count; any other
value alone is ignored, and different values, one of which is known, block every frame.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.checks.wording import shown
from csplint.csp.policy import Policy
from csplint.csp.request import Request

HEADER = "X-Frame-Options"
_KNOWN = frozenset({"deny", "sameorigin"})
_ALLOW_FROM = "allow-from"


@check(
    of="answer",
    needs=("headers",),
    rules=("frame-options-ignored", "frame-options-conflict", "frame-options-overridden"),
)
def frame_options(context: Context) -> Iterator[Problem]:
    """Report an X-Frame-Options that browsers ignore, that contradicts itself, or that frame-ancestors contradicts."""
    sent = context.visits.first.header(HEADER) if context.visits else ()
    text = b", ".join(sent).decode("latin-1").strip(" \t")
    values = {value.strip(" \t").lower() for value in text.split(",")} if text else set()
    ancestors = [each for each in context.policies.policies if "frame-ancestors" in each.in_force]
    if not values:
        return
    if len(values) > 1 and (values & _KNOWN or "allowall" in values):
        if not ancestors:
            yield _problem(
                "frame-options-conflict",
                text,
                f"{HEADER} has different values ({shown(text)}), so no site may show the page in a frame, not even its own.",
                f"Send {HEADER} once, with one value.",
                "different values block every frame",
            )
    elif not values & _KNOWN:
        yield _ignored(context, text, has_ancestors=bool(ancestors))
    elif ancestors and (differs := _difference(context, ancestors, values)):
        fix = f"Remove {HEADER}, or let both say the same."
        yield _problem("frame-options-overridden", text, differs, fix, "frame-ancestors decides, and differs")


def _ignored(context: Context, text: str, *, has_ancestors: bool) -> Problem:
    is_old = text.lower().startswith(_ALLOW_FROM)
    host = text[len(_ALLOW_FROM) :].strip().split("/")
    origin = "/".join(host[:3]) if is_old and len(host) > 2 else "'self'"  # noqa: PLR2004 - scheme, nothing, host
    why = "ALLOW-FROM is obsolete" if is_old else "the value is not DENY or SAMEORIGIN"
    wanted = f"frame-ancestors {shown(origin)}"
    headers = any(each.delivery == "header" for each in context.policies.policies)
    send = f"Add {wanted} to the policy." if headers else f"Send Content-Security-Policy: {wanted} instead."
    return Problem(
        rule="frame-options-ignored",
        severity="info" if has_ancestors else None,
        message=f"Browsers ignore {HEADER}: {shown(text)}, because {why}"
        + (". frame-ancestors decides." if has_ancestors else ", so any site may show the page in a frame."),
        directive=HEADER,
        value=shown(text),
        brief=f"browsers ignore {shown(text.split(maxsplit=1)[0] if is_old else text)}",
        fix=f"Remove {HEADER}; frame-ancestors replaces it." if has_ancestors else send,
        edits=server_edit(f"Remove {HEADER}." if has_ancestors else send),
    )


def _difference(context: Context, ancestors: list[Policy], values: set[str]) -> str:
    """How frame-ancestors and X-Frame-Options differ; "" where they say the same, or only frame-ancestors is stricter."""
    page = context.policies.page
    own = not context.policies.decide(Request("frame-ancestors", f"{page.origin}/")).blocked
    texts = [each.in_force["frame-ancestors"].value.lower().strip() for each in ancestors]
    others = not any(text in {"", "'none'", "'self'", page.origin} for text in texts)
    named = shown(f"frame-ancestors {ancestors[0].in_force['frame-ancestors'].value}".strip())
    if values == {"deny"} and (own or others):
        return f"{HEADER} forbids every frame, and {named} does not; browsers follow frame-ancestors."
    if values == {"sameorigin"} and others:
        return (
            f"{HEADER} allows only the page's own site, and {named} other sites too; browsers follow frame-ancestors."
        )
    if values == {"sameorigin"} and not own:
        return f"{HEADER} allows the page's own site, and {named} does not; browsers follow frame-ancestors."
    return ""


def _problem(rule: str, text: str, message: str, fix: str, brief: str) -> Problem:
    edits = server_edit(fix)
    return Problem(rule=rule, message=message, directive=HEADER, value=shown(text), brief=brief, fix=fix, edits=edits)
