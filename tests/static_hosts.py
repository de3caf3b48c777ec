"""What the tests of static hosts' files share."""

from __future__ import annotations

from csplint.servers import (
    azure_static,
    cloudflare_headers,
    cloudfront,
    firebase,
    netlify_headers,
    netlify_toml,
    vercel,
    web_config,
)
from csplint.servers.source import Response, Sent, Server, Source, apply_edits

SERVERS: tuple[Server, ...] = (
    netlify_headers.SERVER,
    cloudflare_headers.SERVER,
    netlify_toml.SERVER,
    vercel.SERVER,
    firebase.SERVER,
    azure_static.SERVER,
    web_config.SERVER,
    cloudfront.SERVER,
)
CSP = "Content-Security-Policy"


def nothing(_path: str) -> bytes | None:
    return None


def read(server: Server, data: bytes | str) -> Source:
    return server.read(data.encode() if isinstance(data, str) else data, nothing)


def values(response: Response, name: str = CSP) -> list[str | None]:
    """The values of one header, in the order sent."""
    return [each.value.text if each.value else None for each in response.sent if each.name.lower() == name.lower()]


def by_scope(source: Source, name: str = CSP) -> dict[str, list[str | None]]:
    return {each.scope: values(each, name) for each in source.responses}


def faults(source: Source, data: bytes | str) -> list[tuple[str, str]]:
    """Each fault's rule with the text that it points at."""
    raw = data.encode() if isinstance(data, str) else data
    return [(each.rule, raw[each.start : each.end].decode().strip()) for each in source.faults]


def policy(source: Source, number: int = 0) -> Sent:
    """One of the policies of the file, in the order of the file."""
    found = {
        each.start: each for response in source.responses for each in response.sent if each.name.lower() == CSP.lower()
    }
    return [found[start] for start in sorted(found)][number]


def rewritten(server: Server, data: bytes, text: str, number: int = 0) -> bytes | None:
    """The file with another value for a policy; None if the server's writer declines."""
    sent = policy(read(server, data), number)
    edits = server.write(data, sent, text)
    if edits is None:
        return None
    made = apply_edits(data, edits)
    assert sent.value
    first, last = sent.value.starts[0], sent.value.starts[-1]
    assert made.startswith(data[:first])
    assert made.endswith(data[last:])
    return made
