"""How to open a page, and what can keep a browser from it."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from csplint.browser.observation import Observation
from csplint.errors import CsplintError
from csplint.page.capture import Capture

INSTALL = "pip install 'csplint-cli[browser]'"


class NoBrowserError(CsplintError):
    """There is no browser to open a page with; the message says what is missing and how to get it."""

    exit_code = 3


class Opening(Struct, frozen=True):
    """How to open the chat: what to click, or a function of the page and its arguments (see packs)."""

    selector: str = ""
    call: str = ""
    arguments: tuple[str, ...] = ()


class Visit(Struct, frozen=True, kw_only=True):
    """
    One visit of a page by a new visitor: no cookies, no cache, no service worker.

    target: as the user named it. url: of the page. served: the response to use for the document instead of asking the server;
    its URL is `url`. marks: what to look for in the console and among DOM events. names: of values of the page's scripts to look for.
    ready: for each widget, the marks and names of which any one shows that it is there. opening: how to open the chat.
    timeout: seconds until the page has to rest.
    """

    target: str
    url: str
    served: Capture | None = None
    marks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    ready: tuple[tuple[str, ...], ...] = ()
    opening: Opening | None = None
    picture: bool = False
    timeout: float = 20.0


class Launch(Struct, frozen=True):
    """How to start the browser. path: its program, "" to look for it. proxy, insecure, user_agent: as in FetchSettings."""

    product: str = ""
    path: str = ""
    proxy: str = ""
    insecure: bool = False
    user_agent: str = ""
    allow_private: bool = False


class RunningBrowser(Protocol):
    """A browser that runs. opens_several: whether it may open several pages at a time."""

    user_agent: str
    notes: tuple[str, ...]
    opens_several: bool

    async def visit(self, visit: Visit) -> Observation:
        """Open one page. Raises TargetError where it cannot be opened."""

    async def close(self) -> None:
        """End the browser."""
