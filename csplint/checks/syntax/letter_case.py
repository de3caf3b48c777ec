"""
'strict-dynamic' in a directive whose name is not in lower case.

Names of directives are case-insensitive (CSP3 #parse-serialized-policy), but WebKit reads 'strict-dynamic' only where the name
is in lower case: seen in WebKitGTK 2.50.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_token, token_predicate
from csplint.checks.problem import Problem, at_name, policy_edits
from csplint.checks.registry import check
from csplint.csp.edit import Replacement
from csplint.csp.source import Source, SourceKind

_READ_IN = frozenset({"script-src", "script-src-elem", "default-src"})


@token_predicate(SourceKind.KEYWORD)
def is_strict_dynamic(source: Source) -> bool:
    """Whether a source is 'strict-dynamic'."""
    return source.name == "'strict-dynamic'"


@check(when=(any_token(is_strict_dynamic),), rules=("strict-dynamic-upper-case",))
def letter_case(context: Context) -> Iterator[Problem]:
    """Report the directives whose 'strict-dynamic' Safari ignores because of the name's upper-case letters."""
    for policy in context.policies.policies:
        for name in _READ_IN & policy.in_force.keys():
            directive = policy.in_force[name]
            if directive.list.strict_dynamic and directive.written != name:
                span = directive.name_span
                yield Problem(
                    rule="strict-dynamic-upper-case",
                    message=f"Safari ignores 'strict-dynamic' in {directive.written}: the name is not in lower case.",
                    fix=f"Write {name}.",
                    edits=policy_edits(policy, (Replacement(span.start, span.end, name),)),
                    **at_name(policy, directive),
                )
