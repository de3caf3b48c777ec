"""Which server, framework or builder a page comes from, so that a fix can name what its owner uses."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.page.capture import Capture
from csplint.page.document import Document


class Mark(Struct, frozen=True):
    """
    One sign of a platform.

    header: a header's name, "" for a mark in the HTML. value: an expression the header's value, or the HTML, matches.
    """

    platform: str
    header: str
    value: str


MARKS = (
    Mark("Cloudflare", "server", r"^cloudflare"),
    Mark("Cloudflare", "cf-ray", r""),
    Mark("CloudFront", "via", r"cloudfront"),
    Mark("CloudFront", "x-amz-cf-id", r""),
    Mark("Netlify", "server", r"^netlify"),
    Mark("Netlify", "x-nf-request-id", r""),
    Mark("Vercel", "server", r"^vercel"),
    Mark("Vercel", "x-vercel-id", r""),
    Mark("nginx", "server", r"^nginx|^openresty"),
    Mark("Apache", "server", r"^apache"),
    Mark("Caddy", "server", r"^caddy"),
    Mark("LiteSpeed", "server", r"^litespeed"),
    Mark("IIS", "server", r"^microsoft-iis"),
    Mark("ASP.NET Core", "server", r"^kestrel"),
    Mark("ASP.NET Core", "set-cookie", r"^\.AspNetCore\."),
    Mark("ASP.NET", "x-aspnet-version", r""),
    Mark("ASP.NET", "x-powered-by", r"^asp\.net"),
    Mark("ASP.NET", "", r"__VIEWSTATE"),
    Mark("Next.js", "x-powered-by", r"^next\.js"),
    Mark("Next.js", "", r"__NEXT_DATA__|/_next/static/"),
    Mark("Express", "x-powered-by", r"^express"),
    Mark("Express", "set-cookie", r"^connect\.sid="),
    Mark("PHP", "x-powered-by", r"^php"),
    Mark("PHP", "set-cookie", r"^PHPSESSID="),
    Mark("Django", "", r"csrfmiddlewaretoken"),
    Mark("Rails", "", r"name=[\"']?csrf-param"),
    Mark("Spring", "set-cookie", r"^JSESSIONID="),
    Mark("Spring", "x-application-context", r""),
    Mark("WordPress", "link", r"api\.w\.org"),
    Mark("WordPress", "x-pingback", r"xmlrpc\.php"),
    Mark("WordPress", "", r"/wp-content/|/wp-includes/"),
    Mark("Webflow", "", r"data-wf-site="),
    Mark("Squarespace", "server", r"^squarespace"),
    Mark("Squarespace", "", r"Static\.SQUARESPACE_CONTEXT"),
    Mark("Wix", "x-wix-request-id", r""),
    Mark("Wix", "", r"static\.parastorage\.com"),
    Mark("Shopify", "x-shopid", r""),
    Mark("Shopify", "", r"cdn\.shopify\.com"),
)
"""Outermost layer first: network, server, framework, builder."""

HEADER_PLACES = {
    "nginx": "nginx: the line add_header Content-Security-Policy",
    "Apache": "Apache: the line Header set Content-Security-Policy (.htaccess or the virtual host)",
    "Caddy": "Caddy: the header directive of the Caddyfile",
    "LiteSpeed": "LiteSpeed: the line Header set Content-Security-Policy (.htaccess)",
    "IIS": "IIS: customHeaders in web.config",
    "Netlify": "Netlify: the _headers file, or [[headers]] in netlify.toml",
    "Vercel": "Vercel: headers in vercel.json",
    "CloudFront": "CloudFront: the response headers policy",
    "Cloudflare": "Cloudflare: the Worker or response header rule that sets it",
    "Express": "Express: res.setHeader('Content-Security-Policy', …), or helmet's contentSecurityPolicy",
    "Next.js": "Next.js: headers() in next.config, or proxy.ts",
    "ASP.NET Core": "ASP.NET Core: Response.Headers in the middleware that sets it",
    "ASP.NET": "ASP.NET: customHeaders in web.config",
    "PHP": "PHP: header('Content-Security-Policy: …')",
    "Django": "Django: SECURE_CSP in settings.py, or django-csp's CONTENT_SECURITY_POLICY",
    "Rails": "Rails: config/initializers/content_security_policy.rb",
    "Spring": "Spring: the headers().contentSecurityPolicy(…) of the security configuration",
    "WordPress": "WordPress: the plug-in or theme that sends the header",
}
"""Where a platform's owner usually finds the header; the hosted builders let nobody set it."""


def header_place(found: tuple[str, ...]) -> str:
    """Where to look for the header on the innermost of these platforms that can set one; "" where none is known."""
    return next((HEADER_PLACES[name] for name in reversed(found) if name in HEADER_PLACES), "")


_SEARCHED = 300_000
"""Characters of the page that are searched for marks; they stand in the head or in asset addresses near it."""


def platforms(capture: Capture, document: Document | None) -> tuple[str, ...]:
    """The platforms an answer shows signs of, outermost layer first."""
    text = document.text[:_SEARCHED] if document else ""
    generators = " ".join(document.generators) if document else ""
    found = [mark.platform for mark in MARKS if _shows(mark, capture, text)]
    found += [name for name in ("WordPress", "Webflow", "Wix") if generators.lower().startswith(name.lower())]
    return tuple(dict.fromkeys(found))


def _shows(mark: Mark, capture: Capture, text: str) -> bool:
    if not mark.header:
        return re.search(mark.value, text) is not None
    values = (value.decode("latin-1") for value in capture.header(mark.header))
    return any(re.search(mark.value, value, re.IGNORECASE) for value in values)
