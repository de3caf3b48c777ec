"""
The servers and platforms whose configuration csplint reads.

A file is taken for one of them by its name, and then by its contents.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from csplint.servers.source import Server

MODULES = (
    "nginx", "apache", "caddy", "cloudflare_headers", "netlify_headers", "netlify_toml", "vercel", "firebase",
    "azure_static", "web_config", "cloudfront", "kubernetes", "traefik", "python_code", "php", "javascript", "ruby", "java", "csharp",
)  # fmt: skip
"""Modules of this package with a SERVER, those that are more particular first."""

HEAD = 65_536
"""Bytes that decide what a file is."""


def servers() -> Iterator[Server]:
    """Every server, in the order in which a file is offered to them."""
    for name in MODULES:
        yield import_module(f"csplint.servers.{name}").SERVER


def recognise(path: str, data: bytes) -> Server | None:
    """The server whose configuration a file is, by its name and its first bytes; None if it is none of them."""
    return next((each for each in fits(path) if each.recognises(_name(path), data[:HEAD])), None)


def fits(path: str) -> Iterator[Server]:
    """The servers whose files have such names."""
    return (each for each in servers() if _name(path).endswith(each.names))


def _name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].lower()
