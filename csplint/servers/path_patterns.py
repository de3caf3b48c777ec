"""Patterns of paths as platforms write them, as far as it takes to say which rules apply to the same pages."""

from __future__ import annotations

import re

ANY = "\x01"
"""In a pattern: any text, slashes included."""

SEGMENT = "\x02"
"""In a pattern: text without a slash, at least one character."""

OPTIONAL_REST = "\x03"
"""In a pattern, at its end: nothing, or a slash and any text."""

MAX_LENGTH = 200
MAX_WILDCARDS = 4
"""Longer patterns, and those with more wildcards, are only equal to themselves."""

_PLACEHOLDER = re.compile(r":[A-Za-z]\w*")
_GLOB = re.compile(r"\*\*/|\*+")
_REGEXP_PART = re.compile(r"\(\.\*\)|:\w+\(\.\*\)|:\w+\*|:\w+")
_NOT_PAGES = (
    *(".js", ".mjs", ".css", ".json", ".xml", ".txt", ".map", ".wasm", ".webmanifest", ".pdf"),
    *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp", ".avif", ".woff", ".woff2", ".ttf", ".mp4"),
)


def headers_file_pattern(path: str) -> str:
    """A path of a `_headers` file or of netlify.toml: `*` and `:placeholder`; a URL's host is left out."""
    path = re.sub(r"^https://[^/]*", "", path)
    if path.endswith("/*"):
        return _placeholders(path[:-2]) + OPTIONAL_REST
    return _placeholders(path)


def netlify_pattern(path: str) -> str:
    """As Netlify compares paths: letter case and a slash at the end make no difference."""
    return headers_file_pattern(re.sub(r"/:[^/]*", f"/{SEGMENT}", path.strip().rstrip("/").lower() or "/"))


def _placeholders(path: str) -> str:
    return _PLACEHOLDER.sub(SEGMENT, path).replace("*", ANY)


def glob_pattern(glob: str) -> str | None:
    """A glob of firebase.json; None if it has more than asterisks."""
    if re.search(r"[\[\]{}()!?+@|]", glob):
        return None
    if glob in ("**", "/**"):
        return "/" + ANY
    return "/" + _GLOB.sub(lambda found: SEGMENT if found[0] == "*" else ANY, glob.lstrip("/"))


def regexp_pattern(source: str) -> str | None:
    """A path of vercel.json, in path-to-regexp's syntax; None if it has more than names, `*` and `(.*)`."""
    if source.endswith("/:path*") or re.search(r"/:\w+\*$", source):
        head = regexp_pattern(source[: source.rindex("/")])
        return None if head is None else head + OPTIONAL_REST
    pattern = _REGEXP_PART.sub(lambda found: ANY if "*" in found[0] else SEGMENT, source)
    return None if re.search(r"[\\()\[\]{}|+?*^$]", pattern) else pattern


def covers(general: str, specific: str) -> bool:
    """Whether every path that the second pattern means is also meant by the first one."""
    return general == specific or all(
        any(_matches(each, _sample(one)) for each in _alternatives(general)) for one in _alternatives(specific)
    )


def _alternatives(pattern: str) -> tuple[str, ...]:
    if not pattern.endswith(OPTIONAL_REST):
        return (pattern,)
    bare = pattern.removesuffix(OPTIONAL_REST)
    return (bare or "/", f"{bare}/{ANY}")


def _sample(pattern: str) -> str:
    """A path that the pattern means and no other pattern names."""
    return pattern.replace(ANY, "\x04/\x04").replace(SEGMENT, "\x04")


def _matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches a path; the work is at most the path's length times the wildcards."""
    if (
        len(pattern) > MAX_LENGTH
        or len(path) > MAX_LENGTH
        or pattern.count(ANY) + pattern.count(SEGMENT) > MAX_WILDCARDS
    ):
        return pattern == path
    reached = _with_empty(pattern, {0})
    for character in path:
        reached = _with_empty(pattern, {place for at in reached for place in _after(pattern, at, character)})
    return len(pattern) in reached


def _after(pattern: str, at: int, character: str) -> tuple[int, ...]:
    wanted = pattern[at : at + 1]
    if wanted == ANY:
        return (at,)
    if wanted == SEGMENT:
        return (at, at + 1) if character != "/" else ()
    return (at + 1,) if wanted == character else ()


def _with_empty(pattern: str, reached: set[int]) -> set[int]:
    """The places with those after each ANY, which may stand for nothing."""
    places = set(reached)
    for start in reached:
        at = start
        while pattern[at : at + 1] == ANY:
            at += 1
            places.add(at)
    return places


def is_page(path: str) -> bool:
    """Whether a path can be a page's: not a script's, an image's, or an API's."""
    path = path.lower().rstrip("$)")
    return not path.endswith(_NOT_PAGES) and not path.startswith("/api/")
