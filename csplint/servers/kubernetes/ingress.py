"""
Headers of ingress-nginx: the snippets of an Ingress, `custom-headers`, and the controller's ConfigMap.

The controller's template (rootfs/etc/nginx/template/nginx.tmpl, main branch) writes the ConfigMap of `add-headers` as more_set_headers
around all servers, `server-snippet` into the server, and into each location first `configuration-snippet`, then the ConfigMap of
`custom-headers` as more_set_headers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from csplint.servers import nginx
from csplint.servers.kubernetes.objects import Object, of_kind
from csplint.servers.kubernetes.snippets import Snippets, SnippetText, escape_of, nothing, site
from csplint.servers.nginx.tokens import Word, lexemes
from csplint.servers.policy_names import POLICIES
from csplint.servers.source import Response, Sent
from csplint.servers.static_faults import is_policy
from csplint.servers.yaml_headers import Found, Reading, header, member_span
from csplint.servers.yaml_nodes import Node, YamlFile

PREFIX = "nginx.ingress.kubernetes.io/"
ALLOWED = "global-allowed-response-headers"
MOST = 200
"""Ingresses and ConfigMaps of a file that are read."""

APPLICATION = "What the application behind an Ingress sends is not in this file."
SHARED = "A server-snippet holds for every Ingress of the same host, also for those in other files."
SNIPPETS_OFF = (
    'ingress-nginx refuses snippets (since 1.9) unless its ConfigMap has allow-snippet-annotations: "true" and, since 1.12, '
    "annotations-risk-level: Critical."
)


def read(file: YamlFile, found: tuple[Object, ...], made: Reading) -> None:
    """Add what the Ingresses and ConfigMaps of a file say. Raises SourceError."""
    maps = [each for each in of_kind(found, "ConfigMap") if each.node.get("data")]
    ingresses = [each for each in of_kind(found, "Ingress") if _annotations(each)]
    if max(len(maps), len(ingresses)) > MOST:
        made.limits.append(f"Only the first {MOST} Ingresses and ConfigMaps are read.")
    maps, ingresses = maps[:MOST], ingresses[:MOST]
    around = [each for name in _data(maps, "add-headers") for each in maps if each.is_named(name)]
    used = {each.node.start for each in around} if ingresses else set()
    for ingress in ingresses:
        used |= {each.node.start for each in _ingress(file, ingress, maps, around, made)}
    for config in maps:
        if config.node.start not in used:
            _headers_of_map(file, config, made)
        _controller(file, config, made)
        _files(file, config, made)


def _annotations(ingress: Object) -> dict[str, Node]:
    """The annotations of ingress-nginx that can set headers, by their names without the prefix."""
    table = ingress.node.get("metadata", "annotations")
    names = ("configuration-snippet", "server-snippet", "custom-headers")
    pairs = table.pairs() if table else ()
    return {
        key.removeprefix(PREFIX): node for key, node, _ in pairs if key.removeprefix(PREFIX) in names and node.value
    }


def _data(maps: list[Object], key: str) -> list[str]:
    """What the ConfigMaps of a file have for a key."""
    return [value for each in maps if (value := each.node.string("data", key))]


def _ingress(file: YamlFile, ingress: Object, maps: list[Object], around: list[Object], made: Reading) -> list[Object]:
    """Add the responses of an Ingress; gives the ConfigMaps that it takes headers from."""
    annotations = _annotations(ingress)
    reference = annotations.get("custom-headers")
    named = [each for each in maps if reference and reference.value and each.is_named(reference.value)]
    said = site(
        Snippets(
            ingress.words,
            server=_snippet(file, annotations.get("server-snippet")),
            location=_snippet(file, annotations.get("configuration-snippet")),
            before=tuple(each for config in around for each in _entries(file, config)),
            after=tuple(each for config in named for each in _entries(file, config)),
        )
    )
    made.add(said)
    made.limits.append(APPLICATION)
    if "server-snippet" in annotations:
        made.limits.append(SHARED)
    if len(annotations) > (reference is not None):
        made.limits.append(SNIPPETS_OFF)
    if reference is not None:
        made.limits += _of_custom_headers(ingress, reference.value or "", named, _data(maps, ALLOWED))
    return named


def _of_custom_headers(ingress: Object, reference: str, named: list[Object], allowed: list[str]) -> Iterator[str]:
    if not named:
        yield f"{ingress.words} takes headers from ConfigMap {reference[:100]}, which is not in this file."
    elif not allowed:
        yield f"{ingress.words} is refused unless the controller's ConfigMap lists each of its custom headers in {ALLOWED}."


def _snippet(file: YamlFile, node: Node | None) -> SnippetText | None:
    return SnippetText(file, node) if node is not None and node.value else None


def _entries(file: YamlFile, config: Object) -> Iterator[Found]:
    """The entries of a ConfigMap that are headers for policies."""
    table = config.node.get("data")
    for name, node, number in table.pairs() if table else ():
        if name.lower() in POLICIES:
            yield header(file, name, node, member_span(file, table or node, number))


def _headers_of_map(file: YamlFile, config: Object, made: Reading) -> None:
    """A ConfigMap with a policy among its entries, which `add-headers` or `custom-headers` name elsewhere."""
    found = list(_entries(file, config))
    if any(is_policy(each.sent) for each in found):
        made.respond(Response(config.words, "", tuple(each.sent for each in found)))
        made.found += found
        made.limits.append(
            f"Which responses get the headers of {config.words} is decided by add-headers of ingress-nginx's ConfigMap and by "
            "custom-headers annotations."
        )


def _controller(file: YamlFile, config: Object, made: Reading) -> None:
    """The snippets in the controller's own ConfigMap."""
    http, server, location = (
        _snippet(file, config.node.get("data", f"{each}-snippet")) for each in ("http", "server", "location")
    )
    if http or server or location:
        made.add(site(Snippets(config.words, http, server, location)))
        made.limits.append(f"The snippets of {config.words} hold for all Ingresses; they are read by themselves.")


def _files(file: YamlFile, config: Object, made: Reading) -> None:
    """nginx's configuration files in a ConfigMap."""
    table = config.node.get("data")
    for name, node, _ in table.pairs() if table else ():
        if not node.value or not nginx.SERVER.recognises(name.lower(), node.value[:65_536].encode(errors="replace")):
            continue
        text = SnippetText(file, node)
        said = nginx.read_text(text, nothing)
        scope = f"{name} in {config.words}"
        for each in said.responses:
            where = ", ".join(filter(None, (each.scope, scope)))
            made.respond(replace(each, scope=where))
        made.found += _found(text, node, [sent for each in said.responses for sent in each.sent])
        made.faults += [
            replace(each, scope=", ".join(filter(None, (each.scope, scope))), edits=()) for each in said.faults
        ]
        made.limits += said.limits


def _found(text: SnippetText, node: Node, sent: Sequence[Sent]) -> Iterator[Found]:
    """The headers of a file in a ConfigMap, with the quotes of the words that they are in."""
    words = [each for each in lexemes(text) if isinstance(each, Word)]
    starts = [text.offset(each.start) for each in words]
    for each in {(each.start, each.name): each for each in sent}.values():
        if each.value is not None:
            word = words[max(0, bisect_right(starts, each.value.starts[0]) - 1)]
            yield Found(each, node, escape_of(word), True)
