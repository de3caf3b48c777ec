"""
The `_headers` file of Cloudflare Pages and of Workers with static assets.

Blocks apply in the order of the file: `! Name` removes what earlier ones set, a name set again is joined with a comma. Of
two blocks with the same path the later one replaces the earlier one; a block without headers does not count. Lines over
2,000 characters are ignored, and so is what follows 100 paths (workers-sdk, packages/workers-shared/utils/configuration and
asset-worker/src/utils/headers.ts).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from csplint.servers.contents import line_and_column
from csplint.servers.headers_file import MAX_BLOCKS, Block, Line, blocks, lines, value_faults
from csplint.servers.headers_file import write as write_line
from csplint.servers.path_patterns import covers, headers_file_pattern, is_page
from csplint.servers.source import Fault, FileEdit, Reader, Response, Sent, Server, Source
from csplint.servers.static_faults import distinct, joined, same_name, static_source, templates

MAX_LINE = 2000
MAX_PATHS = 100
NOT_STATIC = "Cloudflare sends these headers with static files only, not with the responses of Functions or a Worker."
_PLACEHOLDER = re.compile(r":([A-Za-z]\w*)")
_MARKS = re.compile(rb"^[ \t]*(?:! ?[\w-]+[ \t]*$|https://)", re.MULTILINE)


def marks_of_cloudflare(head: bytes) -> bool:
    """Whether a `_headers` file uses what only Cloudflare reads: `! Name`, and paths with a host."""
    return bool(_MARKS.search(head.replace(b"\r\n", b"\n")))


def recognises(name: str, head: bytes) -> bool:
    return name.rpartition("/")[2] == "_headers" and marks_of_cloudflare(head)


def read(data: bytes, _reader: Reader) -> Source:
    """Every block's response, with the headers of the blocks that mean the same path."""
    read_lines = list(lines(data))
    long_lines = list(length_faults(read_lines))
    ignored = {each.start for each in long_lines}
    found, faults = blocks([line for line in read_lines if line.start not in ignored])
    found = [_with_placeholders(block) for block in found if block.sent or block.removed]
    sent = [each for block in found for each in block.sent]
    faults += [*value_faults(sent), *long_lines, *_replaced(data, found), *_too_many(found)]
    effective = list({block.path.text: block for block in found[:MAX_PATHS]}.values())
    responses = []
    for block in effective:
        headers, join = _sent(effective, block)
        faults += join
        responses.append(Response(f"path {block.path.text}", block.path.text, headers, page=is_page(block.path.text)))
    limits = (NOT_STATIC, *templates(sent))
    return static_source(SERVER.name, distinct(responses), faults, limits)


def _sent(effective: Sequence[Block], block: Block) -> tuple[tuple[Sent, ...], list[Fault]]:
    """The headers of a block's response, and a fault for each policy that is joined with an earlier one."""
    pattern = headers_file_pattern(block.path.text)
    sent: list[Sent] = []
    for other in effective[:MAX_BLOCKS]:
        if other is block or _applies(other.path.text, block.path.text, pattern):
            sent = [each for each in sent if each.name.lower() not in other.removed]
            sent += other.sent
    scope = f"path {block.path.text}"
    return tuple(sent), [joined(later, scope, f"for {block.path.text}") for _first, later in same_name(sent)]


def _with_placeholders(block: Block) -> Block:
    """`:splat` and `:name` in a value stand for parts of the path, if the path has them."""
    path = block.path.text
    names = [f":{name}" for name in _PLACEHOLDER.findall(path.removeprefix("https:"))] + [":splat"] * ("*" in path)
    return Block(block.path, tuple(_computed(each, names) for each in block.sent), block.removed)


def _computed(sent: Sent, names: Sequence[str]) -> Sent:
    found = tuple(name for name in names if sent.value and name in sent.value.text)
    return Sent(name=sent.name, value=sent.value, start=sent.start, end=sent.end, computed=found) if found else sent


def _applies(general: str, specific: str, pattern: str) -> bool:
    """Whether a block's path means all of another's; one with a host only means paths of the same host."""
    hosts = [re.match(r"https://[^/]*", each) for each in (general, specific)]
    if hosts[0] and (not hosts[1] or hosts[0][0] != hosts[1][0]):
        return False
    return covers(headers_file_pattern(general), pattern)


def length_faults(read_lines: Sequence[Line]) -> Iterator[Fault]:
    """A fault for each line that Cloudflare ignores for its length, which it counts in UTF-16 units."""
    for line in read_lines:
        length = len(line.text.encode("utf-16-le")) // 2
        if length > MAX_LINE:
            yield Fault(
                rule="line-too-long",
                message=f"The line has {length:,} characters; Cloudflare ignores lines with more than {MAX_LINE:,}, so this is not sent.",
                start=line.start,
                end=line.end,
                fix="Shorten the policy, or set it in a Worker or a Pages Function.",
            )


def _replaced(data: bytes, found: Sequence[Block]) -> Iterator[Fault]:
    last = {block.path.text: block for block in found}
    for block in found:
        if (later := last[block.path.text]) is not block:
            line = line_and_column(data, later.path.start)[0]
            yield Fault(
                rule="block-replaced",
                message=f"{block.path.text} occurs again on line {line}; Cloudflare uses only the later block and not this one.",
                start=block.path.start,
                end=block.path.end,
                fix="Put all headers of a path into one block.",
                scope=f"path {block.path.text}",
            )


def _too_many(found: Sequence[Block]) -> Iterator[Fault]:
    if len(found) > MAX_PATHS:
        path = found[MAX_PATHS].path
        message = f"The file has {len(found)} paths; Cloudflare reads the first {MAX_PATHS}, so the rest is not sent."
        yield Fault(
            rule="too-many-rules",
            message=message,
            start=path.start,
            end=path.end,
            fix="Merge paths, with * where possible.",
        )


def write(data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """As in any `_headers` file, but None also where the line would be too long for Cloudflare."""
    edits = write_line(data, sent, text)
    return None if len(sent.name) + len(text) + 2 > MAX_LINE else edits


SERVER = Server(
    name="cloudflare",
    title="Cloudflare (_headers)",
    names=("_headers",),
    recognises=recognises,
    read=read,
    write=write,
)
