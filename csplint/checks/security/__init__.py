"""What a policy fails to protect against, judged by what is in force."""

from __future__ import annotations

from csplint.checks.check import Check, wanting
from csplint.checks.security.ancestors import frame_ancestors
from csplint.checks.security.bypass import bypass_hosts
from csplint.checks.security.keywords import unsafe_hashes, unsafe_keywords, unsafe_styles
from csplint.checks.security.missing import missing
from csplint.checks.security.schemes import is_scheme, schemes
from csplint.checks.security.transport import insecure_sources, ip_sources, is_insecure, is_ip
from csplint.checks.security.trust import allowlist, strict_dynamic_alone, trusted_types
from csplint.checks.security.unrestricted import unrestricted
from csplint.checks.security.wildcard import is_wide, wildcard

POLICY: dict[str, Check] = {
    "script_unrestricted": unrestricted,
    "script_wildcard": wanting(wildcard, is_wide),
    "script_schemes": wanting(schemes, is_scheme),
    "unsafe_keywords": unsafe_keywords,
    "unsafe_hashes": unsafe_hashes,
    "bypass_hosts": bypass_hosts,
    "missing_locks": missing,
    "unsafe_styles": unsafe_styles,
    "insecure_sources": wanting(insecure_sources, is_insecure),
    "ip_sources": wanting(ip_sources, is_ip),
    "strict_dynamic_alone": strict_dynamic_alone,
    "script_allowlist": allowlist,
    "trusted_types": trusted_types,
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "frame_ancestors": frame_ancestors,
}
"""Asked once of the whole answer."""
