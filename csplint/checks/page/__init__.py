"""The policy held against the page's own HTML and CSS."""

from __future__ import annotations

from csplint.checks.check import Check, has_page, late, when

POLICY: dict[str, Check] = {
    "own_resources": when(has_page, late("page.resources", "own_resources")),
    "unused_trust": when(has_page, late("page.unused_trust", "unused_trust")),
    "unused_sources": when(has_page, late("page.unused_sources", "unused_sources")),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {}
"""Asked once of the whole answer."""
