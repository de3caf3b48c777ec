"""What a policy fails to protect against, judged by what is in force."""

from __future__ import annotations

from csplint.checks.check import Check
from csplint.checks.security.ancestors import frame_ancestors
from csplint.checks.security.bypass import bypass_hosts
from csplint.checks.security.keywords import unsafe_hashes, unsafe_keywords, unsafe_styles
from csplint.checks.security.missing import missing
from csplint.checks.security.schemes import schemes
from csplint.checks.security.transport import insecure_sources, ip_sources
from csplint.checks.security.trust import allowlist, strict_dynamic_alone, trusted_types
from csplint.checks.security.unrestricted import unrestricted
from csplint.checks.security.wildcard import wildcard

POLICY: dict[str, Check] = {
    "script_unrestricted": unrestricted,
    "script_wildcard": wildcard,
    "script_schemes": schemes,
    "unsafe_keywords": unsafe_keywords,
    "unsafe_hashes": unsafe_hashes,
    "bypass_hosts": bypass_hosts,
    "missing_locks": missing,
    "unsafe_styles": unsafe_styles,
    "insecure_sources": insecure_sources,
    "ip_sources": ip_sources,
    "strict_dynamic_alone": strict_dynamic_alone,
    "script_allowlist": allowlist,
    "trusted_types": trusted_types,
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "frame_ancestors": frame_ancestors,
}
"""Asked once of the whole answer."""
