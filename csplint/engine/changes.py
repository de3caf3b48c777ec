"""
The ways to fix a problem: what each makes of the policies' texts, so that they allow everything that they allow now.

`ways` gives them in the order in which `correct` tries them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from csplint.checks.edits import add_sources
from csplint.checks.prefilter import holds, numbers, source_lists
from csplint.checks.syntax.token import is_directive_name, is_reported_alone
from csplint.csp.edit import Replacement, apply, remove_sources, remove_tokens, without_directives
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered, Directive, Policy, State, parse_policies
from csplint.csp.preserve import Loss, losses, starts_no_script
from csplint.csp.source import SourceKind
from csplint.csp.url import Url
from csplint.engine.evaluate import Evaluation, Outcome
from csplint.model import JUDGED_EDITS, Edit

_APPLIED = JUDGED_EDITS | {"remove-policy"}


class Way(Struct, frozen=True):
    """
    One way to fix a problem.

    texts: the policies' texts after it. edits: what else it edits. fails: why the problem is not fixed if this way fails.
    by_owner: it shows what the owner has to do, on the server; the problem is not fixed before that is done.
    parts: it parts directives that were joined; what is wrong with them then comes to light.
    """

    texts: list[str]
    edits: tuple[Edit, ...] = ()
    fails: Literal["blocks", "unproved"] = "unproved"
    by_owner: bool = False
    parts: bool = False


def ways(evaluation: Evaluation, outcome: Outcome) -> Iterator[Way]:
    """
    The ways to fix a problem that block nothing: its edits; without what browsers ignore or misread; as the owner will do it.
    """
    edits = _applied(outcome.problem.made_edits())
    if edits:
        if (parted := _parted(evaluation, edits)) is not None:
            yield parted
        if way := _preserving(evaluation, edits):
            yield way
        for texts in (_without_ignored(evaluation, outcome), _without_misread(evaluation, outcome)):
            if texts is not None:
                yield Way(texts, fails="blocks")
    by_owner = _applied(outcome.problem.edits_by_owner())
    if by_owner and (way := _preserving(evaluation, by_owner, by_owner=True)):
        yield way


def reorders(evaluation: Evaluation, way: Way) -> bool:
    """Whether a way only puts sources of some lists in another order, which matters only to WebKit, beside 'strict-dynamic'."""
    pairs = zip(evaluation.policies, way.texts, strict=True)
    return not way.edits and all(text == policy.text or _reorders(policy, text) for policy, text in pairs)


def _reorders(policy: Policy, text: str) -> bool:
    after = read_changed(policy, text)
    if after is None or len(after.directives) != len(policy.directives) or "strict-dynamic" in text.lower():
        return False
    pairs = zip(policy.directives, after.directives, strict=True)
    return all(
        one.written == other.written and sorted(one.value.split()) == sorted(other.value.split())
        for one, other in pairs
    )


def has_edits(outcome: Outcome) -> bool:
    """Whether a problem has edits that can be tried."""
    return bool(_applied(outcome.problem.made_edits()))


def _applied(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    return tuple(edit for edit in edits if edit.kind in _APPLIED)


def _parted(evaluation: Evaluation, edits: tuple[Edit, ...]) -> Way | None:
    """
    The edits as they are, if they part directives that a missing semicolon had joined; None if they do not.

    What is written after the second directive's name was meant for that one, so the first loses nothing that was meant.
    """
    texts = [_edited(each, [edit for edit in edits if edit.policy == each.index]) for each in evaluation.policies]
    found = False
    for policy, text in zip(evaluation.policies, texts, strict=True):
        if text == policy.text:
            continue
        after = read_changed(policy, text)
        meant_for_another = run_on_sources(policy)
        if (
            after is None
            or len(run_on_sources(after)) >= len(meant_for_another)
            or _repeated(after) > _repeated(policy)
        ):
            return None
        lost = {each.source for each in losses(policy, after, evaluation.context.policies.page)}
        if not lost <= meant_for_another:
            return None
        found = True
    return Way(texts, tuple(edit for edit in edits if edit.kind != "policy"), parts=True) if found else None


def run_on_sources(policy: Policy) -> frozenset[str]:
    """The texts that stand in a source list only after the name of another directive: a semicolon is missing before it."""
    found: set[str] = set()
    for directive in source_lists(policy):
        if names := numbers(directive.list, is_directive_name):
            texts = [source.text for source in directive.list.sources]
            found.update({*texts[names[0] :]} - {*texts[: names[0]]})
    return frozenset(found)


def _preserving(evaluation: Evaluation, edits: tuple[Edit, ...], *, by_owner: bool = False) -> Way | None:
    """
    The edits, with the sources that they would lose put back; None if they cannot be put back.

    If an edit brings a directive into force, it gets the sources that applied in its place before. by_owner: the edits put
    another nonce in the place of one, on the tags too.
    """
    found: list[str] = []
    given_back = False
    texts = [_edited(each, [edit for edit in edits if edit.policy == each.index]) for each in evaluation.policies]
    removed = [each for each, text in zip(evaluation.policies, texts, strict=True) if not text]
    for policy, text in zip(evaluation.policies, texts, strict=True):
        page = evaluation.context.policies.page
        changed = text and text != policy.text
        blocked = _blocked(policy, removed, page) if changed else frozenset()
        preserved = _preserved(evaluation, policy, text, other_nonces=by_owner, blocked=blocked) if changed else text
        if preserved is None:
            return None
        given_back = given_back or preserved != text
        found.append(preserved)
    others = tuple(edit for edit in edits if edit.kind not in {"policy", "remove-policy"})
    return Way(found, others, "blocks" if given_back else "unproved", by_owner)


def _blocked(policy: Policy, removed: Iterable[Policy], page: Url) -> frozenset[tuple[str, str]]:
    """What a policy allows and one that is no longer sent blocked, by directive and source: its loss is none."""
    return frozenset(
        (each.effective, each.source)
        for other in removed
        if other.disposition == policy.disposition
        for each in losses(policy, other, page)
    )


def _edited(policy: Policy, edits: Iterable[Edit]) -> str:
    """A policy's text after its edits, or "" if an edit removes the policy."""
    if any(edit.kind == "remove-policy" for edit in edits):
        return ""
    return apply(policy.text, [Replacement(edit.start or 0, edit.end or 0, edit.text) for edit in edits])


