"""
nginx: `add_header`; a nonce from the njs module.

Sources: nginx.org/en/docs/http/ngx_http_headers_module.html (add_header, always, inheritance, add_header_inherit since 1.29.3),
ngx_http_js_module.html (js_set, js_import), ngx_http_sub_module.html, nginx.org/en/docs/njs/reference.html (crypto.getRandomValues, 0.7.0).
Run with nginx 1.22.1 and njs 0.7.9.
"""

from __future__ import annotations

from csplint.servers.recipes.quoting import DOLLAR, nginx
from csplint.servers.recipes.wanted import Block, Draft, Wanted

PLACEHOLDER = "csp-nonce-placeholder"

_TRAPS = (
    "A location, or an if, with an add_header of its own inherits none of these lines: repeat them there, or write "
    "add_header_inherit merge; (nginx 1.29.3 and later).",
    "Without always, error pages such as a 404 are sent without the policy.",
    "If the application behind nginx sends the header too, browsers enforce both policies: add the line "
    "proxy_hide_header {name}; (fastcgi_hide_header for PHP), or remove one of the two.",
    "Test with nginx -t, then reload: nginx -s reload.",
)


def recipe(wanted: Wanted) -> Draft:
    """The lines for the server block, with njs and sub_filter for a nonce."""
    lines = [f"add_header {name} {nginx(value, '$csp_nonce')} always;" for name, value in wanted.headers]
    lines += ["add_header Cache-Control $csp_cache always;"] if wanted.no_store else []
    traps = tuple(each.replace("{name}", wanted.policy[0]) for each in _TRAPS)
    dollar = [f'geo {DOLLAR} {{ default "$"; }}'] if any("$" in value for _, value in wanted.sent) else []
    if not wanted.nonce:
        http = (Block("nginx.conf, in the http block", "nginx", "\n".join(dollar)),) if dollar else ()
        return Draft((*http, Block("nginx.conf, in your site's server block", "nginx", "\n".join(lines))), traps)
    http_lines = ['js_path "/etc/nginx/njs/";', "js_import csp from csp.js;", "js_set $csp_nonce csp.nonce;", *dollar]
    http_lines += ["map $sent_http_content_type $csp_cache { ~*^text/html no-store; }"] if wanted.no_store else []
    filters = [f"sub_filter '{PLACEHOLDER}' $csp_nonce;", "sub_filter_once off;"]
    blocks = (
        Block("/etc/nginx/njs/csp.js", "javascript", _SCRIPT),
        Block("nginx.conf, in the http block", "nginx", "\n".join(http_lines)),
        Block("nginx.conf, in your site's server block", "nginx", "\n".join([*lines, *filters])),
        Block("your pages, in each tag that the nonce is for", "html", f'<script nonce="{PLACEHOLDER}">'),
    )
    return Draft(blocks, (*_NONCE, *traps))


_SCRIPT = """\
function nonce() {
    return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
}

export default { nonce };"""

_NONCE = (
    "nginx alone cannot make a nonce. If an application makes your pages, let it make the nonce and send the header, and remove "
    "add_header here. For files, these lines use njs: package libnginx-mod-http-js of Debian, or nginx-module-njs of nginx.org with "
    "load_module modules/ngx_http_js_module.so; at the top of nginx.conf.",
    "Do not use $request_id: it is written to logs and passed on to other servers, so it is not secret.",
    f"Replace {PLACEHOLDER} by a random word of your own, in the pages and in sub_filter: whoever can write it into a page gets the nonce.",
    'sub_filter cannot read compressed pages: for pages from a proxied server add proxy_set_header Accept-Encoding "";.',
)
