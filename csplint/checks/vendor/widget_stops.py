"""The rules about what stops a vendor's widget besides source lists; `stops.py` decides, these say what to do."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import VendorContext
from csplint.checks.delivery.page_headers import embedder_policy, integrity_policy
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.checks.trusted_types import NAMES
from csplint.checks.vendor.stops import Stop, header_stops, refused_policy, sandbox_stops, type_stops
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive


@check(when=(any_directive("sandbox"),), rules=("sandbox-blocks-widget", "sandbox-without-storage"))
def sandboxed_widget(context: VendorContext) -> Iterator[Problem]:
    """Report a sandbox that runs no script, or gives scripts no storage. Browsers ignore sandbox in a report-only policy."""
    if context.report_only:
        return
    for stop in sandbox_stops(context):
        if stop.directive is not None and (stop.state == "broken" or _runs_scripts(stop.directive)):
            yield _sandbox(context, stop, stop.directive)


def _runs_scripts(directive: Directive) -> bool:
    return "allow-scripts" in directive.value.lower().split()


def _sandbox(context: VendorContext, stop: Stop, directive: Directive) -> Problem:
    policy, title = stop.policy, context.pack.pack.title
    words = directive.value.lower().split()
    flags = [each for each in ("allow-scripts", "allow-same-origin") if each not in words]
    is_fatal = stop.state == "broken"
    return Problem(
        rule=stop.rule,
        message=f"sandbox has no allow-scripts, so browsers run no script on the page and the {title} cannot load."
        if is_fatal
        else f"sandbox has no allow-same-origin, so scripts get no cookies and no storage, and the {title} may fail.",
        cause=""
        if is_fatal
        else "Reading or writing cookies, localStorage or IndexedDB throws an error in every script.",
        policy=policy,
        directive="sandbox",
        value=flags[0],
        span=directive.span,
        brief="runs no script: no allow-scripts" if is_fatal else "gives no storage: no allow-same-origin",
        fix=stop.step,
        safety="unsafe",
        # where the page shows no embed, the sandbox may be meant
        edits=policy_edits(policy, with_flags(directive, flags)) if policy and context.embeds else (),
    )


def with_flags(directive: Directive, flags: list[str]) -> tuple[Replacement, ...]:
    """Add flags to a sandbox directive, which allows more and blocks nothing."""
    end = directive.span.end
    return (Replacement(end, end, "".join(f" {flag}" for flag in flags)),)


@check(when=(any_directive("require-trusted-types-for"),), rules=("trusted-types-block-widget",))
def typed_widget(context: VendorContext) -> Iterator[Problem]:
    """Report Trusted Types that stop the page's embed, or may stop the widget's scripts."""
    for stop in type_stops(context):
        directive, title = stop.directive, context.pack.pack.title
        if directive is None:
            continue
        refused = refused_policy(context)
        yield Problem(
            rule=stop.rule,
            severity=None if stop.embed else "warning",
            message=f"The {title} {'does not' if stop.embed else 'may not'} load: {stop.why}.",
            cause=f"{NAMES} {refused[1].value} also keeps scripts from creating a default policy."
            if refused
            else "Without a default policy, browsers throw a TypeError where a script assigns a plain string.",
            policy=stop.policy,
            directive=stop.name,
            value="'script'",
            span=directive.span,
            place=stop.embed.script.place if stop.embed else None,
            brief="stops the embed: it assigns a plain string" if stop.embed else "may stop the widget's scripts",
            fix=stop.step,
        )


@check(
    of="answer",
    needs=("headers",),
    rules=("embedder-policy-may-block-widget", "integrity-policy-blocks-widget"),
)
def widget_headers(context: VendorContext) -> Iterator[Problem]:
    """Report response headers that stop the widget's files, or may."""
    if context.report_only:
        return
    for stop in header_stops(context):
        title, place = context.pack.pack.title, stop.embed.script.place if stop.embed else None
        message = f"The {title} {'does not' if stop.state == 'broken' else 'may not'} load: {stop.why}."
        if stop.rule == "embedder-policy-may-block-widget":
            yield Problem(
                rule=stop.rule,
                message=message,
                directive=stop.name,
                value=embedder_policy(context).text,
                brief="may block the widget's files",
                edits=server_edit(f"{stop.name}: credentialless"),
            )
        else:
            yield Problem(
                rule=stop.rule,
                severity=None if stop.state == "broken" else "warning",
                message=message,
                directive=stop.name,
                value=integrity_policy(context).text,
                place=place,
                brief=f"{'blocks' if stop.state == 'broken' else 'may block'} the widget's scripts: no integrity",
                edits=server_edit(f"Send the header as {stop.name}-Report-Only."),
            )
