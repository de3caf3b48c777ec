"""
What stops a vendor's widget besides source lists: sandbox, Trusted Types, Cross-Origin-Embedder-Policy, Integrity-Policy.

The verdict, the needs table and the rules all read it here, so they cannot disagree. "broken": no browser that reads the
directive or header loads the widget. "unknown": something that csplint cannot see decides, and the reason names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from csplint.checks.context import VendorContext
from csplint.checks.trusted_types import NAMES, REQUIRE, default_policy, refusing, requiring
from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Kind
from csplint.csp.url import parse_url

if TYPE_CHECKING:
    from csplint.checks.vendor.embeds import FoundEmbed

EMBEDDER = "Cross-Origin-Embedder-Policy"
INTEGRITY = "Integrity-Policy"

StopState = Literal["broken", "unknown"]


class Stop(Struct, frozen=True):
    """
    One thing that stops a widget, or may.

    rule: the problem that reports it. why: the reason, to follow "does not load:" or "is unknown:". name: of the directive
    or header. step: what to do. policy, directive: None for a header. embed: the embed that it is about, None for any.
    """

    rule: str
    state: StopState
    why: str
    name: str
    step: str
    policy: Policy | None = None
    directive: Directive | None = None
    embed: FoundEmbed | None = None


def stops(context: VendorContext) -> tuple[Stop, ...]:
    """Everything that stops the widget or may stop it; what surely stops it first."""
    found = (*sandbox_stops(context), *type_stops(context), *header_stops(context))
    return tuple(sorted(found, key=lambda stop: stop.state != "broken"))


def sandbox_stops(context: VendorContext) -> Iterator[Stop]:
    """A sandbox without allow-scripts runs no script; one without allow-same-origin makes storage and cookies fail."""
    for policy in context.policies.policies:
        directive = policy.in_force.get("sandbox")
        words = directive.value.lower().split() if directive else ()
        if directive is None:
            continue
        if "allow-scripts" not in words:
            why = "no script runs, because the policy's sandbox has no allow-scripts"
            missing = [each for each in ("allow-scripts", "allow-same-origin") if each not in words]
            step = f"Add {' and '.join(missing)} to the policy's sandbox directive, or remove the directive."
            yield Stop("sandbox-blocks-widget", "broken", why, "sandbox", step, policy, directive)
        if "allow-same-origin" not in words:
            why = "the policy's sandbox has no allow-same-origin, so the widget gets no cookies and no storage"
            step = "Add allow-same-origin to the policy's sandbox directive, or remove the directive."
            yield Stop("sandbox-without-storage", "unknown", why, "sandbox", step, policy, directive)


def type_stops(context: VendorContext) -> Iterator[Stop]:
    """Trusted Types, per embed; where the page shows none, the vendor's scripts may assign plain strings."""
    for policy, directive in requiring(context.policies):
        listed = f", and add default to {NAMES}" if refusing(context.policies, "default") else ""
        step = (
            f"Create a Trusted Types policy named default before the embed{listed}; or send {REQUIRE} as report-only."
        )
        for embed in [each for each in context.embeds if each.script.order > policy.order]:
            refused = _refused_assignment(context, embed)
            if refused:
                why = f"the policy requires Trusted Types, and the embed sets {refused} to a plain string"
                yield Stop("trusted-types-block-widget", "broken", why, REQUIRE, step, policy, directive, embed)
                return
        if not context.embeds or any(each.script.order > policy.order for each in context.embeds):
            why = "the policy requires Trusted Types, and the widget's scripts may assign plain strings"
            yield Stop("trusted-types-block-widget", "unknown", why, REQUIRE, step, policy, directive)
            return


def _refused_assignment(context: VendorContext, embed: FoundEmbed) -> str:
    """What the embed's own text sets to a plain string where no default policy can exist; "" if that is not certain."""
    from csplint.checks.script_text import sinks  # noqa: PLC0415 - compiles its expressions, for embeds only

    text = embed.script.text if embed.is_inline else ""
    found = sinks(text)
    policies = context.in_force_at(embed.script.order)
    if not found or default_policy(context, policies, embed.script).is_possible:
        return ""
    return found[0]


