"""What keeps a browser from a page, in sentences; and where its redirects must not lead."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.browser.visit import Launch, Visit
from csplint.csp.url import parse_url
from csplint.errors import TargetError
from csplint.page.excerpt import excerpt
from csplint.page.fetch.addresses import is_public

_KINDS = (
    (
        "dns",
        ("NAME_NOT_RESOLVED", "UNKNOWN_HOST", "dnsNotFound"),
        "the browser cannot resolve its host name",
        "check the name",
    ),
    (
        "tls",
        ("ERR_CERT", "ERR_SSL", "SEC_ERROR", "SSL_ERROR", "MOZILLA_PKIX", "nssFailure", "nssBadCert"),
        "the browser does not accept its certificate or TLS",
        "the browser trusts the certificates of its own store; --insecure accepts any",
    ),
    ("refused", ("CONNECTION_REFUSED", "connectionFailure"), "it refused the connection", "check that the server runs"),
    (
        "download",
        ("Download is starting", "ERR_ABORTED", "BINDING_ABORTED"),
        "it is a file to save, not a page",
        "name a page",
    ),
    ("proxy", ("PROXY_CONNECTION", "PROXY"), "the proxy does not respond", "check --proxy"),
    ("redirect", ("TOO_MANY_REDIRECTS", "REDIRECT_LOOP"), "its redirects never end", "check where they lead"),
    ("timeout", ("Timeout", "TIMED_OUT", "TIMEOUT"), "it did not respond in time", "raise --timeout"),
)


def navigation_error(visit: Visit, reason: str) -> TargetError:
    """The error for a page that the browser did not open; reason: its own words."""
    for kind, words, why, hint in _KINDS:
        if any(word in reason for word in words):
            return TargetError(visit.target, kind, f"{excerpt(visit.target)}: {why} ({excerpt(reason)})", hint=hint)
    return TargetError(visit.target, "browser", f"the browser cannot open {excerpt(visit.target)}: {excerpt(reason)}")


def require_public(target: str, addresses: Sequence[tuple[str, str]], launch: Launch) -> None:
    """
    Report nothing of a page to which a redirect led from a public address to one that is not.

    addresses: (URL, IP address) of each response, first to last. csplint's own fetch, which comes first, does not follow such
    a redirect at all; a browser may get another one. Through a proxy no address is known. Raises TargetError.
    """
    if launch.allow_private:
        return
    met_public = False
    for url, address in addresses:
        public = _is_public(address)
        if met_public and not public:
            message = f"a redirect led the browser to {excerpt(url)}, whose address {address} is not public"
            raise TargetError(
                target, "redirect", message, hint="if you trust the site, and the page is there, add --allow-private"
            )
        met_public = met_public or public


def written_addresses(urls: Sequence[str]) -> list[tuple[str, str]]:
    """
    What is known of addresses without a look-up: those that are written in URLs, and localhost.

    Any other name counts as public: it is that of the site, or of the proxy that looks it up.
    """
    found: list[tuple[str, str]] = []
    for url in urls:
        parsed = parse_url(url)
        host = parsed.host.strip("[]") if parsed else ""
        if host == "localhost" or host.endswith(".localhost"):
            host = "127.0.0.1"
        found.append((url, host))
    return found


def _is_public(address: str) -> bool:
    try:
        return is_public(address.strip("[]"))
    except ValueError:
        return True
