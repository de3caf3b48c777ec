"""What a scan found, in lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import SEVERITIES
from csplint.report.phrases import counted
from csplint.scan.tally import Tally

STATES = {
    "works": "the widget works",
    "partly": "loads, but parts of it fail",
    "broken": "the widget does not load",
    "unknown": "csplint cannot say",
    "absent": "no widget in the page's HTML",
    "none": "no vendor was judged",
}
"""What each verdict means, best first."""

_MOST_RULES = 15
_WORDS = {"error": "error", "warning": "warning", "info": "advice"}


def summary(tally: Tally, seconds: float) -> Iterator[str]:
    """The lines of the summary."""
    rate = f", {tally.targets / seconds:.1f} a second" if seconds >= 1 else ""
    yield f"{counted(tally.targets, 'target')} in {_duration(seconds)}{rate}"
    if tally.states:
        yield ""
        yield "Verdict"
        yield from (_row(tally.states[state], text) for state, text in STATES.items() if tally.states[state])
    if len({vendor for vendor, _ in tally.vendors}) > 1:
        yield ""
        yield "Vendor"
        yield from (_row(count, f"{vendor}: {state}") for (vendor, state), count in sorted(tally.vendors.items()))
    if tally.errors:
        yield ""
        yield "Could not be checked"
        yield from (_row(count, kind) for kind, count in tally.errors.most_common())
    if tally.rules:
        yield ""
        yield "Rule (targets that have it)"
        yield from _rules(tally)


def _rules(tally: Tally) -> Iterator[str]:
    ordered = sorted(tally.rules.items(), key=lambda each: (SEVERITIES.index(each[0][1]), -each[1], each[0][0]))
    for (name, severity), count in ordered[:_MOST_RULES]:
        yield _row(count, f"{_WORDS[severity]:<9}{name}")
    if len(ordered) > _MOST_RULES:
        yield f"  {len(ordered) - _MOST_RULES} more rules are in the JSON lines"


def _row(count: int, text: str) -> str:
    return f"  {count:>9,}  {text}"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004
        return f"{seconds:.1f} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def live(done: int, failed: int, waiting: int, seconds: float, *, is_read: bool) -> str:
    """The line that a terminal shows while a scan runs."""
    rate = done / seconds if seconds > 0 else 0.0
    text = f"{done:,} done, {failed:,} failed, {rate:.1f} a second"
    if not is_read:
        return f"{text}, more than {waiting:,} to go"
    left = f", {_duration(waiting / rate)} left" if rate else ""
    return f"{text}, {waiting:,} to go{left}"
