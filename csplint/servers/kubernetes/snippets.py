"""
nginx's directives in scalars of YAML: an Ingress' snippets, and those of the controller's ConfigMap.

`more_set_headers` (headers-more) replaces what the application sends, is not replaced by inner ones of other names, and is sent with
every status; `add_header` adds to it. Compared with nginx 1.22.1 and headers-more 0.34.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from csplint.servers.contents import Text, line_and_column
from csplint.servers.nginx.faults import faults
from csplint.servers.nginx.responses import Made, responses
from csplint.servers.nginx.scopes import Level, answers, levels
from csplint.servers.nginx.tokens import Word
from csplint.servers.nginx.tree import Statement, Tree
from csplint.servers.nginx.variables import Chooser, Variables, Work, choosers, written
from csplint.servers.policy_names import is_csp
from csplint.servers.source import Fault, Response, Sent, SourceError
from csplint.servers.yaml_headers import Escape, Found, Reading, part, trimmed
from csplint.servers.yaml_nodes import Node, YamlFile

MORE = "more_set_headers"
CLEAR = "more_clear_headers"
MOST_LEVELS = 100
MOST_DIRECTIVES = 500
"""Locations and more_set_headers of one site's snippets; people write a few."""

_OPTIONS = ("-s", "-t")
_LUA = ("header_filter_by_lua_block", "header_filter_by_lua_file")


class SnippetText(Text):
    """nginx's text as a scalar of a YAML file has it; its places are those of the YAML file."""

    def __init__(self, file: YamlFile, node: Node) -> None:
        value = file.written(node)
        super().__init__((value.text if value else "").encode())
        self.node = node
        self._data, self._starts = file.data, value.starts if value else (file.offset(node.start),)

    def offset(self, place: int) -> int:
        return self._starts[place]

    def error(self, message: str, place: int) -> SourceError:
        return SourceError(message, *line_and_column(self._data, self._starts[place]))


class Snippets(Struct):
    """The nginx text of one site, by where the controller puts it, and headers that it sets around them and in its locations."""

    scope: str
    http: SnippetText | None = None
    server: SnippetText | None = None
    location: SnippetText | None = None
    before: tuple[Found, ...] = ()
    after: tuple[Found, ...] = ()


def nothing(_path: str) -> bytes | None:
    """No included file can be had: they are in the controller."""
    return None


def site(snippets: Snippets) -> Reading:
    """The responses of a site's locations. Raises SourceError."""
    tree = Tree(nothing)
    http, server, location = (
        tree.parse(each) if each else [] for each in (snippets.http, snippets.server, snippets.location)
    )
    own = _block("location", location, snippets)
    top = [*http, _block("server", [*server, own], snippets)]
    found, chosen = levels(top), choosers(top)
    made = Reading(limits=[*tree.limits])
    seen: list[Made] = []
    work = Work()
    answering = [each for each in found if answers(each) or each.statement is own]
    if len(answering) > MOST_LEVELS or sum(len(each.direct(MORE, CLEAR)) for each in found) > MOST_DIRECTIVES:
        raise (snippets.location or snippets.server or snippets.http or Text(b"")).error(
            "The snippets have too many directives.", 0
        )
    for level in answering:
        more = list(_more(level, chosen, work))
        headers = [*snippets.before, *(each for each, _, _ in more), *snippets.after]
        made.found += [each for each in headers if not _is_empty(each)]
        seen.append(_made(level, more))
        for each in responses(level, chosen, work):
            seen.append(each)
            made.found += _added(each)
            scope = _scope(level, snippets, own) + _where(each)
            made.respond(replace(each.response, scope=scope, sent=(*_kept(headers), *each.response.sent)))
            made.faults += _twice(headers, each, scope)
    scopes = {level.scope: _scope(level, snippets, own) for level in found}
    made.faults += [
        replace(each, scope=scopes.get(each.scope, snippets.scope), edits=()) for each in faults(found, seen)
    ]
    made.limits += _limits(top, found)
    return made


def _limits(top: list[Statement], found: list[Level]) -> Iterator[str]:
    if any(level.kind == "if" and level.direct(MORE, CLEAR) for level in found):
        yield f"{MORE} in an `if` is not read."
    if any(each.arguments[:1] and each.arguments[0] in _OPTIONS for level in found for each in level.direct(MORE)):
        yield f"{MORE} with -s or -t is read only where it is for pages with status 200."
    if any(_has(top, name) for name in _LUA):
        yield "Headers set by Lua are not read."


