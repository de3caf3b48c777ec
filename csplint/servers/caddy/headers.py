"""
The header directives of Caddy, and what they make of a response's headers.

One directive is a handler with a matcher. It changes headers at once, before the response is made, or, when deferred
(`defer`, `>`, `-`, `?`), when the response is written: then the handler that comes first changes them last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from csplint.servers.caddy.tokens import Word, word
from csplint.servers.caddy.tree import Statement
from csplint.servers.source import STAND_IN, Sent, Written, stand_in

_COMPUTED = re.compile(r"\{\$?[A-Za-z][\w.:\-\[\]>/*]*\}")
_LITERAL = re.compile(r"[\w\s:/'\-;=,@]*")
MOST_STEPS = 200_000
"""Comparisons of matchers and changes of headers in one file; a Caddyfile of a hundred sites takes a few thousand."""
MOST_RESPONSES = 300
_MOST_WORDS = 3
_MOST_CHARACTERS = 200_000


Value = tuple[Written | None, tuple[str, ...], tuple[str, ...]]
"""What `written` gives."""


class Operation(Struct, frozen=True):
    """A change of one header. action: add, set, default, delete or replace. value: of the header that it makes."""

    action: str
    name: str
    words: tuple[Word, ...]
    statement: Statement
    value: Value | None = None


class Handler(Struct):
    """A header directive. matcher: as written, "" for all requests."""

    matcher: str
    operations: list[Operation]
    deferred: bool
    statement: Statement


class Header(Struct, frozen=True):
    """A header of a response. nonces: the placeholders that are nonces in it. lost: what it replaced."""

    sent: Sent
    operation: Operation
    handler: Handler
    nonces: tuple[str, ...] = ()


Table = dict[str, list[Header]]
"""The headers of a response by their lower-case names."""


class TooMuchWork(Exception):
    """Finding out what responses get takes more steps than are allowed."""


class Work:
    """The steps that are left for one file: what is compared and changed, not what is read."""

    def __init__(self) -> None:
        self.left, self.responses = MOST_STEPS, MOST_RESPONSES

    def respond(self) -> None:
        """Count one more response. Raises TooMuchWork if there are too many."""
        self.responses -= 1
        if self.responses < 0:
            raise TooMuchWork

    def spend(self, steps: int) -> None:
        """Take steps. Raises TooMuchWork if there are none left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchWork


def handlers(statement: Statement) -> list[Handler]:
    """The handlers of a header directive: those with `?` are a second one in a block. Raises SourceError."""
    words = statement.words[1:]
    matcher = ""
    if words and words[0].is_bare and words[0].text.startswith(("/", "@", "*")):
        matcher = "" if words[0].text == "*" else words[0].text
        words = words[1:]
    first, defaults = Handler(matcher, [], False, statement), Handler(matcher, [], True, statement)
    if words and len(words) > _MOST_WORDS:
        raise statement.file.error(
            "This header directive has too many arguments: put the value in quotes.", words[3].start
        )
    if words:
        _add(first, defaults, words, statement)
        first.deferred |= any(each.action == "delete" for each in first.operations)
    for inner in statement.block or []:
        if inner.name in {"defer", "match"}:
            first.deferred = True
        elif len(inner.words) > _MOST_WORDS:
            raise inner.file.error("This header has too many arguments: put the value in quotes.", inner.words[3].start)
        elif inner.words:
            _add(first, defaults, inner.words, inner)
    return [each for each in (first, defaults) if each.operations]


def _add(first: Handler, defaults: Handler, words: list[Word], statement: Statement) -> None:
    field = words[0].text.removesuffix(":")
    sign, values = field[:1], tuple(words[1:])
    name = field.lstrip("+-?>")
    action = {"+": "add", "-": "delete", "?": "default"}.get(sign) or (
        "replace" if len(words) == _MOST_WORDS else "set"
    )
    if action in _MAKING and not values:
        values = (word(words[0].file, (), words[0].end, words[0].end),)
    made = Operation(action, name, values, statement, written(values[0]) if action in _MAKING else None)
    if action == "default":
        defaults.operations.append(made)
        return
    first.deferred |= sign in {">", "-"}
    first.operations.append(made)


def headers(chain: Sequence[Handler], work: Work) -> tuple[list[Header], list[tuple[Header, Header]]]:
    """The headers that handlers in this order make, by name as Caddy sends them, and each that another one replaced."""
    table: Table = {}
    lost: list[tuple[Header, Header]] = []
    now = [each for each in chain if not each.deferred]
    later = [each for each in reversed(chain) if each.deferred]
    for handler in [*now, *later]:
        for operation in sorted(handler.operations, key=lambda each: _ORDER[each.action]):
            _run(table, operation, handler, lost, work)
    held = [each for name in sorted(table) for each in table[name]]
    return [each for each in held if each.sent.value is None or each.sent.value.text or each.sent.computed], lost


