"""Scripts that a CDN, a plugin or a framework wrote, texts that change, hashes of other text: what is said, what is hashed."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

import pytest

import csplint
from csplint.checks.own_page.hashed_text import other_texts
from csplint.checks.own_page.sender_table import SENDERS
from csplint.checks.own_page.senders import Sender, sender_of
from csplint.csp.edit import Replacement, apply
from csplint.csp.parse import parse_sources
from csplint.engine.evaluate import evaluate
from csplint.engine.inputs import UrlInput
from csplint.engine.run import run_checks
from csplint.engine.stable_text import unstable_hashes
from csplint.engine.subject import read_visits
from csplint.model import Finding, TargetReport
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture, Visits
from tests.guide.pages import SNIPPET
from tests.servers import Answer, Received, serve

CSP = "Content-Security-Policy"
NONCE = "3TmVbQn7LkHsYw2RzXcAfg=="
STRICT = f"script-src 'nonce-{NONCE}' 'strict-dynamic'"
GENERIC = ("page", "syntax", "delivery", "security")
JSD = "(function(){{window.__CF$cv$params={{r:'{ray}',t:'{time}'}};}})();"


def sha(text: str | bytes, algorithm: str = "sha256") -> str:
    data = text.encode() if isinstance(text, str) else text
    return f"'{algorithm}-{base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}'"


def target(policy: str, body: str, *headers: tuple[str, str], packs: tuple[str, ...] = ("page",)) -> TargetReport:
    sent = [("Content-Type", "text/html; charset=utf-8"), (CSP, policy), *headers]
    return csplint.check_page(
        f"<!doctype html>{body}".encode(), sent, url="https://shop.example/", packs=packs
    ).targets[0]


def only(policy: str, body: str, *headers: tuple[str, str]) -> Finding:
    [finding] = target(policy, body, *headers).findings
    return finding


def fixed(policy: str, finding: Finding) -> str:
    assert finding.fix is not None
    edits = [each for each in finding.fix.edits if each.kind == "policy"]
    return apply(policy, [Replacement(each.start or 0, each.end or 0, each.text) for each in edits])


# ------------------------------------------------------------------ senders

WRITTEN = [
    # url or inline text, who writes it
    ("https://shop.example/cdn-cgi/scripts/7d0fa10a/cloudflare-static/rocket-loader.min.js", "cloudflare-rocket-loader"),
    ("https://shop.example/cdn-cgi/scripts/5c5dd728/cloudflare-static/email-decode.min.js", "cloudflare-email-obfuscation"),
    ("https://shop.example/cdn-cgi/challenge-platform/scripts/jsd/main.js", "cloudflare-javascript-detections"),
    ("https://static.cloudflareinsights.com/beacon.min.js/vcd15cbe7772f49c399c6a5babf22c1241717689176015", "cloudflare-web-analytics"),
    ("https://shop.example/cdn-cgi/zaraz/i.js", "cloudflare-zaraz"),
    ("https://shop.example/cdn-cgi/rum.js", "cloudflare"),
    ("https://shop.example/a.js.pagespeed.jm.x.js", "pagespeed"),
    ("https://shop.example/pagespeed_static/js_defer.q.js", "pagespeed"),
    ("https://s.go-mpulse.net/boomerang/VRZKC-5BSTD", "akamai-mpulse"),
    ("https://vercel.live/_next-live/feedback/feedback.js", "vercel-toolbar"),
    ("https://shop.example/.netlify/scripts/rum", "netlify"),
    ("https://shop.example/ruxitagentjs_ICA2.js", "dynatrace"),
    ("https://shop.example/wp-content/cache/min/1/dd.js", "wp-rocket"),
    ("https://shop.example/wp-content/litespeed/js/7f.js", "litespeed-cache"),
    ("https://shop.example/wp-content/cache/autoptimize/js/autoptimize_1c.js", "autoptimize"),
    ("https://shop.example/wp-content/uploads/siteground-optimizer-assets/siteground-optimizer-combined-js-5.js", "siteground-optimizer"),
    (JSD.format(ray="8f1f00aa1bcd2e3f", time="MTcw"), "cloudflare-javascript-detections"),
    ("pagespeed.deferJs.run()", "pagespeed"),
    ("window.BOOMR.url='//s.go-mpulse.net/boomerang/'", "akamai-mpulse"),
    ("(()=>{class RocketLazyLoadScripts{}})()", "wp-rocket"),
    ("const litespeed_ui_events=['click']", "litespeed-cache"),
    ("const pmUserInteractions=['keydown'],pmDelayedScripts={}", "perfmatters"),
    ("a.zarazData=a.zarazData||{}", "cloudflare-zaraz"),
    # the page's own
    ("https://shop.example/app.js", ""),
    ("https://shop.example/app.js?from=/cdn-cgi/", ""),
    ("https://ajax.googleapis.com/ajax/libs/jquery/3.6.0/jquery.min.js", ""),
    ("fetch('/cdn-cgi/trace').then(show)", ""),
    ("open('https://pagespeed.web.dev/report?url=' + location)", ""),
    ("start()", ""),
]  # fmt: skip


@pytest.mark.parametrize(("script", "name"), WRITTEN, ids=[f"{row[1]} {row[0][:40]}" for row in WRITTEN])
def test_who_writes_a_script(script: str, name: str) -> None:
    url, text = (script, "") if script.startswith("https:") else ("", script)
    found = sender_of(url, text)
    assert (found.id if found else "") == name


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.id)
def test_a_sender_says_what_to_do_and_where_that_was_read(sender: Sender) -> None:
    assert sender.switch.endswith(".")
    assert not sender.effect.endswith(".")
    assert not sender.nonce or sender.nonce.endswith(".")
    assert bool(sender.nonce) == sender.switch.startswith("Or ")
    assert all(address.startswith("https://") for address in (sender.source, sender.marks))
    assert sender.url or sender.code
    for expression in filter(None, (sender.url, sender.code, sender.type)):
        re.compile(expression)


ROCKET = "<script src=/cdn-cgi/scripts/7d0fa10a/cloudflare-static/rocket-loader.min.js defer></script>"


def test_rocket_loader_is_named_with_its_switch_and_what_it_keeps_from_running() -> None:
    body = f"<script nonce='{NONCE}' src=/app.js type='9f1c0d3aa0b1-text/javascript'></script>\n{ROCKET}"
    finding, later = target(STRICT, body).findings
    assert (later.name, later.severity, later.value) == ("delayed-script-unchecked", "info", "cloudflare-rocket-loader")
    assert (finding.name, finding.severity) == ("blocked-injected-script", "error")
    assert finding.message == "script-src blocks 1 script that Cloudflare Rocket Loader adds to the page."
    assert "The script on line 1 has the type 9f1c0d3aa0b1-text/javascript, which browsers do not run" in finding.cause
    assert "listing its host has no effect" in finding.cause
    assert finding.fix is not None
    assert finding.fix.summary.startswith("Turn Rocket Loader off for this page")
    assert finding.fix.edits == ()


def test_a_sender_whose_file_the_list_could_allow_is_named_beside_the_host() -> None:
    finding = only("script-src 'self'", "<script src=https://static.cloudflareinsights.com/beacon.min.js></script>")
    assert "Cloudflare Web Analytics adds it to the page." in finding.cause
    assert finding.fix is not None
    assert finding.fix.summary.startswith(
        "Add https://static.cloudflareinsights.com to script-src. Or: Disable the automatic"
    )
    assert fixed("script-src 'self'", finding) == "script-src 'self' https://static.cloudflareinsights.com"


@pytest.mark.parametrize("policy", ["script-src 'self'", f"script-src 'self' {sha('theme()')}", "default-src 'none'"])
def test_what_a_cdn_writes_is_never_hashed(policy: str) -> None:
    text = JSD.format(ray="8f1f00aa1bcd2e3f", time="MTcw")
    checked = target(policy, f"<script>theme()</script><script>{text}</script>", packs=GENERIC)
    assert sha(text) not in repr(checked)
    [finding] = [each for each in checked.findings if each.name == "blocked-injected-script"]
    assert finding.fix is not None
    assert "Cloudflare copies the nonce" in finding.fix.summary
    assert "turn JavaScript Detections off" in finding.fix.summary


def test_a_plugin_can_be_given_the_nonce() -> None:
    body = f"<script nonce='{NONCE}'>a()</script>\n<script>class RocketLazyLoadScripts {{}}</script>"
    finding = only(STRICT, body)
    assert "WP Rocket adds" in finding.message
    assert finding.fix is not None
    assert [(each.kind, each.place and each.place.line) for each in finding.fix.edits] == [("tag", 2)]


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        ("9f1c0d3aa0b1e2d3c4b5a697-module", "cloudflare-rocket-loader"),
        ("rocketlazyloadscript", "wp-rocket"),
        ("litespeed/javascript", "litespeed-cache"),
        ("pmdelayedscript", "perfmatters"),
        ("text/psajs", "pagespeed"),
    ],
)
def test_scripts_that_an_optimizer_runs_later_are_not_taken_for_allowed(kind: str, who: str) -> None:
    body = f"<script type='{kind}'>a()</script><script type='{kind}' src=https://b.example/x.js></script>"
    finding = only("script-src 'none'", body)
    assert (finding.name, finding.value) == ("delayed-script-unchecked", who)
    assert "runs 2 scripts of the page later" in finding.message
    assert target("img-src 'none'", body).findings == ()


# ------------------------------------------------------------------ texts that change


def checked_live(
    body: str, policy: str = "script-src 'self'; style-src 'self'", packs: tuple[str, ...] = GENERIC
) -> TargetReport:
    """A page, each {fresh} in it new in each response."""

    def reply(_request: Received) -> Answer:
        html = f"<!doctype html>{body}".replace("{fresh}", secrets.token_hex(8))
        return Answer(200, [("Content-Type", "text/html"), (CSP, policy)], html.encode())

    with serve(reply) as server:
        url = server.url("/")
        return run_checks([UrlInput(url, url)], load_packs(packs)).targets[0]


def test_a_text_that_changes_is_never_hashed_and_what_stays_is() -> None:
    checked = checked_live("<script>var token = '{fresh}'</script><script>stays()</script>")
    messages = {each.name: each for each in checked.findings}
    assert "Its text is different in each response." in messages["blocked-changing-text"].message
    stays = messages["page-blocks-own-resource"].fix
    assert stays is not None
    assert (stays.safety, "compare" in stays.summary) == ("safe", False)
    assert checked.corrected is not None
    [header] = checked.corrected.headers
    assert re.findall(r"'sha256-[^']+'", header.after or "") == [sha("stays()")]
    assert any("Use a nonce" in step for step in checked.corrected.steps)
    assert not any("compare two responses" in step for step in checked.corrected.steps)


def test_a_style_that_changes_is_not_hashed_either() -> None:
    checked = checked_live("<style>p { --t: '{fresh}' }</style>")
    [finding] = [each for each in checked.findings if each.name == "blocked-changing-text"]
    assert "style element" in finding.message
    assert "sha256-" not in repr(checked.corrected)


def test_a_policy_for_a_page_without_one_hashes_only_what_stays() -> None:
    def reply(_request: Received) -> Answer:
        body = f"<!doctype html><script>var t = '{secrets.token_hex(8)}'</script><script>stays()</script>"
        return Answer(200, [("Content-Type", "text/html")], body.encode())

    with serve(reply) as server:
        url = server.url("/")
        [checked] = run_checks([UrlInput(url, url)], load_packs(GENERIC)).targets
    assert re.findall(r"'sha256-[^']+'", repr(checked.corrected)) == [sha("stays()")]


def embed(*, fresh: str) -> str:
    return f"{SNIPPET}; var visit = '{fresh}'"


def test_an_embed_that_changes_is_not_hashed() -> None:
    policy = "script-src 'self' https://app-cdn.velaro.com"
    checked = checked_live(f"<script>{embed(fresh='{fresh}')}</script>", policy, ())
    assert "sha256-" not in repr([each.fix for each in checked.findings if each.pack == "velaro"])
    assert "sha256-" not in repr(checked.corrected)
    [blocked] = [each for each in checked.findings if each.name == "inline-embed-under-allow-list"]
    assert blocked.fix is not None
    assert blocked.fix.summary.startswith("Keep what is different in each response out of the embed script")


def test_the_hashes_that_no_edit_may_add() -> None:
    """Whatever a check offers, the correction and the findings' edits are held against these."""
    first, second = (
        Capture(
            target="t",
            url="https://shop.example/",
            status=200,
            headers=((b"Content-Type", b"text/html"), (CSP.encode(), b"script-src 'self'")),
            body=f"<!doctype html><script>var t = {number}</script><script>stays()</script>".encode(),
        )
        for number in (1, 2)
    )
    found = unstable_hashes(evaluate(read_visits(Visits(first, second)), load_packs(("page",)), {}))
    assert found == {sha("var t = 1")}


