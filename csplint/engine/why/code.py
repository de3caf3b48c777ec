"""Code without an address that a policy blocked: inline scripts and styles, event handlers, eval()."""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Sequence

from msgspec.structs import replace

from csplint.checks.vendor.embeds import FoundEmbed
from csplint.checks.vendor.page_embed import explain_start
from csplint.csp.decide import PolicySet, Verdict
from csplint.csp.edit import add_sources, apply, plain_name
from csplint.csp.policy import Delivered, Directive
from csplint.csp.request import Request
from csplint.engine.evaluate import evaluate, vendor_context
from csplint.engine.findings import check_subject
from csplint.engine.vendor_requests import VendorRequests, rule_for
from csplint.engine.why.finding import directives, with_finding
from csplint.engine.why.request import Asked
from csplint.engine.why.wording import NEEDS_PAGE, NEEDS_POLICY, ONE_DIRECTIVE, as_said, blocked, of_widget, row_of
from csplint.messages.message import Message
from csplint.model.explanation import Explanation
from csplint.packs.merge import PackSet
from csplint.packs.pack import Embed, Pack
from csplint.page.document import NOWHERE, Script

_STYLES = frozenset({"inline-style", "style-attr"})


def explain_code(message: Message, question: Asked, packs: PackSet) -> Explanation:
    """Explain a message about code without an address."""
    said = replace(as_said(message), verdict=blocked(message, question.request), policy=question.policy)
    on_page = _on_page(said, message, question, packs)
    if on_page is not None:
        return on_page
    kind = question.request.kind
    if kind in {"eval", "wasm"}:
        return _of_strings(said, message, question, packs)
    if kind in _STYLES:
        return _of_styles(said, message, question, packs)
    if kind == "inline-script":
        return _of_script(said, message, question, packs)
    return _of_attribute(said, question)


def _on_page(said: Explanation, message: Message, question: Asked, packs: PackSet) -> Explanation | None:
    """The finding about the page's script whose hash the message prints."""
    subject = question.subject
    if subject is None or subject.document is None or not message.hashes:
        return None
    lines = {each.place.line for each in subject.document.scripts if each.text and _hash(each.text) in message.hashes}
    if not lines:
        return None
    report = check_subject(subject, packs, {})
    own = [each for each in report.findings if each.place and each.place.line in lines and each.severity != "info"]
    if not own:
        return None
    vendors = {pack.pack.id: pack for pack in packs.vendors}
    finding = next((each for each in own if each.pack in vendors), own[0])
    if finding.pack in vendors:
        state, verdict = of_widget(message, vendors[finding.pack], None)
        said = replace(said, state=state, verdict=verdict, vendor=finding.pack)
    return with_finding(said, question, report, finding, packs)


def _hash(text: str) -> str:
    return f"'sha256-{binascii.b2a_base64(hashlib.sha256(text.encode()).digest(), newline=False).decode()}'"


def _of_strings(said: Explanation, message: Message, question: Asked, packs: PackSet) -> Explanation:
    directive = "script-src"
    if question.request.kind == "wasm":
        word = "'wasm-unsafe-eval'"
        cause = "script-src lets no script compile WebAssembly."
        return _added(replace(said, cause=cause, fix=f"Add {word} to script-src."), question, (word,), question.request)
    rule, pack = next(
        ((rule, pack) for pack in packs.vendors if (rule := rule_for(pack, "embed-needs-eval"))), ("", None)
    )
    row = row_of(packs, rule, directive)
    return replace(
        said,
        rule=rule,
        vendor=pack.pack.id if pack else "",
        symptom=row.id if row else None,
        symptom_text=row.symptom if row else None,
        cause=f"{directive} has no 'unsafe-eval', and a script uses eval(), new Function() or a timer with a text.",
        fix=f"Find the script that does this and update it. If it is the widget: {row.fix}."
        if row
        else "Find the script that does this, and update or replace it. 'unsafe-eval' lets every script on the page do it.",
        missing="" if question.subject else NEEDS_POLICY,
    )


def _of_styles(said: Explanation, message: Message, question: Asked, packs: PackSet) -> Explanation:
    needs = VendorRequests(packs).needing("'unsafe-inline'", "style-src")
    governs = _governing(question)
    if needs is not None and needs.requirement is not None:
        state, verdict = of_widget(message, needs.pack, needs.requirement, if_its=said.verdict)
        said = replace(
            said,
            vendor=needs.pack.pack.id,
            rule=needs.rule,
            state=state,
            verdict=verdict,
        )
    if governs is not None and governs.list.has_nonce_or_hash:
        cause = "A nonce or hash in the list switches 'unsafe-inline' off, so every inline style needs one of its own."
        return replace(
            said,
            cause=cause,
            fix="Remove the nonces and hashes from style-src and add 'unsafe-inline', or give the style the nonce.",
        )
    cause = "style-src has no 'unsafe-inline'."
    return _added(
        replace(said, cause=cause, fix="Add 'unsafe-inline' to style-src."),
        question,
        ("'unsafe-inline'",),
        question.request,
    )


