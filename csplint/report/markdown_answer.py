"""The corrected policies in Markdown: lines to copy, what is left to do by hand, and what changes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.model import Corrected, TargetReport
from csplint.report.markdown_escape import fenced, prose
from csplint.report.phrases import proved
from csplint.report.to_send import directives, steps, to_send


class _Change(Struct, frozen=True):
    """A header or meta element that changes; `after` is "" if it goes. is_meta: whether it is a meta element."""

    name: str
    before: str
    after: str
    is_meta: bool = False


def answer(target: TargetReport, corrected: Corrected) -> Iterator[str]:
    """Give what to send instead, ready to copy, and what to do by hand."""
    changes = _changes(corrected)
    if sent := [each for each in changes if each.after]:
        kept = ", and nothing that is allowed now is blocked" if corrected.proof.still_allowed else ""
        lost = "" if corrected.proof.still_allowed else " It blocks some of what is allowed now."
        yield f"Send this instead. It was checked: {proved(target, corrected)}{kept}.{lost}"
        yield fenced(map(_sent, sent))
    by_hand = [f"Stop sending {each.name}: {each.before}" for each in changes if not each.after]
    by_hand += [f"Give {each.tag} a {each.attribute}: {each.value}." for each in corrected.tags]
    by_hand += steps(corrected)
    if by_hand:
        yield "\n".join(f"- **To do**: {sentence(each)}" for each in by_hand)


def line_by_line(corrected: Corrected) -> Iterator[str]:
    """Give the changed directives of each changed policy, folded."""
    lines: list[str] = []
    for change in _changes(corrected):
        old, new = ([each.rstrip(";,") for each in directives(text)] for text in (change.before, change.after))
        lines.append(f"  {change.name}:")
        lines += [f"- {each}" for each in old if each not in new]
        lines += [f"+ {each}" for each in new if each not in old]
    if lines:
        yield from folded("What changes, directive by directive", fenced(lines, "diff"))


def folded(summary: str, content: str) -> Iterator[str]:
    """Give blocks that are folded until somebody opens them; the summary is our own plain words."""
    yield f"<details><summary>{summary}</summary>"
    yield content
    yield "</details>"


def sentence(text: str) -> str:
    """Give text as prose that ends like a sentence."""
    text = text.rstrip()
    return prose(text if text.endswith((".", "!", "?")) else f"{text}.")


def _changes(corrected: Corrected) -> list[_Change]:
    headers = [
        _Change(each.name, to_send(each.before or ""), to_send(each.after or ""))
        for each in corrected.headers
        if each.action != "keep"
    ]
    metas = [
        _Change(
            f"the meta element on line {each.place.line}" if each.place else "the meta element",
            to_send(each.before or ""),
            to_send(each.after or ""),
            is_meta=True,
        )
        for each in corrected.metas
        if each.action != "keep"
    ]
    return [*headers, *metas]


def _sent(change: _Change) -> str:
    if not change.is_meta:
        return f"{change.name or 'a header'}: {change.after}"
    content = change.after.replace("&", "&amp;").replace('"', "&quot;")
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'
