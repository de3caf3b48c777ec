"""
Corrected policies written into the meta elements of a page's file.

Only the content attribute changes. As with configuration files, the changed page is read and judged again after each step.
What the page's tags need (a nonce) stays to be done by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from csplint.engine.inputs import SavedInput, read_local
from csplint.engine.meta_attribute import PageText, UnwritableError, attribute_edits, read_attribute, removal
from csplint.engine.source_edits import MOST_ROUNDS, NOT_PROVED, Written, with_nonces, words
from csplint.engine.source_proofs import Judge, is_proved
from csplint.engine.subject import ENFORCED
from csplint.errors import TargetError
from csplint.model import MetaChange, TargetReport
from csplint.page.document import Document, Meta
from csplint.page.fetch.settings import FetchSettings
from csplint.servers.source import FileEdit, apply_edits

_TEMPLATE = re.compile(r"<%|%>|\{%|<\?(?:php\b|=)|\[%")
"""Text that a template engine replaces: what browsers get is not what the file has. See also `_moustache`."""

_LONGEST_NAME = 400
"""Characters between {{ and }} of a template; more is a program's own."""

_IN_POLICY = re.compile(r"\$\{|#\{|\{\{|\[\[|__\w+__")


class _Page(Struct, frozen=True):
    """A page's file, as it was read, and its report."""

    each: SavedInput
    data: bytes
    document: Document
    report: TargetReport


def write_page(each: SavedInput, data: bytes, judge: Judge) -> Written:
    """
    The page with every correction of its meta elements that is proved.

    Raises UnwritableError for a page that csplint does not change, TargetError for one that cannot be read.
    """
    page = _read(each, data, judge)
    _require_writable(page)
    failed: set[tuple[FileEdit, ...]] = set()
    for _ in range(MOST_ROUNDS):
        step = next((edits for _, edits in _steps(page) if edits and edits not in failed), None)
        if step is None:
            break
        after = _proved(page, step, judge)
        if after is None:
            failed.add(step)
        else:
            page, failed = after, set()
    return Written(each.name, data, page.data, tuple(dict.fromkeys(_left(page))))


def document_of(each: SavedInput, data: bytes) -> Document | None:
    """The page that a file is; None if it is a saved response or anything else that is not the page itself."""
    subject = read_local(replace(each, data=data), FetchSettings())
    if subject.document is None or subject.visits is None or subject.visits.first.missing != "headers":
        return None
    return subject.document


def _read(each: SavedInput, data: bytes, judge: Judge) -> _Page:
    document = document_of(each, data)
    if document is None:
        raise UnwritableError("The file is not a page with a policy in a meta element.")
    return _Page(each, data, document, judge([replace(each, data=data)])[0])


def _require_writable(page: _Page) -> None:
    metas = _metas(page.document)
    if not metas:
        raise UnwritableError("The page has no Content-Security-Policy in a meta element of its head.")
    text = PageText(page.data, page.document).text
    in_page = _TEMPLATE.search(text)
    at = in_page.start() if in_page else _moustache(text)
    in_policy = next(filter(None, (_IN_POLICY.search(each.content or "") for each in metas)), None)
    if at >= 0 or in_policy is not None:
        shown = text[at : at + 2] if at >= 0 or in_policy is None else in_policy[0][:2]
        line = text.count("\n", 0, at) + 1 if at >= 0 else metas[0].place.line
        raise UnwritableError(
            f"The page has template text ({shown}) (line {line}), so browsers get another page than the file has. "
            f"Change the policy by hand; `csplint fix {page.each.name}` prints it."
        )
    if page.report.outcome == "failed":
        raise UnwritableError(page.report.error.message if page.report.error else "The page cannot be checked.")


def _moustache(text: str) -> int:
    """Where the first {{ … }} begins; -1 if there is none."""
    end = text.find("}}")
    while end >= 0:
        start = text.rfind("{{", max(0, end - _LONGEST_NAME), end)
        if start >= 0:
            return start
        end = text.find("}}", end + 2)
    return -1


def _metas(document: Document) -> list[Meta]:
    return [each for each in document.metas if each.counts and each.name == ENFORCED and each.content]


def _steps(page: _Page) -> Iterator[tuple[MetaChange, tuple[FileEdit, ...] | None]]:
    """What becomes of each meta element that changes; no edits for one that cannot be changed in place."""
    text = PageText(page.data, page.document)
    for change in page.report.corrected.metas if page.report.corrected else ():
        if change.action in {"replace", "remove"}:
            yield change, _edits(text, _metas(page.document), change)


def _edits(text: PageText, metas: Sequence[Meta], change: MetaChange) -> tuple[FileEdit, ...] | None:
    at = (change.place.line, change.place.column) if change.place else None
    meta = next((each for each in metas if (each.place.line, each.place.column) == at), None)
    if meta is None or meta.content is None or words(meta.content) != words(change.before or ""):
        return None
    if change.after is None:
        return removal(text, meta)
    after, attribute = with_nonces(change.after, meta.content), read_attribute(text, meta)
    if after is None or attribute is None:
        return None
    return attribute_edits(attribute, meta.content.replace(meta.content.strip(), after, 1))


def _proved(page: _Page, edits: Sequence[FileEdit], judge: Judge) -> _Page | None:
    """The changed page, if it is the same page with another policy, and judged better."""
    try:
        after = _read(page.each, apply_edits(page.data, edits), judge)
        PageText(after.data, after.document)
    except (TargetError, UnwritableError, ValueError):
        return None
    if [each.text for each in page.document.scripts] != [each.text for each in after.document.scripts]:
        return None
    return after if is_proved([page.report], [after.report]) else None


def _left(page: _Page) -> Iterator[str]:
    corrected = page.report.corrected
    if corrected is None:
        return
    for change, edits in _steps(page):
        at = f"line {change.place.line}: " if change.place else ""
        yield NOT_PROVED if edits else f"{at}The policy cannot be changed in place; see `csplint fix {page.each.name}`."
    for header in corrected.headers:
        if header.action != "keep":
            yield f"Send the header {header.name}: a page's file cannot; see `csplint fix {page.each.name}`."
    for tag in corrected.tags:
        yield f'Give {tag.tag} {tag.attribute}="{tag.value}": {tag.why}.'
    if corrected.leaves:
        yield from corrected.steps
