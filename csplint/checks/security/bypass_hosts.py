"""Hosts in script lists that are known to serve JSONP, AngularJS or anyone's files, by which the list can be bypassed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.prefilter import any_script_token
from csplint.checks.problem import Problem
from csplint.checks.registry import check
from csplint.checks.security.bypass_table import HOSTS
from csplint.checks.security.predicates import is_host, is_wide
from csplint.checks.security.queries import (
    ELEMENT,
    ListedSource,
    allows_any_host,
    allows_code,
    allows_file,
    query_limit,
    restricting_policies,
)
from csplint.csp.decide import PolicySet
from csplint.csp.match import Target, mismatch
from csplint.csp.memo import memo
from csplint.csp.policy import SourceList
from csplint.csp.source import Source, SourceKind
from csplint.csp.unlisted import unused_word
from csplint.csp.url import Url
from csplint.packs.pack import BypassHost

_MOST_QUERIES = 200
"""Questions to one policy set; of a list that matches more known hosts, only the first ones are reported."""

_MOST_NAMED = 3

_WAYS = {
    "jsonp": "for JSONP, which returns code that the caller chooses",
    "angular": "for AngularJS, which runs code written in the markup",
    "content": "for files that anyone can upload",
    "tenants": "for subdomains that anyone can get",
    "gadget": "as a bypass from your own list",
}

_Hosts = tuple[BypassHost, ...]
_Bypass = tuple[ListedSource, BypassHost]


class _HostIndex(Struct, frozen=True):
    """A table of hosts, by what a source would have to name: a host, or the part of it after the asterisk."""

    by_host: dict[str, list[BypassHost]]
    by_suffix: dict[str, list[BypassHost]]


@check(when=(any_script_token(is_host),), only_if="scripts run", rules=("script-bypass-host",))
def bypass_hosts(context: Context) -> Iterator[Problem]:
    """
    Report the sources that let scripts load from known hosts, where no policy of the set prevents it; each host once.

    Where any injected script runs anyway, one note covers all the hosts.
    """
    policies = context.combined
    bypasses = _bypasses(context, policies)
    if allows_code(policies, "inline-script") or allows_any_host(policies, "script"):
        yield from (_note(context, *each) for each in islice(bypasses, 1))
        return
    seen: set[str] = set()
    found: dict[tuple[int, str], tuple[ListedSource, list[BypassHost]]] = {}
    for listed, entry in bypasses:
        if entry.host not in seen:
            seen.add(entry.host)
            found.setdefault((listed.policy.index, listed.source.text), (listed, []))[1].append(entry)
    for listed, entries in found.values():
        yield _problem(listed, entries)


def _note(context: Context, listed: ListedSource, entry: BypassHost) -> Problem:
    """One finding for all the sources: the first that lets a known host in, and how many more name one."""
    naming = _sources_naming_known_hosts(listed.directive.list, context.bypass)
    others = sum(1 for _, source in naming if source.text != listed.source.text)
    return _problem(listed, [entry], others=others, open_anyway=True)


def _bypasses(context: Context, policies: PolicySet) -> Iterator[_Bypass]:
    """The sources that let a known host in, with the host, as far as the limit of questions allows."""
    question = unused_word(policies), policies.page, context.bypass
    left = query_limit(policies, _MOST_QUERIES)
    for policy in restricting_policies(context, ELEMENT):
        directive = policy.governing(ELEMENT)
        for number, entry, url in _matches(directive.list, question)[:left] if directive else ():
            left -= 1
            if directive and _would_run(policies, entry, url):
                yield ListedSource(policy, directive, directive.token(number)), entry


def _would_run(policies: PolicySet, entry: BypassHost, url: Url) -> bool:
    if entry.needs_eval and not allows_code(policies, "eval"):
        return False
    return allows_file(policies, "script", url)


@memo(key=lambda listed, question: (listed, question), most=4)
def _matches(listed: SourceList, question: tuple[str, Url, _Hosts]) -> list[tuple[int, BypassHost, Url]]:
    """
    Each source, by its number, with each known host that it matches and a file on that host.

    question: a word that no source contains, the page, and the hosts of the user's own list.
    """
    word, page, users_hosts = question
    tables = (_OURS, _index(users_hosts))
    found = (
        (number, entry, url)
        for number, source in _sources_naming_known_hosts(listed, users_hosts)
        for table in tables
        for entry in _entries(table, source)
        for url in _files(entry, word)
        if mismatch(source, Target(url, page)) is None
    )
    return list(islice(found, _MOST_QUERIES))


@memo(key=lambda listed, users_hosts: (listed, users_hosts), most=4)
def _sources_naming_known_hosts(listed: SourceList, users_hosts: _Hosts) -> list[tuple[int, Source]]:
    """The sources that may match a known host, with their numbers."""
    users = _index(users_hosts)
    return [
        (number, source)
        for number, source in enumerate(listed.sources)
        if is_in_table(source) or (users_hosts and _entries(users, source))
    ]


def is_in_table(source: Source) -> bool:
    """Whether a source may match a host of csplint's own table."""
    return source.kind == SourceKind.HOST and bool(_entries(_OURS, source)) and not is_wide(source)


