"""
Check a page's Content-Security-Policy the way browsers apply it.

    import csplint

    report = csplint.check_url("https://shop.example/")
    target = report.targets[0]
    target.verdict.text              # does the chat load?
    target.findings                  # why not
    target.corrected                 # what to send instead; None if there is nothing to correct

Each check returns a Report with one target:

    check_url(url)                   fetch a page and check it
    check_url_async(url)             the same, without blocking the event loop
    check_page(body, headers, url=)  check a page that you fetched already
    check_file(path)                 check a page or response that you saved
    check_policy(*policies)          check policies as text

And, about policies:

    fix(target)                      the corrected policy of a URL, a file or a policy
    fix_async(target)                the same, without blocking the event loop
    allows(policy, kind, url)        would a browser allow this request?
    parse(*values)                   header values as Policy objects
    to_json(report)                  a report as JSON text

Types: Corrected, FetchSettings, Finding, Policy, Report, RequestVerdict; help(csplint.Report) shows one. All errors are
CsplintErrors: UsageError, with ArgumentTypeError, which is also a TypeError; PackError; TargetError, only from fix().
"""

from __future__ import annotations

from csplint._version import __version__

__all__ = [
    "__version__",
    "allows",
    "check_file",
    "check_page",
    "check_policy",
    "check_url",
    "check_url_async",
    "fix",
    "fix_async",
    "parse",
    "to_json",
]

# Names are loaded when they are first used, so that `import csplint` takes no time. Type checkers and editors read
# __init__.pyi instead, which says the same; __all__ has no types, because help() would show their methods first.
_HOME = {
    **dict.fromkeys((name for name in __all__ if name != "__version__"), "csplint.api"),
    "ArgumentTypeError": "csplint.errors",
    "Corrected": "csplint.model",
    "CsplintError": "csplint.errors",
    "FetchSettings": "csplint.page.fetch.settings",
    "Finding": "csplint.model",
    "PackError": "csplint.errors",
    "Policy": "csplint.csp.policy",
    "Report": "csplint.model",
    "RequestVerdict": "csplint.api",
    "TargetError": "csplint.errors",
    "UsageError": "csplint.errors",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module (PEP 562). Raises AttributeError for any other name."""
    if name not in _HOME:
        raise AttributeError(f"module 'csplint' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    found = globals()[name] = getattr(import_module(_HOME[name]), name)
    return found


def __dir__() -> list[str]:
    """The public names too, so that help() and completion list them before they are loaded."""
    return sorted({*globals(), *_HOME})
