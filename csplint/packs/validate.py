"""Does a pack fit together? What names something must find it, and what is named must be used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from csplint.csp.parse import parse_source
from csplint.csp.source import SourceKind
from csplint.packs.example import Example
from csplint.packs.pack import Embed, Pack, Ready, Requirement, Rule

Fault = tuple[tuple[str | int, ...], str]
"""The keys on the way to what is wrong, and what is wrong."""


def faults(pack: Pack, *, written: Pack) -> Iterator[Fault]:
    """Every fault of a pack; `written` is the same before its short forms were expanded."""
    for table, names in (
        ("document", [each.id for each in written.document]),
        ("symptom", [each.id for each in pack.symptom]),
        ("host", [each.origin for each in written.host]),
        ("embed", [each.id for each in pack.embed]),
        ("requirement", [each.id for each in pack.requirement]),
        ("feature", [each.id for each in pack.feature]),
        ("ready", [each.shows for each in pack.ready]),
        ("rule", [rule.name for rule in pack.rule]),
        ("rule", [rule.id for rule in pack.rule]),
    ):
        yield from _repeated(table, names)
    yield from _unknown_names(pack)
    for number, rule in enumerate(pack.rule):
        yield from _rule_faults(pack, rule, number)
    for number, requirement in enumerate(pack.requirement):
        yield from _requirement_faults(pack, requirement, number)
    for number, embed in enumerate(pack.embed):
        yield from _embed_faults(embed, number)
    yield from _browser_faults(pack)
    yield from _unused(pack, written)


def _repeated(table: str, names: list[str]) -> Iterator[Fault]:
    for name, times in Counter(names).items():
        if times > 1:
            last = len(names) - 1 - names[::-1].index(name)
            yield (table, last), f"{table} {name} is in the pack {'twice' if times == 2 else f'{times} times'}"  # noqa: PLR2004


def _unknown_names(pack: Pack) -> Iterator[Fault]:
    documents, symptoms = [*pack.documents], [each.id for each in pack.symptom]
    features = [each.id for each in pack.feature]
    for number, host in enumerate(pack.host):
        yield from _known(host.source, documents, ("host", number, "source"), f"host {host.origin}: source")
    for number, embed in enumerate(pack.embed):
        yield from _known(embed.source, documents, ("embed", number, "source"), f"embed {embed.id}: source")
    for number, mistake in enumerate(pack.mistake):
        yield from _known(
            mistake.source, documents, ("mistake", number, "source"), f"mistake {mistake.written}: source"
        )
    for number, copied in enumerate(pack.placeholders):
        yield from _known(copied.source, documents, ("placeholders", number, "source"), "placeholders: source")
    if pack.permissions:
        yield from _known(pack.permissions.source, documents, ("permissions", "source"), "permissions: source")
    for rule, row in pack.attach.items():
        yield from _known(row, symptoms, ("attach", rule), f"attach {rule}:")
    for number, needs in enumerate(pack.needs):
        if needs.feature:
            yield from _known(needs.feature, features, ("needs", number, "feature"), "needs: feature")


def _rule_faults(pack: Pack, rule: Rule, number: int) -> Iterator[Fault]:
    where, what = ("rule", number), f"rule {rule.name}:"
    symptoms = [each.id for each in pack.symptom]
    yield from _known(rule.source, [*pack.documents], (*where, "source"), f"{what} source")
    for key, row in (("symptom", rule.symptom), *(("symptoms", row) for row in rule.symptoms.values())):
        if row:
            yield from _known(row, symptoms, (*where, key), f"{what} {key}")
    if rule.problem == rule.name:
        yield (*where, "problem"), f"{what} problem is not needed: it is the rule's own name"
    for index, example in enumerate(rule.example):
        yield from _example_faults(example, pack, (*where, "example", index), f"{what} example {index + 1}:")


def _example_faults(example: Example, pack: Pack, where: tuple[str | int, ...], what: str) -> Iterator[Fault]:
    for answer in filter(None, (example, example.second)):
        for line in answer.headers:
            if not _HEADER.fullmatch(line):
                yield where, f"{what} headers: {line!r} is not 'Name: value'"
    for feature in example.features:
        yield from _known(feature, [each.id for each in pack.feature], where, f"{what} features:")


_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*")
"""A header's line: its name is a token (RFC 9110 #fields.names)."""


