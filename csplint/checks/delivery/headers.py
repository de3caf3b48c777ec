"""Headers without effect: a policy without a directive, and headers under the names that browsers once read."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.csp.policy import Policy
from csplint.model import Edit, Severity
from csplint.page.capture import Capture

_START = "Content-Security-Policy-Report-Only: script-src 'self'; report-uri /csp-reports"
_ENFORCED = ("X-Content-Security-Policy", "X-WebKit-CSP")
_REPORTED = ("X-Content-Security-Policy-Report-Only", "X-WebKit-CSP-Report-Only")


@check(of="answer", when=("no directive",))
def empty_policy(context: Context) -> Iterator[Problem]:
    """Report that a policy was sent, but has no directive."""
    if context.sent and not context.every_policy:
        yield Problem(
            rule="empty-policy",
            message="A Content-Security-Policy was sent, but it has no directive, so it restricts nothing.",
            edits=server_edit(_START),
        )


@check(
    of="answer",
    needs=("answer",),
    rules=(
        "legacy-header",
        "feature-policy-header",
    ),
)
def old_headers(context: Context) -> Iterator[Problem]:
    """Report the former names of Content-Security-Policy and Permissions-Policy in the response; a bare policy has none."""
    if context.visits is None:
        return
    yield from _legacy(context, context.visits.first)
    if context.visits.first.header("feature-policy"):
        yield _feature_policy(context.visits.first)


@check(when=("several policies",), capped=True)
def policy_sent_twice(context: Context) -> Iterator[Problem]:
    """Report each policy that an earlier header, or the same one after a comma, sent already; once for each text."""
    first: dict[str, Policy] = {}
    for policy in context.policies.policies:
        if policy.delivery == "meta":
            continue
        same = first.setdefault(" ".join(policy.text.lower().split()), policy)
        if same is not policy:
            yield _repeated(policy, same)


def _repeated(policy: Policy, same: Policy) -> Problem:
    return Problem(
        rule="policy-sent-twice",
        message=f"Policies {same.index + 1} and {policy.index + 1} are the same: the header is sent twice.",
        policy=policy,
        directive=policy.directives[0].name,
        value=f"policy {policy.index + 1}",
        span=policy.directives[0].name_span,
        fix="Send it once. Two parts of the server set it, or the server and the application: remove one.",
        edits=(Edit(kind="remove-policy", policy=policy.index),),
    )


def _legacy(context: Context, capture: Capture) -> Iterator[Problem]:
    sent = [name for name in (*_ENFORCED, *_REPORTED) if capture.header(name)]
    if not sent:
        return
    names, is_enforced, has_policy = " and ".join(sent), sent[0] in _ENFORCED, bool(context.every_policy)
    header = "Content-Security-Policy" if is_enforced else "Content-Security-Policy-Report-Only"
    text = capture.header(sent[0])[0].decode("latin-1")
    yield Problem(
        rule="legacy-header",
        severity=_severity(has_policy=has_policy, is_enforced=is_enforced),
        message=f"Browsers no longer read {names}" + ("." if has_policy else ", so the page has no policy."),
        directive=sent[0],
        fix=f"Stop sending {names}; the page already has a policy."
        if has_policy
        else f"Send the policy as {header}, and stop sending {names}.",
        edits=server_edit(f"Remove {', '.join(sent)}." if has_policy else f"{header}: {text}"),
    )


def _severity(*, has_policy: bool, is_enforced: bool) -> Severity:
    if has_policy:
        return "info"
    return "error" if is_enforced else "warning"


def _feature_policy(capture: Capture) -> Problem:
    sends_both = bool(capture.header("permissions-policy"))
    return Problem(
        rule="feature-policy-header",
        message="Feature-Policy is the former name of Permissions-Policy, "
        + ("which is sent too." if sends_both else "and only Chromium still reads it."),
        directive="Feature-Policy",
        fix="Stop sending Feature-Policy."
        if sends_both
        else "Send Permissions-Policy instead; its syntax is different.",
        edits=server_edit("Remove Feature-Policy.")
        if sends_both
        else server_edit(
            "Permissions-Policy: camera=(), microphone=() (in Feature-Policy that was camera 'none'; microphone 'none')."
        ),
    )
