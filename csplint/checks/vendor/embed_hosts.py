"""What the page's own embed names, held against what the vendor's documents name."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem
from csplint.checks.registry import check


@check(
    of="answer",
    needs=("page",),
    rules=(
        "embed-host-differs",
        "no-embed-found",
    ),
)
def embed_hosts(context: VendorContext) -> Iterator[Problem]:
    """Say where the page's embed uses another host than the guide, or that no embed was found."""
    if context.document is None:
        return
    if not context.embeds:
        yield Problem(rule="no-embed-found", message="The page's HTML holds no Velaro embed that csplint knows.")
    current = context.pack.current_host()
    told: set[str] = set()
    for embed in context.embeds:
        for origin in embed.cdn:
            if origin != current and origin not in told:
                told.add(origin)
                yield Problem(
                    rule="embed-host-differs",
                    message=f"The page's embed ({embed.embed.title}) loads from {origin}; the current guide names {current}.",
                    cause=_note(context, origin),
                    value=origin,
                    place=embed.script.place,
                )


def _note(context: VendorContext, origin: str) -> str:
    for host in context.pack.host:
        if host.origin == origin:
            document = context.pack.documents[host.source]
            return f"{origin}: {host.note} ({document.title}, {host.standing})."
    return "No document of the vendor that csplint knows names this host."
