"""
The policy as Firefox's parent process has it.

Firefox checks navigations in another process than the page's. It serializes the policy as it was parsed, with paths
decoded, and parses the text again. So paths are decoded twice, and an encoded semicolon, comma or space now separates.
"""

from __future__ import annotations

from csplint.csp.policy import Delivered, Policy, parse_policies
from csplint.csp.source import ANY_PORT, Source, SourceKind
from csplint.csp.url import Url, percent_decode


def reparse(policy: Policy, page: Url) -> Policy | None:
    """The policy parsed the second time; None if nothing is left of it. It only differs if a path has a percent sign."""
    if "%" not in policy.text:
        return policy
    text = "; ".join(
        " ".join([name, *(_serialized(source, page) for source in directive.list.sources)])
        for name, directive in policy.in_force.items()
    )
    browser = next(iter(policy.in_force.values())).browser if policy.in_force else None
    if browser is None:
        return policy
    # As a meta element's content, because the second parse does not split at commas.
    found = parse_policies([Delivered(text, "meta", "enforce")], browser)
    return found[0] if found else None


def _serialized(source: Source, page: Url) -> str:
    if source.kind != SourceKind.HOST:
        return source.text
    host = ("*." if source.subdomains and source.host else "*" if source.subdomains else "") + source.host
    port = "" if source.port is None else ":*" if source.port == ANY_PORT else f":{source.port}"
    return f"{source.scheme or page.scheme}://{host}{port}{percent_decode(source.path, utf8=False)}"
