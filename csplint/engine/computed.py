"""
What the server computes in the policies of a configuration file, and so nobody knows who reads the file.

A nonce that the server makes is no gap: every response has one. Any other computed text may be any source, or any directive;
what depends on it is neither met nor unmet.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.engine.subject import ENFORCED
from csplint.servers.source import Part, Sent


def computed_directives(part: Part) -> dict[str, str]:
    """The directives with a computed text, lower case, and the expression in each; "" stands for any directive."""
    return {name: expression for sent in part.sent if sent.value for name, expression in _places(sent, sent.value.text)}


def _places(sent: Sent, text: str) -> Iterator[tuple[str, str]]:
    expressions = [each for each in sent.computed if each in text]
    for directive in text.replace(",", ";").split(";") if expressions else ():
        for expression in expressions:
            if expression in directive:
                name = directive.split()[0]
                yield "" if expression in name else name.lower(), expression


def computed_policy(part: Part) -> str:
    """The expression of an enforced policy of which nothing is known; "" if there is none."""
    unknown = (each for each in part.sent if each.value is None and each.name.lower() == ENFORCED)
    return next((_named(each) for each in unknown), "")


def _named(sent: Sent) -> str:
    return ", ".join(sent.computed) or "in its code"
