"""The strict policy: scripts by nonce, or by hash where a page cannot have one; the rest stays allowed, the rest is said."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered, parse_policies
from csplint.csp.preserve import losses
from csplint.csp.request import Request
from csplint.csp.url import parse_url
from csplint.engine.correct import correct
from csplint.engine.evaluate import evaluate
from csplint.engine.strict import JUDGED_NONCE
from csplint.engine.strict_policy import STRICT_DIRECTIVES
from csplint.engine.strict_report import NONCE, strict
from csplint.engine.subject import Subject, policy_subject, read_visits
from csplint.model import Corrected
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture, Visits
from csplint.report import to_send
from tests.engine.test_correct import POLICIES
from tests.guide.pages import HASHED, INLINE, NONCED, OTHER_NONCE, REST, SNIPPET, TAG, hash_of
from tests.guide.pages import NONCE as SENT

SHOP = "https://shop.example/"
PACKS = load_packs(())
BY_NONCE = f"script-src 'nonce-{NONCE}' 'strict-dynamic' https: 'unsafe-inline'; object-src 'none'; base-uri 'none'"
FILES = "script-src 'self' https://app-cdn.velaro.com"
READY = f"script-src 'nonce-{SENT}' 'strict-dynamic' https: 'unsafe-inline'; object-src 'none'; base-uri 'none'; {REST}"
Header = tuple[str, str]


def response(
    body: str, policies: Sequence[str], more: Sequence[Header] = (), *, head: str = "", status: int = 200
) -> Capture:
    sent = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
    sent = [pair for pair in sent if pair[0] not in {name for name, _ in more}]
    sent += [*(("Content-Security-Policy", each) for each in policies), *more]
    headers = tuple((name.encode(), value.encode()) for name, value in sent)
    html = f"<!doctype html><html><head><title>Shop</title>{head}</head><body>\n{body}\n</body></html>".encode()
    return Capture(target=SHOP, url=SHOP, status=status, headers=headers, body=html)


def page(body: str, *policies: str, more: Sequence[Header] = (), head: str = "", then: str | None = None) -> Subject:
    second = response(then, policies, more, head=head) if then is not None else None
    return read_visits(Visits(response(body, policies, more, head=head), second))


def result(subject: Subject) -> Corrected:
    made = strict(subject, PACKS, {})
    assert made is not None
    return made


def policy_of(made: Corrected) -> str:
    [header] = made.headers
    return header.after or ""


def directive(text: str | None, name: str) -> str:
    [read] = parse_policies([Delivered(text or "")])
    return read.in_force[name].value


def tagged(made: Corrected) -> list[tuple[int, int, str]]:
    return [(tag.place.line, tag.place.column, tag.why) for tag in made.tags]


def steps_about(made: Corrected, word: str) -> list[str]:
    return [step for step in made.steps if word in step]


def test_an_inline_embed_gets_the_nonce() -> None:
    made = result(page(INLINE, f"default-src 'self'; {FILES}"))
    assert directive(policy_of(made), "script-src") == f"'nonce-{NONCE}' 'strict-dynamic' https: 'unsafe-inline'"
    assert directive(policy_of(made), "object-src") == directive(policy_of(made), "base-uri") == "'none'"
    assert tagged(made) == [(2, 1, "it is the embed of the Velaro live chat")]
    assert made.tags[0].attribute == "nonce"
    assert (made.proof.verdict, made.proof.errors, made.proof.warnings, made.proof.still_allowed) == (
        "works",
        0,
        0,
        False,
    )
    assert "'self' https://app-cdn.velaro.com. A script runs only if its tag has the nonce" in " ".join(made.steps)


def test_what_the_widget_needs_besides_scripts_is_as_in_the_ordinary_correction() -> None:
    sent = f"default-src 'self'; {FILES}"
    ordinary = correct(evaluate(page(TAG, sent), PACKS, {}), PACKS, {}).texts[0]
    after = policy_of(result(page(TAG, sent)))
    for name in ("connect-src", "img-src", "frame-src", "style-src", "default-src"):
        assert directive(after, name) == directive(ordinary, name)


def test_every_script_tag_of_the_page_is_listed() -> None:
    body = (
        f"{TAG}\n<script>var a = 1</script>\n<script src=/a.js></script>\n<script type=module src=/m.js></script>\n"
        "<script type=application/json>{}</script>\n<script nomodule src=/old.js></script>\n<script type=importmap>{}</script>"
    )
    head = "<link rel=preload as=script href=/a.js><link rel=modulepreload href=/m.js><link rel=preload as=style href=/a.css>"
    made = result(page(body, "script-src 'self' 'unsafe-inline' https:", head=head))
    assert [(line, why) for line, _, why in tagged(made)] == [
        (1, "it preloads the script https://shop.example/a.js"),
        (1, "it preloads the script https://shop.example/m.js"),
        (2, "it is the embed of the Velaro live chat"),
        (3, "it is an inline script"),
        (4, "it loads https://shop.example/a.js"),
        (5, "it loads https://shop.example/m.js"),
        (7, "it loads https://shop.example/old.js"),
        (8, "it is an inline script"),
    ]
    assert made.proof.verdict == "works"


def test_handlers_and_javascript_urls_are_named_with_their_places() -> None:
    body = f"{INLINE}<p>\n<button onclick='go()'>x</button>\n<a href='javascript:go()'>x</a><a href='javascript:void(0)'>x</a>"
    made = result(page(body, "script-src 'self' 'unsafe-inline' https://app-cdn.velaro.com"))
    [handler], [url] = steps_about(made, "Rewrite as addEventListener"), steps_about(made, "javascript: URLs")
    lines = body.count("\n", 0, body.index("<button")) + 2
    assert handler.endswith(f": onclick of button on line {lines}, column 9.")
    assert url.endswith(f": href of a on line {lines + 1}, column 4.")
    assert made.proof.errors == 0
    assert len(made.leaves) == made.proof.warnings == 2


def test_a_handler_that_its_hash_allows_still_runs() -> None:
    code = hash_of("go()")
    made = result(page("<button onclick='go()'>x</button>", f"script-src 'self' 'unsafe-hashes' {code}"))
    assert {"'unsafe-hashes'", code} <= set(directive(policy_of(made), "script-src").split())
    assert steps_about(made, "addEventListener") == []


EVAL = [
    # the old script rules, whether 'unsafe-eval' stays
    ("script-src 'self' 'unsafe-eval'", "'unsafe-eval'"),
    ("script-src 'self'", ""),
    ("script-src 'self' 'wasm-unsafe-eval'", "'wasm-unsafe-eval'"),
    ("script-src-elem 'self'", "'unsafe-eval'"),  # nothing restricts eval()
    ("default-src 'self' 'unsafe-eval'", "'unsafe-eval'"),
]


@pytest.mark.parametrize(("sent", "stays"), EVAL)
def test_eval_stays_allowed_where_it_was(sent: str, stays: str) -> None:
    made = result(page("<script>eval('1')</script>", sent))
    words = set(directive(policy_of(made), "script-src").split())
    assert words & {"'unsafe-eval'", "'wasm-unsafe-eval'"} == {stays} - {""}
    assert bool(steps_about(made, "Remove 'unsafe-eval' if")) == (stays == "'unsafe-eval'")
    assert len(steps_about(made, "unsafe-eval")) <= 1
    assert "script-src-elem" not in policy_of(made)


def test_code_that_writes_scripts_is_named() -> None:
    monitor = "document.write('<script src=\"https://srv0.velaro.com/visitor/monitor.aspx?siteid=1\"></scr' + 'ipt>')"
    made = result(page(f"<script>{monitor}</script>", "script-src 'self' https://srv0.velaro.com 'unsafe-inline'"))
    assert made.steps[0].startswith("Do not send this policy yet: with it, the Velaro live chat does not load.")
    assert len(steps_about(made, "document.write")) == 1
    assert made.proof.verdict == "broken"
    own = result(page(INLINE + "<script>document.write('<script src=/x.js><\\/script>')</script>", FILES))
    assert own.proof.verdict == "works"
    assert len(steps_about(own, "document.write")) == len(own.leaves) == 1


def test_what_a_proxy_adds_is_its_own_matter() -> None:
    made = result(page(f"{NONCED}<script src=/cdn-cgi/rum.js></script>", READY))
    [step] = steps_about(made, "added by Cloudflare")
    assert "Find the feature in the Cloudflare dashboard and turn it off" in step
    assert (made.tags, [header.action for header in made.headers]) == ((), ["keep"])


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("<script>window.__CF$cv$params={r:'8f1f00aa1bcd2e3f'};</script>", "JavaScript Detections, so your server"),
        ("<script src=/cdn-cgi/scripts/7d0/cloudflare-static/rocket-loader.min.js></script>", "Turn Rocket Loader off"),
    ],
)
def test_what_adds_a_script_is_named_with_its_switch(script: str, says: str) -> None:
    assert len(steps_about(result(page(NONCED + script, READY)), says)) == 1


def test_what_a_plugin_adds_gets_the_nonce_but_no_hash() -> None:
    loader = "<script>class RocketLazyLoadScripts {}</script>"
    assert len(result(page(f"{NONCED}{loader}", READY)).tags) == 1
    by_hash = result(page(INLINE + loader, FILES, more=[("Age", "12")]))
    assert hash_of("class RocketLazyLoadScripts {}") not in repr(by_hash)
    assert len(steps_about(by_hash, "added by WP Rocket")) == 1


def test_a_strict_page_needs_nothing() -> None:
    assert strict(page(NONCED, READY), PACKS, {}) is None


def test_only_the_tags_without_the_nonce_are_listed() -> None:
    made = result(page(f"{NONCED}<script src=/a.js></script><script nonce={OTHER_NONCE} src=/b.js></script>", READY))
    assert [why for _, _, why in tagged(made)] == [
        "it loads https://shop.example/a.js",
        "it loads https://shop.example/b.js",
    ]
    assert made.headers == ()


def test_the_nonce_is_never_a_value() -> None:
    made = result(page(NONCED, f"script-src 'nonce-{SENT}'; {REST}"))
    assert (NONCE, to_send.NONCE) == ("{NONCE}", "{NONCE}")
    assert re.findall(r"'nonce-([^']*)'", policy_of(made)) == [NONCE]
    assert JUDGED_NONCE not in repr(made)
    assert made.tags == ()  # the tag has the nonce of its response already


CACHED: list[tuple[str, Sequence[Header]]] = [
    ("This page comes from a cache (Age: 12)", [("Age", "12")]),
    ("This page comes from a cache (cf-cache-status: HIT)", [("CF-Cache-Status", "HIT")]),
    ("Caches may store this page (Cache-Control: public, max-age=600)", [("Cache-Control", "public, max-age=600")]),
]


@pytest.mark.parametrize(("why", "more"), CACHED)
def test_a_page_from_a_cache_gets_hashes(why: str, more: Sequence[Header]) -> None:
    made = result(page(INLINE, FILES, more=more, then=INLINE))
    value = directive(policy_of(made), "script-src")
    assert value == f"{hash_of(SNIPPET)} 'strict-dynamic' https: 'unsafe-inline'"
    assert why in made.steps[0]
    assert (made.tags, made.leaves, made.proof.verdict) == ((), (), "works")


def test_a_file_gets_hashes() -> None:
    more = [("Last-Modified", "Sat, 01 Aug 2026 00:00:00 GMT"), ("ETag", '"1"')]
    first, unchanged = response(INLINE, [FILES], more), response("", [FILES], more, status=304)
    made = result(read_visits(Visits(first, first, unchanged)))
    assert directive(policy_of(made), "script-src").startswith(hash_of(SNIPPET))


def test_files_of_a_cached_page_are_loaded_by_a_script() -> None:
    body = f'{TAG}<script defer data-a="</script><b>" src="/a.js"></script><script>var a = 1</script>'
    made = result(page(body, FILES, more=[("Age", "12")], then=body))
    [step] = steps_about(made, "Replace the script tags on line 2")
    loader = step.partition("<script>")[2].rpartition("</script>")[0]
    assert "</script>" not in loader
    value = directive(policy_of(made), "script-src").split()
    assert {hash_of(loader), hash_of("var a = 1")} <= set(value)
    policies = PolicySet.read(SHOP, [Delivered(policy_of(made))])
    assert not policies.decide(Request("inline-script", content=loader)).blocked
    assert not policies.decide(Request("dynamic-script", "https://app-cdn.velaro.com/embed.js")).blocked
    assert (made.proof.verdict, made.proof.errors, len(made.leaves)) == ("works", 0, 1)


def test_a_file_with_integrity_needs_no_loader() -> None:
    body = f"{INLINE}<script src=/a.js integrity='{hash_of('a').strip(chr(39))}'></script>"
    made = result(page(body, FILES, more=[("Age", "12")], then=body))
    assert hash_of("a") in policy_of(made)
    assert steps_about(made, "Replace the script") == []
    assert made.proof.errors == 0


def test_what_changes_between_two_responses_is_never_hashed() -> None:
    one, two = "<script>var t = 1</script>", "<script>var t = 2</script>"
    made = result(page(INLINE + one, FILES, more=[("Age", "12")], then=INLINE + two))
    assert hash_of("var t = 1") not in repr(made)
    assert hash_of(SNIPPET) in policy_of(made)
    assert len(steps_about(made, "differs in each response")) == 1
    assert made.proof.errors == 1


def test_a_page_whose_nonce_is_new_in_each_response_keeps_it() -> None:
    """Whatever a cache says of the answer: the two nonces differ, in the header and in the page."""
    old = f"script-src 'nonce-{SENT}'; {REST}"
    first = response(NONCED, [old], [("X-Cache", "HIT")])
    second = response(NONCED.replace(SENT, OTHER_NONCE), [old.replace(SENT, OTHER_NONCE)], [("X-Cache", "HIT")])
    made = result(read_visits(Visits(first, second)))
    assert f"'nonce-{NONCE}'" in policy_of(made)


def test_a_meta_element_of_a_file_gets_hashes() -> None:
    head = f'<meta http-equiv="Content-Security-Policy" content="{FILES}">'
    made = result(page(INLINE, head=head))
    [meta] = made.metas
    assert directive(meta.after, "script-src").startswith(hash_of(SNIPPET))
    assert len(steps_about(made, "send the policy in a header")) == 1
    assert steps_about(made, "Report-Only") == []  # a meta element has no such form


def test_a_meta_element_that_the_server_writes_anew_gets_a_nonce() -> None:
    head = f'<meta http-equiv="Content-Security-Policy" content="script-src \'nonce-{SENT}\'">'
    first, second = response(NONCED, [], head=head), response(NONCED, [], head=head.replace(SENT, OTHER_NONCE))
    [meta] = result(read_visits(Visits(first, second))).metas
    assert f"'nonce-{NONCE}' 'strict-dynamic'" in (meta.after or "")


TWO = [
    # two policies; which of them become strict
    (["script-src 'self'", "img-src *"], [True, False]),
    (["img-src *", "default-src 'self'"], [False, True]),
    (["script-src 'self'", "default-src https:"], [True, True]),  # the second blocks the inline embed too
    (["script-src 'self'", "script-src https: 'unsafe-inline'"], [True, False]),
]


@pytest.mark.parametrize(("sent", "become"), TWO)
def test_of_several_policies_those_that_block_scripts_become_strict(sent: list[str], become: list[bool]) -> None:
    made = result(page(INLINE, *sent))
    assert ["'strict-dynamic'" in (header.after or "") for header in made.headers] == become
    assert (made.proof.verdict, made.proof.errors) == ("works", 0)


def test_a_report_only_policy_stays_report_only() -> None:
    made = result(page(INLINE, more=[("Content-Security-Policy-Report-Only", "default-src 'self'")]))
    [header] = made.headers
    assert header.name == "Content-Security-Policy-Report-Only"
    assert f"'nonce-{NONCE}' 'strict-dynamic'" in (header.after or "")


def test_a_page_without_a_policy_gets_a_strict_one_to_try() -> None:
    made = result(page(f"{INLINE}<img src=https://cdn.example/a.png>"))
    [header] = made.headers
    assert (header.action, header.name) == ("add", "Content-Security-Policy-Report-Only")
    assert directive(header.after, "script-src") == f"'nonce-{NONCE}' 'strict-dynamic' https: 'unsafe-inline'"
    assert "https://cdn.example" in directive(header.after, "img-src")
    assert len(made.tags) == 1
    assert made.proof.verdict == "works"


def test_what_the_page_uses_of_objects_and_bases_stays() -> None:
    body = f"{INLINE}<object data=https://b.example/x.pdf></object>"
    made = result(page(body, FILES, head="<base href=https://b.example/sub/>"))
    assert directive(policy_of(made), "object-src") == directive(policy_of(made), "base-uri") == "https://b.example"
    kept = result(page(INLINE, f"{FILES}; object-src 'self'; base-uri 'self'"))
    assert directive(policy_of(kept), "object-src") == directive(policy_of(kept), "base-uri") == "'self'"


def test_hashes_that_the_site_sends_stay_for_its_other_pages() -> None:
    made = result(page(INLINE, f"{HASHED} {hash_of('other page')}"))
    assert hash_of("other page") in policy_of(made)


def test_a_bare_policy_needs_no_page() -> None:
    made = result(policy_subject("policy", SHOP, [FILES], []))
    assert directive(policy_of(made), "script-src") == f"'nonce-{NONCE}' 'strict-dynamic' https: 'unsafe-inline'"
    assert (made.tags, made.proof.verdict) == ((), "works")


def test_a_target_without_policy_and_page_has_nothing() -> None:
    assert strict(policy_subject("policy", SHOP, [""], []), PACKS, {}) is None


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(POLICIES, min_size=1, max_size=2))
def test_a_strict_result_is_final_and_blocks_scripts_only(sent: list[str]) -> None:
    """Workers are scripts too: where nothing restricted them, 'strict-dynamic' lets scripts start any."""
    ordinary = correct(evaluate(policy_subject("policy", SHOP, sent, []), PACKS, {}), PACKS, {})
    served = send(sent)
    url = parse_url(SHOP)
    assert url is not None
    # both with the same nonce, which is another one in every response
    before = parse_policies(Delivered(same_nonce(text)) for text in ordinary.texts if text)
    now = parse_policies(Delivered(same_nonce(text)) for text in served)
    for one, other in zip(before, now, strict=True):
        lost = {(each.effective, bool(each.source)) for each in losses(one, other, url)}
        assert {name for name, _ in lost - {("worker-src", False)}} <= STRICT_DIRECTIVES
    assert strict_rules(send(served)) == strict_rules(served)


def same_nonce(text: str) -> str:
    return re.sub("'nonce-[^']*'", f"'nonce-{SENT}'", text)


def send(policies: Sequence[str]) -> list[str]:
    """The header lines after the strict correction, with a nonce as a server fills it in."""
    made = strict(policy_subject("policy", SHOP, list(policies), []), PACKS, {})
    after = [header.after or "" for header in made.headers] if made and made.headers else list(policies)
    return [text.replace(NONCE, SENT) for text in after if text]


def strict_rules(policies: Sequence[str]) -> list[dict[str, str]]:
    read = parse_policies(Delivered(text) for text in policies)
    rules = [
        {name: each.value for name, each in policy.in_force.items() if name in STRICT_DIRECTIVES} for policy in read
    ]
    # a policy without any rule may be left out later, because another one makes it redundant
    return [each for each in rules if each]


WAYS_TO_START = [
    (Request("inline-script", content="alert(1)"), False),
    (Request("script", "https://evil.example/x.js"), False),
    (Request("event-handler", content="alert(1)"), False),
    (Request("inline-script", nonce=SENT), True),
    (Request("dynamic-script", "https://any.example/x.js"), True),
]


@pytest.mark.parametrize(
    "sent", ["default-src *", "script-src * 'unsafe-inline'", "script-src-elem *", "img-src *", FILES]
)
@pytest.mark.parametrize(("request_", "allowed"), WAYS_TO_START, ids=lambda each: getattr(each, "kind", str(each)))
def test_a_strict_policy_starts_scripts_by_the_nonce_only(sent: str, request_: Request, allowed: bool) -> None:
    policies = PolicySet.read(SHOP, [Delivered(text) for text in send([sent])])
    assert policies.decide(request_).blocked != allowed
