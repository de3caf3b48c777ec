"""A response with another policy: only the policy changes, and each response keeps a nonce of its own."""

from __future__ import annotations

import re

import pytest

from csplint.engine.candidate import Policies, read_policies, with_correction, with_policies, with_steps
from csplint.engine.run import RunOptions, check_visits
from csplint.errors import UsageError
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture, Visits
from tests.guide.pages import CDN, INLINE, NONCE, NONCED, REST, STRICT, TAG

PACKS = load_packs([])
SHOP = "https://shop.example/"
CSP = b"Content-Security-Policy"


def page(policies: tuple[str, ...], body: str, *more: tuple[bytes, bytes]) -> Capture:
    headers = ((b"Content-Type", b"text/html; charset=utf-8"), *((CSP, each.encode()) for each in policies), *more)
    return Capture(target=SHOP, url=SHOP, status=200, headers=headers, body=f"<!doctype html>\n{body}\n".encode())


def corrected(capture: Capture, *, report_only: bool = False) -> Capture:
    subject, _, report = check_visits(Visits(capture), PACKS, RunOptions(), {})
    assert report.corrected is not None
    return with_correction(subject, report.corrected, PACKS.placeholders, report_only=report_only)


def values(capture: Capture, name: str = "content-security-policy") -> list[str]:
    return [value.decode() for value in capture.header(name)]


@pytest.mark.parametrize(
    ("text", "policies"),
    [
        ("script-src 'self'\n", Policies(("script-src 'self'",))),
        ("# ours\nscript-src 'self';\n  img-src *\n", Policies(("script-src 'self'; img-src *",))),
        ("\ufeffContent-Security-Policy: a\r\ncontent-security-policy-report-only: b\r\n", Policies(("a",), ("b",))),
        (
            "HTTP/1.1 200 OK\nContent-Security-Policy: img-src https://a.example:8443\n",
            Policies(("img-src https://a.example:8443",)),
        ),
    ],
)
def test_a_file_has_a_policy_or_header_lines(text: str, policies: Policies) -> None:
    assert read_policies(text, "f") == policies


@pytest.mark.parametrize("text", ["", "\n \n", "# only a comment\n"])
def test_a_file_without_a_policy_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="has no policy"):
        read_policies(text, "f")


def test_only_the_policy_headers_change() -> None:
    sent = page(("img-src x", "font-src y"), TAG, (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2"))
    subject, _, _ = check_visits(Visits(sent), PACKS, RunOptions(), {})
    tried = with_policies(subject, Policies(("script-src 'nonce-{NONCE}'",), ("r",)), report_only=False)
    assert re.fullmatch(r"script-src 'nonce-[A-Za-z0-9_-]{32}'", values(tried)[0])
    assert values(tried, "content-security-policy-report-only") == ["r"]
    assert values(tried, "set-cookie") == ["a=1", "b=2"]
    assert (tried.body, tried.status, tried.url) == (sent.body, 200, SHOP)
    beside = with_policies(subject, Policies(("new",)), report_only=True)
    assert values(beside) == ["img-src x", "font-src y"]
    assert values(beside, "content-security-policy-report-only") == ["new"]


def test_a_policy_of_a_file_cannot_write_another_header() -> None:
    subject, _, _ = check_visits(Visits(page((), TAG)), PACKS, RunOptions(), {})
    tried = with_policies(subject, Policies(("a\r\nSet-Cookie: x=1",)), report_only=False)
    assert values(tried) == ["a  Set-Cookie: x=1"]


def test_the_correction_keeps_the_nonce_of_the_response() -> None:
    fixed = corrected(page((f"script-src 'nonce-{NONCE}'; {REST}",), NONCED))
    assert f"'nonce-{NONCE}' 'strict-dynamic'" in values(fixed)[0]
    assert "{NONCE}" not in values(fixed)[0]


def test_a_nonce_without_its_quotes_is_the_responses_own() -> None:
    fixed = corrected(page((f"script-src nonce-{NONCE} 'strict-dynamic'; {REST}",), NONCED))
    assert f"'nonce-{NONCE}'" in values(fixed)[0]


def test_a_tag_without_the_nonce_gets_it() -> None:
    fixed = corrected(page((f"{STRICT}; {REST}",), INLINE))
    assert f'<script nonce="{NONCE}">'.encode() in fixed.body


def test_a_nonce_that_was_never_filled_in_is_new_in_the_header_and_on_the_tag() -> None:
    policy = f"{STRICT}; {REST}".replace(NONCE, "{{nonce}}")
    fixed = corrected(page((policy,), NONCED.replace(NONCE, "{{nonce}}")))
    [nonce] = set(re.findall(r"'nonce-([^']+)'", values(fixed)[0]))
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", nonce)
    assert f'nonce="{nonce}"'.encode() in fixed.body


def test_of_two_nonces_the_one_on_the_tags_is_kept() -> None:
    other = "b3RoZXIgc2VuZGVyIGhlcmU="
    fixed = corrected(page((f"script-src 'nonce-{other}' 'nonce-{NONCE}'; {REST}",), NONCED))
    assert NONCE in values(fixed)[0]
    assert other not in "".join(values(fixed))


def test_a_meta_element_is_changed_where_it_is() -> None:
    body = f"<head><meta http-equiv=Content-Security-Policy content=\"script-src 'self'; {REST}\"></head>{TAG}"
    fixed = corrected(page((), body))
    assert re.search(rb'content="script-src &#x27;self&#x27; https://app-cdn\.velaro\.com', fixed.body)
    assert fixed.body.count(b"<meta") == 1


def test_report_only_leaves_the_pages_policies_and_its_meta_elements() -> None:
    sent = page((f"script-src 'self'; {REST}",), TAG)
    fixed = corrected(sent, report_only=True)
    assert values(fixed) == values(sent)
    assert CDN in values(fixed, "content-security-policy-report-only")[0]


def test_a_changed_page_is_sent_as_utf_8() -> None:
    sent = page((f"{STRICT}; {REST}",), f"<title>Käse</title>{INLINE}")
    headers = ((b"Content-Type", b"text/html; charset=iso-8859-1"), *sent.headers[1:])
    latin = Capture(target=SHOP, url=SHOP, status=200, headers=headers, body=sent.body.decode().encode("latin-1"))
    fixed = corrected(latin)
    assert values(fixed, "content-type") == ["text/html; charset=utf-8"]
    assert "Käse".encode() in fixed.body


def test_what_no_text_can_fix_is_done_for_the_trial_and_said() -> None:
    styles = REST.replace("style-src 'unsafe-inline'", f"style-src 'unsafe-inline' 'nonce-{NONCE}'")
    body = NONCED.replace("<script ", "<script data-x='<script' ")
    subject, _, report = check_visits(Visits(page((f"{STRICT}; {styles}",), body)), PACKS, RunOptions(), {})
    done, notes = with_steps(subject, report)
    assert "style-src 'unsafe-inline';" in values(done)[0]
    assert f'<script nonce="{NONCE}">'.encode() in done.body
    assert len(notes) == 2
