"""WebSocket sources in a directive that never decides about WebSockets, which only connect-src does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.checks.context import Context
from csplint.checks.edits import add_sources
from csplint.checks.prefilter import any_token, source_lists, tokens_that
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.security.predicates import is_websocket
from csplint.checks.security.queries import allows_file
from csplint.checks.wording import in_words
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source, SourceKind
from csplint.csp.unlisted import compose_url, unused_word
from csplint.csp.url import Url

_DECIDES = frozenset({"connect-src", "default-src"})
_MOST_ASKED = 40


@check(when=(any_token(is_websocket),), capped=True, rules=("websocket-source-misplaced",))
def websocket_sources(context: Context) -> Iterator[Problem]:
    """Report ws: and wss: sources that match nothing where they are, once for each directive."""
    for policy in context.policies.policies:
        for directive in source_lists(policy):
            if directive.name not in _DECIDES and (tokens := [*tokens_that(directive, is_websocket)]):
                yield _problem(context, policy, directive, tokens[:_MOST_ASKED])


def _problem(context: Context, policy: Policy, directive: Directive, tokens: Sequence[Token]) -> Problem:
    texts = list(dict.fromkeys(token.source.text for token in tokens))
    blocked = list(dict.fromkeys(token.source.text for token in tokens if _is_blocked(context, token.source)))
    any_host = any(token.source.kind == SourceKind.SCHEME for token in tokens)  # too much to allow without being asked
    matches = "match" if len(texts) > 1 else "matches"
    return Problem(
        rule="websocket-source-misplaced",
        severity=None if blocked else "info",
        message=f"{in_words(texts)} in {directive.name} {matches} nothing: only connect-src allows WebSocket connections"
        + (", and it blocks " + ("these." if len(blocked) > 1 else "this one.") if blocked else "."),
        policy=policy,
        directive=directive.name,
        value=texts[0],
        span=tokens[0].span,
        safety="unsafe" if blocked else "safe",  # that the page opens these connections is a guess
        fix=f"Move {in_words(blocked)} to connect-src." if blocked else f"Remove {in_words(texts)}.",
        edits=() if blocked and any_host else lambda: policy_edits(policy, _moved(policy, directive, texts, blocked)),
    )


def _moved(policy: Policy, directive: Directive, texts: list[str], blocked: list[str]) -> tuple[Replacement, ...]:
    return (*remove_sources(directive, texts), *(add_sources(policy, "connect-src", blocked) if blocked else ()))


def _is_blocked(context: Context, source: Source) -> bool:
    """Whether the page may not open a WebSocket that the source names."""
    return not allows_file(context.combined, "ws", _example(source, unused_word(context.policies)))


def _example(source: Source, word: str) -> Url:
    host = f"{word}.{source.host or word}" if source.subdomains or not source.host else source.host
    return compose_url(
        "wss", host, source.port if isinstance(source.port, int) and source.port > 0 else 443, source.path or "/"
    )
