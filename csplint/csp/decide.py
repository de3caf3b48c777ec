"""
Does a set of policies allow a request? The heart of csplint: every rule asks here.

The answer is what Chromium does; `browsers.py` holds where it or another
browser leaves CSP Level 3. A policy set is an intersection: each enforced
policy must allow the request, and a report-only one blocks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.allowances import EFFECTIVE_DIRECTIVE, RULES, Ask, by_location
from csplint.csp.browsers import CHROMIUM, Browser
from csplint.csp.firefox_reparse import reread
from csplint.csp.match import Target
from csplint.csp.memo import memo_property
from csplint.csp.policy import Delivered, Directive, Policy, parse_policies
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source
from csplint.csp.upgrade import upgraded, will_upgrade
from csplint.csp.url import NETWORK_SCHEMES, Url, parse_url

__all__ = ["EFFECTIVE_DIRECTIVE", "Ask", "Decision", "PolicySet", "Verdict"]


class Verdict(Struct, frozen=True):
    """
    What one policy says of one request.

    effective: the directive named in a violation event. directive: the one that governed, None where nothing
    restricts the request. matched: the source that allowed it. note: why, in a word, where no source did.
    """

    policy: Policy
    effective: str
    directive: Directive | None
    allowed: bool
    matched: Source | None = None


class Decision(Struct, frozen=True, dict=True):
    """
    What a policy set says of one request.

    verdicts: one a policy, in order. also: a policy's second refusal, where it has one; the first decides.
    """

    request: Request
    verdicts: tuple[Verdict, ...]
    also: tuple[Verdict, ...] = ()

    @memo_property
    def refusals(self) -> tuple[Verdict, ...]:
        """The verdicts of enforced policies that do not allow the request."""
        return tuple(v for v in self.verdicts if not v.allowed and v.policy.disposition == "enforce")

    @property
    def blocked(self) -> bool:
        """Whether an enforced policy stops the request."""
        return bool(self.refusals)

    @property
    def violated(self) -> list[tuple[str, str]]:
        """(disposition, effective directive) of every violation event, sorted, without repeats."""
        return sorted({(v.policy.disposition, v.effective) for v in self.verdicts + self.also if not v.allowed})


class PolicySet(Struct, frozen=True, dict=True):
    """Every policy in force on one page, and the page's URL, which is what 'self' means."""

    page: Url
    policies: tuple[Policy, ...]
    browser: Browser = CHROMIUM

    @classmethod
    def read(cls, page: str, delivered: Iterable[Delivered], browser: Browser = CHROMIUM) -> PolicySet:
        """Parse header values and meta contents for a page at `page`; a page that is no URL has an opaque origin."""
        url = parse_url(page) or Url(page, "", "", None, "")
        return cls(url, parse_policies(delivered, browser), browser)

    def only(self, *policies: Policy) -> PolicySet:
        """The same page under just these policies."""
        return replace(self, policies=policies)

    def restricts(self, effective: str) -> bool:
        """Whether any policy has a directive that governs `effective`."""
        return any(policy.governing(effective) for policy in self.policies)

    def words(self, name: str) -> Iterator[frozenset[str]]:
        """The words of a directive, lower case, in each policy that has it in force."""
        for policy in self.policies:
            if name in policy.in_force:
                yield frozenset(policy.in_force[name].value.lower().split())

    @property
    def runs_scripts(self) -> bool:
        """Whether a sandbox lets scripts run (HTML #sandboxed-scripts-browsing-context-flag)."""
        return all("allow-scripts" in words for words in self.words("sandbox"))

    @property
    def sends_forms(self) -> bool:
        """Whether a sandbox lets forms be sent (HTML #sandboxed-forms-browsing-context-flag)."""
        return all("allow-forms" in words for words in self.words("sandbox"))

    def decide(self, request: Request) -> Decision:
        """Decide one request under all the policies, on both hops where it is redirected."""
        target = self._first(request)
        if request.kind == "object" and self.browser.objects_are_frames:
            return self._object(request, target)
        return self._both_hops(request, target)

    def decide_url(self, kind: Kind, url: Url) -> Decision:
        """Decide a bare request for a URL that is parsed already."""
        request = Request(kind, url.href)
        target = Target(url, self.page, False, kind in NAVIGATIONS, self.browser, EFFECTIVE_DIRECTIVE[kind])
        if kind == "object" and self.browser.objects_are_frames:
            return self._object(request, target)
        return self._hop(request, target)

    def _both_hops(self, request: Request, target: Target | None) -> Decision:
        decision = self._hop(request, target)
        if not request.redirect_to or decision.blocked:
            return decision
        after = self._hop(request, self._target(request, request.redirect_to, redirected=True))
        pairs = zip(decision.verdicts, after.verdicts, strict=True)
        return Decision(request, tuple([second if first.allowed else first for first, second in pairs]))

    def _object(self, request: Request, target: Target | None) -> Decision:
        """Chromium asks object-src of the first hop, and frame-src of the document that is then navigated to."""
        first = self._hop(request, target)
        if first.blocked or target is None or is_unasked(request.kind, target) or _is_image_data(target.url):
            return first
        navigated = replace(target, navigation=True, effective="frame-src")
        second = self._both_hops(replace(request, kind="frame"), navigated)
        pairs = list(zip(first.verdicts, second.verdicts, strict=True))
        verdicts = tuple([b if a.allowed and not b.allowed else a for a, b in pairs])
        return Decision(request, verdicts, tuple([b for a, b in pairs if not a.allowed and not b.allowed]))

    def _hop(self, request: Request, target: Target | None) -> Decision:
        ask = Ask(request, target)
        if target is not None and target.url.scheme != "https":
            if target.url.scheme in _INSECURE and will_upgrade(self.policies):
                seen = [self.as_seen(policy, ask) for policy in self.policies]
                return Decision(request, tuple(map(_verdict, self.policies, seen)))
            if target.url.scheme not in NETWORK_SCHEMES and is_unasked(request.kind, target):
                effective = EFFECTIVE_DIRECTIVE[request.kind]
                return Decision(request, tuple([Verdict(each, effective, None, True) for each in self.policies]))
        return Decision(request, tuple([_verdict(policy, ask) for policy in self.policies]))

    def as_seen(self, policy: Policy, ask: Ask) -> Ask:
        """One hop as a policy is asked about it: perhaps upgraded to https."""
        target = ask.target
        if target is None or target.url.scheme not in _INSECURE or not will_upgrade(self.policies):
            return ask
        return Ask(ask.request, upgraded(target, ask.request.kind, policy))

    def hops(self, request: Request) -> tuple[Ask, ...]:
        """What is asked in turn: the request's URL, and the one it is redirected to."""
        first = Ask(request, self._first(request))
        if not request.redirect_to:
            return (first,)
        return (first, Ask(request, self._target(request, request.redirect_to, redirected=True)))

    def _first(self, request: Request) -> Target | None:
        """The request's URL; a worker made from a blob: URL has one of the page's origin, whatever its last part."""
        if request.url:
            return self._target(request, request.url)
        return self._target(request, f"blob:{self.page.origin}/0") if request.kind == "blob-worker" else None

    def _target(self, request: Request, text: str, *, redirected: bool = False) -> Target | None:
        url, kind = parse_url(text), request.kind
        if url is None:
            return None
        if kind == "frame-ancestors":
            # Of an ancestor the origin alone is known: Chromium compares paths with /, Firefox compares none.
            url, redirected = replace(url, path="/"), self.browser.ancestors_have_no_path
        return Target(url, self.page, redirected, kind in NAVIGATIONS, self.browser, EFFECTIVE_DIRECTIVE[kind])


