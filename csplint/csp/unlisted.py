"""
Hosts, paths and ports that no source names.

"Does this list allow a host that it does not name?" is a question about one such host: a source list names finitely many
hosts, paths and ports, so whatever allows one that it does not name allows all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import count

from msgspec import Struct

from csplint.csp.decide import PolicySet
from csplint.csp.memo import memo
from csplint.csp.policy import Policy
from csplint.csp.url import DEFAULT_PORTS, Url

EXAMPLE = "any0"
"""The label, path segment or text in example requests that reports show; it may occur in a policy."""

_WORD = "0-7-7"
"""Valid as a host's label, and without letters, which could be written in either case."""

_PORT = 50_000

_LIKE_WORD = re.compile(r"0-([0-9]{1,9})-7")
_PORTS = re.compile(r":0*(\d{1,5})")


class UnusedParts(Struct, frozen=True):
    """Parts of a URL that do not occur in some texts: a word for host labels and path segments, and a port."""

    word: str
    port: int


def unused_parts(texts: Iterable[str]) -> UnusedParts:
    """Parts that occur in none of these texts."""
    text = " ".join(texts)
    if str(_PORT) not in text:
        return UnusedParts(_word(text), _PORT)
    ports = set(_PORTS.findall(text))
    return UnusedParts(_word(text), next((port for port in range(_PORT, 1024, -1) if str(port) not in ports), _PORT))


def _word(text: str) -> str:
    if _WORD not in text:
        return _WORD
    written = set(_LIKE_WORD.findall(text))
    return next(f"0-{number}-7" for number in map(str, count()) if number not in written)


def unused_in(policies: PolicySet) -> UnusedParts:
    """Parts that occur in none of the policies."""
    if len(policies.policies) == 1:
        return _unused_in_one(policies.policies[0])
    return unused_parts(policy.text for policy in policies.policies)


@memo
def _unused_in_one(policy: Policy) -> UnusedParts:
    return unused_parts([policy.text])


@memo
def unused_word(policies: PolicySet) -> str:
    """A short word that occurs neither in a policy nor in the page's URL, for host labels and path segments."""
    return _word(" ".join([policies.page.href, *(policy.text for policy in policies.policies)]))


@lru_cache(maxsize=64)
def unlisted_url(word: str) -> Url:
    """A file on a host that no source names, made of an unused word, over https at the default port."""
    return compose_url("https", f"{word}.{word}", 443, f"/{word}")


def compose_url(scheme: str, host: str, port: int | None, path: str) -> Url:
    """Join well-formed, serialized parts of a URL, without a parser; a scheme without hosts takes only the path."""
    if scheme not in DEFAULT_PORTS:
        return Url(f"{scheme}:{path}", scheme, "", None, path)
    shown = "" if port == DEFAULT_PORTS[scheme] else f":{port}"
    return Url(f"{scheme}://{host}{shown}{path}", scheme, host, port, path)