def test_with_one_response_the_user_compares_first() -> None:
    checked = target("script-src 'self'", "<script>start()</script>")
    [finding] = checked.findings
    assert finding.fix is not None
    assert finding.fix.safety == "unsafe"
    assert finding.fix.summary.endswith(
        "First compare two responses: a hash allows the script or style only if its text is the same in each of them."
    )
    assert checked.corrected is not None
    assert checked.corrected.steps[0].startswith("First compare two responses")


def test_nothing_to_compare_where_nothing_is_hashed() -> None:
    checked = target("script-src 'self'", "<script src=https://a.example/x.js></script>")
    assert checked.corrected is not None
    assert checked.corrected.steps == ()


def test_an_error_page_is_not_the_second_response() -> None:
    """A server that refuses the second request shows nothing about the first one's texts."""
    seen: list[int] = []

    def reply(_request: Received) -> Answer:
        seen.append(1)
        headers = [("Content-Type", "text/html"), (CSP, "script-src 'self'")]
        return Answer(200 if len(seen) == 1 else 429, headers, b"<!doctype html><script>start()</script>")

    with serve(reply) as server:
        url = server.url("/")
        [checked] = run_checks([UrlInput(url, url)], load_packs(("page",))).targets
    assert [each.name for each in checked.findings] == ["page-blocks-own-resource"]


