"""
A loopback site that serves the guide's pages.

A page's nonce is new in every answer, in header and body alike: where the page
writes NONCE, the server puts the same fresh value in both, and another fresh one
where it writes OTHER_NONCE or SHORT_NONCE. Hashes and other nonces stay as they are.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from tests.guide.pages import NONCE, OTHER_NONCE, SHORT_NONCE, Page
from tests.servers import Answer, Received, Server, serve


class Site:
    """The pages by path."""

    def __init__(self, pages: dict[str, Page], server: Server) -> None:
        self.pages = pages
        self.server = server

    def add(self, page: Page) -> str:
        """Serve a page from now on; gives its URL."""
        path = f"/{len(self.pages)}"
        self.pages[path] = page
        return self.server.url(path)


@contextmanager
def site() -> Iterator[Site]:
    """Serve for as long as the block runs."""
    pages: dict[str, Page] = {}

    def answer(request: Received) -> Answer:
        return rendered(pages[request.path])

    with serve(answer) as server:
        yield Site(pages, server)


def rendered(page: Page) -> Answer:
    """One answer, its nonces made for it."""
    fresh = {
        NONCE: secrets.token_urlsafe(24),
        OTHER_NONCE: secrets.token_urlsafe(24),
        SHORT_NONCE: secrets.token_hex(4),
    }
    headers = [(name, _filled(value, fresh)) for name, value in page.response_headers()]
    return Answer(200, headers, _filled(page.html(), fresh).encode())


def _filled(text: str, fresh: dict[str, str]) -> str:
    for written, value in fresh.items():
        text = text.replace(written, value)
    return text
