"""Paths in sources that match something else than they seem to; `frame_ancestors.py` reports those of frame-ancestors."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_token
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.frame_ancestors import has_path
from csplint.checks.syntax.occurrences import Group, groups
from csplint.checks.syntax.redundant import Budget, Coverage
from csplint.checks.syntax.token import has_asterisk, has_dots, has_query, last_segment, looks_like_folder
from csplint.checks.wording import shown
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive
from csplint.csp.source import Source
from csplint.csp.url import parse_url


@check(when=(any_token(has_query),), capped=True)
def query_in_source(context: Context) -> Iterator[Problem]:
    """Report sources with a query or fragment, which browsers ignore."""
    for policy in context.policies.policies:
        for group in groups(policy, has_query):
            reported = group.only(lambda each: each.name != "frame-ancestors") if has_path(group.source) else group
            if reported.places:
                yield _query(reported)


def _query(group: Group) -> Problem:
    text = group.source.text
    cut = min(text.find(sign) for sign in "?#" if sign in text)
    bare = text[:cut]
    return Problem(
        rule="query-in-source",
        message=f"Browsers ignore {shown(text[cut:])} of {shown(text)} in {group.names}: the source matches {shown(bare)} with any query.",
        **group.location,
        fix=f"Write {shown(bare)}.",
        edits=policy_edits(group.policy, group.replaced(bare)),
    )


_FILES = frozenset({"script-src", "script-src-elem", "style-src", "style-src-elem", "img-src", "font-src", "media-src"})
"""Directives for files, which are in folders; elsewhere a path is most often one address."""

_FRAMED = frozenset({"recaptcha"})
"""Folders that also hold frames: reCAPTCHA's are www.google.com/recaptcha/api2/anchor and others."""


@check(
    when=(
        any_token(has_asterisk),
        any_token(has_dots),
        any_token(looks_like_folder),
    ),
    capped=True,
)
def exact_path(context: Context) -> Iterator[Problem]:
    """Report paths that match one address only though they look like more, where nothing else in the list matches the rest."""
    budget, page = Budget(), context.policies.page
    for policy in context.policies.policies:
        for group in groups(policy, has_asterisk, ancestors=False):
            yield _asterisk(group)
        for group in groups(policy, has_dots, ancestors=False):
            yield _dots(group)
        found = list(groups(policy, looks_like_folder, ancestors=False))
        directives = {directive.name: directive for group in found for directive in group.directives}
        lists = {name: Coverage(page, each, budget) for name, each in directives.items()}
        for group in found:
            if all(
                _is_for_files(each, group.source) and _is_uncovered(lists[each.name], group.source, budget)
                for each in group.directives
            ):
                yield _folder(group)


def _asterisk(group: Group) -> Problem:
    text = group.source.text
    host = len(text) - len(group.source.path)
    folder = text[: text.index("*", host)].rpartition("/")[0] + "/"
    return Problem(
        rule="exact-path",
        severity="warning",
        message=f"The asterisk in the path of {shown(text)} in {group.names} is not a wildcard: browsers compare it as a character.",
        cause="An asterisk is a wildcard only in the host and the port; a path that ends in a slash matches everything below it.",
        **group.location,
        fix=f"Write {shown(folder)} to allow everything below it.",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(folder)),
    )


def _dots(group: Group) -> Problem:
    text, path = group.source.text, group.source.path
    url = parse_url(f"https://a.example{path}")
    resolved = url.path if url else path
    host = len(text) - len(path) if text.endswith(path) else text.index("/", len(group.source.scheme) + 3)
    put_right = f"{text[:host]}{resolved}"
    return Problem(
        rule="exact-path",
        severity="warning",
        message=f"{shown(text)} in {group.names} does not match {shown(resolved)}: browsers resolve dots in URLs, but not in sources.",
        cause="Browsers compare the path as you wrote it with a path that no longer has such segments.",
        **group.location,
        fix=f"Write {shown(put_right)}, if that is what you mean.",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(put_right)),
    )


def _is_for_files(directive: Directive, source: Source) -> bool:
    """Whether a directive governs files that are in such a folder, and browsers use its hosts."""
    strict = directive.list.strict_dynamic and directive.name.startswith("script-src")
    framed = directive.name in {"frame-src", "child-src"} and last_segment(source) in _FRAMED
    return framed or (directive.name in _FILES and not strict)


def _is_uncovered(listed: Coverage, source: Source, budget: Budget) -> bool:
    """Whether nothing in the list allows what is below a path."""
    folder = parse_source(f"{source.text}/")
    if listed.lists(folder):
        return False
    return listed.by(folder, lambda _: False) is None and budget.left > 0


def _folder(group: Group) -> Problem:
    text = group.source.text
    return Problem(
        rule="exact-path",
        message=f"{shown(text)} in {group.names} matches only that address, and nothing below it.",
        **group.location,
        fix=f"If you mean a folder, write {shown(text + '/')} with the slash.",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(f"{text}/")),
    )
