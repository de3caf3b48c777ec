"""
Write a header's value as a string of each language, with the nonce's place taken by an expression.

Values are printable ASCII (see `wanted`), so JSON's string is also one of JavaScript, TypeScript, Python, Java, C#, Go and TOML.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from csplint.servers.recipes.wanted import NONCE, RecipeError


def joined(value: str, nonce: str, operator: str, quote: Callable[[str], str]) -> str:
    """An expression of strings and the nonce: `"script-src 'nonce-" + nonce + "'"`."""
    quoted = [quote(part) for part in value.split(NONCE)]
    return (f" {operator} {nonce} {operator} " if operator else f" {nonce} ").join(quoted)


def double(text: str) -> str:
    """A string in double quotes, with the escapes that the languages above share."""
    return json.dumps(text)


def ruby(text: str) -> str:
    """A string of Ruby: `#{` in double quotes would be computed (Ruby docs, syntax/literals)."""
    return json.dumps(text).replace("#", "\\#")


def php(text: str) -> str:
    """A string of PHP in single quotes, in which only the backslash and the quote mean something (PHP manual, language.types.string)."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def xml(text: str) -> str:
    """A value of an XML attribute in double quotes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


DOLLAR = "$csplint_dollar"
"""nginx has no escape for `$` in a value; a variable that holds one stands in its place."""


def nginx(value: str, nonce: str) -> str:
    """A parameter of nginx in double quotes: `\\` and `"` are escaped, `$` begins a variable (ngx_conf_file.c, ngx_http_script.c)."""
    written = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", f"${{{DOLLAR[1:]}}}")
    return '"' + written.replace(NONCE, nonce) + '"'


def apache(value: str, nonce: str) -> str:
    """
    A format string of Apache's `Header` in double quotes: `%` begins a variable, `%%` is one per cent sign (mod_headers).

    Raises RecipeError for `${`, which Apache replaces while it reads the file (core, Define) and for which it has no escape.
    """
    if "${" in value:
        raise RecipeError(
            'The value has "${", which Apache replaces when it reads its configuration. Fill the placeholder in first.'
        )
    written = value.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + written.replace(NONCE, nonce) + '"'


def caddy(value: str) -> str:
    """
    A token of a Caddyfile in double quotes: `\\"` is a quote, `{` begins a placeholder unless a backslash is before it.

    Raises RecipeError for `{$`, which Caddy replaces by an environment variable when it reads the file, and for a backslash.
    """
    if "{$" in value or "\\" in value:
        raise RecipeError(
            'The value has "{$" or a backslash, which a Caddyfile cannot hold as text. Fill the placeholder in first.'
        )
    return '"' + value.replace('"', '\\"').replace("{", "\\{") + '"'
