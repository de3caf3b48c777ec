"""The rules' own examples, and the rules' rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csplint.csp.request import KINDS
from csplint.engine.pack_check import given
from csplint.errors import PackError
from csplint.model import SEVERITIES, TargetReport
from csplint.packs.example import Example
from csplint.packs.merge import RUN, load_packs
from csplint.packs.pack import Pack, Rule
from csplint.packs.read import load_pack, packs_folder, parse_pack
from tests.examples import judged

PACKS = load_packs([])
ALONE = {pack.pack.id: load_packs([pack.pack.id]) for pack in PACKS.packs}
PREFIXES = {
    "velaro": "VEL",
    "syntax": "SYN",
    "delivery": "DEL",
    "security": "SEC",
    "page": "PAG",
    "run": "RUN",
    "servers": "SRV",
}
ROOT = Path(__file__).parent.parent
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
DOCUMENTED = (ROOT / "docs/rules.md").read_text(encoding="utf-8")

EXAMPLES = [(rule, example) for rule in PACKS.rules.values() for example in rule.example]
NAMED = [f"{rule.id}-{number}" for rule in PACKS.rules.values() for number, _ in enumerate(rule.example, 1)]


def judged_for(rule: Rule, example: Example) -> TargetReport:
    """By the rule's own pack alone; a configuration may name rules of any, and a date is about any pack."""
    return judged(example, PACKS if example.config or example.today else ALONE[PACKS.homes[rule.name].pack.id])


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=NAMED)
def test_example_gives_what_it_says(rule: Rule, example: Example) -> None:
    assert given(judged_for(rule, example), rule, example.expect) == list(example.expect)


OF_THE_WHOLE_PAGE = {
    "no-embed-found",
    "no-policy",
    "policy-missing",
    "empty-policy",
    "nonce-page-cacheable",
    "cacheable-nonce",
    "unused-ignore",
    "expired-ignore",
    "pack-outdated",
}
"""Rules whose findings are about no one policy, header or place in the page."""


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=NAMED)
def test_a_finding_has_a_place_a_reason_a_fix_and_a_reference(rule: Rule, example: Example) -> None:
    """Without a span in a policy or a place in the page, it is of a directive that is missing, a header, or a whole policy."""
    target = judged_for(rule, example)
    for finding in target.findings:
        written = target.policies[finding.policy].directives if finding.policy is not None else ()
        if finding.directive in {each.name for each in written}:
            assert finding.span or finding.place, finding.name
        somewhere = finding.span or finding.place or finding.policy is not None or finding.directive
        assert somewhere or finding.name in OF_THE_WHOLE_PAGE, finding.name
        assert finding.why
        assert finding.fix is None or finding.fix.summary
        assert finding.fix or finding.severity == "info" or finding.pack == RUN, finding.name
        assert finding.docs


@pytest.mark.parametrize("pack", PACKS.packs, ids=lambda pack: pack.pack.id)
def test_ids_and_names_are_sorted_and_well_formed(pack: Pack) -> None:
    ids = [rule.id for rule in pack.rule]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(PREFIXES[pack.pack.id] + r"\d{3}", each) for each in ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name) for rule in pack.rule)


def test_ids_and_names_are_unique() -> None:
    ids = [rule.id for pack in PACKS.packs for rule in pack.rule]
    assert len(ids) == len(set(ids)) == len(PACKS.rules)


@pytest.mark.parametrize("rule", PACKS.rules.values(), ids=lambda rule: rule.id)
def test_rule_has_an_example_that_fires_and_one_that_was_asked_and_does_not(rule: Rule) -> None:
    """A rule that is skipped fires nowhere: its good example is one that it could have found fault with."""
    good = [example for example in rule.example if not example.expect]
    assert any(example.expect for example in rule.example)
    assert any(rule.id in judged_for(rule, example).passed for example in good)


@pytest.mark.parametrize("rule", PACKS.rules.values(), ids=lambda rule: rule.id)
def test_rule_says_all_there_is_to_say(rule: Rule) -> None:
    """The texts are sentences; a reference is an https address, or a heading of a file of csplint's own."""
    for text in (rule.summary, rule.why, rule.fix):
        assert text == text.strip()
        assert text.endswith("."), text
    assert rule.severity in SEVERITIES
    assert f"\n### {rule.name}\n" in DOCUMENTED
    address = PACKS.docs(rule.name)
    if not address.startswith("https://"):
        own = re.fullmatch(r"csplint (\S+)#(\S+)", address)
        assert own, address
        assert own[2] in headings(ROOT / own[1]), address


def headings(path: Path) -> set[str]:
    """The anchors that code hosts give a file's headings."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in lines if line.startswith("#")
    }


NAMES = """
    unknown-directive missing-semicolon unquoted-keyword unknown-keyword invalid-source invalid-nonce invalid-hash
    non-ascii-directive duplicate-directive duplicate-source none-with-others header-name-in-value comma-in-policy
    unexpected-value removed-directive deprecated-directive sandbox-flag frame-ancestors-source report-to-token
    query-in-source exact-path redundant-source policy-too-long report-only-alone report-only-no-endpoint
    report-to-undefined report-uri-ignored ignored-in-meta meta-misplaced meta-too-late legacy-header policies-conflict
    feature-policy-header empty-policy permissions-policy-malformed script-unrestricted script-wildcard script-scheme
    script-unsafe-inline script-unsafe-eval script-unsafe-hashes script-bypass-host object-src-missing base-uri-missing
    form-action-missing frame-ancestors-missing style-unsafe-inline insecure-source ip-source strict-dynamic-alone
    nonce-short nonce-static nonce-placeholder nonce-in-cached-page allowlist-script trusted-types-missing
    page-blocks-own-resource unused-hash unused-nonce unused-source nonce-not-nonceable page-needs-inline-style
    unused-ignore expired-ignore
"""


def test_general_rules_keep_their_names() -> None:
    """Configurations name rules: one that is renamed or missing breaks them."""
    assert [each for each in NAMES.split() if each not in PACKS.rules] == []


def test_the_table_has_the_eight_rows_in_order() -> None:
    assert [symptom.id for symptom in PACKS.vendors[0].symptom] == SYMPTOMS
    for symptom in SYMPTOMS:
        assert any(getattr(PACKS.row(name), "id", "") == symptom for name in PACKS.rules), symptom


def test_facts_have_sources() -> None:
    assert all(
        requirement.kinds == () or set(requirement.kinds) <= KINDS for requirement in PACKS.vendors[0].requirement
    )
    for requirement in PACKS.vendors[0].requirement:
        assert requirement.row
        if requirement.standing == "contradicted":
            assert requirement.note, requirement.id
    for host in PACKS.vendors[0].host:
        assert host.source in PACKS.vendors[0].documents


def test_packs_are_found_in_the_checkout() -> None:
    assert Path(packs_folder()) == ROOT / "rules"


BROKEN = [
    ("x = ", "not TOML"),
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
