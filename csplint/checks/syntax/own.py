"""Does a list allow the page's own origin without saying 'self'?"""

from __future__ import annotations

from csplint.csp.browsers import BROWSERS
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered, Directive, parse_policies
from csplint.csp.request import Request
from csplint.csp.url import Url


def allows_own_origin(directive: Directive, page: Url) -> bool:
    """Whether the list's other sources let through what 'self' would, in all the browsers."""
    ancestors = directive.name == "frame-ancestors"
    # Of lists other than this one, locations are matched alike: one kind of request speaks for all.
    delivered = [Delivered(f"{'frame-ancestors' if ancestors else 'img-src'} {directive.value}", "text")]
    for browser in BROWSERS:
        alone = PolicySet(page, parse_policies(delivered, browser), browser)
        if ancestors and alone.decide(Request("frame-ancestors", f"{page.origin}/")).blocked:
            return False
        if not ancestors and not covers(alone, "'self'", "img"):
            return False
    return True
