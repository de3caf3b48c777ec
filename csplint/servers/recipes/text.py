"""A recipe as text for a terminal: comments begin with #, so that what is to be pasted stands out."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from csplint.report.escape import visible
from csplint.servers.recipes.wanted import Recipe


def lines(recipe: Recipe) -> Iterator[str]:
    """The lines of a recipe, without line ends: why this server, each block after where it goes, then the notes."""
    yield f"# for {recipe.title}{f': {visible(recipe.evidence)}' if recipe.evidence else ''}"
    for block in recipe.blocks:
        yield ""
        yield f"# {block.where}:"
        yield from (visible(line, sys.maxsize) for line in block.text.expandtabs(4).split("\n"))
    if recipe.blocks:
        yield ""
    yield from (f"# note: {note}" for note in recipe.notes)
