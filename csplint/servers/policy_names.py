"""The response headers that carry policies, and the paths under which there are pages."""

from __future__ import annotations

import re

CSP = frozenset({"content-security-policy", "content-security-policy-report-only"})
"""Lower-case names of the headers that carry a Content-Security-Policy."""

POLICIES = CSP | {"permissions-policy", "reporting-endpoints"}
"""And of those that a policy is of no use without, or that are lost in the same ways."""

DELIVERY = CSP | {
    *("reporting-endpoints", "report-to", "permissions-policy", "x-frame-options", "referrer-policy"),
    *("content-security-policy-report-uri", "x-content-security-policy", "x-webkit-csp"),
    *("cross-origin-opener-policy", "cross-origin-embedder-policy", "cross-origin-resource-policy"),
}
"""And of all that decide about a page's policies: parts of a site that differ in others only are one part."""

_ASSET = re.compile(
    r"\.(?:avif|bmp|css|eot|gif|ico|jpe?g|js|json|map|mjs|mp[34]|ogg|otf|pdf|png|svg|ttf|txt|wasm|web[mp]|woff2?|xml|zip|gz)\b"
    r"|\b(?:css|js|png|jpe?g|gif|ico|svg|woff2?|ttf|webp)\b(?=[|)])",
    re.IGNORECASE,
)
_PAGES = re.compile(r"html?\b|php|aspx?\b", re.IGNORECASE)
_API = re.compile(r"^(?:=|\^~)?\s*/(?:api|graphql|ws|socket\.io|healthz?|metrics)(?:/|$)")


def is_csp(name: str) -> bool:
    """Whether a header of this name carries a Content-Security-Policy."""
    return name.lower() in CSP


def is_for_pages(pattern: str) -> bool:
    """Whether pages can be expected under a path, glob or regular expression: not under one for images, scripts or an API."""
    if _PAGES.search(pattern):
        return True
    return not (_ASSET.search(pattern) or _API.search(pattern))
