"""What belongs to another header: its name, one of its values, or a feature of Permissions-Policy; and empty templates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from csplint.checks.problem import Problem, at_name, policy_edits
from csplint.checks.syntax.cut_off import Reading
from csplint.checks.syntax.token import EMPTY_VALUES, OBJECT, is_template
from csplint.checks.wording import in_words, shown
from csplint.csp.edit import without_directive, without_directives
from csplint.csp.policy import Directive, Policy
from csplint.model import Edit

PERMISSIONS = "Permissions-Policy"

_HEADERS = frozenset(
    {
        *(
            "accept-ch",
            "access-control-allow-credentials",
            "access-control-allow-headers",
            "access-control-allow-methods",
        ),
        *("access-control-allow-origin", "access-control-expose-headers", "access-control-max-age", "cache-control"),
        *("clear-site-data", "content-disposition", "content-language", "content-type", "cross-origin-embedder-policy"),
        *(
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "document-policy",
            "expect-ct",
            "feature-policy",
        ),
        *("integrity-policy", "origin-agent-cluster", "permissions-policy", "public-key-pins", "referrer-policy"),
        *("reporting-endpoints", "server-timing", "service-worker-allowed", "set-cookie", "strict-transport-security"),
        *("timing-allow-origin", "x-content-type-options", "x-dns-prefetch-control", "x-download-options"),
        *("x-frame-options", "x-permitted-cross-domain-policies", "x-powered-by", "x-robots-tag", "x-ua-compatible"),
        "x-xss-protection",
    }
)
_SHORT_HEADERS = frozenset({"age", "date", "etag", "expires", "link", "location", "nel", "pragma", "server", "vary"})
"""Headers whose names are only recognised with the colon after them."""

_VALUES = {
    "deny": "X-Frame-Options",
    "includesubdomains": "Strict-Transport-Security",
    "no-referrer": "Referrer-Policy",
    "no-referrer-when-downgrade": "Referrer-Policy",
    "nosniff": "X-Content-Type-Options",
    "origin-when-cross-origin": "Referrer-Policy",
    "same-origin": "Referrer-Policy",
    "sameorigin": "X-Frame-Options",
    "strict-origin": "Referrer-Policy",
    "strict-origin-when-cross-origin": "Referrer-Policy",
    "unsafe-url": "Referrer-Policy",
}
"""Words that are the whole value of a header, with its name."""

_FEATURES = frozenset(
    {
        *("accelerometer", "ambient-light-sensor", "attribution-reporting", "autoplay", "battery", "bluetooth"),
        *(
            "browsing-topics",
            "camera",
            "clipboard-read",
            "clipboard-write",
            "compute-pressure",
            "cross-origin-isolated",
        ),
        *("display-capture", "document-domain", "encrypted-media", "execution-while-not-rendered"),
        *("execution-while-out-of-viewport", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid"),
        *("identity-credentials-get", "idle-detection", "interest-cohort", "join-ad-interest-group", "keyboard-map"),
        *(
            "local-fonts",
            "magnetometer",
            "microphone",
            "midi",
            "navigation-override",
            "notifications",
            "otp-credentials",
        ),
        *(
            "payment",
            "picture-in-picture",
            "publickey-credentials-create",
            "publickey-credentials-get",
            "run-ad-auction",
        ),
        *(
            "screen-wake-lock",
            "serial",
            "shared-storage",
            "speaker",
            "speaker-selection",
            "storage-access",
            "sync-script",
        ),
        *("sync-xhr", "unload", "unsized-media", "usb", "vibrate", "wake-lock", "web-share", "window-management"),
        *("window-placement", "xr-spatial-tracking"),
    }
)
"""Permissions Policy's list of features, and features that browsers had before (https://github.com/w3c/webappsec-permissions-policy)."""

_FEATURE = re.compile(r"([a-z-]+):?(=.*)?", re.IGNORECASE | re.DOTALL)


