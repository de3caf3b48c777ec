"""
A rule's examples: what a server sends, and the findings of the rule that it must give.

They are the rule's tests and its documentation at once. Both read them here, so what is shown is what is judged.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

POLICY = "Content-Security-Policy"
REPORT_ONLY = "Content-Security-Policy-Report-Only"


class Repeat(Struct, frozen=True, forbid_unknown_fields=True):
    """Sources that stand after the policy's own: `source` again and again, {number} in it counting from 1."""

    source: str
    times: Annotated[int, Meta(ge=1, le=1000)]

    def sources(self) -> tuple[str, ...]:
        """Every one of them."""
        return tuple(self.source.replace("{number}", str(number)) for number in range(1, self.times + 1))


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """
    What a server sends.

    policy, report_only: the values of the two headers; "" where one is not sent. repeat: what makes the policy a long
    one. headers: all others, each `Name: value`. page: the HTML after its doctype. address: the page's URL, "" for
    https://shop.example/.
    """

    policy: str = ""
    report_only: str = ""
    repeat: Repeat | None = None
    headers: tuple[str, ...] = ()
    page: str = ""
    address: str = ""

    def whole_policy(self) -> str:
        """The policy as it is sent."""
        return " ".join(filter(None, (self.policy, *(self.repeat.sources() if self.repeat else ()))))

    def fields(self) -> Iterator[tuple[str, str]]:
        """Every header's name and value, the policies first."""
        if policy := self.whole_policy():
            yield POLICY, policy
        if self.report_only:
            yield REPORT_ONLY, self.report_only
        for line in self.headers:
            name, _, value = line.partition(":")
            yield name, value.strip(" ")


class Example(Answer, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    An answer, nothing but policies, or a configuration file, and the findings it must give.

    expect: for each finding "directive: value", or as much of it as there is. second: what the next visitor gets,
    whole. file, text: the name and the content of a configuration file, with {repeat} where `repeat` is; then there is
    nothing else, and `expect` has the text that each finding is about. features: optional parts of the widget that the user
    says are in use. files: the text of the files in the page's folder, by their paths. config: the text of a csplint.toml.
    today: the day of the check, where that matters.
    """

    expect: tuple[str, ...]
    second: Answer | None = None
    features: tuple[str, ...] = ()
    config: str = ""
    today: datetime.date | None = None
    file: str = ""
    text: str = ""
    files: dict[str, str] = {}
    note: str = ""

    def whole_text(self) -> str:
        """The content of the configuration file."""
        return self.text.removeprefix("\n").replace("{repeat}", " ".join(self.repeat.sources() if self.repeat else ()))

    def is_bare(self) -> bool:
        """Whether it is policies alone, as --policy gives them: no answer, so nothing is known of headers or HTML."""
        return not (self.headers or self.page or self.second)
