"""
What a browser reported of a page, beside what csplint says of the same response.

Both are about one response: the headers and the HTML that the browser got. What the browser reports and the HTML does not
show is decided again, as a request of a script, so that the report can say which directive of which policy blocks it and
what would allow it; and whether csplint and the browser disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from csplint.browser.observation import Observation, Violation
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, PolicySet
from csplint.csp.match import Target, mismatch
from csplint.csp.parse import parse_source
from csplint.csp.request import Kind, Request
from csplint.csp.source import SourceKind
from csplint.csp.url import parse_url
from csplint.engine.predicted import Judge, Predicted, plain_url, predictions
from csplint.engine.subject import Subject
from csplint.model import RequirementReport, TargetReport
from csplint.model.verified import Agreement, Sighting
from csplint.packs.merge import PackSet

MOST_SIGHTINGS = 300
"""Of one visit: what differs is grouped, so that no honest page has as many."""

Group = tuple[str, str, str, str, int]
"""A violation's directive, what is blocked, disposition, document and, of inline code, its line."""


class Comparison:
    """One visit beside one judged response."""

    def __init__(self, subject: Subject, report: TargetReport, packs: PackSet, observation: Observation) -> None:
        self._report, self._packs, self._observation = report, packs, observation
        self._judge = Judge.of(subject, observation.browser)
        self._predicted = list(predictions(subject, self._judge))
        self._met: set[int] = set()
        self._asked: set[tuple[str, str]] = set()
        self._embeds = [(each.vendor, each.place.line, each.place.column) for each in report.widgets]

    def sightings(self) -> tuple[Sighting, ...]:
        """Everything that is blocked, by the browser or by csplint, each once; at most MOST_SIGHTINGS."""
        seen = [self._seen(group[0], len(group)) for group in self._groups()]
        rest = [*self._not_reached(), *self._not_asked(seen)]
        return tuple((seen + rest)[:MOST_SIGHTINGS])

    def _groups(self) -> list[list[Violation]]:
        groups: dict[Group, list[Violation]] = {}
        for each in self._observation.violations:
            line = each.line if each.blocked == "inline" else 0
            groups.setdefault((each.directive, each.blocked, each.disposition, each.document, line), []).append(each)
        return list(groups.values())

    # ------------------------------------------------------------------ what the browser reported

    def _seen(self, violation: Violation, times: int) -> Sighting:
        predicted = self._prediction(violation)
        needs = self._needs(violation)
        agreement, why, add = self._explained(violation, predicted, needs)
        own = {each.vendor for each in needs} if predicted is None else set[str]()
        vendors = own | self._embedded(violation, predicted)
        self._asked |= {(each.vendor, each.id) for each in needs}
        document = "" if self._is_page(violation.document) else violation.document
        return Sighting(
            agreement=agreement,
            directive=violation.directive,
            blocked=violation.blocked,
            disposition=violation.disposition,
            times=times,
            document=document,
            source=violation.source,
            line=violation.line or (predicted.found.place.line if predicted else 0),
            why=why,
            add=add,
            vendors=tuple(sorted(vendors)),
        )

    def _is_page(self, document: str) -> bool:
        """Whether the policies of the page apply: to itself, and to documents that inherit them."""
        if document.partition(":")[0] in {"", "about", "blob", "data"}:
            return True
        return document.partition("#")[0] == self._observation.url.partition("#")[0]

    def _prediction(self, violation: Violation) -> Predicted | None:
        """The request of the page's HTML that this is; of inline code the one at its line."""
        key = plain_url(violation.blocked)
        for number, each in enumerate(self._predicted):
            same = (each.directive, each.key, each.disposition) == (violation.directive, key, violation.disposition)
            if same and (key != "inline" or not violation.line or violation.line in each.lines):
                self._met |= {
                    other
                    for other, one in enumerate(self._predicted)
                    if other == number or (key != "inline" and one.key == key and one.directive == each.directive)
                }
                return each
        return None

    def _needs(self, violation: Violation) -> list[RequirementReport]:
        """The requirements that this violation is about: their kind of request, for one of their sources."""
        return [
            row
            for row in self._report.requirements
            if (requirement := self._packs.requirement(row.vendor, row.id)) is not None
            and any(EFFECTIVE_DIRECTIVE[kind] == violation.directive for kind in requirement.kinds)
            and any(self._is_from(violation.blocked, source) for source in row.needs.split())
        ]

    def _is_from(self, blocked: str, text: str) -> bool:
        if blocked == "inline":
            return text.lower() == "'unsafe-inline'"
        source = parse_source(text)
        page = self._judge.page
        if blocked in _SCHEMES:
            blocked = f"blob:{page.origin}/x" if blocked == "blob" else f"{blocked}:x"
        url = parse_url(blocked)
        if url is None or source.kind == SourceKind.INVALID:
            return False
        return mismatch(source, Target(url, page)) is None

    def _embedded(self, violation: Violation, predicted: Predicted | None) -> set[str]:
        """The vendors whose embed this is."""
        return self._embedded_at(predicted) if predicted and violation.directive.startswith("script-src") else set()

    def _embedded_at(self, predicted: Predicted) -> set[str]:
        """The vendors whose embed a request of the page is."""
        at = predicted.found.place
        return {vendor for vendor, line, column in self._embeds if (line, column) == (at.line, at.column)}

    def _explained(
        self, violation: Violation, predicted: Predicted | None, needs: Sequence[RequirementReport]
    ) -> tuple[Agreement, str, str]:
        add = _to_add(violation, self._judge.page.origin)
        if not self._is_page(violation.document):
            return "browser-only", "A frame's own document asked for it; the policy is that document's.", ""
        if predicted is not None:
            return "agreed", f"The page's HTML asks for it, on line {predicted.found.place.line}.", add
        unmet = next((each for each in needs if each.state in {"unmet", "partly"}), None)
        if unmet is not None:
            return "agreed", f"The widget needs it ({unmet.directive} {unmet.needs}).", add
        if violation.directive in _TRUSTED_TYPES:
            return "browser-only", _TRUSTED_TYPES[violation.directive], ""
        return self._made_by_script(violation, add)

    def _made_by_script(self, violation: Violation, add: str) -> tuple[Agreement, str, str]:
        """Decide it as a request that a script makes once the page is read."""
        by = f"{violation.source}:{violation.line}" if violation.source else "A script"
        kind = _kind(violation)
        policies = self._policies_of(violation)
        if kind is None or policies is None:
            return (
                "browser-only",
                f"{by} asked for it at run time; csplint does not judge {violation.directive} here.",
                "",
            )
        decision = policies.decide(Request(kind, _url(violation, self._judge.page.origin)))
        refused = decision.refusals
        if not refused:
            if not self._is_known(violation):
                return (
                    "browser-only",
                    "The policy that blocks it is not in the response: a script added it, or a frame has it.",
                    "",
                )
            return (
                "disagreed",
                f"{by} asked for it, and csplint says that the policies allow it: please report this.",
                "",
            )
        governing = refused[0].directive
        name = governing.name if governing else violation.directive
        number = refused[0].policy.index + 1
        where = f" of policy {number}" if len(self._judge.policies) > 1 else ""
        return (
            "browser-only",
            f"{by} asked for it at run time; the page's HTML does not show it. {name}{where} blocks it, as csplint decides too.",
            add,
        )

    def _policies_of(self, violation: Violation) -> PolicySet | None:
        """The policies that could have blocked it, as if each were enforced; None without any."""
        own = [each for each in self._judge.policies if each.disposition == violation.disposition]
        enforced = tuple(replace(each, disposition="enforce") for each in own)
        return PolicySet(self._judge.page, enforced, self._judge.browser)

    def _is_known(self, violation: Violation) -> bool:
        wanted = " ".join(violation.policy.split())
        return any(" ".join(each.text.split()) == wanted for each in self._judge.policies)

    # ------------------------------------------------------------------ what only csplint says

    def _not_reached(self) -> Iterator[Sighting]:
        told: set[tuple[str, str, int]] = set()
        for number, each in enumerate(self._predicted):
            place = each.found.place.line
            key = (each.directive, each.key, place)
            if number in self._met or not each.is_certain or each.disposition != "enforce" or key in told:
                continue
            told.add(key)
            loaded = self._loaded(each)
            yield Sighting(
                agreement="disagreed" if loaded else "predicted-only",
                directive=each.directive,
                blocked=each.key,
                line=place,
                why="The browser loaded it: please report this." if loaded else _NOT_REACHED,
                vendors=tuple(sorted(self._embedded_at(each))),
            )

    def _loaded(self, predicted: Predicted) -> bool:
        """Whether the browser loaded what csplint says is blocked, as the same kind of thing."""
        kinds = _LOADED_AS.get(predicted.found.request.kind, frozenset[str]())
        return any(each.kind in kinds and plain_url(each.url) == predicted.key for each in self._observation.loaded)

    def _not_asked(self, seen: Sequence[Sighting]) -> Iterator[Sighting]:
        """The needs of a widget that the policies do not meet, and that it did not come to in this visit."""
        stopped = {vendor for each in seen if each.directive.startswith("script-src") for vendor in each.vendors}
        for row in self._report.requirements:
            requirement = self._packs.requirement(row.vendor, row.id)
            if row.state != "unmet" or requirement is None or requirement.role == "permissions":
                continue
            if (row.vendor, row.id) in self._asked or (requirement.role == "embed" and row.vendor in stopped):
                continue
            yield Sighting(
                agreement="predicted-only",
                directive=row.directive,
                blocked=row.needs,
                why=_TOO_EARLY if row.vendor in stopped else _NOT_USED,
                vendors=(row.vendor,),
            )


