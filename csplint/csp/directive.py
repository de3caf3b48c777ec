"""One directive of a policy, and the positions of its parts in the policy's text."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from csplint.csp.browsers import CHROMIUM, Browser
from csplint.csp.memo import memo_property
from csplint.csp.source import Source
from csplint.csp.source_list import SourceList, beside_strict_dynamic, read_list, without_strict_dynamic


class Span(Struct, frozen=True, order=True):
    """A stretch of a policy's own text, in characters; `end` is exclusive."""

    start: int
    end: int


class State:
    """Whether browsers honour a directive, or why not; constants as SourceKind has them, and for the same reason."""

    IN_FORCE: Final = "in force"
    DUPLICATE: Final = "duplicate"
    UNKNOWN: Final = "unknown"
    BAD_NAME: Final = "bad name"
    BAD_VALUE: Final = "bad value"
    IGNORED_IN_META: Final = "ignored in meta"


AnyState = Literal["in force", "duplicate", "unknown", "bad name", "bad value", "ignored in meta"]


class Token(Struct, frozen=True):
    """A source expression and its position in its policy."""

    source: Source
    span: Span


_READS_STRICT_DYNAMIC = frozenset({"script-src", "script-src-elem", "default-src"})
"""The directives in which WebKit reads 'strict-dynamic', as they must be written."""


class Directive(Struct, frozen=True, dict=True):
    """
    One directive of a policy.

    name: lower case. written: the name as written. value: the rest, without outer white space.
    span: of name and value. name_span: of the name. offset: where `value` starts in the policy's text.
    state: whether it is in force, or why browsers ignore it.
    """

    name: str
    written: str
    value: str
    span: Span
    offset: int
    state: AnyState
    browser: Browser = CHROMIUM

    @property
    def name_span(self) -> Span:
        """The position of the directive's name."""
        return Span(self.span.start, self.span.start + len(self.written))

    @memo_property
    def list(self) -> SourceList:
        """The value as a source list, as far as this browser honours it in this directive."""
        listed, browser = read_list(self.value, self.browser), self.browser
        if browser.strict_dynamic_reads_name and listed.strict_dynamic and self.written not in _READS_STRICT_DYNAMIC:
            return without_strict_dynamic(listed)
        if browser.strict_dynamic_disables_locations and listed.strict_dynamic:
            return beside_strict_dynamic(listed)
        return listed

    @memo_property
    def tokens(self) -> tuple[Token, ...]:
        """The value's source expressions with their positions."""
        return tuple([self.token(number) for number in range(len(self.list.sources))])

    def token(self, number: int) -> Token:
        """One of the value's source expressions, counted from 0, with its position."""
        listed = self.list
        start, end = listed.spans[number]
        return Token(listed.sources[number], Span(self.offset + start, self.offset + end))
