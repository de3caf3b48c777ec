"""What a shell may complete values with, where they are no closed set; called by typer when the shell asks."""

from __future__ import annotations


def rule_words(incomplete: str) -> list[str]:
    """Names and ids of the default packs' rules that begin so; of several with commas, the last is completed."""
    from csplint.packs.merge import load_packs  # noqa: PLC0415 - only the shell asks

    last = incomplete.rpartition(",")[2]
    before = incomplete[: len(incomplete) - len(last)]
    rules = load_packs(()).rules.values()
    words = sorted({word for rule in rules for word in (rule.name, rule.id)})
    return [before + word for word in words if word.startswith(last)]


def kind_words(incomplete: str) -> list[str]:
    """Kinds of requests that begin so."""
    from csplint.csp.request import KINDS  # noqa: PLC0415

    return [kind for kind in sorted(KINDS) if kind.startswith(incomplete)]


def pack_words(incomplete: str) -> list[str]:
    """Names of built-in packs that begin so; where none does, the shell offers files."""
    from csplint.packs.merge import DEFAULT  # noqa: PLC0415

    return [name for name in DEFAULT if name.startswith(incomplete)]
