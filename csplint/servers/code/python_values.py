"""Strings, lists and dicts of a Python file, with exact places: the standard library's `ast`, and a scanner of string literals."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator

from csplint.servers.code.text import MOST_CHARACTERS, Literal, Text, expression, fixed, joined, literal_text
from csplint.servers.source import SourceError

_GAP = re.compile(rb"(?:[ \t\f\r\n]|\\\r?\n|#[^\n]*)*")
_OPENS = re.compile(rb"([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(\r\n|.))", re.S)

CONSTANTS = {
    "NONE": "'none'",
    "REPORT_SAMPLE": "'report-sample'",
    "SELF": "'self'",
    "STRICT_DYNAMIC": "'strict-dynamic'",
    "UNSAFE_EVAL": "'unsafe-eval'",
    "UNSAFE_HASHES": "'unsafe-hashes'",
    "UNSAFE_INLINE": "'unsafe-inline'",
    "UNSAFE_ALLOW_REDIRECTS": "'unsafe-allow-redirects'",
    "WASM_UNSAFE_EVAL": "'wasm-unsafe-eval'",
}
"""Members of Django's CSP and names of django-csp's csp.constants, but for NONCE."""

DEEPEST = 50
"""Names and concatenations inside one another that are followed."""


class Program:
    """A parsed file. names: the value of each name that is assigned exactly once, at the top. Raises SourceError."""

    def __init__(self, data: bytes, text: str) -> None:
        self.data = data
        self.tree = parse(text)
        self._budget = MOST_CHARACTERS
        self.names: dict[str, ast.expr] = {}
        self.imported: dict[str, str] = {}
        self._starts = [0, *(match.end() for match in re.finditer(rb"\r\n|\r|\n", data))]
        self._bom = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        self._gather()

    def _gather(self) -> None:
        bound: dict[str, int] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                bound[node.id] = bound.get(node.id, 0) + 1
            elif isinstance(node, ast.arg):
                bound[node.arg] = bound.get(node.arg, 0) + 1
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self.names[node.targets[0].id] = node.value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                self.names[node.target.id] = node.value
        self.names = {name: value for name, value in self.names.items() if bound.get(name) == 1}

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """The bytes of a node."""
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno or 1, node.end_col_offset or 0)

    def _place(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column + (self._bom if line == 1 else 0)

    def line(self, place: int) -> int:
        """The line, from 1, of a byte."""
        return bisect_right(self._starts, place)

    def source(self, node: ast.expr) -> str:
        """The node as written."""
        start, end = self.span(node)
        return self.data[start:end].decode()

    def text(self, node: ast.expr, before: str = "", depth: int = 0) -> Text:
        """The value of a string expression; what is computed stands for itself."""
        start, end = self.span(node)
        if depth < DEEPEST and self._budget > 0:
            made = self._known(node, start, end, before, depth)
            self._budget -= 1 + (len(made.chars) if made else 0)
            if made is not None:
                return made
        return expression(self.source(node), start, end, before)

    def _known(self, node: ast.expr, start: int, end: int, before: str, depth: int) -> Text | None:
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return self._literals(node, start, end, before)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left = self.text(node.left, before, depth + 1)
            return joined([left, self.text(node.right, before + left.text, depth + 1)], start, end)
        if isinstance(node, ast.Name | ast.Attribute):
            return self._named(node, start, end, before, depth)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, start, end, depth)
        return None

    def _named(self, node: ast.Name | ast.Attribute, start: int, end: int, before: str, depth: int) -> Text | None:
        if isinstance(node, ast.Name) and (value := self.names.get(node.id)) is not None:
            found = self.text(value, before, depth + 1)
            return found.moved(start, end) if any(char[3] for char in found.chars) else None
        constant = self.constant(node)
        if constant == "NONCE":
            nonce = expression(self.source(node), start, end, "'nonce-")
            return joined([fixed("'nonce-", start, start), nonce, fixed("'", end, end)], start, end)
        return fixed(CONSTANTS[constant], start, end) if constant in CONSTANTS else None

    def constant(self, node: ast.expr) -> str:
        """The name of a constant of Django's CSP or django-csp's csp.constants; "" if it is none."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            full = self.imported.get(node.value.id, node.value.id)
            return node.attr if full in ("django.utils.csp.CSP", "csp.constants", "CSP") else ""
        if isinstance(node, ast.Name) and self.imported.get(node.id, "").startswith("csp.constants."):
            return self.imported[node.id].rpartition(".")[2]
        return ""

    def _method(self, node: ast.Call, func: ast.Attribute, start: int, end: int, depth: int) -> Text | None:
        """`"; ".join([…])` of known strings."""
        between = func.value
        if func.attr != "join" or len(node.args) != 1 or not isinstance(node.args[0], ast.List | ast.Tuple):
            return None
        if not isinstance(between, ast.Constant) or not isinstance(between.value, str):
            return None
        if any(isinstance(item, ast.Starred) for item in node.args[0].elts):
            return None
        return joined([self.text(item, "", depth + 1) for item in node.args[0].elts], start, end, between.value)

    def _literals(self, node: ast.expr, start: int, end: int, before: str) -> Text | None:
        """The string literals in a row that a node is made of; None if they are not as expected."""
        parts: list[Text] = []
        place = start
        while place < end:
            opens = _OPENS.match(self.data, place)
            if opens is None:
                return None
            said = before + "".join(part.text for part in parts)
            made, place = self._literal(opens, said)
            if place > end:
                return None
            parts += made
            gap = _GAP.match(self.data, place)
            place = gap.end() if gap else place
        made_text = joined(parts, start, end)
        if isinstance(node, ast.Constant) and made_text.text != node.value:
            return fixed(str(node.value), start, end)
        return made_text

    def _literal(self, opens: re.Match[bytes], before: str) -> tuple[list[Text], int]:
        """One literal's parts, and the byte after it."""
        prefix, quote = opens[1].decode().lower(), opens[2]
        closes = self._closing(opens.end(), quote, "f" in prefix)
        literal = Literal(opens.end(), closes, quote.decode()[0], "r" in prefix or len(quote) > 1)
        after = closes + len(quote)
        parts: list[Text] = []
        if "f" not in prefix:
            chars = list(_chars(self.data[opens.end() : closes].decode(), opens.end(), "r" in prefix))
            return [literal_text(chars, literal, opens.start(), after)], after
        for kind, start, end in _pieces(self.data, opens.end(), closes):
            if kind == "{":
                said = before + "".join(part.text for part in parts)
                parts.append(expression(self.data[start + 1 : end - 1].decode().strip(), start, end, said))
            else:
                raw = self.data[start:end].decode()
                chars = _halved(list(_chars(raw, start, "r" in prefix)))
                parts.append(literal_text(chars, literal, start, end))
        return parts, after

    def _closing(self, place: int, quote: bytes, formatted: bool) -> int:
        """The byte of the quote that ends a literal."""
        depth = 0
        while place < len(self.data):
            byte = self.data[place : place + 1]
            if byte == b"\\":
                place += 2
                continue
            if self.data.startswith(quote, place) and not depth:
                return place
            if formatted and byte == b"{":
                doubled = not depth and self.data[place + 1 : place + 2] == b"{"
                place, depth = (place + 1, depth) if doubled else (place, depth + 1)
            elif formatted and byte == b"}" and depth:
                depth -= 1
            place += 1
        return place