def _without_ignored(evaluation: Evaluation, outcome: Outcome) -> list[str] | None:
    """
    The policies' texts without the directive that a problem is about; None if browsers do not ignore that directive.

    Correcting its name would restrict what is unrestricted now, and only the author should decide that. A policy without
    any directive that browsers do not ignore stays as it is; see `engine.ignored`.
    """
    policy, span = outcome.problem.policy, outcome.problem.span
    if policy is None or span is None or not policy.in_force:
        return None
    ignored = [each for each in policy.directives if each.state != State.IN_FORCE and each.span.start <= span.start]
    about = [each for each in ignored if span.end <= each.span.end]
    if not about:
        return None
    text = apply(policy.text, without_directives(policy, about[:1]))
    if losses(policy, read_changed(policy, text), evaluation.context.policies.page):
        return None  # a later directive of the same name would come into force
    return _with_text(evaluation, policy, text)


def _without_misread(evaluation: Evaluation, outcome: Outcome) -> list[str] | None:
    """
    The policies' texts without the token that a problem is about; None if browsers do not misread that token.

    It allows nothing that its author meant, and correcting it would allow too much.
    """
    policy, value = outcome.problem.policy, outcome.problem.value or ""
    if policy is None or not _is_misread(value):
        return None
    lists = [each for each in source_lists(policy) if any(source.text == value for source in each.list.sources)]
    if not lists:
        return None
    text = apply(policy.text, [change for each in lists for change in remove_sources(each, [value])])
    preserved = _preserved(evaluation, policy, text)
    return None if preserved is None else _with_text(evaluation, policy, preserved)


