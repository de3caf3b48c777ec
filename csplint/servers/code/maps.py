"""
Policies that a program has as a map of directives: how their text is composed, and how a changed text is written back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from csplint.servers.code.text import Text, fixed, joined, quoted, text_edits
from csplint.servers.source import MOST_TOKENS, FileEdit


class Directive(Struct, frozen=True, kw_only=True):
    """
    An entry of the map.

    name: of the directive, as sent. sources: what its value is joined from. start, end: the entry in the file.
    opens: where a first source of a list is inserted, -1 if the value is no list. given: whether the file has it; False for a default of
    the framework. order: the sources in the order of the file, if another one is sent.
    """

    name: str
    sources: tuple[Text, ...]
    start: int
    end: int
    opens: int = -1
    given: bool = True
    order: tuple[Text, ...] | None = None


class Policy(Struct, frozen=True, kw_only=True):
    """
    A map of directives.

    directives: in the order sent. between: what separates them. start, end: the map's expression.
    adds: the code of a new entry, from its name and the code of its sources; None if entries cannot be added.
    more: expressions that may add others. comma: what separates entries in the file.
    """

    directives: tuple[Directive, ...]
    start: int
    end: int
    between: str = "; "
    adds: Callable[[str, Sequence[str]], str] | None = None
    more: tuple[str, ...] = ()
    comma: str = ","


def composed(policy: Policy) -> Text:
    """The policy as the program sends it."""
    parts = []
    for directive in policy.directives:
        name = fixed(directive.name, directive.start, directive.start)
        sources = [source for source in directive.sources if source.chars]
        parts.append(joined([name, *sources], directive.start, directive.end, " "))
    text = joined(parts, policy.start, policy.end, policy.between)
    return Text(text.chars, policy.start, policy.end, (*text.computed, *policy.more))


def parsed(text: str) -> list[tuple[str, list[str]]]:
    """A policy's directives: lower-case names and their values."""
    parts = [part.split() for part in text.split(";")]
    return [(part[0].lower(), part[1:]) for part in parts if part]


def map_edits(data: bytes, policy: Policy, text: str) -> tuple[FileEdit, ...] | None:
    """The edits that make the map compose to `text`, order and spaces aside; None if there are none that are certain."""
    wanted = parsed(text)
    new, old = dict(wanted), {each.name.lower(): each for each in policy.directives}
    if len(new) < len(wanted) or len(old) < len(policy.directives):
        return None
    edits: list[FileEdit] = []
    for name, directive in old.items():
        made = _directive_edits(data, policy, directive, new.get(name))
        if made is None:
            return None
        edits += made
    for name, values in wanted:
        if name not in old or (not old[name].given and values != _tokens(old[name])):
            made = _added(data, policy, [each for key, each in old.items() if each.given and key in new], name, values)
            if made is None:
                return None
            edits += made
    return _merged(edits)


def _merged(edits: list[FileEdit]) -> tuple[FileEdit, ...]:
    """Insertions at one place as one edit, in their order."""
    made: list[FileEdit] = []
    for edit in edits:
        same = made and edit.start == edit.end == made[-1].start == made[-1].end
        text = made.pop().text + edit.text if same else edit.text
        made.append(FileEdit(edit.start, edit.end, text))
    return tuple(made)


def _tokens(directive: Directive) -> list[str]:
    return [token for source in directive.sources for token in source.text.split()]


def _directive_edits(
    data: bytes, policy: Policy, directive: Directive, values: list[str] | None
) -> list[FileEdit] | None:
    """The edits of one directive that the file has; none for a default, which only a new entry overrides."""
    if values is None:
        return [removal(data, directive.start, directive.end)] if directive.given else None
    if not directive.given or values == _tokens(directive):
        return []
    items, rest = _own(directive, values)
    if rest is None:
        return None
    if directive.opens < 0:
        made = text_edits(items[0], " ".join(rest)) if len(items) == 1 else None
        return None if made is None else list(made)
    return _list_edits(data, policy, directive, items, rest)


def _own(directive: Directive, values: list[str]) -> tuple[Sequence[Text], list[str] | None]:
    """
    The sources that are written in the entry, and the values without those that are written elsewhere.

    A framework adds a nonce to a directive by another setting. None if such a value is not among the values: it cannot be taken away here.
    """
    written_here = directive.sources if directive.order is None else directive.order
    items = [item for item in written_here if directive.start <= item.start < directive.end]
    rest = list(values)
    for token in [token for item in written_here if item not in items for token in item.text.split()]:
        if token not in rest:
            return items, None
        rest.remove(token)
    return items, rest


