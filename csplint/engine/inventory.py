"""The inventory of a page's scripts: what its HTML runs, where that comes from, and which source of the policy allows it."""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Iterator

from csplint.checks.vendor.embeds import find_embeds
from csplint.csp.decide import PolicySet
from csplint.csp.request import Request
from csplint.csp.url import parse_url
from csplint.engine.subject import Subject, all_policies
from csplint.model.inventory import ScriptReport
from csplint.model.places import Place
from csplint.packs.merge import PackSet
from csplint.page.document import Document, Script

MOST_SCRIPTS = 500
"""Scripts of one page in its inventory; the first ones."""


def inventory(subject: Subject, packs: PackSet) -> tuple[ScriptReport, ...]:
    """The scripts of a page's HTML that run, in its order; () for a target without a page. Scripts that scripts add are not in it."""
    document = subject.document
    if document is None:
        return ()
    vendors = {embed.script.order: pack.pack.id for pack in packs.vendors for embed in find_embeds(document, pack)}
    enforced = [each for each in all_policies(subject) if each.disposition == "enforce"]
    page = PolicySet.read(subject.page, ())
    return tuple(
        _report(
            script, page.only(*(each for each in enforced if each.order < script.order)), vendors.get(script.order, "")
        )
        for script in list(_running(document))[:MOST_SCRIPTS]
    )


def _running(document: Document) -> Iterator[Script]:
    return (each for each in document.scripts if each.kind in {"classic", "module"} and (each.url or each.src is None))


def _report(script: Script, policies: PolicySet, vendor: str) -> ScriptReport:
    inline = script.src is None
    url = parse_url(script.url) if script.url else None
    return ScriptReport(
        origin="" if url is None else url.origin if url.origin != "null" else f"{url.scheme}:",
        url="" if url is None or url.origin == "null" else f"{url.origin}{url.path}",
        sha256=_hash(script.text) if inline else "",
        integrity=script.integrity,
        has_nonce=bool(script.nonce),
        allowed_by=_allowed_by(script, policies),
        vendor=vendor,
        place=Place(script.place.line, script.place.column),
    )


def _allowed_by(script: Script, policies: PolicySet) -> str:
    kind = "inline-script" if script.src is None else "script"
    content = script.text if script.src is None else ""
    request = Request(kind, script.url, script.nonce or "", content, script.integrity, nonceable=script.nonceable)  # type: ignore[arg-type]
    decision = policies.decide(request)
    if decision.blocked:
        return ""
    matched = (each.matched for each in decision.verdicts if each.matched is not None)
    return next(("'nonce-…'" if each.text.lower().startswith("'nonce-") else each.text for each in matched), "")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return f"'sha256-{binascii.b2a_base64(digest, newline=False).decode()}'"
