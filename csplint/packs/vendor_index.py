"""
What is known of every vendor's pack without reading the pack: how to find its widget on a page, its hosts, its rules.

`rules/vendors/index.json` holds it; `python -m csplint.packs.vendor_index` writes it anew, and a test compares. So a run reads the
packs of the vendors that the page has, however many there are.
"""

from __future__ import annotations

import datetime
import os
import re
from functools import lru_cache

import msgspec
from msgspec import Struct

from csplint.csp.memo import memo_property
from csplint.packs.pack import Mistake, Pack
from csplint.packs.read import VENDORS, packs_folder

INDEX = "index.json"


class Mark(Struct, frozen=True, dict=True):
    """
    How to recognise a widget.

    where: in the text of an inline script, or in a URL that the page loads. pattern: an expression that it matches. literal: a
    text that every match holds, lower case, "" if none is known; to look for it is much quicker.
    """

    where: str
    pattern: str
    literal: str = ""

    @memo_property
    def expression(self) -> re.Pattern[str]:
        """The pattern, compiled."""
        return re.compile(self.pattern)

    def is_in(self, text: str, lowered: str) -> bool:
        """Whether a text matches; `lowered`: the same in lower case."""
        return self.literal in lowered and self.expression.search(text) is not None


class VendorEntry(Struct, frozen=True):
    """
    One vendor's pack.

    id, title, checked, incomplete: as in its [pack]. marks: of its embeds. hosts: those that its needs name, as sources have them,
    without wildcard. rules: the ids of its rules, by name. mistakes: as in the pack.
    """

    id: str
    title: str
    checked: datetime.date
    marks: tuple[Mark, ...]
    hosts: tuple[str, ...] = ()
    rules: dict[str, str] = {}
    mistakes: tuple[Mistake, ...] = ()
    incomplete: str = ""


def entry(pack: Pack) -> VendorEntry:
    """The entry of a pack."""
    sources = " ".join(
        text for each in pack.requirement if each.role != "permissions" for text in (each.needs, *each.any_of)
    )
    hosts = {found[1].lower() for found in _HOST.finditer(sources)}
    hosts |= {found[1].lower() for each in pack.host for found in _HOST.finditer(each.origin)}
    return VendorEntry(
        id=pack.pack.id,
        title=pack.pack.title,
        checked=pack.pack.checked,
        marks=tuple(Mark(each.where, mark, _literal(mark)) for each in pack.embed for mark in each.marks),
        hosts=tuple(sorted(hosts)),
        rules={rule.name: rule.id for rule in pack.rule},
        mistakes=pack.mistake,
        incomplete=pack.pack.incomplete,
    )


_HOST = re.compile(r"://(?:\*\.)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_SHORTEST = 4


def _literal(pattern: str) -> str:
    """The longest text that is in every match of an expression, as far as it can be read off: "" if it has alternatives."""
    if re.search(r"(?<!\\)\|", re.sub(r"\(\?:[^()]*\)|\([^()]*\)|\[[^\]]*\]", "", pattern)):
        return ""
    plain = re.sub(
        r"\(\?[^()]*\)[*+?]?|\([^()]*\)[*+?{]?|\[[^\]]*\](?:[*+?]|\{[^}]*\})?|\\[a-zA-Z](?:[*+?]|\{[^}]*\})?|.[*?]|\^|\$|(?<!\\)[.()|]",
        "\n",
        pattern,
    )
    runs = [re.sub(r"\\(.)", r"\1", each).rstrip("+") for each in plain.split("\n")]
    longest = max(runs, key=len, default="")
    return longest.lower() if len(longest) >= _SHORTEST and longest.isascii() else ""


@lru_cache(1)
def vendor_index() -> tuple[VendorEntry, ...]:
    """Every vendor of the index, by id; () in an installation without the file."""
    try:
        with open(_path(INDEX), "rb") as file:  # noqa: PTH123 - pathlib takes 4 ms to load
            return msgspec.json.decode(file.read(), type=tuple[VendorEntry, ...])
    except FileNotFoundError:
        return ()


def indexed(vendor: str) -> VendorEntry | None:
    """The entry of a vendor, by its id."""
    return next((each for each in vendor_index() if each.id == vendor), None)


def index_text() -> str:
    """The index of the packs in the folder, as its file holds it."""
    from csplint.packs.read import load_pack  # noqa: PLC0415 - only to write it

    names = sorted(name.removesuffix(".toml") for name in os.listdir(_path("")) if name.endswith(".toml"))  # noqa: PTH208
    made = msgspec.json.encode([entry(load_pack(name, examples=False)) for name in names], order="sorted")
    return msgspec.json.format(made, indent=1).decode() + "\n"


def _path(name: str) -> str:
    return os.path.join(packs_folder(), VENDORS, name)  # noqa: PTH118


if __name__ == "__main__":
    with open(_path(INDEX), "w", encoding="utf-8", newline="\n") as made:  # noqa: PTH123
        made.write(index_text())