# ------------------------------------------------------------------ pages made before the request

NEXT = "<script src=/_next/static/chunks/main-app-cc.js async></script><script>self.__next_f.push([0])</script>"


def test_a_prerendered_page_is_one_finding_without_hashes() -> None:
    checked = target(
        f"script-src 'self' 'nonce-{NONCE}' 'strict-dynamic'", NEXT, ("X-Nextjs-Cache", "HIT"), packs=GENERIC
    )
    [finding] = [each for each in checked.findings if each.severity == "error"]
    assert finding.name == "prerendered-without-nonce"
    assert finding.cause == (
        "Next.js made this page before the request (x-nextjs-cache: HIT), so it cannot have the nonce of this response."
    )
    assert checked.corrected is not None
    assert (checked.corrected.tags, "sha256-" in repr(checked.corrected)) == ((), False)


def test_a_page_from_a_cache_with_older_nonces() -> None:
    body = "<script nonce=Zm9vYmFyYmF6cXV4MTIzNA==>a()</script><script nonce=Zm9vYmFyYmF6cXV4MTIzNA==>b()</script>"
    finding = only(STRICT, body, ("X-Cache", "HIT"))
    assert finding.name == "prerendered-without-nonce"
    assert finding.cause.startswith("A cache stored this page before the request (x-cache: HIT)")


