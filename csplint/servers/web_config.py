"""
IIS's web.config: `<system.webServer><httpProtocol><customHeaders>`.

`<clear/>` and `<remove>` take away what outer files or the site set; `<location path="…">` inherits from the rest of the file.
A name that is added twice makes IIS answer every request with an error 500.19 ("Cannot add duplicate collection entry").
"""

from __future__ import annotations

from collections.abc import Sequence

from csplint.servers.contents import is_header_value
from csplint.servers.path_patterns import is_page
from csplint.servers.source import Fault, FileEdit, Reader, Response, Sent, Server, Source, SourceError, changed_text
from csplint.servers.static_faults import check_size, distinct, literal_nonces, static_source, templates
from csplint.servers.xml_tags import Tag, tags

_HEADERS = ("system.webServer", "httpProtocol", "customHeaders")
_OUTBOUND = ("system.webServer", "rewrite", "outboundRules")
MAX_LOCATIONS = 200
OUTER = "Headers that outer web.config files or applicationHost.config add are not in this file."


def recognises(name: str, _head: bytes) -> bool:
    return name.rpartition("/")[2] == "web.config"


def read(data: bytes, _reader: Reader) -> Source:
    """The response of the whole site and of each `<location>` with headers of its own."""
    sections: dict[str, list[Tag]] = {"": []}
    limits = [OUTER]
    for tag in tags(data):
        location, path = _location(tag)
        if path[:-1] == _HEADERS and tag.name in ("add", "remove", "clear"):
            sections.setdefault(location, []).append(tag)
        elif path == _OUTBOUND:
            limits.append("Outbound rewrite rules can change response headers too; they were not read.")
    if len(sections) > MAX_LOCATIONS:
        raise SourceError(f"It has more than {MAX_LOCATIONS} locations with headers, so it was not read.")
    faults: list[Fault] = []
    site = _applied([], sections.pop(""), "", faults)
    responses = [Response("", "/", tuple(site))]
    for location, found in sections.items():
        sent = _applied(site, found, location, faults)
        responses.append(
            Response(f"location {location}", "/" + location.lstrip("/"), tuple(sent), page=is_page(location))
        )
    sent = list({each.start: each for response in responses for each in response.sent}.values())
    check_size(sent)
    faults += literal_nonces(sent, "web.config")
    limits += templates(sent)
    return static_source(SERVER.name, distinct(responses), faults, limits)


def _location(tag: Tag) -> tuple[str, tuple[str, ...]]:
    """The path of the `<location>` that an element is in, "" for none, and the elements below it, the element's own last."""
    location = ""
    names: list[str] = []
    for name, path in tag.above:
        if name == "location":
            location = path.strip(".")
            names = []
        elif name != "configuration":
            names.append(name)
    return location, (*names, tag.name)


def _applied(inherited: Sequence[Sent], found: Sequence[Tag], location: str, faults: list[Fault]) -> list[Sent]:
    """The headers after the elements of one `customHeaders`; faults get each name that is added twice."""
    sent = {each.name.lower(): each for each in inherited}
    outer = set(sent)
    for tag in found:
        name = tag.value("name")
        key = name.lower()
        if tag.name == "clear":
            sent, outer = {}, set()
        elif tag.name == "remove":
            sent.pop(key, None)
            outer.discard(key)
        elif key in sent:
            faults.append(_duplicate(tag, name, location, own=key not in outer))
        else:
            sent[key] = Sent(name=name, value=tag.attributes.get("value"), start=tag.start, end=tag.end)
    return list(sent.values())


def _duplicate(tag: Tag, name: str, location: str, *, own: bool) -> Fault:
    where = f"pages below {location}" if location else "every page"
    return Fault(
        rule="duplicate-header",
        message=f"{name} is added twice, so IIS answers {where} with an error 500.19.",
        start=tag.start,
        end=tag.end,
        fix="Merge the two values into one." if own else f'Put <remove name="{name}" /> before it.',
        edits=()
        if own or '"' in name or "&" in name
        else (FileEdit(tag.start, tag.start, f'<remove name="{name}" />'),),
        scope=f"location {location}" if location else "",
    )


def write(data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """The edits that give a header another value, with the entities that its quotes need."""
    if sent.value is None or not is_header_value(text):
        return None
    quote = data[sent.value.starts[-1] : sent.value.starts[-1] + 1].decode()
    return changed_text(sent.value, text, lambda new: _escaped(new, quote))


def _escaped(new: str, quote: str) -> str:
    escaped = new.replace("&", "&amp;").replace("<", "&lt;")
    return escaped.replace(quote, "&quot;" if quote == '"' else "&apos;")


SERVER = Server(
    name="iis",
    title="IIS (web.config)",
    names=("web.config",),
    recognises=recognises,
    read=read,
    write=write,
)
