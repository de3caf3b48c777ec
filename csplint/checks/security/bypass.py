"""Hosts of an allow-list that are known to serve JSONP, AngularJS or anyone's files: the list can be got round by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.prefilter import any_script_token
from csplint.checks.problem import Problem, where
from csplint.checks.registry import check
from csplint.checks.security.bypass_hosts import HOSTS
from csplint.checks.security.nearest import ELEMENT, nearest
from csplint.checks.security.predicates import is_host, is_wide
from csplint.checks.security.queries import affordable, allows_code, allows_file, allows_stranger, unwritten
from csplint.csp.decide import PolicySet
from csplint.csp.match import Target, mismatch
from csplint.csp.memo import memo
from csplint.csp.policy import Policy, SourceList, Token
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url
from csplint.packs.pack import BypassHost

_MOST_ASKED = 200
"""Questions put to one policy set; a list that meets more known hosts is told by its first ones."""

_SHOWN = 3

_WAYS = {
    "jsonp": "for answers with code of the caller's choice (JSONP)",
    "angular": "for AngularJS files, which run code that stands in the markup",
    "content": "to serve files that anyone may put there",
    "tenants": "to give names to whoever asks",
    "gadget": "as a way round by the list given",
}


_Hosts = tuple[BypassHost, ...]


class _Known(Struct, frozen=True):
    """The table, by what a source would have to name: a host, or the part of it after the asterisk."""

    by_host: dict[str, list[BypassHost]]
    by_suffix: dict[str, list[BypassHost]]


class _Found(Struct, frozen=True):
    """A source, and the known hosts that it lets in."""

    policy: Policy
    token: Token
    entries: list[BypassHost]


@check(when=(any_script_token(is_host),), only_if="scripts run", rules=("script-bypass-host",))
def bypass_hosts(context: Context) -> Iterator[Problem]:
    """
    Report the sources that let scripts load from known hosts, where no policy of the set prevents it; a host once.

    Where scripts that nobody wrote get through anyhow, the hosts are one note for all.
    """
    policies = context.combined
    ways = _open_ways(context, policies)
    if allows_code(policies, "inline-script") or allows_stranger(policies, "script"):
        yield from (_note(context, way) for way in islice(ways, 1))
        return
    told: set[str] = set()
    found: dict[tuple[int, str], _Found] = {}
    for policy, token, entry in ways:
        if entry.host not in told:
            told.add(entry.host)
            found.setdefault((policy.index, token.source.text), _Found(policy, token, [])).entries.append(entry)
    for each in found.values():
        yield _problem(each)


def _note(context: Context, way: tuple[Policy, Token, BypassHost]) -> Problem:
    """One finding for all the sources: one that lets a known host in, and how many more name one."""
    policy, token, entry = way
    directive = policy.governing(ELEMENT)
    naming = _naming(directive.list, context.bypass) if directive else []
    others = sum(1 for _, source in naming if source.text != token.source.text)
    return _problem(_Found(policy, token, [entry]), others=others, open_anyhow=True)


def _open_ways(context: Context, policies: PolicySet) -> Iterator[tuple[Policy, Token, BypassHost]]:
    """The sources that let a known host in, with the host; not more of them than can be asked about."""
    question = unwritten(policies), policies.page, context.bypass
    left = affordable(policies, _MOST_ASKED)
    for policy in nearest(context, ELEMENT):
        directive = policy.governing(ELEMENT)
        for number, entry, url in _meetings(directive.list, question)[:left] if directive else ():
            left -= 1
            if directive and _would_run(policies, entry, url):
                yield policy, directive.token(number), entry


def _would_run(policies: PolicySet, entry: BypassHost, url: Url) -> bool:
    if entry.needs_eval and not allows_code(policies, "eval"):
        return False
    return allows_file(policies, "script", url)


@memo(key=lambda listed, question: (listed, question), most=4)
def _meetings(listed: SourceList, question: tuple[str, Url, _Hosts]) -> list[tuple[int, BypassHost, Url]]:
    """
    Every source, by its number, with every known host, and a file there, that it stands for.

    question: a word for what nobody wrote, the page, and the hosts of the user's own list.
    """
    word, page, brought = question
    known = (_OURS, _index(brought))
    found = (
        (number, entry, url)
        for number, source in _naming(listed, brought)
        for each in known
        for entry in _under(each, source)
        for url in _files(entry, word)
        if mismatch(source, Target(url, page)) is None
    )
    return list(islice(found, _MOST_ASKED))


@memo(key=lambda listed, brought: (listed, brought), most=4)
def _naming(listed: SourceList, brought: _Hosts) -> list[tuple[int, Source]]:
    """The sources that may stand for a known host, with their numbers."""
    own = _index(brought)
    return [
        (number, source)
        for number, source in enumerate(listed.sources)
        if is_known(source) or (brought and _under(own, source))
    ]


def _under(known: _Known, source: Source) -> Sequence[BypassHost]:
    """The entries that a source may stand for."""
    return (known.by_suffix if source.subdomains else known.by_host).get(source.host, ())


def is_known(source: Source) -> bool:
    """Whether a source may stand for a host of csplint's own table."""
    return source.kind == SourceKind.HOST and bool(_under(_OURS, source)) and not is_wide(source)


def _files(entry: BypassHost, word: str) -> Iterator[Url]:
    host = entry.host.replace("*", word, 1)
    for path in entry.paths:
        full = path + word if path.endswith("/") else path
        yield Url(f"https://{host}{full}", "https", host, 443, full)


@lru_cache(maxsize=4)
def _index(entries: _Hosts) -> _Known:
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
    return _Known(by_host, by_suffix)


_OURS = _index(HOSTS)


def _problem(found: _Found, *, others: int = 0, open_anyhow: bool = False) -> Problem:
    policy, token = found.policy, found.token
    directive = policy.governing(ELEMENT)
    name = where(directive, ELEMENT) if directive else ELEMENT
    ranked = sorted(found.entries, key=lambda entry: entry.dated)
    ways = " and ".join(dict.fromkeys(_WAYS[entry.way] for entry in ranked))
    more = f" {others} more of its sources name{'' if others > 1 else 's'} such hosts." if others else ""
    return Problem(
        rule="script-bypass-host",
        severity="info" if open_anyhow or ranked[0].dated else None,
        message=f"{token.source.text} in {name} lets scripts load from {_names(ranked)}, known {ways}.{more}",
        cause=_cause(ranked[0], open_anyhow=open_anyhow),
        policy=policy,
        directive=directive.name if directive else None,
        value=token.source.text,
        span=token.span,
    )


def _names(entries: list[BypassHost]) -> str:
    shown = [entry.host for entry in entries[:_SHOWN]]
    more = len(entries) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _cause(entry: BypassHost, *, open_anyhow: bool) -> str:
    seen = "" if entry.way in {"content", "tenants"} else f" ({entry.host}{entry.paths[0]})"
    age = ", seen there long ago" if entry.dated else ""
    counts = " It counts because 'unsafe-eval' is in force." if entry.needs_eval else ""
    told = f"Known from {entry.source}{seen}{age}; not tried on the host itself.{counts}"
    return f"{told} Injected scripts run even without this host." if open_anyhow else told
