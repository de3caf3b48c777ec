"""
Apache httpd and .htaccess: `Header`; a nonce from mod_lua and mod_include.

Sources: httpd.apache.org/docs/2.4/mod/mod_headers.html (the two tables, `always`, format strings), mod/mod_lua.html (LuaHookFixups,
r:base64_encode), mod/mod_include.html (echo, encoding), mod/core.html#options (IncludesNOEXEC). Run with Apache 2.4.
"""

from __future__ import annotations

from csplint.servers.recipes.quoting import apache
from csplint.servers.recipes.wanted import Block, Draft, Wanted

_TRAPS = (
    "The unset lines remove what the application sends. Without them both are sent, and browsers enforce both policies: "
    "Header set and Header always set write to two tables.",
    "Do not use Header append or Header merge for a policy: they join with a comma, which begins a second policy.",
    "A per cent sign in a value is written %%: Apache does not start with %20.",
)
_MODULE = "Header needs mod_headers: a2enmod headers. Test with apachectl configtest, then reload: apachectl graceful."
_NO_NONCE = (
    "Apache alone cannot make a nonce: UNIQUE_ID can be guessed. If an application makes your pages, let it make the nonce and send "
    "the header (csplint fix --as php), and remove it here."
)


def recipe(wanted: Wanted) -> Draft:
    """The lines for the virtual host, with Lua and server-side includes for a nonce."""
    lines = "\n".join(_lines(wanted))
    if not wanted.nonce:
        return Draft((Block("your site's <VirtualHost>", "apache", lines),), (*_TRAPS, _MODULE))
    blocks = (
        Block("/etc/apache2/csp.lua", "lua", _LUA),
        Block(
            "your site's <VirtualHost>", "apache", f"LuaHookFixups /etc/apache2/csp.lua csp_nonce\n{lines}\n{_INCLUDES}"
        ),
        Block(
            "your pages, in each tag that the nonce is for",
            "html",
            '<script nonce="<!--#echo encoding="none" var="CSP_NONCE" -->">',
        ),
    )
    notes = (
        f"{_NO_NONCE} For files, these lines use mod_lua and mod_include: a2enmod headers lua include.",
        "Server-side includes in what visitors wrote would be carried out: use this only for pages that hold no such text.",
        "If the page shows the nonce (null), the script did not run: see Apache's error log.",
    )
    return Draft(blocks, (*notes, *_TRAPS, _MODULE))


def htaccess(wanted: Wanted) -> Draft:
    """The lines for .htaccess, where the host allows it (AllowOverride FileInfo)."""
    allowed = "If nothing changes, the host does not read the file: it needs AllowOverride FileInfo."
    if wanted.nonce:
        return Draft(
            (),
            (
                _NO_NONCE,
                "In .htaccess, use a policy without a nonce that allows each inline script by its hash.",
                allowed,
            ),
        )
    return Draft((Block(".htaccess in the site's folder", "apache", "\n".join(_lines(wanted))),), (*_TRAPS, allowed))


def _lines(wanted: Wanted) -> list[str]:
    unset = [f"Header unset {name}" for name, _ in wanted.headers]
    lines = [*unset, *(f"Header always set {name} {apache(value, '%{CSP_NONCE}e')}" for name, value in wanted.headers)]
    pages = '"expr=%{CONTENT_TYPE} =~ m#^text/html#"'
    store = [f"Header unset Cache-Control {pages}", f'Header always set Cache-Control "no-store" {pages}']
    return [*lines, *(store if wanted.no_store else [])]


_LUA = """\
function csp_nonce(r)
    local source = io.open("/dev/urandom", "rb")
    r.subprocess_env["CSP_NONCE"] = r:base64_encode(source:read(16))
    source:close()
    return apache2.DECLINED
end"""

_INCLUDES = """\
<Location "/">
    Options +IncludesNOEXEC
    AddOutputFilter INCLUDES .html
</Location>"""
