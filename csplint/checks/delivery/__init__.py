"""How a policy is sent: headers, meta elements, report-only, reporting, several policies at once."""

from __future__ import annotations

from csplint.checks.check import Check, has_answer, has_page, late, wanting, when
from csplint.checks.context import Context
from csplint.checks.few import few


def _is_dry_run(context: Context) -> bool:
    return context.dry_run


def _has_several(context: Context) -> bool:
    return len(context.policies.policies) > 1


POLICY: dict[str, Check] = {
    "report_only": when(_is_dry_run, few(late("delivery.report_only", "report_only"))),
    "reporting": wanting(few(late("delivery.reporting", "reporting")), "report-to"),
    "report_uri": wanting(few(late("delivery.report_uri", "report_uri")), "report-uri"),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "metas": when(has_page, few(late("delivery.metas", "metas"))),
    "old_headers": when(has_answer, late("delivery.old_headers", "old_headers")),
    "policies_conflict": when(_has_several, late("delivery.conflict", "policies_conflict")),
}
"""Asked once of the whole answer."""
