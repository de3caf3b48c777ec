"""
Refuse pages that would exhaust the machine, before they are parsed.

The parser is native code: nothing can interrupt it, and it holds the interpreter lock. So pages are first measured, cheaply,
against limits that real pages never reach. Measured with turbohtml 1.15.4 (memory in addition to the program's own; the
last column is the most expensive page within the limits, read to the end):

    limit                       without it                             with it
    450,000 "<"                 10 MB of <i>: 770 MB                   210 MB, 2 s
    2.5M attributes and 5 for   10 MB of <p a b c …>: 550 MB           250 MB, 2 s
    each tag
    1M NUL                      10 MB of NUL: 470 MB                   50 MB, 0.1 s
    1,000 root tags and         0.1 MB of <body aN>: 1.2 GB, 3 s;      13 MB, 0.03 s
    5M steps of merging them    0.6 MB: over 8 GB
    3M reopened elements        0.4 MB of <b aN><p>: 2.1 GB, 7 s       390 MB, 4 to 8 s

Parse errors cost 50 bytes each and cannot be switched off: 10 MB of "&a;" takes 340 MB and half a second, which is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from csplint.errors import TargetError
from csplint.page.html.reopening import FORMATTING, Reopening, Token

MAX_BODY = 10_000_000  # bytes
MAX_TAGS = 450_000
"""Tags, end tags and comments; a page of 10 MB has about 300,000."""

MAX_WEIGHT = 2_500_000
"""Attributes of all tags, and five for each tag: a tag takes about 500 bytes, an attribute 100."""

MAX_ATTRIBUTES = 200_000
"""Of one tag; each takes about 400 bytes."""

MAX_NULS = 1_000_000
MAX_ROOT_TAGS = 1_000
# Each merge compares every new attribute with every earlier one, and copies all of them.
MAX_MERGE_STEPS = 5_000_000
# A reopened element costs about 140 bytes and half a microsecond.
MAX_REOPENED = 3_000_000

_ROOT = re.compile(r"<(body|html)(?=[\s/>])", re.IGNORECASE)
_FORMATTING = re.compile(rf"<(?:{'|'.join(FORMATTING - {'a'})})(?=[\s/>])", re.IGNORECASE)
_DEEPEST = 512
_LONGEST_ROOT = 65_536


Tokenize = Callable[[str], Iterator[Token]]


def refuse_too_large(body: bytes, target: str) -> None:
    """Raise TargetError ("too-large") for a body of more than MAX_BODY bytes."""
    if len(body) > MAX_BODY:
        raise TargetError(
            target,
            "too-large",
            f"the page has {len(body):,} bytes; csplint reads pages of up to {MAX_BODY:,} bytes",
            hint="check a smaller page that sends the same policy, or pass the policy with --policy",
        )


def refuse_too_complex(text: str, target: str, tokenize: Tokenize | None) -> None:
    """
    Raise TargetError ("too-complex") for a page that is cheap to send but ruinous to parse.

    tokenize: None for XML, in which nothing is merged or reopened.
    """
    problem = (
        _flood(text) or _attributes(text) or (tokenize and (_merging(text, tokenize) or _reopening(text, tokenize)))
    )
    if problem:
        raise TargetError(
            target,
            "too-complex",
            f"the page {problem}, which is more than csplint parses",
            hint="ordinary pages do not; check that this is the page you mean, or pass the policy with --policy",
        )


def _flood(text: str) -> str:
    if text.count("<") > MAX_TAGS:
        return f'has more than {MAX_TAGS:,} "<" characters'
    if text.count("\0") > MAX_NULS:
        return f"has more than {MAX_NULS:,} NUL characters"
    return ""


def _attributes(text: str) -> str:
    """Look for more tags and attributes than there is memory for."""
    if len(text) < _FEWEST_ATTRIBUTES:
        return ""
    weight = 5 * text.count("<")
    for tag in _START_TAG.finditer(text):
        number = len(_ATTRIBUTE.findall(tag[0]))
        if number > MAX_ATTRIBUTES:
            return f"has a tag with more than {MAX_ATTRIBUTES:,} attributes"
        weight += number
    return "has too many tags and attributes" if weight > MAX_WEIGHT else ""


_FEWEST_ATTRIBUTES = 1_000_000
"""Characters of a page that may have too many."""

_START_TAG = re.compile(r"<[A-Za-z][^<>]*")
_ATTRIBUTE = re.compile(r"""[\s/"']+[^\s/>=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?""")


def _merging(text: str, tokenize: Tokenize) -> str:
    """
    Look for body and html tags that accumulate attributes.

    Every such text counts, in comments and scripts too: whether the parser takes it for a tag depends on the tree, which must
    not be built.
    """
    tags = [(found[1].lower(), found.start()) for found in _ROOT.finditer(text)]
    if len(tags) > MAX_ROOT_TAGS:
        return f"has more than {MAX_ROOT_TAGS:,} body or html tags"
    held = {"body": 0, "html": 0}
    steps = 0
    for name, start in tags:
        new = _attribute_count(text[start : start + _LONGEST_ROOT], tokenize)
        steps += held[name] * (new + 1)
        held[name] += new
    return "repeats its body or html tag with thousands of attributes" if steps > MAX_MERGE_STEPS else ""


def _attribute_count(text: str, tokenize: Tokenize) -> int:
    """The number of the first tag's attributes; of an unfinished tag, the most that would fit."""
    end = text.find("<", 1)
    for piece in (text[: end if end > 0 else None], text):
        first = next(iter(tokenize(piece)), None)
        if first is not None and first.kind == "start":
            return first.attributes
    return len(text) // 2


def _reopening(text: str, tokenize: Tokenize) -> str:
    """
    Estimate how many elements unclosed formatting tags (<b>, <font>, …) multiply into.

    HTML Standard #reconstruct-the-active-formatting-elements: each paragraph opens all of them again, up to the depth of the
    tree. For most pages, counting the tags is enough.
    """
    formatting = sum(1 for _ in _FORMATTING.finditer(text))
    if min(formatting, _DEEPEST) * text.count("<") <= MAX_REOPENED:
        return ""
    estimate = Reopening(_DEEPEST)
    return (
        "leaves so many formatting tags open that the parser multiplies them"
        if any(estimate.count(token) > MAX_REOPENED for token in _all_tokens(text, tokenize))
        else ""
    )


def _all_tokens(text: str, tokenize: Tokenize) -> Iterable[Token]:
    """
    The tokens and, after the first svg or math tag, also those inside raw text.

    A tokenizer cannot tell <style> in SVG, whose content is markup, from HTML's.
    """
    foreign, raw = False, False
    for token in tokenize(text):
        yield token
        foreign = foreign or (token.kind == "start" and token.name in ("svg", "math"))
        if token.kind == "text" and raw and foreign and "<" in token.source:
            yield from tokenize(token.source)
        raw = token.kind == "start" and token.name in _RAW_TEXT


_RAW_TEXT = frozenset(
    {"script", "style", "title", "textarea", "noscript", "xmp", "iframe", "noembed", "noframes", "plaintext"}
)
