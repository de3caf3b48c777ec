"""
The Public Suffix List in a compact form, made from the package `publicsuffixlist`, which keeps it up to date.

The wheel holds what `compact` makes; a checkout without a build makes it when it is first needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files

SECTIONS = ("ICANN", "PRIVATE")


def source() -> str:
    """The list as the package has it. Raises ModuleNotFoundError if the package is not installed."""
    return (files("publicsuffixlist") / "public_suffix_list.dat").read_text(encoding="utf-8")


def compact(text: str) -> str:
    """The list with one line a top-level domain and section, in the letters that hosts in a policy have."""
    lines = text.splitlines()
    version = next(line.removeprefix("// VERSION: ") for line in lines if line.startswith("// VERSION: "))
    notice = [f"# {line.removeprefix('//').strip()}" for line in lines[:3]]
    made = [
        "# The Public Suffix List, https://publicsuffix.org/list/public_suffix_list.dat, version",
        f"# {version}, rearranged: each line has the rules that end in its first word.",
        "# Made by csplint/checks/security/suffix_data.py from the package publicsuffixlist; do not edit.",
    ]
    body = [line for name in SECTIONS for line in (f"[{name.lower()}]", *_grouped(_rules(lines, name)))]
    return "\n".join([*notice, "#", *made, *body]) + "\n"


def _rules(lines: Iterable[str], section: str) -> Iterator[str]:
    inside = False
    for line in map(str.strip, lines):
        if line.startswith("// ==="):
            inside = line == f"// ===BEGIN {section} DOMAINS==="
        elif inside and line and not line.startswith("//"):
            yield ".".join(each if each.isascii() else each.encode("idna").decode() for each in line.split("."))


def _grouped(rules: Iterable[str]) -> list[str]:
    """`uk . ac co *.sch` for uk, ac.uk, co.uk and *.sch.uk."""
    found: dict[str, list[str]] = {}
    for rule in rules:
        rest, _, last = rule.rpartition(".")
        found.setdefault(last, []).append(rest or ".")
    return [" ".join([last, *sorted(rests)]) for last, rests in sorted(found.items())]
