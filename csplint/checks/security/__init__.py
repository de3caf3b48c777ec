"""What a policy fails to protect against, judged by what is in force."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.check import Check, wanting
from csplint.checks.context import Context
from csplint.checks.problem import Problem
from csplint.checks.security.addresses import ip_sources, is_ip, is_loopback, loopback_scripts
from csplint.checks.security.ancestors import frame_ancestors
from csplint.checks.security.bypass import bypass_hosts
from csplint.checks.security.ground import runs_scripts, whole
from csplint.checks.security.keywords import is_unsafe, unsafe_hashes, unsafe_keywords, unsafe_styles
from csplint.checks.security.missing import missing
from csplint.checks.security.schemes import is_scheme, schemes
from csplint.checks.security.transport import insecure_sources, is_insecure, names_plain_port
from csplint.checks.security.trust import allowlist, strict_dynamic_alone, trusted_types
from csplint.checks.security.unrestricted import unrestricted
from csplint.checks.security.wildcard import is_wide, wildcard


def _of_scripts(check: Check) -> Check:
    """The check, started where scripts run at all."""

    def asked(context: Context) -> Iterator[Problem]:
        sandboxed = context.dry_run or "sandbox" in context.facts
        return iter(()) if sandboxed and not runs_scripts(whole(context)) else check(context)

    return asked


POLICY: dict[str, Check] = {
    "script_unrestricted": _of_scripts(unrestricted),
    "script_wildcard": wanting(_of_scripts(wildcard), is_wide),
    "script_schemes": wanting(_of_scripts(schemes), is_scheme),
    "unsafe_keywords": wanting(_of_scripts(unsafe_keywords), is_unsafe),
    "unsafe_hashes": _of_scripts(unsafe_hashes),
    "bypass_hosts": _of_scripts(bypass_hosts),
    "missing_locks": missing,
    "unsafe_styles": wanting(unsafe_styles, is_unsafe),
    "insecure_sources": wanting(insecure_sources, is_insecure, names_plain_port),
    "loopback_scripts": wanting(_of_scripts(loopback_scripts), is_loopback),
    "ip_sources": wanting(ip_sources, is_ip),
    "strict_dynamic_alone": _of_scripts(strict_dynamic_alone),
    "script_allowlist": _of_scripts(allowlist),
    "trusted_types": _of_scripts(trusted_types),
}
"""Asked of the enforced policies, and once more of the report-only ones."""

PAGE: dict[str, Check] = {
    "frame_ancestors": frame_ancestors,
}
"""Asked once of the whole answer."""