_ORDER = {"add": 0, "set": 1, "default": 1, "delete": 2, "replace": 3}
_MAKING = frozenset({"add", "set", "default"})


def _run(table: Table, operation: Operation, handler: Handler, lost: list[tuple[Header, Header]], work: Work) -> None:
    name = operation.name.lower()
    names = [name] if "*" not in name else [each for each in table if _matches(name, each)]
    work.spend(1 if "*" not in name else 1 + len(table))
    if operation.action == "delete":
        for each in names:
            table.pop(each, None)
    elif operation.action == "replace":
        for each in names:
            work.spend(len(table.get(each, ())))
            table[each] = [_replaced(header, operation) for header in table.get(each, ())]
    elif operation.action == "add":
        table.setdefault(name, []).append(_header(operation, handler))
    elif operation.action == "set" or not any(table.get(each) for each in names):
        made = _header(operation, handler)
        lost += [(old, made) for each in names for old in table.pop(each, ())]
        table[name] = [made]


def _matches(pattern: str, name: str) -> bool:
    if pattern in {name, "*"}:
        return True
    inner = pattern.strip("*")
    starts, ends = pattern.endswith("*"), pattern.startswith("*")
    return (
        (starts and ends and inner in name)
        or (starts and not ends and name.startswith(inner))
        or (ends and not starts and name.endswith(inner))
    )


def _header(operation: Operation, handler: Handler) -> Header:
    value, computed, nonces = operation.value or written(operation.words[0])
    start, end = operation.statement.span
    file = operation.statement.file.name
    sent = Sent(
        name=operation.name,
        value=value,
        start=start,
        end=end,
        file=file,
        always=not handler.deferred,
        computed=computed,
    )
    return Header(sent, operation, handler, nonces)


def written(word: Word) -> tuple[Written | None, tuple[str, ...], tuple[str, ...]]:
    """The value as Go sends it, with line breaks as spaces and none around it, its placeholders, and those that are nonces."""
    pieces = list(_pieces(word))
    end = word.file.offset(word.end - (0 if word.quote == "<<" else len(word.quote)))
    while pieces and pieces[-1][0].isspace():
        end = word.file.offset(pieces.pop()[1])
    while pieces and pieces[0][0].isspace():
        pieces.pop(0)
    text, starts, nonces = list[str](), list[int](), list[str]()
    for piece, place, is_computed in pieces:
        shown = stand_in(piece, "".join(text[-len("'nonce-") :])) if is_computed else piece
        if shown == STAND_IN:
            nonces.append(piece)
        text += shown
        starts += [word.file.offset(place)] * len(shown)
    starts.append(end)
    computed = tuple(piece for piece, _, is_computed in pieces if is_computed)
    known = not computed or len(computed) < len(pieces)
    return Written("".join(text), tuple(starts)) if known else None, computed, tuple(nonces)


def _pieces(word: Word) -> Iterator[tuple[str, int, bool]]:
    text, at = word.text, 0
    for match in _COMPUTED.finditer(text):
        yield from ((_sent(char), place, False) for char, place in word.characters[at : match.start()])
        yield match[0], word.characters[match.start()][1], True
        at = match.end()
    yield from ((_sent(char), place, False) for char, place in word.characters[at:])


def _sent(char: str) -> str:
    return " " if char in "\r\n" else char


def _replaced(header: Header, operation: Operation) -> Header:
    """What `replace` makes of a value: known for plain texts only, as its expressions are not run here."""
    value, searched, new = header.sent.value, operation.words[0].text, operation.words[1]
    if value is None or not searched:
        return header
    if len(value.text) * (len(new.characters) + 1) > _MOST_CHARACTERS:  # each replacement can double a value
        return _changed(header, None)
    if not _LITERAL.fullmatch(searched) or "$" in new.text or "{" in new.text:
        return _changed(header, None)
    text, starts, at = "", list[int](), 0
    places = [new.file.offset(place) for _, place in new.characters]
    while (found := value.text.find(searched, at)) >= 0:
        text += value.text[at:found] + new.text
        starts += [*value.starts[at:found], *places]
        at = found + len(searched)
    return _changed(header, Written(text + value.text[at:], (*starts, *value.starts[at:])))


def _changed(header: Header, value: Written | None) -> Header:
    old = header.sent
    sent = Sent(
        name=old.name,
        value=value,
        start=old.start,
        end=old.end,
        file=old.file,
        always=old.always,
        computed=old.computed,
    )
    return Header(sent, header.operation, header.handler, header.nonces)
