"""upgrade-insecure-requests on a page that came over http: its own files are asked for over https."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.own_page.addresses import NAVIGATIONS, is_this_machine
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, at_name, policy_edits
from csplint.checks.registry import check
from csplint.csp.edit import without_directive
from csplint.csp.upgrade import DIRECTIVE
from csplint.csp.url import parse_url


@check(needs=("page",), when=(any_directive("upgrade-insecure-requests"),), rules=("upgrade-on-http-page",))
def upgrade_on_http_page(context: Context) -> Iterator[Problem]:
    """Report the directive on an http page that loads something over http; this machine's own addresses are left alone."""
    page = context.policies.page
    if page.scheme != "http" or is_this_machine(page.href) or context.report_only:
        return
    urls = list(_upgraded(context))
    policy = next((each for each in context.policies.policies if DIRECTIVE in each.in_force), None)
    if not urls or policy is None:
        return
    own = [url for url in urls if (parsed := parse_url(url)) and parsed.origin == page.origin]
    files = f"{len(urls)} files" if len(urls) > 1 else "1 file"
    whose = "of its own " if len(own) == len(urls) else ""
    yield Problem(
        rule="upgrade-on-http-page",
        message=f"The page came over http, and {DIRECTIVE} makes browsers ask for {files} {whose}over https.",
        cause=f"The first is {_secure(urls[0])[:100]}. If nothing answers there, the page stays without it.",
        **at_name(policy, policy.in_force[DIRECTIVE]),
        safety="unsafe",
        edits=policy_edits(policy, without_directive(policy, policy.in_force[DIRECTIVE])),
    )


def _upgraded(context: Context) -> Iterator[str]:
    for found in context.document.requests if context.document else ():
        url = found.request.url
        if found.request.kind not in NAVIGATIONS and url.startswith("http:") and not is_this_machine(url):
            yield url


def _secure(url: str) -> str:
    return f"https:{url.removeprefix('http:')}"
