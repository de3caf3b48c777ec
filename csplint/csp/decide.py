"""
Does a set of policies allow a request? Every rule of csplint depends on this answer.

The answer is what Chromium does, unless another browser is chosen; `browsers.py` lists where each departs from CSP Level 3.
Every enforced policy must allow the request; a report-only policy blocks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.allowances import ALLOWANCES, EFFECTIVE_DIRECTIVE, RequestHop, by_location, strict_dynamic_counts
from csplint.csp.browsers import CHROMIUM, Browser
from csplint.csp.firefox_reparse import reparse
from csplint.csp.match import Target
from csplint.csp.policy import Delivered, Directive, Policy, parse_policies
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source
from csplint.csp.unreported import REPORTS_LESS, as_reported
from csplint.csp.upgrade import is_mixed_image, upgraded, will_upgrade
from csplint.csp.url import NETWORK_SCHEMES, Url, is_own_blob, parse_url
from csplint.csp.verdict import Decision, Verdict

__all__ = ["EFFECTIVE_DIRECTIVE", "Decision", "PolicySet", "RequestHop", "Verdict"]


class PolicySet(Struct, frozen=True, dict=True):
    """Every policy in force on one page, and the page's URL, which is what 'self' means."""

    page: Url
    policies: tuple[Policy, ...]
    browser: Browser = CHROMIUM

    @classmethod
    def read(cls, page: str, delivered: Iterable[Delivered], browser: Browser = CHROMIUM) -> PolicySet:
        """Parse header values and meta contents for a page at `page`; an invalid URL gives the page an opaque origin."""
        url = parse_url(page) or Url(page, "", "", None, "")
        return cls(url, parse_policies(delivered, browser), browser)

    def only(self, *policies: Policy) -> PolicySet:
        """The same page with only these policies."""
        if len(policies) == len(self.policies) == 1 and policies[0] is self.policies[0]:
            return self  # with all that is remembered: most pages have one policy
        return replace(self, policies=policies)

    def restricts(self, effective: str) -> bool:
        """Whether any policy has a directive that governs `effective`."""
        return any(policy.governing(effective) for policy in self.policies)

    def leaves_open(self, kind: Kind) -> bool:
        """Whether no directive has a say about requests of this kind, so that all are allowed."""
        return kind not in BY_SEVERAL_LISTS and not self.restricts(EFFECTIVE_DIRECTIVE[kind])

    def sole_list(self, kind: Kind) -> Directive | None:
        """
        The directive whose name and list decide, with the page and the browser, all requests of this kind.

        None where more has a say, or nothing: then ask. What it decides can be remembered with the list (`csp.memo`).
        """
        if len(self.policies) != 1 or kind in BY_SEVERAL_LISTS:
            return None
        [policy] = self.policies
        if policy.disposition != "enforce" or "upgrade-insecure-requests" in policy.in_force:
            return None
        if "%" in policy.text and self.browser.reparses_for_frames:
            return None
        return policy.governing(EFFECTIVE_DIRECTIVE[kind])

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

    def sandboxed(self, kind: Kind) -> str:
        """
        The word that an enforced `sandbox` lacks for requests of this kind, "" if nothing is lacking.

        Browsers report no violation for what a sandbox stops, so `decide` says nothing of it.
        """
        word = "allow-forms" if kind == "form" else "allow-scripts" if kind in _RUN_OR_MADE_BY_SCRIPTS else ""
        if not word or not any("sandbox" in each.in_force for each in self.policies):
            return ""
        enforced = self.only(*(each for each in self.policies if each.disposition == "enforce"))
        return "" if all(word in words for words in enforced.words("sandbox")) else word

    def decide(self, request: Request) -> Decision:
        """Decide one request under all the policies, before and after its redirect."""
        target = self._first(request)
        if request.kind == "object" and self.browser.objects_are_frames:
            return self._object(request, target)
        return self._both_hops(request, target)

    def decide_url(self, kind: Kind, url: Url) -> Decision:
        """
        Decide a request that has nothing but a URL, which is already parsed; mixed images are not upgraded.

        So images can answer for all that a list matches (`cover.py`).
        """
        request = Request(kind, url.href)
        target = Target(url, self.page, False, kind in NAVIGATIONS, self.browser)
        if kind == "object" and self.browser.objects_are_frames:
            return self._object(request, target)
        return self._hop(request, target)

    def _both_hops(self, request: Request, target: Target | None) -> Decision:
        decision = self._hop(request, target)
        if not request.redirect_to or decision.blocked or self._ends_at_first(request.kind):
            return decision
        after = self._hop(request, self._target(request, request.redirect_to, redirected=True))
        pairs = zip(decision.verdicts, after.verdicts, strict=True)
        return Decision(request, tuple([second if first.allowed else first for first, second in pairs]))

    def _ends_at_first(self, kind: Kind) -> bool:
        return kind == "form" and not self.browser.follows_forms

    def _object(self, request: Request, target: Target | None) -> Decision:
        """Chromium checks the object against object-src, and its document, as a navigation, against frame-src."""
        first = self._hop(request, target)
        if first.blocked or target is None or is_never_checked(request.kind, target) or _is_image_data(target.url):
            return first
        navigated = replace(target, navigation=True)
        second = self._both_hops(replace(request, kind="frame"), navigated)
        pairs = list(zip(first.verdicts, second.verdicts, strict=True))
        verdicts = tuple([b if a.allowed and not b.allowed else a for a, b in pairs])
        return Decision(request, verdicts, tuple([b for a, b in pairs if not a.allowed and not b.allowed]))

    def _hop(self, request: Request, target: Target | None) -> Decision:
        hop, verdicts = RequestHop(request, target), None
        if target is not None and target.url.scheme != "https":
            verdicts = self._exempt_or_upgraded(hop, target)
        if verdicts is None:
            verdicts = tuple([_verdict(policy, hop) for policy in self.policies])
        decision = Decision(request, verdicts)
        return as_reported(decision, hop, self.browser) if self.browser.name in REPORTS_LESS else decision

    def _exempt_or_upgraded(self, hop: RequestHop, target: Target) -> tuple[Verdict, ...] | None:
        """The verdicts on a URL that is not checked, or upgraded before the check; None for any other."""
        kind, scheme = hop.request.kind, target.url.scheme
        if scheme in _INSECURE and (target.mixed_image or will_upgrade(self.policies)):
            return tuple([_verdict(policy, self.as_seen(policy, hop)) for policy in self.policies])
        if scheme not in NETWORK_SCHEMES and is_never_checked(kind, target):
            return tuple([Verdict(policy, EFFECTIVE_DIRECTIVE[kind], None, True) for policy in self.policies])
        return None

    def as_seen(self, policy: Policy, hop: RequestHop) -> RequestHop:
        """The hop that this policy is checked against, perhaps upgraded to https."""
        target = hop.target
        if target is None or target.url.scheme not in _INSECURE:
            return hop
        if not target.mixed_image and not will_upgrade(self.policies):
            return hop
        return RequestHop(hop.request, upgraded(target, hop.request.kind, policy))

    def hops(self, request: Request) -> tuple[RequestHop, ...]:
        """The request's URL and, for a redirected request, the URL it is redirected to."""
        first = RequestHop(request, self._first(request))
        if not request.redirect_to or self._ends_at_first(request.kind):
            return (first,)
        return (first, RequestHop(request, self._target(request, request.redirect_to, redirected=True)))

    def _first(self, request: Request) -> Target | None:
        """The request's URL; a worker from a blob: URL has one of the page's origin, whose last part does not matter."""
        if request.url:
            return self._target(request, request.url)
        return self._target(request, f"blob:{self.page.origin}/0") if request.kind == "blob-worker" else None

    def _target(self, request: Request, text: str, *, redirected: bool = False) -> Target | None:
        url, kind = parse_url(text) or parse_url(text, self.page.href), request.kind
        if url is None:
            return None
        if kind == "frame-ancestors":
            # Only an ancestor's origin is known: Chromium takes / as its path, Firefox compares no paths.
            url, redirected = replace(url, path="/"), self.browser.ancestors_have_no_path
        if url.scheme == "http" and is_mixed_image(request, url, self.page, self.browser):
            return Target(url, self.page, redirected, browser=self.browser, mixed_image=True)
        return Target(url, self.page, redirected, kind in NAVIGATIONS, self.browser)


