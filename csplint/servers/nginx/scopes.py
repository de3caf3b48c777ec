"""
Which headers the parts of a site get.

A block gets the add_header directives of the block around it if it has none of its own, or with them after
`add_header_inherit merge` (ngx_http_headers_merge_conf).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.servers.nginx.tree import Statement
from csplint.servers.policy_names import is_for_pages

CONTEXTS = frozenset({"http", "server", "location", "if"})
_NO_PAGE = frozenset({"return", "deny", "empty_gif", "stub_status"})
_UPSTREAM = ("proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass")


class Level(Struct):
    """
    A block that can have headers.

    kind: its name, "" for the file. own: its add_header directives. headers: those in effect. parent: the level around it.
    page: whether pages can come from it.
    """

    kind: str
    statement: Statement | None
    block: list[Statement]
    parent: Level | None
    own: list[Statement]
    headers: list[Statement]
    inherit: str
    page: bool = True
    twin: bool = False
    index: dict[str, list[Statement]] = {}
    setting: list[tuple[Statement, tuple[str, ...]]] | None = None

    def settings(self) -> list[tuple[Statement, tuple[str, ...]]]:
        """The `set` and `if` directives of the block itself, each with the variables that it sets."""
        if self.setting is None:
            self.setting = [(each, _variables(each)) for each in self.direct("set", "if")]
        return self.setting

    def direct(self, *names: str) -> list[Statement]:
        """The directives of these names in the block itself."""
        if not self.index:
            for each in self.block:
                self.index.setdefault(each.name, []).append(each)
        found = [each for name in names for each in self.index.get(name, ())]
        return found if len(names) == 1 else sorted(found, key=lambda each: each.words[0].start)

    def around(self) -> Iterator[Level]:
        """This level and those around it, from the inside."""
        level: Level | None = self
        while level is not None:
            yield level
            level = level.parent

    def effective(self, name: str) -> list[Statement]:
        """The directives of a name from the nearest block that has one."""
        return next((found for level in self.around() if (found := level.direct(name))), [])

    @property
    def upstream(self) -> Statement | None:
        """The directive that sends requests to another server; it is not inherited, except by an `if`."""
        found = self.direct(*_UPSTREAM)
        if not found and self.kind == "if" and self.parent:
            return self.parent.upstream
        return found[0] if found else None

    @property
    def path(self) -> str:
        level = next((level for level in self.around() if level.kind == "location"), None)
        return " ".join(level.statement.arguments) if level and level.statement else "/"

    @property
    def scope(self) -> str:
        """The level in the words of the file."""
        return " in ".join(words for level in self.around() if (words := level._words()))

    def _words(self) -> str:
        if self.statement is None or self.kind == "http":
            return ""
        if self.kind != "server":
            return " ".join([self.kind, *self.statement.arguments])
        named = [name for each in self.direct("server_name") for name in each.arguments[:1] if name not in {"", "_"}]
        listens = [" ".join(each.arguments) for each in self.direct("listen")][:1]
        if named and not self.twin:
            return f"server {named[0]}"
        return " ".join(["server", *named[:1], *(f"(listen {listen})" for listen in listens)])


def _variables(statement: Statement) -> tuple[str, ...]:
    """The variables that a `set` sets, or the `set`s of an `if`."""
    if statement.name == "set":
        return (statement.arguments[0].removeprefix("$"),) if len(statement.words) == 3 else ()  # noqa: PLR2004 - with a value
    found = [each.words[1].text for each in statement.block or () if each.name == "set" and len(each.words) > 1]
    return tuple(name.removeprefix("$") for name in found)


def levels(top: list[Statement]) -> list[Level]:
    """The file and every block in it that can have headers, in the order of the file."""
    found: list[Level] = []
    _add(Level("", None, top, None, [], [], "on"), found)
    servers = [level for level in found if level.kind == "server"]
    names = [level.scope for level in servers]
    for level in servers:
        level.twin = names.count(level.scope) > 1 if len(servers) < 100 else True  # noqa: PLR2004 - quadratic otherwise
    return found


def _add(level: Level, found: list[Level]) -> None:
    level.own = level.direct("add_header")
    chosen = [each.arguments[0] for each in level.direct("add_header_inherit") if each.arguments]
    above = level.parent.headers if level.parent else []
    level.inherit = chosen[-1] if chosen else level.parent.inherit if level.parent else "on"
    inherited = [] if level.inherit == "off" or (level.own and level.inherit != "merge") else above
    level.headers = [*level.own, *inherited]
    level.page = _page(level)
    found.append(level)
    for statement in level.block:
        if statement.name in CONTEXTS and statement.block is not None:
            _add(Level(statement.name, statement, statement.block, level, [], [], "on"), found)


def _page(level: Level) -> bool:
    if level.parent and level.parent.kind in {"server", "location"} and not level.parent.page:
        return False
    refused = [each for each in level.direct(*_NO_PAGE) if each.name != "deny" or each.arguments == ["all"]]
    if any(each.name != "return" or not _returns_text(each) for each in refused):
        return False
    types = level.direct("default_type")
    if types and types[-1].arguments and "json" in types[-1].arguments[0]:
        return False
    return level.kind != "location" or level.statement is None or is_for_pages(" ".join(level.statement.arguments))


def _returns_text(statement: Statement) -> bool:
    """Whether a `return` has a body to show, as in `return 200 "…"` and `return 404`."""
    arguments = statement.arguments
    return bool(arguments) and arguments[0][:1] in {"2", "4", "5"} and arguments[0] not in {"204", "444"}


def answers(level: Level) -> bool:
    """Whether responses come from a level itself, and not only from the blocks in it."""
    inside = [each for each in level.block if each.block is not None and each.name in CONTEXTS]
    if level.kind == "if":
        return bool(level.own or level.direct("set"))
    if level.kind in {"", "http"}:
        return not any(each.name in {"http", "server", "location"} for each in inside)
    if level.kind == "server":
        catch_all = any(each.name == "location" and each.arguments in (["/"], ["^~", "/"]) for each in inside)
        return bool(level.direct("return")) or not catch_all
    return True
