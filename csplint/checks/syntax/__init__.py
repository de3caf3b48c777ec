"""What a policy's text gets wrong: directives and sources that browsers drop, or read otherwise than meant."""

from __future__ import annotations

from csplint.checks.check import Check
from csplint.checks.syntax.ancestors import frame_ancestors_source
from csplint.checks.syntax.characters import non_ascii_directive
from csplint.checks.syntax.commas import comma_in_policy
from csplint.checks.syntax.few import few
from csplint.checks.syntax.header_names import header_name_in_value
from csplint.checks.syntax.invalid import invalid_source
from csplint.checks.syntax.length import policy_too_long
from csplint.checks.syntax.nones import none_with_others
from csplint.checks.syntax.paths import exact_path, query_in_source
from csplint.checks.syntax.redundant import redundant_source
from csplint.checks.syntax.repeats import duplicate_directive, duplicate_source
from csplint.checks.syntax.reporting import report_to_token
from csplint.checks.syntax.sandbox import sandbox_flag
from csplint.checks.syntax.semicolons import missing_semicolon
from csplint.checks.syntax.status import deprecated_directive, removed_directive, unexpected_value
from csplint.checks.syntax.trust import invalid_hash, invalid_nonce
from csplint.checks.syntax.unknown_names import unknown_directive
from csplint.checks.syntax.words import unknown_keyword, unquoted_keyword

POLICY: dict[str, Check] = {
    name: few(check)
    for name, check in {
        "unknown_directive": unknown_directive,
        "missing_semicolon": missing_semicolon,
        "unquoted_keyword": unquoted_keyword,
        "unknown_keyword": unknown_keyword,
        "invalid_source": invalid_source,
        "invalid_nonce": invalid_nonce,
        "invalid_hash": invalid_hash,
        "non_ascii_directive": non_ascii_directive,
        "duplicate_directive": duplicate_directive,
        "duplicate_source": duplicate_source,
        "none_with_others": none_with_others,
        "header_name_in_value": header_name_in_value,
        "comma_in_policy": comma_in_policy,
        "unexpected_value": unexpected_value,
        "removed_directive": removed_directive,
        "deprecated_directive": deprecated_directive,
        "sandbox_flag": sandbox_flag,
        "frame_ancestors_source": frame_ancestors_source,
        "report_to_token": report_to_token,
        "query_in_source": query_in_source,
        "exact_path": exact_path,
        "redundant_source": redundant_source,
    }.items()
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {"policy_too_long": policy_too_long}
"""Asked once of the whole answer."""
