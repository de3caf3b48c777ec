"""Integrity attributes that are not those of the files in the page's folder."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.csp.browsers import CHROMIUM
from csplint.csp.digest import encode, integrity_digests
from csplint.csp.source import SourceKind
from csplint.page.own_files import OwnFile

_STRENGTH = ("sha256", "sha384", "sha512")


@check(of="answer", needs=("folder",), capped=True, rules=("stale-integrity",))
def stale_integrity(context: Context) -> Iterator[Problem]:
    """Report the tags whose integrity attribute does not have the hash of their file (SRI #does-response-match-metadatalist)."""
    for each in context.files:
        integrity = each.found.request.integrity
        strongest, expected = _strongest(integrity)
        if strongest and each.digests[strongest] not in expected:
            yield _stale(context, each, strongest, expected)


def _strongest(integrity: str) -> tuple[str, list[bytes]]:
    """The algorithm that browsers use, and its digests: the strongest one of the attribute; "" if it has none."""
    read = [
        (algorithm, digest) for algorithm, digest in integrity_digests(integrity, CHROMIUM) if algorithm in _STRENGTH
    ]
    strongest = max((algorithm for algorithm, _ in read), key=_STRENGTH.index, default="")
    return strongest, [digest for algorithm, digest in read if algorithm == strongest]


def _stale(context: Context, each: OwnFile, algorithm: str, expected: list[bytes]) -> Problem:
    right = f"{algorithm}-{encode(each.digests[algorithm])}"
    lists = list(dict.fromkeys(_listing(context, expected)))
    knows = next(_listing(context, [each.digests[algorithm]]), "")
    then = f" Replace the old hash in {lists[0]} too: '{right}'." if lists and not knows else ""
    verb = "run" if each.found.request.kind == "script" else "apply"
    fix = f'Write integrity="{right}".{then}'
    return Problem(
        rule="stale-integrity",
        message=f"The integrity attribute does not have the hash of the file {each.path}, so browsers do not {verb} it.",
        cause="The file was changed or built again after the attribute was written.",
        value=each.found.written,
        place=each.found.place,
        fix=fix,
        safety="unsafe",
        edits=server_edit(fix),
    )


def _listing(context: Context, digests: list[bytes]) -> Iterator[str]:
    """The directives that have one of these hashes."""
    for policy in context.every_policy:
        for directive in policy.in_force.values():
            sources = directive.list.sources if directive.list.hashes else ()
            if any(source.kind == SourceKind.HASH and source.digest in digests for source in sources):
                yield directive.name
