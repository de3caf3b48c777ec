"""
Which CDN or plugin wrote a script into the page, and what its owner can do about it.

The server that sends the policy does not make these scripts. So it often cannot give them a nonce, and a hash of one stops
matching with the sender's next change, often with the next response.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from msgspec import Struct

from csplint.csp.memo import BoundedCache
from csplint.model import Severity
from csplint.packs.pack import Standing
from csplint.page.document import Document, Script

LONGEST_SEARCHED = 200_000
"""Characters of an inline script that are searched; snippets have a few thousand."""

_LONGEST_TYPE = 200
"""Characters of a type attribute that are searched."""


class Sender(Struct, frozen=True, kw_only=True):
    """
    Something that writes scripts into pages which it did not make.

    id: in kebab case. title: for a sentence. kind: "cdn" stands between the server and the browser; "plugin" is a part of the
    site. url, code: regular expressions for the URL of a file or the text of an inline script that it adds. type: one for
    the type attribute that it gives to scripts of the page, so that browsers do not run them until its own script does; ""
    for none. changes: the text of its inline script is new in each response. severity: of a finding about its script.
    effect: what does not work while it is blocked. nonce: how its script gets the policy's nonce, "" if it cannot. switch: the
    setting that turns it off. source: where `effect`, `nonce` and `switch` were read, standing: how certain they are.
    marks: where the expressions were read.
    """

    id: str
    title: str
    kind: Literal["cdn", "plugin"]
    url: str = ""
    code: str = ""
    type: str = ""
    changes: bool = False
    severity: Severity = "error"
    effect: str
    nonce: str = ""
    switch: str
    source: str
    standing: Standing = "documented"
    marks: str

    def delays(self, script: Script) -> bool:
        """Whether it gave a script a type that browsers do not run."""
        return script.kind == "data" and _found(self.type, script.attributes.get("type", "")[:_LONGEST_TYPE].strip())


def _found(expression: str, text: str) -> bool:
    return bool(expression and text) and _compiled(expression).search(text) is not None


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def sender_of(url: str, text: str) -> Sender | None:
    """Who adds a script, by its URL or, for an inline script, its text; None for a script of the page itself."""
    return _BY_URL[url] if url else _BY_TEXT[text]


def _by_url(url: str) -> Sender | None:
    from csplint.checks.own_page.sender_table import SENDERS  # noqa: PLC0415 - the table needs Sender

    return next((each for each in SENDERS if _found(each.url, url)), None)


def _by_text(text: str) -> Sender | None:
    from csplint.checks.own_page.sender_table import SENDERS  # noqa: PLC0415

    return next((each for each in SENDERS if _found(each.code, text[:LONGEST_SEARCHED])), None)


_BY_URL = BoundedCache(_by_url, most=4096, longest=2_000, altogether=400_000)
_BY_TEXT = BoundedCache(_by_text, most=1024, longest=LONGEST_SEARCHED, altogether=2_000_000)
"""A page is judged again for each of its fixes, with the same scripts."""


def delayed_scripts(document: Document) -> Mapping[str, tuple[Script, ...]]:
    """The scripts of a page that a sender gave a type which browsers do not run, by the sender's id."""
    from csplint.checks.own_page.sender_table import SENDERS  # noqa: PLC0415

    delaying = [each for each in SENDERS if each.type]
    found: dict[str, list[Script]] = {}
    for script in document.scripts:
        if script.kind == "data":
            for sender in delaying:
                if sender.delays(script):
                    found.setdefault(sender.id, []).append(script)
                    break
    return {name: tuple(scripts) for name, scripts in found.items()}
