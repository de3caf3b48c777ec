"""Blocked requests whose address is at fault: http on an https page, or a scheme that no page loads anything from."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.checks.edits import add_sources
from csplint.checks.own_page.addresses import https, is_upgraded_early
from csplint.checks.own_page.groups import Group, shortened, source_for
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.csp.edit import Replacement, with_directive
from csplint.csp.match import Target, mismatch
from csplint.csp.upgrade import DIRECTIVE
from csplint.csp.url import Url, parse_url
from csplint.model import Edit, Severity

_MOST_SOURCES_ADDED = 40
_IN_THE_PAGE = "Write https:// in the page"


def explain_insecure(found: Group, page: Url, severity: Severity) -> Problem:
    """Files over http on an https page: browsers ask about the http address, and block most of them whatever the answer."""
    origins = _insecure_origins(found, page)
    from_where = f"from {origins[0]}" if len(origins) == 1 else f"from {len(origins)} other hosts"
    return found.problem(
        f"{found.blocks} {from_where}.",
        severity=severity,
        cause=f"The first URL is {shortened(found.first.request.url)}. {_why(found, page)}",
        value=f"{found.effective} {origins[0] if len(origins) == 1 else 'other http hosts'}",
        parts=tuple(f"{found.effective} {origin}" for origin in origins),
        fix=_fix(found, page),
        safety="unsafe",
        edits=_edits(found, page),
    )


def _insecure_origins(found: Group, page: Url) -> list[str]:
    return list(dict.fromkeys(source_for(each.request.url, page) for each in found.blocked))


def _why(found: Group, page: Url) -> str:
    if DIRECTIVE in found.policy.in_force or page.scheme != "https":
        return "upgrade-insecure-requests changes such an address only after the policy is checked."
    return "On an https page, browsers check the http address, and a page cannot allow http there: it is mixed content."


def explain_in_firefox(found: Group) -> Problem:
    """Images over http that Chromium upgrades before it asks, and Firefox after that."""
    origins = list(found.sources)
    return found.problem(
        f"In Firefox, {found.blocks} from {origins[0] if len(origins) == 1 else f'{len(origins)} other hosts'}.",
        severity="info",
        cause=f"The first URL is {shortened(found.first.own.asked.in_firefox)}. Firefox checks the http address and then "
        "upgrades it; Chromium upgrades it first.",
        value=f"{found.effective} {'http in Firefox' if len(origins) != 1 else f'{origins[0]} in Firefox'}",
        parts=tuple(f"{found.effective} {origin} in Firefox" for origin in origins),
        fix=f"{_IN_THE_PAGE}, or add {DIRECTIVE} to the policy.",
        safety="unsafe",
        edits=policy_edits(found.policy, _upgrade(found)),
    )


def _fix(found: Group, page: Url) -> str:
    added = _blocked_over_https(found, page)
    also = f" Allow {' '.join(added)} in {found.effective}." if added else ""
    upgrade = f", or add {DIRECTIVE} to the policy" if _upgrade_helps(found, page) else ""
    return f"{_IN_THE_PAGE}{upgrade}.{also}"


def _edits(found: Group, page: Url) -> tuple[Edit, ...]:
    added = _blocked_over_https(found, page)
    if not _upgrade_helps(found, page) or len(added) > _MOST_SOURCES_ADDED:
        return server_edit(_fix(found, page))
    sources = add_sources(found.policy, found.first.effective, added) if added else ()
    return policy_edits(found.policy, [*sources, *_upgrade(found)])


def _upgrade(found: Group) -> Sequence[Replacement]:
    return [
        Replacement(each.start, each.end, each.text.rstrip()) for each in with_directive(found.policy, DIRECTIVE, "")
    ]


def _upgrade_helps(found: Group, page: Url) -> bool:
    """Whether upgrade-insecure-requests would make the address https before the policy is asked."""
    missing = DIRECTIVE not in found.policy.in_force and page.scheme == "https"
    return missing and all(is_upgraded_early(each.own.found) for each in found.blocked)


def _blocked_over_https(found: Group, page: Url) -> list[str]:
    """The sources that the list lacks for the same files over https."""
    targets = {source: _target(found, source, page) for source in found.sources}
    return [source for source, target in targets.items() if target and not _is_listed(found, target)]


def _target(found: Group, source: str, page: Url) -> Target | None:
    urls = (https(each.request.url) for each in found.blocked)
    url = parse_url(next((each for each in urls if source_for(each, page) == source), ""))
    return Target(url, page) if url else None


def _is_listed(found: Group, target: Target) -> bool:
    return any(mismatch(source, target) is None for source in found.directive.list.locations)


def explain_elsewhere(found: Group) -> Problem:
    """Addresses from which a page loads nothing: a source for them would be wrong, whatever else is."""
    scheme, kind = found.sources[0] if found.sources else "", found.first.request.kind
    value = f"{found.effective} {scheme}"
    if kind == "form":
        return found.problem(
            f"{found.blocks} submitted to {scheme} URLs.",
            severity="error",
            cause=f"The first is {shortened(found.first.request.url)}",
            value=value,
            fix="Run the code from a submit listener in a script that the policy allows, and give the form a web address."
            if scheme == "javascript:"
            else f"Use a link to the {scheme} address, or submit the form to a web address.",
        )
    return found.problem(
        f"{found.blocks} from {scheme} URLs, from which a page loads nothing.",
        severity="info",
        cause=f"The first URL is {shortened(found.first.request.url)}. Nothing breaks, but each one logs a violation.",
        value=value,
        parts=tuple(f"{found.effective} {each}" for each in found.sources),
        fix="Correct the address, or remove the element.",
    )
