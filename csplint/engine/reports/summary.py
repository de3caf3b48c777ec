"""From gathered reports to what they need, and whether a policy is ready to be enforced."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from csplint.csp.browsers import BrowserName
from csplint.csp.decide import PolicySet
from csplint.engine.reports.candidate import base_policy, parsed, with_needs
from csplint.engine.reports.groups import Gathered, Group
from csplint.engine.reports.model import Candidate, Explained, Need, Replay, ReportGroup, ReportsSummary, SentPolicy
from csplint.engine.reports.needs import Advice, advice, with_page
from csplint.engine.reports.readiness import readiness
from csplint.engine.reports.request import blocks, depends_on_tag, policies_of, request_of, to_show, without_nonces
from csplint.engine.vendor_requests import VendorRequests
from csplint.packs.merge import PackSet

MOST_ADDED = 200
"""Sources that csplint adds to a policy; beyond that nobody can check them."""

_NeedKey = tuple[str, str, str, str]


def summarize(gathered: Gathered, packs: PackSet, vendors: VendorRequests, policy: str = "") -> ReportsSummary:
    """
    Everything about the reports that were gathered.

    policy: the candidate; "" for the policy in most reports with what the reports need.
    """
    groups = sorted(gathered.groups.values(), key=_order)
    judge = _Judge(gathered)
    explained = [judge.explained(group) for group in groups]
    needs, numbers, added = _needs(groups, explained, _adviser(gathered, packs, vendors))
    text = without_nonces(policy) or with_needs(base_policy(gathered), added[:MOST_ADDED])
    left = [judge.left(group, text, before) for group, before in zip(groups, explained, strict=True)]
    replay = _replay(gathered, groups, left) if text else None
    candidate = Candidate(text=to_show(text), made=not policy) if text else None
    return ReportsSummary(
        read=gathered.read,
        grouped=gathered.grouped,
        noise=gathered.noise,
        broken=gathered.broken,
        ungrouped=gathered.ungrouped,
        coverage=gathered.coverage(),
        needs=needs,
        groups=tuple(
            _shown(group, how, what, number)
            for group, how, what, number in zip(groups, explained, left, numbers, strict=True)
        ),
        noise_reasons=gathered.noise_counts(),
        broken_lines=tuple(gathered.broken_lines),
        broken_reasons=dict(gathered.broken_reasons.most_common()),
        policies=_policies(gathered),
        candidate=candidate,
        replay=replay,
        enforce=readiness(gathered, candidate, replay, needs, _unexplained(groups, explained)),
    )


def _order(group: Group) -> tuple[object, ...]:
    what = group.what
    return (-group.reports, what.directive, what.blocked, what.page, what.code, group.disposition or "", group.policy)


class _Judge:
    """Decides reports again, under their own policy and under another."""

    def __init__(self, gathered: Gathered) -> None:
        self._texts = {number: text for (text, _), number in gathered.policies.items()}

    def explained(self, group: Group) -> Explained:
        """Whether the policy in the reports blocks this, in a browser that sent one."""
        text = self._texts.get(group.policy, "")
        return self._blocks(group, text) if text else "unknown"

    def left(self, group: Group, candidate: str, explained: Explained) -> Explained:
        """Whether the candidate blocks what the reports of a group are about."""
        if not candidate:
            return "unknown"
        answer = self._blocks(group, candidate)
        request = request_of(group.what)
        if answer == "no":
            # the policy in the report does not block this either, and yet there is a report
            return "unknown" if explained == "no" else "no"
        if answer == "yes" and request is not None:
            now, before = self._set(group, candidate, None), self._before(group)
            return "unknown" if depends_on_tag(now, before, group.what, request) else "yes"
        return answer

    def _before(self, group: Group) -> PolicySet | None:
        text = self._texts.get(group.policy, "")
        return self._set(group, text, None) if text else None

    def _blocks(self, group: Group, text: str) -> Explained:
        request = request_of(group.what)
        browsers: list[BrowserName | None] = [*group.browsers] or [None]
        answers = [blocks(self._set(group, text, browser), group.what, request) for browser in browsers]
        return "yes" if "yes" in answers else "unknown" if "unknown" in answers else "no"

    def _set(self, group: Group, text: str, browser: BrowserName | None) -> PolicySet:
        return policies_of(text, group.what.page, browser)


def _adviser(gathered: Gathered, packs: PackSet, vendors: VendorRequests) -> Callable[[Group], Advice]:
    policies = {number: parsed(text) for (text, _), number in gathered.policies.items()}
    return lambda group: advice(packs, vendors, group, policies.get(group.policy))


def _needs(
    groups: list[Group], explained: list[Explained], adviser: Callable[[Group], Advice]
) -> tuple[tuple[Need, ...], list[int | None], list[Need]]:
    """The needs of all groups, each once; each group's number among them; and those whose source is added."""
    found: dict[_NeedKey, tuple[Need, set[str], bool]] = {}
    keys: list[_NeedKey | None] = []
    for group, how in zip(groups, explained, strict=True):
        if how == "no":
            keys.append(None)
            continue
        one = adviser(group)
        key = (one.need.directive, one.need.source, one.need.text, one.need.vendor)
        first = replace(one.need, text=with_page(one.need.text, group.what.page))
        need, pages, is_added = found.get(key, (first, set[str](), one.is_added))
        pages.add(group.what.page)
        certain = need.certain or one.need.certain
        found[key] = (replace(need, reports=need.reports + group.reports, certain=certain), pages, is_added)
        keys.append(key)
    ordered = sorted(found, key=lambda key: (-found[key][0].reports, key))
    numbers = {key: number for number, key in enumerate(ordered)}
    needs = tuple(replace(found[key][0], pages=len(found[key][1])) for key in ordered)
    return needs, [numbers[key] if key else None for key in keys], [found[key][0] for key in ordered if found[key][2]]


def _replay(gathered: Gathered, groups: list[Group], left: list[Explained]) -> Replay:
    counts = {"yes": 0, "no": 0, "unknown": gathered.ungrouped}
    for group, answer in zip(groups, left, strict=True):
        counts[answer] += group.reports
    return Replay(allowed=counts["no"], blocked=counts["yes"], unknown=counts["unknown"])


def _unexplained(groups: list[Group], explained: list[Explained]) -> int:
    return sum(group.reports for group, how in zip(groups, explained, strict=True) if how == "no")


def _policies(gathered: Gathered) -> tuple[SentPolicy, ...]:
    sent = [
        SentPolicy(text=to_show(text), disposition=disposition, reports=gathered.policy_reports[number])
        for (text, disposition), number in gathered.policies.items()
    ]
    return tuple(sorted(sent, key=lambda each: (-each.reports, each.text)))


def _shown(group: Group, explained: Explained, left: Explained, need: int | None) -> ReportGroup:
    what = group.what
    return ReportGroup(
        page=what.page,
        directive=what.directive,
        disposition=group.disposition,
        blocked=what.blocked,
        code=what.code,
        reports=group.reports,
        weak=group.weak,
        browsers=dict(sorted(group.browsers.items())),
        first=group.first,
        last=group.last,
        sample=group.sample,
        explained=explained,
        left=left,
        need=need,
        whole=group.whole,
    )
