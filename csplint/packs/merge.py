"""The packs of one run, as one: whose rule is this, which row of the vendor's table is it, where was it read."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from csplint.csp.memo import memo_property
from csplint.errors import PackError
from csplint.packs.pack import BypassHost, Pack, Rule, Symptom, load_pack

DEFAULT = ("velaro", "syntax", "delivery", "security", "page")
"""The packs of a run that names none."""

RUN = "run"
"""What a run has to say of its own settings; always there."""


class PackSet(Struct, frozen=True, dict=True):
    """
    Several packs; rule names are unique among them.

    bypass: hosts the user knows to serve scripts anyone can use, beside csplint's own table.
    """

    packs: tuple[Pack, ...]
    bypass: tuple[BypassHost, ...] = ()

    @memo_property
    def vendor(self) -> Pack:
        """The pack with a vendor's requirements; the first one where none has any."""
        return next((pack for pack in self.packs if pack.requirement), self.packs[0])

    @memo_property
    def vendors(self) -> tuple[Pack, ...]:
        """The packs that say what a vendor's widget needs."""
        return tuple(pack for pack in self.packs if pack.requirement or pack.embed or pack.host)

    @memo_property
    def rules(self) -> dict[str, Rule]:
        """Every rule by name."""
        return {rule.name: rule for pack in self.packs for rule in pack.rule}

    @memo_property
    def checks(self) -> frozenset[str]:
        """The checks that the rules name."""
        return frozenset(rule.check for rule in self.rules.values())

    @memo_property
    def homes(self) -> dict[str, Pack]:
        """The pack of every rule, by the rule's name."""
        return {rule.name: pack for pack in self.packs for rule in pack.rule}

    @memo_property
    def replaced(self) -> dict[str, frozenset[str]]:
        """For each rule that replaces others, their names."""
        return {rule.name: frozenset(rule.replaces) for rule in self.rules.values() if rule.replaces}

    @memo_property
    def placeholders(self) -> frozenset[str]:
        """Every nonce that was copied from a document, lower case."""
        return frozenset(value.lower() for pack in self.packs for each in pack.placeholders for value in each.values)

    def row(self, rule: str, symptom: str = "") -> Symptom | None:
        """The row of a troubleshooting table that findings of a rule are instances of; `symptom` overrides the rule's."""
        wanted = symptom or self.rules[rule].symptom or self.vendor.attach.get(rule, "")
        rows = (row for pack in (self.homes[rule], self.vendor) for row in pack.symptom)
        return next((row for row in rows if row.id == wanted), None)

    def find(self, wanted: str) -> Rule | None:
        """The rule of this name, or of this id in any letter case."""
        by_id = {rule.id: rule for rule in self.rules.values()}
        return self.rules.get(wanted.lower()) or by_id.get(wanted.upper())

    def near(self, wanted: str) -> str:
        """The rule whose name or id comes closest, for a question back; "" where none is close."""
        from difflib import get_close_matches  # noqa: PLC0415 - mistakes only

        names = [*self.rules, *(rule.id for rule in self.rules.values())]
        close = get_close_matches(wanted.lower(), names, 1) or get_close_matches(wanted.upper(), names, 1)
        return close[0] if close else ""

    def docs(self, rule: str) -> str:
        """The address of the document a rule's facts were read in."""
        return self.homes[rule].documents[self.rules[rule].source].address


def load_packs(names: Iterable[str], bypass: tuple[BypassHost, ...] = (), *, examples: bool = False) -> PackSet:
    """
    Read packs by name or path; no names stand for DEFAULT. `examples`: whether the rules' examples will be shown.

    Raises PackError where one cannot be read, or two have a rule of the same name or id.
    """
    packs = tuple(load_pack(name, examples=examples) for name in dict.fromkeys((*(tuple(names) or DEFAULT), RUN)))
    seen: dict[str, str] = {}
    for pack in packs:
        for rule in pack.rule:
            for mark in (rule.name, rule.id):
                if mark in seen:
                    raise PackError(f"the packs {seen[mark]} and {pack.pack.id} both have a rule {mark}")
                seen[mark] = pack.pack.id
    return PackSet(packs, bypass)
