"""
One recorded answer of a server: the only thing the later stages know of the network.

Headers are kept as sent: in order, repeated ones apart, values as bytes,
because joining two policies or decoding one wrongly changes what they mean.
"""

from __future__ import annotations

from msgspec import Struct

from csplint.page.saved.text import SavedText


class Hop(Struct, frozen=True):
    """One redirect: the URL that answered with it, its status, and the URL it led to."""

    url: str
    status: int
    location: str


class Capture(Struct, frozen=True, kw_only=True):
    """
    One answer.

    target: what the user named, as typed, credentials removed.
    url: the URL the body came from, WHATWG-serialised, credentials removed.
    status: the HTTP status, None where only a document is known (an .html file).
    headers: (name, value) as sent, names in the server's letter case.
    body: the decoded bytes of the document (no content coding left on it).
    redirects: the hops that led here, first to last.
    saved: the file it was read from, None for an answer that came over the network.
    """

    target: str
    url: str
    status: int | None
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    redirects: tuple[Hop, ...] = ()
    saved: SavedText | None = None

    def header(self, name: str) -> tuple[bytes, ...]:
        """Give every value sent under this name, in order; the name's letter case does not count."""
        wanted = name.lower().encode("ascii")
        return tuple(value for key, value in self.headers if key.lower() == wanted)


class Visits(Struct, frozen=True):
    """
    The answers to one target, asked as visitors would who do not know each other.

    first: the one that is checked.
    second: the same request once more, without the cookies the first answer set; None where it was not asked for.
    revalidated: asked with the first answer's validators (If-None-Match, If-Modified-Since); status 304 where
        the server said "use the copy you have"; None where the first answer had no validator or it was not asked for.
    """

    first: Capture
    second: Capture | None = None
    revalidated: Capture | None = None
