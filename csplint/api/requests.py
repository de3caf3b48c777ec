"""Do policies allow one request? What `csplint allows` answers, for programs."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from csplint.api import arguments
from csplint.csp.browsers import BROWSERS, BY_NAME, Browser, BrowserName
from csplint.csp.decide import PolicySet
from csplint.csp.explain import PolicyExplanation, explain
from csplint.csp.policy import Delivered
from csplint.csp.request import KINDS, Kind, Request
from csplint.csp.url import UNKNOWN_PAGE
from csplint.errors import UsageError
from csplint.model import BrowserVerdict


class RequestVerdict(Struct, frozen=True, kw_only=True):
    """
    Whether policies allow one request; true in a condition if they do.

    blocked: whether an enforced policy blocks it. directive: the directive that decides, as the policy has it
    ("default-src"): of the first policy that blocks the request, else of the first that restricts it; "" if none does.
    source: the source in it that allows the request, None if it is blocked or nothing restricts it.
    violated: (disposition, directive) of each violation that the browser reports, "enforce" or "report"; the directive
    is the one that the report names ("script-src-elem"). policies: for each policy, why. browsers: by name, the other
    browsers that decide otherwise.
    """

    blocked: bool
    directive: str
    source: str | None
    violated: tuple[tuple[str, str], ...]
    policies: tuple[PolicyExplanation, ...]
    browsers: dict[BrowserName, BrowserVerdict]

    @property
    def allowed(self) -> bool:
        """The opposite of `blocked`."""
        return not self.blocked

    def __bool__(self) -> bool:
        """So that `if csplint.allows(…)` means what it says."""
        return not self.blocked


def allows(  # noqa: PLR0913 - one keyword for each property of a request
    policy: str | Iterable[str],
    kind: Kind,
    url: str = "",
    *,
    page: str = "",
    report_only: Iterable[str] = (),
    nonce: str = "",
    content: str = "",
    integrity: str = "",
    redirect_to: str = "",
    browser: BrowserName = "chromium",
) -> RequestVerdict:
    """
    Decide whether policies allow one request.

    policy: the value of a Content-Security-Policy header, or a list of several, which must all allow the request.
    kind: what makes the request: "script", "inline-script", "style", "img", "connect", "ws", "frame", …
    (csplint.csp.request.KINDS). url: what it requests, absolute; "" for inline code. page: the full address of the page
    that makes the request, which decides what 'self' means; "" means an unknown https page. report_only: a list of values
    of Content-Security-Policy-Report-Only headers; they block nothing. nonce, integrity: the element's attributes.
    content: the text of an inline script, style or event handler, which hashes are compared with; "" is an unknown text
    that no hash matches. redirect_to: the absolute URL that the server redirects the request to. browser: whose rules
    decide: "chromium", "firefox" or "safari".

    Returns a RequestVerdict, true if the request is allowed. Raises UsageError for an unknown kind or browser, a URL that
    is missing or not absolute; ArgumentTypeError, which is also a TypeError, for an argument of the wrong type.
    """
    request = Request(
        _kind(kind, policy),
        _url(url, kind),
        arguments.text("nonce", nonce),
        arguments.text("content", content),
        arguments.text("integrity", integrity),
        arguments.optional_url("redirect_to", redirect_to),
    )
    enforced = (policy,) if isinstance(policy, str) else arguments.texts("policy", policy)
    delivered = [Delivered(text, "text", "enforce") for text in enforced]
    delivered += [Delivered(text, "text", "report") for text in arguments.texts("report_only", report_only)]
    arguments.one_of("browser", browser, BY_NAME)
    return _verdict(arguments.optional_url("page", page) or UNKNOWN_PAGE, delivered, request, BY_NAME[browser])


def _verdict(page: str, delivered: list[Delivered], request: Request, browser: Browser) -> RequestVerdict:
    policies = PolicySet.read(page, delivered, browser)
    decision, explained = policies.decide(request), explain(policies, request)
    restricting = [each for each in explained if each.disposition == "enforce" and each.governing]
    # the policies that block come first: the sort keeps the order otherwise
    first = min(restricting, key=lambda each: each.allowed, default=None)
    if policies.sandboxed(request.kind):  # in every browser, and none reports a violation
        return RequestVerdict(
            blocked=True, directive="sandbox", source=None, violated=(), policies=explained, browsers={}
        )
    others = {each.name: PolicySet.read(page, delivered, each).decide(request).blocked for each in BROWSERS}
    return RequestVerdict(
        blocked=decision.blocked,
        directive=first.governing if first else "",
        source=first.matched.text if first and first.matched else None,
        violated=tuple(decision.violated),
        policies=explained,
        browsers={name: BrowserVerdict(blocked) for name, blocked in others.items() if blocked != decision.blocked},
    )


_WITHOUT_URL = frozenset(
    {"inline-script", "dynamic-inline-script", "event-handler", "javascript-url", "eval", "wasm", "inline-style"}
    | {"style-attr", "blob-worker"}
)
"""The kinds that need no URL: code that is written into the page, and blob: URLs, of which there is only one sort."""


def _kind(kind: Kind, policy: object) -> Kind:
    if arguments.text("kind", kind) not in KINDS and isinstance(policy, str) and policy in KINDS:
        raise UsageError(f"the policy comes first: csplint.allows(policy, {policy!r}, url)")
    arguments.one_of("kind", kind, KINDS)
    return kind


def _url(url: str, kind: Kind) -> str:
    if not arguments.text("url", url) and kind not in _WITHOUT_URL:
        raise UsageError(f"a request of kind {kind!r} needs a URL: csplint.allows(policy, {kind!r}, 'https://…')")
    return arguments.optional_url("url", url)