def _with_text(evaluation: Evaluation, policy: Policy, text: str) -> list[str]:
    return [text if each.index == policy.index else each.text for each in evaluation.policies]


def _preserved(
    evaluation: Evaluation,
    policy: Policy,
    text: str,
    *,
    other_nonces: bool = False,
    blocked: frozenset[tuple[str, str]] = frozenset(),
) -> str | None:
    """
    A changed text with its lost sources put back, or None if that is not possible or would repeat a directive.

    blocked: what another policy blocked, so that it is not lost. A nonce in whose place all inline styles are allowed is lost
    only for style sheets of other hosts; a page shows which it loads, and its own rules report them.
    """
    page = evaluation.context.policies.page
    for _ in range(2):
        after = read_changed(policy, text)
        if after is not None and _repeated(after) > _repeated(policy):
            return None
        lost = [
            each
            for each in losses(policy, after, page)
            if not _is_nothing(policy, each.source) and (each.effective, each.source) not in blocked
        ]
        if evaluation.subject.document is not None and after is not None:
            lost = [each for each in lost if not allows_inline_instead(after, each)]
        if other_nonces:
            lost = [each for each in lost if parse_source(each.source).kind != SourceKind.NONCE]
        if not lost or after is None:
            return text if after is None else _once(policy, after)
        if any(not each.source for each in lost):
            return None
        text = _with(after, ((each.effective, each.source) for each in lost))
        if text == policy.text:
            return None
    return None


def allows_inline_instead(policy: Policy, loss: Loss) -> bool:
    """Whether what is lost is a nonce or hash for styles, and a policy allows all inline styles in its place."""
    directive = policy.governing(loss.effective) if loss.effective.startswith("style-src") else None
    if directive is None or directive.list.has_nonce_or_hash or "'unsafe-inline'" not in directive.list.keywords:
        return False
    source = parse_source(loss.source)
    return source.kind == SourceKind.NONCE or source.is_hash


def _repeated(policy: Policy) -> int:
    """How many directives repeat the name of an earlier one."""
    return len(policy.directives) - len({each.name for each in policy.directives})


def _once(before: Policy, after: Policy) -> str:
    """The changed text with each source of a list once, if it repeats more of them than the policy did before."""
    again = {each.span: _again(each) for each in after.in_force.values()}
    if sum(map(len, again.values())) <= sum(len(_again(each)) for each in before.in_force.values()):
        return after.text
    changes = [change for each in after.in_force.values() for change in remove_tokens(each, again[each.span])]
    return apply(after.text, changes)


def _again(directive: Directive) -> list[int]:
    """The numbers of a directive's sources that occur in it before."""
    first: dict[str, int] = {}
    return [n for n, each in enumerate(directive.list.sources) if first.setdefault(each.text, n) != n]


def _is_nothing(policy: Policy, source: str) -> bool:
    """Whether losing a source blocks nothing that can happen on a page with the policy, or nothing that was meant."""
    if source.lower() == "'strict-dynamic'":
        return starts_no_script(policy)
    return _is_misread(source)


def _is_misread(text: str) -> bool:
    """Whether browsers misread a source: it is a keyword without quotes, or the name of a directive."""
    source = parse_source(text)
    return bool(text) and (holds(source, is_reported_alone) or holds(source, is_directive_name))


def _with(policy: Policy, lost: Iterable[tuple[str, str]]) -> str:
    by_directive: dict[str, list[str]] = {}
    for effective, source in lost:
        governing = policy.governing(effective)
        listed = by_directive.setdefault(effective if governing is None else governing.name, [])
        if source not in listed:
            listed.append(source)
    changes = [change for name, sources in by_directive.items() for change in add_sources(policy, name, sources)]
    return apply(policy.text, changes)


@memo(key=lambda policy, text: (policy, text))
def read_changed(policy: Policy, text: str) -> Policy | None:
    """The policy with another text; None if that is no policy, or more than one."""
    read = parse_policies([Delivered(text, policy.delivery, policy.disposition, policy.order)])
    return read[0] if len(read) == 1 else None
