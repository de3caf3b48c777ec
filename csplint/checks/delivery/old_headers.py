"""Headers of bygone names: the first drafts' Content-Security-Policy, and Feature-Policy."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.model import Severity
from csplint.page.capture import Capture

_ENFORCED = ("X-Content-Security-Policy", "X-WebKit-CSP")
_REPORTED = ("X-Content-Security-Policy-Report-Only", "X-WebKit-CSP-Report-Only")


@check(
    of="answer",
    needs=("answer",),
    rules=(
        "legacy-header",
        "feature-policy-header",
    ),
)
def old_headers(context: Context) -> Iterator[Problem]:
    """Look at the answer's headers; a bare policy has none."""
    if context.visits is None:
        return
    yield from _legacy(context, context.visits.first)
    if context.visits.first.header("feature-policy"):
        yield _feature_policy(context.visits.first)


def _legacy(context: Context, capture: Capture) -> Iterator[Problem]:
    sent = [name for name in (*_ENFORCED, *_REPORTED) if capture.header(name)]
    if not sent:
        return
    real = "Content-Security-Policy" if sent[0] in _ENFORCED else "Content-Security-Policy-Report-Only"
    alone = not context.every_policy
    yield Problem(
        rule="legacy-header",
        severity=_severity(alone=alone, enforced=sent[0] in _ENFORCED),
        message=f"{' and '.join(sent)} {'are names' if len(sent) > 1 else 'is a name'} that browsers no longer read"
        + (": the page has no policy." if alone else "."),
        directive=sent[0],
        fix=f"Send the policy as {real}, and stop sending {' and '.join(sent)}."
        if alone
        else f"Stop sending {' and '.join(sent)}; the standard header is there.",
        edits=server_edit(f"{real}: {_text(capture, sent[0])}" if alone else f"Remove {', '.join(sent)}."),
    )


def _severity(*, alone: bool, enforced: bool) -> Severity:
    if not alone:
        return "info"
    return "error" if enforced else "warning"


def _text(capture: Capture, name: str) -> str:
    return capture.header(name)[0].decode("latin-1")


def _feature_policy(capture: Capture) -> Problem:
    beside = bool(capture.header("permissions-policy"))
    return Problem(
        rule="feature-policy-header",
        message="Feature-Policy is the former name of Permissions-Policy"
        + (", which is sent too." if beside else ": only Chromium still reads it."),
        directive="Feature-Policy",
        fix="Stop sending Feature-Policy." if beside else "Send Permissions-Policy instead; its syntax is another one.",
        edits=server_edit("Remove Feature-Policy.")
        if beside
        else server_edit(
            "Permissions-Policy: camera=(), microphone=() (for what Feature-Policy wrote as camera 'none')."
        ),
    )
