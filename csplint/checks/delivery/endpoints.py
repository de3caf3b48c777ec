"""Where an answer's headers say reports go: Reporting-Endpoints (Reporting API) and the older Report-To."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from csplint.checks.delivery.permissions_policy import read_permissions
from csplint.csp.url import parse_url
from csplint.page.capture import Capture


class Endpoints(Struct, frozen=True):
    """
    What an answer defines.

    current: group -> URL, of Reporting-Endpoints. older: group -> URL, of Report-To. fault: a sentence on what was
    dropped of either, "" for nothing.
    """

    current: Mapping[str, str]
    older: Mapping[str, str]
    fault: str = ""

    def url(self, group: str) -> str | None:
        """The URL that reports for a group go to; None for a group nothing defines."""
        return self.current.get(group) or self.older.get(group)


def read_endpoints(capture: Capture) -> Endpoints:
    """Read both headers of an answer as browsers do: what is malformed defines nothing."""
    fields, fault = read_permissions(b", ".join(capture.header("reporting-endpoints")))
    if fault:
        return Endpoints({}, dict(_older(capture)), f"The Reporting-Endpoints header is dropped whole: {fault}.")
    current: dict[str, str] = {}
    for group, member in fields.items():
        url, fault_here = _trusted(member, capture.url)
        fault = fault or (f"Reporting-Endpoints names {group}, but {fault_here}." if fault_here else "")
        current |= {group: url} if url else {}
    return Endpoints(current, dict(_older(capture)), fault)


def _trusted(member: object, base: str) -> tuple[str, str]:
    """An endpoint's URL, and why it is dropped (Reporting API #process-header)."""
    value = member[0] if isinstance(member, tuple) else member
    if type(value) is not str:  # a token is a str of another type
        return "", "its value is no string in double quotes"
    url = parse_url(value, base)
    if url is None:
        return "", "its value is no URL"
    if url.scheme != "https" and not is_loopback(url.host):
        return "", "its URL is not https"
    return url.href, ""


def is_loopback(host: str) -> bool:
    return host in {"localhost", "[::1]"} or host.startswith("127.") or host.endswith(".localhost")


def _older(capture: Capture) -> Iterator[tuple[str, str]]:
    """The groups of Report-To: JSON objects with commas between them, as it were an array without brackets."""
    try:
        found: Any = msgspec.json.decode(b"[" + b",".join(capture.header("report-to")) + b"]")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    for each in found:
        if isinstance(each, dict) and each.get("max_age") != 0 and (url := _first_url(each.get("endpoints"))):
            yield str(each.get("group", "default")), url


def _first_url(endpoints: object) -> str:
    listed = endpoints if isinstance(endpoints, list) else []
    urls = (each.get("url") for each in listed if isinstance(each, dict))
    return next((url for url in urls if isinstance(url, str) and url), "")
