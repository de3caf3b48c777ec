"""
A page's response with other policies, to try in a browser without deploying anything.

Nothing else of the response changes: its status, its other headers and its cookies stay. Each response has a nonce of its own,
so the corrected policy gets the nonce of the very response it is sent with; a new one where the response has none that works.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from html import escape

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.policy import decode_header
from csplint.engine.subject import ENFORCED, REPORT_ONLY, Subject
from csplint.errors import UsageError
from csplint.model import Corrected, HeaderChange, Place, TargetReport
from csplint.page.capture import Capture

Header = tuple[bytes, bytes]
_POLICY_HEADERS = frozenset({ENFORCED, REPORT_ONLY})
_NONCE = re.compile(r"'nonce-([^']*)'", re.IGNORECASE)
_WORKS = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_TAG = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^"'>])*>""")
_NONCE_ATTRIBUTE = re.compile(r"""\snonce(=("[^"]*"|'[^']*'|[^\s>]+))?(?=[\s>/])""", re.IGNORECASE)


class Policies(Struct, frozen=True):
    """Policies to try: values of Content-Security-Policy, and of its report-only form."""

    enforced: tuple[str, ...] = ()
    report_only: tuple[str, ...] = ()


def read_policies(text: str, source: str) -> Policies:
    """
    The policies of a file: header lines (`Content-Security-Policy: …`), or else the text of one policy.

    Lines that begin with # are comments. Raises UsageError for a file without a policy.
    """
    lines = [
        line for line in text.removeprefix("\ufeff").splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    found: dict[str, list[str]] = {ENFORCED: [], REPORT_ONLY: []}
    rest: list[str] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and name.strip().lower() in found:
            found[name.strip().lower()].append(value.strip())
        else:
            rest.append(line.strip())
    if any(found.values()):
        return Policies(tuple(found[ENFORCED]), tuple(found[REPORT_ONLY]))
    if not rest:
        raise UsageError(f"{source} has no policy: write header lines, or the text of one policy")
    return Policies((" ".join(rest),))


def with_policies(subject: Subject, policies: Policies, *, report_only: bool) -> Capture:
    """The response with these policies instead of those of its headers; report_only: beside them, blocking nothing."""
    first = _first(subject)
    nonce = _nonce(subject, frozenset()) or _new_nonce()
    enforced = [_filled(text, nonce) for text in policies.enforced]
    reporting = [_filled(text, nonce) for text in policies.report_only]
    if report_only:
        return replace(first, headers=(*first.headers, *_reporting([*enforced, *reporting])))
    kept = [pair for pair in first.headers if _name(pair) not in _POLICY_HEADERS]
    own = [(b"Content-Security-Policy", _sent(text)) for text in enforced]
    return replace(first, headers=(*kept, *own, *_reporting(reporting)))


def with_correction(
    subject: Subject, corrected: Corrected, placeholders: frozenset[str], *, report_only: bool
) -> Capture:
    """
    The response as its owner would send it after `csplint fix`: its headers, its meta elements and its tags.

    placeholders: nonces that somebody copied from a document, lower case, which are replaced. report_only: the page's own
    policies stay, and the corrected ones are sent beside them, blocking nothing.
    """
    first, document = _first(subject), subject.document
    nonce = _nonce(subject, placeholders) or _new_nonce()
    broken = frozenset(_all_nonces(subject)) - {nonce} if not _nonce(subject, placeholders) else frozenset[str]()
    metas = [each for each in corrected.metas if each.action != "keep" and each.place]
    if report_only:
        texts = [each.after for each in corrected.headers if each.name.lower() in _POLICY_HEADERS]
        texts += [each.after for each in corrected.metas]
        values = [_filled(text, nonce) for text in texts if text]
        headers: tuple[Header, ...] = (*first.headers, *_reporting(values))
    else:
        headers = tuple(_headers(first.headers, corrected.headers, nonce))
    if document is None:
        return replace(first, headers=headers)
    changes: list[tuple[Place, Callable[[str], str]]] = [
        (each.place, _tag_with_nonce(nonce)) for each in corrected.tags if each.attribute == "nonce"
    ]
    if not report_only:
        changes += [(each.place, _meta_instead(each.after, nonce)) for each in metas if each.place]
    text = _changed(document.text, changes)
    for old in broken:
        text = _with_new_nonces(text, old, nonce)
    if text == document.text:
        return replace(first, headers=headers)
    return replace(first, headers=tuple(_as_utf8(headers)), body=text.encode("utf-8", "replace"))


def with_steps(subject: Subject, report: TargetReport) -> tuple[Capture, tuple[str, ...]]:
    """
    The response after what `csplint fix` leaves to its owner, as far as a text can do it; and notes about what was done.

    Inline styles that a nonce or a hash switches off get 'unsafe-inline' in their place. A script whose nonce browsers ignore
    loses the attributes that make them do so.
    """
    first, notes = _first(subject), []
    if any(row.needs.lower() == "'unsafe-inline'" and row.state == "unmet" for row in report.requirements):
        headers = tuple(
            (name, _with_inline_styles(value)) if _name((name, value)) == ENFORCED else (name, value)
            for name, value in first.headers
        )
        if headers != first.headers:
            first = replace(first, headers=headers)
            notes.append(
                "Done here, for you to do by hand: style-src without nonces and hashes, and with 'unsafe-inline'."
            )
    scripts = subject.document.scripts if subject.document else ()
    ignored = [each.place for each in scripts if each.nonce and not each.nonceable]
    if subject.document is not None and ignored:
        places = [(Place(each.line, each.column), _plain_tag) for each in ignored]
        text = _changed(subject.document.text, places)
        first = replace(first, headers=tuple(_as_utf8(first.headers)), body=text.encode("utf-8", "replace"))
        notes.append("Done here, for you to do by hand: the script's tag without what makes browsers ignore its nonce.")
    return first, tuple(notes)


def _with_inline_styles(value: bytes) -> bytes:
    return "; ".join(_inline_styles(each.strip()) for each in decode_header(value).split(";")).encode(
        "utf-8", "replace"
    )


def _inline_styles(directive: str) -> str:
    name, *words = directive.split() or [""]
    if name.lower() not in {"style-src", "style-src-elem", "style-src-attr"}:
        return directive
    kept = [
        each for each in words if not each.lower().startswith(("'nonce-", "'sha")) and each.lower() not in _REPLACED
    ]
    return " ".join([name, *kept, "'unsafe-inline'"])


_REPLACED = frozenset({"'unsafe-inline'", "'none'"})
_ATTRIBUTE = re.compile(r"""\s([^\s=>/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")


def _plain_tag(tag: str) -> str:
    """The tag without repeated attributes, and without those whose value has markup (CSP3 #is-element-nonceable)."""
    kept: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(tag):
        if not re.search(r"<(script|style)", found[0], re.IGNORECASE):
            kept.setdefault(found[1].lower(), found[0].strip())
    name = re.match(r"<[^\s>/]+", tag)
    return f"{name[0] if name else '<script'} {' '.join(kept.values())}>"


# ------------------------------------------------------------------ nonces


def _all_nonces(subject: Subject) -> list[str]:
    return [value for each in subject.delivered for value in _NONCE.findall(each.text)]


def _nonce(subject: Subject, placeholders: frozenset[str]) -> str:
    """The response's own nonce that works: of several the one that most tags have; "" for none."""
    tags = Counter(script.nonce or "" for script in subject.document.scripts) if subject.document else Counter[str]()
    written = [
        each for each in tags if each and any(each in policy.text for policy in subject.delivered)
    ]  # without quotes
    found = [*_all_nonces(subject), *written]
    usable = [each for each in found if _WORKS.fullmatch(each) and each.lower() not in placeholders]
    return max(usable, key=lambda each: tags[each], default="")


def _new_nonce() -> str:
    return secrets.token_urlsafe(24)


def _filled(text: str | None, nonce: str) -> str:
    return _NONCE.sub(lambda _found: f"'nonce-{nonce}'", text or "")


def _with_new_nonces(html: str, old: str, nonce: str) -> str:
    """The HTML, its tags with a nonce that does not work having one that does: what the server should have filled in."""
    if not old:
        return html
    return re.sub(rf"""(\snonce=)(["']?){re.escape(old)}\2(?=[\s>/])""", rf'\1"{nonce}"', html, flags=re.IGNORECASE)


# ------------------------------------------------------------------ headers


def _headers(sent: Iterable[Header], wanted: Iterable[HeaderChange], nonce: str) -> Iterator[Header]:
    """The headers in their order; a change belongs to the next header of its name with the value it names."""
    changes = [each for each in wanted if each.action != "add"]
    for name, value in sent:
        change = next((each for each in changes if _changes(each, name, value)), None)
        if change is None or change.action == "keep":
            yield name, value
        elif change.after is not None:
            yield name, _sent(_filled(change.after, nonce))
        if change is not None:
            changes.remove(change)
    for change in wanted:
        if change.action == "add" and change.after:
            yield change.name.encode("latin-1", "replace"), _sent(_filled(change.after, nonce))


def _changes(change: HeaderChange, name: bytes, value: bytes) -> bool:
    """Whether a change is about this header line; csplint leaves out empty policies and outer white space."""
    if change.name.lower() != name.lower().decode("latin-1"):
        return False
    if change.policy is None:  # another header, whose lines are one list
        return True
    return _plain(change.before or "") == _plain(decode_header(value))


def _plain(text: str) -> str:
    parts = (each.strip(" \t") for each in text.split(","))
    return ", ".join(each for each in parts if each.strip(" \t;"))


def _reporting(values: Iterable[str]) -> list[Header]:
    return [(b"Content-Security-Policy-Report-Only", _sent(each)) for each in values]


def _sent(text: str) -> bytes:
    return text.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace")


def _name(pair: Header) -> str:
    return pair[0].lower().decode("latin-1")


def _as_utf8(headers: Iterable[Header]) -> Iterator[Header]:
    """The headers of a body that is UTF-8 now."""
    for name, value in headers:
        if name.lower() == b"content-type":
            yield name, value.split(b";")[0].strip() + b"; charset=utf-8"
        else:
            yield name, value


# ------------------------------------------------------------------ the page's HTML


def _changed(text: str, changes: Iterable[tuple[Place, Callable[[str], str]]]) -> str:
    """The HTML with tags changed at their places, from the last to the first, so that no place moves."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for place, change in sorted(changes, key=lambda each: (each[0].line, each[0].column), reverse=True):
        if not 1 <= place.line <= len(lines):
            continue
        start = starts[place.line - 1] + place.column - 1
        tag = _TAG.match(text, start)
        if tag is not None:
            text = text[:start] + change(tag[0]) + text[tag.end() :]
    return text


def _tag_with_nonce(nonce: str) -> Callable[[str], str]:
    def change(tag: str) -> str:
        bare = _NONCE_ATTRIBUTE.sub("", tag)
        return re.sub(r"^<[a-z]+", lambda name: f'{name[0]} nonce="{nonce}"', bare, flags=re.IGNORECASE)

    return change


def _meta_instead(policy: str | None, nonce: str) -> Callable[[str], str]:
    whole = f'<meta http-equiv="Content-Security-Policy" content="{escape(_filled(policy, nonce))}">' if policy else ""
    return lambda _tag: whole


def _first(subject: Subject) -> Capture:
    if subject.visits is None:
        raise UsageError("there is no response whose policy could be replaced")
    return subject.visits.first