def test_tags_that_only_lack_the_nonce_are_not_a_prerendered_page() -> None:
    assert only(STRICT, "<script>a()</script><script>b()</script>").name == "page-blocks-own-resource"


# ------------------------------------------------------------------ nonces that nothing filled in


@pytest.mark.parametrize(
    ("nonce", "fault", "fix"),
    [
        ("{{ csp_nonce }}", "is a template ({{ … }}) that nothing filled in", "django.template.context_processors.csp"),
        (
            "&lt;%= csp_nonce %&gt;",
            "is a template (<% … %>) that nothing filled in",
            "content_security_policy_nonce_generator",
        ),
        ("${nonce}", "is a template (${ … }) that nothing filled in", "${ … } stays as it is"),
        ("&lt;?= $nonce ?&gt;", "is PHP code that did not run", "Send this page through PHP"),
        ("$cspNonce", "is a placeholder that nothing filled in", "the code that renders the template"),
        ("__CSP_NONCE__", "is a placeholder that nothing filled in", "the code that renders the template"),
    ],
)
def test_a_template_in_the_tag_is_named(nonce: str, fault: str, fix: str) -> None:
    finding = only(STRICT, f'<script nonce="{nonce}">a()</script>')
    assert fault in finding.message
    assert finding.fix is not None
    assert fix in finding.fix.summary


