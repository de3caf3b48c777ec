"""
What a policy turns into where it is handed on as text.

Firefox asks about navigations in another process than the page's. It writes the
policy out as it understood it, with paths decoded, and reads that again: twice
decoded, and cut at what was encoded so as not to be cut at.
"""

from __future__ import annotations

from csplint.csp.expression import ANY_PORT, Source, SourceKind
from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.csp.url import Url, percent_decode


def reread(policy: Policy, page: Url) -> Policy | None:
    """The policy as the other process has it; None where nothing is left. Only encoded paths make a difference."""
    if "%" not in policy.text:
        return policy
    text = "; ".join(
        " ".join([name, *(_written(source, page) for source in directive.list.sources)])
        for name, directive in policy.in_force.items()
    )
    # A meta element's content is never cut at commas here, and the kind of delivery has done its work.
    browser = next(iter(policy.in_force.values())).browser if policy.in_force else None
    if browser is None:
        return policy
    found = parse_policies([Delivered(text, "meta", "enforce")], browser)
    return found[0] if found else None


def _written(source: Source, page: Url) -> str:
    if source.kind != SourceKind.HOST:
        return source.text
    host = ("*." if source.subdomains and source.host else "*" if source.subdomains else "") + source.host
    port = "" if source.port is None else ":*" if source.port == ANY_PORT else f":{source.port}"
    return f"{source.scheme or page.scheme}://{host}{port}{percent_decode(source.path, utf8=False)}"