def header_stops(context: VendorContext) -> Iterator[Stop]:
    """The response headers; a bare policy has none."""
    if context.visits is None:
        return
    from csplint.checks.delivery.page_headers import embedder_policy, integrity_policy  # noqa: PLC0415 - for answers only

    if embedder_policy(context).value == "require-corp" and _is_elsewhere(context):
        why = f"{EMBEDDER}: require-corp blocks files whose server does not opt in, and csplint cannot see whether it does"
        step = f"Send {EMBEDDER}: credentialless, or stop sending the header with pages that have the widget."
        yield Stop("embedder-policy-may-block-widget", "unknown", why, EMBEDDER, step)
    if context.policies.browser.reads_integrity_policy and integrity_policy(context).blocks_scripts:
        yield from _integrity_stops(context)


def _is_elsewhere(context: VendorContext) -> bool:
    """Whether the widget's scripts come from another origin than the page."""
    return any(origin != context.policies.page.origin for origin in context.vendor.cdn)


def _integrity_stops(context: VendorContext) -> Iterator[Stop]:
    from csplint.checks.delivery.page_headers import is_guaranteed  # noqa: PLC0415

    why = f"{INTEGRITY} blocks scripts without integrity, and "
    for embed in context.embeds:
        if not embed.is_inline and not is_guaranteed(embed.script):
            lacks = "has no valid integrity" if not embed.script.integrity else "has no crossorigin"
            yield Stop(_NO_INTEGRITY, "broken", f"{why}the embed's tag {lacks}", INTEGRITY, _TRY, embed=embed)
            return
        if embed.is_inline and "integrity" not in embed.script.text:
            yield Stop(
                _NO_INTEGRITY, "broken", f"{why}the embed adds its script without it", INTEGRITY, _TRY, embed=embed
            )
            return
    yield Stop(_NO_INTEGRITY, "unknown", f"{why}the widget's scripts may add others without it", INTEGRITY, _TRY)


_TRY = f"Send {INTEGRITY}-Report-Only instead of {INTEGRITY}."
_NO_INTEGRITY = "integrity-policy-blocks-widget"

_WITHOUT_CORS: frozenset[Kind] = frozenset({"script", "dynamic-script", "style", "img", "media", "object"})


def decided_by_header(context: VendorContext, sources: tuple[str, ...], kinds: tuple[Kind, ...]) -> str:
    """
    Why no policy decides whether files of these sources load; "" if policies do.

    Files that are requested without CORS need a Cross-Origin-Resource-Policy of their server under require-corp, and
    documents of other hosts need their own Cross-Origin-Embedder-Policy under either value (seen in both browsers).
    """
    if context.visits is None:
        return ""
    from csplint.checks.delivery.page_headers import embedder_policy  # noqa: PLC0415 - for answers only

    value = embedder_policy(context).value
    if not value or not any(_is_other(context, source) for source in sources):
        return ""
    if value == "require-corp" and not _WITHOUT_CORS.isdisjoint(kinds):
        return f"{EMBEDDER}: require-corp: depends on the Cross-Origin-Resource-Policy that the files' server sends"
    if "frame" in kinds:
        return f"{EMBEDDER}: {value}: depends on the {EMBEDDER} that the frame's server sends"
    return ""


def _is_other(context: VendorContext, source: str) -> bool:
    """Whether a source expression names another origin than the page's; a keyword, data: or blob: names none."""
    if source.startswith("'") or "//" not in source:
        return False
    url = parse_url(source.replace("*.", "any."))
    return url is None or url.origin != context.policies.page.origin


def refused_policy(context: VendorContext) -> tuple[Policy, Directive] | None:
    """The trusted-types list that keeps the page from creating a default policy."""
    return refusing(context.policies, "default")
