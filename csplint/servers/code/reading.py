"""
From what is found in a program to what the interface of servers has, and back.

A changed value is written only if the file, read again, has exactly the wanted change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from csplint.servers.code.maps import Policy, composed, map_edits, parsed
from csplint.servers.code.text import Text, text_edits, written
from csplint.servers.source import STAND_IN, Fault, FileEdit, Response, Sent, Server, Source, SourceError, apply_edits

LONGEST = 600_000
"""Bytes of a program that is read. A longer one is made by another program."""

MOST_FOUND = 200
"""Headers of one program that are reported."""

SHOWN = 3
"""Computed expressions that a sentence names."""

MOST_VALUES = 20
"""Assignments of one name that are looked at for how a nonce is made."""

CSP = "content-security-policy"
NAMES = (CSP, CSP + "-report-only")

_MENTION = re.compile(rb"csp|content.?security.?policy|helmet|policydirectives", re.I)

_WEAK = re.compile(
    r"""wp_create_nonce|wp_hash|uniqid\s*\(|\b(?:mt_|lcg_)?rand\s*\(|(?:md5|sha1|crc32)\s*\(\s*(?:time|date|microtime|session_id)
    |session_id\s*\(|session\.(?:session_)?(?:id|key)|session\.getId|\bsessionID\b|session_key
    |Math\.random|Date\.now|new\s+Date|Random\.Shared|new\s+Random\b
    |\brandom\.(?:random|choice|choices|randint|getrandbits|randrange|sample)\b|time\.time
    |currentTimeMillis|DateTime(?:Offset)?\.(?:Utc)?Now|Time\.now|(?<!Secure)(?<!\.)\brand\b\s*[(.]|request\.(?:request_)?uuid|request_id""",
    re.X,
)

_LITERAL_NONCE = re.compile(r"'nonce-([^'\s;]+)'")

UNQUOTED = re.compile(
    r"(?:self|none|unsafe-inline|unsafe-eval|unsafe-hashes|strict-dynamic|report-sample|wasm-unsafe-eval|inline-speculation-rules"
    r"|nonce-\S+|sha(?:256|384|512)-\S+)",
    re.I,
)


class Found(Struct, frozen=True, kw_only=True):
    """
    One header that a program sends.

    name: the header's. value: a text, a map, or None if nothing of it is known. start, end: the statement. scope, path: as in Response.
    computed: what makes the value, if it is None. nonces: the expressions of its nonces, and where they are.
    replaces: it takes the place of an earlier header of this name in the same scope; else both are sent. alone: it belongs to a
    response of its own, such as a branch or a map of headers. line: of its start, for the words of such a response.
    """

    name: str
    value: Text | Policy | None
    start: int
    end: int
    scope: str = ""
    path: str = ""
    computed: tuple[str, ...] = ()
    nonces: tuple[tuple[str, int, int], ...] = ()
    replaces: bool = True
    alone: bool = False
    line: int = 0


class Reading(Struct, frozen=True):
    """What a program says about headers: in the order of the file, with the faults and limits that only its language knows."""

    found: tuple[Found, ...]
    faults: tuple[Fault, ...] = ()
    limits: tuple[str, ...] = ()


Read = Callable[[bytes], Reading]


def mentions(head: bytes) -> bool:
    """Whether a program may set a policy: it has the header's name, or a framework's name for it."""
    return _MENTION.search(head) is not None


def server(name: str, title: str, names: tuple[str, ...], read: Read) -> Server:
    """The server of a language: `read` gives what a program says."""
    return Server(
        name=name,
        title=title,
        names=names,
        recognises=lambda file, head: file.endswith(names) and mentions(head),
        read=lambda data, _: source(name, read(data)),
        write=lambda data, sent, text: write(read, data, sent, text),
    )


def text_of(found: Found) -> Text | None:
    """The header's value as sent."""
    return composed(found.value) if isinstance(found.value, Policy) else found.value


def source(server: str, reading: Reading) -> Source:
    """What the interface of servers has for a program."""
    limits = list(reading.limits)
    faults = list(reading.faults[:MOST_FOUND])
    responses: dict[tuple[str, str, int], list[Sent]] = {}
    if len(reading.found) > MOST_FOUND:
        limits.append(f"The file sets {len(reading.found):,} headers; only the first {MOST_FOUND} were read.")
    for found in reading.found[:MOST_FOUND]:
        text = text_of(found)
        computed = tuple(dict.fromkeys((text.computed if text else ()) + found.computed))
        value = written(text) if text is not None and not _only_computed(text) else None
        sent = Sent(name=found.name, value=value, start=found.start, end=found.end, computed=computed)
        faults += _nonce_faults(found, text)
        limits += _limits(found, value.text if value else None, computed)
        scope = ", ".join(filter(None, (found.scope, f"line {found.line}"))) if found.alone else found.scope
        own = found.start if found.alone else -1
        _add(responses.setdefault((scope, found.path, own), []), sent, found, faults)
    made = tuple(Response(scope, path, tuple(sent)) for (scope, path, _), sent in responses.items())
    return Source(server=server, responses=made, faults=tuple(faults), limits=tuple(dict.fromkeys(limits)))


def _only_computed(text: Text) -> bool:
    return bool(text.computed) and all(char[3] is None for char in text.chars) and len(text.text.split()) <= 1


def _limits(found: Found, text: str | None, computed: Sequence[str]) -> list[str]:
    """What is computed, but for nonces, which always are."""
    where = f" in {found.scope}" if found.scope else ""
    if text is None:
        return [f"The value of {found.name}{where} is computed when the program runs, so it was not checked."]
    more = found.value.more if isinstance(found.value, Policy) else ()
    rest = text.replace(f"nonce-{STAND_IN}", "")
    others = [each for each in computed if each in more or re.sub(r"[\s;,]+", "", each) in rest]
    if not others:
        return []
    shown = ", ".join(f"`{each}`" for each in others[:SHOWN]) + (" and others" if others[SHOWN:] else "")
    return [f"A part of {found.name}{where} is computed when the program runs: {shown}."]


def _add(sent: list[Sent], new: Sent, found: Found, faults: list[Fault]) -> None:
    """One more header of a response: instead of the one before where the program replaces it."""
    same = [each for each in sent if each.name.lower() == new.name.lower()]
    if same:
        says = (
            f"{new.name} is set more than once here; only the last value is sent."
            if found.replaces
            else f"{new.name} is added more than once here; browsers enforce all of these policies."
        )
        fix = "Set the header in one place."
        faults.append(Fault(rule="two-senders", message=says, start=new.start, end=new.end, fix=fix, scope=found.scope))
    if found.replaces:
        sent[:] = [each for each in sent if each not in same]
    sent.append(new)


def _nonce_faults(found: Found, text: Text | None) -> list[Fault]:
    """Nonces written in the file, and nonces made from what can be guessed."""
    faults = []
    for match in _LITERAL_NONCE.finditer(text.text if text else ""):
        first, last = (text.chars[match.start()], text.chars[match.end() - 1]) if text else (None, None)
        if match[1] == STAND_IN or first is None or last is None or any(c[3] is None for c in _chars(text, match)):
            continue
        message = "The nonce is written in the program, so it is the same in every response and protects nothing."
        fix = (
            "Make a new random nonce of at least 128 bits for every response, and use it in the header and in the tags."
        )
        start, end = first[1], last[2]
        faults.append(Fault(rule="literal-nonce", message=message, start=start, end=end, fix=fix, scope=found.scope))
    for made, start, end in found.nonces:
        if weak := _WEAK.search(made):
            message = f"The nonce is made with `{' '.join(weak[0].split())}`, which can be guessed or is used for more than one response."
            fix = "Make it with your language's random generator for secrets: 16 random bytes in base64, new for every response."
            faults.append(Fault(rule="weak-nonce", message=message, start=start, end=end, fix=fix, scope=found.scope))
    return faults


def _chars(text: Text | None, match: re.Match[str]) -> tuple[tuple[str, int, int, object], ...]:
    return text.chars[match.start(1) : match.end(1)] if text else ()


def nonces(
    data: bytes, text: Text | None, assigned: Mapping[str, Sequence[tuple[int, int]]]
) -> tuple[tuple[str, int, int], ...]:
    """
    What makes the nonces of a text: each expression as written, and what is assigned to the names in it.

    assigned: the bytes of the values that each name (or member, by its last name) gets in the file.
    """
    made: list[tuple[str, int, int]] = []
    for match in re.finditer(STAND_IN, text.text if text else ""):
        _, start, end, _ = text.chars[match.start()] if text else ("", 0, 0, None)
        places = [(start, end)]
        for name in re.findall(r"\w+", data[start:end].decode()):
            places += assigned.get(name, ())[:MOST_VALUES]
        made += [(data[first:last].decode(), first, last) for first, last in places]
    return tuple(dict.fromkeys(made))


def unquoted(framework: str, policy: Policy, scope: str = "") -> list[Fault]:
    """Keywords, nonces and hashes without their quotes, which the framework sends as they are."""
    faults = []
    for directive in policy.directives:
        for item in directive.sources:
            if directive.given and UNQUOTED.fullmatch(item.text) and not item.computed:
                message = f"{framework} sends {item.text} without quotes, and browsers read it as the name of a host."
                edits = text_edits(item, f"'{item.text}'")
                faults.append(
                    Fault(
                        rule="unquoted-keyword-passes",
                        message=message,
                        start=item.start,
                        end=item.end,
                        fix=f"Write \"'{item.text}'\", with single quotes in the string.",
                        edits=edits or (),
                        scope=scope,
                    )
                )
    return faults


def write(read: Read, data: bytes, sent: Sent, text: str) -> tuple[FileEdit, ...] | None:
    """
    The edits that give a header of a program another value.

    None if the program computes what would change, or if the file, read again, would not say exactly this: the header has the new
    value, and all others keep theirs.
    """
    before = read(data).found
    place = next((n for n, found in enumerate(before) if (found.start, found.name) == (sent.start, sent.name)), None)
    if place is None or sent.file:
        return None
    value = before[place].value
    if value is None:
        return None
    edits = map_edits(data, value, text) if isinstance(value, Policy) else text_edits(value, text)
    if edits is None:
        return None
    try:
        after = read(apply_edits(data, edits)).found
    except (ValueError, SourceError):
        return None
    old, new = [_meaning(found) for found in before], [_meaning(found) for found in after]
    composed_text = isinstance(value, Policy)
    old[place] = (old[place][0], *_said(text, composed_text))
    new_text = text_of(after[place]) if place < len(after) else None
    new[place : place + 1] = [(new[place][0], *_said(new_text.text, composed_text))] if new_text else []
    return edits if old == new else None


def _meaning(found: Found) -> tuple[object, ...]:
    text = text_of(found)
    return (found.name, text.text if text else None)


def _said(text: str, composed_text: bool) -> tuple[object, ...]:
    """What two texts must share to be the same value: a map's order and spaces are the framework's."""
    return (
        (tuple(sorted((name, tuple(sorted(set(values)))) for name, values in parsed(text))),)
        if composed_text
        else (text,)
    )
