"""
Two reports of the same target, an earlier and a later one: broken, fixed, looser, tighter, policy gone, new scripts.

PCI DSS 11.6.1 asks for alerts when the headers or scripts of a payment page change; this is what such an alert is made of.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from csplint.csp.change import change
from csplint.csp.policy import Delivered
from csplint.csp.preserve import Loss
from csplint.model import WORST_FIRST, TargetReport
from csplint.model.inventory import ScriptReport


class ScriptChange(Struct, frozen=True):
    """A script's file or text that is new or gone: its address without query, or "inline" and the hash of its text."""

    what: str
    vendor: str = ""


class TargetChange(Struct, frozen=True, kw_only=True):
    """
    What became of a target.

    before, after: the widget's state, or "failed", "new" (there is no earlier report) or "gone" (no later one). is_worse, is_better: of the
    widget, or of whether it could be checked. looser, tighter: sources by directive, as in `csplint.csp.change`. policy_gone,
    policy_new: the target has no enforced policy any more, or has its first. findings_new, findings_gone: names of rules of errors
    and warnings. scripts_new, scripts_gone: if both reports have an inventory.
    """

    target: str
    name: str = ""
    before: str = ""
    after: str = ""
    is_worse: bool = False
    is_better: bool = False
    looser: tuple[Loss, ...] = ()
    tighter: tuple[Loss, ...] = ()
    policy_gone: bool = False
    policy_new: bool = False
    findings_new: tuple[str, ...] = ()
    findings_gone: tuple[str, ...] = ()
    scripts_new: tuple[ScriptChange, ...] = ()
    scripts_gone: tuple[ScriptChange, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether there is anything to say."""
        said = (self.looser, self.tighter, self.findings_new, self.findings_gone, self.scripts_new, self.scripts_gone)
        return self.before != self.after or self.policy_gone or self.policy_new or any(said)

    @property
    def is_alert(self) -> bool:
        """Whether somebody should look: the widget is worse, the policy is looser or gone, or a script is new."""
        return self.is_worse or bool(self.looser) or self.policy_gone or bool(self.scripts_new)


_STATES = ("failed", *WORST_FIRST)
"""The worst first."""


def compare(before: TargetReport | None, after: TargetReport | None) -> TargetChange:
    """Compare two reports of one target, of which one may be missing."""
    known = after or before
    if known is None:
        raise ValueError("two missing reports")
    one, other = _state(before, "new"), _state(after, "gone")
    if before is None or after is None:
        return TargetChange(target=known.target, name=known.name, before=one, after=other)
    ranked = [_STATES.index(each) if each in _STATES else len(_STATES) for each in (one, other)]
    made = change(_delivered(before), _delivered(after), after.final_url or before.final_url or "")
    both = before.outcome == after.outcome == "checked"
    old, new = _rules(before), _rules(after)
    had, has = _scripts(before), _scripts(after)
    return TargetChange(
        target=known.target,
        name=known.name,
        before=one,
        after=other,
        is_worse=ranked[1] < ranked[0],
        is_better=ranked[1] > ranked[0],
        looser=made.looser if both else (),
        tighter=made.tighter if both else (),
        policy_gone=both and made.gone,
        policy_new=both and made.appeared,
        findings_new=tuple(sorted(new - old)) if both else (),
        findings_gone=tuple(sorted(old - new)) if both else (),
        scripts_new=_listed(has, had) if both and had is not None and has is not None else (),
        scripts_gone=_listed(had, has) if both and had is not None and has is not None else (),
    )


def _state(report: TargetReport | None, missing: str) -> str:
    if report is None:
        return missing
    if report.outcome == "failed":
        return "failed"
    return (report.verdict.if_added or report.verdict.state) if report.verdict else ""


def _delivered(report: TargetReport) -> list[Delivered]:
    return [Delivered(each.value, each.delivery, each.disposition) for each in report.policies]


def _rules(report: TargetReport) -> set[str]:
    return {name for each in report.findings if each.severity != "info" and each.state == "new" for name in each.names}


def _scripts(report: TargetReport) -> dict[str, ScriptReport] | None:
    """The scripts by what they are; None without an inventory."""
    if not isinstance(report.scripts, tuple):
        return None
    return {each.url or each.origin or f"inline {each.sha256}": each for each in report.scripts}


def _listed(some: dict[str, ScriptReport] | None, others: dict[str, ScriptReport] | None) -> tuple[ScriptChange, ...]:
    return tuple(ScriptChange(what, each.vendor) for what, each in (some or {}).items() if what not in (others or {}))


def summary(changes: Iterable[TargetChange]) -> dict[str, int]:
    """How many targets changed in which way."""
    found = dict.fromkeys(("broken", "fixed", "looser", "tighter", "policy gone", "new scripts", "new", "gone"), 0)
    for each in changes:
        found["broken"] += each.is_worse
        found["fixed"] += each.is_better
        found["looser"] += bool(each.looser)
        found["tighter"] += bool(each.tighter)
        found["policy gone"] += each.policy_gone
        found["new scripts"] += bool(each.scripts_new)
        found["new"] += each.before == "new"
        found["gone"] += each.after == "gone"
    return found
