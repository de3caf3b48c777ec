"""The policy held against the page's own HTML and CSS."""

from __future__ import annotations

from csplint.checks.check import Check
from csplint.checks.page.resources import own_resources
from csplint.checks.page.unused_sources import unused_sources
from csplint.checks.page.unused_trust import unused_trust

POLICY: dict[str, Check] = {
    "own_resources": own_resources,
    "unused_trust": unused_trust,
    "unused_sources": unused_sources,
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {}
"""Asked once of the whole answer."""
