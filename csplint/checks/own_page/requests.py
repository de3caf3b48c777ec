"""What the page itself asks for: everything in its HTML and CSS, but for the vendor's embed, which has rules of its own."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.csp.policy import Policy
from csplint.csp.request import Request
from csplint.page.document import PageRequest

_NAVIGATED = frozenset({"form", "base"})


class Own(Struct, frozen=True):
    """
    One request of the page.

    found: as it stands in the page. request: as the browser makes it, http upgraded where it would be.
    """

    found: PageRequest
    request: Request

    def is_under(self, policy: Policy) -> bool:
        """Whether a policy governs it: a meta element governs what follows it."""
        return policy.order < self.found.order


def own_requests(context: Context) -> tuple[Own, ...]:
    """Every request of the page but those of the vendor's embed; none where there is no page."""
    document = context.document
    if document is None:
        return ()
    orders = {embed.script.order for embed in context.every_embed}
    urls = {embed.script.url for embed in context.every_embed if embed.script.url}
    return tuple(
        _own(context, found)
        for found in document.requests
        if found.order not in orders and found.request.url not in urls and not _is_idle(context, found)
    )


def _is_idle(context: Context, found: PageRequest) -> bool:
    """
    Whether it makes no difference if this is blocked.

    A form whose action is code is two requests, and the one that tells is the code; a base URL in the page's own
    folder is what relative URLs are resolved against anyway.
    """
    url = found.request.url
    if found.request.kind == "base":
        return url.rpartition("/")[0] == context.policies.page.href.partition("?")[0].rpartition("/")[0]
    return found.request.kind == "form" and url.startswith("javascript:")


def _own(context: Context, found: PageRequest) -> Own:
    kind, url = found.request.kind, found.request.url
    request = found.request
    if url.startswith("http:") and _is_upgraded(context, kind):
        request = replace(request, url=f"https:{url[5:]}")
    return Own(found, request)


def _is_upgraded(context: Context, kind: str) -> bool:
    """
    Whether http is asked for as https before policies are asked (Fetch #concept-main-fetch).

    upgrade-insecure-requests does it, and on an https page every browser for pictures and media. What else an https
    page asks for by http is blocked as mixed content whatever the policy says; the policy is asked about the address
    that could work.
    """
    if kind not in _NAVIGATED and context.policies.page.scheme == "https":
        return True
    return any("upgrade-insecure-requests" in policy.in_force for policy in context.policies.policies)
