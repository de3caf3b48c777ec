"""Keywords that weaken a policy, told only where they are in force: 'unsafe-inline', 'unsafe-eval', 'unsafe-hashes'."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.facts import facts
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.security.nearest import governing, keyword_of, nearest
from csplint.checks.security.predicates import EVAL, INLINE, is_eval, is_inline, is_unsafe_hashes
from csplint.checks.security.queries import allows_code, letting
from csplint.checks.together import flags, whole
from csplint.csp.decide import EFFECTIVE_DIRECTIVE
from csplint.csp.digest import DIGEST_BYTES
from csplint.csp.edit import Replacement, without
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.request import Kind


class _Code(Struct, frozen=True):
    """A kind of code, and what it is called."""

    kind: Kind
    words: str


class _Use(Struct, frozen=True):
    """A keyword that lets some kinds of code through, by the rule that tells it."""

    rule: str
    keyword: str
    kinds: tuple[_Code, ...]
    effect: str


_INLINE_SCRIPT = _Use(
    "script-unsafe-inline",
    INLINE,
    (_Code("inline-script", "inline script"), _Code("event-handler", "event handler in the markup")),
    "so whatever an attacker gets into the page runs",
)
_EVAL = _Use("script-unsafe-eval", EVAL, (_Code("eval", "text that a script turns into code"),), "eval() included")
_INLINE_STYLE = _Use(
    "style-unsafe-inline",
    INLINE,
    (_Code("inline-style", "style element"), _Code("style-attr", "style attribute")),
    "so injected markup can restyle the page",
)


def unsafe_keywords(context: Context) -> Iterator[Problem]:
    """Report 'unsafe-inline' and 'unsafe-eval' for scripts where the whole set lets them count."""
    if is_inline in facts(context):
        yield from _in_force(context, _INLINE_SCRIPT)
    for problem in _in_force(context, _EVAL) if is_eval in facts(context) else ():
        excuse = _excuse(context)
        if excuse or allows_code(whole(context), "inline-script"):  # which says more, and is told
            yield replace(problem, severity="info", cause=excuse)
        else:
            yield problem


def unsafe_styles(context: Context) -> Iterator[Problem]:
    """Report 'unsafe-inline' for styles, unless a vendor's widget on the page needs it."""
    needed = any(each.needs == INLINE and each.directive == "style-src" for each in context.pack.requirement)
    if not needed or (context.document is not None and not context.embeds):
        yield from _in_force(context, _INLINE_STYLE)


def _in_force(context: Context, use: _Use) -> Iterator[Problem]:
    """The first policy that lets such code through by the keyword, where all the policies let it through."""
    policies = whole(context)
    for code in use.kinds:
        if allows_code(policies, code.kind):
            for policy in nearest(context, EFFECTIVE_DIRECTIVE[code.kind]):
                if _counts(policy, code, use):
                    others = (each for each in use.kinds if each is not code and allows_code(policies, each.kind))
                    yield _problem(policy, use, [code, *(each for each in others if _counts(policy, each, use))])
                    return


def _counts(policy: Policy, code: _Code, use: _Use) -> bool:
    directive = governing(policy, code.kind)
    source = letting(directive, code.kind) if directive else None
    return source is not None and source.name == use.keyword


def _problem(policy: Policy, use: _Use, counting: list[_Code]) -> Problem:
    directives = {each.name: (code.kind, each) for code in counting if (each := governing(policy, code.kind))}
    names, what = " and ".join(directives), " and every ".join([code.words for code in counting])
    _, directive = next(iter(directives.values()))
    token = keyword_of(directive, use.keyword)
    return Problem(
        rule=use.rule,
        message=f"{use.keyword} is in force in {names}: every {what} is let through, {use.effect}.",
        policy=policy,
        directive=directive.name,
        value=token.source.text if token else use.keyword,
        span=token.span if token else directive.name_span,
        fix=_HANDLERS if use is _INLINE_SCRIPT and counting[0].kind == "event-handler" else "",
        safety="unsafe",
        edits=lambda: policy_edits(policy, _taken_out(policy, use.keyword, list(directives.values()))),
    )


def _taken_out(policy: Policy, keyword: str, places: list[tuple[Kind, Directive]]) -> list[Replacement]:
    return [
        each
        for kind, _ in places
        for each in without(policy, EFFECTIVE_DIRECTIVE[kind], lambda source: source.name == keyword)
    ]


_HANDLERS = (
    "Attach handlers by addEventListener() in a script and take 'unsafe-inline' out; no nonce fits an attribute."
)


def _excuse(context: Context) -> str:
    """Why 'unsafe-eval' is worth a note alone, "" for no reason."""
    if any("'script'" in words for words in flags(whole(context), "require-trusted-types-for")):
        return "require-trusted-types-for 'script' is in force: browsers that know it let only trusted text through."
    features = [each.embed.needs_eval for each in context.embeds if each.embed.needs_eval]
    return f"{features[0]}." if features else ""


def unsafe_hashes(context: Context) -> Iterator[Problem]:
    """Report 'unsafe-hashes' where a hash beside it lets an event handler through that is otherwise blocked."""
    policies = whole(context)
    if allows_code(policies, "event-handler"):
        return
    closed = {each.index: each for each in policies.policies if not allows_code(policies.only(each), "event-handler")}
    common = frozenset.intersection(*(_handlers(policy) for policy in closed.values()))
    for policy in nearest(context, "script-src-attr") if common else ():
        directive = governing(policy, "event-handler")
        token = keyword_of(directive, "'unsafe-hashes'") if directive else None
        if directive and token and policy.index in closed:
            yield _hashes_problem(policy, directive, token)
            return


def _handlers(policy: Policy) -> frozenset[tuple[str, bytes]]:
    """The hashes by which a policy lets event handlers run; one of a wrong length is no text's hash."""
    directive = governing(policy, "event-handler")
    if directive is None or "'unsafe-hashes'" not in directive.list.keywords:
        return frozenset()
    return frozenset(each for each in directive.list.hashes if len(each[1]) == DIGEST_BYTES[each[0]])


def _hashes_problem(policy: Policy, directive: Directive, token: Token) -> Problem:
    return Problem(
        rule="script-unsafe-hashes",
        message=f"'unsafe-hashes' in {directive.name} lets event handlers and javascript: addresses run whose hash is listed, "
        "wherever in the page they stand.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        safety="unsafe",
        edits=policy_edits(policy, without(policy, "script-src-attr", is_unsafe_hashes)),
    )
