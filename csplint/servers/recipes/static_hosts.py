"""
Hosts of files: Netlify, Cloudflare, Vercel, Firebase, Azure Static Web Apps, and IIS. None can make a nonce in its configuration.

Sources: docs.netlify.com/manage/routing/headers; developers.cloudflare.com/workers/static-assets/headers (2,000 characters a line),
/rules/transform/response-header-modification; vercel.com/docs/project-configuration#headers;
firebase.google.com/docs/hosting/full-config#headers;
learn.microsoft.com/azure/static-web-apps/configuration (globalHeaders), /iis/configuration/system.webserver/httpprotocol/customheaders.
"""

from __future__ import annotations

import json

from csplint.servers.recipes.edge import WORKER_NOTES, edge_function, worker
from csplint.servers.recipes.quoting import double, xml
from csplint.servers.recipes.wanted import Block, Draft, Wanted

LONGEST_LINE = 2000
"""Cloudflare ignores a longer line of _headers."""


def netlify(wanted: Wanted) -> Draft:
    """_headers, or the same in netlify.toml; an Edge Function for a nonce."""
    if wanted.nonce:
        return edge_function(wanted)
    toml = ["[[headers]]", '  for = "/*"', "  [headers.values]"]
    toml += [f"    {double(name)} = {double(value)}" for name, value in wanted.sent]
    blocks = (_headers(wanted), Block("or netlify.toml", "toml", "\n".join(toml)))
    notes = (
        "Use one of the two: a header in both, or twice in one, is joined with a comma, which begins a second policy.",
        "A comment at the end of a line is part of the value: write comments on lines of their own.",
        "Functions and proxied pages do not get these headers.",
    )
    return Draft(blocks, notes)


def cloudflare(wanted: Wanted) -> Draft:
    """_headers, a transform rule, or a Worker; the Worker alone makes a nonce."""
    if wanted.nonce:
        limits = (
            "_headers and rules cannot make a nonce: it would be the same for every visitor. This Worker makes one.",
            'The Worker gives the nonce to tags that have a nonce attribute: write nonce="" in your own tags. Whoever can write HTML into '
            "the page can write that too: if visitors can, let the application make the nonce.",
            "For a Worker with static assets or Pages, write env.ASSETS.fetch(asked) for fetch(asked), add env to the arguments of fetch, "
            "and set run_worker_first = true in wrangler.toml.",
            *WORKER_NOTES,
        )
        return Draft((worker(wanted, every_tag=False),), limits)
    rule = "\n".join(f"Set static   {name}   {value}" for name, value in wanted.sent)
    blocks: tuple[Block, ...] = (
        _headers(wanted),
        Block(
            "or Rules, Create rule, Response Header Transform Rule, All incoming requests (for a site behind Cloudflare)",
            "text",
            rule,
        ),
    )
    if any(len(name) + len(value) + 4 > LONGEST_LINE for name, value in wanted.sent):
        too_long = f"The policy is too long for _headers, where a line may have {LONGEST_LINE:,} characters. The Worker has no such limit."
        return Draft((worker(wanted, every_tag=False),), (too_long, *WORKER_NOTES))
    notes = (
        "A header that is set twice in _headers is joined with a comma, which begins a second policy: set it once.",
        "Functions and Workers do not get the headers of _headers. A transform rule replaces what your server sends.",
    )
    return Draft(blocks, notes)


def _headers(wanted: Wanted) -> Block:
    lines = ["/*", *(f"  {name}: {value}" for name, value in wanted.sent)]
    return Block("_headers in the folder that is published", "headers", "\n".join(lines))


def vercel(wanted: Wanted) -> Draft:
    """vercel.json."""
    rule = {"source": "/(.*)", "headers": [{"key": name, "value": value} for name, value in wanted.sent]}
    notes = (
        "Merge this into vercel.json if you have one. If next.config or an application sets the header too, remove one of the two.",
    )
    return _json(
        wanted, "vercel.json", {"headers": [rule]}, notes, "With Next.js, its server can: csplint fix --as nextjs."
    )


def firebase(wanted: Wanted) -> Draft:
    """firebase.json."""
    rule = {"source": "**", "headers": [{"key": name, "value": value} for name, value in wanted.sent]}
    notes = (
        "Merge this into the hosting entry of firebase.json; if hosting is a list of sites, into each that needs it.",
        "Pages that a function or Cloud Run makes can send their own policy: set it in one place only.",
    )
    way = "A function or Cloud Run service that the page is rewritten to can: csplint fix --as express."
    return _json(wanted, "firebase.json", {"hosting": {"headers": [rule]}}, notes, way)


def azure(wanted: Wanted) -> Draft:
    """staticwebapp.config.json."""
    notes = (
        "Merge this into staticwebapp.config.json. A route with headers of its own overrides the global one of the same name.",
        "Pages of a linked API are sent without these headers.",
    )
    content = {"globalHeaders": dict(wanted.sent)}
    return _json(
        wanted,
        "staticwebapp.config.json",
        content,
        notes,
        "An application on App Service can: csplint fix --as aspnet.",
    )


def _json(wanted: Wanted, file: str, content: object, notes: tuple[str, ...], way: str) -> Draft:
    if wanted.nonce:
        return Draft((), _no_nonce(file, way))
    return Draft((Block(file, "json", json.dumps(content, indent=2)),), notes)


def _no_nonce(file: str, way: str) -> tuple[str, ...]:
    return (
        f"{file} cannot hold a nonce: it would be the same for every visitor and protect nothing. {way}",
        "Or use a policy without a nonce that allows each inline script by its hash: csplint fix --strict prints one for a page that "
        "comes from a file or a cache.",
    )


def iis(wanted: Wanted) -> Draft:
    """web.config."""
    if wanted.nonce:
        return Draft((), _no_nonce("web.config", "An ASP.NET application can: csplint fix --as aspnet."))
    adds = [
        f'        <{verb} name="{xml(name)}"{value} />'
        for name, text in wanted.sent
        for verb, value in (("remove", ""), ("add", f' value="{xml(text)}"'))
    ]
    lines = ["<configuration>", "  <system.webServer>", "    <httpProtocol>", "      <customHeaders>", *adds]
    lines += ["      </customHeaders>", "    </httpProtocol>", "  </system.webServer>", "</configuration>"]
    notes = (
        "Merge this into the site's web.config. The remove lines matter: a name that a parent file adds already is HTTP error 500.",
        "If the application sends the header too, both are sent and browsers enforce both policies: remove one.",
    )
    return Draft((Block("web.config", "xml", "\n".join(lines)),), notes)
