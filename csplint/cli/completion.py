"""The words that complete a value in a shell, for values of no closed set; typer calls these when the shell asks."""

from __future__ import annotations


def complete_rule(incomplete: str) -> list[str]:
    """Names and ids of the default packs' rules; in a list with commas, the last word is completed."""
    from csplint.packs.merge import load_packs  # noqa: PLC0415 - loaded only when the shell asks

    last = incomplete.rpartition(",")[2]
    before = incomplete[: len(incomplete) - len(last)]
    rules = load_packs(()).rules.values()
    words = sorted({word for rule in rules for word in (rule.name, rule.id)})
    return [before + word for word in words if word.startswith(last)]


def complete_feature(incomplete: str) -> list[str]:
    """Features of the default packs, without the pack's name unless it is being typed."""
    from csplint.engine.features import known_features  # noqa: PLC0415
    from csplint.packs.merge import load_packs  # noqa: PLC0415

    qualified = known_features(load_packs(()))
    plain = [name.partition(".")[2] for name in qualified]
    return [name for name in (qualified if "." in incomplete else plain) if name.startswith(incomplete)]


def complete_kind(incomplete: str) -> list[str]:
    """Kinds of requests."""
    from csplint.csp.request import KINDS  # noqa: PLC0415

    return [kind for kind in sorted(KINDS) if kind.startswith(incomplete)]


def complete_pack(incomplete: str) -> list[str]:
    """Names of built-in packs; if none matches, the shell offers files."""
    from csplint.packs.merge import DEFAULT  # noqa: PLC0415

    return [name for name in DEFAULT if name.startswith(incomplete)]


def complete_vendor(incomplete: str) -> list[str]:
    """Vendors of the default packs, and the two words that stand for no fixed vendor."""
    from csplint.cli.vendor_selection import vendor_names  # noqa: PLC0415
    from csplint.packs.merge import load_packs  # noqa: PLC0415

    return [name for name in vendor_names(load_packs(())) if name.startswith(incomplete)]
