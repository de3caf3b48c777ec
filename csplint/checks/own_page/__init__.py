"""The policy held against the page's own HTML and CSS."""

from __future__ import annotations

from csplint.checks.check import Check, Late, wanting
from csplint.checks.facts import Situation

POLICY: dict[str, Check] = {
    "own_resources": wanting(Late("own_page.resources", "own_resources"), Situation.PAGE),
    "unused_trust": wanting(Late("own_page.unused_trust", "unused_trust"), Situation.PAGE),
    "unused_sources": wanting(Late("own_page.unused_sources", "unused_sources"), Situation.PAGE),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {}
"""Asked once of the whole answer."""