def _of_script(said: Explanation, message: Message, question: Asked, packs: PackSet) -> Explanation:
    governs = _governing(question)
    rules = ((pack, _embed_rule(pack, message, question, packs)) for pack in packs.vendors)
    pack, rule = next(((pack, rule) for pack, rule in rules if rule), (None, ""))
    if pack is not None:
        state, verdict = of_widget(message, pack, None, if_its=said.verdict)
        row = row_of(packs, rule, "script-src")
        said = replace(
            said,
            vendor=pack.pack.id,
            state=state,
            rule=rule,
            symptom=row.id if row else None,
            symptom_text=row.symptom if row else None,
            verdict=verdict,
        )
    by_nonce = governs.list.nonces if governs else "strict-dynamic" in message.notes
    if by_nonce:
        return replace(
            said,
            cause="The script tag has no nonce, or a different one from the policy's. The message does not say which.",
            fix="Write the nonce of the same response on the script tag, and make a new one for every response.",
            missing=NEEDS_PAGE,
        )
    if governs is None:
        cause = "Its hash, its nonce or 'unsafe-inline' is not in the list; a host never allows a script written into the page."
        return replace(
            said, cause=cause, fix="Add the script's hash to script-src, or use a nonce.", missing=NEEDS_POLICY
        )
    return _by_hash(said, message, question, governs)


def _by_hash(said: Explanation, message: Message, question: Asked, governs: Directive) -> Explanation:
    cause = "A host in script-src allows files from that host, never a script written into the page."
    if governs.list.hashes:
        cause = "The list has hashes, and none is of this script: it was changed, or is another one."
    elif governs.list.strict_dynamic:
        cause = "The list has 'strict-dynamic' but no nonce or hash, so no script tag can start."
    if not message.hashes:
        missing = "" if question.subject and question.subject.document else NEEDS_PAGE
        return replace(said, cause=cause, fix="Add the script's hash to script-src, or use a nonce.", missing=missing)
    right = message.hashes[0]
    fix = (
        f"If the script is the same in every response, add {right} to script-src. If it changes, give its tag a nonce."
    )
    algorithm, _, digest = right.strip("'").partition("-")
    # A text with this hash cannot be made; an integrity attribute is checked against the same list.
    request = Request("script", "any:", integrity=f"{algorithm}-{digest}")
    return _added(replace(said, cause=cause, fix=fix), question, (right,), request)


def _embed_rule(pack: Pack, message: Message, question: Asked, packs: PackSet) -> str:
    """The rule that reports this if the script is the vendor's embed; "" if its embeds are files."""
    if not any(each.where == "inline" for each in pack.embed):
        return ""
    if question.subject is None:
        usual = "embed-nonce-missing" if "strict-dynamic" in message.notes else "inline-embed-under-allow-list"
        return rule_for(pack, usual)
    context = evaluate(replace(question.subject, document=None), packs, {}).context
    vendor = next(each for each in context.vendors if each.pack is pack)
    embed = FoundEmbed(Embed(where="inline", marks=()), _script(message), (), (), ())
    for refusal in _refusals(question):
        for problem in explain_start(vendor_context(context, vendor), embed, refusal):
            return rule_for(pack, problem.rule)
    return rule_for(pack, "embed-nonce-missing")


def _script(message: Message) -> Script:
    return Script("classic", message.sample or " ", None, "", None, "", {}, True, NOWHERE, 0)


def _policies(question: Asked) -> PolicySet:
    subject = question.subject
    return PolicySet.read(subject.page, subject.delivered) if subject else PolicySet.read("", ())


def _refusals(question: Asked) -> Sequence[Verdict]:
    return _policies(question).decide(question.request).refusals


def _governing(question: Asked) -> Directive | None:
    """The directive that refuses the request, or the one that governs it; None if the policy is not known."""
    refusals = _refusals(question)
    return refusals[0].directive if refusals else None


def _of_attribute(said: Explanation, question: Asked) -> Explanation:
    kind = question.request.kind
    where = "a listener in a script that the policy allows" if kind == "event-handler" else "a button with a listener"
    return replace(
        said,
        cause="Hosts, nonces and plain hashes never allow code in an attribute or a javascript: link.",
        fix=f"Replace it with {where}. 'unsafe-hashes' with its hash allows it too, and lets an attacker use the same code.",
        missing="" if question.subject else NEEDS_POLICY,
    )


def _added(said: Explanation, question: Asked, sources: tuple[str, ...], request: Request) -> Explanation:
    """The explanation with these sources added to the list that refuses the request, judged again."""
    effective = plain_name(said.directive or "script-src")
    refusals = _refusals(question)
    if not refusals:
        return replace(said, add=sources, add_to=effective, missing=said.missing or NEEDS_POLICY)
    policy = refusals[0].policy
    after = apply(policy.text, add_sources(policy, refusals[0].effective, sources))
    changed = PolicySet.read(question.subject.page if question.subject else "", [Delivered(after, "text", "enforce")])
    old = directives(policy.text)
    return replace(
        said,
        add=sources,
        add_to=effective,
        before=policy.text if question.policy == "whole" else "; ".join(e for e in old if e not in directives(after)),
        after=after if question.policy == "whole" else "; ".join(e for e in directives(after) if e not in old),
        checked=not changed.decide(request).blocked,
        missing=ONE_DIRECTIVE if question.policy == "part" else "",
    )