def parse(text: str) -> ast.Module:
    """The file's tree. Raises SourceError at the line and column of a syntax error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.removeprefix("\ufeff"))
    except SyntaxError as error:
        message = f"This is not valid Python: {error.msg}."
        raise SourceError(message, error.lineno or 0, max(error.offset or 0, 0)) from None
    except (ValueError, RecursionError, MemoryError):
        raise SourceError("This is not valid Python, or it is nested too deeply.") from None


def _chars(raw: str, start: int, is_raw: bool) -> Iterator[tuple[str, int, int]]:
    """The characters of a literal's content, and the bytes of each."""
    place, offset = 0, start
    while place < len(raw):
        match = None if is_raw or raw[place] != "\\" else _ESCAPE.match(raw, place)
        taken = match[0] if match else "\r\n" if raw.startswith("\r\n", place) else raw[place]
        size = len(taken.encode())
        for char in _unescaped(match) if match else "\n" if taken in ("\r\n", "\r") else taken:
            yield char, offset, offset + size
        place, offset = place + len(taken), offset + size


def _unescaped(match: re.Match[str]) -> str:
    number = match[1] or match[2] or match[3]
    if number:
        return chr(min(int(number, 16), 0x10FFFF))
    if match[4]:
        return chr(int(match[4], 8))
    return "" if match[5] in ("\n", "\r", "\r\n") else _SIMPLE.get(match[5], match[0])


def _pieces(data: bytes, place: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The parts of an f-string's content: ("", start, end) of text, ("{", start, end) of an expression in its braces."""
    start = place
    while place < end:
        if data[place : place + 1] == b"\\":
            place += 2
        elif data[place : place + 1] != b"{":
            place += 1
        elif data[place + 1 : place + 2] == b"{":
            place += 2
        else:
            yield "", start, place
            depth, first = 1, place
            while depth and place + 1 < end:
                place += 1
                depth += {b"{": 1, b"}": -1}.get(data[place : place + 1], 0)
            place += 1
            yield "{", first, place
            start = place
    yield "", start, end


def _halved(chars: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """An f-string's `{{` and `}}` as one brace each."""
    made: list[tuple[str, int, int]] = []
    skip = False
    for number, (char, start, end) in enumerate(chars):
        if skip:
            skip = False
        elif char in "{}" and number + 1 < len(chars) and chars[number + 1][0] == char:
            made.append((char, start, chars[number + 1][2]))
            skip = True
        else:
            made.append((char, start, end))
    return made
