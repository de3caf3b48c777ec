"""What a policy's text gets wrong: directives and sources that browsers drop, or read otherwise than meant."""

from __future__ import annotations

from csplint.checks.check import Check, late, wanting, when
from csplint.checks.context import Context
from csplint.checks.few import few
from csplint.checks.syntax.kinds import (
    has_asterisk,
    has_dots,
    has_query,
    is_bad_hash,
    is_bad_nonce,
    is_none,
    is_particular,
    looks_like_folder,
)
from csplint.checks.syntax.length import policy_too_long
from csplint.checks.syntax.meaning import ATTRIBUTES
from csplint.checks.syntax.quoted import is_directive_name, is_unknown_word, is_unquoted
from csplint.checks.syntax.reasons import is_faulty
from csplint.csp.directives import DIRECTIVES
from csplint.csp.policy import State

_UNREAD = (State.UNKNOWN, State.BAD_NAME, State.BAD_VALUE, State.DUPLICATE)
"""States of directives that browsers do not heed."""

_REMOVED = tuple(name for name, info in DIRECTIVES.items() if info.status == "removed")
_WORDS = ("require-trusted-types-for", "trusted-types", "webrtc")
"""Directives that have words of their own."""


def _has_longer_lists(context: Context) -> bool:
    """Whether some list has more than one source."""
    return any(
        len(directive.list.sources) > 1
        for policy in context.policies.policies
        for directive in policy.in_force.values()
    )


POLICY: dict[str, Check] = {
    "unknown_directive": wanting(few(late("syntax.unknown_names", "unknown_directive")), *_UNREAD),
    "missing_semicolon": wanting(few(late("syntax.semicolons", "missing_semicolon")), is_directive_name),
    "unquoted_keyword": wanting(few(late("syntax.words", "unquoted_keyword")), is_unquoted, *_WORDS),
    "unknown_keyword": wanting(few(late("syntax.words", "unknown_keyword")), is_unknown_word, *_WORDS),
    "invalid_source": wanting(few(late("syntax.invalid", "invalid_source")), is_faulty),
    "invalid_nonce": wanting(few(late("syntax.trust", "invalid_nonce")), is_bad_nonce),
    "invalid_hash": wanting(few(late("syntax.trust", "invalid_hash")), is_bad_hash),
    "non_ascii_directive": wanting(
        few(late("syntax.characters", "non_ascii_directive")), State.BAD_VALUE, State.BAD_NAME
    ),
    "duplicate_directive": wanting(few(late("syntax.repeats", "duplicate_directive")), State.DUPLICATE),
    "duplicate_source": when(_has_longer_lists, few(late("syntax.repeats", "duplicate_source"))),
    "none_with_others": wanting(few(late("syntax.nones", "none_with_others")), is_none),
    "header_name_in_value": wanting(few(late("syntax.header_names", "header_name_in_value")), *_UNREAD),
    "comma_in_policy": wanting(few(late("syntax.commas", "comma_in_policy")), *_UNREAD),
    "unexpected_value": wanting(
        few(late("syntax.status", "unexpected_value")), "upgrade-insecure-requests", "block-all-mixed-content"
    ),
    "removed_directive": wanting(few(late("syntax.status", "removed_directive")), *_REMOVED),
    "deprecated_directive": wanting(few(late("syntax.status", "deprecated_directive")), "block-all-mixed-content"),
    "sandbox_flag": wanting(few(late("syntax.sandbox", "sandbox_flag")), "sandbox"),
    "frame_ancestors_source": wanting(few(late("syntax.ancestors", "frame_ancestors_source")), "frame-ancestors"),
    "report_to_token": wanting(few(late("syntax.reporting", "report_to_token")), "report-to"),
    "query_in_source": wanting(few(late("syntax.paths", "query_in_source")), has_query),
    "exact_path": wanting(few(late("syntax.paths", "exact_path")), has_asterisk, has_dots, looks_like_folder),
    "redundant_source": when(_has_longer_lists, few(late("syntax.redundant", "redundant_source"))),
    "inert_source": wanting(few(late("syntax.inert", "inert_source")), is_particular, *ATTRIBUTES),
    "inert_trusted_types": wanting(
        few(late("syntax.trusted_types", "inert_trusted_types")), "trusted-types", "require-trusted-types-for"
    ),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {"policy_too_long": policy_too_long}
"""Asked once of the whole answer."""
