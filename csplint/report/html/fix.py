"""A fix on a finding's card: what to change in words, then every edit as text to copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from csplint.model import Edit, Fix, PolicyReport
from csplint.report.diff import RevisedDirective, revise
from csplint.report.html.copy import copyable, copyable_rows
from csplint.report.html.tree import LONGEST_COPY, Html, code, join, tag, words
from csplint.report.words import fix_standing, policy_number

_SAFETY = {
    "safe": ("safe", "changes nothing but what this finding is about"),
    "unsafe": ("needs a look", "it may allow or block more than this finding is about"),
    "advice": ("advice", "in words: there is no edit that csplint could make and judge"),
}


def fix_part(fix: Fix, policies: Sequence[PolicyReport], mark: str) -> Html:
    """The card's part on the fix; `mark` begins the ids of its blocks."""
    label, meaning = _SAFETY[fix_standing(fix)]
    heading = tag("h5", "Fix ", tag("span", label, class_=f"badge {fix.safety}"))
    return tag(
        "div",
        heading,
        tag("p", " ".join(fix.summary.split()), tag("span", f" ({meaning})", class_="quiet")),
        *_edits(fix.edits, policies, mark),
        class_="fix",
    )


def _edits(edits: Sequence[Edit], policies: Sequence[PolicyReport], mark: str) -> Iterator[Html]:
    """Each edit, in order; those of one policy together, where the first of them stands."""
    done: set[int | None] = set()
    for number, edit in enumerate(edits, start=1):
        name = f"{mark}-e{number}"
        if edit.kind != "policy":
            yield _edit(edit, policies, name)
        elif edit.policy not in done:
            done.add(edit.policy)
            yield _policy_edits([each for each in edits if each.policy == edit.policy], policies, name)


def _edit(edit: Edit, policies: Sequence[PolicyReport], name: str) -> Html:
    match edit.kind:
        case "remove-policy":
            return tag("p", f"Stop sending {_policy(edit.policy, policies)}.")
        case "header":
            return join((_lead("Send this header"), copyable(name, f"{edit.name or ''}: {edit.text}", "the header")))
        case "tag":
            place = f" at line {edit.place.line}, column {edit.place.column}" if edit.place else ""
            text = f'{edit.name or ""}="{edit.text}"'
            return join((_lead(f"In the tag{place}"), copyable(name, text, "the attribute")))
        case "server" if "\n" not in edit.text.strip():
            return tag("p", tag("span", "On the server: ", class_="quiet"), edit.text.strip(), class_="place")
        case "server":
            return join((_lead("On the server"), copyable(name, edit.text, "the lines for the server")))
        case "policy":  # grouped before
            raise ValueError("an edit of a policy by itself")
        case _:
            assert_never(edit.kind)


def _lead(text: str) -> Html:
    return tag("p", text, class_="lead")


def _policy(index: int | None, policies: Sequence[PolicyReport]) -> str:
    number = policy_number(policies, index)
    return "the policy" if number is None else f"policy {number}"


def _policy_edits(edits: Sequence[Edit], policies: Sequence[PolicyReport], name: str) -> Html:
    number = policy_number(policies, edits[0].policy)
    if number is None:
        return join(())
    revision = revise(policies[number - 1].value, [edit for edit in edits if edit.kind == "policy"])
    parts: list[Html] = []
    if revision.directives:
        count = len(revision.directives)
        reads = "the directive then reads" if count == 1 else "the directives then read"
        what = "the corrected directive" if count == 1 else "the corrected directives"
        parts.append(_lead(f"In policy {number} {reads}"))
        parts.append(copyable_rows(name, [list(_revised(each)) for each in revision.directives], what))
    if revision.removed:
        gone = [tag("li", tag("del", code(" ".join(text.split())))) for text in revision.removed]
        parts += [_lead(f"Taken out of policy {number}"), tag("ul", *gone, class_="removed")]
    return join(parts)


def _revised(directive: RevisedDirective) -> Iterator[Html]:
    """The directive's text, on one line, what is new in it marked."""
    at = 0
    for start, end in directive.added:
        yield _flat(directive.text[at:start])
        yield tag("ins", _flat(directive.text[start:end]))
        at = end
    yield _flat(directive.text[at:])


def _flat(text: str) -> Html:
    """Line breaks inside a directive mean no more than spaces."""
    return words(text.translate(_BREAKS), LONGEST_COPY)


_BREAKS = str.maketrans("\t\n\f\r", "    ")
