"""Scripts that an optimizer gave a type which browsers do not run, and runs itself later: csplint does not judge them."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.own_page.groups import shortened
from csplint.checks.own_page.sender_table import SENDERS
from csplint.checks.own_page.senders import delayed_scripts
from csplint.checks.problem import Problem
from csplint.checks.registry import check
from csplint.csp.decide import EFFECTIVE_DIRECTIVE


@check(needs=("page",))
def delayed_script_unchecked(context: Context) -> Iterator[Problem]:
    """Report, for each optimizer, the scripts that it runs later, if a policy restricts scripts."""
    if context.document is None or not context.policies.restricts(EFFECTIVE_DIRECTIVE["script"]):
        return
    found = delayed_scripts(context.document)
    for sender in SENDERS:
        if scripts := found.get(sender.id):
            one = len(scripts) == 1
            yield Problem(
                rule="delayed-script-unchecked",
                message=f"{sender.title} runs {len(scripts)} script{'' if one else 's'} of the page later, and csplint cannot see "
                f"whether the policy then allows {'it' if one else 'them'}.",
                cause=f"{'Its type is' if one else 'Their type is'} {shortened(scripts[0].attributes.get('type', ''))}, which browsers do "
                "not run: a script of the optimizer adds each again.",
                value=sender.id,
                place=scripts[0].place,
                fix=f"Check the page without the optimizer, or look at the browser's console. {sender.switch.removeprefix('Or ')}",
            )
