"""How a policy is sent: headers, meta elements, report-only, reporting, several policies at once."""

from __future__ import annotations

from csplint.checks.check import Check, Late, few, wanting
from csplint.checks.facts import Situation
from csplint.checks.vendor.presence import empty_policy

POLICY: dict[str, Check] = {
    "report_only": few(wanting(Late("delivery.report_only", "report_only"), Situation.DRY_RUN)),
    "reporting": few(wanting(Late("delivery.reporting", "reporting"), "report-to")),
    "report_uri": few(wanting(Late("delivery.report_uri", "report_uri"), "report-uri")),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "empty_policy": wanting(empty_policy, Situation.NONE),
    "metas": few(wanting(Late("delivery.metas", "metas"), Situation.PAGE)),
    "old_headers": wanting(Late("delivery.old_headers", "old_headers"), Situation.ANSWER),
    "policies_conflict": wanting(Late("delivery.conflict", "policies_conflict"), Situation.SEVERAL),
}
"""Asked once of the whole answer."""
