"""
Check a page's Content-Security-Policy the way browsers apply it.

    import csplint

    report = csplint.check_url("https://shop.example/")
    errors = [finding.message for finding in report.targets[0].findings if finding.severity == "error"]

check_url() fetches a page, check_page() takes one you fetched, check_policy() takes policies as text; each gives a
Report. parse() gives the policies of header values.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; importing typing would cost every start its time
if TYPE_CHECKING:
    from typing import Any

    from csplint.api import check_page, check_policy, check_url, parse
    from csplint.csp.policy import Policy
    from csplint.model import Finding, Report

__all__ = ["Finding", "Policy", "Report", "check_page", "check_policy", "check_url", "parse"]

# names are loaded when they are first used, so that `import csplint` takes no time
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
    """Import a public name from its module (PEP 562). Raises AttributeError for any other name."""
    if name not in _HOME:
        raise AttributeError(f"module 'csplint' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """The public names too, so that `help(csplint)` lists them before they are loaded."""
    return sorted({*globals(), *__all__})