def _list_edits(
    data: bytes, policy: Policy, directive: Directive, items: Sequence[Text], values: list[str]
) -> list[FileEdit] | None:
    """The edits of a list of sources: items changed, removed, and inserted after the one before them."""
    old = [(token, number) for number, item in enumerate(items) for token in item.text.split()]
    if max(len(old), len(values)) > MOST_TOKENS:
        return None
    kept: list[list[str]] = [[] for _ in items]
    inserted: list[list[str]] = [[] for _ in range(len(items) + 1)]
    tokens = [token for token, _ in old]
    matcher = SequenceMatcher(None, tokens, values, autojunk=False)
    if directive.order is not None:
        present = set(values)
        for token, number in old:
            if token in present:
                kept[number].append(token)
        inserted[len(items)] += [value for value in values if value not in set(tokens)]
    else:
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag == "equal":
                for token, number in old[i1:i2]:
                    kept[number].append(token)
            elif tag in ("insert", "replace"):
                inserted[old[i1 - 1][1] + 1 if i1 else 0] += values[j1:j2]
    return _item_edits(data, policy, directive, items, kept, inserted)


def _item_edits(  # noqa: PLR0913, PLR0917 - a list and what becomes of it
    data: bytes,
    policy: Policy,
    directive: Directive,
    items: Sequence[Text],
    kept: list[list[str]],
    inserted: list[list[str]],
) -> list[FileEdit] | None:
    """For each item what is kept of it, and what is inserted before the first and after each, as edits."""
    gone = [bool(item.text.split()) and not kept[number] for number, item in enumerate(items)]
    edits: list[FileEdit] = []
    for number, item in enumerate(items):
        if not gone[number] and kept[number] != item.text.split():
            made = None if item.named else text_edits(item, " ".join(kept[number]))
            if made is None:
                return None
            edits += made
    for place, values in enumerate(inserted):
        codes = _codes(data, policy, items, values)
        if codes is None:
            return None
        # What replaces a removed item is written over it, so that its separators stay.
        over = next((n for n in (place, place - 1) if codes and 0 <= n < len(items) and gone[n]), None)
        if over is not None:
            edits.append(FileEdit(items[over].start, items[over].end, ", ".join(codes)))
            gone[over] = False
        elif codes:
            edits.append(_insertion(data, items, place, directive.opens, codes))
    for number, item in enumerate(items):
        if gone[number] and not (number and gone[number - 1]):
            last = next((n for n in range(number, len(items)) if not gone[n]), len(items)) - 1
            edits.append(removal(data, item.start, items[last].end))
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def _insertion(data: bytes, items: Sequence[Text], place: int, opens: int, codes: Sequence[str]) -> FileEdit:
    """New items after the one before `place`, on lines of their own where the others are."""
    if not items:
        return FileEdit(opens, opens, ", ".join(codes))
    near = items[max(place - 1, 0)]
    lines = data[: near.start].rpartition(b"\n")
    alone = bool(lines[1]) and not lines[2].strip()
    gap = ",\n" + lines[2].decode() if alone else ", "
    if place == 0:
        return FileEdit(near.start, near.start, "".join(code + gap for code in codes))
    return FileEdit(near.end, near.end, "".join(gap + code for code in codes))


def _codes(data: bytes, policy: Policy, items: Sequence[Text], values: Sequence[str]) -> list[str] | None:
    """The sources as code: in quotes, or as the program writes them elsewhere in the policy if it computes them."""
    like = next((char[3].quote for item in items for char in item.chars if char[3] is not None), '"')
    every = [item for directive in policy.directives if directive.given for item in directive.sources]
    codes = []
    for value in values:
        same = next((item for item in every if item.text == value and item.computed), None)
        code = quoted(value, like) if same is None else data[same.start : same.end].decode()
        if code is None:
            return None
        codes.append(code)
    return codes


def _added(
    data: bytes, policy: Policy, kept: Sequence[Directive], name: str, values: Sequence[str]
) -> list[FileEdit] | None:
    """The edit that adds an entry after the last one that stays in the file."""
    codes = _codes(data, policy, [], values)
    if policy.adds is None or codes is None or not kept:
        return None
    last = max(kept, key=lambda each: each.end)
    head, newline, indent = data[: last.start].rpartition(b"\n")
    alone = bool(newline) and not indent.strip()
    entry = policy.adds(name, codes)
    ends = "\r\n" if head.endswith(b"\r") else "\n"
    gap = ends + indent.decode() if alone else " " if policy.comma else "; "
    return [FileEdit(last.end, last.end, policy.comma + gap + entry)]


def removal(data: bytes, start: int, end: int) -> FileEdit:
    """The edit that removes an item or an entry with the comma after it, or before it if it is the last, and a line left empty."""
    after = end
    while data[after : after + 1] in (b" ", b"\t", b"\r", b"\n"):
        after += 1
    if data[after : after + 1] == b",":
        end = after + 1
    elif (before := data[:start].rstrip(b" \t\r\n")).endswith(b","):
        return FileEdit(len(before) - 1, end, "")
    line, rest = data.rfind(b"\n", 0, start) + 1, data.find(b"\n", end)
    if not data[line:start].strip() and rest >= 0 and not data[end:rest].strip():
        return FileEdit(line, rest + 1, "")
    while data[end : end + 1] == b" ":
        end += 1
    return FileEdit(start, end, "")
