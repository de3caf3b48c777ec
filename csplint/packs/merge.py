"""The packs of one run together: which pack has a rule, which row of a vendor's table it is, where it was read."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.memo import memo, memo_property
from csplint.errors import PackError
from csplint.packs.pack import BypassHost, Pack, Requirement, Rule, Symptom
from csplint.packs.read import load_pack

DEFAULT = ("velaro", "syntax", "delivery", "security", "page", "servers")
"""The packs of a run that names none."""

RUN = "run"
"""The pack of what a run reports about its own settings; always loaded."""


class PackSet(Struct, frozen=True, dict=True):
    """
    Several packs; rule names are unique among them.

    bypass: hosts that the user knows to serve scripts anyone can use, beside csplint's own table. left_out: names of rules
    that the user does not want reported; they replace no other rule. finds: the packs of vendors that a page has are added.
    """

    packs: tuple[Pack, ...]
    bypass: tuple[BypassHost, ...] = ()
    left_out: frozenset[str] = frozenset()
    finds: bool = False

    @memo(key=lambda self, ids: (self, ids))
    def without(self, ids: frozenset[str]) -> PackSet:
        """The same without the packs of these ids."""
        return replace(self, packs=tuple(pack for pack in self.packs if pack.pack.id not in ids))

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
    def reporting(self) -> dict[str, tuple[str, ...]]:
        """The names of the rules that report a problem, by the name that its check gives it."""
        found: dict[str, tuple[str, ...]] = {}
        for rule in self.rules.values():
            found[rule.reports] = (*found.get(rule.reports, ()), rule.name)
        return found

    @memo_property
    def replaced(self) -> dict[str, frozenset[str]]:
        """For each rule that is reported and replaces others, their names."""
        return {
            rule.name: frozenset((*rule.replaces, *rule.restates))
            for rule in self.rules.values()
            if (rule.replaces or rule.restates) and rule.name not in self.left_out
        }

    def restated(self, names: Iterable[str]) -> frozenset[str]:
        """The general rules that report the same problems as these rules, where these rules are not loaded."""
        return frozenset(other for name in names if name in self.rules for other in self.rules[name].restates)

    @memo_property
    def placeholders(self) -> frozenset[str]:
        """Every nonce that was copied from a document, lower case."""
        return frozenset(value.lower() for pack in self.packs for each in pack.placeholders for value in each.values)

    def row(self, rule: str, directive: str | None = None) -> Symptom | None:
        """
        The row of a troubleshooting table that findings of a rule belong to.

        The rule's own row, for this directive if it names one; else that of the first pack that attaches the rule to a row.
        """
        own = self.rules[rule].symptoms.get(directive or "", self.rules[rule].symptom)
        rows = [(self.homes[rule], own)] if own else [(pack, pack.attach.get(rule, "")) for pack in self.packs]
        return next((row for pack, wanted in rows for row in pack.symptom if row.id == wanted), None)

    def requirement(self, pack: str, requirement: str) -> Requirement | None:
        """A pack's requirement, by both ids."""
        found = (each for known in self.packs if known.pack.id == pack for each in known.requirement)
        return next((each for each in found if each.id == requirement), None)

    def find(self, wanted: str) -> Rule | None:
        """The rule of this name, or of this id in any letter case."""
        by_id = {rule.id: rule for rule in self.rules.values()}
        return self.rules.get(wanted.lower()) or by_id.get(wanted.upper())

    def near(self, wanted: str) -> str:
        """The rule whose name or id comes closest to a misspelt one; "" where none is close."""
        from difflib import get_close_matches  # noqa: PLC0415 - mistakes only

        names = [*self.rules, *(rule.id for rule in self.rules.values())]
        close = get_close_matches(wanted.lower(), names, 1) or get_close_matches(wanted.upper(), names, 1)
        return close[0] if close else ""

    def docs(self, rule: str) -> str:
        """The address of the document that a rule's facts were read in."""
        return self.homes[rule].documents[self.rules[rule].source].address


def load_packs(
    names: Iterable[str], bypass: tuple[BypassHost, ...] = (), vendors: Iterable[str] = (), *, examples: bool = False
) -> PackSet:
    """
    Read packs by name or path; no names stand for DEFAULT. `examples`: whether to read the rules' examples.

    vendors: packs of more vendors, by id. Raises PackError where one cannot be read, or two have the same id or a rule of the
    same name or id.
    """
    names = tuple(names)
    packs = tuple(load_pack(name, examples=examples) for name in dict.fromkeys((*(names or DEFAULT), *vendors, RUN)))
    seen: dict[str, str] = {}
    for pack in packs:
        if f"pack {pack.pack.id}" in seen:
            raise PackError(f"two packs have the id {pack.pack.id!r}")
        seen[f"pack {pack.pack.id}"] = pack.pack.id
        for rule in pack.rule:
            for key in (rule.name, rule.id):
                if key in seen:
                    raise PackError(f"the packs {seen[key]} and {pack.pack.id} both have a rule {key}")
                seen[key] = pack.pack.id
    return PackSet(packs, bypass, finds=not names)