NAVIGATIONS = frozenset({"frame", "form", "frame-ancestors"})
"""Kinds that are navigations; browsers check them by other code than subresources."""


BY_SEVERAL_LISTS = frozenset({"object", "prefetch"})
"""Kinds that other directives than the governing one may allow or refuse."""

_RUN_OR_MADE_BY_SCRIPTS = frozenset(
    {"script", "dynamic-script", "inline-script", "dynamic-inline-script", "event-handler", "javascript-url"}
    | {"eval", "wasm", "worker", "blob-worker", "eventsource", "ws"}
)
"""Kinds that are scripts, or that only a script makes."""

_INSECURE = frozenset({"http", "ws"})


def _is_image_data(url: Url) -> bool:
    """Whether this is a data: URL of an image, which needs no document; other responses' types are not known yet."""
    return url.href.startswith("data:image/") and not url.href.startswith("data:image/svg")


_NEVER_CHECKED = {
    "base": frozenset({"data", "javascript"}),  # HTML #set-the-frozen-base-url ignores such a base
    "frame": frozenset({"about", "javascript"}),  # about:blank and about:srcdoc make no request, javascript: is inline
    "object": frozenset({"about", "javascript"}),
}


def is_never_checked(kind: str, target: Target) -> bool:
    """Whether browsers check no policy for such a URL."""
    scheme = target.url.scheme
    if kind == "form" and scheme == "javascript":
        return False  # Firefox too asks form-action, though it asks no other directive about such a URL
    browser = target.browser
    if scheme == "data" and browser.checks_data_base:
        return False
    if scheme == "blob" and kind == "frame" and not browser.checks_foreign_blob_frames:
        return not is_own_blob(target.url, target.page)
    return scheme in _NEVER_CHECKED.get(kind, ()) or scheme in browser.never_checked


