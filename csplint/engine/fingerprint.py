"""
SHA-256 for fingerprints, without OpenSSL.

hashlib loads that library, which takes as long as judging a policy; Python's own
hash is as good for a few hundred characters. The standard library's random.py
does the same, and falls back the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


def hexdigest(text: str) -> str:
    """The SHA-256 of a text's UTF-8, lone surrogates included, in lower-case hexadecimal."""
    digest: str = _sha256()(text.encode("utf-8", "surrogatepass")).hexdigest()
    return digest


@cache
def _sha256() -> Callable[[bytes], Any]:
    for module in ("_sha2", "_sha256", "hashlib"):  # Python 3.12 and later, 3.11, any
        try:
            made: Callable[[bytes], Any] = import_module(module).sha256
        except ImportError:
            continue
        return made
    raise ImportError("no SHA-256")  # pragma: no cover - hashlib always has one
