"""
Messages that people take for a policy's, and what they are: mixed content, CORS, an ad blocker, a missing file …

The texts of Chromium 156, Firefox 153 and WebKitGTK 2.50 and their sources.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from csplint.messages.message import Message, MessageKind, SaidBy

_URL = (
    r"(?<![^\s'\"“”‘’«»,])(?P<url>(?:https?|wss?|data|blob|chrome-extension|moz-extension|safari-web-extension):"
    r"[^\s'\"“”‘’«»,]{1,9000}+)"
)
"""
An address, whole and after what cannot be in one.

So each is looked at once: without that, a line of "https:https:https:…" would take minutes.
"""


class _Kind(Struct, frozen=True):
    """A kind of message: the texts that show it, with `(?P<url>…)` where they name an address, and who prints them."""

    kind: MessageKind
    about: str
    texts: tuple[tuple[str, SaidBy | None], ...]


_KINDS = (
    _Kind(
        "mixed-content",
        "mixed content",
        (
            (r"Mixed Content: The page at '[^']{1,9000}'[^']{0,300}'(?P<url>[^']*)'", "chromium"),
            (r"Mixed Content: ", "chromium"),
            (
                rf"(?:Blocked loading|Loading) mixed (?:\(insecure\) )?(?:active|display) content\s*[“\"]{_URL}",
                "firefox",
            ),
            (rf"(?:Upgrading|Blocking) insecure (?:display )?request [‘“']{_URL}", "firefox"),
            (rf"was not allowed to (?:run|display) insecure content from {_URL}", "safari"),
            (rf"requested insecure content from {_URL}", "safari"),
            (r"\bmixed[- ]content\b|insecure content from", None),
        ),
    ),
    _Kind(
        "cors",
        "CORS",
        (
            (
                r"Access to .{1,40}? at '(?P<url>[^']{0,9000})'(?: \(redirected from '[^']{0,9000}'\))? from origin "
                r"'[^']{0,9000}' has been blocked by CORS policy",
                "chromium",
            ),
            (rf"Cross-Origin Request Blocked: .{{0,200}}?{_URL}", "firefox"),
            (r"Cross-Origin Request (?:Warning|Blocked)", "firefox"),
            (rf"cannot load {_URL} due to access control checks", "safari"),
            (r"is not allowed by Access-Control-Allow-Origin", "safari"),
            (r"Cross-origin script load denied by Cross-Origin Resource Sharing", "safari"),
            (r"Access-Control-Allow-|blocked by CORS|CORS (?:policy|request|preflight|header|error)", None),
            (r"Preflight response is not", None),
        ),
    ),
    _Kind(
        "coep",
        "a Cross-Origin-Embedder-Policy or Cross-Origin-Resource-Policy header",
        (
            (rf"{_URL}.{{0,20}}net::ERR_BLOCKED_BY_RESPONSE", "chromium"),
            (r"ERR_BLOCKED_BY_RESPONSE", "chromium"),
            (rf"[“\"]{_URL}[”\"] was blocked due to its Cross-Origin-(?:Resource|Embedder)-Policy", "firefox"),
            (rf"load to {_URL} because it violates the resource's Cross-Origin-Resource-Policy", "safari"),
            (r"Cross-Origin-(?:Embedder|Resource)-Policy|\bCOEP\b|\bCORP\b", None),
        ),
    ),
    _Kind(
        "trusted-types",
        "Trusted Types",
        (
            (r"Sink type mismatch violation blocked by CSP", "firefox"),
            (r"This document requires 'Trusted ?(?:HTML|ScriptURL|Script|Type)' assignment", "chromium"),
            (r"requires? .?Trusted(?:HTML|ScriptURL|Script)\b", None),
            (r"TrustedTypePolicy|Trusted ?Types|'Trusted(?:HTML|ScriptURL|Script)'", None),
        ),
    ),
    _Kind(
        "other",
        "an ad blocker or another extension",
        (
            (rf"{_URL}.{{0,20}}net::ERR_BLOCKED_BY_(?:CLIENT|ADMINISTRATOR)", "chromium"),
            (r"ERR_BLOCKED_BY_(?:CLIENT|ADMINISTRATOR)", "chromium"),
            (rf"Content blocker prevented frame displaying \S{{0,9000}} from loading a resource from {_URL}", "safari"),
        ),
    ),
    _Kind(
        "other",
        "Firefox's tracking protection",
        (
            (rf"{_URL}.{{0,40}}was blocked because (?:content|tracking) (?:blocking|protection)", "firefox"),
            (r"(?:content blocking|tracking protection) is enabled", "firefox"),
        ),
    ),
    _Kind(
        "other",
        "X-Frame-Options",
        (
            (r"Refused to display '(?P<url>[^']*)' in a frame because it set 'X-Frame-Options'", "chromium"),
            (r"X-Frame-Options", None),
        ),
    ),
    _Kind(
        "other",
        "a file of the wrong type",
        (
            (r"Refused to (?:execute script|apply style) from '(?P<url>[^']*)' because its MIME type", "chromium"),
            (rf"{_URL}.{{0,40}}was blocked (?:due to|because of a disallowed) MIME type", "firefox"),
            (
                r"because its MIME type|(?:MIME|content) type .{0,100}is not (?:executable|a supported|a valid JavaScript)",
                None,
            ),
            (r"disallowed MIME type|because non script MIME types|nosniff", None),
        ),
    ),
    _Kind(
        "other",
        "an integrity attribute",
        (
            (r"valid digest in the 'integrity' attribute for resource '(?P<url>[^']*)'", "chromium"),
            (rf"hashes? in the integrity attribute.{{0,200}}?{_URL}", "firefox"),
            (r"integrity (?:metadata check|attribute)|Integrity-Policy", None),
        ),
    ),
    _Kind("other", "Permissions-Policy", ((r"(?:Permissions|Feature)[- ]Policy", None),)),
    _Kind(
        "other",
        "a sandbox",
        ((r"frame is sandboxed|sandboxed and|'allow-(?:scripts|same-origin|forms|popups|modals)'", None),),
    ),
    _Kind(
        "other",
        "opaque response blocking",
        ((r"\bCORB\b|ERR_BLOCKED_BY_ORB|Cross-Origin Read Blocking|OpaqueResponseBlocking", None),),
    ),
    _Kind(
        "other",
        "a request that failed",
        (
            (rf"Loading failed for the <script> with source [“\"]{_URL}", "firefox"),
            (rf"{_URL}\s.{{0,40}}?(?:\b[45]\d\d\b(?: \(|\s*$)|net::ERR_[A-Z_]+)", "chromium"),
            (r"Failed to load resource|net::ERR_\w+", None),
            (rf"can.t establish a connection to the server at {_URL}", "firefox"),
            (r"WebSocket connection to '(?P<url>[^']*)' failed", "chromium"),
            (r"NetworkError when attempting|NS_ERROR_\w+", "firefox"),
            (r"TypeError: (?:Load failed|Failed to fetch)", None),
        ),
    ),
    _Kind(
        "other", "a header that scripts may not use", ((r"Refused to (?:get|set) (?:unsafe|forbidden) header", None),)
    ),
    _Kind("other", "the same-origin policy", ((r"Blocked a frame with origin|cross-origin (?:frame|object)", None),)),
    _Kind("other", "a cookie", ((r"Cookie [“\"].{1,200}?[”\"]|\bSameSite\b", None),)),
    _Kind("other", "an error in a script", ((r"\b(?:Reference|Type|Syntax|Range|Security|Compile)Error\b", None),)),
)
_PATTERNS = tuple((re.compile(text, re.IGNORECASE), browser, each) for each in _KINDS for text, browser in each.texts)


def read(text: str) -> Message | None:
    """What a message is that is no policy's; None if it is not recognised."""
    for pattern, browser, each in _PATTERNS:
        if found := pattern.search(text):
            url = found.groupdict().get("url") or ""
            report = each.kind == "trusted-types" and "[report only]" in text.lower()
            disposition: Literal["report"] | None = "report" if report else None
            return Message(
                kind=each.kind, browser=browser, disposition=disposition, blocked=url, about=each.about, text=text
            )
    return None
