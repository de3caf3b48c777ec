"""
A page for every row of the guide: what it sends, and what csplint must say of it.

The pages that work come first. Each faulty page differs from a working one in
one thing, so that the finding can only come from that thing.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

CDN = "https://app-cdn.velaro.com"
NONCE = "3TmVbQn7LkHsYw2RzXcAfg=="
SHORT_NONCE = "Yk3v9QxB"
OTHER_NONCE = "Zm9vYmFyYmF6cXV4MTIzNA=="

SNIPPET = f"""
(function(w,d){{
  var v = w.Velaro = w.Velaro || function(){{}};
  v.endpoints = {{ mainApi: 'https://api-main-us-east.velaro.com/', cdn: '{CDN}/' }};
  w.addEventListener('load', function(){{
    var s = d.createElement('script'); s.async = true; s.src = v.endpoints.cdn + 'widgets/shim';
    var f = d.getElementsByTagName('script')[0]; f.parentNode.insertBefore(s, f);
  }});
}})(window, document);
Velaro('boot', {{siteId: 1, groupId: 2}});
"""


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


TAG = f'<script src="{CDN}/embed.js" async></script>'
NONCED_TAG = f'<script nonce="{NONCE}" src="{CDN}/embed.js" async></script>'
INLINE = f"<script>{SNIPPET}</script>"
NONCED = f'<script nonce="{NONCE}">{SNIPPET}</script>'

STRICT = f"script-src 'nonce-{NONCE}' 'strict-dynamic'"
HOSTED = f"script-src 'self' {CDN}"
HASHED = f"script-src {hash_of(SNIPPET)} 'strict-dynamic'"
CONNECT = f"connect-src https://*.velaro.com wss://*.velaro.com {CDN} https://*.service.signalr.net"
STYLE = "style-src 'unsafe-inline'"
IMG = f"img-src data: {CDN}"
FRAME = "frame-src 'self' blob:"
REST = f"{CONNECT}; {STYLE}; {IMG}; {FRAME}"


@dataclass(frozen=True)
class Page:
    """
    finds: (rule name, severity, troubleshooting id) of each finding that is not info, in order.
    policy, more: Content-Security-Policy headers; report_only likewise. meta: a policy in the head.
    unmet, partly: the requirements in that state; all others that apply are met.
    """

    id: str
    policy: str = ""
    body: str = NONCED
    finds: tuple[tuple[str, str, str | None], ...] = ()
    unmet: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    report_only: str = ""
    meta: str = ""
    features: tuple[str, ...] = ()
    permissions: str = "camera=(), microphone=(), geolocation=(), payment=()"
    headers: tuple[tuple[str, str], ...] = field(default=())

    def html(self) -> str:
        meta = f'<meta http-equiv="Content-Security-Policy" content="{self.meta}">' if self.meta else ""
        return f"<!doctype html><html><head>{meta}<title>{self.id}</title></head><body>\n{self.body}\n</body></html>"

    def response_headers(self) -> list[tuple[str, str]]:
        pairs = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        pairs += [("Content-Security-Policy", value) for value in (self.policy, *self.more) if value]
        if self.report_only:
            pairs.append(("Content-Security-Policy-Report-Only", self.report_only))
        if self.permissions:
            pairs.append(("Permissions-Policy", self.permissions))
        return [*pairs, *self.headers]


def error(name: str, symptom: str | None) -> tuple[str, str, str | None]:
    return name, "error", symptom


def warning(name: str, symptom: str | None) -> tuple[str, str, str | None]:
    return name, "warning", symptom


WORKING = [
    Page("full nonce set-up", f"{STRICT}; {REST}"),
    Page("nonce on an external tag", f"{STRICT}; {REST}", NONCED_TAG),
    Page("full allow-list with an external tag", f"{HOSTED}; {REST}", TAG),
    Page("hash and strict-dynamic", f"{HASHED}; {REST}", INLINE),
    Page("connect-src star", f"{STRICT}; {STYLE}; {IMG}; {FRAME}; connect-src *"),
    Page("child-src in place of frame-src", f"{STRICT}; {CONNECT}; {STYLE}; {IMG}; child-src 'self' blob:"),
    Page("upper-case directives", f"{STRICT}; {REST}".replace("-src", "-SRC").replace("script", "SCRIPT")),
    Page(
        "http sources that upgrade",
        f"script-src http://app-cdn.velaro.com; {STYLE}; {FRAME}; img-src data: http://app-cdn.velaro.com; "
        "connect-src http://*.velaro.com ws://*.velaro.com http://*.service.signalr.net",
        TAG,
    ),
    Page("nonce and host instead of strict-dynamic", f"script-src 'nonce-{NONCE}' {CDN}; {REST}"),
    Page(
        "default-src alone, wide enough",
        f"default-src 'self' https: wss: data: blob: 'unsafe-inline' 'nonce-{NONCE}'; {STYLE}",
    ),
    Page("two policies that both allow it", f"{STRICT}; {REST}", more=(f"{STRICT}; {CONNECT} 'self'",)),
    Page(
        "fallbacks that strict-dynamic makes inert", f"{STRICT} 'unsafe-inline' https: http:; object-src 'none'; {REST}"
    ),
    Page("policy in a meta element", meta=f"{STRICT}; {REST}"),
    Page("script-src-elem", f"script-src 'none'; script-src-elem 'nonce-{NONCE}' 'strict-dynamic'; {REST}"),
    Page(
        "all features",
        f"{STRICT}; {CONNECT}; {STYLE} https://fonts.googleapis.com; font-src https://fonts.gstatic.com; {IMG}; "
        f"{FRAME} https://calendly.com; media-src {CDN}",
        features=("sounds", "calendly", "video", "fonts"),
        permissions="camera=(self), microphone=(self), geolocation=(), payment=()",
    ),
    Page(
        "the page's own host is not the guide's",
        f"script-src https://cdn.velaro.com; {REST.replace(CDN, 'https://cdn.velaro.com')}",
        '<script src="https://cdn.velaro.com/messenger/embed.js" data-site-id="1" async></script>',
    ),
]

SCRIPT_ROWS = [
    Page(
        "host missing",
        f"script-src 'self'; {REST}",
        TAG,
        (error("script-host-missing", "script-refused"),),
        ("script",),
    ),
    Page(
        "inline under a host allow-list",
        f"{HOSTED}; {REST}",
        INLINE,
        (error("inline-embed-under-allow-list", "script-refused"),),
        ("script",),
    ),
    Page(
        "strict-dynamic alone",
        f"script-src 'strict-dynamic' {CDN}; {REST}",
        TAG,
        (error("strict-dynamic-without-nonce", "script-refused"),),
        ("script",),
    ),
    Page(
        "nonce without strict-dynamic",
        f"script-src 'nonce-{NONCE}'; {REST}",
        NONCED,
        (error("nonce-without-strict-dynamic", "shim-refused"),),
        ("script",),
    ),
    Page(
        "hash without strict-dynamic",
        f"script-src {hash_of(SNIPPET)}; {REST}",
        INLINE,
        (error("hash-without-strict-dynamic", "shim-refused"),),
        ("script",),
    ),
    Page(
        "hosts that strict-dynamic ignores",
        f"{STRICT} {CDN}; {REST}",
        TAG,
        (error("hosts-ignored", "script-refused"),),
        ("script",),
    ),
    Page(
        "the hash is of another text",
        f"{HASHED.replace(hash_of(SNIPPET), hash_of('other'))}; {REST}",
        INLINE,
        (error("embed-hash-mismatch", "script-refused"),),
        ("script",),
    ),
    Page(
        "hash for an external script",
        f"{HASHED}; {REST}",
        TAG,
        (error("hash-for-external-embed", "script-refused"),),
        ("script",),
    ),
    Page(
        "nonce missing on the tag",
        f"{STRICT}; {REST}",
        INLINE,
        (error("embed-nonce-missing", "shim-refused"),),
        ("script",),
    ),
    Page(
        "nonce different on the tag",
        f"{STRICT}; {REST}",
        NONCED.replace(NONCE, OTHER_NONCE),
        (error("embed-nonce-mismatch", "shim-refused"),),
        ("script",),
    ),
    Page(
        "tag that is not nonceable",
        f"{STRICT}; {REST}",
        NONCED.replace("<script ", "<script data-x='<script' "),
        (error("embed-not-nonceable", "shim-refused"),),
        ("script",),
    ),
    Page(
        "two policies with no way through both",
        f"{STRICT}; {REST}",
        more=(f"script-src 'self'; {REST}",),
        finds=(error("script-host-missing", "script-refused"),),
        unmet=("script",),
    ),
    Page(
        "outdated host",
        f"script-src 'self' https://cdn.velaro.com; {REST}",
        TAG,
        (error("outdated-host", "script-refused"),),
        ("script",),
    ),
    Page(
        "path that covers the tag alone",
        f"script-src {CDN}/embed.js; {REST}",
        TAG,
        (warning("script-host-missing", "script-refused"),),
        partly=("script",),
    ),
]

SOURCE_ROWS = [
    Page(
        "connect-src 'self' alone",
        f"{STRICT}; {STYLE}; {IMG}; {FRAME}; connect-src 'self'",
        finds=(
            error("missing-connect-api", "chat-fails"),
            error("missing-connect-websocket", "chat-fails"),
            error("missing-connect-cdn", "chat-fails"),
            error("missing-connect-signalr", "chat-fails"),
        ),
        unmet=("connect-api", "connect-websocket", "connect-cdn", "connect-signalr"),
    ),
    Page(
        "https: does not cover wss",
        f"{STRICT}; {STYLE}; {IMG}; {FRAME}; connect-src https:",
        finds=(error("missing-connect-websocket", "chat-fails"),),
        unmet=("connect-websocket",),
    ),
    Page(
        "SignalR left out",
        f"{STRICT}; {STYLE}; {IMG}; {FRAME}; connect-src https://*.velaro.com wss://*.velaro.com",
        finds=(error("missing-connect-signalr", "chat-fails"),),
        unmet=("connect-signalr",),
    ),
    Page(
        "one host of the wildcard",
        f"{STRICT}; {STYLE}; {IMG}; {FRAME}; connect-src https://api-main-us-east.velaro.com {CDN} "
        "wss://*.velaro.com https://*.service.signalr.net",
        finds=(warning("missing-connect-api", "chat-fails"),),
        partly=("connect-api",),
    ),
    Page(
        "default-src 'self' stands in",
        f"{STRICT}; {STYLE}; {IMG}; {FRAME}; default-src 'self'; {CONNECT.replace('wss://*.velaro.com ', '')}",
        finds=(error("missing-connect-websocket", "chat-fails"),),
        unmet=("connect-websocket",),
    ),
    Page(
        "lost asterisks",
        f"{STRICT}; {STYLE}; {IMG}; {FRAME}; connect-src https://.velaro.com wss://.velaro.com {CDN} https://.service.signalr.net",
        finds=(error("lost-asterisk", "chat-fails"),) * 3,
        unmet=("connect-api", "connect-websocket", "connect-signalr"),
    ),
    Page(
        "inline styles switched off by a nonce",
        f"{STRICT}; {CONNECT}; {IMG}; {FRAME}; style-src 'unsafe-inline' 'nonce-{NONCE}'",
        finds=(error("missing-style-inline", None),),
        unmet=("style-inline",),
    ),
    Page(
        "no inline styles",
        f"{STRICT}; {CONNECT}; {IMG}; {FRAME}; style-src 'self'",
        finds=(error("missing-style-inline", None),),
        unmet=("style-inline",),
    ),
    Page(
        "images from the site alone",
        f"{STRICT}; {CONNECT}; {STYLE}; {FRAME}; img-src 'self'",
        finds=(error("missing-img-data", "images-broken"), error("missing-img-cdn", "images-broken")),
        unmet=("img-data", "img-cdn"),
    ),
    Page(
        "star does not cover data:",
        f"{STRICT}; {CONNECT}; {STYLE}; {FRAME}; img-src *",
        finds=(error("missing-img-data", "images-broken"),),
        unmet=("img-data",),
    ),
    Page(
        "frames of the site alone",
        f"{STRICT}; {CONNECT}; {STYLE}; {IMG}; frame-src 'self'",
        finds=(error("missing-frame-blob", "frame-blocked"),),
        unmet=("frame-blob",),
    ),
    Page(
        "no frames",
        f"{STRICT}; {CONNECT}; {STYLE}; {IMG}; frame-src 'none'",
        finds=(error("missing-frame-self", "frame-blocked"), error("missing-frame-blob", "frame-blocked")),
        unmet=("frame-self", "frame-blob"),
    ),
    Page(
        "Google Fonts asked for and not allowed",
        f"{STRICT}; {REST}; font-src 'self'",
        finds=(error("missing-style-fonts", "fonts-broken"), error("missing-font-files", "fonts-broken")),
        unmet=("style-fonts", "font-files"),
        features=("fonts",),
    ),
    Page(
        "sounds asked for and not allowed",
        f"{STRICT}; {REST}; media-src 'self'",
        finds=(error("missing-media-sounds", None),),
        unmet=("media-sounds",),
        features=("sounds",),
    ),
    Page(
        "Calendly asked for and not allowed",
        f"{STRICT}; {REST}",
        finds=(error("missing-frame-calendly", "frame-blocked"),),
        unmet=("frame-calendly",),
        features=("calendly",),
    ),
    Page(
        "two headers intersect",
        f"{STRICT}; {REST}",
        more=("connect-src 'self' https: wss:", "img-src data:"),
        finds=(error("missing-img-cdn", "images-broken"),),
        unmet=("img-cdn",),
    ),
]

OTHER_ROWS = [
    Page("no policy at all", body=TAG, finds=(warning("no-policy", None),)),
    Page(
        "report-only that would break the widget",
        report_only=f"script-src 'self'; {REST}",
        body=TAG,
        finds=(warning("report-only-not-ready", None), warning("script-host-missing", "script-refused")),
    ),
    Page("report-only that is ready", report_only=f"{HOSTED}; {REST}", body=TAG),
    Page(
        "report-only beside an enforced policy",
        f"{STRICT}; {REST}",
        report_only=f"{STRICT}; {REST.replace(' blob:', '')}",
        finds=(warning("report-only-not-ready", None), warning("missing-frame-blob", "frame-blocked")),
    ),
    Page(
        "unsafe-eval",
        f"{STRICT} 'unsafe-eval'; {REST}",
        finds=(warning("unsafe-eval-not-needed", None),),
    ),
    Page(
        "unsafe-inline for scripts",
        f"{HOSTED} 'unsafe-inline'; {REST}",
        INLINE,
        finds=(warning("unsafe-inline-not-needed", None),),
    ),
    Page(
        "placeholder nonce",
        f"{STRICT}; {REST}".replace(NONCE, "YOUR_NONCE_HERE"),
        NONCED.replace(NONCE, "YOUR_NONCE_HERE"),
        finds=(error("nonce-placeholder", "nonce-static"),),
    ),
    Page(
        "unrendered template",
        f"{STRICT}; {REST}".replace(NONCE, "{{nonce}}"),
        NONCED.replace(NONCE, "{{nonce}}"),
        finds=(error("nonce-template", "nonce-static"),),
        unmet=("script",),
    ),
    Page(
        "the guide's lost nonce",
        f"{STRICT}; {REST}".replace(NONCE, ""),
        INLINE,
        finds=(error("nonce-template", "nonce-static"),),
        unmet=("script",),
    ),
    Page(
        "nonce of a wrong alphabet",
        f"{STRICT}; {REST}".replace(NONCE, "r@nd0m-value-1234567890"),
        NONCED.replace(NONCE, "r@nd0m-value-1234567890"),
        finds=(error("nonce-alphabet", "nonce-static"),),
        unmet=("script",),
    ),
    Page(
        "short nonce",
        f"{STRICT}; {REST}".replace(NONCE, SHORT_NONCE),
        NONCED.replace(NONCE, SHORT_NONCE),
        finds=(warning("nonce-short", None),),
    ),
    Page(
        "video without camera",
        f"{STRICT}; {REST}",
        features=("video",),
        finds=(error("video-not-permitted", None),),
        unmet=("permissions-video",),
    ),
    Page(
        "malformed Permissions-Policy",
        f"{STRICT}; {REST}",
        permissions="camera 'none'; microphone 'none'",
        finds=(warning("permissions-policy-malformed", None),),
    ),
]

FAULTY = [*SCRIPT_ROWS, *SOURCE_ROWS, *OTHER_ROWS]
