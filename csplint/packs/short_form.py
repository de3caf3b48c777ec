"""
The short form of a pack: [[needs]] stands for a requirement, the rule that reports it, its texts and its examples.

    [[needs]]
    directive = "connect-src"
    sources = ["https://api.vendor.example", "wss://chat.vendor.example"]
    purpose = "messages and calls of the API"

In the pack "vendor" with the prefix "VEN" this makes the requirement `vendor-connect` and the rule VEN001
`missing-vendor-connect`. Ids count up in the order of the file, past those that the pack's own rules have.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.request import Kind
from csplint.packs.example import Example
from csplint.packs.pack import ANY_PROBLEM, Embed, Host, Needs, Pack, Reference, Requirement, Rule

INLINE = "'unsafe-inline'"

KINDS: dict[str, Kind] = {
    "script-src": "dynamic-script",
    "connect-src": "connect",
    "img-src": "img",
    "style-src": "style",
    "font-src": "font",
    "frame-src": "frame",
    "child-src": "frame",
    "media-src": "media",
    "worker-src": "worker",
    "manifest-src": "manifest",
    "object-src": "object",
    "form-action": "form",
}
"""The requests by which each directive is judged."""


def expand(pack: Pack) -> Pack:
    """
    The pack in its long form: one of [[needs]] gives a requirement and a rule, and an [[embed]] gets what it leaves out.

    Raises msgspec.ValidationError, with the path of the key, for a directive without a short form or a missing prefix.
    """
    documents = pack.document or (Reference("guide", pack.pack.title, pack.pack.source),)
    pack = replace(pack, document=documents, embed=tuple(_embeds(pack, documents[0].id)))
    names: set[str] = {each.id for each in pack.requirement}
    for number, needs in enumerate(pack.needs):
        _check(pack, needs, number)
        pack = _added(pack, replace(needs, source=needs.source or documents[0].id), names)
    return pack


def _embeds(pack: Pack, source: str) -> Iterator[Embed]:
    for number, embed in enumerate(pack.embed, 1):
        name = embed.id or (f"embed-{number}" if len(pack.embed) > 1 else "embed")
        yield replace(embed, id=name, title=embed.title or pack.pack.title, source=embed.source or source)


def _check(pack: Pack, needs: Needs, number: int) -> None:
    if needs.directive not in KINDS:
        raise msgspec.ValidationError(
            f"{needs.directive!r} has no short form; write a [[requirement]] and a [[rule]] - at `$.needs[{number}].directive`"
        )
    if needs.attributes and (needs.directive != "style-src" or INLINE not in needs.sources):
        raise msgspec.ValidationError(f"attributes is for {INLINE} in style-src - at `$.needs[{number}].attributes`")
    if not needs.sources:
        raise msgspec.ValidationError(f"there is no source - at `$.needs[{number}].sources`")
    if not pack.pack.prefix:
        raise msgspec.ValidationError('[[needs]] takes a prefix for rule ids: prefix = "ABC" - at `$.pack`')


def _added(pack: Pack, needs: Needs, names: set[str]) -> Pack:
    name = _name(pack, needs, names)
    is_embed = needs.directive == "script-src" and not needs.feature and not needs.any_of and not _has_embed(pack)
    part = _Part(pack, needs, name, _rule_id(pack), is_embed)
    hosts = tuple(_hosts(needs)) if is_embed else ()
    requirements = tuple(_requirements(part))
    names.update(each.id for each in requirements)
    return replace(
        pack,
        host=(*pack.host, *hosts),
        requirement=(*pack.requirement, *requirements),
        rule=(*pack.rule, _rule(part)),
    )


class _Part(Struct, frozen=True):
    """What one of [[needs]] becomes: the requirement's name, the rule's id. is_embed: whether it is the embed's scripts."""

    pack: Pack
    needs: Needs
    name: str
    rule_id: str
    is_embed: bool


def _has_embed(pack: Pack) -> bool:
    return any(each.role == "embed" for each in pack.requirement)


