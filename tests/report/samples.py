"""Reports to write: one of everything a writer may meet."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.engine.summary import exit_code, summarise
from csplint.model import (
    AllowedBy,
    BrowserVerdict,
    Console,
    DirectiveReport,
    Edit,
    FailOn,
    Finding,
    Fix,
    PackReport,
    Place,
    PolicyReport,
    RedirectReport,
    Report,
    RequirementReport,
    Run,
    Skipped,
    Span,
    TargetFault,
    TargetReport,
    Tool,
    WidgetReport,
)

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' https://app-cdn.velaro.com; "
    "connect-src 'self' https://*.velaro.com; frame-src 'self' blob:"
)
TOOL = Tool("0.1.0", (PackReport("velaro", "2026.1", "https://docs.example/csp", "2026-01-15"),))


def a_policy(value: str = POLICY, index: int = 0, **changes: str) -> PolicyReport:
    """A policy as reported, its directives split at semicolons."""
    directives = []
    at = 0
    for part in value.split(";"):
        text = part.strip()
        if text:
            start = at + part.index(text)
            name, _, rest = text.partition(" ")
            directives.append(DirectiveReport(name, rest, Span(start, start + len(text))))
        at += len(part) + 1
    return replace(PolicyReport(index, "header", "enforce", value, tuple(directives)), **changes)


def span_of(text: str, value: str = POLICY) -> Span:
    """Where `text` is in the policy."""
    start = value.index(text)
    return Span(start, start + len(text))


def insertion(after: str, text: str, value: str = POLICY, policy: int = 0) -> Edit:
    """An edit that puts `text` after `after`."""
    end = span_of(after, value).end
    return Edit(kind="policy", policy=policy, start=end, end=end, text=text)


ERROR = Finding(
    rule="VEL011",
    name="missing-connect-source",
    pack="velaro",
    severity="error",
    message="connect-src does not allow wss://*.velaro.com, so the chat's real-time connection is blocked",
    why="The widget talks to the chat service over a WebSocket. Without it\nvisitors see the chat window, write, "
    "and never get an answer.",
    symptom="chat-fails",
    cause="connect-src lists https://*.velaro.com, and https: does not cover wss:",
    fix=Fix(
        "Add wss://*.velaro.com to connect-src",
        "safe",
        (insertion("connect-src 'self' https://*.velaro.com", " wss://*.velaro.com"),),
    ),
    policy=0,
    directive="connect-src",
    value="https://*.velaro.com",
    span=span_of("https://*.velaro.com"),
    browsers={
        "chromium": BrowserVerdict(blocked=True),
        "firefox": BrowserVerdict(blocked=True),
        "safari": BrowserVerdict(blocked=False),
    },
    console=Console(
        "Connecting to 'wss://eastprod.velaro.com/hub' violates the following Content Security Policy directive: "
        "\"connect-src 'self' https://*.velaro.com\". The action has been blocked.",
        "Content-Security-Policy: The page’s settings blocked the loading of a resource",
        "Refused to connect to wss://eastprod.velaro.com/hub",
    ),
    docs="https://docs.example/rules/VEL011",
    fingerprint="a" * 64,
)
WARNING = Finding(
    rule="SEC002",
    name="unsafe-inline-script",
    pack="security",
    severity="warning",
    message="script-src allows every inline script",
    why="Whoever gets markup into the page gets their script run.",
    fix=Fix(
        "Replace 'unsafe-inline' by a nonce",
        "unsafe",
        (
            Edit(
                kind="policy",
                policy=0,
                start=span_of("'unsafe-inline'").start,
                end=span_of("'unsafe-inline'").end,
                text="'nonce-{nonce}' 'strict-dynamic'",
            ),
            Edit(kind="tag", name="nonce", text="{nonce}", place=Place(12, 5)),
            Edit(
                kind="server",
                text="# nginx\nset $nonce $request_id;\n"
                "  add_header Content-Security-Policy \"script-src 'nonce-$nonce'\";",
            ),
        ),
    ),
    policy=0,
    directive="script-src",
    value="'unsafe-inline'",
    span=span_of("'unsafe-inline'"),
    docs="https://docs.example/rules/SEC002",
    fingerprint="b" * 64,
)
INFO = Finding(
    rule="DEL004",
    name="widget-in-body",
    pack="delivery",
    severity="info",
    message="The widget's script comes before the page's own content",
    why="It is fetched before what the visitor came for.",
    fix=Fix("Say who may frame the page", "safe", (Edit(kind="header", name="X-Frame-Options", text="SAMEORIGIN"),)),
    place=Place(12, 5),
    docs="https://docs.example/rules/DEL004",
    fingerprint="c" * 64,
)
MET = RequirementReport(
    "api", "connect-src", "https://*.velaro.com", None, "met", AllowedBy(0, "connect-src", "https://*.velaro.com"), ""
)
REQUIREMENTS = (
    MET,
    RequirementReport(
        "socket", "connect-src", "wss://*.velaro.com", None, "unmet", None, "Messages are not delivered."
    ),
    RequirementReport(
        "loader",
        "script-src",
        "https://app-cdn.velaro.com",
        None,
        "partly",
        AllowedBy(0, "script-src", "'unsafe-inline'"),
        "Inline scripts pass, the files they load do not.",
    ),
    RequirementReport(
        "sounds",
        "media-src",
        "https://app-cdn.velaro.com",
        "sounds",
        "not-applicable",
        None,
        "Sounds are switched off.",
    ),
    RequirementReport("styles", "style-src", "'unsafe-inline'", None, "met", None, ""),
)
WIDGET = WidgetReport("Velaro", "v10 shim", "inline", ("https://eastprodcdn.azureedge.net",), Place(12, 5))
PAGE = TargetReport(
    target="https://shop.example/",
    final_url="https://www.shop.example/",
    status=200,
    redirects=(
        RedirectReport("https://shop.example/", 301, "https://www.shop.example"),
        RedirectReport("https://www.shop.example", 302, "/"),
    ),
    platforms=("nginx", "WordPress"),
    policies=(a_policy(), a_policy("default-src https:; report-uri /csp", 1, disposition="report")),
    widgets=(WIDGET,),
    requirements=REQUIREMENTS,
    findings=(ERROR, WARNING, INFO),
    passed=("VEL001", "VEL002", "SEC001"),
    skipped=(Skipped("SEC009", "the page has no frames"),),
)
CLEAN = replace(
    PAGE, target="https://clean.example/", final_url="https://clean.example/", redirects=(), findings=(), skipped=(),
    policies=(a_policy(),), requirements=(MET, REQUIREMENTS[3], REQUIREMENTS[4]),
)  # fmt: skip
FAILED = TargetReport(
    target="https://gone.example/",
    outcome="failed",
    error=TargetFault("dns", "the name gone.example does not exist", "check the spelling, or the network"),
)


def a_report(*targets: TargetReport, fail_on: FailOn = "error") -> Report:
    """A whole run over these targets."""
    code = exit_code(targets, fail_on)
    return Report(
        tool=TOOL, run=Run("2026-01-15T10:00:00Z", 1234, code, fail_on), targets=targets, summary=summarise(targets)
    )
