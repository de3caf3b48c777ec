"""Whether a vendor's widget came up in the browser, and why csplint says so."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.browser.observation import Observation
from csplint.browser.open_page import is_on
from csplint.csp.parse import parse_source
from csplint.csp.source import SourceKind
from csplint.model import TargetReport, WidgetState
from csplint.model.verified import ChatState, Sighting, VendorSeen
from csplint.packs.pack import Pack

CONSENT = (
    ("cookiebot.com", "Cookiebot"),
    ("cookielaw.org", "OneTrust"),
    ("onetrust.com", "OneTrust"),
    ("usercentrics.eu", "Usercentrics"),
    ("didomi.io", "Didomi"),
    ("trustarc.com", "TrustArc"),
    ("iubenda.com", "iubenda"),
    ("quantcast.com", "Quantcast Choice"),
    ("sourcepoint.com", "Sourcepoint"),
    ("cookieyes.com", "CookieYes"),
    ("termly.io", "Termly"),
    ("osano.com", "Osano"),
)
"""Hosts of consent managers, which hold other scripts back until the visitor agrees."""


def widget_hosts(pack: Pack, report: TargetReport | None) -> tuple[str, ...]:
    """
    The hosts of a vendor: those of its scripts, those that its requirements name, and those of the page's own embed.

    A host that begins with a dot stands for every host below it.
    """
    widgets = [each for each in report.widgets if each.vendor == pack.pack.id] if report else []
    texts = [each.origin for each in pack.host] + [host for each in widgets for host in each.hosts]
    for requirement in pack.requirement:
        if not requirement.feature:
            texts += [*requirement.needs.split(), *requirement.any_of]
    sources = [parse_source(text) for text in texts]
    hosts = [source.host for source in sources if source.kind == SourceKind.HOST and source.host]
    return tuple(dict.fromkeys(host.removeprefix("*") for host in hosts if host != "*"))


def widget_seen(
    pack: Pack, report: TargetReport, observation: Observation, sightings: Sequence[Sighting]
) -> VendorSeen:
    """What the browser showed of one vendor's widget, and whether that can be what csplint says."""
    own = [each for each in sightings if pack.pack.id in each.vendors and each.times and each.disposition == "enforce"]
    hosts = widget_hosts(pack, report)
    chat, why = _chat(pack, observation, hosts, own)
    state: WidgetState = "unknown"
    if chat == "seen":
        state = "partly" if own else "works"
    elif chat == "not seen":
        state = "broken"
    predicted = _predicted(report, pack.pack.id, observation.browser)
    agrees = (state, predicted) in _CAN_BOTH_BE or "unknown" in (state, predicted)
    if state == "broken" and _promises_nothing(pack, report):
        agrees = True
    if chat == "not seen" and predicted == "works" and not own:
        agrees = True  # the network, a consent manager or the widget itself: no policy
    return VendorSeen(
        vendor=pack.pack.id, title=pack.pack.title, chat=chat, why=why, state=state, predicted=predicted, agrees=agrees
    )


_CAN_BOTH_BE = frozenset({("works", "works"), ("partly", "partly"), ("broken", "broken"), ("works", "partly")})
"""(seen, predicted): a part that fails may be one that this visit did not use."""


def _promises_nothing(pack: Pack, report: TargetReport) -> bool:
    """Whether the policies allow some of the embed's addresses and not others: the widget may load or not."""
    embeds = {each.id for each in pack.requirement if each.role == "embed"}
    return any(row.vendor == pack.pack.id and row.id in embeds and row.state == "partly" for row in report.requirements)


def _predicted(report: TargetReport, vendor: str, browser: str) -> WidgetState:
    verdict = report.verdict
    if verdict is None:
        return "unknown"
    own = next((each for each in verdict.vendors if each.vendor == vendor), None)
    if own is None:
        return "unknown"
    name = "firefox" if browser == "firefox" else "chromium"
    if len(verdict.vendors) == 1 and name in verdict.browsers:
        return verdict.browsers[name]
    return own.if_added or own.state


