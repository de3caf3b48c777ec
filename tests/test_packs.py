"""The rules' own examples, and the rules' rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csplint.assemble import check_subject
from csplint.checks import PAGE_CHECKS, POLICY_CHECKS
from csplint.csp.request import KINDS
from csplint.errors import PackError
from csplint.packs import Example, Pack, Rule, load_pack, packs_folder, parse_pack
from csplint.packset import load_packs
from csplint.page.capture import Capture, Visits
from csplint.read import policy_subject, read_visits
from csplint.subject import Subject

PACKS = load_packs([])
ALONE = {pack.pack.id: load_packs([pack.pack.id]) for pack in PACKS.packs}
PREFIXES = {"velaro": "VEL", "syntax": "SYN", "delivery": "DEL", "security": "SEC", "page": "PAG", "run": "RUN"}
SHOP = "https://shop.example/"
SYMPTOMS = [
    "script-refused",
    "shim-refused",
    "chat-fails",
    "images-broken",
    "nonce-static",
    "fonts-broken",
    "frame-blocked",
    "eval-refused",
]
"""The troubleshooting table's rows, in its order."""


def subject(example: Example) -> Subject:
    if not example.page and not example.permissions_policy:
        enforced = [example.policy] if example.policy else []
        return policy_subject("policy", SHOP, enforced, [example.report_only] if example.report_only else [])
    headers = [(b"Content-Type", b"text/html; charset=utf-8"), (b"Content-Security-Policy", example.policy.encode())]
    if example.permissions_policy:
        headers.append((b"Permissions-Policy", example.permissions_policy.encode()))
    body = f"<!doctype html><title>example</title><body>{example.page}".encode()
    return read_visits(Visits(Capture(target=SHOP, url=SHOP, status=200, headers=tuple(headers), body=body)))


EXAMPLES = [(rule, example) for pack in PACKS.packs for rule in pack.rule for example in rule.example]


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.id}-{number}" for number, (rule, _) in enumerate(EXAMPLES)]
)
def test_example_gives_what_it_says(rule: Rule, example: Example) -> None:
    found = [
        each
        for each in check_subject(subject(example), ALONE[PACKS.homes[rule.name].pack.id], {}).findings
        if each.name == rule.name
    ]
    told = [": ".join(filter(None, (each.directive, each.value))) for each in found]
    # An expectation without a value speaks of the directive alone: values with a nonce or hash in them say no more.
    shown = [
        text if ": " in wanted else text.partition(": ")[0]
        for text, wanted in zip(told, example.expect or [""] * len(told), strict=False)
    ]
    assert shown == list(example.expect)
    assert len(found) == len(example.expect)


@pytest.mark.parametrize("pack", PACKS.packs, ids=lambda pack: pack.pack.id)
def test_ids_and_names_are_sorted_and_well_formed(pack: Pack) -> None:
    ids = [rule.id for rule in pack.rule]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(PREFIXES[pack.pack.id] + r"\d{3}", each) for each in ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name) for rule in pack.rule)


def test_ids_and_names_are_unique() -> None:
    ids = [rule.id for pack in PACKS.packs for rule in pack.rule]
    assert len(ids) == len(set(ids)) == len(PACKS.rules)


NEEDS_ANSWERS = {"nonce-static", "nonce-in-cached-page", "fresh-header-cached-body", "nonce-page-cacheable"}
NEEDS_HEADERS = {"report-uri-ignored", "meta-too-late", "legacy-header", "feature-policy-header"}
NEEDS_CONFIGURATION = {"unused-ignore", "expired-ignore"}
NEEDS_FEATURE = {"missing-media-sounds", "video-not-permitted"}


def test_every_rule_has_an_example_that_fires_and_one_that_does_not() -> None:
    for rule in PACKS.rules.values():
        if rule.name in NEEDS_ANSWERS | NEEDS_HEADERS | NEEDS_CONFIGURATION | NEEDS_FEATURE:
            continue  # tests/guide, tests/test_nonces.py, tests/checks and tests/cli/test_config.py show them
        assert any(example.expect for example in rule.example), rule.name
        assert any(not example.expect for example in rule.example), rule.name


def test_every_check_is_used_and_every_rule_names_one() -> None:
    checks = {**POLICY_CHECKS, **PAGE_CHECKS}
    assert {rule.check for rule in PACKS.rules.values()} - {"triage"} == set(checks)


def test_the_table_has_the_eight_rows_in_order() -> None:
    assert [symptom.id for symptom in PACKS.vendor.symptom] == SYMPTOMS
    for symptom in SYMPTOMS:
        assert any(getattr(PACKS.row(name), "id", "") == symptom for name in PACKS.rules), symptom


def test_facts_have_sources() -> None:
    assert all(requirement.kinds == () or set(requirement.kinds) <= KINDS for requirement in PACKS.vendor.requirement)
    for requirement in PACKS.vendor.requirement:
        assert requirement.row
        if requirement.standing == "contradicted":
            assert requirement.note, requirement.id
    for host in PACKS.vendor.host:
        assert host.source in PACKS.vendor.documents


def test_packs_are_found_in_the_checkout() -> None:
    assert Path(packs_folder()) == Path(__file__).parent.parent / "rules"


BROKEN = [
    ("x = ", "is not TOML"),
    ("[pack]\nid = 1", "Expected `str`, got `int`"),
    ('[pack]\nid="a"\ntitle="a"\nversion="1"\nsource="s"\nchecked=2026-01-01\nnosuch=1', "unknown field `nosuch`"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=["toml", "type", "unknown"])
def test_broken_pack_is_an_error_that_says_where(text: str, message: str) -> None:
    with pytest.raises(PackError, match=re.escape(message)) as caught:
        parse_pack(text, "own.toml")
    assert str(caught.value).startswith("own.toml")


def test_pack_that_is_not_there_is_an_error() -> None:
    with pytest.raises(PackError, match=r"cannot read the rule pack .*nosuch\.toml"):
        load_pack("nosuch.toml")


def test_pack_with_a_dangling_reference_is_an_error() -> None:
    text = Path(packs_folder(), "velaro.toml").read_text(encoding="utf-8")
    with pytest.raises(PackError, match="rule 'nosuch' is not in this pack"):
        parse_pack(text.replace('rule = "missing-img-data"', 'rule = "nosuch"'), "own.toml")
