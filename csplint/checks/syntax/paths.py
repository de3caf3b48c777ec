"""Paths in sources that do something else than they seem to; of those in frame-ancestors tells `ancestors.py`."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.ancestors import has_path
from csplint.checks.syntax.coverage import Asked, Coverage
from csplint.checks.syntax.kinds import has_asterisk, has_dots, has_query, last_segment, looks_like_folder
from csplint.checks.syntax.places import Group, groups, shown
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive
from csplint.csp.source import Source
from csplint.csp.url import parse_url


def query_in_source(context: Context) -> Iterator[Problem]:
    """Report sources with a query or fragment, which browsers cut off."""
    for policy in context.policies.policies:
        for group in groups(policy, has_query):
            told = group.only(lambda each: each.name != "frame-ancestors") if has_path(group.source) else group
            if told.places:
                yield _query(told)


def _query(group: Group) -> Problem:
    text = group.source.text
    cut = min(text.find(mark) for mark in "?#" if mark in text)
    kept = text[:cut]
    return Problem(
        rule="query-in-source",
        message=f"Browsers ignore {shown(text[cut:])} of {shown(text)} in {group.names}: the source matches {shown(kept)} with any query.",
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=f"Write {shown(kept)}.",
        edits=policy_edits(group.policy, group.replaced(kept)),
    )


_FILES = frozenset({"script-src", "script-src-elem", "style-src", "style-src-elem", "img-src", "font-src", "media-src"})
"""Directives for files, which lie in folders; elsewhere a path is most often one address."""

_FRAMED = frozenset({"recaptcha"})
"""Those of them that hold frames: reCAPTCHA's are www.google.com/recaptcha/api2/anchor and others."""


def exact_path(context: Context) -> Iterator[Problem]:
    """Report paths that match one address alone though they look like more, where nothing else covers what is below."""
    asked, page = Asked(), context.policies.page
    for policy in context.policies.policies:
        for group in groups(policy, has_asterisk, ancestors=False):
            yield _asterisk(group)
        for group in groups(policy, has_dots, ancestors=False):
            yield _dots(group)
        found = list(groups(policy, looks_like_folder, ancestors=False))
        directives = {directive.name: directive for group in found for directive in group.directives}
        lists = {name: Coverage(page, each, asked) for name, each in directives.items()}
        for group in found:
            if all(
                _is_for_files(each, group.source) and _alone(lists[each.name], group.source, asked)
                for each in group.directives
            ):
                yield _exact(group)


def _asterisk(group: Group) -> Problem:
    text = group.source.text
    host = len(text) - len(group.source.path)
    folder = text[: text.index("*", host)].rpartition("/")[0] + "/"
    return Problem(
        rule="exact-path",
        severity="warning",
        message=f"The asterisk in the path of {shown(text)} in {group.names} stands for nothing: browsers compare it as it is.",
        cause="An asterisk is a wildcard in the host and the port alone; a path that ends in a slash matches all below it.",
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=f"Write {shown(folder)} to allow all that is below it.",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(folder)),
    )


def _dots(group: Group) -> Problem:
    text, path = group.source.text, group.source.path
    url = parse_url(f"https://a.example{path}")
    resolved = url.path if url else path
    host = len(text) - len(path) if text.endswith(path) else text.index("/", len(group.source.scheme) + 3)
    mended = f"{text[:host]}{resolved}"
    return Problem(
        rule="exact-path",
        severity="warning",
        message=f"{shown(text)} in {group.names} does not match {shown(resolved)}: browsers resolve the dots in URLs alone.",
        cause="The path of a source is compared as it is written, with one that has no such segments any more.",
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=f"Write {shown(mended)}, if that is what is meant.",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(mended)),
    )


def _is_for_files(directive: Directive, source: Source) -> bool:
    """Whether a directive's sources stand for files that lie in such a folder, and its hosts count."""
    strict = directive.list.strict_dynamic and directive.name.startswith("script-src")
    framed = directive.name in {"frame-src", "child-src"} and last_segment(source) in _FRAMED
    return framed or (directive.name in _FILES and not strict)


def _alone(listed: Coverage, source: Source, asked: Asked) -> bool:
    """Whether nothing in the list allows what lies below a path."""
    folder = parse_source(f"{source.text}/")
    if listed.lists(folder):
        return False
    return listed.by(folder, lambda _: False) is None and asked.left > 0


def _exact(group: Group) -> Problem:
    text = group.source.text
    return Problem(
        rule="exact-path",
        message=f"{shown(text)} in {group.names} matches that one address, and nothing below it.",
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=f"If a folder is meant, write {shown(text + '/')} with the slash.",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(f"{text}/")),
    )