def _entries(table: _HostIndex, source: Source) -> Sequence[BypassHost]:
    """The entries that a source may match."""
    return (table.by_suffix if source.subdomains else table.by_host).get(source.host, ())


def _files(entry: BypassHost, word: str) -> Iterator[Url]:
    host = entry.host.replace("*", word, 1)
    for path in entry.paths:
        full = path + word if path.endswith("/") else path
        yield Url(f"https://{host}{full}", "https", host, 443, full)


@lru_cache(maxsize=4)
def _index(entries: _Hosts) -> _HostIndex:
    by_host: dict[str, list[BypassHost]] = {}
    by_suffix: dict[str, list[BypassHost]] = {}
    for entry in entries:
        name = entry.host.removeprefix("*.")
        if name == entry.host:
            by_host.setdefault(name, []).append(entry)
        else:
            by_suffix.setdefault(name, []).append(entry)
        while "." in name:
            name = name.partition(".")[2]
            by_suffix.setdefault(name, []).append(entry)
    return _HostIndex(by_host, by_suffix)


_OURS = _index(HOSTS)


def _problem(listed: ListedSource, entries: list[BypassHost], *, others: int = 0, open_anyway: bool = False) -> Problem:
    ranked = sorted(entries, key=lambda entry: entry.dated)
    is_advice = ranked[0].dated or (open_anyway and ranked[0].way != "tenants")  # such a wildcard is wrong in any list
    ways = ", and ".join(dict.fromkeys(_WAYS[entry.way] for entry in ranked))
    more = f" {others} more of its sources name{'' if others > 1 else 's'} such hosts." if others else ""
    return listed.problem(
        "script-bypass-host",
        f"{listed.source.text} in {listed.directive_name} lets scripts load from {_names(ranked)}, known {ways}.{more}",
        severity="info" if is_advice else None,
        cause=_cause(ranked[0], open_anyway=open_anyway),
    )


def _names(entries: list[BypassHost]) -> str:
    named = [entry.host for entry in entries[:_MOST_NAMED]]
    more = len(entries) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _cause(entry: BypassHost, *, open_anyway: bool) -> str:
    url = "" if entry.way in {"content", "tenants"} else f" ({entry.host}{entry.paths[0]})"
    age = ", seen there long ago" if entry.dated else ""
    counts = " It counts because 'unsafe-eval' is in force." if entry.needs_eval else ""
    anyway = " Injected scripts run even without this host." if open_anyway else ""
    return f"According to {entry.source}{url}{age}; csplint has not tested the host itself.{counts}{anyway}"
