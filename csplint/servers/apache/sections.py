"""The sections of an Apache configuration and the Header directives in them."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.servers.apache.lines import Line, Word, lines
from csplint.servers.apache.values import Value, value
from csplint.servers.contents import MOST_BYTES, Text
from csplint.servers.source import Reader

DEEPEST = 60
MOST_INCLUDES = 200
MOST_OPERATIONS = 1_000
ACTIONS = frozenset({"set", "setifempty", "add", "append", "merge", "unset", "edit", "edit*", "echo", "note"})
_OPEN = re.compile(r"<\s*(?P<close>/?)(?P<kind>[a-z]+)\b(?P<rest>.*?)>?\Z", re.IGNORECASE | re.DOTALL)
_TEMPLATE = re.compile(r"\{\{|\{%|<%|<\?")
_APPLIED = (
    "virtualhost",
    "directory",
    "directorymatch",
    "files",
    "filesmatch",
    "location",
    "locationmatch",
    "if",
    "elseif",
    "else",
)
_ASSUMED = frozenset({"ifversion", "ifdirective", "ifsection", "iffile"})
_SKIPPED = frozenset({"macro", "proxy", "proxymatch", "limit", "limitexcept"})


class Operation(Struct):
    """
    A Header directive.

    always: whether it changes the headers of errors too, a table of its own. words: those after the header's name. value: what
    it gives. condition: its `env=` or `expr=`, or "".
    """

    action: str
    always: bool
    name: str
    words: list[Word]
    line: Line
    value: Value | None
    condition: str
    plain: Word

    @property
    def span(self) -> tuple[int, int]:
        return self.line.file.offset(self.line.start), self.line.file.offset(self.line.end)


class Section(Struct):
    """A container. kind: lower-case, "" for the file. pattern: its argument."""

    kind: str
    pattern: str
    parent: Section | None
    operations: list[Operation]
    inside: list[Section]
    name: str = ""
    root: str = ""
    upstream: Line | None = None


class Configuration:
    """Reads a file and what it includes. limits: sentences about what was not read or is assumed."""

    def __init__(self, reader: Reader) -> None:
        self.limits: list[str] = []
        self.root = Section("", "", None, [], [])
        self._reader, self._left, self._bytes = reader, MOST_INCLUDES, MOST_BYTES
        self._defined: dict[str, str] = {}
        self._operations = 0

    def read(self, file: Text, within: tuple[str, ...] = (), section: Section | None = None) -> None:
        """Add a file to a section. Raises SourceError."""
        here, opened, skipped = section or self.root, list[tuple[str, Line, Section]](), 0
        for line in lines(file):
            text = line.text
            if _TEMPLATE.match(text):
                raise file.error(
                    "This is a template, not a configuration yet. Check the file that is made from it.", line.start
                )
            match = _OPEN.match(text)
            if match is None:
                if not skipped:
                    self._directive(line, here, within)
            elif match["close"]:
                if not opened or opened[-1][0] != match["kind"].lower():
                    raise file.error(f"</{match['kind']}> closes no section here.", line.start)
                here = opened.pop()[2]
                skipped -= bool(skipped)
            else:
                if len(opened) > DEEPEST:
                    raise file.error(f"Sections are nested more than {DEEPEST} deep.", line.start)
                opened.append((match["kind"].lower(), line, here))
                if skipped or self._skips(match["kind"].lower(), match["rest"].strip()):
                    skipped += 1
                elif match["kind"].lower() in _APPLIED:
                    here = _opened(here, match["kind"].lower(), match["rest"].strip())
        if opened:
            raise file.error(f"<{opened[-1][0]}> has no end.", opened[-1][1].start)

    def _skips(self, kind: str, argument: str) -> bool:
        """Whether what is in a section is left out, as far as this is known without the server."""
        if kind == "ifmodule":
            module = argument.removeprefix("!").strip()
            self._limit(
                f"It is assumed that Apache has the module {module}.", module not in {"mod_headers.c", "headers_module"}
            )
            return argument.startswith("!")
        if kind == "ifdefine":
            known = argument.removeprefix("!") in self._defined
            return known is argument.startswith("!")
        if kind in _SKIPPED:
            self._limit(f"What is in <{kind}> is not read.")
            return True
        self._limit(f"It is assumed that the condition of <{kind}> holds.", kind in _ASSUMED)
        return False

    def _directive(self, line: Line, section: Section, within: tuple[str, ...]) -> None:
        words = list(line.words())
        name, arguments = words[0].text.lower(), words[1:]
        if name == "header":
            self._header(line, section, arguments)
        elif name in {"include", "includeoptional"} and arguments:
            self._include(line, arguments[0].text, section, within)
        elif name == "define" and arguments:
            self._defined[arguments[0].text] = arguments[1].text if len(arguments) > 1 else ""
        elif name == "servername" and arguments:
            section.name = arguments[0].text
        elif name == "documentroot" and arguments:
            section.root = arguments[0].text.rstrip("/") or "/"
        elif name == "proxypass" or (name == "sethandler" and "proxy:" in line.text):
            section.upstream = line

    def _header(self, line: Line, section: Section, words: list[Word]) -> None:
        always = bool(words) and words[0].text.lower() == "always"
        words = words[1:] if words and words[0].text.lower() in {"always", "onsuccess"} else words
        action = words[0].text.lower() if words else ""
        if action not in ACTIONS:
            raise line.file.error(
                "Header needs one of set, append, merge, add, setifempty, edit, unset, echo and note.", line.start
            )
        least = {"unset": 2, "echo": 2, "edit": 4, "edit*": 4}.get(action, 3)
        if not least <= len(words) <= least + 1:
            raise line.file.error(
                f"Header {action} has {len(words) - 1} arguments: put the value in quotes.", words[-1].start
            )
        condition = words[least].text if len(words) > least else ""
        if condition and not condition.lower().startswith(("env=", "expr=", "early")):
            raise line.file.error(
                "Apache expects env=, expr= or early here: put the value in quotes.", words[least].start
            )
        made = value(words[2], self._defined) if least == 3 else None  # noqa: PLR2004 - those with a value
        name = words[1].text.partition(":")[0]
        self._operations += 1
        if self._operations > MOST_OPERATIONS:
            self._limit(f"Only the first {MOST_OPERATIONS:,} Header directives were read.")
            return
        section.operations.append(Operation(action, always, name, words[2:least], line, made, condition, words[0]))

    def _include(self, line: Line, path: str, section: Section, within: tuple[str, ...]) -> None:
        if path in within:
            raise line.file.error(f"{path} includes itself.", line.start)
        self._left -= 1
        data = self._reader(path) if self._left >= 0 else None
        if data is None or len(data) > self._bytes:
            self._limit(
                f"The included file {path} was not read, so headers that it adds are missing here.", "mods-" not in path
            )
            return
        self._bytes -= len(data)
        self.read(Text(data, path, line.file.offset(line.start)), (*within, path), section)

    def _limit(self, sentence: str, wanted: bool = True) -> None:
        if wanted and sentence not in self.limits:
            self.limits.append(sentence)


def _opened(parent: Section, kind: str, argument: str) -> Section:
    pattern = argument.strip()
    if kind not in {"if", "elseif", "else"}:
        regular = pattern.startswith("~")
        pattern = pattern.removeprefix("~").strip().strip("\"'")
        kind += "match" if regular and not kind.endswith("match") else ""
    made = Section(kind, pattern, parent, [], [])
    parent.inside.append(made)
    return made
