"""Reports for the text and HTML formats, by name: each shows something that the others do not."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.model import (
    BrowserVerdict,
    Edit,
    Finding,
    Fix,
    Place,
    Report,
    Skipped,
    Span,
    TargetReport,
)
from tests.report.samples import (
    CLEAN,
    ERROR,
    FAILED,
    INFO,
    PAGE,
    POLICY,
    REQUIREMENTS,
    WARNING,
    a_policy,
    a_report,
    insertion,
    span_of,
)


def about(*findings: Finding) -> TargetReport:
    """The page with these findings, and nothing else in the report."""
    return replace(PAGE, findings=findings, requirements=(), skipped=())


LONG = "script-src 'self' " + " ".join(f"https://host-{n}.example" for n in range(60)) + "; img-src *"
HOSTILE_POLICY = (
    "connect-src 'self'\n::error::no \x1b[2J ##[error]no \u202eofni \ud800 [link=https://evil]ok[/link] ]]> <script> "
    + "x" * 10_000
)
HOSTILE = replace(
    PAGE,
    target="::error::https://shop.example/\r\n##[error]no",
    final_url="https://shop.example/\x1b]0;title\x07",
    platforms=("<script>alert(1)</script>", "[link=https://evil]ok[/link]"),
    policies=(a_policy(HOSTILE_POLICY),),
    limits=("could not read https://a.example/" + "y" * 10_000 + ".js",),
    requirements=(replace(REQUIREMENTS[1], needs="https://\x1b[31m日本.example", why="##[group]no"),),
    skipped=(Skipped("SEC009", "]]>\n::warning::no"),),
    findings=(
        replace(
            ERROR,
            message="the source \x9b31m\u2028 is\ud800 no ##[error]source\n::error::no",
            cause="\u202eesrever",
            span=span_of("[link=https://evil]ok[/link]", HOSTILE_POLICY),
            fix=Fix(
                "::add-mask::no",
                "safe",
                (
                    insertion("'self'", " wss://a.example\n::error::no", HOSTILE_POLICY),
                    Edit(kind="server", text="::error::no\n##[error]no\n\tadd_header"),
                ),
            ),
            docs="https://docs.example/\x1b]8;;",
        ),
        replace(
            ERROR,
            message="a token of 10 kB",
            fix=None,
            browsers={"::error::": BrowserVerdict(blocked=True)},
            span=span_of("x" * 10_000, HOSTILE_POLICY),
        ),
    ),
)
OTHER_EDITS = replace(
    INFO,
    place=None,
    fix=Fix(
        "Send one policy",
        "unsafe",
        (
            Edit(kind="remove-policy", policy=1),
            insertion("frame-src 'self' blob:", "; worker-src 'self' blob:"),
            Edit(kind="policy", policy=0, start=0, end=len("default-src 'self'; "), text=""),
            insertion("script-src 'self'", " 'wasm-unsafe-eval'"),
            Edit(kind="tag", name="nonce", text="{nonce}"),
        ),
    ),
)
PLACES = [
    replace(ERROR, message="a span in no one directive", span=Span(0, len(POLICY)), fix=None, browsers=None),
    replace(ERROR, message="no span", span=None, fix=None, browsers=None),
    replace(ERROR, message="no such directive", span=None, directive="worker-src", fix=None, browsers=None),
    replace(ERROR, message="a policy as a whole", span=None, directive=None, fix=None, browsers=None),
    replace(ERROR, message="in a meta element", policy=1, place=Place(3, 9), span=Span(16, 16), fix=None),
]
META = a_policy("img-src 'self'\n        data:", 1, delivery="meta")
LONG_FINDING = replace(
    WARNING,
    span=span_of("https://host-30.example", LONG),
    fix=Fix("Add the CDN", "safe", (insertion("https://host-59.example", " https://cdn.example", LONG),)),
)

SAMPLES: dict[str, Report] = {
    "clean": a_report(CLEAN),
    "clean-as-far-as-read": a_report(replace(CLEAN, limits=("the script https://a.example/a.js was not read",))),
    "error": a_report(about(ERROR)),
    "warning": a_report(about(WARNING)),
    "info": a_report(about(INFO)),
    "failed": a_report(FAILED),
    "several": a_report(PAGE, CLEAN, FAILED),
    "no-policy": a_report(TargetReport(target="page.html", final_url="https://shop.example/")),
    "no-target": a_report(),
    "baselined": a_report(
        replace(CLEAN, findings=(replace(ERROR, state="baselined"), replace(INFO, state="suppressed"))),
        replace(CLEAN, target="https://b.example/"),
    ),
    "places": a_report(replace(about(*PLACES), policies=(a_policy(), META))),
    "other-edits": a_report(about(OTHER_EDITS)),
    "long-directive": a_report(replace(about(LONG_FINDING), policies=(a_policy(LONG),))),
    "hostile": a_report(HOSTILE),
}