def _name(pack: Pack, needs: Needs, names: set[str]) -> str:
    plain = needs.name or "-".join(filter(None, (pack.pack.id, needs.directive.removesuffix("-src"), needs.feature)))
    free = (f"{plain}-{number}" for number in range(2, 1000))
    return next(free_name for free_name in (plain, *free) if free_name not in names)


def _rule_id(pack: Pack) -> str:
    taken = {rule.id for rule in pack.rule}
    return next(name for number in range(1, 1000) if (name := f"{pack.pack.prefix}{number:03}") not in taken)


def _hosts(needs: Needs) -> Iterator[Host]:
    for number, origin in enumerate(needs.sources):
        role = "" if len(needs.sources) == 1 else "cdn" if number else "loader"
        yield Host(origin, True, needs.source, needs.standing, needs.note, role)  # type: ignore[arg-type]


def _requirements(part: _Part) -> Iterator[Requirement]:
    """One for the sources, and one for 'unsafe-inline', which is judged by inline styles."""
    needs = part.needs
    sources = [each for each in needs.sources if each != INLINE or needs.directive != "style-src"]
    if sources:
        kinds: tuple[Kind, ...] = ("script", "dynamic-script") if part.is_embed else (KINDS[needs.directive],)
        yield _requirement(part, part.name, sources, kinds)
    if len(sources) < len(needs.sources):
        inline: tuple[Kind, ...] = ("style-attr",) if needs.attributes else ("inline-style", "style-attr")
        yield _requirement(part, f"{part.name}-inline" if sources else part.name, [INLINE], inline)


def _requirement(part: _Part, name: str, sources: list[str], kinds: tuple[Kind, ...]) -> Requirement:
    needs = part.needs
    return Requirement(
        id=name,
        directive=needs.directive,
        needs="" if needs.any_of else " ".join(sources),
        any_of=tuple(sources) if needs.any_of else (),
        kinds=kinds,
        purpose=needs.purpose,
        row=f"{needs.directive} | {' '.join(needs.sources)} | {needs.purpose}",
        source=needs.source,
        standing=needs.standing,
        rule=f"missing-{part.name}",
        role="embed" if part.is_embed else "",
        feature=needs.feature,
        note=needs.note,
        fails=needs.fails,
    )


def _rule(part: _Part) -> Rule:
    needs, title, listed = part.needs, part.pack.pack.title, ", ".join(part.needs.sources)
    return Rule(
        id=part.rule_id,
        name=f"missing-{part.name}",
        severity=needs.severity,
        check="embed_scripts" if part.is_embed else "sources",
        problem=ANY_PROBLEM if part.is_embed else "",
        summary=f"{needs.directive} blocks what {title} needs for {needs.purpose}.",
        why=f"The documents of {title} list these sources for {needs.purpose}. Browsers block what the policy does not allow.",
        fix=f"Add one of these to {needs.directive}, the one that your account uses: {listed}."
        if needs.any_of
        else f"Add to {needs.directive}: {listed}.",
        source=needs.source,
        standing=needs.standing,
        symptom=needs.symptom,
        example=tuple(_examples(part)),
    )


def _examples(part: _Part) -> Iterator[Example]:
    needs, directive = part.needs, part.needs.directive
    features = (needs.feature,) if needs.feature else ()
    inline = [each for each in needs.sources if each == INLINE and directive == "style-src"]
    missing = sorted(filter(None, (" ".join(each for each in needs.sources if each not in inline), *inline)))
    if part.is_embed:
        missing = [""]
    elif needs.any_of:
        missing = [needs.sources[0]]
    expect = tuple(f"{directive}: {each}" if each else directive for each in missing)
    yield Example(policy=f"{directive} 'none'", expect=expect, features=features)
    allowed = [needs.sources[-1]] if needs.any_of else needs.sources
    yield Example(policy=f"{directive} {' '.join(allowed)}", expect=(), features=features)