def test_a_template_in_the_policy_is_named() -> None:
    finding = only("script-src 'nonce-{{ csp_nonce }}'", "<script>a()</script>")
    assert finding.cause == "The first is an inline script. The nonce is a template ({{ … }}) that nothing filled in."
    assert finding.fix is not None
    assert finding.fix.summary.startswith("Let the template engine render this page.")


def test_an_empty_nonce_is_named() -> None:
    policy = f"script-src 'self' 'unsafe-inline' 'nonce-{NONCE}'"
    finding = only(policy, '<script nonce="">boot()</script>')
    assert finding.message == "script-src blocks 1 inline script on the page because its nonce attribute is empty."
    assert "makes browsers ignore its 'unsafe-inline'" in finding.cause


# ------------------------------------------------------------------ hashes of other text

TEXT = '\n  window.cfg = {\n    api: "/v1"\n  };\n'
OTHER = [
    (TEXT.replace("\n", "\r\n"), "with CRLF line ends"),
    (TEXT.strip(), "without the white space around it"),
    (f"{TEXT.strip()}\n", "without the white space before it"),
    (f"<script>{TEXT}</script>", "with its <script> tags"),
    (f"<script>{TEXT}</script>".replace("\n", "\r\n"), "with its <script> tags and CRLF line ends"),
    ('window.cfg={api:"/v1"};', "minified"),
    ('window.cfg={api:"/v1"}', "minified"),
    (TEXT.strip().replace("\n", "\r\n"), "without the white space around it, with CRLF line ends"),
    (b"\xef\xbb\xbf" + TEXT.encode(), "with a byte order mark"),
    (TEXT.encode("utf-16-le"), "encoded as UTF-16, not UTF-8"),
    (TEXT.replace('"', "&quot;"), "as HTML text, with &quot; for quotation marks"),
]  # fmt: skip


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize(("hashed", "how"), OTHER, ids=[row[1] for row in OTHER])
def test_hash_of_other_text(hashed: str | bytes, how: str, algorithm: str) -> None:
    policy = f"script-src 'self' {sha(hashed, algorithm)}"
    finding = only(policy, f"<p>\n<script>{TEXT}</script>")
    assert finding.name == "hash-of-other-text"
    assert (
        finding.message == f"A hash in script-src is that of the inline script on line 2 {how}, so browsers block it."
    )
    assert fixed(policy, finding) == f"script-src 'self' {sha(TEXT)}"


def test_hash_of_a_style_with_crlf() -> None:
    policy = f"style-src {sha('p {}' + chr(13) + chr(10))}"
    assert fixed(policy, only(policy, "<style>p {}\n</style>")) == f"style-src {sha('p {}' + chr(10))}"


def test_several_hashes_of_other_text_are_one_finding() -> None:
    texts = [f"\n a({number}) \n" for number in range(3)]
    policy = f"script-src {' '.join(sha(text.strip()) for text in texts)}"
    finding = only(policy, "".join(f"<script>{text}</script>" for text in texts))
    assert finding.message.startswith(
        "3 hashes in script-src are of the page's inline scripts without the white space around it"
    )
    assert fixed(policy, finding) == f"script-src {' '.join(map(sha, texts))}"


def test_hash_that_another_script_needs_stays() -> None:
    policy = f"script-src {sha('a()')}"
    [finding] = target(policy, "<script>a()</script><script> a() </script>").findings
    assert finding.name == "hash-of-other-text"
    assert fixed(policy, finding) == f"{policy} {sha(' a() ')}"


def test_a_very_long_text_is_not_compared() -> None:
    """Each text has about fifty variants, and every one is hashed."""
    short, long = " x" * 10, " x" * 200_000
    assert other_texts(short, "script", parse_sources([sha(short.strip())])) is not None
    assert other_texts(long, "script", parse_sources([sha(long.strip())])) is None


def test_of_very_many_texts_the_first_ones_are_compared() -> None:
    """About 250 short texts: see _MOST_CHARACTERS and _EACH of refinement.py."""
    body = "".join(f"<script> a({number}) </script>" for number in range(300))
    findings = {each.name: each for each in target(f"script-src {sha('a(3)')} {sha('a(290)')}", body).findings}
    assert "on line 1" in findings["hash-of-other-text"].message


# ------------------------------------------------------------------ code in attributes, speculation rules


