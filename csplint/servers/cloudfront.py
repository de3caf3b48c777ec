"""
CloudFront response headers policies in Terraform: `resource "aws_cloudfront_response_headers_policy"`.

Literal strings are read; `${…}` and other expressions have their value when Terraform runs. `override = false` leaves the
origin's header if it sends one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.servers.contents import is_header_value
from csplint.servers.hcl_blocks import Attribute, Block, escaped, hcl_blocks
from csplint.servers.source import FileEdit, Reader, Response, Sent, Server, Source, changed_text
from csplint.servers.static_faults import check_size, line_ends, literal_nonces, static_source

RESOURCE = "aws_cloudfront_response_headers_policy"
WHERE = "Which paths get a response headers policy is decided by the distribution's behaviors, which were not read."


def recognises(name: str, head: bytes) -> bool:
    return name.endswith(".tf") and RESOURCE.encode() in head


def read(data: bytes, _reader: Reader) -> Source:
    """A response for each response headers policy."""
    responses: list[Response] = []
    limits = [WHERE]
    for block in hcl_blocks(data):
        if block.name == "resource" and block.labels[:1] == (RESOURCE,):
            scope = f"resource {'.'.join(block.labels)}"
            responses.append(Response(scope, "", tuple(_sent(block))))
            limits += _limits(block, scope, responses[-1].sent)
    sent = [each for response in responses for each in response.sent]
    check_size(sent)
    faults = (*literal_nonces(sent, "a CloudFront policy"), *line_ends(sent))
    return static_source(SERVER.name, responses, faults, limits)


def _sent(block: Block) -> Iterator[Sent]:
    for config in block.named("security_headers_config"):
        for policy in config.named("content_security_policy"):
            if value := policy.attribute("content_security_policy"):
                yield _header("Content-Security-Policy", value, policy)
    for config in block.named("custom_headers_config"):
        for item in config.named("items"):
            name, value = item.attribute("header"), item.attribute("value")
            if name and name.text and value:
                yield _header(name.text.written.text, value, item)


def _header(name: str, value: Attribute, block: Block) -> Sent:
    computed = value.text.computed if value.text else ()
    written = value.text.written if value.text else None
    return Sent(name=name, value=written, start=block.start, end=block.end, computed=computed)


def _limits(block: Block, scope: str, sent: Sequence[Sent]) -> Iterator[str]:
    yield from (
        f"The value of {each.name} in {scope} is an expression, so it was not read." for each in sent if not each.value
    )
    for config in block.blocks:
        if config.named("dynamic"):
            yield f"{scope} makes headers with dynamic blocks, which were not read."


def write(_data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """The edits that give a header another value; None if it is not a literal, or an interpolation would change."""
    if sent.value is None or not is_header_value(text):
        return None
    return changed_text(sent.value, text, lambda new: None if new.endswith(("$", "%")) else escaped(new))


SERVER = Server(
    name="cloudfront-terraform",
    title="CloudFront (Terraform)",
    names=(".tf",),
    recognises=recognises,
    read=read,
    write=write,
)
