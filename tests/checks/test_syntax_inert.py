"""What inert-source calls without effect changes no decision of the engine; what it passes over, some decision."""

from __future__ import annotations

import base64
import hashlib
from itertools import product
from typing import get_args

import pytest

from csplint.csp.applicability import has_effect
from csplint.csp.browsers import BROWSERS, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.directives import DIRECTIVES
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered
from csplint.csp.request import Kind, Request

SHOP = "https://shop.example/"
CODE = "go()"


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


HASH, URL_HASH = hashed(CODE), hashed(f"javascript:{CODE}")
NONCE = "'nonce-3TmVbQn7LkHsYw2RzXcAfg=='"
LISTS = [name for name, info in DIRECTIVES.items() if info.kind == "sources" and info.status == "current"]
TOKENS = [
    "'unsafe-inline'",
    "'unsafe-eval'",
    "'wasm-unsafe-eval'",
    "'unsafe-hashes'",
    "'strict-dynamic'",
    NONCE,
    HASH,
    "'self'",
    "https:",
]
BESIDES = ["", "'unsafe-inline'", HASH, URL_HASH, "'unsafe-hashes'", "'self' https:", f"'strict-dynamic' {NONCE} 'unsafe-inline'"]  # fmt: skip
INLINE = {"inline-script", "dynamic-inline-script", "event-handler", "javascript-url", "inline-style", "style-attr"}
_KINDS: tuple[Kind, ...] = get_args(Kind)
REQUESTS = [
    Request(
        kind,
        "" if kind in INLINE | {"eval", "wasm", "blob-worker"} else f"{SHOP}x",
        nonce=nonce,
        content=CODE if kind in INLINE else "",
        integrity=HASH[1:-1] if kind == "script" and not nonce else "",
    )
    for kind, nonce in product(_KINDS, ["", NONCE[7:-1]])
]


def verdicts(policy: str, browser: Browser) -> list[bool]:
    policies = PolicySet.read(SHOP, [Delivered(policy)], browser)
    return [policies.decide(request).blocked for request in REQUESTS]


def changes(name: str, token: str, besides: str) -> bool:
    """Whether the token makes a difference to any request in any browser."""
    return any(
        verdicts(f"{name} {besides} {token}", browser) != verdicts(f"{name} {besides}", browser) for browser in BROWSERS
    )


@pytest.mark.parametrize("name", LISTS)
def test_inert_sources_change_nothing_and_others_something(name: str) -> None:
    for token in TOKENS:
        useful = name == "fenced-frame-src"  # the engine knows no request of that kind
        for besides in BESIDES:
            directive = PolicySet.read(SHOP, [Delivered(f"{name} {besides} {token}")]).policies[0].in_force[name]
            says = has_effect(directive.name, directive.list, parse_source(token))
            assert says or not changes(name, token, besides), (token, besides)
            useful = useful or (says and changes(name, token, besides))
        assert useful or not has_effect(directive.name, directive.list, parse_source(token)), token
