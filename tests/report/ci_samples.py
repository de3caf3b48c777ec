"""What the machine formats are tried on: a small set of packs, and reports by name."""

from __future__ import annotations

import datetime

from hypothesis import HealthCheck, settings
from msgspec.structs import replace

from csplint.model import (
    Corrected,
    FailOn,
    Finding,
    HeaderChange,
    LeftFinding,
    MetaChange,
    Place,
    Proof,
    Region,
    Report,
    Severity,
    Skipped,
    TagChange,
    TargetFault,
    TargetReport,
    Verdict,
)
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack, PackInfo, Reference, Rule
from csplint.report.location import Anchors
from tests.report.report_samples import HOSTILE
from tests.report.samples import CLEAN, ERROR, FAILED, INFO, PAGE, POLICY, WARNING, a_policy, a_report

FEW_EXAMPLES = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
"""Each example is a report of hundreds of strings."""


def a_rule(rule: str, name: str, severity: Severity = "error", standing: str = "documented") -> Rule:
    """A rule of a pack, in words that have to be escaped somewhere."""
    return Rule(
        id=rule,
        name=name,
        severity=severity,
        check="sources",
        summary=f"{name} is about wss://*.example.com | <script>.",
        why="Without it\nthe widget stays silent.",
        fix="Add wss://*.example.com to connect-src.",
        source="guide",
        standing=standing,  # type: ignore[arg-type]
    )


def a_pack(name: str, *rules: Rule) -> Pack:
    """A pack of these rules, with one document."""
    info = PackInfo(name, name.title(), "2026.1", "https://docs.example/csp", datetime.date(2026, 1, 15))
    return Pack(info, (Reference("guide", "The [guide](x)", "https://docs.example/csp#a"),), rules)


PACKS = PackSet(
    (
        a_pack(
            "velaro",
            a_rule("VEL011", "missing-connect-source"),
            a_rule("VEL001", "script-host-missing", standing="contradicted"),
            a_rule("VEL002", "inline-embed-refused", standing="observed"),
        ),
        a_pack("delivery", a_rule("DEL004", "widget-in-body", "info")),
        a_pack("security", a_rule("SEC002", "unsafe-inline-script", "warning"), a_rule("SEC009", "frame-open")),
    )
)
"""SEC001, which the sample page passes, is in none of them: a report may be older than the packs."""

ANCHORS = Anchors(places={"https://shop.example/": "deploy/nginx/csp, 100%.conf:12"}, config="shop")


def about(*findings: Finding) -> TargetReport:
    """A page with these findings and nothing else that is wrong."""
    return replace(CLEAN, target="https://shop.example/", final_url="https://shop.example/", findings=findings)


SAVED = replace(
    CLEAN,
    target="./saved\\shop page.html",
    kind="file",
    final_url=None,
    status=None,
    findings=(
        replace(INFO, region=Region(12, 5, 12, 6)),
        ERROR,
        replace(WARNING, region=Region(3, 9, 4, 2)),
        replace(WARNING, region=Region(7, None, 8, None), fingerprint="d" * 64),
    ),
)
POLICY_ALONE = TargetReport(target="policy", kind="policy", policies=(a_policy(delivery="text"),), findings=(WARNING,))
KNOWN = (replace(ERROR, state="baselined"), replace(INFO, state="suppressed"))
PART_READ = replace(CLEAN, limits=("the script https://a.example/a.js was not read",))

FIXED = POLICY.replace("https://*.velaro.com;", "https://*.velaro.com wss://*.velaro.com;")
STEP = "Remove 'unsafe-inline' from script-src."
CORRECTED = Corrected(
    headers=(
        HeaderChange("replace", "Content-Security-Policy", POLICY, FIXED, 0),
        HeaderChange("keep", "Content-Security-Policy-Report-Only", "img-src z", "img-src z", 2),
        HeaderChange("remove", "X-Content-Security-Policy", "img-src a", None),
    ),
    metas=(MetaChange("replace", "img-src 'self'", "img-src 'self' data:", 1, Place(3, 1)),),
    tags=(TagChange(Place(7, 1), "nonce", "the nonce of this response", "the policy allows scripts by nonce"),),
    steps=(STEP,),
    mends=(ERROR.fingerprint,),
    leaves=(LeftFinding(WARNING.fingerprint, "no edit of a policy fixes it"),),
    proof=Proof("works", 0, 1),
)
VERDICT = Verdict(
    state="partly",
    text="The Velaro live chat loads, but parts of it fail.",
    causes=(ERROR.fingerprint,),
    browsers={"safari": "works"},
)
ANSWERED = replace(about(WARNING, ERROR, INFO), name="checkout", verdict=VERDICT, corrected=CORRECTED)
"""A page with the whole answer; its cause is not its first finding."""

