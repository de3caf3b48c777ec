"""
Code at the edge that makes a nonce for pages made elsewhere: a Cloudflare Worker, a Netlify Edge Function; and the site builders.

Sources: developers.cloudflare.com/workers/runtime-apis/html-rewriter, /workers/static-assets/routing/worker-script (run_worker_first,
env.ASSETS; August 2026), /workers/configuration/routing/routes; docs.netlify.com/build/edge-functions/api (context.next sends no
If-None-Match unless asked to). The Worker was run under workerd.
"""

from __future__ import annotations

from csplint.servers.recipes.quoting import double, joined
from csplint.servers.recipes.wanted import Block, Draft, Wanted, nonced_tags

PLACEHOLDER = "csp-nonce-placeholder"

MAKE_NONCE = "btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))"


def worker(wanted: Wanted, *, every_tag: bool) -> Block:
    """
    A Worker in front of the site that sends the headers with pages.

    every_tag: give the nonce to each script and style tag, for sites whose tags nobody can change; else to those that have a nonce
    attribute already.
    """
    ending = _rewriter(wanted, every_tag) if wanted.nonce else "    return response;"
    nonce = [f"    const nonce = {MAKE_NONCE};"] if wanted.nonce else []
    lines = [_BEGIN, *nonce, "    const response = new Response(page.body, page);", *_set(wanted), ending, "  },", "};"]
    return Block("a Cloudflare Worker on the route of your site (worker.js)", "javascript", "\n".join(lines))


_BEGIN = """\
export default {
  async fetch(request) {
    const asked = new Request(request);
    asked.headers.delete("If-None-Match");
    asked.headers.delete("If-Modified-Since");
    const page = await fetch(asked);
    if (!/^text\\/html\\b/i.test(page.headers.get("Content-Type") ?? "")) return page;"""


def _set(wanted: Wanted) -> list[str]:
    lines = [
        f"response.headers.set({double(name)}, {joined(value, 'nonce', '+', double)});" for name, value in wanted.sent
    ]
    stale = ['response.headers.delete("ETag");', 'response.headers.delete("Last-Modified");'] if wanted.nonce else []
    return [f"    {line}" for line in [*lines, *stale]]


def _rewriter(wanted: Wanted, every_tag: bool) -> str:
    attribute = "" if every_tag else "[nonce]"
    chosen = [f'      .on("{tag}{attribute}", setNonce)' for tag in nonced_tags(wanted)]
    first = [
        '    const setNonce = { element(tag) { tag.setAttribute("nonce", nonce); } };',
        "    return new HTMLRewriter()",
    ]
    return "\n".join([*first, *chosen, "      .transform(response);"])


def edge_function(wanted: Wanted) -> Draft:
    """A Netlify Edge Function; it replaces the placeholder in the page's text."""
    sets = [f"  headers.set({double(name)}, {joined(value, 'nonce', '+', double)});" for name, value in wanted.sent]
    text = "\n".join([_EDGE_BEGIN, *sets, _EDGE_END])
    blocks = (
        Block("netlify/edge-functions/csp.js", "javascript", text),
        Block("your pages, in each tag that the nonce is for", "html", f'<script nonce="{PLACEHOLDER}">'),
    )
    notes = (
        "A file such as _headers cannot hold a nonce: it would be the same for every visitor. This Edge Function makes one. Or allow "
        "each inline script by its hash; then _headers is enough.",
        f"Replace {PLACEHOLDER} by a random word of your own, in the pages and in the function: whoever can write it into a page gets "
        "the nonce.",
        "If _headers or netlify.toml sets the header too, remove it there.",
    )
    return Draft(blocks, notes)


_EDGE_BEGIN = f"""\
export default async (request, context) => {{
  const page = await context.next();
  if (!/^text\\/html\\b/i.test(page.headers.get("Content-Type") ?? "")) return page;
  const nonce = {MAKE_NONCE};
  const headers = new Headers(page.headers);
  for (const name of ["Content-Length", "ETag", "Last-Modified"]) headers.delete(name);"""

_EDGE_END = f"""\
  const html = (await page.text()).replaceAll("{PLACEHOLDER}", nonce);
  return new Response(html, {{ status: page.status, headers }});
}};

export const config = {{ path: "/*" }};"""

WORKER_NOTES = (
    "The Worker asks for the page without If-None-Match, so that a stored page is never shown with a new nonce.",
    "headers.set replaces what the site itself sends, so one policy is left.",
)
EVERY_TAG = (
    "The Worker gives the nonce to every script and style tag of the page, so the policy does not stop a script that somebody wrote "
    "into the page: review who can add code."
)


def _builder(title: str, place: str) -> tuple[str, str]:
    return (
        f"csplint knows of no setting in {title} for this header. A Cloudflare Worker in front of your domain can send it: the domain "
        "has to be in your Cloudflare account with its records proxied.",
        f"Without Cloudflare, a policy without a nonce can go into a meta element in {place}. csplint fix --as meta prints it.",
    )


_BUILDERS = {
    "webflow": _builder("Webflow", "the head code of its custom code settings"),
    "squarespace": _builder("Squarespace", "the header of its code injection settings"),
    "wix": _builder("Wix", "the head of its custom code settings"),
}


def builder(wanted: Wanted, name: str) -> Draft:
    """A hosted site builder: a Worker in front of it."""
    tested = (
        "Try it on a test domain first: a builder may not be able to renew its certificate for a domain that another network answers "
        "for. Then let the Worker fetch the address that the builder gave your site, such as shop.webflow.io."
    )
    notes = (*_BUILDERS[name], tested, *((EVERY_TAG,) if wanted.nonce else ()), *WORKER_NOTES)
    return Draft((worker(wanted, every_tag=True),), notes)
