"""
What to send instead: the corrected policies to copy, the tags to change, the steps left to do, and what stays as it is.

A policy is shown one directive a line, with a plus before each line that has something new. The button copies the same
value in one line, as it has to be sent; without the script that line can be unfolded and selected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.model import Corrected, Finding, HeaderChange, MetaChange, Proof, TagChange, TargetReport
from csplint.report.html.merged import brief_of, fingerprints_of
from csplint.report.html.send import Sent, send_block, short_value
from csplint.report.html.tree import Child, Html, code, join, tag
from csplint.report.phrases import counted, listed, proved
from csplint.report.policy_facts import policy_number
from csplint.report.to_send import NONCE, steps

Numbered = Sequence[tuple[int, Finding]]
Change = HeaderChange | MetaChange


def answer(target: TargetReport, shown: Numbered, prefix: str) -> Html | None:
    """
    Give the section on what to send instead; None if there is nothing to correct.

    shown: the target's findings with their numbers, for links. prefix: begins the ids of the target's elements.
    """
    corrected = target.corrected
    if corrected is None:
        return None
    changed = _changes(corrected)
    heading = tag("h3", _title(corrected, changed), id=f"{prefix}-send")
    return tag(
        "section",
        heading,
        tag("p", _proof_sentence(target, corrected), class_="proof") if changed else None,
        *_blocks(target, changed, prefix),
        *_kept(corrected),
        _tags(corrected.tags),
        _steps(corrected, has_changes=bool(changed)),
        _left(corrected, shown, prefix),
        class_="send-instead",
        aria_labelledby=f"{prefix}-send",
    )


def _all(corrected: Corrected) -> list[Change]:
    return [*corrected.headers, *corrected.metas]


def _changes(corrected: Corrected) -> list[Change]:
    return [each for each in _all(corrected) if each.action != "keep"]


def _is_trial(corrected: Corrected) -> bool:
    """Whether the answer is a new policy to try report-only, because the page has none."""
    return any(each.action == "add" and each.name.endswith("-Report-Only") for each in corrected.headers)


def _title(corrected: Corrected, changed: Sequence[Change]) -> str:
    if not changed:
        return "What to do"
    if _is_trial(corrected):
        return "Try this policy first"
    if all(each.after is None for each in changed):
        return "Stop sending this"
    return "Send this instead" if any(each.before is not None for each in changed) else "Send this too"


def _proof_sentence(target: TargetReport, corrected: Corrected) -> str:
    proof = corrected.proof
    found = proved(target, corrected)
    if _is_trial(corrected):
        return (
            f"The page has no policy. With this one, {found}. Sent report-only, it blocks nothing: browsers report "
            "what it would block."
        )
    kept = ", and nothing that is allowed now is blocked" if proof.still_allowed else ""
    lost = "" if proof.still_allowed else " It blocks some of what is allowed now."
    return f"It was checked: {found}{kept}.{lost}{_what_is_left(proof)}"


def _what_is_left(proof: Proof) -> str:
    counts = [(proof.errors, "error"), (proof.warnings, "warning")]
    parts = [counted(number, noun) for number, noun in counts if number]
    if not parts:
        return ""
    return f" {listed(parts)} {'is' if proof.errors + proof.warnings == 1 else 'are'} left, see below."


def _blocks(target: TargetReport, changed: Sequence[Change], prefix: str) -> Iterator[Html]:
    for number, change in enumerate(changed, start=1):
        name = change.name if isinstance(change, HeaderChange) else ""
        if change.after is None:
            yield _removal(target, change, name, prefix)
        else:
            sent = Sent(name, change.before or "", change.after, _replaces(target, change))
            yield send_block(sent, f"{prefix}-s{number}")


def _replaces(target: TargetReport, change: Change) -> str:
    """Where the value goes: "replaces policy 1", "line 3 of the page", "new header"."""
    if isinstance(change, MetaChange) and change.place:
        return f"on line {change.place.line}, replaces the one there"
    if change.before is None:
        return "a new header" if isinstance(change, HeaderChange) else "a new meta element"
    number = policy_number(target.policies, change.policy)
    return f"replaces policy {number}" if number else "replaces the header you send now"


def _removal(target: TargetReport, change: Change, name: str, prefix: str) -> Html:
    number = policy_number(target.policies, change.policy)
    place = f" on line {change.place.line}" if isinstance(change, MetaChange) and change.place else ""
    what: Child = join(("the header ", code(name))) if name else f"the meta element{place}"
    which = join((" (", tag("a", f"policy {number}", href=f"#{prefix}-p{number}"), ")")) if number else None
    verb = "Stop sending " if name else "Remove "
    value = short_value(change.before or "")
    return tag("p", tag("strong", verb, what), which, ": ", tag("del", code(value)), class_="stop")


def _kept(corrected: Corrected) -> Iterator[Html]:
    kept = [each for each in _all(corrected) if each.action == "keep"]
    if kept and _changes(corrected):
        names = dict.fromkeys(each.name if isinstance(each, HeaderChange) else "" for each in kept)
        words = [join(("the header ", code(name))) if name else "the meta element" for name in names]
        for each in words:
            yield tag("p", "Keep ", each, " as it is.", class_="quiet")


def _tags(tags: Sequence[TagChange]) -> Html | None:
    if not tags:
        return None
    rows = [
        tag(
            "li",
            tag("strong", f"Line {each.place.line}, column {each.place.column}"),
            f": give the {f'<{each.element}> ' if each.element else ''}tag the attribute ",
            code(each.attribute),
            f": {each.value}.",
            tag("span", f" {_one_line(each.why)}", class_="quiet") if each.why.strip() else None,
        )
        for each in tags
    ]
    return join((tag("h4", "Change these tags of the page"), tag("ul", *rows, class_="todo")))


def _steps(corrected: Corrected, *, has_changes: bool) -> Html | None:
    rows = [tag("li", *_step(_one_line(each))) for each in steps(corrected)]
    if not rows:
        return None
    title = "Before you enforce it" if _is_trial(corrected) else "Then do this by hand" if has_changes else ""
    return join((tag("h4", title) if title else None, tag("ol", *rows, class_="todo steps")))


def _step(text: str) -> Iterator[Child]:
    """The step, with the place for the nonce as code."""
    for number, part in enumerate(text.split(NONCE)):
        if number:
            yield code(NONCE)
        yield part


def _left(corrected: Corrected, shown: Numbered, prefix: str) -> Html | None:
    """The errors and warnings that stay, by reason."""
    if not corrected.leaves:
        return None
    by_fingerprint = {each: pair for pair in shown for each in fingerprints_of(pair[1])}
    rows = []
    for why in dict.fromkeys(each.why for each in corrected.leaves):
        found = [by_fingerprint.get(each.fingerprint) for each in corrected.leaves if each.why == why]
        named = dict(filter(None, found))
        rows.append(tag("li", f"{_sentence_start(why)}:", tag("ul", *_left_rows(named, found.count(None), prefix))))
    return join((tag("h4", "What this does not fix"), tag("ul", *rows, class_="todo left")))


def _sentence_start(text: str) -> str:
    text = _one_line(text)
    return f"{text[:1].upper()}{text[1:]}"


def _left_rows(named: dict[int, Finding], unnamed: int, prefix: str) -> Iterator[Html]:
    for number, finding in named.items():
        yield tag("li", tag("a", f"{number}. {_one_line(brief_of(finding))}", href=f"#{prefix}-f{number}"))
    if unnamed:
        follows = "follows from another" if unnamed == 1 else "follow from others"
        yield tag("li", f"{counted(unnamed, 'problem')} that {follows}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
