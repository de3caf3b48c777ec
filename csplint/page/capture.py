"""
One recorded response of a server: all that later stages know of the network.

Headers are stored as sent: in order, repeated ones separately, values as bytes, because joining two policies or decoding
one wrongly changes what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from csplint.csp.memo import memo_property
from csplint.csp.request import Request
from csplint.page.saved.text import SavedText


class Hop(Struct, frozen=True):
    """One redirect: the URL that sent it, its status, and the absolute URL it leads to."""

    url: str
    status: int
    location: str


class Capture(Struct, frozen=True, dict=True, kw_only=True):
    """
    One response.

    target: the target as the user typed it, without credentials.
    url: the URL of the body, serialized by the URL standard, without credentials.
    status: the HTTP status; None for a document without a response (an .html file).
    headers: (name, value) as sent, names in the server's letter case.
    body: the bytes of the document, without content coding.
    redirects: the redirects that led here, first to last.
    saved: the file it was read from; None for a response from the network.
    notes: sentences for the report about what was left out, such as other pages of the same file.
    missing: what a file lacks: the "headers" (an .html file), the "page" (only headers), the whole "response" (only a
        policy, which is then the only header); "" for nothing.
    recorded: what the page requested when a HAR was recorded.
    """

    target: str
    url: str
    status: int | None
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    redirects: tuple[Hop, ...] = ()
    saved: SavedText | None = None
    notes: tuple[str, ...] = ()
    missing: Literal["", "headers", "page", "response"] = ""
    recorded: tuple[Request, ...] = ()

    def header(self, name: str) -> tuple[bytes, ...]:
        """Every value of this header, in order; the name's letter case does not matter."""
        return self._values.get(name.lower().encode("ascii"), ())

    @memo_property
    def _values(self) -> Mapping[bytes, tuple[bytes, ...]]:
        """The values of each header, by its name in lower case: some thirty checks ask for one, after each fix again."""
        found: dict[bytes, list[bytes]] = {}
        for name, value in self.headers:
            found.setdefault(name.lower(), []).append(value)
        return {name: tuple(values) for name, values in found.items()}


class Visits(Struct, frozen=True):
    """
    The responses to one target, as if several new visitors requested it.

    first: the response that is checked.
    second: the response to the same request, without the cookies of the first; None if it was not requested.
    revalidated: the response to a request with the first one's validators (If-None-Match, If-Modified-Since), with status
        304 if the server sent "not modified"; None if the first had no validator or no second request was made.
    """

    first: Capture
    second: Capture | None = None
    revalidated: Capture | None = None
