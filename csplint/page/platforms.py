"""Recognise the server, framework or site builder behind a page, so that a fix can say where its owner changes the header."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.csp.memo import memo_property
from csplint.page.capture import Capture
from csplint.page.document import Document


class Sign(Struct, frozen=True, dict=True):
    """
    One sign of a platform.

    header: a header's name, "" for a sign in the HTML. value: a regular expression for the header's value or the HTML.
    """

    platform: str
    header: str
    value: str

    @memo_property
    def parts(self) -> tuple[str, ...]:
        """The longest word of each alternative: a text without them all has no sign, which is soon seen."""
        return tuple(max(re.findall(r"[\w/-]+", each), key=len) for each in self.value.split("|"))


SIGNS = (
    Sign("Cloudflare", "server", r"^cloudflare"),
    Sign("Cloudflare", "cf-ray", r""),
    Sign("CloudFront", "via", r"cloudfront"),
    Sign("CloudFront", "x-amz-cf-id", r""),
    Sign("Netlify", "server", r"^netlify"),
    Sign("Netlify", "x-nf-request-id", r""),
    Sign("Vercel", "server", r"^vercel"),
    Sign("Vercel", "x-vercel-id", r""),
    Sign("nginx", "server", r"^nginx|^openresty"),
    Sign("Apache", "server", r"^apache"),
    Sign("Caddy", "server", r"^caddy"),
    Sign("LiteSpeed", "server", r"^litespeed"),
    Sign("IIS", "server", r"^microsoft-iis"),
    Sign("ASP.NET Core", "server", r"^kestrel"),
    Sign("ASP.NET Core", "set-cookie", r"^\.AspNetCore\."),
    Sign("ASP.NET", "x-aspnet-version", r""),
    Sign("ASP.NET", "x-powered-by", r"^asp\.net"),
    Sign("ASP.NET", "", r"__VIEWSTATE"),
    Sign("Next.js", "x-powered-by", r"^next\.js"),
    Sign("Next.js", "", r"__NEXT_DATA__|/_next/static/"),
    Sign("Express", "x-powered-by", r"^express"),
    Sign("Express", "set-cookie", r"^connect\.sid="),
    Sign("PHP", "x-powered-by", r"^php"),
    Sign("PHP", "set-cookie", r"^PHPSESSID="),
    Sign("Django", "", r"csrfmiddlewaretoken"),
    Sign("Rails", "", r"name=[\"']?csrf-param"),
    Sign("Spring", "set-cookie", r"^JSESSIONID="),
    Sign("Spring", "x-application-context", r""),
    Sign("WordPress", "link", r"api\.w\.org"),
    Sign("WordPress", "x-pingback", r"xmlrpc\.php"),
    Sign("WordPress", "", r"/wp-content/|/wp-includes/"),
    Sign("Webflow", "", r"data-wf-site="),
    Sign("Squarespace", "server", r"^squarespace"),
    Sign("Squarespace", "", r"Static\.SQUARESPACE_CONTEXT"),
    Sign("Wix", "x-wix-request-id", r""),
    Sign("Wix", "", r"static\.parastorage\.com"),
    Sign("Shopify", "x-shopid", r""),
    Sign("Shopify", "", r"cdn\.shopify\.com"),
)
"""Outermost layer first: network, server, framework, builder."""

HEADER_PLACES = {
    "nginx": "nginx: the line add_header Content-Security-Policy",
    "Apache": "Apache: the line Header set Content-Security-Policy (.htaccess or the virtual host)",
    "Caddy": "Caddy: the header directive in the Caddyfile",
    "LiteSpeed": "LiteSpeed: the line Header set Content-Security-Policy (.htaccess)",
    "IIS": "IIS: customHeaders in web.config",
    "Netlify": "Netlify: the _headers file, or [[headers]] in netlify.toml",
    "Vercel": "Vercel: headers in vercel.json",
    "CloudFront": "CloudFront: the response headers policy",
    "Cloudflare": "Cloudflare: the Worker or the response header rule that sets the header",
    "Express": "Express: res.setHeader('Content-Security-Policy', …), or helmet's contentSecurityPolicy",
    "Next.js": "Next.js: headers() in next.config, or proxy.ts",
    "ASP.NET Core": "ASP.NET Core: Response.Headers in the middleware that sets the header",
    "ASP.NET": "ASP.NET: customHeaders in web.config",
    "PHP": "PHP: header('Content-Security-Policy: …')",
    "Django": "Django: SECURE_CSP in settings.py, or django-csp's CONTENT_SECURITY_POLICY",
    "Rails": "Rails: config/initializers/content_security_policy.rb",
    "Spring": "Spring: headers().contentSecurityPolicy(…) in the security configuration",
    "WordPress": "WordPress: the plugin or theme that sends the header",
}
"""Where a site's owner usually sets the header; hosted site builders do not let their users set it."""


def header_place(found: tuple[str, ...]) -> str:
    """Where the innermost of these platforms sets the header; "" if none of them is known to."""
    return next((HEADER_PLACES[name] for name in reversed(found) if name in HEADER_PLACES), "")


_SEARCHED = 300_000
"""Characters of the page that are searched for signs; they occur in the head or in asset URLs near it."""


def platforms(capture: Capture, document: Document | None) -> tuple[str, ...]:
    """The platforms that a response shows signs of, outermost layer first."""
    text = document.text[:_SEARCHED] if document else ""
    generators = " ".join(document.generators) if document else ""
    found = [sign.platform for sign in SIGNS if _shows(sign, capture, text)]
    found += [name for name in ("WordPress", "Webflow", "Wix") if generators.lower().startswith(name.lower())]
    return tuple(dict.fromkeys(found))


def _shows(sign: Sign, capture: Capture, text: str) -> bool:
    if not sign.header:
        return any(part in text for part in sign.parts) and re.search(sign.value, text) is not None
    values = (value.decode("latin-1") for value in capture.header(sign.header))
    return any(re.search(sign.value, value, re.IGNORECASE) for value in values)