WORKS = replace(
    CLEAN, verdict=Verdict(state="works", text="The Velaro live chat works: every need that was checked is met.")
)

SNEAKY = (
    "@octocat #12 [ok](https://evil.example) ![x](y) **b** a|b a\\|b ` `` ``` ```` <img src=x> &lt; www.evil.example"
    " :: ::error::x ##[error]x ##vso[task.complete]x {0} ]]> \u202e \x1b[31m \ud800 \x00 \ufffe GH-1 :tada: $(id) %0A::error::x"
)
"""Everything some format takes for more than text."""

SPITE = TargetFault("::error::", SNEAKY, SNEAKY)
SPITEFUL = replace(
    HOSTILE,
    findings=(
        *HOSTILE.findings,
        replace(
            WARNING,
            name=SNEAKY,
            message=SNEAKY,
            cause=SNEAKY,
            directive="img-src|`",
            value=SNEAKY,
            fix=replace(WARNING.fix, summary=SNEAKY),  # type: ignore[type-var]
            docs="https://evil.example/)[x](y",
        ),
    ),
    skipped=(Skipped("SEC009", SNEAKY),),
)
POISON = f"img-src a; ````\n```\n</details> {SNEAKY}; style-src <!-- --> 'nonce-c2VjcmV0'"
SPITEFUL_ANSWER = replace(
    SPITEFUL,
    name=SNEAKY,
    verdict=Verdict(state="broken", text=SNEAKY, causes=(ERROR.fingerprint,), browsers={SNEAKY: "broken"}),
    corrected=Corrected(
        headers=(HeaderChange("replace", "Content-Security-Policy", HOSTILE.policies[0].value, POISON, 0),),
        metas=(MetaChange("replace", "", f'"><script>{POISON}', 1, Place(3, 1)),),
        tags=(TagChange(Place(7, 1), SNEAKY, SNEAKY, SNEAKY),),
        steps=(SNEAKY,),
        mends=(ERROR.fingerprint,),
        proof=Proof("works", 0, 0),
    ),
)
HOSTILE_ANSWERS = a_report(SPITEFUL_ANSWER, ANSWERED, FAILED)
"""Every string of it can be exchanged for a hostile one."""

REPORTS: dict[str, Report] = {
    "clean": a_report(CLEAN),
    "part-read": a_report(PART_READ),
    "error": a_report(about(ERROR)),
    "warning": a_report(about(WARNING)),
    "info": a_report(about(INFO)),
    "known": a_report(about(*KNOWN)),
    "failed": a_report(FAILED),
    "several": a_report(PAGE, CLEAN, FAILED),
    "saved": a_report(SAVED),
    "policy": a_report(POLICY_ALONE),
    "no-target": a_report(),
    "answered": a_report(ANSWERED),
    "answers": a_report(ANSWERED, WORKS, replace(ANSWERED, name=""), replace(ANSWERED, name="")),
    "hostile-answer": a_report(SPITEFUL_ANSWER),
    "hostile": a_report(SPITEFUL, replace(FAILED, target="::error::x", error=SPITE)),
}


def many(number: int, severity: Severity = "error", fail_on: FailOn = "error") -> Report:
    """A report with so many findings of one rule, each its own."""
    findings = tuple(
        replace(ERROR, severity=severity, fingerprint=f"{n:032x}", message=f"finding {n}", place=Place(n + 1, 1))
        for n in range(number)
    )
    return a_report(about(*findings), fail_on=fail_on)
