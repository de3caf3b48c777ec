"""
Which inline code of a page is the same in each response, so that a hash can allow it.

Two responses show it. With one, the user has to compare; what a CDN or a plugin writes is never taken for stable.
"""

from __future__ import annotations

from collections.abc import Iterable

from csplint.checks.own_page.authorship import COMPARE_FIRST, changing_texts, compares, sender, senders
from csplint.checks.own_page.requests import own_requests
from csplint.checks.vendor.page_embed import script_hash
from csplint.engine.evaluate import Evaluation


def compare_first(evaluation: Evaluation, texts: Iterable[str]) -> tuple[str, ...]:
    """The step before new texts with hashes of the page's own inline code are sent, if only one response is known."""
    if evaluation.subject.document is None or compares(evaluation.context):
        return ()
    before, after = " ".join(policy.text for policy in evaluation.policies), " ".join(texts)
    inline = (each.request for each in own_requests(evaluation.context) if each.request.kind in _INLINE)
    new = any((found := script_hash(each.content)) in after and found not in before for each in inline)
    return (COMPARE_FIRST,) if new else ()


_INLINE = frozenset({"inline-script", "inline-style"})


def unstable_hashes(evaluation: Evaluation) -> frozenset[str]:
    """The hashes, not in a policy yet, of inline code that is new in each response or that a CDN or a plugin writes."""
    document, sent = evaluation.subject.document, " ".join(policy.text for policy in evaluation.policies)
    inline = [each.request for each in document.requests if each.request.kind in _INLINE] if document else []
    changing = changing_texts(evaluation.context)
    wrote = senders(document).of if document else sender
    unstable = {each.content for each in inline if each.content in changing or wrote(each)}
    return frozenset(found for found in map(script_hash, unstable) if found not in sent)