def named_header(directive: Directive) -> str:
    """The header whose name is in place of a directive's, as written; "" for any other name."""
    bare = directive.written.removesuffix(":")
    names = _HEADERS if bare == directive.written else _HEADERS | _SHORT_HEADERS
    return bare if bare.lower() in names else ""


def header_of_value(directive: Directive) -> str:
    """The header that has this word, without a value, as its own value; "" for any other word."""
    return "" if directive.value else _VALUES.get(directive.name, "")


def is_feature(directive: Directive) -> bool:
    """Whether a feature of Permissions-Policy is in place of a directive's name: `camera 'none'`, `camera=()`."""
    found = _FEATURE.fullmatch(directive.written)
    return found is not None and found[1].lower() in _FEATURES


def permission(directive: Directive) -> str:
    """A feature as Permissions-Policy writes it, however it is written here."""
    found = _FEATURE.fullmatch(directive.written)
    name, value = (found[1].lower(), found[2]) if found else (directive.name, None)
    if value:
        return f"{name}{value}{' ' if directive.value else ''}{directive.value}"
    words = [word.strip("'\"") for word in directive.value.split()]
    if "*" in words:
        return f"{name}=*"
    allowed = [word if word in {"self", "src"} else f'"{word}"' for word in words if word.lower() != "none"]
    return f"{name}=({' '.join(allowed)})"


def not_filled_in(directive: Directive) -> Reading | None:
    """A template that nothing filled in, or what a program writes without a value."""
    if is_template(directive.written):
        return Reading("It is a template that nothing filled in.", "Fill it in where the policy is made.")
    empty = directive.name in {*EMPTY_VALUES, OBJECT} or directive.written == "None"
    if empty and directive.value in {"", "Object]"}:
        cause = "It is what a program writes for a value that is missing or not a text."
        return Reading(cause, "Correct it where the policy is made.")
    return None


def was_never_directive(directive: Directive) -> bool:
    """Whether it is a template or belongs to another header, so that it is neither a misspelt name nor part of a list."""
    other = named_header(directive) or header_of_value(directive) or is_feature(directive)
    return bool(other or not_filled_in(directive))


def of_another_header(policy: Policy, directive: Directive) -> Reading | None:
    """Another header's name with its value, or one of its values by itself."""
    if header := named_header(directive):
        cause = f"{header} is a header of its own; in a policy it has no effect."
        line = f"{header}: {directive.value}" if directive.value else header
    elif header := header_of_value(directive):
        cause = f"It is a value of another header, {header}; in a policy it has no effect."
        line = f"{header}: {directive.written}"
    else:
        return None
    edits = without_directive(policy, directive)
    return Reading(cause, f"Remove it, and send it as a header: {shown(line)}", "warning", edits)


def features(found: Sequence[tuple[Policy, Directive]], *, nothing_else: bool) -> Problem:
    """All features of Permissions-Policy in the policies as one problem. nothing_else: no directive is in force."""
    policy, first = found[0]
    names = in_words(directive.written for _, directive in found)
    line = ", ".join(permission(directive) for _, directive in found)
    one = len(found) == 1
    return Problem(
        rule="unknown-directive",
        severity="warning",
        message=f"{names} {'is not a known directive' if one else 'are not known directives'}; browsers ignore {'it' if one else 'them'}.",
        cause=f"{PERMISSIONS} is a header of its own, with features of its own; in a policy they have no effect.",
        **at_name(policy, first),
        fix=f"Remove {'it' if one else 'them'}, and send {PERMISSIONS}: {shown(line)}",
        safety="unsafe",
        edits=() if nothing_else else _without_features(found),
    )


def _without_features(found: Sequence[tuple[Policy, Directive]]) -> tuple[Edit, ...]:
    policies = {policy.index: policy for policy, _ in found}
    edits: list[Edit] = []
    for index, policy in policies.items():
        edits += policy_edits(policy, without_directives(policy, [each for at, each in found if at.index == index]))
    return tuple(edits)
