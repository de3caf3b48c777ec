"""
Public suffixes: domains such as com, co.uk and github.io, whose names belong to different owners.

The data is the Public Suffix List. A build puts it beside this file, as public_suffixes.txt. It has two sections: the registries' suffixes,
and private ones, of companies that give their customers names. Browsers use it to keep sites apart, and `*.` before such a
suffix names hosts of anyone. The file is read when the first wildcard with a host is met, in about a millisecond.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from typing import Literal

Section = Literal["icann", "private"]
_SECTIONS: tuple[Section, ...] = ("icann", "private")


def is_registry_suffix(host: str) -> bool:
    """Whether a registry gives out names directly under this host: com, co.uk. Takes lower case, as sources are read."""
    return "icann" in sections(host)


def is_private_suffix(host: str) -> bool:
    """Whether a company gives names under this host to its customers: github.io, azureedge.net."""
    return "private" in sections(host)


@lru_cache(maxsize=4096)
def sections(host: str) -> tuple[Section, ...]:
    """
    The sections in which a rule names the host, or every host directly under it.

    The list's own rule for unlisted top-level domains is left out: those are names of a private network.
    """
    rest, _, last = host.rpartition(".")
    label, dot, parent = rest.partition(".")
    in_wildcard = f"*.{parent}" if dot else "*" if label else ""
    names = (rest or ".", in_wildcard, f"*.{rest}" if rest else "*")
    return tuple(
        [each for each in _SECTIONS if not _under(each, last).isdisjoint(names) and _applies(each, rest, last)]
    )


def _applies(section: Section, rest: str, last: str) -> bool:
    """Whether the section has no exception for this host."""
    return f"!{rest}" not in _under(section, last)


@lru_cache(maxsize=256)
def _under(section: Section, last: str) -> frozenset[str]:
    """The rules that end in a top-level domain, without it; "." stands for the domain itself."""
    return frozenset(_lists()[section].get(last, "").split())


@cache
def _lists() -> dict[Section, dict[str, str]]:
    found: dict[Section, dict[str, str]] = {"icann": {}, "private": {}}
    current = found["icann"]
    for line in _text().splitlines():
        if line == "[private]":
            current = found["private"]
        elif line[0] not in "#[":
            last, _, rules = line.partition(" ")
            current[last] = rules
    return found


def _text() -> str:
    """The list of the wheel, else of the package; "" in a checkout without the package, where no host is a suffix."""
    try:
        with open(os.path.join(os.path.dirname(__file__), "public_suffixes.txt"), encoding="ascii") as file:  # noqa: PTH118, PTH120, PTH123 - importing pathlib takes 4 ms
            return file.read()
    except FileNotFoundError:
        from csplint.checks.security.suffix_data import compact, source  # noqa: PLC0415 - not needed in a wheel

        try:
            return compact(source())
        except ModuleNotFoundError:
            return ""
