"""Files of a host that a list does not allow."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.own_page.groups import Group
from csplint.checks.own_page.wording import counted, list_span, name, problem, shown
from csplint.checks.problem import Problem, policy_edits
from csplint.csp.edit import add_sources
from csplint.csp.match import Mismatch, Target, mismatch
from csplint.csp.policy import Span
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url
from csplint.model import Severity

_ERRORS = frozenset({"script", "style", "form"})
_ADVICE = frozenset({"prefetch"})
_FROM_CODE = frozenset({"data:", "blob:", "filesystem:"})
_LOOKED_AT = 300
_MOST_ADDED = 40
_PART = {Mismatch.SCHEME: "scheme", Mismatch.PORT: "port", Mismatch.PATH: "path"}


def tell_files(context: Context, found: Group) -> Problem:
    """Name the host, how much of it the page asks for, and the source that would allow it."""
    first = found.first.own
    hint, span = _near(context, found)
    asked = f"The first asks for {shown(first.request.url)}." if first.request.url else ""
    made = problem(found, "page-blocks-own-resource", f"{name(found)} blocks {counted(found)} {_whence(found)}.")
    return replace(
        made,
        severity=_severity(found),
        cause=" ".join(filter(None, (asked, hint))),
        value=f"{found.effective} {found.expressions[0] if len(found.expressions) == 1 else 'other hosts'}".strip(),
        span=span,
        **_mended(found),
    )


def _severity(found: Group) -> Severity:
    kinds = {refusal.own.request.kind for refusal in found.refusals}
    if kinds & _ERRORS:
        return "error"
    return "info" if kinds <= _ADVICE else "warning"


def _whence(found: Group) -> str:
    if len(found.expressions) != 1:
        return f"from {len(found.expressions)} more places" if found.expressions else "from an address that is no URL"
    [expression] = found.expressions
    place = "the page's own origin" if expression == "'self'" else expression
    if expression.endswith(":"):
        place = f"{expression} URLs"
    return f"{_VERBS.get(found.first.own.request.kind, 'from')} {place}"


_VERBS = {"form": "sent to", "base": "set to", "beacon": "sent to"}


def _mended(found: Group) -> dict[str, object]:
    """What a script list is opened for deserves a look; code in a URL is not to be allowed there at all."""
    scripts, sources = found.effective == "script-src", list(found.expressions)
    if not sources or len(sources) > _MOST_ADDED:
        return {"fix": f"Add the hosts the page needs to {found.effective}."}
    if scripts and _FROM_CODE & set(sources):
        return {"fix": f"Put the code into a file: {sources[0]} in script-src would let any injected text run."}
    nonce = ", or give the tags the response's nonce" if scripts and found.directive.list.nonces else ""
    return {
        "fix": f"Add {' '.join(sources)} to {found.effective}{nonce}.",
        "safety": "unsafe" if _opens(found) else "safe",
        "edits": policy_edits(found.policy, add_sources(found.policy, found.first.effective, sources)),
    }


def _opens(found: Group) -> bool:
    """Whether the source lets more in than the page asks for where that matters: whole hosts of scripts, base URLs."""
    return found.effective == "base-uri" or (found.effective == "script-src" and found.expressions != ("'self'",))


def _near(context: Context, found: Group) -> tuple[str, Span]:
    """The source that names the host and does not match all the same, and why."""
    own = found.first.own
    url = parse_url(own.request.url)
    for token in found.directive.tokens[:_LOOKED_AT] if url and len(found.expressions) == 1 else ():
        hint = _why_not(token.source, Target(url, context.policies.page)) if url else ""
        if hint:
            return hint, token.span
    return "", list_span(found)


def _why_not(source: Source, target: Target) -> str:
    url = target.url
    if source.kind == SourceKind.STAR:
        return f"* does not stand for {url.scheme}: URLs." if mismatch(source, target) else ""
    if source.kind != SourceKind.HOST or not source.host:
        return ""
    differs = mismatch(source, target)
    if differs in _PART and _names(source, url):
        return f"{shown(source.text)} names the host, and the {_PART[differs]} differs."
    if differs == Mismatch.HOST and source.subdomains and url.host == source.host:
        return f"{shown(source.text)} stands for subdomains of {url.host}, not for {url.host} itself."
    if differs == Mismatch.HOST and not source.subdomains and url.host.endswith(f".{source.host}"):
        return f"{shown(source.text)} does not stand for its subdomains."
    return ""


def _names(source: Source, url: Url) -> bool:
    return url.host == source.host or (source.subdomains and url.host.endswith(f".{source.host}"))
