"""
Traefik's headers middleware: in its dynamic configuration (YAML), and in labels of a Compose file.

`customResponseHeaders` replace what the fields of the same middleware and the application send, and an empty one removes it
(traefik 3, pkg/middlewares/headers: header.go around secure.go). Names of fields count in any case in files and labels (paerser).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from csplint.servers.source import Fault, FileEdit, Reader, Response, Sent, Server, Source, Written, stand_in
from csplint.servers.static_faults import is_policy
from csplint.servers.yaml_headers import MENTION, Found, Reading, header, item_span, member_span, part, source, trimmed
from csplint.servers.yaml_nodes import Node, YamlFile
from csplint.servers.yaml_write import write as write_yaml

FIELDS = {
    "contentSecurityPolicy": "Content-Security-Policy",
    "contentSecurityPolicyReportOnly": "Content-Security-Policy-Report-Only",
    "permissionsPolicy": "Permissions-Policy",
}
"""Fields of the middleware that are headers."""

CUSTOM = "customResponseHeaders"
WHERE = "Which routes use a middleware is decided by routers, which were not read."
NONCE = (
    "Traefik puts a new nonce in place of $NONCE, but no page can have it: Traefik passes it neither to the application nor to "
    "the page."
)

_LABEL = re.compile(r"traefik\.http\.middlewares\.([^.=]+)\.headers\.([a-z]+)(?:\.([^=]+))?", re.IGNORECASE)
_FILE = re.compile(rb"^[ \t]*[\"']?middlewares[\"']?[ \t]*:", re.MULTILINE | re.IGNORECASE)
_HTTP = re.compile(rb"^[\"']?http[\"']?[ \t]*:", re.MULTILINE | re.IGNORECASE)
_LABELS = re.compile(rb"traefik\.http\.middlewares\.", re.IGNORECASE)
_KUBERNETES = re.compile(rb"^[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)
_FIELD = re.compile(
    rb"^[^#\n]*(?:" + rb"|".join(each.lower().encode() for each in (CUSTOM, *FIELDS)) + rb")", re.M | re.I
)
_VARIABLE = re.compile(r"\$\$|\$(?:\{[^}]*\}|[A-Za-z_][A-Za-z0-9_]*)")
_NONCE = re.compile(r"\$NONCE")


class _Label(Struct, frozen=True):
    """A label of a service: its name, the scalar that has its value, the value, and what removes it."""

    name: str
    node: Node
    value: Written | None
    span: tuple[int, int]


def recognises(_name: str, head: bytes) -> bool:
    """A dynamic configuration with a policy, or labels with one."""
    if not MENTION.search(head) or not _FIELD.search(head):
        return False
    is_file = bool(_HTTP.search(head) and _FILE.search(head)) and not _KUBERNETES.search(head)
    return is_file or bool(_LABELS.search(head))


def read(data: bytes, _reader: Reader) -> Source:
    """A response for each headers middleware."""
    file = YamlFile(data)
    return source(SERVER.name, file, reading(file), "a Traefik configuration")


def reading(file: YamlFile) -> Reading:
    """The headers of the middlewares of a dynamic configuration, and of labels. Raises SourceError."""
    made = Reading()
    for document in file.documents:
        middlewares = document.get("http", "middlewares", exact=False)
        for name, node, _ in middlewares.pairs() if middlewares else ():
            headers = node.get("headers", exact=False)
            if headers:
                add(made, f"middleware {name}", *middleware(file, headers, exact=False))
        services = document.get("services")
        for name, service, _ in services.pairs() if services else ():
            _add_labels(
                made, file, name, [*_labels(file, service, "labels"), *_labels(file, service, "deploy", "labels")]
            )
    return made


def middleware(file: YamlFile, headers: Node, *, exact: bool) -> tuple[list[Found], list[Found]]:
    """The headers of a middleware's fields, and its custom ones; exact: whether the case of fields' names counts."""
    names = FIELDS if exact else {key.lower(): name for key, name in FIELDS.items()}
    fields, custom = list[Found](), list[Found]()
    for key, node, number in headers.pairs():
        if name := names.get(key if exact else key.lower()):
            made = header(file, name, node, member_span(file, headers, number))
            if node.value != "":
                fields.append(_with_nonce(made))
    table = headers.get(CUSTOM, exact=exact)
    for name, node, number in table.pairs() if table else ():
        custom.append(header(file, name, node, member_span(file, table or headers, number)))
    return fields, custom


def add(made: Reading, scope: str, fields: Sequence[Found], custom: Sequence[Found]) -> None:
    """The response of a middleware: custom headers replace fields, and empty ones remove them."""
    sent: dict[str, Found] = {each.sent.name.lower(): each for each in fields}
    for each in custom:
        name = each.sent.name.lower()
        earlier = sent.pop(name, None)
        empty = each.sent.value is not None and not each.sent.value.text
        if earlier and is_policy(earlier.sent):
            made.faults.append(_replaced(earlier.sent, each.sent, scope))
        if not empty:
            sent[name] = each
    if not sent:
        return
    made.respond(Response(scope, "", tuple(each.sent for each in sent.values())))
    made.found += [*fields, *(each for each in custom if each.sent.value is None or each.sent.value.text)]
    made.limits.append(WHERE)
    if any("$NONCE" in each.sent.computed for each in sent.values()):
        made.limits.append(NONCE)


def _replaced(earlier: Sent, by: Sent, scope: str) -> Fault:
    return Fault(
        rule="header-replaced",
        message=f"Traefik does not send this {earlier.name}: {by.name} in {CUSTOM} replaces it.",
        start=earlier.start,
        end=earlier.end,
        fix="Remove one of the two.",
        scope=scope,
    )


def _with_nonce(found: Found) -> Found:
    """A field's value, in which Traefik replaces `$NONCE` (unrolled/secure)."""
    value = found.sent.value
    return found if value is None else _computed(found.sent, found, value, _NONCE)


