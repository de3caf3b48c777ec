"""
What a target of a report is: a file, a page with a URL, or neither.

The report does not say, so this reads the name as the command line does, but never looks whether a file is there: the
same report gives the same output anywhere.
"""

from __future__ import annotations

import re

from csplint.model import TargetReport

_WITHOUT_PLACE = frozenset({"policy", "standard input", "-"})
"""How the report names what is neither a file nor a page: policies given as text, and standard input."""

_WEB = re.compile(r"https?:", re.IGNORECASE)
_PATH = re.compile(r"\.{0,2}[/\\]|[A-Za-z]:[/\\]|~")
_SAVED = (".har", ".html", ".htm", ".txt", ".http")


def is_file(target: TargetReport) -> bool:
    """Whether the target is a saved page or response."""
    name = target.target
    if name in _WITHOUT_PLACE or _WEB.match(name):
        return False
    if _PATH.match(name) or (name.lower().endswith(_SAVED) and not _begins_with_host(name)):
        return True
    if target.status is None:
        return target.outcome == "checked"  # a page that was fetched has a status; an .html file has none
    asked = target.redirects[0].url if target.redirects else target.final_url or ""
    return not _has_host(name) and _first(name) != _first(re.sub(r"^https?:/*", "", asked))


def _begins_with_host(name: str) -> bool:
    return bool(re.search(r"[/\\?#]", name)) and _has_host(name)


def _has_host(name: str) -> bool:
    """Is what stands before the first slash a host, as far as its looks go?"""
    first = _first(name)
    return "." in first or ":" in first or first == "localhost"


def _first(name: str) -> str:
    return re.split(r"[/\\?#]", name, maxsplit=1)[0].lower()


def page_url(target: TargetReport) -> str:
    """The URL of the page, as far as the report knows one; "" for a file or a policy that was given none."""
    if target.final_url:
        return target.final_url
    if target.target in _WITHOUT_PLACE or is_file(target):
        return ""
    return target.target if _WEB.match(target.target) else f"https://{target.target}"
