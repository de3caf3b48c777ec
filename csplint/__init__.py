"""
csplint: lint a page's Content-Security-Policy the way a browser would decide.

    import csplint
    report = csplint.check_url("https://shop.example/")

Names are loaded when they are first used, so that `import csplint` costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; importing typing would cost every start its time
if TYPE_CHECKING:
    from typing import Any

    from csplint.api import check_page, check_policy, check_url, parse
    from csplint.csp.policy import Policy
    from csplint.model import Finding, Report

__all__ = ["Finding", "Policy", "Report", "check_page", "check_policy", "check_url", "parse"]

_HOME = {
    "check_page": "csplint.api",
    "check_policy": "csplint.api",
    "check_url": "csplint.api",
    "parse": "csplint.api",
    "Policy": "csplint.csp.policy",
    "Finding": "csplint.model",
    "Report": "csplint.model",
}


def __getattr__(name: str) -> Any:
    """Load a public name from where it lives (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'csplint' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOME[name]), name)
