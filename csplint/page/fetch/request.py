"""What one fetch sends: to which URL, and which headers that URL may get."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.errors import UsageError
from csplint.page.fetch.redirects import is_target_origin, origin, read_address, without_credentials
from csplint.page.fetch.settings import FetchSettings

Headers = tuple[tuple[str, str], ...]

BROWSER_HEADERS: Headers = (
    ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
    ("Accept-Language", "en,*;q=0.5"),
    ("Accept-Encoding", "gzip, deflate"),
)
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class FetchTask(Struct, frozen=True):
    """
    What to fetch. `repr` shows neither headers nor credentials.

    target: as the user typed it, without credentials.
    target_origin: the origin of `url`, the only one that gets `settings.headers` and `authorization`.
    conditions: headers of a conditional request, only for `url`.
    is_data: it is no page, such as a robots.txt, so that any type will do.
    """

    target: str
    url: str
    target_origin: str
    settings: FetchSettings
    authorization: str | None = None
    conditions: Headers = ()
    is_data: bool = False

    def __repr__(self) -> str:
        return f"FetchTask(target={self.target!r}, url={self.url!r})"

    @classmethod
    def of(cls, target: str, url: str, settings: FetchSettings) -> FetchTask:
        """Remove the credentials from everything that may be shown; raises UsageError for what cannot be sent."""
        shown = without_credentials(target)
        try:
            address = read_address(url)
        except ValueError as exc:
            raise UsageError(f"{shown} is not a valid URL") from exc
        for name, value in settings.headers:
            # The value may be a secret, so only the name is shown.
            if not TOKEN.fullmatch(name) or re.search(r"[\0\r\n]", value):
                raise UsageError(f"--header: {name!a} cannot be sent; write 'Name: value' on one line")
        return cls(shown, address.url, origin(address.url), settings, address.authorization)


def headers_for(task: FetchTask, here: str, authorization: str | None) -> list[tuple[bytes, bytes]]:
    """
    The headers to send to the URL `here`; the user's headers and credentials only for the target's origin.

    authorization: what the `user:password@` of a redirect to this origin became, None for none.
    A header of the user's replaces csplint's own of the same name.
    """
    own: Headers = ()
    if is_target_origin(task.target_origin, here):
        authorization = authorization or task.authorization
        own = task.settings.headers
    if here == task.url:
        own += task.conditions
    default = (*BROWSER_HEADERS, ("User-Agent", task.settings.user_agent))
    if authorization:
        default += (("Authorization", authorization),)
    replaced = {name.lower() for name, _ in own}
    wanted = (*(pair for pair in default if pair[0].lower() not in replaced), *own)
    return [(name.encode("ascii"), value.strip().encode("utf-8")) for name, value in wanted]