def test_a_listed_hash_of_a_handler_needs_unsafe_hashes() -> None:
    policy = f"script-src 'self' {sha(chr(116) + 'his.media=' + chr(39) + 'all' + chr(39))}"
    finding = only(policy, "<link rel=stylesheet href=/m.css media=print onload=\"this.media='all'\">")
    assert finding.severity == "error"
    assert "style-src is not the cause" in finding.cause
    assert "only together with 'unsafe-hashes'" in finding.cause
    assert fixed(policy, finding) == f"{policy} 'unsafe-hashes'"


def test_a_style_sheet_that_a_handler_switches_on() -> None:
    finding = only("script-src 'self'", "<link rel=preload as=style href=/m.css onload=\"this.rel = 'stylesheet'\">")
    assert (finding.severity, finding.fix and finding.fix.edits) == ("error", ())
    assert finding.fix is not None
    assert finding.fix.summary.startswith("Remove the handler and link the style sheet plainly")


def test_script_src_attr_governs_handlers() -> None:
    finding = only("script-src 'self' 'unsafe-inline'; script-src-attr 'none'", "<button onclick='go()'>")
    assert finding.message == "script-src-attr blocks 1 event handler on the page."
    assert finding.effective_directive == "script-src-attr"
    assert "nothing in script-src counts for it" in finding.cause


RULES = '{"prefetch":[{"urls":["/next"]}]}'
KEYWORD = "'inline-speculation-rules'"


@pytest.mark.parametrize(
    ("policy", "after"),
    [
        ("script-src 'self'", f"script-src 'self' {KEYWORD}"),
        ("default-src 'self'", f"default-src 'self'; script-src 'self' {KEYWORD}"),
        (f"default-src 'self' {KEYWORD}", f"default-src 'self' {KEYWORD}; script-src 'self' {KEYWORD}"),
        (f"script-src 'strict-dynamic' {KEYWORD}", f"script-src 'strict-dynamic' {KEYWORD} {sha(RULES)}"),
        (f"script-src {sha('a()')}", f"script-src {sha('a()')} {sha(RULES)}"),
    ],
)
def test_speculation_rules_are_advice(policy: str, after: str) -> None:
    """Which lists the keyword counts in was seen in Chromium 156."""
    body = f"<script type=speculationrules>{RULES}</script>"
    [finding] = [each for each in target(policy, body).findings if each.name == "blocked-speculation-rules"]
    assert finding.severity == "info"
    assert fixed(policy, finding) == after


def test_speculation_rules_beside_a_nonce_need_it() -> None:
    finding = only(
        f"{STRICT} {KEYWORD}", f"<script nonce='{NONCE}'>a()</script>\n<script type=speculationrules>{RULES}</script>"
    )
    assert finding.fix is not None
    assert [(each.kind, each.place and each.place.line) for each in finding.fix.edits] == [("tag", 2)]
    assert "Chromium ignores 'inline-speculation-rules' beside a nonce" in finding.cause


def test_the_keyword_allows_speculation_rules_only() -> None:
    policy = f"script-src 'self' {KEYWORD}"
    assert target(policy, f"<script type=speculationrules>{RULES}</script>").findings == ()
    assert only(policy, "<script>a()</script>").name == "page-blocks-own-resource"


# ------------------------------------------------------------------ nonces in messages, packs


def test_no_message_shows_a_nonce_to_copy() -> None:
    policies = (f"script-src 'nonce-{NONCE}'", "script-src 'self'")
    body = f"<!doctype html><script nonce='{NONCE}'>a()</script>".encode()
    sent = [("Content-Type", "text/html"), *((CSP, policy) for policy in policies)]
    [checked] = csplint.check_page(body, sent, url="https://shop.example/", packs=GENERIC).targets
    [clash] = [each for each in checked.findings if each.name == "policies-conflict"]
    assert NONCE not in f"{clash.message} {clash.cause}"
    assert "'nonce-…' in script-src of policy 1 allows it" in clash.cause


def test_the_hash_of_the_pages_own_script_is_offered_where_a_vendor_is_judged_too() -> None:
    """With a hash in the list, the vendor's missing host is still the same fault, so the edit brings nothing new."""
    policy = "script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    findings = target(policy, "<script>a()</script>", packs=()).findings
    [finding] = [each for each in findings if each.name == "page-blocks-own-resource"]
    assert sha("a()") in fixed(policy, finding)
