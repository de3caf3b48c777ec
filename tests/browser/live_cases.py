"""
Random policies and requests, one step off each other: what the live tests ask the browsers about.

A case comes from a seed. Its sources are made from the request's own URL, with
another port, path, case or wildcard, because that is where browsers differ.
"""

from __future__ import annotations

import base64
import hashlib
from random import Random
from typing import Any
from urllib.parse import urlsplit

from csplint.csp.allowances import EFFECTIVE_DIRECTIVE
from csplint.csp.directives import CHAINS
from csplint.csp.policy import Delivered, Delivery
from csplint.csp.request import Request
from tests.browser.live import Case

PAGES = ["https://shop.example/", "http://shop.example/a/b", "https://shop.example:8443/x", "http://shop.example:443/"]
PAGES += ["http://shop.example:8080/", "https://shop.example:80/y", "http://localhost/", "http://127.0.0.1:8080/q"]
HOSTS = ["cdn.example", "cdn.example", "a.cdn.example", "shop.example", "localhost", "127.0.0.1", "[::1]", "single"]
HOSTS += ["xn--bcher-kva.example", "under_score.example", "-dash.example", "cdn.example."]
PATHS = ["/", "/js/a.js", "/js/", "/JS/a.js", "/a%20b/s.js", "/a%2Fb", "/%41", "/a%3Bb/c", "/a%2Cb", "/%C3%A9", "/%E9"]
PATHS += ["/a//b", "//x", "/a%2520b", "/a[b]", "/a|b", "/~u", "/*", "/a%zz", "/a:b@c", "/a^b", "/x/../y"]
QUERIES = ["", "", "", "?q=/js/", "#f"]
PORTS = ["", "", "", ":80", ":443", ":8080", ":8443"]
NONCES = ["abc", "a-b_c", "r4nd0m+/==", "ABC", " abc ", "abc="]
CODE = ["window.a=1", "  window.b = 2;\n", "void 0", "window.c='é'"]
STYLES = ["p{color:red}", " p{} "]

LOADED = ["script", "dynamic-script", "style", "img", "media", "frame", "font", "connect", "beacon", "eventsource"]
LOADED += ["ws", "form", "base", "worker", "object"]
INLINE = ["inline-script", "dynamic-inline-script", "event-handler", "javascript-url", "inline-style", "style-attr"]
KINDS = [*LOADED, *LOADED, *INLINE, *INLINE, "eval", "wasm", "blob-worker"]
REDIRECTED = {"script", "style", "img", "frame", "connect", "beacon", "eventsource", "form", "media", "font", "object"}
DATA = {"script": "data:text/javascript,1", "img": "data:image/gif;base64,R0lGODlhAQABAAAAACw="}
DATA |= {"frame": "data:text/html,x", "style": "data:text/css,", "connect": "data:,", "base": "data:,"}

