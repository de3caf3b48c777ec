"""What one visitor sends: where to, and which headers may go there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from csplint.errors import UsageError
from csplint.page.fetch.redirects import is_home, origin, read_address, without_credentials
from csplint.page.fetch.settings import FetchSettings

Headers = tuple[tuple[str, str], ...]

BROWSER_HEADERS: Headers = (
    ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
    ("Accept-Language", "en,*;q=0.5"),
    ("Accept-Encoding", "gzip, deflate"),
)
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class Errand:
    """
    What to fetch.

    home: the origin the user named, the only one that sees `settings.headers` and `authorization`.
    conditions: headers of a conditional request, for `url` alone.
    """

    target: str
    url: str
    home: str
    settings: FetchSettings = field(repr=False)
    authorization: str | None = field(default=None, repr=False)
    conditions: Headers = ()

    @classmethod
    def of(cls, target: str, url: str, settings: FetchSettings) -> Errand:
        """Take the credentials out of everything that may be shown; UsageError for what can never be sent."""
        shown = without_credentials(target)
        try:
            address = read_address(url)
        except ValueError as exc:
            raise UsageError(f"{shown} is not a URL") from exc
        for name, value in settings.headers:
            # The value may be a secret, so only the name is shown.
            if not TOKEN.fullmatch(name) or re.search(r"[\0\r\n]", value):
                raise UsageError(f"--header: {name!a} cannot be sent; write 'Name: value', on one line")
        return cls(shown, address.url, origin(address.url), settings, address.authorization)


def headers_for(errand: Errand, here: str, authorization: str | None) -> list[tuple[bytes, bytes]]:
    """
    Give the headers for this URL of the journey: the user's own, and their credentials, only at home.

    authorization: what a redirect's own `user:password@` became, for the origin it was meant for.
    A header the user gives replaces csplint's own of that name.
    """
    own: Headers = ()
    if is_home(errand.home, here):
        authorization = authorization or errand.authorization
        own = errand.settings.headers
    if here == errand.url:
        own += errand.conditions
    default = (*BROWSER_HEADERS, ("User-Agent", errand.settings.user_agent))
    if authorization:
        default += (("Authorization", authorization),)
    given = {name.lower() for name, _ in own}
    wanted = (*(pair for pair in default if pair[0].lower() not in given), *own)
    return [(name.encode("ascii"), value.strip().encode("utf-8")) for name, value in wanted]
