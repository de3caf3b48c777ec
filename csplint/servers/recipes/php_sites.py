"""
PHP and WordPress, and the meta element.

Sources: php.net/manual/function.header.php, function.random-bytes.php; developer.wordpress.org/reference/hooks/send_headers,
/wp_script_attributes and /wp_inline_script_attributes (5.7), /functions/wp_get_inline_script_tag; html.spec.whatwg.org
#attr-meta-http-equiv-content-security-policy. Run with PHP 8.2.
"""

from __future__ import annotations

from csplint.servers.recipes.edge import EVERY_TAG, worker
from csplint.servers.recipes.quoting import joined, php, xml
from csplint.servers.recipes.wanted import NONCE, REPORT_ONLY, Block, Draft, RecipeError, Wanted, directives

_TAG = '<script nonce="<?= htmlspecialchars($nonce) ?>">'


def php_code(wanted: Wanted) -> Draft:
    """`header()` at the top of what makes the page."""
    make = ["$nonce = base64_encode(random_bytes(16));"] if wanted.nonce else []
    text = "\n".join(["<?php", *make, *_headers(wanted, "$nonce"), "?>"])
    tag = (Block("your pages, in each tag that the nonce is for", "php", _TAG),) if wanted.nonce else ()
    notes = (
        "Nothing may be printed before header(), not even a blank line or a byte order mark.",
        "header() replaces an earlier header of the same name that PHP set, but not what Apache or nginx adds: remove it there.",
        "uniqid(), mt_rand() and session_id() are no source for a nonce: they can be guessed or stay the same.",
    )
    return Draft((Block("the top of each page, or the file that all pages include first", "php", text), *tag), notes)


def _headers(wanted: Wanted, nonce: str) -> list[str]:
    return [f"header({joined(f'{name}: {value}', nonce, '.', php)});" for name, value in wanted.sent]


def wordpress(wanted: Wanted) -> Draft:
    """A must-use plugin; a Worker where plugins print scripts by themselves."""
    where = "wp-content/mu-plugins/csp.php"
    sends = [
        "add_action('send_headers', function () {",
        *(f"    {line}" for line in _headers(wanted, "csplint_nonce()")),
        "});",
    ]
    notes = (
        "The plugin covers the pages of the site; wp-admin and the login page are sent without it.",
        "A security or cache plugin, .htaccess or the host that sends a policy is a second sender: turn it off there.",
    )
    if not wanted.nonce:
        return Draft((Block(where, "php", "\n".join(["<?php", *sends])),), notes)
    blocks = (
        Block(where, "php", "\n".join(["<?php", _WORDPRESS, *sends])),
        Block("a script tag in your theme", "php", "<?php wp_print_inline_script_tag('/* your embed */'); ?>"),
        Block(
            f"instead of the plugin, if other plugins print scripts by themselves: {(edge := worker(wanted, every_tag=True)).where}",
            edge.language,
            edge.text,
        ),
    )
    traps = (
        "Do not use wp_create_nonce(): it stays the same for hours and has 40 bits. random_bytes makes a new one for each response.",
        "WordPress gives the nonce to tags that it prints itself. A tag that a theme or plugin prints as text has none: the console "
        "shows which; use the Worker for these.",
        "A page cache stores the nonce with the page, so every visitor gets the same one: turn it off for pages, or use hashes.",
        f"With the Worker: {EVERY_TAG}",
    )
    return Draft(blocks, (*traps, *notes))


_WORDPRESS = """\
function csplint_nonce() {
    static $nonce = null;
    $nonce ??= base64_encode(random_bytes(16));
    return $nonce;
}

function csplint_attributes($attributes) {
    return array('nonce' => csplint_nonce()) + $attributes;
}

add_filter('wp_script_attributes', 'csplint_attributes');
add_filter('wp_inline_script_attributes', 'csplint_attributes');
"""

_HEADER_ONLY = ("frame-ancestors", "report-uri", "report-to", "sandbox")


def meta(wanted: Wanted) -> Draft:
    """A meta element for each policy; raises RecipeError for report-only and for a nonce, which have no effect or no use there."""
    name, value = wanted.policy
    if name == REPORT_ONLY:
        raise RecipeError("A policy in a meta element cannot be report-only. Send it in a header.")
    if NONCE in value:
        raise RecipeError(
            "A nonce in a file is the same for every visitor and protects nothing. Send the policy in a header, or allow each inline "
            "script by its hash."
        )
    policies = [directives(each) for each in value.split(",")]
    lines = [f'<meta http-equiv="Content-Security-Policy" content="{xml(_without(each))}">' for each in policies]
    left = ", ".join(sorted({each for policy in policies for each, _ in policy if each in _HEADER_ONLY}))
    others = ", ".join(other for other, _ in wanted.others)
    notes = (
        "Put it first in <head>, right after <meta charset>: what stands before it is not covered.",
        *(
            (f"Left out, because browsers ignore it in a meta element: {left}. Only a header can send it.",)
            if left
            else ()
        ),
        *((f"These headers have no meta element: {others}.",) if others else ()),
        "A policy in a header holds as well: browsers enforce both.",
    )
    return Draft((Block("each page, first in <head>", "html", "\n".join(lines)),), notes)


def _without(policy: list[tuple[str, list[str]]]) -> str:
    return "; ".join(" ".join((name, *sources)) for name, sources in policy if name not in _HEADER_ONLY)
