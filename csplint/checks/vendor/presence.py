"""Is there any policy, and is the report-only one ready to enforce?"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import VendorContext
from csplint.checks.delivery.headers import START, nginx_hint
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.csp.policy import Policy
from csplint.packs.pack import Pack

_NONE = "The page has no Content-Security-Policy"
_EMPTY = "The page's Content-Security-Policy has no directive"


@check(
    of="answer",
    rules=(
        "no-policy",
        "report-only-not-ready",
        "report-only-ready",
    ),
)
def presence(context: VendorContext) -> Iterator[Problem]:
    """Report a page without any policy; a file without response headers does not show whether there is one."""
    headers_unknown = context.visits is not None and context.visits.first.missing == "headers"
    if not context.every_policy and not headers_unknown:
        yield Problem(
            rule="no-policy",
            message=(_EMPTY if context.sent else _NONE)
            + ": nothing is blocked, and nothing protects the page."
            + nginx_hint(context),
            edits=server_edit(START),
        )


def readiness(policies: tuple[Policy, ...], pack: Pack, *, breaks: int) -> Problem:
    """Whether the report-only policies could be enforced; `breaks` counts what of the pack's widget would break."""
    if breaks:
        return Problem(
            rule="report-only-not-ready",
            message=f"Nothing is blocked yet. If you enforce the report-only policy as it is, it breaks {breaks} "
            f"thing{'s' if breaks > 1 else ''} that {pack.pack.title} needs.",
            policy=policies[0],
        )
    return Problem(
        rule="report-only-ready",
        message=f"Nothing is blocked yet, and the report-only policy would let {pack.pack.title} work if you enforced it.",
        policy=policies[0],
    )
