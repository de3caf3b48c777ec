"""A fix on a finding's card: what to change, then every edit as text to copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from csplint.model import Edit, Fix, PolicyReport, Region
from csplint.report.diff import RevisedDirective, revise
from csplint.report.html.tree import LONGEST_COPY, Html, code, copyable, copyable_rows, join, tag, text_of
from csplint.report.phrases import FixLabel, file_change, fix_label
from csplint.report.policy_facts import policy_number
from csplint.report.to_send import tag_attribute

_MEANING: dict[FixLabel, str] = {
    "ready": "changes only what this finding is about",
    "check first": "may allow or block more than this finding is about",
    "to do": "a change that you make yourself; csplint cannot test it",
}


def fix_part(fix: Fix, policies: Sequence[PolicyReport], prefix: str) -> Html:
    """Give the card's section on the fix; `prefix` begins the ids of its blocks."""
    label = fix_label(fix)
    heading = tag("h5", "Fix ", tag("span", label, class_=f"badge {label.replace(' ', '-')}"))
    return tag(
        "div",
        heading,
        tag("p", " ".join(fix.summary.split()), tag("span", f" ({_MEANING[label]})", class_="quiet")),
        *_edits(fix.edits, policies, prefix),
        class_="fix",
    )


def _edits(edits: Sequence[Edit], policies: Sequence[PolicyReport], prefix: str) -> Iterator[Html]:
    """The edits in order, those of one policy grouped at the position of the first."""
    seen: set[int | None] = set()
    for number, edit in enumerate(edits, start=1):
        id_ = f"{prefix}-e{number}"
        if edit.kind != "policy":
            yield _edit(edit, policies, id_)
        elif edit.policy not in seen:
            seen.add(edit.policy)
            yield _policy_edits([each for each in edits if each.policy == edit.policy], policies, id_)


def _edit(edit: Edit, policies: Sequence[PolicyReport], id_: str) -> Html:
    match edit.kind:
        case "remove-policy":
            return tag("p", f"Stop sending {_policy(edit.policy, policies)}.")
        case "header":
            return join((_lead("Send this header"), copyable(id_, f"{edit.name or ''}: {edit.text}", "the header")))
        case "tag":
            place = f" at line {edit.place.line}, column {edit.place.column}" if edit.place else ""
            text = tag_attribute(edit)
            return join((_lead(f"In the tag{place}"), copyable(id_, text, "the attribute")))
        case "server" if "\n" not in edit.text.strip():
            return tag("p", tag("span", "On the server: ", class_="quiet"), edit.text.strip(), class_="place")
        case "server":
            return join((_lead("On the server"), copyable(id_, edit.text, "the lines for the server")))
        case "file":
            change = (
                f"In the file, {file_change(edit, edit.region)}" if isinstance(edit.region, Region) else "In the file"
            )
            return join((_lead(change), copyable(id_, edit.text, "the text"))) if edit.text else tag("p", f"{change}.")
        case "policy":
            raise ValueError("edits of a policy are grouped")
        case _:
            assert_never(edit.kind)


def _lead(text: str) -> Html:
    return tag("p", text, class_="lead")


def _policy(index: int | None, policies: Sequence[PolicyReport]) -> str:
    number = policy_number(policies, index)
    return "the policy" if number is None else f"policy {number}"


def _policy_edits(edits: Sequence[Edit], policies: Sequence[PolicyReport], id_: str) -> Html:
    number = policy_number(policies, edits[0].policy)
    if number is None:
        return join(())
    revision = revise(policies[number - 1].value, [edit for edit in edits if edit.kind == "policy"])
    parts: list[Html] = []
    if revision.directives:
        count = len(revision.directives)
        directives, become = ("directive", "becomes") if count == 1 else ("directives", "become")
        parts.append(_lead(f"In policy {number}, the {directives} {become}"))
        parts.append(
            copyable_rows(id_, [list(_revised(each)) for each in revision.directives], f"the corrected {directives}")
        )
    if revision.removed:
        removed = [tag("li", tag("del", code(" ".join(text.split())))) for text in revision.removed]
        parts += [_lead(f"Removed from policy {number}"), tag("ul", *removed, class_="removed")]
    return join(parts)


def _revised(directive: RevisedDirective) -> Iterator[Html]:
    """The directive on one line, with new text as `ins`."""
    at = 0
    for start, end in directive.added:
        yield _flat(directive.text[at:start])
        yield tag("ins", _flat(directive.text[start:end]))
        at = end
    yield _flat(directive.text[at:])


def _flat(text: str) -> Html:
    """Text whose line breaks, which mean no more than spaces in a directive, are spaces."""
    return text_of(text.translate(_BREAKS), LONGEST_COPY)


_BREAKS = str.maketrans("\t\n\f\r", "    ")
