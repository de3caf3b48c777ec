"""Messages that no request was blocked for by a policy: what they are, and what a message about the policy's text means."""

from __future__ import annotations

import re

from msgspec.structs import replace

from csplint.csp.url import UNKNOWN_PAGE
from csplint.engine.findings import check_subject
from csplint.engine.subject import policy_subject
from csplint.engine.why.wording import as_said
from csplint.messages.console import A_POLICY
from csplint.messages.message import Message
from csplint.model import Finding
from csplint.model.explanation import Explanation
from csplint.packs.merge import PackSet

_ABOUT = {
    "mixed content": (
        "The page is loaded over https and asks for something over http. Browsers block or upgrade that whatever the policy says.",
        "Write https:// in the page, or send `upgrade-insecure-requests`.",
    ),
    "CORS": (
        "The other server does not allow this page to read its answer. A Content-Security-Policy cannot change that.",
        "The other server must send Access-Control-Allow-Origin for this page; ask its owner.",
    ),
    "a Cross-Origin-Embedder-Policy or Cross-Origin-Resource-Policy header": (
        "The page asks for isolation (Cross-Origin-Embedder-Policy), or the file refuses other sites (Cross-Origin-Resource-Policy).",
        "Use `Cross-Origin-Embedder-Policy: credentialless`, or remove it; or the file's server must send "
        "`Cross-Origin-Resource-Policy: cross-origin`.",
    ),
    "Trusted Types": (
        "The policy has require-trusted-types-for or trusted-types: scripts may not write text into the page as they do here.",
        "Update the script to one that uses Trusted Types, or remove require-trusted-types-for 'script' from the policy.",
    ),
    "an ad blocker or another extension": (
        "An extension of this browser blocked the request. The site's policy did not.",
        "Try a private window without extensions; visitors with the same extension do not see the widget.",
    ),
    "Firefox's tracking protection": (
        "Firefox's own tracking protection blocked the request. The site's policy did not.",
        "Try it with the protection off for this site; visitors who keep it on do not see the widget.",
    ),
    "a content blocker": ("A content blocker of this browser blocked the request. The site's policy did not.", "Try it without."),
    "X-Frame-Options": (
        "The page in the frame does not let other sites show it (its header X-Frame-Options).",
        "The owner of the page in the frame must allow it, with frame-ancestors in its own policy.",
    ),
    "a file of the wrong type": (
        "The server's answer is not what was asked for, often an error page in place of a script.",
        "Open the address: if it is an error page, correct the address; else correct the Content-Type header.",
    ),
    "an integrity attribute": (
        "The file is not the one that the tag's integrity attribute describes.",
        "Write the hash of the current file, or remove the attribute: a vendor's files change without notice.",
    ),
    "a header that scripts may not use": (
        "A script sets or reads a header that browsers keep for themselves. It works without.",
        "Nothing: this line does not stop the widget. Look for a message about the Content Security Policy beside it.",
    ),
    "the same-origin policy": (
        "A script looks into a frame of another site, which browsers never allow.",
        "Nothing: no policy changes this. Look for a message about the Content Security Policy beside it.",
    ),
    "a cookie": (
        "A browser refuses a cookie, or will do so.",
        "Correct the cookie's attributes on the server that sets it, such as SameSite=None; Secure.",
    ),
    "Permissions-Policy": (
        "A Permissions-Policy header or an allow attribute switches a feature of the browser off, or names an unknown one.",
        "`csplint check URL` says whether the widget needs the feature.",
    ),
    "a sandbox": (
        "The page or frame is sandboxed, so it may not do this.",
        "Add the word that the message names to the frame's sandbox attribute or to the policy's sandbox directive.",
    ),
    "opaque response blocking": (
        "The answer is not of the type that was asked for, so the browser does not show it to the page.",
        "Open the address: often it is an error page.",
    ),
    "a request that failed": (
        "The message says only that a request failed: the network, the server, an ad blocker, or a policy if another message says so.",
        "Look for a message about the Content Security Policy beside it, or open the address.",
    ),
    "an error in a script": (
        "A script stopped with an error. If a policy blocked a script before it, that is the cause.",
        "Look for the first message in the console, and explain that one.",
    ),
}  # fmt: skip


