"""A folded section of the report."""

from __future__ import annotations

from csplint.report.html.tree import Child, Html, tag


def fold(id_: str, title: str, aside: str, *content: Child, class_: str, is_open: bool = False) -> Html:
    """
    Give a section whose heading unfolds it.

    aside: what is inside, in a few words, so that nobody has to look; "" for nothing. The id is inside the folded part,
    because browsers unfold what contains the target of a link, even without script.
    """
    words = (" ", tag("span", aside, class_="aside")) if aside else ()
    summary = tag("summary", tag("h3", title, *words))
    return tag("details", summary, tag("div", *content, class_="inner", id=id_), class_=f"fold {class_}", open=is_open)
