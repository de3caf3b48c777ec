"""What is wrong in a Caddyfile itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csplint.servers.caddy.headers import Header
from csplint.servers.caddy.responses import Made
from csplint.servers.caddy.tree import Statement
from csplint.servers.fault_lists import each_once, literal_nonces
from csplint.servers.policy_names import is_csp
from csplint.servers.source import Fault, FileEdit

_UUID = "{http.request.uuid}"
_WEAK = ("{time.", "{http.request.remote", "{remote", "{http.request.cookie", "{cookie", "{http.request.header", "{header",
         "{query", "{http.request.uri", "{uri", "{host", "{http.request.host", "{http.request.tls", "{tls_")  # fmt: skip
_DEFER = " {\n\tdefer\n}"


def faults(made: list[Made]) -> list[Fault]:
    """The faults of a Caddyfile, each once, by their places."""
    return each_once(fault for each in made for fault in _all(each))


def _all(made: Made) -> Iterator[Fault]:
    csp = [header for header in made.headers if is_csp(header.sent.name)]
    yield from _lost(made)
    yield from _two(csp, made)
    for header in csp:
        yield from _upstream(header, made)
        yield from _nonces(header, made.response.scope)


def _fault(  # noqa: PLR0913, PLR0917 - what a fault has
    rule: str, statement: Statement, scope: str, message: str, fix: str, edits: Iterable[FileEdit] = ()
) -> Fault:
    start, end = statement.span
    own = () if statement.file.name else tuple(edits)
    return Fault(rule=rule, message=message, start=start, end=end, fix=fix, edits=own, scope=scope)


def _lost(made: Made) -> Iterator[Fault]:
    """A header for some requests that one for more requests replaces."""
    for old, new in made.lost:
        if not is_csp(old.sent.name) or not old.handler.matcher or old.handler.matcher == new.handler.matcher:
            continue
        name = old.sent.name
        message = (
            f"The {name} for {old.handler.matcher} is not sent: Caddy runs the header for other requests after it."
        )
        fix = "Put both in one `route` block, the general one first, or give the general one a matcher that leaves these out."
        yield _fault("matcher-loses", old.operation.statement, made.response.scope, message, fix)


def _two(headers: list[Header], made: Made) -> Iterator[Fault]:
    seen: dict[str, Header] = {}
    for header in headers:
        name = header.sent.name
        if seen.setdefault(name.lower(), header) is not header:
            message = f"Responses get {name} twice, and browsers enforce both policies."
            fix = "Send one policy with everything that pages need, without a `+` before its name."
            yield _fault("two-senders", header.operation.statement, made.response.scope, message, fix)


def _upstream(header: Header, made: Made) -> Iterator[Fault]:
    """A header that is set before an application's answer comes with its own."""
    if made.upstream is None or header.handler.deferred:
        return
    name = header.sent.name
    message = f"If the application behind {made.upstream.name} sends {name} too, browsers enforce both policies."
    statement, edits = header.operation.statement, list[FileEdit]()
    if statement is header.handler.statement and statement.block is None:
        at = statement.span[1]
        edits.append(FileEdit(at, at, _DEFER.replace("\n", "\n" + _indent(statement))))
    fix = "Add `defer` to the header: then Caddy sets it when the answer is there, in place of the application's."
    yield _fault("two-senders", header.operation.statement, made.response.scope, message, fix, edits)


def _indent(statement: Statement) -> str:
    text, start = statement.file.text, statement.words[0].start
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return before if not before.strip() else ""


def _nonces(header: Header, scope: str) -> Iterator[Fault]:
    statement, value = header.operation.statement, header.sent.value
    if value is None:
        return
    for expression in header.nonces:
        why = "it has 122 random bits and names the request in logs" if expression == _UUID else ""
        why = why or ("it is not a new random value in every response" if expression.startswith(_WEAK) else "")
        if why:
            message = f"{expression} is not a nonce to rely on: {why}."
            fix = "Let the application make the nonce: 128 random bits or more for each response, in the header and in the tags."
            yield _fault("weak-nonce", statement, scope, message, fix)
    yield from literal_nonces(value, "{$", *statement.span, scope)