def explain_unrelated(message: Message) -> Explanation:
    """Name a message for what it is."""
    said = as_said(message)
    if message.about == A_POLICY:
        return replace(
            said,
            verdict="This is a policy, not a message of a browser.",
            cause="It does not say that anything was blocked.",
            fix="Check it: csplint check --policy TEXT. To explain a message with it: csplint why MESSAGE --policy TEXT.",
        )
    if message.kind == "unknown":
        return replace(
            said,
            verdict="csplint does not know this message.",
            cause="It is not a message about a Content Security Policy in the words of Chrome, Firefox or Safari.",
            fix="Paste the whole line from the browser's console, or check the page: csplint check URL",
        )
    about = "Trusted Types" if message.kind == "csp" else message.about
    cause, fix = _ABOUT.get(about, ("It is not about the page's Content Security Policy.", ""))
    verdict = f"This is not the Content Security Policy: it is {message.about}."
    if about == "Trusted Types":  # a part of the policy, but of what scripts may do and not of what they load
        verdict = "The policy's Trusted Types stopped a script."
        if message.disposition == "report":
            verdict = (
                "The policy is report-only, so nothing is blocked yet. If you enforce it, Trusted Types stop a script."
            )
    return replace(said, verdict=verdict, cause=cause, fix=fix)


def explain_policy_text(message: Message, packs: PackSet) -> Explanation:
    """Explain a message about the text of a policy, with the rule that reports the same."""
    is_ignored = _IGNORES.search(message.text) is not None
    verdict = "The browser ignores a part of the policy." if is_ignored else "This is about the text of the policy."
    said = replace(as_said(message), verdict=verdict)
    policy = _sketch(message)
    if policy:
        report = check_subject(policy_subject("", UNKNOWN_PAGE, [policy], []), packs, {})
        about = [each for each in report.findings if message.token and message.token == each.value]
        own = [*about, *(each for each in report.findings if each.pack in _OF_TEXTS)]
        if _is_of_name(message):
            own = [each for each in own if each.name == "unknown-directive"]
        if own:
            return _with(said, own[0])
        if _is_of_name(message):
            cause = f"It does not know the directive {message.directive}. Other browsers may."
            return replace(
                said, cause=cause, fix=f"Nothing, if you need {message.directive} elsewhere; else remove it."
            )
    return replace(
        said,
        cause="It does not say that anything was blocked.",
        fix="Check the policy: csplint check --policy TEXT, or the page: csplint check URL",
    )


_IGNORES = re.compile(
    r"ignor|unrecognized|unknown|invalid|couldn.t pars|not support|failed to parse|no effect", re.IGNORECASE
)

_OF_TEXTS = frozenset({"syntax", "delivery"})


def _with(said: Explanation, finding: Finding) -> Explanation:
    return replace(
        said,
        cause=finding.message,
        fix=finding.fix.summary if finding.fix else "",
        rule=finding.name,
        symptom=finding.symptom,
        symptom_text=finding.symptom_text,
        vendor=finding.pack if finding.symptom else "",
    )


def _sketch(message: Message) -> str:
    """A policy with just the fault that the message is about; "" if it does not show it."""
    name, lowered = message.directive, message.text.lower()
    if "duplicate" in lowered and name:
        return f"{name} 'self'; {name} 'self'"
    if message.token:
        return f"{name or 'script-src'} {message.token}"
    return f"{name} 'self'" if _is_of_name(message) else ""


def _is_of_name(message: Message) -> bool:
    """Whether the browser says that it does not know a directive."""
    lowered = message.text.lower()
    return bool(message.directive) and ("unrecognized" in lowered or "unknown directive" in lowered)
