"""Which recipe fits a page, from the marks in its response, with the evidence in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from csplint.page.platforms import SIGNS, Sign
from csplint.servers.recipes.registry import SERVERS

RECIPES = {
    "nginx": "nginx",
    "Apache": "apache",
    "Caddy": "caddy",
    "LiteSpeed": "htaccess",
    "IIS": "iis",
    "Netlify": "netlify",
    "Cloudflare": "cloudflare",
    "Vercel": "vercel",
    "Express": "express",
    "Next.js": "nextjs",
    "ASP.NET Core": "aspnet",
    "PHP": "php",
    "Django": "django",
    "Rails": "rails",
    "Spring": "spring",
    "WordPress": "wordpress",
    "Webflow": "webflow",
    "Squarespace": "squarespace",
    "Wix": "wix",
}
"""The recipe for a platform (csplint.page.platforms). ASP.NET before Core is served by IIS, and others have no recipe."""

_LONGEST = 60
"""Characters of a header's value in the evidence."""


class Guess(Struct, frozen=True):
    """A recipe's name, its title, and the mark that speaks for it: "the response has Server: nginx/1.22.1"."""

    name: str
    title: str
    evidence: str


def guess(platforms: Sequence[str], headers: Iterable[tuple[str, str]] = ()) -> tuple[Guess, ...]:
    """
    The recipes for the platforms of a page, best first: the innermost layer can make a nonce where the outer ones cannot.

    platforms: as csplint.page.platforms gives them, outermost first. headers: of the response, for the evidence. Empty if none is known.
    """
    sent = list(headers)
    found = [(RECIPES[name], _evidence(name, sent)) for name in reversed(platforms) if name in RECIPES]
    return tuple(Guess(name, SERVERS[name][0], evidence) for name, evidence in found)


def _evidence(platform: str, headers: list[tuple[str, str]]) -> str:
    signs = [sign for sign in SIGNS if sign.platform == platform]
    for sign in signs:
        for name, value in headers:
            if _shows(sign, name, value):
                shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
                return (
                    f"the response has {name}"
                    if sign.header == "set-cookie" or not value
                    else f"the response has {name}: {shown}"
                )
    if any(not sign.header for sign in signs) and not headers:
        return f"the page or its response has marks of {platform}"
    return f"the page's HTML has marks of {platform}"


def _shows(sign: Sign, name: str, value: str) -> bool:
    return bool(sign.header) and sign.header == name.lower() and re.search(sign.value, value, re.IGNORECASE) is not None
