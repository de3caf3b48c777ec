"""
Netlify's `_headers` file.

A repeated name in one block is joined with a comma; of two blocks that mean the same path the later value is sent
(@netlify/headers-parser 9.0.3; netlify-cli, src/utils/headers.ts). The file applies to static files, not to functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from csplint.servers.cloudflare_headers import length_faults, marks_of_cloudflare
from csplint.servers.headers_file import MAX_BLOCKS, Block, blocks, lines, value_faults
from csplint.servers.headers_file import write as write_line
from csplint.servers.netlify_values import is_netlify_value, netlify_value
from csplint.servers.path_patterns import covers, is_page, netlify_pattern
from csplint.servers.source import Fault, FileEdit, Reader, Response, Sent, Server, Source
from csplint.servers.static_faults import distinct, is_policy, joined, same_name, static_source, templates

NOT_STATIC = "Netlify sends these headers with static files only, not with the responses of functions, edge functions or proxies."
_PATH = re.compile("/")


def recognises(name: str, head: bytes) -> bool:
    return name.rpartition("/")[2] == "_headers" and not marks_of_cloudflare(head)


def read(data: bytes, _reader: Reader) -> Source:
    """Every block's response, with the headers of the blocks that mean the same path."""
    read_lines = list(lines(data))
    found, faults = blocks(read_lines, paths=_PATH, value=netlify_value)
    sent = [each for block in found for each in block.sent]
    faults += value_faults(sent)
    faults += length_faults(read_lines)
    faults += _repeated(found)
    responses = [_response(found[:MAX_BLOCKS], block) for block in found[:MAX_BLOCKS]]
    limits = [NOT_STATIC, *templates(sent)]
    if len(found) > MAX_BLOCKS:
        limits.append(f"The file has {len(found)} paths; the first {MAX_BLOCKS} were read.")
    return static_source(SERVER.name, distinct(responses), faults, limits)


def _response(all_blocks: Sequence[Block], block: Block) -> Response:
    pattern = netlify_pattern(block.path.text)
    sent: dict[str, list[Sent]] = {}
    for other in all_blocks:
        if other is block or covers(netlify_pattern(other.path.text), pattern):
            names = {each.name.lower() for each in other.sent}
            sent |= {name: [each for each in other.sent if each.name.lower() == name] for name in names}
    path = block.path.text
    ordered = sorted((each for values in sent.values() for each in values), key=lambda each: each.start)
    return Response(f"path {path}", path, tuple(ordered), page=is_page(path))


def _repeated(found: Sequence[Block]) -> Iterator[Fault]:
    for block in found:
        scope = f"path {block.path.text}"
        for _first, later in same_name(block.sent):
            yield joined(later, scope, f"for {block.path.text}")
    yield from _overlapping(found[:MAX_BLOCKS])


def _overlapping(found: Sequence[Block]) -> Iterator[Fault]:
    """Two blocks that set a policy for the same path: the two platforms that read such files differ."""
    policies = [
        (block, netlify_pattern(block.path.text), each)
        for block in found
        for each in {each.name.lower(): each for each in reversed(block.sent) if is_policy(each)}.values()
    ]
    for number, (block, pattern, each) in enumerate(policies):
        for other, other_pattern, earlier in policies[:number]:
            same = earlier.name.lower() == each.name.lower() and other is not block
            if same and (covers(other_pattern, pattern) or covers(pattern, other_pattern)):
                yield Fault(
                    rule="two-senders",
                    message=f"{each.name} is set for {other.path.text} and for {block.path.text}. Netlify sends one of the two values;"
                    " Cloudflare joins them with a comma, so both policies apply.",
                    start=each.start,
                    end=each.end,
                    fix="Set it for one path, or make the paths exclude each other.",
                    scope=f"path {block.path.text}",
                )
                break


def write(data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """As in any `_headers` file, but None also where Netlify would change the value."""
    return write_line(data, sent, text) if is_netlify_value(text) else None


SERVER = Server(
    name="netlify",
    title="Netlify (_headers)",
    names=("_headers",),
    recognises=recognises,
    read=read,
    write=write,
)
