"""Two response headers that stop a page's files: Cross-Origin-Embedder-Policy and Integrity-Policy, as browsers read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.delivery.structured import is_token, parse_field
from csplint.page.document import Script

EMBEDDER = "Cross-Origin-Embedder-Policy"
INTEGRITY = "Integrity-Policy"
_DIGEST = re.compile(r"(?:^|[\t\n\f\r ])sha(?:256|384|512)-[A-Za-z0-9+/_-]+={0,2}(?=[\t\n\f\r ?]|$)", re.IGNORECASE)


class Embedder(Struct, frozen=True):
    """
    Cross-Origin-Embedder-Policy (HTML #the-coep-headers).

    value: what is in force, "" for none. text: as sent. fault: why browsers ignore the header, "" where they do not.
    """

    value: Literal["", "require-corp", "credentialless"]
    text: str = ""
    fault: str = ""


def embedder_policy(context: Context) -> Embedder:
    """The page's policy; one value in lower case counts, two headers or a list are ignored (seen in both browsers)."""
    text = _text(context, EMBEDDER)
    if not text.strip():
        return Embedder("")
    shown = text.decode("latin-1").strip()
    parsed, fault = parse_field(text, "item")
    if fault:
        return Embedder("", shown, f"it must be one value ({fault})")
    value = parsed[0] if isinstance(parsed, tuple) else parsed
    for known in ("require-corp", "credentialless"):
        if is_token(value, known):
            return Embedder(known, shown)
    is_none = is_token(value, "unsafe-none")
    return Embedder(
        "", shown, "" if is_none else "its value must be require-corp, credentialless or unsafe-none, in lower case"
    )


class Integrity(Struct, frozen=True):
    """
    Integrity-Policy (Subresource Integrity #integrity-policy-section).

    blocks_scripts: whether script files without integrity are blocked. text: as sent. fault: why it has no effect, or "".
    """

    blocks_scripts: bool
    text: str = ""
    fault: str = ""


def integrity_policy(context: Context) -> Integrity:
    """The page's policy. Only script files can be blocked so far: neither browser blocks style sheets (seen)."""
    text = _text(context, INTEGRITY)
    if not text.strip():
        return Integrity(blocks_scripts=False)
    shown = text.decode("latin-1").strip()
    parsed, fault = parse_field(text, "dictionary")
    if fault:
        return Integrity(blocks_scripts=False, text=shown, fault=f"it is not a valid structured field ({fault})")
    if not _names(parsed, "blocked-destinations", "script"):
        fault = "blocked-destinations=(script) is missing"
    elif "sources" in parsed and not _names(parsed, "sources", "inline"):
        fault = "its sources do not include inline"
    return Integrity(blocks_scripts=not fault, text=shown, fault=fault)


def _names(fields: Any, key: str, token: str) -> bool:
    """Whether a member is a list in parentheses that has this token."""
    members = fields[key][0] if key in fields else []
    return isinstance(members, list) and any(is_token(each[0], token) for each in members)


def _text(context: Context, name: str) -> bytes:
    return b", ".join(context.visits.first.header(name)) if context.visits else b""


def is_guaranteed(script: Script) -> bool:
    """
    Whether Integrity-Policy lets a script's file load: it has a valid integrity, and is requested with CORS.

    A classic script without crossorigin is not, even if its file is the page's own (seen in both browsers).
    """
    return bool(_DIGEST.search(script.integrity)) and is_cors(script)


def is_cors(script: Script) -> bool:
    """Whether browsers request the script's file with CORS: modules always, others with a crossorigin attribute."""
    return script.kind == "module" or "crossorigin" in script.attributes


def file_scripts(context: Context) -> Iterator[Script]:
    """The page's scripts that are files of a server, those of vendors' embeds left out."""
    embeds = {embed.script.order for embed in context.every_embed}
    for script in context.document.scripts if context.document else ():
        is_file = script.kind in {"classic", "module"} and script.url.startswith(("http:", "https:"))
        if is_file and "nomodule" not in script.attributes and script.order not in embeds:
            yield script
