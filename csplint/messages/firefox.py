"""
Messages of Firefox, in any language.

The English texts are those of csp.properties (gecko-dev 5bb8a3b) as Firefox 153 prints them, and older ones. Translations
(mozilla-l10n/firefox-l10n) keep "Content-Security-Policy", the effective directive in brackets, the violated directive in
quotes, the keywords and "Report-Only"; everything else may differ.
"""

from __future__ import annotations

import re

from csplint.csp.edit import plain_name
from csplint.messages.message import Message, Note
from csplint.messages.quoted import BLOCKED, EFFECTIVE, NAMES, directive_name, hashes

_PREFIX = re.compile(r"Content[- ]Security[- ]Policy\s?[::]\s?(?P<rest>.*)", re.DOTALL)
_EFFECTIVE = re.compile(rf"[((]\s?(?P<name>{NAMES})\s?[))]")
_QUOTES = {
    "“": "”“",
    "„": "“”",
    "«": "»",
    '"': '"',
    "”": "”",
    "»": "«",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘",
    "'": "'",
}
"""Opening quotes and what closes each, as the languages have them."""

_VIOLATED = re.compile(
    rf"(?P<quote>[{''.join(_QUOTES)}])\s?(?P<directive>(?:{NAMES})(?=[\s”“»\"«」』’‘'])[^\n]{{0,9000}})"
)
_URL = re.compile(
    r"(?:(?:https?|wss?|ftp|file)://|(?:data|blob|filesystem|about|moz-extension|chrome-extension):)[^\s\"“”„«»<>]{1,9000}"
)  # fmt: skip
_AFTER_URL = ",;.:、。,"
_OLDER = re.compile(rf"[((]\s?[{''.join(_QUOTES)}]\s?(?:{NAMES})\b")
_OLDEST = re.compile(
    rf"Directive (?P<name>{NAMES}) violated by (?P<by>\S{{1,9000}})|(?:blocked|observed) the loading of a resource: (?P<url>\S{{1,9000}})"
)
"""Before 2016."""

_SETTINGS = re.compile(r"(?:\(Report-Only policy\) )?The page.s\b")
_OLDER_CODE = re.compile(r"(?<![\w'’-])(?:inline|eval|self)(?![\w'’-])")
_REPORT_ONLY = re.compile(r"report-only|settings would|settings observed|CSP report is being sent", re.IGNORECASE)
_ENGLISH = re.compile(
    r"page.s settings|[Cc]ouldn.t p|Failed to parse|Ignoring |Interpreting |Duplicate |Not supporting|Keyword .strict-dyn|This site \("
    r"|Received an |Directive |The report URI|Tried to send|Prevented too many|Upgrading insecure|Blocking insecure|A violation occurred"
)
_NAMED = re.compile(
    rf"within [“‘\"']?(?P<within>{NAMES})\b|invalid (?P<flag>sandbox) flag"
    r"|Duplicate (?P<twice>[\w-]+) directives|directive [“‘\"'](?P<name>[^\s”’\"']{1,60})"
    rf"|[{''.join(_QUOTES)}]\s?(?P<quoted>{NAMES})\b"
)


def read(text: str) -> Message | None:
    """What a message of Firefox says; None if it does not begin as all of them do."""
    begun = _PREFIX.search(text)
    if begun is None or directive_name(begun["rest"]):
        return None  # after "Content-Security-Policy: ", a policy begins with a directive, and a message never does
    rest = begun["rest"]
    notes: set[Note] = set() if _ENGLISH.search(rest) else {"localised"}
    effective, violated = _EFFECTIVE.search(rest), _violated(rest)
    if effective and violated:
        found = _violation(rest, effective["name"], violated, trimmed="localised" in notes)
    elif violated.startswith(("trusted-types ", "require-trusted-types-for ")):
        what = "trusted-types-policy" if violated.startswith("t") else "trusted-types-sink"
        found = Message(kind="csp", directive=directive_name(violated), blocked=what, violated=violated)
    elif _OLDER.search(rest):
        found = _older(rest, violated)
    elif oldest := _OLDEST.search(rest):
        found = Message(kind="csp", directive=oldest["name"] or "", blocked=oldest["by"] or oldest["url"])
    elif effective or _SETTINGS.match(rest):
        url = _URL.search(rest)
        blocked = url[0].rstrip(_AFTER_URL) if url else ""
        found = Message(kind="csp", directive=effective["name"] if effective else "", blocked=blocked)
        notes.add("cut")
    else:
        found = Message(kind="csp", directive=_named(rest), token=_token(rest))
        notes.add("about-policy")
    return _complete(found, rest, text, notes)


