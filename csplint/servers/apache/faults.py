"""What is wrong in an Apache configuration itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csplint.servers.apache.responses import Made
from csplint.servers.apache.sections import Operation
from csplint.servers.apache.table import Header, Part
from csplint.servers.fault_lists import each_once, literal_nonces
from csplint.servers.policy_names import is_csp
from csplint.servers.source import Fault, FileEdit

_WEAK = {
    "UNIQUE_ID": "mod_unique_id makes it from the time, the address and a counter",
    "SSL_SESSION_ID": "it is the same for a whole session",
    "REQUEST_TIME": "it is the time",
    "REMOTE_ADDR": "it is the visitor's address",
    "REMOTE_PORT": "it is a number of the connection",
}


def faults(made: list[Made]) -> list[Fault]:
    """The faults of a configuration, each once, by their places."""
    return each_once(fault for each in made for fault in _all(each))


def _all(made: Made) -> Iterator[Fault]:
    for operation in made.operations:
        yield from _percent(operation, made.response.scope)
    csp = [header for header in made.headers if is_csp(header[0].sent.name)]
    yield from _two(csp, made)
    for header in csp:
        yield from _joined(header, made)
        yield from _without_always(header, made)
        for part in header:
            yield from _nonces(part, made.response.scope)


def _fault(  # noqa: PLR0913, PLR0917 - what a fault has
    rule: str, operation: Operation, scope: str, message: str, fix: str, edits: Iterable[FileEdit] = ()
) -> Fault:
    start, end = operation.span
    own = () if operation.line.file.name else tuple(edits)
    return Fault(rule=rule, message=message, start=start, end=end, fix=fix, edits=own, scope=scope)


def _percent(operation: Operation, scope: str) -> Iterator[Fault]:
    """Signs that Apache takes for a format; it does not start with one that it does not know."""
    wrong = operation.value.wrong if operation.value else ()
    if not wrong:
        return
    found = [operation.line.file.text[place : place + 2] for place in wrong]
    unknown = [each for each in found if each[1:] not in set("Dteslib")]
    effect = f"does not start with {unknown[0]}" if unknown else f"replaces {found[0]}"
    message = f"Apache {effect}: in a Header value, % begins a format."
    edits = [FileEdit(operation.line.file.offset(place), operation.line.file.offset(place), "%") for place in wrong]
    yield _fault("percent-in-value", operation, scope, message, "Write %% for a percent sign.", edits)


def _two(headers: list[Header], made: Made) -> Iterator[Fault]:
    seen: dict[str, Part] = {}
    for header in headers:
        part, name = header[0], header[0].sent.name
        first = seen.setdefault(name.lower(), part)
        if first is part:
            continue
        both = first.operation.always is not part.operation.always
        why = "`Header always` and `Header` keep separate lists" if both else "`Header add` sends one more header"
        message = f"Responses get {name} twice, and browsers enforce both policies: {why}."
        yield _fault(
            "two-senders", part.operation, made.response.scope, message, "Use `Header always set` in one place."
        )


def _joined(header: Header, made: Made) -> Iterator[Fault]:
    for part in header[1:]:
        operation = part.operation
        message = f"Header {operation.action} puts a comma before this text, so browsers read it as a second policy."
        fix = "Write the whole policy in one `Header always set`."
        yield _fault("comma-by-append", operation, made.response.scope, message, fix)


def _without_always(header: Header, made: Made) -> Iterator[Fault]:
    operation, name = header[0].operation, header[0].sent.name
    if operation.always or not made.response.page:
        return
    message = f"Apache does not send {name} with error pages such as 404 and 500."
    fix = "Write `Header always set`."
    at = operation.line.file.offset(operation.plain.start)
    others = [each for each in made.operations if each.name.lower() == name.lower() and each is not operation]
    edits = [FileEdit(at, at, "always ")] if not others else []
    yield _fault("header-without-always", operation, made.response.scope, message, fix, edits)


def _nonces(part: Part, scope: str) -> Iterator[Fault]:
    if part.sent.value is None:
        return
    for expression in part.nonces:
        variable = expression[2:].partition("}")[0] if expression.startswith("%{") else ""
        why = _WEAK.get(variable) or ("it is the same for many responses" if expression in {"%t", "%D", "%l"} else "")
        if why:
            message = f"{expression} is not a nonce to rely on: {why}."
            fix = "Let the application make the nonce: 128 random bits or more for each response, in the header and in the tags."
            yield _fault("weak-nonce", part.operation, scope, message, fix)
    yield from literal_nonces(part.sent.value, "%$", *part.operation.span, scope)