_NOT_REACHED = "This visit did not come to it: it may be hidden, lazy, or behind a script that did not run."
_NOT_USED = "The widget did not ask for it in this visit; a visitor who chats may need it."
_TOO_EARLY = "The widget did not get that far."
_SCHEMES = frozenset({"data", "blob", "filesystem", "mediastream"})
_TRUSTED_TYPES = {
    "require-trusted-types-for": "A script wrote a plain string where the policy asks for a trusted type; no source allows that.",
    "trusted-types": "A script made a Trusted Types policy whose name the directive does not list.",
}
_LOADED_AS = {
    "script": frozenset({"script"}),
    "style": frozenset({"stylesheet", "style"}),
    "img": frozenset({"image"}),
}

_KINDS: dict[str, Kind] = {
    "script-src-elem": "dynamic-script",
    "script-src-attr": "event-handler",
    "style-src-elem": "style",
    "style-src-attr": "style-attr",
    "img-src": "img",
    "media-src": "media",
    "font-src": "font",
    "frame-src": "frame",
    "object-src": "object",
    "manifest-src": "manifest",
    "worker-src": "worker",
    "form-action": "form",
    "base-uri": "base",
}
_INLINE: dict[str, Kind] = {"script-src-elem": "dynamic-inline-script", "style-src-elem": "inline-style"}