def _computed(sent: Sent, found: Found, value: Written, pattern: re.Pattern[str]) -> Found:
    """A header with the expressions of a pattern as computed, and `$$` as one `$`."""
    text, starts, computed, at = "", list[int](), list[str](), 0
    for match in pattern.finditer(value.text):
        text += value.text[at : match.start()]
        starts += value.starts[at : match.start()]
        shown = "$" if match[0] == "$$" else stand_in(match[0], text)
        computed += [] if match[0] == "$$" else [match[0]]
        text += shown
        starts += [value.starts[match.start()]] * len(shown)
        at = match.end()
    made = Written(text + value.text[at:], (*starts, *value.starts[at:]))
    expressions = (*sent.computed, *computed)
    new = Sent(name=sent.name, value=made, start=sent.start, end=sent.end, computed=expressions)
    return Found(new, found.node, found.escape)


def _labels(file: YamlFile, service: Node, *path: str) -> Iterator[_Label]:
    """The labels of a service, as a mapping or as a list of `name=value`."""
    labels = service.get(*path)
    if labels is None:
        return
    for name, node, number in labels.pairs():
        value = file.written(node) if node.value is not None else None
        yield _Label(name, node, value, member_span(file, labels, number))
    items = labels.items or ()
    for number, item in enumerate(items):
        written = file.written(item) if item.value else None
        if written and "=" in written.text:
            name, _, _ = written.text.partition("=")
            value = part(written, len(name) + 1, len(written.text))
            yield _Label(name, item, value, item_span(file, items, number, flow=labels.flow))


def _add_labels(made: Reading, file: YamlFile, service: str, labels: Sequence[_Label]) -> None:
    """The middlewares that the labels of one service make."""
    fields: dict[str, list[Found]] = {}
    custom: dict[str, list[Found]] = {}
    lower = {key.lower(): name for key, name in FIELDS.items()}
    for label in labels:
        match = _LABEL.fullmatch(label.name.strip())
        field = match[2].lower() if match else ""
        if match and field in lower and not match[3] and (label.value is None or label.value.text):
            found = _label(file, label, lower[field])
            fields.setdefault(match[1], []).append(_with_nonce(found))
        elif match and field == CUSTOM.lower() and match[3]:
            custom.setdefault(match[1], []).append(_label(file, label, match[3]))
    for name in dict.fromkeys([*fields, *custom]):
        add(made, f"middleware {name} of service {service}", fields.get(name, []), custom.get(name, []))


def _label(file: YamlFile, label: _Label, name: str) -> Found:
    """A label's header; Compose replaces `$NAME` and `${NAME}`, and makes `$$` one `$` (docs.docker.com, interpolation)."""
    value = trimmed(label.value) if label.value else None
    start, end = (file.offset(each) for each in label.span)
    sent = Sent(name=name, value=value, start=start, end=end)
    found = Found(sent, label.node, lambda new: new.replace("$", "$$"))
    return found if value is None else _computed(sent, found, value, _VARIABLE)


def write(data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """The edits that give a header another value; None if it cannot be written in place."""
    return write_yaml(reading, data, sent, text)


SERVER = Server(
    name="traefik",
    title="Traefik",
    names=(".yaml", ".yml"),
    recognises=recognises,
    read=read,
    write=write,
)
