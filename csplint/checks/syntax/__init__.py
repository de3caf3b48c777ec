"""What a policy's text gets wrong: directives and sources that browsers drop, or read otherwise than meant."""

from __future__ import annotations

from csplint.checks.check import Check, Late, few, wanting
from csplint.checks.facts import Fact, Situation
from csplint.checks.syntax.kinds import (
    has_asterisk,
    has_dots,
    has_query,
    is_bad_hash,
    is_bad_nonce,
    is_experimental,
    is_none,
    is_particular,
    looks_like_folder,
)
from csplint.checks.syntax.length import policy_too_long
from csplint.checks.syntax.quoted import is_directive_name, is_unknown_word, is_unquoted
from csplint.checks.syntax.reasons import is_faulty
from csplint.csp.applicability import ATTRIBUTES
from csplint.csp.directives import DIRECTIVES
from csplint.csp.policy import State

_UNREAD = (State.UNKNOWN, State.BAD_NAME, State.BAD_VALUE, State.DUPLICATE)
"""States of directives that browsers do not heed."""

_REMOVED = tuple(name for name, info in DIRECTIVES.items() if info.status == "removed")
_WORDS = ("require-trusted-types-for", "trusted-types", "webrtc")
"""Directives that have words of their own."""


def _few(module: str, name: str, *facts: Fact) -> Check:
    return few(wanting(Late(f"syntax.{module}", name), *facts))


POLICY: dict[str, Check] = {
    "unknown_directive": _few("unknown_names", "unknown_directive", *_UNREAD),
    "missing_semicolon": _few("semicolons", "missing_semicolon", is_directive_name),
    "unquoted_keyword": _few("words", "unquoted_keyword", is_unquoted, *_WORDS),
    "unknown_keyword": _few("words", "unknown_keyword", is_unknown_word, *_WORDS),
    "invalid_source": _few("invalid", "invalid_source", is_faulty, "trusted-types"),
    "invalid_nonce": _few("trust", "invalid_nonce", is_bad_nonce),
    "invalid_hash": _few("trust", "invalid_hash", is_bad_hash),
    "non_ascii_directive": _few("characters", "non_ascii_directive", State.BAD_VALUE, State.BAD_NAME),
    "duplicate_directive": _few("repeats", "duplicate_directive", State.DUPLICATE),
    "duplicate_source": _few("repeats", "duplicate_source", Situation.LONG_LIST),
    "none_with_others": _few("nones", "none_with_others", is_none, "trusted-types"),
    "header_name_in_value": _few("header_names", "header_name_in_value", *_UNREAD),
    "comma_in_policy": _few("commas", "comma_in_policy", Situation.JOINED),
    "unexpected_value": _few("status", "unexpected_value", "upgrade-insecure-requests", "block-all-mixed-content"),
    "removed_directive": _few("status", "removed_directive", *_REMOVED),
    "deprecated_directive": _few("status", "deprecated_directive", "block-all-mixed-content"),
    "sandbox_flag": _few("sandbox", "sandbox_flag", "sandbox"),
    "frame_ancestors_source": _few("ancestors", "frame_ancestors_source", "frame-ancestors"),
    "report_to_token": _few("reporting", "report_to_token", "report-to"),
    "query_in_source": _few("paths", "query_in_source", has_query),
    "exact_path": _few("paths", "exact_path", has_asterisk, has_dots, looks_like_folder),
    "redundant_source": _few("redundant", "redundant_source", Situation.LONG_LIST),
    "inert_source": _few("inert", "inert_source", is_particular, *ATTRIBUTES),
    "experimental_source": _few("switching", "experimental_source", is_experimental),
    "inert_trusted_types": _few("trusted_types", "inert_trusted_types", "trusted-types", "require-trusted-types-for"),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {"policy_too_long": Check(policy_too_long)}
"""Asked once of the whole answer."""
