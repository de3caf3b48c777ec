"""
Pages with several faults at once, as real sites send them.

Each has the Velaro widget and a shop around it. {NONCE} is what the page's own server fills in; {nonce}, %NONCE% and
YOUR_NONCE are placeholders that it never fills.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from tests.engine.deploy import Sent
from tests.guide.pages import CDN, INLINE, SNIPPET, TAG, hash_of

NONCED = f'<script nonce="{{NONCE}}">{SNIPPET}</script>'
NONCED_TAG = f'<script nonce="{{NONCE}}" src="{CDN}/embed.js" async></script>'
GUIDE = (
    "connect-src 'self' https://*.velaro.com wss://*.velaro.com https://*.service.signalr.net; "
    f"style-src 'self' 'unsafe-inline'; img-src 'self' data: {CDN}; frame-src 'self' blob:"
)
WITHOUT_ASTERISKS = GUIDE.replace("*", "")
BASICS = "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"

THEME = (
    '<link rel=stylesheet href="/wp-content/themes/shop/style.css?ver=6.4">\n'
    '<script src="/wp-includes/js/jquery/jquery.min.js?ver=3.7.1"></script>\n'
    '<img src="/wp-content/uploads/logo.png" alt=Shop>\n'
)
NONCED_THEME = THEME.replace("<script ", '<script nonce="{NONCE}" ')
FONTS = (
    '<link rel=preconnect href="https://fonts.gstatic.com" crossorigin>\n'
    '<link rel=stylesheet href="https://fonts.googleapis.com/css2?family=Inter&amp;display=swap">\n'
)
OWN_INLINE = "<script>window.dataLayer = window.dataLayer || [];</script>\n"
GTAG = '<script async src="https://www.googletagmanager.com/gtag/js?id=G-ABC1234567"></script>\n'
SHOP_CDN = (
    '<script src="https://static.shop-cdn.example/app.4f3a.js"></script>\n'
    '<img src="https://images.shop-cdn.example/hero.jpg" alt="">\n'
)

ByHand = Callable[[Sent, str], Sent]
"""What the owner does: the page as it is sent after the correction, and the step."""


class Faulty(Struct, frozen=True):
    """
    A page with faults.

    policy: the Content-Security-Policy headers, in order. report_only: likewise. meta: policies of meta elements. body, head:
    HTML. headers: other headers.
    step: words of the step that tells the owner what no text can do; "" if the corrected policies do it all. by_hand: what
    the owner then does.
    """

    id: str
    policy: tuple[str, ...] = ()
    body: str = THEME + TAG
    head: str = ""
    report_only: tuple[str, ...] = ()
    meta: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = (("Cache-Control", "no-store"),)
    features: tuple[str, ...] = ()
    step: str = ""
    by_hand: ByHand | None = None

    def sent(self) -> Sent:
        """The page before anybody corrects it."""
        metas = "\n".join(f'<meta http-equiv="Content-Security-Policy" content="{each}">' for each in self.meta)
        html = (
            f"<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n{metas}\n<title>Shop</title>\n{self.head}</head>\n"
            f"<body>\n{self.body}\n</body>\n</html>\n"
        )
        policies = [("Content-Security-Policy", value) for value in self.policy]
        trials = [("Content-Security-Policy-Report-Only", value) for value in self.report_only]
        return Sent(
            (("Content-Type", "text/html; charset=utf-8"), *policies, *trials, *self.headers), html, self.features
        )


def in_headers(old: str, new: str) -> ByHand:
    """Write something else in the headers."""
    return lambda sent, _step: replace(
        sent, headers=tuple((name, value.replace(old, new)) for name, value in sent.headers)
    )


def in_both(old: str, new: str) -> ByHand:
    """Write something else in the headers and the HTML."""
    return lambda sent, step: in_html(old, new)(in_headers(old, new)(sent, step), step)


def in_html(old: str, new: str) -> ByHand:
    """Write something else in the HTML."""
    return lambda sent, _step: replace(sent, html=sent.html.replace(old, new))


def as_the_step_says(sent: Sent, step: str) -> Sent:
    """Send the policy that the step ends with."""
    policy = step.partition("in place of the policy: ")[2]
    headers = [(name, policy if name == "Content-Security-Policy" else value) for name, value in sent.headers]
    return replace(sent, headers=tuple(headers))


HOSTS = [
    Faulty(
        "WordPress: an inline embed under a list of hosts",
        (f"default-src 'self'; script-src 'self' {CDN}; style-src 'self' 'unsafe-inline'; img-src 'self' data:",),
        THEME + INLINE,
    ),
    Faulty("default-src 'self' and nothing else", ("default-src 'self'",)),
    Faulty("default-src 'self' and an inline embed", ("default-src 'self'",), THEME + INLINE),
    Faulty("default-src 'none' and nothing else", ("default-src 'none'",)),
    Faulty(
        "default-src 'none' with the page's own list",
        ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'",),
    ),
    Faulty("everything right but images", (f"script-src 'self' {CDN}; {GUIDE.replace('data: ', '').replace(CDN, '')}; {BASICS}",)),
    Faulty("img-src without data:", (f"script-src 'self' {CDN}; {GUIDE.replace('data: ', '')}; {BASICS}",)),
    Faulty("frame-src 'none'", (f"script-src 'self' {CDN}; {GUIDE.replace(chr(39) + 'self' + chr(39) + ' blob:', chr(39) + 'none' + chr(39))}; {BASICS}",)),
    Faulty(
        "an old shop: hosts of the last provider, Google Fonts, a CDN of its own",
        ("default-src 'self' https://*.livechatinc.com; script-src 'self' https://cdn.livechatinc.com; img-src 'self'; font-src 'self'",),
        FONTS + SHOP_CDN + THEME + TAG,
    ),
    Faulty(
        "Tag Manager beside the chat",
        ("default-src 'self'; script-src 'self' https://www.google-analytics.com; connect-src 'self' https://www.google-analytics.com",),
        GTAG + OWN_INLINE + THEME + TAG,
    ),
    Faulty(
        "the page's own inline scripts are blocked too",
        (f"default-src 'self'; script-src 'self' {CDN}; {BASICS}",),
        OWN_INLINE + "<script>document.documentElement.className = 'js';</script>\n" + THEME + TAG,
    ),
    Faulty("the vendor's old host", (f"script-src 'self' https://cdn.velaro.com; {GUIDE.replace(CDN, 'https://cdn.velaro.com')}; {BASICS}",)),
    Faulty("a host limited to a path", (f"script-src 'self' {CDN}/embed.js; connect-src 'self' https://api-main-us-east.velaro.com/v1/; img-src 'self' {CDN}/img/ data:; {BASICS}",)),
    Faulty("http: hosts on an https page", ("default-src 'self'; script-src 'self' http://app-cdn.velaro.com; connect-src 'self' http://*.velaro.com ws://*.velaro.com; img-src 'self' http://app-cdn.velaro.com",)),
    Faulty("wss where https belongs", (f"script-src 'self' wss://app-cdn.velaro.com; connect-src 'self' wss://*.velaro.com wss://*.service.signalr.net; img-src 'self' data:; {BASICS}",)),
    Faulty("https where wss belongs", (f"script-src 'self' {CDN}; {GUIDE.replace('wss://*.velaro.com ', '').replace('frame-src ' + chr(39) + 'self' + chr(39) + ' blob:', 'frame-src ' + chr(39) + 'self' + chr(39))}; {BASICS}",)),
    Faulty("worker-src and child-src in play", ("default-src 'self'; script-src 'self'; child-src 'none'; worker-src 'none'; connect-src 'self' https://*.velaro.com",)),
    Faulty("block-all-mixed-content, plugin-types and upgrade-insecure-requests", ("default-src https: 'self'; block-all-mixed-content; plugin-types application/pdf; upgrade-insecure-requests; referrer no-referrer",)),
    Faulty("form, base and manifest", ("default-src 'self'; base-uri 'none'; form-action 'none'; manifest-src 'none'",), THEME + '<form action="/search"><input name=q></form>' + TAG, '<base href="/">\n<link rel=manifest href="/site.webmanifest">\n'),
    Faulty("optional parts of the widget", (f"script-src 'self' {CDN}; {GUIDE}; media-src 'none'; font-src 'self'; {BASICS}",), features=("sounds", "calendly", "fonts")),
]  # fmt: skip

WORDS = [
    Faulty("lost quotes", (f"default-src self; script-src self unsafe-inline {CDN}; object-src none",)),
    Faulty("half a quote", (f"default-src 'self; script-src 'self' {CDN}; img-src self' data:",)),
    Faulty("typographic quotes", (f"default-src ‘self’; script-src ‘self’ {CDN}; img-src ‘self’ data:",), step="Browsers ignore the whole policy", by_hand=as_the_step_says),
    Faulty("double quotes", (f'default-src "self"; script-src "self" {CDN}; frame-ancestors "none"',)),
    Faulty("the guide without its asterisks", (f"script-src 'self' {CDN}; {WITHOUT_ASTERISKS}; {BASICS}",)),
    Faulty("the guide without asterisks and with a nonce", (f"script-src 'nonce-{{NONCE}}' 'strict-dynamic'; {WITHOUT_ASTERISKS.replace('data: ', '')}; {BASICS}",), NONCED_THEME + NONCED),
    Faulty("misspelt directives", (f"default-src 'self'; scripts-src 'self' {CDN}; conect-src 'self' https://*.velaro.com; image-src 'self' data:; style-source 'unsafe-inline'",)),
    Faulty("missing semicolons", (f"default-src 'self' script-src 'self' {CDN} img-src 'self' data: style-src 'self' 'unsafe-inline'",)),
    Faulty("one missing semicolon", (f"default-src 'self'; script-src 'self' {CDN} connect-src 'self' https://*.velaro.com; img-src 'self'",)),
    Faulty("upper case", ("DEFAULT-SRC 'SELF'; SCRIPT-SRC 'SELF' HTTPS://APP-CDN.VELARO.COM; IMG-SRC 'SELF'",)),
    Faulty("directives written twice", (f"default-src 'self'; script-src 'self'; img-src 'self'; script-src 'self' {CDN}; img-src * data:; connect-src 'self'; connect-src https://*.velaro.com",)),
    Faulty("colons after the names", (f"default-src: 'self'; script-src: 'self' {CDN}; img-src: 'self' data:",), step="Browsers ignore the whole policy", by_hand=as_the_step_says),
    Faulty("the header's name in its value", (f"Content-Security-Policy: default-src 'self'; script-src 'self' {CDN}",)),
    Faulty("commas for semicolons", (f"default-src 'self', script-src 'self' {CDN}, img-src 'self' data:, style-src 'self' 'unsafe-inline'",)),
    Faulty("commas between hosts", (f"default-src 'self'; script-src 'self', {CDN}; connect-src 'self', https://*.velaro.com, wss://*.velaro.com",)),
    Faulty("quotation marks around the value", (f"\"default-src 'self'; script-src 'self' {CDN};\"",)),
    Faulty("trailing garbage", (f"default-src 'self'; script-src 'self' {CDN};;; ; always; ?>",)),
    Faulty("a character that is not ASCII", (f"default-src 'self'; script-src 'self' {CDN} https://café.example; img-src 'self' – data:",)),
    Faulty("lost slashes and schemes", ("default-src 'self'; script-src 'self' https:app-cdn.velaro.com; connect-src 'self' https//*.velaro.com wss:/*.velaro.com; img-src 'self' data",)),
    Faulty("'none' beside others", (f"default-src 'none' 'self'; script-src 'none' {CDN}; img-src 'self' 'none' data:",)),
    Faulty("asterisks in the wrong place", ("default-src 'self'; script-src 'self' https://*velaro.com; connect-src 'self' *.velaro.* wss://velaro.com; img-src 'self' data: https://app-*.velaro.com",)),
]  # fmt: skip

NONCES = [
    Faulty("nonce right, the rest missing", ("default-src 'self'; script-src 'nonce-{NONCE}' 'strict-dynamic'; object-src 'none'; base-uri 'none'",), NONCED_THEME + NONCED),
    Faulty("nonce on the theme and not on the embed", ("default-src 'self'; script-src 'nonce-{NONCE}' 'strict-dynamic'; img-src 'self'",), NONCED_THEME + INLINE),
    Faulty("nonce on no tag", (f"default-src 'self'; script-src 'nonce-{{NONCE}}' 'strict-dynamic'; {GUIDE.replace(CDN, '')}",), THEME + OWN_INLINE + TAG),
    Faulty("nonce without 'strict-dynamic'", ("default-src 'self'; script-src 'self' 'nonce-{NONCE}'; style-src 'self' 'nonce-{NONCE}'; img-src 'self'",), NONCED_THEME + NONCED),
    Faulty("'unsafe-inline' with a nonce", (f"default-src 'self'; script-src 'self' 'unsafe-inline' 'nonce-{{NONCE}}' {CDN}; style-src 'self' 'unsafe-inline' 'nonce-{{NONCE}}'",), NONCED_THEME + INLINE),
    Faulty("'strict-dynamic' with hosts", (f"script-src 'strict-dynamic' 'self' {CDN}; connect-src 'self' https:; img-src *; {BASICS}",)),
    Faulty("'strict-dynamic' with hosts and a nonce", (f"default-src 'self'; script-src 'nonce-{{NONCE}}' 'strict-dynamic' 'self' {CDN}; img-src 'self'",), NONCED_THEME + TAG),
    Faulty(
        "YOUR_NONCE never filled in",
        (f"script-src 'nonce-YOUR_NONCE' 'strict-dynamic'; {GUIDE.replace('data: ', '')}; {BASICS}",),
        (NONCED_THEME + NONCED).replace("{NONCE}", "YOUR_NONCE"),
        step="on the tag",
        by_hand=in_both("YOUR_NONCE", "{NONCE}"),
    ),
    Faulty(
        "{nonce} never filled in",
        (f"default-src 'self'; script-src 'nonce-{{nonce}}' 'strict-dynamic'; {BASICS}",),
        (NONCED_THEME + NONCED).replace("{NONCE}", "{nonce}"),
        step="on the tag",
        by_hand=in_both("{nonce}", "{NONCE}"),
    ),
    Faulty(
        "%NONCE% never filled in",
        ("default-src 'self'; script-src 'self' 'nonce-%NONCE%'; img-src 'self'",),
        (NONCED_THEME + NONCED).replace("{NONCE}", "%NONCE%"),
        step="on the tag",
        by_hand=in_both("%NONCE%", "{NONCE}"),
    ),
    Faulty(
        "a cached page with an old nonce",
        ("default-src 'self'; script-src 'nonce-{NONCE}' 'strict-dynamic'; img-src 'self' data:",),
        (NONCED_THEME + NONCED).replace("{NONCE}", "cDk0aFJ3S2JTb3VyY2VvZm9sZA=="),
        headers=(("Cache-Control", "public, max-age=3600"), ("Age", "1200")),
    ),
    Faulty("a nonce without its quotes", ("default-src 'self'; script-src nonce-{NONCE} 'strict-dynamic'",), NONCED_THEME + NONCED),
    Faulty("a nonce glued to a keyword", ("default-src 'self'; script-src 'nonce-{NONCE}''strict-dynamic'; style-src 'self''unsafe-inline'",), NONCED_THEME + NONCED),
    Faulty("the hash of another text", (f"default-src 'self'; script-src 'self' {hash_of('other')} {CDN}; img-src 'self'",), THEME + INLINE),
    Faulty("a hash for a script with src", (f"default-src 'self'; script-src {hash_of(SNIPPET)} 'strict-dynamic'; img-src 'self'",), TAG, step="put a nonce into the header"),
    Faulty("a hash and no 'strict-dynamic'", (f"default-src 'self'; script-src 'self' {hash_of(SNIPPET)}",), THEME + INLINE),
    Faulty("script-src-elem in play", ("default-src 'self'; script-src 'self' 'unsafe-inline'; script-src-elem 'self'; script-src-attr 'none'",), THEME + INLINE),
    Faulty("style-src-elem and style-src-attr", (f"script-src 'self' {CDN}; {GUIDE}; style-src-elem 'self'; style-src-attr 'none'; {BASICS}",), THEME + "<style>.chat { bottom: 0 }</style>\n" + TAG),
]  # fmt: skip

SENDERS = [
    Faulty("nginx and the application send different policies", (f"script-src 'self' {CDN}; {GUIDE}; {BASICS}", "default-src 'self' http: https: data: blob: 'unsafe-inline'; frame-ancestors 'self'")),
    Faulty("nginx and the application fight over the nonce", (f"script-src 'nonce-{{NONCE}}' 'strict-dynamic'; {GUIDE}; {BASICS}", "default-src 'self'; script-src 'self'"), NONCED_THEME + NONCED),
    Faulty("the same header twice", (f"default-src 'self'; script-src 'self' {CDN}",) * 2),
    Faulty("the same header three times, one older", (f"default-src 'self'; script-src 'self' {CDN}", f"default-src 'self'; script-src 'self' {CDN}", "default-src 'self'")),
    Faulty("policies joined by a comma", (f"script-src 'self' {CDN}; {GUIDE}, frame-ancestors 'self'; default-src 'self'",)),
    Faulty("a meta element and a header", (f"script-src 'self' {CDN}; {BASICS}",), meta=("default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",)),
    Faulty("a meta element only", meta=(f"default-src 'self'; script-src 'self' {CDN}; report-uri /csp",), body=THEME + INLINE),
    Faulty("two meta elements", meta=("default-src 'self'", f"script-src 'self' {CDN}")),
    Faulty("report-only with the same as the header", (f"default-src 'self'; script-src 'self' {CDN}",), report_only=(f"default-src 'self'; script-src 'self' {CDN}",)),
    Faulty("report-only only", report_only=("default-src 'self'; script-src 'self'; img-src 'self' data:",), body=THEME + INLINE),
    Faulty("a strict trial beside a loose policy", ("default-src 'self' https: 'unsafe-inline'",), report_only=("default-src 'none'; script-src 'nonce-{NONCE}' 'strict-dynamic'",), body=NONCED_THEME + NONCED, step="Name the hosts", by_hand=in_headers("default-src 'self' https: 'unsafe-inline'", f"default-src 'self' https:; script-src 'self' 'unsafe-inline' {CDN}; style-src 'self' https: 'unsafe-inline'")),
    Faulty("an empty header beside a policy", ("", "default-src 'self'", " ; ")),
    Faulty("no policy at all", body=FONTS + SHOP_CDN + THEME + OWN_INLINE + INLINE),
]  # fmt: skip

BY_HAND = [
    Faulty(
        "a sandbox without scripts",
        ("default-src 'self'; sandbox allow-forms",),
    ),
    Faulty(
        "a sandbox without same-origin",
        ("default-src 'self'; script-src 'self'; sandbox allow-scripts allow-forms",),
    ),
    Faulty(
        "Trusted Types",
        (f"default-src 'self'; script-src 'self' {CDN}; require-trusted-types-for 'script'; trusted-types default",),
        step="require-trusted-types-for",
        by_hand=in_headers("; require-trusted-types-for 'script'; trusted-types default", ""),
    ),
    Faulty(
        "a cross-origin embedder policy",
        (f"default-src 'self'; script-src 'self' {CDN}",),
        headers=(("Cross-Origin-Embedder-Policy", "require-corp"), ("Cache-Control", "no-store")),
        step="Cross-Origin-Embedder-Policy",
        by_hand=in_headers("require-corp", "unsafe-none"),
    ),
    Faulty(
        "event handlers",
        ("default-src 'self'; script-src 'self'; script-src-attr 'none'",),
        THEME + '<button onclick="openChat()">Chat</button><a href="javascript:openChat()">Chat</a>' + TAG,
        step="addEventListener",
    ),
    Faulty(
        "a tag that is not nonceable",
        ("default-src 'self'; script-src 'nonce-{NONCE}' 'strict-dynamic'",),
        NONCED_THEME + NONCED.replace("<script ", "<script data-x='<script' "),
        step="attribute",
        by_hand=in_html("<script data-x='<script' ", "<script "),
    ),
]  # fmt: skip

ALL = [*HOSTS, *WORDS, *NONCES, *SENDERS, *BY_HAND]
