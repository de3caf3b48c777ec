"""
What a report answers first: does the widget work, why not, and what to send instead.

These types are part of the JSON report (`csplint.model`), under `verdict` and `corrected` of a target.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from csplint.model.places import Place

WidgetState = Literal["works", "partly", "broken", "unknown", "absent"]
"""
works: it loads, and every need that was checked is met. partly: it loads, named parts fail. broken: it does not load.
unknown: the input does not tell. absent: the page's HTML holds no embed.
"""

WORST_FIRST: tuple[WidgetState, ...] = ("broken", "unknown", "partly", "absent", "works")


class VendorVerdict(Struct, frozen=True):
    """
    One vendor's widget: its pack's id, its name for people, and its state.

    if_added: of an absent widget, what it would be. why: what decides besides the source lists, "" where they decide.
    """

    vendor: str
    title: str
    state: WidgetState
    if_added: WidgetState | None = None
    why: str = ""


class Verdict(Struct, frozen=True, kw_only=True):
    """
    Whether the widget works.

    state: of several vendors the worst. text: the same as a sentence. because: if it does not load, why. then: which parts
    fail once it loads, with their directives; each "" if there is nothing to say. if_added: of an absent widget, what it would be if it
    were added. causes: fingerprints of the findings that explain it, the first cause first. browsers: by name, where a
    browser's state differs from `state`. vendors: one entry a vendor.
    """

    state: WidgetState
    text: str
    because: str = ""
    then: str = ""
    if_added: WidgetState | None = None
    causes: tuple[str, ...] = ()
    browsers: dict[str, WidgetState] = {}
    vendors: tuple[VendorVerdict, ...] = ()


Action = Literal["keep", "replace", "remove", "add"]


class HeaderChange(Struct, frozen=True):
    """
    What becomes of one response header.

    before, after: the whole value, None where there is none. policy: the index of its first policy among the target's
    `policies`; None for another header, or one that is new.
    """

    action: Action
    name: str
    before: str | None
    after: str | None
    policy: int | None = None


class MetaChange(Struct, frozen=True):
    """What becomes of one meta element with a policy; `place` is its tag."""

    action: Action
    before: str | None
    after: str | None
    policy: int | None
    place: Place | None


class TagChange(Struct, frozen=True):
    """
    An attribute that a tag of the page needs.

    value: for a nonce words, never a value to copy. element: the tag's name, such as "script"; "" if it is not known.
    """

    place: Place
    attribute: str
    value: str
    why: str
    element: str = ""

    @property
    def tag(self) -> str:
        """The tag in words: "the <script> tag on line 7"."""
        return f"the {f'<{self.element}> ' if self.element else ''}tag on line {self.place.line}"


class LeftFinding(Struct, frozen=True):
    """An error or warning that the correction does not fix, and why."""

    fingerprint: str
    why: str


class Proof(Struct, frozen=True):
    """
    What judging the corrected policies gave.

    verdict: the widget's state with them. errors, warnings: how many are left. still_allowed: whether everything that the
    policies allowed is still allowed; a correction for which it does not hold is not given.
    """

    verdict: WidgetState
    errors: int
    warnings: int
    still_allowed: bool = True


class Corrected(Struct, frozen=True, kw_only=True):
    """
    What to send instead of what is sent now.

    steps: what no text can fix, in words. mends: fingerprints of the findings that it fixes.
    """

    headers: tuple[HeaderChange, ...] = ()
    metas: tuple[MetaChange, ...] = ()
    tags: tuple[TagChange, ...] = ()
    steps: tuple[str, ...] = ()
    mends: tuple[str, ...] = ()
    leaves: tuple[LeftFinding, ...] = ()
    proof: Proof