WORDS = ["'self'", "'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "'strict-dynamic'", "'report-sample'"]
WORDS += ["'wasm-unsafe-eval'", "'none'", "*", "https:", "http:", "ws:", "wss:", "data:", "blob:", "HTTPS:", "*:*"]
WORDS += ["*:443", "*/", "https://*", "https://", "'self", '"self"', "none", "*?q", "*.", "[::1]", "'nonce-'"]
WORDS += ["'sha256-'", "'wasm-eval'", "'trusted-types-eval'", "//cdn.example", "'ed25519-abcd'"]
WORDS += ["'url-sha256-abcd'", "'eval-sha256-abcd'", "'strict-dynamic-url'"]
OTHERS = ["default-src", "img-src", "connect-src", "script-src", "style-src", "child-src", "frame-src", "object-src"]
OTHERS += ["form-action", "base-uri", "script-src-attr", "navigate-to", "prefetch-src", "x-src"]


def case(seed: int) -> Case:
    """The case of a seed."""
    random = Random(seed)
    page = random.choice(PAGES)
    request = _request(random, page)
    delivered = tuple(_policy(random, request, page) for _ in range(random.choice([1, 1, 1, 2])))
    return Case(page, delivered, request)


def _request(random: Random, page: str) -> Request:
    kind = random.choice(KINDS)
    given: dict[str, Any] = {"kind": kind}
    if kind in LOADED:
        given["url"] = _url(random, page, kind)
        if kind in REDIRECTED and given["url"].startswith("http") and random.random() < 0.2:
            given["redirect_to"] = _url(random, page, "form").partition("#")[0]
    if kind in INLINE:
        given["content"] = random.choice(STYLES if kind == "inline-style" else CODE[:1] if "url" in kind else CODE)
    if kind == "style-attr":
        given["content"] = "color:red"
    if kind in {"script", "dynamic-script"} and random.random() < 0.25:
        given["integrity"] = " ".join(_digest(random, "") for _ in range(random.choice([1, 1, 2])))
    if kind in {"script", "dynamic-script", "style", *INLINE[:2], "inline-style"} and random.random() < 0.4:
        given["nonce"] = random.choice(NONCES)
    return Request(**given)


def _url(random: Random, page: str, kind: str) -> str:
    own = urlsplit(page)
    if kind in DATA and random.random() < 0.07:
        return DATA[kind]
    secure = own.scheme == "https" or random.random() < 0.5  # mixed content is blocked by other means than CSP
    scheme = {"ws": "ws", "worker": own.scheme[:4]}.get(kind, "http") + ("s" if secure else "")
    path = random.choice(PATHS)
    if kind == "worker":
        return f"{own.scheme}://{own.netloc}{path}"
    place = own.netloc if random.random() < 0.2 else random.choice(HOSTS) + random.choice(PORTS)
    return f"{scheme}://{place}{path}{random.choice(QUERIES) if kind != 'ws' else ''}"


def _policy(random: Random, request: Request, page: str) -> Delivered:
    names = [*CHAINS[EFFECTIVE_DIRECTIVE[request.kind]]] * 4 + OTHERS
    directives = []
    for _ in range(random.choice([1, 1, 2, 3])):
        sources = [_source(random, request, page) for _ in range(random.choice([0, 1, 1, 2, 2, 3]))]
        if random.random() < 0.03:
            sources.append(random.choice(["é", "\x7f", "a\u00a0b"]))
        space = random.choice([" "] * 8 + ["  ", "\t", "\x0c"])
        name = _cased(random, random.choice(names)) + random.choice([""] * 30 + [":", "\u00a0", "."])
        directives.append(space.join([name, *sources]))
    text = random.choice([";", "; ", " ; "]).join(directives) + random.choice(["", "", ";", ","])
    delivery: Delivery = "meta" if random.random() < 0.15 else "header"
    return Delivered(text, delivery, "report" if delivery == "header" and random.random() < 0.1 else "enforce")


def _source(random: Random, request: Request, page: str) -> str:
    choice = random.random()
    if choice < 0.5 and request.url:
        return _near(random, request.redirect_to if request.redirect_to and choice < 0.25 else request.url, page)
    if choice < 0.7:
        return _cased(random, random.choice(WORDS))
    if choice < 0.85:
        return f"'{_cased(random, 'nonce')}-{(request.nonce or random.choice(NONCES)).strip()}'"
    text = f"javascript:{request.content}" if request.kind == "javascript-url" else request.content
    return f"'{_digest(random, text)}'"


def _near(random: Random, url: str, page: str) -> str:
    split = urlsplit(url if "://" in url else page)
    host = split.netloc.partition("]")[0] + "]" if "[" in split.netloc else split.netloc.partition(":")[0]
    port = split.netloc[len(host) :]
    path = split.path or "/"
    scheme = random.choice(["", "", "", split.scheme, split.scheme, "http", "https", "ws", "wss", split.scheme.upper()])
    parent = host.partition(".")[2]
    hosts = [host] * 8 + [
        host.upper(),
        f"*.{host}",
        "*",
        f"{host}.",
        f".{host}",
        f"*{host}",
        *[f"*.{parent}"] * 4 * bool(parent),
    ]
    ports = [port] * 5 + ["", ":80", ":443", ":*", ":0", f":0{port[1:] or 80}", ":65535", ":65536", ":"]
    folder = path.rpartition("/")[0] + "/"
    paths = [""] * 4 + [
        "/",
        path,
        path,
        f"{path}/",
        folder,
        path.upper(),
        f"{path}x",
        path[:-1],
        f"{path}?q",
        "?q",
        "#f",
    ]
    paths += ["//", f"/{path}", path.replace("%", "%25"), "/%6As/", "/js/a%2Ejs"]
    written = f"{random.choice(hosts)}{random.choice(ports)}{random.choice(paths)}"
    return f"{scheme}://{written}" if scheme else written


def _digest(random: Random, text: str) -> str:
    algorithm = random.choice(["sha256", "sha384", "sha512"])
    digest = base64.b64encode(hashlib.new(algorithm, text.encode()).digest()).decode()
    forms = [digest] * 6 + [digest.rstrip("="), digest.translate(str.maketrans("+/", "-_")), f"{digest}=", digest[:-4]]
    forms += [digest.lower(), "a", "abcd", "abcde"]
    return f"{_cased(random, random.choice([algorithm] * 6 + ['sha1', 'sha-256']))}-{random.choice(forms)}"


def _cased(random: Random, word: str) -> str:
    return random.choice([word] * 6 + [word.upper(), word.title()])
