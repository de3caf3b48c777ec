"""What belongs to another header and stands in this one: its name, one of its values, a feature of Permissions-Policy."""

from __future__ import annotations

import re

from csplint.csp.policy import Directive

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
"""Names that are no headers' without the colon after them."""

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
"""Words that are the whole value of a header, and whose."""

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
"""Permissions Policy's list of features, and those that browsers have had (https://github.com/w3c/webappsec-permissions-policy)."""

_FEATURE = re.compile(r"([a-z-]+):?(=.*)?", re.IGNORECASE | re.DOTALL)


def named_header(directive: Directive) -> str:
    """The header whose name stands where a directive's belongs, as written; "" for anything else."""
    bare = directive.written.removesuffix(":")
    names = _HEADERS if bare == directive.written else _HEADERS | _SHORT_HEADERS
    return bare if bare.lower() in names else ""


def header_of_value(directive: Directive) -> str:
    """The header whose value stands there, alone."""
    return "" if directive.value else _VALUES.get(directive.name, "")


def is_feature(directive: Directive) -> bool:
    """Whether a feature of Permissions-Policy stands where a directive's name belongs: `camera 'none'`, `camera=()`."""
    found = _FEATURE.fullmatch(directive.written)
    return found is not None and found[1].lower() in _FEATURES


def permission(directive: Directive) -> str:
    """A feature as Permissions-Policy has it, whatever it was written like."""
    found = _FEATURE.fullmatch(directive.written)
    name, value = (found[1].lower(), found[2]) if found else (directive.name, None)
    if value:
        return f"{name}{value}{' ' if directive.value else ''}{directive.value}"
    words = [word.strip("'\"") for word in directive.value.split()]
    if "*" in words:
        return f"{name}=*"
    allowed = [word if word in {"self", "src"} else f'"{word}"' for word in words if word.lower() != "none"]
    return f"{name}=({' '.join(allowed)})"
