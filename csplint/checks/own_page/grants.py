"""The sources that would allow a group of files: as narrow as the list that they are added to."""

from __future__ import annotations

from collections.abc import Iterable

from csplint.checks.own_page.groups import Group
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url

_MOST_FILES = 3
"""Files of one host that are named one by one; of more, their common folder is."""


def granted(found: Group) -> list[str]:
    """
    The sources to add for a group of hosts.

    Hosts, in a list of hosts; in a list whose hosts all have paths, the paths of the files, or of the folder they share.
    """
    if not _is_by_path(found.directive.list.sources):
        return list(found.sources)
    urls = [url for each in found.blocked if (url := parse_url(each.request.url))]
    return [source for origin in found.sources for source in _narrow(origin, urls)]


def _is_by_path(sources: Iterable[Source]) -> bool:
    hosts = [source for source in sources if source.kind == SourceKind.HOST and source.host]
    wide = any(source.kind in {SourceKind.STAR, SourceKind.SCHEME} for source in sources)
    return bool(hosts) and not wide and all(source.path not in {"", "/"} for source in hosts)


def _narrow(origin: str, urls: Iterable[Url]) -> list[str]:
    """The paths of the files at one origin; the origin itself for 'self' and schemes, which have no paths."""
    paths = list(dict.fromkeys(_quoted(url.path) for url in urls if url.origin == origin))
    if not paths or any(path == "/" for path in paths):
        return [origin]
    if len(paths) <= _MOST_FILES:
        return [f"{origin}{path}" for path in paths]
    folder = _common_folder(paths)
    return [origin if folder == "/" else f"{origin}{folder}"]


def _common_folder(paths: Iterable[str]) -> str:
    folders = [path.split("/")[:-1] for path in paths]
    shared = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "/".join([*shared, ""])


def _quoted(path: str) -> str:
    """The path as a source may hold it (CSP3 #grammardef-path-part)."""
    return path.replace(";", "%3B").replace(",", "%2C")