def _block(name: str, inside: list[Statement], snippets: Snippets) -> Statement:
    """A block that the controller writes around a snippet."""
    text = snippets.location or snippets.server or snippets.http or Text(b"")
    words = [Word(text, name, 0, 0)] + ([Word(text, "/", 0, 0)] if name == "location" else [])
    return Statement(words, 0, inside)


def _scope(level: Level, snippets: Snippets, own: Statement) -> str:
    if level.statement is own or level.kind in {"", "http", "server"}:
        return snippets.scope
    return f"{level.scope.removesuffix(' in server')} in {snippets.scope}"


def _made(level: Level, more: Sequence[tuple[Found, Statement, tuple[str, ...]]]) -> Made:
    """The headers of more_set_headers, as nginx's faults take them."""
    sent = tuple(found.sent for found, _, _ in more)
    statements = tuple(statement for _, statement, _ in more)
    return Made(level, Response(level.scope, level.path, sent), statements, tuple(nonces for _, _, nonces in more))


def _kept(headers: Sequence[Found]) -> Iterator[Sent]:
    """The headers that are sent: each replaces an earlier one of its name, and an empty one removes it."""
    last = {each.sent.name.lower(): each for each in headers}
    return (each.sent for each in last.values() if not _is_empty(each))


def _is_empty(found: Found) -> bool:
    return found.sent.value is not None and not found.sent.value.text and not found.sent.computed


def _added(made: Made) -> Iterator[Found]:
    """The headers of add_header."""
    for sent, statement in zip(made.response.sent, made.statements, strict=True):
        word = statement.words[2]
        if isinstance(word.file, SnippetText):
            yield Found(sent, word.file.node, escape_of(word), True)


def _twice(headers: Sequence[Found], made: Made, scope: str) -> Iterator[Fault]:
    """A fault for each policy that add_header adds to one that is set."""
    names = {each.name.lower() for each in _kept(headers)}
    return (_two(each, scope) for each in made.response.sent if is_csp(each.name) and each.name.lower() in names)


def _where(made: Made) -> str:
    """What a map has to choose for this response, if it has variants."""
    said = made.response.scope.removeprefix(made.level.scope).strip()
    return f" {said}" if said else ""


def _two(sent: Sent, scope: str) -> Fault:
    return Fault(
        rule="two-senders",
        message=f"Responses get {sent.name} twice, from add_header and from more_set_headers, and browsers enforce both policies.",
        start=sent.start,
        end=sent.end,
        fix=f"Write it once, with {MORE}, which also replaces what the application sends.",
        scope=scope,
    )


def _more(level: Level, chosen: dict[str, Chooser], work: Work) -> Iterator[tuple[Found, Statement, tuple[str, ...]]]:
    """The headers of more_set_headers and more_clear_headers for a level, those of outer blocks first, and their nonces."""
    variables = Variables(chosen, dict.fromkeys(chosen, False), work)
    for each in reversed(list(level.around())):
        variables.run(each.settings())
        for statement in each.direct(MORE, CLEAR):
            for word in _headers(statement):
                if found := _header(word, statement, variables):
                    yield found[0], statement, found[1]


def _headers(statement: Statement) -> Iterator[Word]:
    """The words that are headers, without those of options; none if only some statuses, or no pages, get them."""
    words = iter(statement.words[1:])
    headers = []
    for word in words:
        if word.text in _OPTIONS:
            limited = next(words, None)
            wanted = "200" if word.text == "-s" else "text/html"
            if limited is not None and limited.text.split() and wanted not in limited.text.split():
                return
        elif word.text != "-a":
            headers.append(word)
    yield from headers


def _header(word: Word, statement: Statement, variables: Variables) -> tuple[Found, tuple[str, ...]] | None:
    """The header of a word `Name: value`, and its nonces; one without a value removes the header."""
    if not isinstance(word.file, SnippetText):
        return None
    name, _, rest = word.text.partition(":")
    start, end = statement.span
    value, computed, nonces = written(word, variables.pieces(word))
    if value is not None:
        at = value.text.find(":") + 1 if statement.name == MORE else 0
        value = trimmed(part(value, at or len(value.text), len(value.text))) if rest.strip() not in computed else None
    sent = Sent(name=name.strip(), value=value, start=start, end=end, always=True, computed=computed)
    return Found(sent, word.file.node, escape_of(word), True), nonces


def escape_of(word: Word) -> Escape:
    """How new text is written in a word of nginx; a `$` has no escape."""

    def escape(new: str) -> str | None:
        if "$" in new:
            return None
        escaped = new.replace("\\", "\\\\")
        return escaped.replace(word.quote, f"\\{word.quote}") if word.quote else escaped

    return escape


def _has(statements: Sequence[Statement], name: str) -> bool:
    return any(each.name == name or _has(each.block or [], name) for each in statements)