def _kind(violation: Violation) -> Kind | None:
    """The request, as csplint knows requests, that a script has made."""
    if violation.blocked == "inline":
        return _INLINE.get(violation.directive) or _KINDS.get(violation.directive)
    if violation.blocked in {"eval", "wasm-eval"}:
        return "wasm" if violation.blocked == "wasm-eval" else "eval"
    if violation.directive == "connect-src":
        return "ws" if violation.blocked.startswith(("ws:", "wss:")) else "connect"
    if violation.directive == "worker-src" and violation.blocked == "blob":
        return "blob-worker"
    return _KINDS.get(violation.directive)


def _url(violation: Violation, origin: str) -> str:
    blocked = violation.blocked
    if blocked in {"inline", "eval", "wasm-eval"}:
        return ""
    if blocked == "blob":
        return f"blob:{origin}/x"
    return f"{blocked}:x" if blocked in _SCHEMES else blocked


def _to_add(violation: Violation, origin: str) -> str:
    """The narrowest source that a list of hosts needs; "" where a source is no answer (inline code needs a nonce)."""
    blocked = violation.blocked
    if blocked in _SCHEMES:
        return f"{blocked}:" if not violation.directive.startswith("script-src") else ""
    url = parse_url(blocked)
    if url is None or url.origin == "null":
        return ""
    return "'self'" if url.origin == origin else url.origin