def _chat(
    pack: Pack, observation: Observation, hosts: tuple[str, ...], own: Sequence[Sighting]
) -> tuple[ChatState, str]:
    scripts = [each for each in own if each.directive.startswith(("script-src", "worker-src"))]
    came = [each for each in observation.loaded if is_on(each.url, hosts) and each.status < _ERROR]
    files = [each for each in came if each.kind in _SCRIPTS]
    marked = _mark(pack, observation, hosts, files[0].url if files else "")
    if marked:
        return "seen", marked
    if scripts:
        first = scripts[0]
        what = "its embed, a script in the page" if first.blocked == "inline" else first.blocked
        line = f" (line {first.line})" if first.blocked == "inline" and first.line else ""
        return "not seen", f"{first.directive} blocked {what}{line}"
    lost = [
        each for each in observation.failed if is_on(each.url, hosts) and each.kind in _SCRIPTS and each.why != "csp"
    ]
    if lost and not files:
        return "not seen", f"{lost[0].url} did not load: {lost[0].reason} ({_NOT_CSP[lost[0].why]})"
    refused = [each for each in observation.loaded if is_on(each.url, hosts) and each.status >= _ERROR]
    if refused and not files:
        return "not seen", f"the server answered {refused[0].url} with {refused[0].status}; no policy stopped it"
    return _without_mark(pack, observation, hosts, scripts=bool(files), others=len(came) > len(files))


def _without_mark(
    pack: Pack, observation: Observation, hosts: tuple[str, ...], *, scripts: bool, others: bool
) -> tuple[ChatState, str]:
    ready = [each.shows for each in pack.ready if each.means == "ready"]
    if scripts and not ready:
        return "seen", "its script loaded (the pack does not say what shows that it is ready)"
    if scripts and others:
        return "seen", "its script loaded and reached the vendor's servers"
    manager = next((name for host, name in CONSENT if _asks(observation, host)), "")
    if manager:
        return "unknown", f"the page has {manager}, which may hold the widget back until the visitor agrees"
    if scripts:
        return "unknown", f"its script loaded, but there was no sign of {' or '.join(ready)}"
    return "not seen", "the page asked for nothing of it, and no policy stopped it: is its embed in the page?"


def _mark(pack: Pack, observation: Observation, hosts: tuple[str, ...], came: str) -> str:
    """
    Why what shows that a widget is ready counts; "" if there is nothing, or it does not count.

    Any script can write a mark or set a global. Unless a script of the vendor's has written it, it counts only if one has loaded
    at all. came: the URL of the first, "" for none.
    """
    seen = dict(observation.marks)
    for ready in pack.ready:
        if ready.means != "ready":
            continue
        if ready.name in observation.names and came:
            return f"{ready.name} exists in the page, and {came} loaded (any script of the page could set it)"
        if ready.mark in seen and (why := _written(ready.mark, observation, hosts, came)):
            return why
    return ""


def _written(mark: str, observation: Observation, hosts: tuple[str, ...], came: str) -> str:
    """Why a mark in the console, or one that was sent as an event, counts; "" if it does not."""
    line = next((each for each in observation.console if mark in each.text), None)
    if line is not None and is_on(line.url, hosts):
        return f"{mark} in the console, from {line.url}"
    if not came:
        return ""
    how = f"in the console, from {line.url or 'the page'}" if line is not None else "as a DOM event"
    return f"{mark} {how} (any script of the page could send it)"


def _asks(observation: Observation, host: str) -> bool:
    urls = [*(each.url for each in observation.loaded), *(each.url for each in observation.failed)]
    return any(is_on(url, (host, f".{host}")) for url in urls)


_ERROR = 400
_SCRIPTS = frozenset({"script", "worker", "module"})
_NOT_CSP = {
    "network": "the network, and no policy",
    "mixed-content": "mixed content: the page is https and the script http",
    "coep": "the page's or the file's cross-origin headers, and no CSP",
    "extension": "an extension of the browser, such as an ad blocker",
    "csp": "CSP",
}
