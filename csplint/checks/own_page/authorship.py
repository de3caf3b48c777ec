"""
Who wrote what is on the page, and when: the server for this response, a framework before it, or a CDN after it.

That decides what can allow a script: a nonce only if the page is made for each response, a hash only if the text is the same
in each of them.
"""

from __future__ import annotations

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.nonces.reuse import cache_evidence
from csplint.checks.own_page.senders import LONGEST_SEARCHED, Sender, sender_of
from csplint.csp.memo import memo
from csplint.csp.request import Request
from csplint.page.document import Document

COMPARE_FIRST = (
    "First compare two responses: a hash allows the script or style only if its text is the same in each of them."
)
"""What to do before a hash is used that was made from one response."""

_FEWEST_TAGS = 2
"""Script tags without a nonce from which they show how the page is made."""

_NEXT_URL, _NEXT_CODE = "/_next/static/", ("self.__next_f", "__NEXT_DATA__")


class Prerendered(Struct, frozen=True):
    """That a page was made before the request. by: what made or stored it. evidence: the header that shows it, or "". fix: in words."""

    by: str
    evidence: str
    fix: str


_NEXT_FIX = (
    "Render this page for each request, so that Next.js writes the nonce of the header on its script tags: await connection() in "
    "the page or layout (App Router), or use getServerSideProps (Pages Router)."
)
_CACHE_FIX = (
    "Make this page for each request and keep caches from storing it (Cache-Control: private, no-store), or let what sends "
    "the header also write its nonce on the tags."
)


@memo
def changing_texts(context: Context) -> frozenset[str]:
    """
    The texts of inline scripts and styles that the second response does not have: no hash can allow them.

    Empty if there is no second response, or if it is not the same page (it has another status).
    """
    if not compares(context) or context.document is None or context.second is None:
        return frozenset()
    return _inline_texts(context.document) - _inline_texts(context.second)


@memo
def compares(context: Context) -> bool:
    """Whether there is a second response of the same page, so that its texts can be compared."""
    visits = context.visits
    if context.second is None or visits is None or visits.second is None:
        return False
    return visits.second.status == visits.first.status


def _inline_texts(document: Document) -> frozenset[str]:
    return frozenset(found.request.content for found in document.requests if found.request.content)


def sender(request: Request) -> Sender | None:
    """Who adds a script to the page; None for a script of the page itself, and for anything else."""
    return sender_of(request.url, request.content) if request.kind in _SENT else None


_SENT = frozenset({"script", "inline-script", "dynamic-script", "dynamic-inline-script"})


MOST_SEARCHED = 1_500_000
"""Characters of a page's scripts that are searched for who wrote them, half a second; a large real page has a third of it."""

_EACH = 30
"""What each search costs besides its characters."""


class Senders:
    """Who adds each script of one page; each text and URL is searched once, until MOST_SEARCHED characters are."""

    def __init__(self) -> None:
        self.searched = 0
        self._found: dict[tuple[str, str], Sender | None] = {}

    def of(self, request: Request) -> Sender | None:
        """The same as `sender`; None also for what is not searched."""
        if request.kind not in _SENT:
            return None
        key = (request.url, "" if request.url else request.content)
        if key not in self._found:
            self.searched += len(request.url or request.content[:LONGEST_SEARCHED]) + _EACH
            self._found[key] = sender(request) if self.searched <= MOST_SEARCHED else None
        return self._found[key]


@memo
def senders(_document: Document) -> Senders:
    """The senders of a page's scripts, for all evaluations of that page."""
    return Senders()


@memo
def prerendered(context: Context) -> Prerendered | None:
    """What shows that the page was made before the request, if none of its script tags has a nonce of its header."""
    document, visits = context.document, context.visits
    if document is None:
        return None
    tags = [script for script in document.scripts if script.kind in {"classic", "module"}]
    if len(tags) < _FEWEST_TAGS or any(script.nonce in context.header_nonces for script in tags):
        return None
    evidence = cache_evidence(visits.first) if visits else ""
    if _is_next(document):
        return Prerendered("Next.js made this page", evidence, _NEXT_FIX)
    return Prerendered("A cache stored this page", evidence, _CACHE_FIX) if evidence else None


def _is_next(document: Document) -> bool:
    return any(
        _NEXT_URL in script.url if script.url else any(mark in script.text for mark in _NEXT_CODE)
        for script in document.scripts
    )
