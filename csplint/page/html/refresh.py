"""A refresh, by a meta element or a header, that takes visitors on to another page."""

from __future__ import annotations

import re

from csplint.page.excerpt import excerpt
from csplint.page.html.address import resolve, without_fragment

# HTML Standard #shared-declarative-refresh-steps.
# Possessive, so that no content takes longer than its length.
_REFRESH = re.compile(
    r"\s*+([0-9]*+)[0-9.]*+(?:\s*+[;,]|\s)\s*+(?:url\s*+=\s*+)?+(?:\"([^\"]*+)|'([^']*+)|(.++))", re.IGNORECASE
)
_LONGEST = 8192


def refresh_note(content: str, url: str) -> str:
    """A sentence for the report about where a page sends its visitors; "" if they stay. url: the page's own."""
    found = _REFRESH.match(content[:_LONGEST])
    if found is None:
        return ""
    written = next((each for each in found.groups()[1:] if each is not None), "")
    target = resolve(written.strip(), url)
    if not target.startswith(("http:", "https:")) or without_fragment(target) == without_fragment(url):
        return ""
    when = f"after {found[1]} s" if found[1] and int(found[1][:9]) else "at once"
    return f"The page sends visitors on to {excerpt(target)} {when} (refresh). csplint checked only this page."
