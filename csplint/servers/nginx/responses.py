"""The responses of every part of a site, one for each text that its maps can choose."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.servers.nginx.scopes import Level
from csplint.servers.nginx.tokens import Word
from csplint.servers.nginx.tree import Statement
from csplint.servers.nginx.variables import Chooser, UnchosenError, Variables, Work, written
from csplint.servers.source import Response, Sent, Written

MOST_VARIANTS = 24
_TYPES = ("$sent_http_content_type", "$upstream_http_content_type", "$content_type")
_ARGUMENTS = (2, 3)

Choices = dict[str, Word | bool | None]


class Made(Struct, frozen=True):
    """A response of a level. statements, nonces: the directive of each header, and the variables that its nonces are."""

    level: Level
    response: Response
    statements: tuple[Statement, ...]
    nonces: tuple[tuple[str, ...], ...]


def responses(level: Level, choosers: dict[str, Chooser], work: Work) -> Iterator[Made]:
    """The responses of a level. work: what is left of the file's. A chooser with too many texts counts as computed."""
    waiting: list[tuple[Choices, list[str], bool]] = [({}, [], True)]
    made = 0
    while waiting:
        chosen, where, page = waiting.pop(0)
        try:
            sent = list(_sent(level, Variables(choosers, chosen, work)))
        except UnchosenError as needed:
            chooser = choosers[needed.name]
            if made + len(waiting) + len(chooser.entries) > MOST_VARIANTS:
                waiting.append(({**chosen, needed.name: False}, where, page))
                continue
            for keys, word in chooser.entries:
                words = _where(chooser, keys) if len(chooser.entries) > 1 else ""
                waiting.append(
                    (
                        {**chosen, needed.name: word},
                        [*where, *([words] if words else [])],
                        page and _page(chooser, keys),
                    )
                )
            continue
        made += 1
        scope = level.scope + (f" where {' and '.join(where)}" if where else "")
        response = Response(scope.strip(), level.path, tuple(each[0] for each in sent), page and level.page)
        yield Made(level, response, tuple(each[1] for each in sent), tuple(each[2] for each in sent))


def _where(chooser: Chooser, keys: list[str]) -> str:
    if "" in keys:
        return f"{chooser.source} matches no other entry of its map"
    return f"{chooser.source} is {' or '.join(keys[:3])}{' or others' if len(keys) > 3 else ''}"  # noqa: PLR2004


def _page(chooser: Chooser, keys: list[str]) -> bool:
    """Whether HTML gets what a map has for these keys, if the map looks at the type of the response."""
    if chooser.source not in _TYPES:
        return True
    named = any("html" in key for others, _ in chooser.entries for key in others)
    return any("html" in key for key in keys) or ("" in keys and not named)


def _sent(level: Level, variables: Variables) -> Iterator[tuple[Sent, Statement, tuple[str, ...]]]:
    for name in ("", "server", "location"):  # a file that a server includes has its variables at the top
        around = next((each for each in level.around() if each.kind == name), None)
        if around:
            variables.run(around.settings(), level.statement if level.kind == "if" else None)
    for statement in level.headers:
        arguments = statement.arguments
        if len(arguments) not in _ARGUMENTS or (len(arguments) == 3 and arguments[2] != "always"):  # noqa: PLR2004
            problem = "add_header takes a name, one value and perhaps `always`: put the value in quotes."
            raise statement.file.error(problem, statement.words[min(3, len(arguments))].start)
        word = statement.words[2]
        value, computed, nonces = written(word, variables.pieces(word))
        if value is None or value.text:
            always = len(arguments) == 3  # noqa: PLR2004 - the third is `always`
            yield _header(statement, value, always, computed), statement, nonces


def _header(statement: Statement, value: Written | None, always: bool, computed: tuple[str, ...]) -> Sent:
    start, end = statement.span
    name, file = statement.arguments[0], statement.file.name
    return Sent(name=name, value=value, start=start, end=end, file=file, always=always, computed=computed)
