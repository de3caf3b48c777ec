"""Keywords that weaken a policy, where they are in force: 'unsafe-inline', 'unsafe-eval' and 'unsafe-hashes'."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context, Vendor
from csplint.checks.prefilter import any_token, has_token
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.security.predicates import EVAL, HASHES, INLINE, is_eval, is_inline, is_unsafe_hashes
from csplint.checks.security.queries import (
    allows_code,
    governing,
    keyword_token,
    restricting_policies,
    source_allowing_code,
)
from csplint.csp.decide import EFFECTIVE_DIRECTIVE
from csplint.csp.digest import DIGEST_BYTES
from csplint.csp.edit import without
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.request import Kind
from csplint.model import Edit


class _Code(Struct, frozen=True):
    """A kind of code, and what it is called in a message, in the singular."""

    kind: Kind
    name: str


class _Keyword(Struct, frozen=True):
    """A keyword, the kinds of code it allows, and the rule that reports it. effect: continues a sentence."""

    rule: str
    name: str
    allows: tuple[_Code, ...]
    effect: str


_INLINE_SCRIPT = _Keyword(
    "script-unsafe-inline",
    INLINE,
    (_Code("inline-script", "inline script"), _Code("event-handler", "event handler in the markup")),
    "so any script that an attacker injects into the page runs",
)
_EVAL = _Keyword(
    "script-unsafe-eval",
    EVAL,
    (_Code("eval", "use of eval()"),),
    "and of other functions that turn text into code",
)
_INLINE_STYLE = _Keyword(
    "style-unsafe-inline",
    INLINE,
    (_Code("inline-style", "style element"), _Code("style-attr", "style attribute")),
    "so injected markup can restyle the page",
)
_HANDLERS_FIX = "Attach event handlers with addEventListener() in a script, and remove 'unsafe-inline'; attributes cannot have a nonce."


@check(
    when=(
        any_token(is_inline),
        any_token(is_eval),
    ),
    only_if="scripts run",
    rules=(
        "script-unsafe-inline",
        "script-unsafe-eval",
    ),
)
def unsafe_keywords(context: Context) -> Iterator[Problem]:
    """Report 'unsafe-inline' and 'unsafe-eval' for scripts, where no policy of the set prevents their effect."""
    if has_token(context, is_inline):
        yield from _in_force(context, _INLINE_SCRIPT)
    for problem in _in_force(context, _EVAL) if has_token(context, is_eval) else ():
        mitigation = _mitigation(context)
        if mitigation or allows_code(context.combined, "inline-script"):  # script-unsafe-inline is worse
            yield replace(problem, severity="info", cause=mitigation)
        else:
            yield problem


def _mitigation(context: Context) -> str:
    """Why 'unsafe-eval' is only worth a note here, "" for no reason."""
    if any("'script'" in words for words in context.combined.words("require-trusted-types-for")):
        return "require-trusted-types-for 'script' is in force: browsers that support it run only trusted text."
    features = [each.embed.needs_eval for each in context.every_embed if each.embed.needs_eval]
    return f"{features[0]}." if features else ""


@check(when=(any_token(is_inline),), rules=("style-unsafe-inline",))
def unsafe_styles(context: Context) -> Iterator[Problem]:
    """Report 'unsafe-inline' for styles, unless a vendor's widget on the page needs it."""
    if not any(_needs_inline_styles(context, vendor) for vendor in context.vendors):
        yield from _in_force(context, _INLINE_STYLE)


def _needs_inline_styles(context: Context, vendor: Vendor) -> bool:
    """Whether a vendor's widget needs inline styles; without a page, csplint assumes that the widget is on it."""
    needed = any(each.needs == INLINE and each.directive == "style-src" for each in vendor.pack.requirement)
    return needed and (context.document is None or bool(vendor.embeds))


def _in_force(context: Context, keyword: _Keyword) -> Iterator[Problem]:
    """A problem of the first policy that allows such code by the keyword, where all the policies allow it."""
    allowed = [code for code in keyword.allows if allows_code(context.combined, code.kind)]
    for code in allowed:
        for policy in restricting_policies(context, EFFECTIVE_DIRECTIVE[code.kind]):
            if _allows_by(keyword, policy, code):
                others = [each for each in allowed if each is not code and _allows_by(keyword, policy, each)]
                yield _problem(policy, keyword, [code, *others])
                return


def _allows_by(keyword: _Keyword, policy: Policy, code: _Code) -> bool:
    directive = governing(policy, code.kind)
    source = source_allowing_code(directive, code.kind) if directive else None
    return source is not None and source.name == keyword.name


def _problem(policy: Policy, keyword: _Keyword, allowed: list[_Code]) -> Problem:
    directives = {each.name: (code.kind, each) for code in allowed if (each := governing(policy, code.kind))}
    names, what = " and ".join(directives), " and every ".join([code.name for code in allowed])
    _, directive = next(iter(directives.values()))
    token = keyword_token(directive, keyword.name)
    return Problem(
        rule=keyword.rule,
        message=f"{keyword.name} in {names} allows every {what}, {keyword.effect}.",
        policy=policy,
        directive=directive.name,
        value=token.source.text if token else keyword.name,
        span=token.span if token else directive.name_span,
        fix=_HANDLERS_FIX if keyword is _INLINE_SCRIPT and allowed[0].kind == "event-handler" else "",
        safety="unsafe",
        edits=lambda: _removal(policy, keyword.name, [kind for kind, _ in directives.values()]),
    )


def _removal(policy: Policy, keyword: str, kinds: list[Kind]) -> tuple[Edit, ...]:
    """Remove a keyword from each of the lists that govern these kinds."""
    return policy_edits(
        policy,
        (
            each
            for kind in kinds
            for each in without(policy, EFFECTIVE_DIRECTIVE[kind], lambda source: source.name == keyword)
        ),
    )


@check(when=(any_token(is_unsafe_hashes),), only_if="scripts run", rules=("script-unsafe-hashes",))
def unsafe_hashes(context: Context) -> Iterator[Problem]:
    """Report 'unsafe-hashes' where a hash beside it allows an event handler that is otherwise blocked."""
    policies = context.combined
    if allows_code(policies, "event-handler"):
        return
    blocking = {each.index: each for each in policies.policies if not allows_code(policies.only(each), "event-handler")}
    common = frozenset.intersection(*(_handler_hashes(policy) for policy in blocking.values()))
    for policy in restricting_policies(context, "script-src-attr") if common else ():
        directive = governing(policy, "event-handler")
        token = keyword_token(directive, HASHES) if directive else None
        if directive and token and policy.index in blocking:
            yield _hashes_problem(policy, directive, token)
            return


def _handler_hashes(policy: Policy) -> frozenset[tuple[str, bytes]]:
    """The hashes by which a policy allows event handlers; one of the wrong length matches no text."""
    directive = governing(policy, "event-handler")
    if directive is None or HASHES not in directive.list.keywords:
        return frozenset()
    return frozenset(each for each in directive.list.hashes if len(each[1]) == DIGEST_BYTES[each[0]])


def _hashes_problem(policy: Policy, directive: Directive, token: Token) -> Problem:
    return Problem(
        rule="script-unsafe-hashes",
        message=f"'unsafe-hashes' in {directive.name} allows every event handler and javascript: URL whose hash is listed, "
        "anywhere on the page.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        safety="unsafe",
        edits=policy_edits(policy, without(policy, "script-src-attr", is_unsafe_hashes)),
    )
