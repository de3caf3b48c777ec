"""
Find, read and validate rule packs (rules/*.toml).

A pack is data: what a vendor's documents ask for, where each line of it was
read, and how sure it is. Code looks things up in it and knows no host by name.
"""

from __future__ import annotations

import datetime
import os
import re
from typing import Literal

import msgspec
from msgspec import Struct

from csplint.csp.memo import memo_property
from csplint.csp.request import Kind
from csplint.errors import PackError
from csplint.model import Severity
from csplint.packs.example import Example

Standing = Literal["documented", "contradicted", "observed"]


class PackInfo(Struct, frozen=True, forbid_unknown_fields=True):
    """Who a pack speaks for, and when its sources were last read."""

    id: str
    title: str
    version: str
    source: str
    checked: datetime.date


class Reference(Struct, frozen=True, forbid_unknown_fields=True):
    """
    A document that facts were read in.

    address: its https URL; `csplint FILE#HEADING` for a file of csplint's own, which has no public address.
    """

    id: str
    title: str
    address: str
    note: str = ""


class Symptom(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the vendor's troubleshooting table, in its own words (lost asterisks restored)."""

    id: str
    symptom: str
    cause: str
    fix: str


class ConsoleText(Struct, frozen=True, forbid_unknown_fields=True):
    """What browsers print when a request of these kinds is blocked; {url} and {directive} are filled in."""

    kinds: tuple[str, ...]
    chromium: str
    firefox: str
    safari: str


class Host(Struct, frozen=True, forbid_unknown_fields=True):
    """A host that serves the vendor's scripts, and what is known of it."""

    origin: str
    current: bool
    source: str
    standing: Standing
    note: str


class Embed(Struct, frozen=True, forbid_unknown_fields=True):
    """
    One generation of the vendor's embed.

    where: whether its code stands in the page or is a tag with src. marks: regular expressions, one of which its
    text (inline) or its src (external) matches. cdn, api: expressions whose group 1 is a URL that its text names.
    loads: what it loads next; {cdn} stands for the URL named as cdn, {src} for the tag's own. loads_as: the kind
    of those requests. current: the generation the vendor hands out today, as far as its documents tell.
    """

    id: str
    title: str
    where: Literal["inline", "external"]
    marks: tuple[str, ...]
    source: str
    standing: Standing
    cdn: tuple[str, ...] = ()
    api: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    loads_as: Kind = "dynamic-script"
    needs_eval: str = ""


class Requirement(Struct, frozen=True, forbid_unknown_fields=True):
    """
    One thing the vendor says its widget needs.

    needs: a source expression, or 'unsafe-inline'. kinds: the requests it stands for. role "cdn" or "api": what the
    page's own snippet names takes its place or joins it. row: the line of the vendor's table. rule: what it is a
    finding of when it is not met.
    """

    id: str
    directive: str
    needs: str
    kinds: tuple[Kind, ...]
    purpose: str
    row: str
    source: str
    standing: Standing
    rule: str
    role: Literal["", "cdn", "api"] = ""
    feature: str = ""
    note: str = ""


class Feature(Struct, frozen=True, forbid_unknown_fields=True):
    """An optional part of the widget; marks are expressions that a URL or an inline script of the page matches."""

    id: str
    title: str
    marks: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """
    What a finding can be an instance of.

    id: prefix and three digits, never reused. name: kebab case, names the problem. check: the function in
    csplint.checks that looks for it. source, standing: where its facts were read and how sure they are.
    problem: which problem of the check it reports, where that is not its own name. replaces: rules of other packs that
    say the same of the same source in more general words.
    """

    id: str
    name: str
    severity: Severity
    check: str
    summary: str
    why: str
    fix: str
    source: str
    standing: Standing
    symptom: str = ""
    problem: str = ""
    replaces: tuple[str, ...] = ()
    example: tuple[Example, ...] = ()


class Placeholders(Struct, frozen=True, forbid_unknown_fields=True):
    """Nonces that were copied from a document: `values` compared without letter case."""

    values: tuple[str, ...]
    source: str


BypassWay = Literal["jsonp", "angular", "content", "tenants", "gadget"]


class BypassHost(Struct, frozen=True):
    """
    A host, and what is known of it.

    host: `*.` before a suffix under which anyone may have a name. paths: what is known to be there; one that ends in
    a slash stands for all below it. way: a call back of the caller's choice ("jsonp"), an AngularJS file ("angular"),
    files of anyone's ("content"), names for anyone ("tenants"), or what a list that the user brought says ("gadget").
    source: where that was read, with its date. needs_eval: only with 'unsafe-eval'. dated: no recent list has it.
    """

    host: str
    paths: tuple[str, ...]
    way: BypassWay
    source: str
    needs_eval: bool = False
    dated: bool = False


class Pack(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """
    A whole pack.

    attach: rules of other packs whose findings are instances of a row of this pack's troubleshooting table.
    """

    pack: PackInfo
    document: tuple[Reference, ...]
    rule: tuple[Rule, ...] = ()
    symptom: tuple[Symptom, ...] = ()
    console: tuple[ConsoleText, ...] = ()
    host: tuple[Host, ...] = ()
    embed: tuple[Embed, ...] = ()
    requirement: tuple[Requirement, ...] = ()
    feature: tuple[Feature, ...] = ()
    placeholders: tuple[Placeholders, ...] = ()
    attach: dict[str, str] = {}

    @memo_property
    def rules(self) -> dict[str, Rule]:
        """The rules by name."""
        return {rule.name: rule for rule in self.rule}

    @memo_property
    def rule_by_problem(self) -> dict[str, str]:
        """The name of the rule that reports a problem, by the name that the check gives the problem."""
        return {rule.problem or rule.name: rule.name for rule in self.rule}

    @memo_property
    def documents(self) -> dict[str, Reference]:
        """The documents by id."""
        return {document.id: document for document in self.document}

    def current_host(self) -> str:
        """The origin the vendor's current guide names for its scripts; PackError where the pack names none."""
        for host in self.host:
            if host.current:
                return host.origin
        raise PackError(f"the rule pack {self.pack.id} has no [[host]] that is current, and checks that ask for one")


def packs_folder() -> str:
    """
    Where the built-in packs are: beside the code in an installed wheel, else in the checkout.

    By os.path, here and below: importing pathlib takes 4 ms, and every run reads a pack.
    """
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    installed = os.path.join(here, "_packs")  # noqa: PTH118
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(here), "rules")  # noqa: PTH112, PTH118, PTH120


def load_pack(name: str, *, examples: bool = True) -> Pack:
    """
    Read a pack by name (built in) or by path (ends in .toml).

    examples: whether the rules' examples are wanted; an installed csplint is quicker without them.
    Raises PackError with the file and what is wrong in it.
    """
    own = name.endswith(".toml")
    path = name if own else os.path.join(packs_folder(), name)  # noqa: PTH118
    if not own and not examples and (compiled := _read(f"{path}.json")) is not None:
        return msgspec.json.decode(compiled, type=Pack)  # made and checked when the wheel was built
    path = path if own else f"{path}.toml"
    if not own and not os.path.exists(path):  # noqa: PTH110
        raise PackError(
            f"there is no pack {name!r}; built in are {_built_in()}, one of your own is a path ending in .toml"
        )
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            text = file.read()
    except OSError as error:
        raise PackError(f"cannot read the rule pack {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise PackError(f"the rule pack {path} is not UTF-8 text") from error
    return parse_pack(text, path)


def _built_in() -> str:
    names = (name.removesuffix(".toml") for name in os.listdir(packs_folder()) if name.endswith(".toml"))  # noqa: PTH208
    return ", ".join(sorted(names))


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError:
        return None


def parse_pack(text: str, where: str) -> Pack:
    """Read a pack's TOML; `where` names it in errors."""
    import tomllib  # noqa: PLC0415 - an installed csplint reads the JSON that was made of it

    try:
        pack = msgspec.convert(tomllib.loads(text), Pack)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PackError(f"{where} is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise PackError(f"{where}: {error}") from error
    _validate(pack, where)
    return pack


def _validate(pack: Pack, where: str) -> None:
    documents, symptoms = set(pack.documents), {symptom.id for symptom in pack.symptom}
    for rule in pack.rule:
        _known(rule.source, documents, f"{where}: rule {rule.name}: source")
        if rule.symptom:
            _known(rule.symptom, symptoms, f"{where}: rule {rule.name}: symptom")
        for number, example in enumerate(rule.example, 1):
            _sendable(example, pack, f"{where}: rule {rule.name}: example {number}")
    for copied in pack.placeholders:
        _known(copied.source, documents, f"{where}: placeholders: source")
    for requirement in pack.requirement:
        _known(requirement.rule, set(pack.rules), f"{where}: requirement {requirement.id}: rule")
        _known(requirement.source, documents, f"{where}: requirement {requirement.id}: source")
        if requirement.role == "cdn" and not any(host.current for host in pack.host):
            raise PackError(f"{where}: requirement {requirement.id}: role 'cdn' needs a [[host]] that is current")
    for embed in pack.embed:
        for expression in (*embed.marks, *embed.cdn, *embed.api):
            _compiles(expression, f"{where}: embed {embed.id}")


def _sendable(example: Example, pack: Pack, what: str) -> None:
    for answer in filter(None, (example, example.second)):
        for line in answer.headers:
            if not _HEADER.fullmatch(line):
                raise PackError(f"{what}: headers: {line!r} is not 'Name: value'")
    for feature in example.features:
        _known(feature, {each.id for each in pack.feature}, f"{what}: features:")


_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*")
"""A header's line: its name is a token (RFC 9110 #fields.names)."""


def _known(name: str, names: set[str], what: str) -> None:
    if name not in names:
        raise PackError(f"{what} {name!r} is not in this pack; it has {', '.join(sorted(names))}")


def _compiles(expression: str, what: str) -> None:
    try:
        re.compile(expression)
    except re.error as error:
        raise PackError(f"{what}: {expression!r} is no regular expression: {error}") from error
