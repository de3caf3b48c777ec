"""What is wrong in an nginx configuration itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csplint.servers.fault_lists import each_once, literal_nonces
from csplint.servers.nginx.responses import Made
from csplint.servers.nginx.scopes import Level
from csplint.servers.nginx.tokens import LONGEST_WORD
from csplint.servers.nginx.tree import Statement
from csplint.servers.policy_names import POLICIES, is_csp
from csplint.servers.source import Fault, FileEdit

_CHOSEN_BY_CLIENT = ("$http_", "$arg_", "$args", "$query_string", "$request_uri", "$uri", "$cookie_")
_KNOWN = (
    "$msec",
    "$pid",
    "$connection",
    "$time_",
    "$date_",
    "$request_time",
    "$remote_",
    "$binary_remote_addr",
    "$ssl_session_id",
    "$host",
    "$server_",
    "$scheme",
    "$request_length",
    "$uid_",
)


def faults(levels: list[Level], made: list[Made]) -> list[Fault]:
    """The faults of a configuration, each once, by their places."""
    return each_once(_all(levels, made), key=lambda fault: (fault.rule, fault.start, fault.message))


def _all(levels: list[Level], made: list[Made]) -> Iterator[Fault]:
    for level in levels:
        if level.page:
            yield from _lost(level)
            yield from _upstream(level)
        for statement in level.own:
            yield from _without_always(level, statement)
            yield from _long(level, statement)
    doubled = set[int]()
    for each in made:
        yield from _two(each, doubled)
        yield from _nonces(each)


def _name(statement: Statement) -> str:
    return statement.arguments[0].lower() if statement.arguments else ""


def _fault(  # noqa: PLR0913, PLR0917 - what a fault has
    rule: str, level: Level, statement: Statement, message: str, fix: str, edits: Iterable[FileEdit] = ()
) -> Fault:
    start, end = statement.span
    own = () if statement.file.name else tuple(edits)
    return Fault(rule=rule, message=message, start=start, end=end, fix=fix, edits=own, scope=level.scope)


def _lost(level: Level) -> Iterator[Fault]:
    """Policies of the level around this one, whose headers this one replaces with its own."""
    if not level.own or level.parent is None or level.inherit == "merge":
        return
    own = {_name(statement) for statement in level.own}
    lost = {_name(each): each for each in reversed(level.parent.headers) if _name(each) in POLICIES - own}
    for statement in reversed(lost.values()):
        name = statement.arguments[0]
        message = (
            f"{level.scope or 'This block'} does not send {name}: its own add_header replaces all those around it."
        )
        fix = f"Repeat the add_header for {name} in this block, or write `add_header_inherit merge;` (nginx 1.29.3 and later)."
        yield _fault("header-lost-by-nesting", level, level.own[0], message, fix, _repeated(level.own[0], statement))


def _repeated(before: Statement, lost: Statement) -> list[FileEdit]:
    """The lost directive again, above another one."""
    if lost.file.name or before.file.name:
        return []
    text, at = before.file.text, before.words[0].start
    line = text[text.rfind("\n", 0, at) + 1 : at]
    gap = f"\n{line}" if not line.strip() else " "
    return [FileEdit(before.span[0], before.span[0], text[lost.words[0].start : lost.end] + gap)]


def _without_always(level: Level, statement: Statement) -> Iterator[Fault]:
    arguments = statement.arguments
    if len(arguments) != 2 or not is_csp(arguments[0]) or not arguments[1]:  # noqa: PLR2004 - a name and a value
        return
    at = statement.file.offset(statement.words[2].end)
    message = f"nginx does not send {arguments[0]} with error pages such as 404 and 500."
    fix = "Write `always` before the semicolon."
    yield _fault("header-without-always", level, statement, message, fix, [FileEdit(at, at, " always")])


def _long(level: Level, statement: Statement) -> Iterator[Fault]:
    for word in statement.words:
        if word.is_too_long:
            length = len(word.raw.encode())
            message = f"nginx does not start: this value has {length:,} bytes, and it reads at most {LONGEST_WORD:,}."
            fix = "Shorten the policy, or put parts of it into variables with `set`."
            yield _fault("line-too-long", level, statement, message, fix)


def _two(made: Made, doubled: set[int]) -> Iterator[Fault]:
    """A header that one response has twice. doubled: the places of those that were reported."""
    seen: dict[str, Statement] = {}
    for statement in made.statements:
        name = _name(statement)
        if is_csp(name) and name in seen and seen[name] is not statement and id(statement) not in doubled:
            doubled.add(id(statement))
            message = f"Responses get {statement.arguments[0]} twice, and browsers enforce both policies."
            fix = "Send one policy with everything that pages need."
            yield _fault("two-senders", made.level, statement, message, fix)
        seen[name] = statement


def _upstream(level: Level) -> Iterator[Fault]:
    """A policy that is added to the answer of an application, which may have its own."""
    upstream = level.upstream
    if upstream is None:
        return
    hide = upstream.name.replace("_pass", "_hide_header")
    hidden = {name.lower() for each in level.effective(hide) for name in each.arguments}
    for statement in level.headers:
        name = statement.arguments[0] if statement.arguments else ""
        if is_csp(name) and name.lower() not in hidden:
            message = f"If the application behind {upstream.name} sends {name} too, browsers enforce both policies."
            fix = f"Write `{hide} {name};` here, or leave the policy to the application."
            yield _fault("two-senders", level, upstream, message, fix)


def _nonces(made: Made) -> Iterator[Fault]:
    for sent, statement, expressions in zip(made.response.sent, made.statements, made.nonces, strict=True):
        if not is_csp(sent.name) or sent.value is None:
            continue
        for expression in expressions:
            yield from _weak(made.level, statement, expression)
        yield from literal_nonces(sent.value, "$", *statement.span, made.level.scope)


def _weak(level: Level, statement: Statement, expression: str) -> Iterator[Fault]:
    name = expression.replace("{", "").replace("}", "")
    if name == "$request_id":
        why = "nginx makes it to name a request in logs, and current versions derive it from a counter"
    elif name.startswith(_CHOSEN_BY_CLIENT):
        why = "it comes from the request, so whoever makes the request chooses it"
    elif name.startswith(_KNOWN):
        why = "it is not a new random value in every response"
    else:
        return
    message = f"{expression} is not a nonce to rely on: {why}."
    fix = (
        "Let the application make the nonce: 128 random bits or more for each response, in the header and in the tags."
    )
    yield _fault("weak-nonce", level, statement, message, fix)
