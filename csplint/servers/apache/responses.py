"""
Which Header directives apply to which part of a site.

Apache adds the directives of all sections that match a request, in this order: the file and the virtual host, <Directory> from
the shortest path to the longest, <DirectoryMatch>, <Files>, <Location>, <If>; sections of one kind in the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.servers.apache.sections import Operation, Section
from csplint.servers.apache.table import Header, parts
from csplint.servers.policy_names import is_for_pages
from csplint.servers.source import Response

MOST_RESPONSES = 300
MOST_STEPS = 20_000
"""Directives that are run, for all responses together."""
MOST_CONDITIONS = 5
_RANKS = {
    "directory": 0, "directorymatch": 1, "files": 2, "filesmatch": 2, "location": 3, "locationmatch": 3, "if": 4, "elseif": 4, "else": 4,
}  # fmt: skip
_TITLES = {"files": "Files", "filesmatch": "FilesMatch", "directory": "Directory", "directorymatch": "DirectoryMatch",
           "location": "Location", "locationmatch": "LocationMatch", "if": "If", "elseif": "ElseIf", "else": "Else",
           "virtualhost": "VirtualHost"}  # fmt: skip


class Made(Struct, frozen=True):
    """A response and its headers with the directives that made them. operations: all that apply."""

    response: Response
    headers: list[Header]
    operations: list[Operation]
    upstream: bool


def responses(root: Section, limits: list[str]) -> Iterator[Made]:
    """The responses of a configuration; of a host that only passes its directives on to virtual hosts, none."""
    hosts = [each for each in root.inside if each.kind == "virtualhost"]
    left, steps = MOST_RESPONSES, MOST_STEPS
    for host in hosts or [root]:
        around = [root] if host is root else [root, host]
        sections = [each for level in around for each in _all(level) if _has_operations(each)]
        for target in [None, *sections]:
            if target is not None and not _has_operations(target):
                continue
            applied = [*around, *_ordered(_applying(target, sections, host.root or root.root))]
            operations = [each for section in applied for each in section.operations]
            upstream = any(section.upstream for section in applied)
            for conditions in _conditions(operations):
                left, steps = left - 1, steps - len(operations)
                if left < 0 or steps < 0:
                    limits.append("Only the first parts of the site were looked at: there are too many.")
                    return
                yield _made(host, target, operations, conditions, upstream, limits)


def _all(section: Section) -> list[Section]:
    """The sections in one, at any depth, without virtual hosts."""
    return [found for each in section.inside if each.kind != "virtualhost" for found in [each, *_all(each)]]


def _has_operations(section: Section) -> bool:
    return bool(section.operations) or section.upstream is not None


def _applying(target: Section | None, sections: list[Section], root: str) -> list[Section]:
    return [each for each in sections if each is target or (_has_operations(each) and _covers(each, target, root))]


def _covers(section: Section, target: Section | None, root: str) -> bool:
    """Whether a section applies wherever another one does (None: to every page of the site)."""
    above = target.parent if target else None
    while above is not None:
        if above is section:
            return True
        above = above.parent
    if section.parent and section.parent.kind not in {"", "virtualhost"} and not _covers(section.parent, target, root):
        return False
    path = section.pattern.rstrip("/") + "/"
    if section.kind == "location" and (path == "/" or (target and target.kind == "location" and _below(target, path))):
        return True
    if section.kind == "directory":
        return (
            path == "/"
            or (bool(root) and f"{root}/".startswith(path))
            or bool(target and target.kind == "directory" and _below(target, path))
        )
    return section.kind == "files" and section.pattern == "*"


def _below(target: Section, path: str) -> bool:
    return f"{target.pattern}/".startswith(path)


def _ordered(sections: list[Section]) -> list[Section]:
    return sorted(
        sections, key=lambda each: (_RANKS[each.kind], each.pattern.count("/") if each.kind == "directory" else 0)
    )


def _conditions(operations: list[Operation]) -> list[str]:
    """The conditions to look at one by one; first none."""
    found = dict.fromkeys(each.condition for each in operations if each.condition and each.condition.lower() != "early")
    return ["", *list(found)[:MOST_CONDITIONS]]


def _made(  # noqa: PLR0913, PLR0917 - one of each
    host: Section,
    target: Section | None,
    operations: list[Operation],
    condition: str,
    upstream: bool,
    limits: list[str],
) -> Made:
    held = [each for each in operations if not each.condition or each.condition.lower() in {condition.lower(), "early"}]
    headers, more = parts(held)
    limits += [each for each in dict.fromkeys(more) if each not in limits]
    scope = _scope(host, target) + (f" where {condition}" if condition else "")
    path = target.pattern if target else "/"
    sent = tuple(part.sent for header in headers for part in header)
    return Made(Response(scope.strip(), path, sent, _page(target)), headers, held, upstream)


def _page(target: Section | None) -> bool:
    return target is None or target.kind in {"directory", "if", "elseif", "else"} or is_for_pages(target.pattern)


def _scope(host: Section, target: Section | None) -> str:
    names = list[str]()
    level = target
    while level is not None and level.kind in _RANKS:
        names.append(f"{_TITLES[level.kind]} {level.pattern}".strip())
        level = level.parent
    if host.kind == "virtualhost":
        names.append(f"VirtualHost {host.name or host.pattern}")
    return " in ".join(names)
