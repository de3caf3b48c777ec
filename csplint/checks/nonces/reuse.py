"""Is the nonce new in every response? Asked of two or three answers, because one cannot tell."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context, nonces
from csplint.checks.nonces.facts import body_is_reused, cache_mark, header_nonces, shared_cacheable, tag_nonces
from csplint.checks.nonces.value import is_placeholder
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.csp.policy import Policy, Span

NO_STORE = "Send with every page that carries a nonce: Cache-Control: private, no-store"


@check(
    of="answer",
    needs=("second answer",),
    when=("answer",),
    rules=(
        "nonce-static",
        "nonce-in-cached-page",
        "fresh-header-cached-body",
        "nonce-page-cacheable",
    ),
)
def nonce_reuse(context: Context) -> Iterator[Problem]:
    """Report a nonce that repeats, a page that a cache serves, or a fresh header over a cached body."""
    visits = context.visits
    if visits is None or not context.header_nonces:
        return
    if body_is_reused(context):
        yield _reused_body(context)
        return
    repeated = _repeated(context)
    if repeated:
        yield _repeat(context, repeated)
    elif cached := shared_cacheable(visits.first):
        yield Problem(
            rule="nonce-page-cacheable",
            message=f"The page carries a nonce and is sent with Cache-Control: {cached}.",
            fix=NO_STORE,
            edits=server_edit(NO_STORE),
        )


def _repeated(context: Context) -> str:
    """A nonce of the checked answer that the second visitor got too, copied examples apart; "" for none."""
    visits = context.visits
    if visits is None or visits.second is None:
        return ""
    seen = header_nonces(visits.second) | _meta_nonces(context)
    again = sorted(nonce for nonce in context.header_nonces & seen if not is_placeholder(context, nonce))
    return again[0] if again else ""


def _meta_nonces(context: Context) -> frozenset[str]:
    """The nonces of meta policies that stand, the same, in both answers."""
    metas = nonces(tuple(policy for policy in context.every_policy if policy.delivery == "meta"))
    return metas & tag_nonces(context.second)


def _repeat(context: Context, nonce: str) -> Problem:
    visits = context.visits
    mark = "" if visits is None or visits.second is None else cache_mark(visits.second) or cache_mark(visits.first)
    policy, span, name = _place(context, nonce)
    if mark:
        return Problem(
            rule="nonce-in-cached-page",
            message=f"Two visitors got the same nonce {nonce!r}, and a cache answered ({mark}).",
            policy=policy,
            directive=name,
            value=f"'nonce-{nonce}'",
            span=span,
            edits=server_edit(NO_STORE),
        )
    text = "Make the nonce from a cryptographic random source in the code that answers each request."
    return Problem(
        rule="nonce-static",
        message=f"Two visitors got the same nonce {nonce!r}, and no cache says it answered.",
        policy=policy,
        directive=name,
        value=f"'nonce-{nonce}'",
        span=span,
        edits=server_edit(text),
    )


def _place(context: Context, nonce: str) -> tuple[Policy | None, Span | None, str | None]:
    for policy in context.every_policy:
        for directive in policy.in_force.values():
            for token in directive.tokens if "nonce-" in directive.value.lower() else ():
                if token.source.name == nonce:
                    return policy, token.span, directive.name
    return None, None, None


def _reused_body(context: Context) -> Problem:
    visits = context.visits
    by_304 = visits is not None and visits.revalidated is not None and visits.revalidated.status == 304  # noqa: PLR2004
    how = (
        "the server answers 304 with a new nonce, over the copy the browser keeps"
        if by_304
        else "the body is an old copy"
    )
    policy = next((p for p in context.every_policy if nonces((p,))), None)
    tags = sorted(tag_nonces(context.document))
    place = next((s.place for s in context.document.scripts if s.nonce), None) if context.document else None
    return Problem(
        rule="fresh-header-cached-body",
        message=f"The header has a new nonce each time, the page's tags keep {tags[0]!r}: {how}."
        if tags
        else f"The header has a new nonce each time, and {how}.",
        policy=policy,
        value=None,
        place=place,
        edits=server_edit(NO_STORE),
    )
