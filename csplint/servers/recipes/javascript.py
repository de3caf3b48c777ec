"""
Node: Express, helmet and Next.js.

Sources: expressjs.com/en/5x/api.html (res.locals), github.com/helmetjs/helmet README (contentSecurityPolicy, useDefaults,
dangerouslyDisableDefaultSrc), nextjs.org/docs/app/guides/content-security-policy and /file-conventions/proxy (Next.js 16), in the version
of March 2026. Run with Express 5.3, helmet 8.3, Next.js 16.
"""

from __future__ import annotations

from csplint.servers.recipes.quoting import double, joined
from csplint.servers.recipes.wanted import NONCE, REPORT_ONLY, Block, Draft, Wanted, directives

_TAG = "your templates, in each tag that the nonce is for (here EJS)"
_EJS = '<script nonce="<%= cspNonce %>">'
_MAKE = "  response.locals.cspNonce = randomBytes(16).toString('base64');"


def _order(wanted: Wanted) -> str:
    if wanted.nonce:
        return (
            "Put it before the routes and after express.static, so that scripts and pictures are stored as before. HTML files of "
            "express.static cannot have a nonce: render pages from templates."
        )
    return "Put it before the routes and before express.static: what is answered earlier is sent without the policy."


def express(wanted: Wanted) -> Draft:
    """A middleware of Express 4 and 5."""
    lines = [
        "app.use((request, response, next) => {",
        *([_MAKE] if wanted.nonce else []),
        *_set_header(wanted.sent),
        "  next();",
        "});",
    ]
    notes = (
        _order(wanted),
        "If a server or CDN in front sends the header too, browsers enforce both policies: remove one.",
        "Express's own error pages replace the policy by default-src 'none'; pages of your own error handler keep it.",
    )
    return Draft(_with_tag(wanted, "app.js", _imports(wanted, []), lines), notes)


def helmet(wanted: Wanted) -> Draft:
    """helmet's contentSecurityPolicy, without its defaults."""
    parsed = directives(wanted.policy[1])
    lines = [
        f"      {double(name)}: [{', '.join(_helmet_source(each) for each in sources)}]," for name, sources in parsed
    ]
    if "default-src" not in dict(parsed):
        lines.append('      "default-src": helmet.contentSecurityPolicy.dangerouslyDisableDefaultSrc,')
    report = "    reportOnly: true," if wanted.policy[0] == REPORT_ONLY else None
    before = ["app.use((request, response, next) => {", _MAKE, "  next();", "});"] if wanted.nonce else []
    start = [
        "app.use(helmet({",
        "  contentSecurityPolicy: {",
        "    useDefaults: false,",
        *([report] if report else []),
        "    directives: {",
    ]
    after = (
        ["app.use((request, response, next) => {", *_set_header(wanted.others), "  next();", "});"]
        if wanted.others
        else []
    )
    code = [*before, *start, *lines, "    },", "  },", "}));", *after]
    notes = (
        _order(wanted),
        "useDefaults: false matters: helmet's defaults add script-src-attr 'none' and more, and their default-src 'self' blocks "
        "connections to other hosts.",
        "helmet also sends its other headers, such as Cross-Origin-Opener-Policy: same-origin.",
    )
    return Draft(_with_tag(wanted, "app.js", _imports(wanted, ["import helmet from 'helmet';"]), code), notes)


def _helmet_source(source: str) -> str:
    if NONCE not in source:
        return double(source)
    return f"(request, response) => {joined(source, 'response.locals.cspNonce', '+', double)}"


def _set_header(headers: tuple[tuple[str, str], ...]) -> list[str]:
    nonce = "response.locals.cspNonce"
    return [f"  response.setHeader({double(name)}, {joined(value, nonce, '+', double)});" for name, value in headers]


def _imports(wanted: Wanted, others: list[str]) -> list[str]:
    return [*(["import { randomBytes } from 'node:crypto';"] if wanted.nonce else []), *others]


def _with_tag(wanted: Wanted, file: str, imports: list[str], lines: list[str]) -> tuple[Block, ...]:
    text = "\n".join([*imports, *([""] if imports else []), *lines])
    tag = (Block(_TAG, "html", _EJS),) if wanted.nonce else ()
    return (Block(f"{file}, where app is made", "javascript", text), *tag)


# ------------------------------------------------------------------ Next.js


def nextjs(wanted: Wanted) -> Draft:
    """proxy.ts with a nonce; headers() of next.config without one. Next.js 16 and later."""
    return _proxy(wanted) if wanted.nonce else _next_config(wanted)


def _next_config(wanted: Wanted) -> Draft:
    entries = [f"          {{ key: {double(name)}, value: {double(value)} }}," for name, value in wanted.sent]
    text = "\n".join([_CONFIG_BEGIN, *entries, _CONFIG_END])
    notes = (
        "Next.js writes inline scripts into its pages. This policy has no nonce for them: check that it allows them, or the page "
        "does not react to clicks.",
        "Of a key that is set twice for a page, the last one wins.",
    )
    return Draft((Block("next.config.ts", "typescript", text),), notes)


_CONFIG_BEGIN = """\
import type { NextConfig } from "next";

const config: NextConfig = {
  async headers() {
    return [
      {
        source: "/(.*)",
        headers: ["""
_CONFIG_END = """\
        ],
      },
    ];
  },
};

export default config;"""


def _proxy(wanted: Wanted) -> Draft:
    name, value = wanted.policy
    others = wanted.headers[1:]
    sets = [f"  response.headers.set({double(other)}, {joined(text, 'nonce', '+', double)});" for other, text in others]
    policy = f"  const policy = {joined(value, 'nonce', '+', double)};"
    request = f"  headers.set({double(name)}, policy);"
    text = "\n".join(
        [_PROXY_BEGIN, policy, _PROXY_COPY, request, _PROXY_NEXT.replace("NAME", double(name)), *sets, _PROXY_END]
    )
    blocks = (
        Block("proxy.ts beside app/ (or in src/)", "typescript", text),
        Block(
            "app/layout.tsx, to make each page for its request and to give your own scripts the nonce", "tsx", _LAYOUT
        ),
    )
    notes = (
        "proxy.ts is for Next.js 16 and later; before that, the file is middleware.ts and the function middleware.",
        "Next.js takes the nonce for its own scripts from the policy in the request's headers. A page that is made when you build has "
        "none: reading headers() in the layout makes it new for each request.",
        "Next.js itself sends Cache-Control: no-store with a page that it makes for its request.",
        "next dev needs 'unsafe-eval' in script-src as well; next start does not.",
        "If next.config sets the header too, both are sent: remove it there.",
    )
    return Draft(blocks, notes)


_PROXY_BEGIN = """\
import { NextResponse, type NextRequest } from "next/server";

export function proxy(request: NextRequest) {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));"""
_PROXY_COPY = """\
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);"""
_PROXY_NEXT = """\
  const response = NextResponse.next({ request: { headers } });
  response.headers.set(NAME, policy);"""
_PROXY_END = """\
  return response;
}

export const config = { matcher: "/((?!_next/static|_next/image).*)" };"""
_LAYOUT = """\
import { headers } from "next/headers";
import Script from "next/script";
import type { ReactNode } from "react";

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html lang="en">
      <body>
        {children}
        <Script id="embed" nonce={nonce}>{`/* your embed */`}</Script>
      </body>
    </html>
  );
}"""
