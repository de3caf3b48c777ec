"""`csplint fix --as nginx`: what to paste into a server, as text. Comments begin with #, so that what is to be pasted stands out."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from csplint.model import Corrected, TargetReport
from csplint.report.escape import visible
from csplint.servers.recipes.guess import guess
from csplint.servers.recipes.registry import SERVERS, recipe
from csplint.servers.recipes.wanted import CSP, REPORT_ONLY, Recipe, RecipeError

GUESSED = "server"
"""The form that lets csplint choose the server."""


class Unwritten(Exception):
    """There is no recipe for this target; the message says why."""


def recipe_lines(target: TargetReport, corrected: Corrected, form: str, report_only: bool) -> Iterator[str]:
    """
    The lines that send a corrected policy from a server: its recipe, what to remove, and what is left to do.

    Raises Unwritten.
    """
    name, evidence = _server(target) if form == GUESSED else (form, "")
    try:
        made = _recipe(corrected, name, evidence, report_only)
    except RecipeError as error:
        raise Unwritten(f"no recipe for {SERVERS[name][0]}: {error}") from error
    yield from _written(made)
    for header in corrected.headers:
        if header.after is None:
            yield f"# stop sending this {visible(header.name)}\n"
    if not _policies(corrected, CSP) and corrected.metas:
        yield "# remove the policy's meta element from the page once the server sends the policy\n"
    for tag in corrected.tags:
        yield f"# give {tag.tag} a {tag.attribute}: {visible(tag.why)}\n"
    done = set(_done_by(made, target))
    yield from (f"# to do: {visible(step, sys.maxsize)}\n" for step in corrected.steps if step not in done)


_NONCE_RULES = frozenset({"literal-nonce", "weak-nonce", "nonce-placeholder", "nonce-short", "nonce-static"})
"""Rules about how a nonce is made, which a recipe with a nonce of its own does."""


def _done_by(made: Recipe, target: TargetReport) -> Iterator[str]:
    """The steps that a recipe with a nonce does: it makes a new one for each response."""
    if not made.makes_nonce:
        return
    for finding in target.findings:
        if finding.name in _NONCE_RULES and finding.fix:
            yield finding.fix.summary
            yield from (edit.text for edit in finding.fix.edits if edit.kind == "server")


def _server(target: TargetReport) -> tuple[str, str]:
    found = guess(target.platforms)
    if not found:
        named = ", ".join(name for name in SERVERS if name != "meta")
        raise Unwritten(f"the response has no mark of a server that csplint knows; name yours with --as: {named}")
    others = [each.name for each in found[1:] if each.name != found[0].name]
    return found[0].name, found[0].evidence + (f" (or --as {', --as '.join(others)})" if others else "")


def _recipe(corrected: Corrected, name: str, evidence: str, report_only: bool) -> Recipe:
    enforced, reported = _policies(corrected, CSP), _policies(corrected, REPORT_ONLY)
    metas = ", ".join(each.after for each in corrected.metas if each.after)
    policy = enforced or metas or reported
    others = [
        (each.name, each.after)
        for each in corrected.headers
        if each.after and each.action != "keep" and not _is_csp(each.name)
    ]
    if reported and policy != reported:
        others.insert(0, (REPORT_ONLY, reported))
    return recipe(name, policy, report_only=report_only or policy == reported, headers=others, evidence=evidence)


def _policies(corrected: Corrected, name: str) -> str:
    """The policies of one header; two headers are the same as one with a comma (CSP3 #parse-response-csp)."""
    return ", ".join(each.after for each in corrected.headers if each.after and each.name.lower() == name.lower())


def _is_csp(name: str) -> bool:
    return name.lower() in {CSP.lower(), REPORT_ONLY.lower()}


def _written(made: Recipe) -> Iterator[str]:
    """Why this server, each block after where it goes, then the notes."""
    yield f"# for {made.title}{f': {visible(made.evidence)}' if made.evidence else ''}\n"
    for block in made.blocks:
        yield f"\n# {block.where}:\n"
        yield from (f"{visible(line, sys.maxsize)}\n" for line in block.text.expandtabs(4).split("\n"))
    if made.blocks:
        yield "\n"
    yield from (f"# note: {note}\n" for note in made.notes)