def _complete(found: Message, rest: str, text: str, notes: set[Note]) -> Message:
    if "‘strict-dynamic’ specified" in rest:
        notes.add("strict-dynamic")
    if found.violated and plain_name(directive_name(found.violated)) != plain_name(found.directive):
        notes.add("fallback")
    report = _REPORT_ONLY.search(rest) is not None and ("about-policy" not in notes or rest.startswith("This site"))
    return Message(
        kind="csp",
        browser="firefox",
        directive=found.directive,
        disposition="report" if report else None if "about-policy" in notes else "enforce",
        blocked=found.blocked,
        code=found.code,
        violated=found.violated,
        token=found.token,
        hashes=hashes(rest.rpartition("”")[2]),
        notes=frozenset(notes),
        text=text,
    )


def _violated(rest: str) -> str:
    """The directive that the message has in quotes, the last one; "" for none."""
    at = 0
    text = ""
    while found := _VIOLATED.search(rest, at):
        closing = _QUOTES[found["quote"]]
        ends = [found["directive"].find(each) for each in closing if each in found["directive"]]
        end = found["directive"].rfind("'") if closing == "'" else min(ends, default=-1)
        text = found["directive"][:end].strip() if end >= 0 else ""  # the rest of the directive is missing
        at = found.start("directive") + max(1, len(text))
    return text


def _violation(rest: str, effective: str, violated: str, *, trimmed: bool) -> Message:
    found = _URL.search(rest.replace(violated, " ") if violated else rest)
    if found:
        url = found[0].rstrip(_AFTER_URL) if trimmed else found[0]
        return Message(kind="csp", directive=effective, blocked=url, violated=violated)
    code = _code(rest, effective)
    blocked = BLOCKED.get(code, "inline") if code else ""
    return Message(kind="csp", directive=effective, blocked=blocked, code=code, violated=violated)


_CODE = {
    "script-src-elem": "inline-script",
    "script-src-attr": "event-handler",
    "style-src-elem": "inline-style",
    "style-src-attr": "style-attr",
}


def _code(rest: str, effective: str) -> str:
    """The kind of code that has no URL; "" where the URL is only unknown."""
    if effective == "script-src":
        return "wasm" if "WebAssembly" in rest or "wasm-" in rest.rpartition("”")[2] else "eval"
    if "Source: javascript:" in rest:
        return "javascript-url"
    return _CODE.get(effective, "")


def _older(rest: str, violated: str) -> Message:
    """Before 2024: "… blocked the loading of a resource at inline (“script-src”)."."""
    name = directive_name(violated)
    code = _OLDER_CODE.search(rest)
    url = _URL.search(rest.replace(violated, " ") if violated else rest)
    if url or code is None or code[0] == "self":
        directive = {"script-src": EFFECTIVE["script"], "style-src": EFFECTIVE["style"]}.get(name, name)
        blocked = url[0].rstrip(_AFTER_URL) if url else "self" if code else ""
        return Message(kind="csp", directive=directive, blocked=blocked, violated=violated)
    kind = "eval" if code[0] == "eval" else "inline-style" if name.startswith("style") else "inline-script"
    return Message(kind="csp", directive=EFFECTIVE[kind], blocked=code[0], code=kind, violated=violated)


_TOKEN = re.compile(r"invalid (?:host|source) (?P<token>\S{1,1000})|Interpreting (?P<word>\S{1,100}) as a hostname")


def _token(rest: str) -> str:
    """The source that a message about the policy names; "" for none."""
    found = _TOKEN.search(rest)
    return (found["token"] or found["word"]) if found else ""


def _named(rest: str) -> str:
    """The directive that a message about the policy names; "" for none."""
    found = _NAMED.search(rest)
    return next((each.lower() for each in found.groups() if each), "") if found else ""
