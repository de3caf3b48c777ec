"""Lists of headers in the JSON files of Vercel and Firebase: `{"source": …, "headers": [{"key": …, "value": …}]}`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from csplint.servers.contents import is_header_value
from csplint.servers.json_nodes import escaped
from csplint.servers.nodes import Node, list_span
from csplint.servers.path_patterns import covers, is_page
from csplint.servers.source import Fault, FileEdit, Response, Sent, changed_text
from csplint.servers.static_faults import is_policy

MAX_RULES = 100
"""Rules that are compared with each other."""


class Rule(Struct, frozen=True):
    """
    An entry with a path and its headers. pattern: None if it cannot be compared with other paths. condition: what else a request
    must have, in words, "" for nothing. word: what the platform calls the path. dropped: headers of the entry that a later one
    of the entry replaces.
    """

    path: str
    pattern: str | None
    sent: tuple[Sent, ...]
    condition: str = ""
    word: str = "source"
    dropped: tuple[Sent, ...] = ()

    @property
    def scope(self) -> str:
        return f"{self.word} {self.path}" + (f" {self.condition}" if self.condition else "")


def listed(headers: Node | None) -> Iterator[Sent]:
    """The headers of a list of objects with `key` and `value`."""
    items = (headers.items or ()) if headers else ()
    places = tuple((each.start, each.end) for each in items)
    for number, item in enumerate(items):
        value = item.get("value")
        if name := item.string("key"):
            start, end = list_span(places, number)
            yield Sent(name=name, value=value.text if value else None, start=start, end=end)


def named(headers: Node | None) -> Iterator[Sent]:
    """The headers of an object with their names as keys; of a repeated key the last one."""
    members = (headers.members or ()) if headers else ()
    places = tuple((each.start, each.node.end) for each in members)
    last = {each.key: number for number, each in enumerate(members)}
    for number, member in enumerate(members):
        if last[member.key] == number:
            start, end = list_span(places, number)
            yield Sent(name=member.key, value=member.node.text, start=start, end=end)


def last_of_each(sent: Sequence[Sent]) -> tuple[Sent, ...]:
    """The headers that are left where a later one of the same name, in any case, replaces the earlier one."""
    return tuple({each.name.lower(): each for each in sent}.values())


def responses(rules: Sequence[Rule], prefix: str = "") -> Iterator[Response]:
    """
    The response of each rule's path, where all rules that match a path apply in order and later headers replace earlier ones.

    prefix: words before the scope.
    """
    for rule in rules[:MAX_RULES]:
        applied: tuple[Sent, ...] = ()
        for other in rules[:MAX_RULES]:
            if _applies(other, rule):
                names = {each.name.lower() for each in other.sent}
                applied = (*(each for each in applied if each.name.lower() not in names), *other.sent)
        yield Response(prefix + rule.scope, rule.path, applied, page=is_page(rule.path))


def _applies(other: Rule, rule: Rule) -> bool:
    if other is rule:
        return True
    if other.condition and other.condition != rule.condition:
        return False
    return other.path == rule.path or bool(other.pattern and rule.pattern and covers(other.pattern, rule.pattern))


def replaced(rules: Sequence[Rule], product: str) -> Iterator[Fault]:
    """A fault for each policy that another one for the same paths replaces, so that it is never sent."""
    for rule in rules:
        for each in rule.dropped:
            if is_policy(each):
                yield _replaced(
                    each, rule, f"{product} does not send this {each.name}: the next one in the same list replaces it."
                )
    policies = [(rule, each) for rule in rules[:MAX_RULES] for each in rule.sent if is_policy(each)]
    for number, (rule, each) in enumerate(policies):
        for later, other in policies[number + 1 :]:
            if other.name.lower() == each.name.lower() and not later.condition and _applies(later, rule):
                message = (
                    f"{product} does not send this {each.name}: the one for {later.path} comes later and replaces it."
                )
                yield _replaced(each, rule, message)
                break


def _replaced(sent: Sent, rule: Rule, message: str) -> Fault:
    return Fault(
        rule="header-replaced",
        message=message,
        start=sent.start,
        end=sent.end,
        fix="Put the rule for the narrower path last, or remove one of the two.",
        scope=rule.scope,
    )


def dropped(sent: Sequence[Sent], kept: Sequence[Sent]) -> tuple[Sent, ...]:
    """The headers of an entry that are not among those it sends."""
    starts = {each.start for each in kept}
    return tuple(each for each in sent if each.start not in starts)


def compared(rules: Sequence[Rule]) -> Iterator[str]:
    """Limits: paths that cannot be compared, conditions, and how many rules were read."""
    unknown = [rule.path for rule in rules if rule.pattern is None]
    if unknown and len(rules) > 1:
        yield f"Whether other rules apply to the same paths as {', '.join(unknown[:5])} was not worked out."
    if any(rule.condition for rule in rules):
        yield "Rules with conditions (has, missing) are listed as parts of their own."
    if len(rules) > MAX_RULES:
        yield f"The file has {len(rules)} rules; the first {MAX_RULES} were read."


def write(_data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """The edits that give a header in a JSON string another value; None if it is computed or cannot be a header's value."""
    if sent.value is None or sent.computed or not is_header_value(text):
        return None
    return changed_text(sent.value, text, escaped)