def _requirement_faults(pack: Pack, requirement: Requirement, number: int) -> Iterator[Fault]:
    where, what = ("requirement", number), f"requirement {requirement.id}:"
    yield from _known(requirement.rule, [*pack.rules], (*where, "rule"), f"{what} rule")
    for document in (requirement.source, *requirement.contradicts):
        yield from _known(document, [*pack.documents], (*where, "source"), f"{what} source")
    if requirement.feature:
        features = [each.id for each in pack.feature]
        yield from _known(requirement.feature, features, (*where, "feature"), f"{what} feature")
    if bool(requirement.needs) == bool(requirement.any_of):
        yield where, f"{what} takes either needs or any_of"
    if requirement.role in {"embed", "cdn"} and not pack.loader:
        yield (*where, "role"), f"{what} role {requirement.role!r} needs a [[host]] that is current"
    if requirement.role == "permissions":
        return
    if not requirement.kinds:
        yield (*where, "kinds"), f"{what} kinds names no request"
    for source in " ".join((requirement.needs, *requirement.any_of)).split():
        if parse_source(source).kind == SourceKind.INVALID:
            yield where, f"{what} {source} is not a valid source expression"


def _embed_faults(embed: Embed, number: int) -> Iterator[Fault]:
    if not embed.marks:
        yield ("embed", number, "marks"), f"embed {embed.id}: marks is empty, so no page has this embed"
    for key, expressions in (("marks", embed.marks), ("cdn", embed.cdn), ("api", embed.api)):
        for expression in expressions:
            try:
                groups = re.compile(expression).groups
            except re.error as error:
                yield ("embed", number, key), f"embed {embed.id}: {expression!r} is not a regular expression: {error}"
                continue
            if key != "marks" and not groups:
                yield ("embed", number, key), f"embed {embed.id}: {expression!r} has no group for the URL"


def _browser_faults(pack: Pack) -> Iterator[Fault]:
    """Faults of what `csplint verify` looks for and does in a browser."""
    for number, ready in enumerate(pack.ready):
        yield from _ready_faults(pack, ready, number)
    opening = pack.opening
    if opening is None:
        return
    yield from _known(opening.source, pack.documents, ("opening", "source"), "opening: source")
    if bool(opening.selector) == bool(opening.call):
        yield ("opening",), "opening takes either selector or call"
    if opening.call and not _NAME.fullmatch(opening.call):
        yield ("opening", "call"), f"opening: call {opening.call!r} is not the name of a function, such as Chat.open"


def _ready_faults(pack: Pack, ready: Ready, number: int) -> Iterator[Fault]:
    where = ("ready", number)
    yield from _known(ready.source, pack.documents, (*where, "source"), f"ready {ready.shows}: source")
    if bool(ready.mark) == bool(ready.name):
        yield where, "ready takes either mark or global"
    if ready.mark and not ready.mark.strip():
        yield (*where, "mark"), "ready: mark is empty"
    if ready.name and not _NAME.fullmatch(ready.name):
        yield (
            (*where, "global"),
            f"ready: global {ready.name!r} is not the name of a value, such as Chat or vendor.chat",
        )


_NAME = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)


def _unused(pack: Pack, written: Pack) -> Iterator[Fault]:
    tables: list[tuple[Any, ...]] = [
        pack.rule,
        pack.host,
        pack.embed,
        pack.requirement,
        pack.placeholders,
        pack.mistake,
        pack.ready,
    ]
    sources = {each.source for table in tables for each in table}
    sources |= {name for each in pack.requirement for name in each.contradicts}
    sources |= {each.source for each in (pack.permissions, pack.opening) if each}
    yield from _needless("document", [each.id for each in written.document], sources)
    rows = {row for rule in pack.rule for row in (rule.symptom, *rule.symptoms.values())} | {*pack.attach.values()}
    yield from _needless("symptom", [each.id for each in pack.symptom], rows)
    features = {each.feature for each in pack.requirement} | {each.id for each in pack.feature if each.permissions}
    yield from _needless("feature", [each.id for each in pack.feature], features)


def _needless(table: str, names: list[str], used: set[str]) -> Iterator[Fault]:
    for number, name in enumerate(names):
        if name not in used:
            yield (table, number), f"{table} {name} is not needed: nothing in the pack uses it"


def _known(name: str, names: Iterable[str], where: tuple[str | int, ...], what: str) -> Iterator[Fault]:
    if name not in names:
        has = f"it has {', '.join(sorted(names))}" if names else "it has none"
        yield where, f"{what} {name!r} is not in this pack; {has}"
