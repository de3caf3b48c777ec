"""Random pages for `correct`: policies of real-looking directives with faults, in headers and metas, over a random body."""

from __future__ import annotations

from html import escape

from hypothesis import strategies as st
from msgspec import Struct

from csplint.page.capture import Capture
from tests.guide.pages import CDN, INLINE, NONCE, NONCED, NONCED_TAG, SNIPPET, TAG, hash_of

SHOP = "https://shop.example/"
NAMES = [
    "default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem", "style-src-attr", "img-src",
    "connect-src", "frame-src", "child-src", "worker-src", "font-src", "media-src", "base-uri", "form-action", "object-src",
    "frame-ancestors", "manifest-src", "scripts-src", "conect-src", "image-src", "img-src:", "DEFAULT-SRC", "Content-Security-Policy:",
]  # fmt: skip
SOURCES = [
    "'self'", "'self'", "'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "'strict-dynamic'", "'unsafe-hashes'", f"'nonce-{NONCE}'", f"'nonce-{NONCE}'",
    hash_of(SNIPPET), hash_of("other"), "*", "https:", "http:", "data:", "blob:", "wss:", CDN, f"{CDN}/embed.js", "https://*.velaro.com", "wss://*.velaro.com",
    "https://*.service.signalr.net", "https://cdn.velaro.com", "http://app-cdn.velaro.com", "https://a.example", "*.a.example", "https://a.example/x/",
]  # fmt: skip
FAULTS = [
    "self", "'self", "none", "unsafe-inline", "strict-dynamic", "‘self’", '"self"', "'nonce-'", "'nonce-{{nonce}}'", "'nonce-YOUR_NONCE'", f"nonce-{NONCE}",
    f"'nonce-{NONCE}''strict-dynamic'", "'self''unsafe-inline'", "https://.velaro.com", "https:app-cdn.velaro.com", "data", "img-src", "script-src", "a.example,",
    "https://café.example", "–", "'wat'", "https://*velaro.com", "always", "{{x}}",
]  # fmt: skip
WHOLE = ["upgrade-insecure-requests", "block-all-mixed-content", "sandbox allow-scripts allow-same-origin", "require-trusted-types-for 'script'", "report-uri /csp", "frame-ancestors 'none'"]  # fmt: skip
BODY = [
    TAG, INLINE, NONCED, NONCED_TAG, NONCED.replace(NONCE, "YOUR_NONCE"), '<script src="/own.js"></script>', '<script src="https://a.example/x/lib.js"></script>',
    "<script>own()</script>", f'<script nonce="{NONCE}" src="/own.js"></script>', "<style>p{color:red}</style>", '<p style="margin:0" onclick="own()">x',
    '<img src="/logo.png">', '<img src="https://a.example/x.png">', '<form action="/search"></form>', '<iframe src="https://a.example/"></iframe>',
    '<link rel=stylesheet href="https://a.example/x/theme.css">',
]  # fmt: skip

TOKENS = st.one_of(
    st.sampled_from(SOURCES), st.sampled_from(SOURCES), st.sampled_from(SOURCES), st.sampled_from(FAULTS)
)
DIRECTIVES = st.one_of(
    st.tuples(st.sampled_from(NAMES), st.lists(TOKENS, max_size=4)).map(lambda each: " ".join([each[0], *each[1]])),
    st.tuples(st.sampled_from(NAMES[:12]), st.lists(TOKENS, min_size=1, max_size=3)).map(
        lambda each: " ".join([each[0], *each[1]])
    ),
    st.sampled_from(WHOLE),
)
POLICIES = st.lists(DIRECTIVES, min_size=1, max_size=5).map("; ".join)


class RandomPage(Struct, frozen=True):
    """headers, report_only: values of policy headers. metas: contents of meta elements. body: HTML."""

    headers: list[str]
    report_only: list[str]
    metas: list[str]
    body: list[str]

    def capture(self) -> Capture:
        """The page's response."""
        policies = [(b"Content-Security-Policy", each.encode()) for each in self.headers]
        trials = [(b"Content-Security-Policy-Report-Only", each.encode()) for each in self.report_only]
        headers = ((b"Content-Type", b"text/html; charset=utf-8"), (b"Cache-Control", b"no-store"), *policies, *trials)
        metas = "".join(f'<meta http-equiv="Content-Security-Policy" content="{escape(each)}">' for each in self.metas)
        body = "\n".join(self.body)
        html = f"<!doctype html><html><head><title>x</title>{metas}</head><body>\n{body}\n</body></html>"
        return Capture(target=SHOP, url=SHOP, status=200, headers=headers, body=html.encode())


PAGES = st.builds(
    RandomPage,
    headers=st.lists(POLICIES, min_size=1, max_size=2),
    report_only=st.lists(POLICIES, max_size=1),
    metas=st.one_of(st.just([]), st.just([]), st.lists(POLICIES, max_size=1)),
    body=st.lists(st.sampled_from(BODY), max_size=4),
)
