"""Cross-Origin-Embedder-Policy and Integrity-Policy against what the page loads."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.delivery.page_headers import (
    EMBEDDER,
    INTEGRITY,
    embedder_policy,
    file_scripts,
    integrity_policy,
    is_cors,
    is_guaranteed,
)
from csplint.checks.own_page.requests import own_requests
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.checks.wording import in_words, shown
from csplint.csp.url import parse_url
from csplint.page.document import PageRequest

_WITHOUT_CORS = {
    "script": "scripts",
    "style": "style sheets",
    "img": "images",
    "media": "media files",
    "object": "objects",
}
_REPORT_ONLY = "-Report-Only"


@check(of="answer", needs=("headers",), rules=("embedder-policy-blocks-files", "embedder-policy-ignored"))
def embedder(context: Context) -> Iterator[Problem]:
    """Report a policy that browsers ignore, and one that blocks files of other origins unless their servers opt in."""
    found = embedder_policy(context)
    if found.fault:
        yield Problem(
            rule="embedder-policy-ignored",
            message=f"Browsers ignore {EMBEDDER}: {shown(found.text)}; {found.fault}.",
            directive=EMBEDDER,
            value=found.text,
            brief="browsers ignore the header",
        )
    if not found.value:
        return
    needing = [each for each in _others(context) if found.value == "require-corp" or each.request.kind == "frame"]
    if needing:
        yield _needing(needing, found.value)


def _others(context: Context) -> Iterator[PageRequest]:
    """
    What needs a header of its server: files of other origins requested without CORS, and every frame of a server.

    Frames of the page's own origin need the header too (seen in both browsers).
    """
    origin = context.policies.page.origin
    cors = {each.order for each in context.document.scripts if is_cors(each)} if context.document else set()
    for own in own_requests(context):
        url, found = parse_url(own.request.url), own.found
        if url is None or url.scheme not in {"http", "https"}:
            continue
        if own.request.kind == "frame" or (
            own.request.kind in _WITHOUT_CORS and url.origin != origin and found.order not in cors
        ):
            yield found


def _needing(needing: list[PageRequest], value: str) -> Problem:
    frames = [each for each in needing if each.request.kind == "frame"]
    files = [each for each in needing if each.request.kind != "frame"]
    kinds = list(dict.fromkeys(_WITHOUT_CORS[each.request.kind] for each in files))
    hosts = list(dict.fromkeys(url.origin for each in needing if (url := parse_url(each.request.url))))
    what = in_words([*kinds, *(["frames"] if frames else [])])
    needs = [*(["Cross-Origin-Resource-Policy"] if files else []), *([EMBEDDER] if frames else [])]
    return Problem(
        rule="embedder-policy-blocks-files",
        message=f"{EMBEDDER}: {value} blocks {what} from {in_words(hosts)} unless {'their' if len(hosts) > 1 else 'its'}"
        f" server sends {' and '.join(needs)}; csplint does not request them, so it cannot know.",
        directive=EMBEDDER,
        value=value,
        brief=f"may block {what} of other servers",
        place=needing[0].place,
    )


@check(of="answer", needs=("headers",), rules=("integrity-policy-blocks-scripts", "integrity-policy-ignored"))
def integrity(context: Context) -> Iterator[Problem]:
    """Report an Integrity-Policy without effect, and the script files of the page that one blocks."""
    found = integrity_policy(context)
    if found.fault:
        yield Problem(
            rule="integrity-policy-ignored",
            message=f"{INTEGRITY}: {shown(found.text)} blocks nothing: {found.fault}.",
            directive=INTEGRITY,
            value=found.text,
            brief="the header blocks nothing",
        )
    blocked = [each for each in file_scripts(context) if not is_guaranteed(each)] if found.blocks_scripts else []
    if not blocked:
        return
    first = blocked[0]
    count = "1 script file" if len(blocked) == 1 else f"{len(blocked)} script files"
    lacks = "crossorigin" if first.integrity and not is_cors(first) else "a valid integrity"
    yield Problem(
        rule="integrity-policy-blocks-scripts",
        message=f"{INTEGRITY} blocks {count} of the page: browsers load only scripts with integrity, requested with CORS.",
        cause=f"The first is {shown(first.url)}, whose tag has no {lacks.removeprefix('a ')}.",
        directive=INTEGRITY,
        value=found.text,
        brief=f"blocks {count} without integrity",
        place=first.place,
        edits=server_edit(f"Send the header as {INTEGRITY}{_REPORT_ONLY} until every tag has them."),
    )