def deciding_directives(policy: Policy, hop: RequestHop) -> tuple[Directive, ...]:
    """The directives that decide, all of which must allow the request: not always the one that was sent (see `reparse`)."""
    target, kind = hop.target, hop.request.kind
    sent = policy.governing(EFFECTIVE_DIRECTIVE[kind])
    if sent is None:
        return ()
    if not target or kind not in _REPARSED or "%" not in policy.text or not target.browser.reparses_for_frames:
        return (sent,)
    again = reparse(policy, target.page)
    reparsed = again.governing(EFFECTIVE_DIRECTIVE[kind]) if again else None
    as_sent = (sent,) if kind == "ws" else ()
    return as_sent if reparsed is None else (*as_sent, reparsed)


_REPARSED = frozenset({"frame", "object", "ws"})
"""Kinds that Firefox checks in its parent process; a WebSocket also in the page's process, before that."""


def _verdict(policy: Policy, hop: RequestHop) -> Verdict:
    kind = hop.request.kind
    effective = EFFECTIVE_DIRECTIVE[kind]
    directive = policy.governing(effective)
    if directive is None:
        return Verdict(policy, effective, None, True)
    if kind in _REPARSED:
        return _by_all(policy, hop, directive)
    matched = ALLOWANCES[kind](directive, hop)
    if matched is not None:
        return Verdict(policy, effective, directive, True, matched)
    if kind == "prefetch" and (matched := _by_any_list(policy, hop)):
        return Verdict(policy, effective, directive, True, matched)
    if kind == "script" and _is_named_script_src(directive, hop):
        effective = "script-src"
    return Verdict(policy, effective, directive, False)


def _is_named_script_src(directive: Directive, hop: RequestHop) -> bool:
    """Whether a location that 'strict-dynamic' leaves on matches a script that it refuses, in WebKit."""
    if not directive.browser.strict_dynamic_disables_locations or not strict_dynamic_counts(directive):
        return False
    return by_location(directive, hop) is not None


def _by_all(policy: Policy, hop: RequestHop, directive: Directive) -> Verdict:
    kind = hop.request.kind
    matched = None
    for each in deciding_directives(policy, hop):
        matched = ALLOWANCES[kind](each, hop)
        if matched is None:
            return Verdict(policy, EFFECTIVE_DIRECTIVE[kind], directive, False)
    return Verdict(policy, EFFECTIVE_DIRECTIVE[kind], directive if matched else None, True, matched)


def _by_any_list(policy: Policy, hop: RequestHop) -> Source | None:
    """CSP3 #does-resource-hint-violate-policy: a prefetch is allowed if any fetch directive allows the URL."""
    if hop.target is None or not hop.target.browser.prefetch_by_any_list:
        return None
    for name in sorted(_FETCH_DIRECTIVES & policy.in_force.keys()):
        directive = policy.in_force[name]
        if directive.list.strict_dynamic and name.startswith("script-src"):
            return next(source for source in directive.list.sources if source.name == "'strict-dynamic'")
        if source := by_location(directive, hop):
            return source
    return None


_FETCHED = ("child", "connect", "font", "frame", "img", "manifest", "media", "object", "script", "style", "worker")
_FETCH_DIRECTIVES = {f"{name}-src" for name in _FETCHED} | {"script-src-elem", "style-src-elem"}
