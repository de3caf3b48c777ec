"""
The documents in `<iframe srcdoc>`, whose scripts, styles and images the page's policies govern too.

HTML Standard #initialise-the-document-object: a srcdoc document inherits the policies of the page. Its own meta elements
and its base element are left out, which is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from csplint.errors import TargetError
from csplint.page.document import Place
from csplint.page.html.tag import Tag

MAX_TEXT = 1_000_000
"""Characters of all srcdoc attributes of a page."""

MAX_FRAMES = 200
"""Frames with srcdoc that are read."""

MAX_DEPTH = 4
"""Frames within frames."""

_SCRIPTED = frozenset({"script", "svg:script"})


class SrcdocReader:
    """Adds the tags of srcdoc documents after the tags of their frames. parse: a document's tags; may raise TargetError."""

    def __init__(self, parse: Callable[[str], list[Tag]]) -> None:
        self._parse = parse
        self._left = MAX_TEXT
        self._frames_left = MAX_FRAMES
        # A dict, to store each sentence once and in order.
        self.limits: dict[str, None] = {}

    def expanded(self, tags: Iterable[Tag], depth: int = 0) -> Iterator[Tag]:
        """The tags, each frame's followed by those of its srcdoc."""
        for tag in tags:
            yield tag
            if tag.name == "iframe" and "srcdoc" in tag.attributes and not tag.is_inert:
                yield from self._inner(tag, depth)

    def _inner(self, frame: Tag, depth: int) -> Iterator[Tag]:
        text = frame.get("srcdoc")
        self._left -= len(text)
        self._frames_left -= 1
        if depth >= MAX_DEPTH or self._left < 0 or self._frames_left < 0:
            sentence = (
                "The page has more, longer or deeper frames with srcdoc than csplint reads; it left the rest out."
            )
            self.limits[sentence] = None
            return
        try:
            tags = self._parse(text)
        except TargetError as error:
            self._limit(frame, f"was not read: {error.message}")
            return
        runs_scripts = "sandbox" not in frame.attributes or "allow-scripts" in frame.word("sandbox").split()
        place = frame.attribute_places.get("srcdoc", frame.place)
        for tag in self.expanded(tags, depth + 1):
            if tag.name == "base" or (tag.name == "meta" and tag.word("http-equiv").startswith("content-security")):
                self._limit(frame, f"has a {tag.name} element that csplint does not take into account")
            elif runs_scripts or tag.name not in _SCRIPTED:
                yield _moved(tag, place, runs_scripts=runs_scripts)

    def _limit(self, frame: Tag, what: str) -> None:
        self.limits[f"The srcdoc of the frame at line {frame.place.line} {what}."] = None


def _moved(tag: Tag, place: Place, *, runs_scripts: bool) -> Tag:
    """The tag at the place of the attribute that it is written in; without event handlers where no script runs."""
    attributes = {name: value for name, value in tag.attributes.items() if runs_scripts or not name.startswith("on")}
    return replace(
        tag,
        attributes=attributes,
        place=place,
        attribute_places=dict.fromkeys(tag.attribute_places, place),
        text_place=place,
        in_srcdoc=True,
    )
