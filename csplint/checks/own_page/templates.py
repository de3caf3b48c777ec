"""
Nonces that a template language should have filled in: `{{ csp_nonce }}`, `<%= %>`, `${nonce}`.

Sources: https://docs.djangoproject.com/en/6.0/howto/csp/ (Django), https://api.rubyonrails.org/ (`nonce: true`),
https://github.com/spatie/laravel-csp and the documentation of Laravel's Vite class (Laravel); read in November 2026.
"""

from __future__ import annotations

import re

from msgspec import Struct


class Unfilled(Struct, frozen=True):
    """A template that nothing filled in. what: the same to follow 'the nonce …, which'. fix: in words."""

    what: str
    fix: str


_RENDER = "Send the page and the policy from the code that renders the template, so that both get the same new value."
_TEMPLATES = (
    (
        r"\{%|%\}|\{\{",
        "is a template ({{ … }}) that nothing filled in",
        "Let the template engine render this page. Django: add django.template.context_processors.csp to the context "
        "processors, then {{ csp_nonce }} has a value. Laravel: Vite::useCspNonce() in a middleware, or csp_nonce() of "
        "spatie/laravel-csp. Others: pass the nonce to the template.",
    ),
    (
        r"<%|%>|&lt;%",
        "is a template (<% … %>) that nothing filled in",
        "Let ERB, EJS or JSP render this page. Rails: set content_security_policy_nonce_generator, and write javascript_tag "
        "nonce: true instead of the attribute.",
    ),
    (
        r"\$\{|#\{|\}",
        "is a template (${ … }) that nothing filled in",
        "Let the server that makes the header fill in this value too: in a plain string or a static file, ${ … } stays as it is.",
    ),
    (
        r"<\?|\?>|&lt;\?",
        "is PHP code that did not run",
        "Send this page through PHP: PHP code in a static file stays as it is.",
    ),
    (r"^@", "is a Razor expression that nothing filled in", f"Let Razor render this page. {_RENDER}"),
    (r"^\$\w+$|^%\w+%$|^__\w+__$|^\*\*\w+\*\*$|^<\w+>$|\[\[", "is a placeholder that nothing filled in", _RENDER),
)


def unfilled(nonce: str) -> Unfilled | None:
    """The template that a nonce, or a whole 'nonce-…' source, still is; None for a value."""
    value = nonce.strip("'").removeprefix("nonce-")
    for expression, what, fix in _TEMPLATES if len(value) <= _LONGEST else ():
        if re.search(expression, value):
            return Unfilled(what, fix)
    return None


_LONGEST = 300