NAVIGATIONS = frozenset({"frame", "form", "frame-ancestors"})
"""Kinds that are checked where navigations start, too."""


_INSECURE = frozenset({"http", "ws"})


def _is_image_data(url: Url) -> bool:
    """A data: URL that says it is an image needs no document; of others the answer's type is not known yet."""
    return url.href.startswith("data:image/") and not url.href.startswith("data:image/svg")


_UNASKED = {
    "base": frozenset({"data", "javascript"}),  # HTML #set-the-frozen-base-url takes no such base at all
    "frame": frozenset({"about", "javascript"}),  # about:blank and about:srcdoc are no requests, javascript: is inline
    "object": frozenset({"about", "javascript"}),
}


def is_unasked(kind: str, target: Target) -> bool:
    """Whether no policy is asked about such a URL."""
    scheme = target.url.scheme
    return scheme in _UNASKED.get(kind, ()) or scheme in target.browser.never_asked


def judges(policy: Policy, ask: Ask) -> tuple[Directive, ...]:
    """The directives that decide, each of which must allow: not always the one that was sent (see `reread`)."""
    target, kind = ask.target, ask.request.kind
    sent = policy.governing(EFFECTIVE_DIRECTIVE[kind])
    if sent is None:
        return ()
    if not target or kind not in _REREAD or "%" not in policy.text or not target.browser.rereads_for_frames:
        return (sent,)
    again = reread(policy, target.page)
    handed_on = again.governing(EFFECTIVE_DIRECTIVE[kind]) if again else None
    asked_first = (sent,) if kind == "ws" else ()
    return asked_first if handed_on is None else (*asked_first, handed_on)


_REREAD = frozenset({"frame", "object", "ws"})
"""What Firefox asks about in its parent process; of a WebSocket, in the page's process before that."""


def _verdict(policy: Policy, ask: Ask) -> Verdict:
    kind = ask.request.kind
    effective = EFFECTIVE_DIRECTIVE[kind]
    directive = policy.governing(effective)
    if directive is None:
        return Verdict(policy, effective, None, True)
    if kind in _REREAD:
        return _by_all(policy, ask, directive)
    matched = RULES[kind](directive, ask)
    if matched is None and kind == "prefetch":
        matched = _hint(policy, ask)
    return Verdict(policy, effective, directive, matched is not None, matched)


def _by_all(policy: Policy, ask: Ask, directive: Directive) -> Verdict:
    kind = ask.request.kind
    matched = None
    for judge in judges(policy, ask):
        matched = RULES[kind](judge, ask)
        if matched is None:
            return Verdict(policy, EFFECTIVE_DIRECTIVE[kind], directive, False)
    return Verdict(policy, EFFECTIVE_DIRECTIVE[kind], directive if matched else None, True, matched)


def _hint(policy: Policy, ask: Ask) -> Source | None:
    """CSP3 #does-resource-hint-violate-policy: what any fetch directive allows may be fetched ahead."""
    if ask.target is None or not ask.target.browser.prefetch_by_any_list:
        return None
    for name in sorted(_FETCH_DIRECTIVES & policy.in_force.keys()):
        directive = policy.in_force[name]
        if directive.list.strict_dynamic and name.startswith("script-src"):
            return next(source for source in directive.list.sources if source.name == "'strict-dynamic'")
        if source := by_location(directive, ask):
            return source
    return None


_FETCHED = ("child", "connect", "font", "frame", "img", "manifest", "media", "object", "script", "style", "worker")
_FETCH_DIRECTIVES = {f"{name}-src" for name in _FETCHED} | {"script-src-elem", "style-src-elem"}
