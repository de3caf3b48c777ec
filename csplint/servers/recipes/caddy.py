"""
Caddy: the `header` directive; a nonce from the `templates` module.

Sources: caddyserver.com/docs/caddyfile/directives/header (defer), /docs/caddyfile/directives/templates,
/docs/modules/http.handlers.templates (.RespHeader.Set, Sprig's functions; randAlphaNum reads crypto/rand),
/docs/caddyfile/concepts (tokens, placeholders). Run with Caddy 2.6.2.
"""

from __future__ import annotations

from csplint.servers.recipes.quoting import caddy, double, joined
from csplint.servers.recipes.wanted import NONCE, Block, Draft, Wanted

_TRAPS = (
    "defer sets the headers when the response is written, so that they replace what an application behind Caddy sends. Without it, "
    "both are sent and browsers enforce both policies.",
    "Set the policy in one header directive: one for a path loses to one without a matcher, which Caddy sorts last.",
    "Test with caddy validate, then reload: caddy reload.",
)


def recipe(wanted: Wanted) -> Draft:
    """The header block for the site, with a template for a nonce."""
    plain = [(name, value) for name, value in wanted.headers if NONCE not in value]
    lines = ["header {", *(f"\t{name} {caddy(value)}" for name, value in plain), "\tdefer", "}"]
    if not wanted.nonce:
        return Draft((Block("Caddyfile, in your site's block", "caddyfile", "\n".join(lines)),), _TRAPS)
    made = [(name, value) for name, value in wanted.sent if (name, value) not in plain]
    page = [
        "{{$nonce := randAlphaNum 32 -}}",
        *(_set(name, value) for name, value in made),
        '<script nonce="{{$nonce}}">',
    ]
    blocks = (
        Block("Caddyfile, in your site's block", "caddyfile", "\n".join(["templates", *(lines if plain else [])])),
        Block(
            "each page: the first lines at its top, and the attribute in each tag that the nonce is for",
            "html",
            "\n".join(page),
        ),
    )
    notes = (
        "Caddy makes a nonce only in a template. If an application makes your pages, let it make the nonce and send the header, and "
        "set no policy here.",
        "Do not use {http.request.uuid} as a nonce: it has 122 random bits, and a nonce needs 128.",
        "A template carries out whatever stands in {{ }}: use this only for pages that hold no text from visitors.",
        "Pages without these lines, such as error pages, are sent without the policy.",
    )
    return Draft(blocks, (*notes, *(_TRAPS if plain else _TRAPS[-1:])))


def _set(name: str, value: str) -> str:
    return f"{{{{.RespHeader.Set {double(name)} (print {joined(value, '$nonce', '', double)}) -}}}}"
