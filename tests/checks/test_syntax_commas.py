"""Commas between policies: which ones are sound, and what is said of one in a meta element."""

from __future__ import annotations

import pytest

import csplint
from csplint.model import Finding

NONCE = "'nonce-3TmVbQn7LkHsYw2RzXcAfg=='"
A = "https://a.example"
SHOP = "https://shop.example/"


def told(*values: str) -> list[str]:
    return [each.name for each in csplint.check_policy(*values, packs=["syntax"]).targets[0].findings]


@pytest.mark.parametrize(
    "value",
    [
        # nothing that stands behind a comma is blocked by what stands in its place before it
        "default-src 'self', object-src 'none'",
        "default-src 'self', img-src 'self'",
        "default-src *, img-src https:",
        "frame-ancestors 'none', object-src 'none', script-src 'self'",
        f"default-src 'self' {A}, script-src {NONCE} 'strict-dynamic'",
        f"script-src 'self' {A}, script-src 'self'",
        "default-src 'none'; script-src 'self', default-src 'none'; script-src 'self'",
        "script-src 'self', upgrade-insecure-requests",
        # no fetch directive stands in for these
        "default-src 'none', base-uri 'self', form-action 'self', frame-ancestors 'self'",
        # the stricter one, which governs scripts, stands beside a wider default
        f"script-src 'self', default-src 'self' {A}",
    ],
)
def test_policies_that_a_comma_may_part(value: str) -> None:
    assert [name for name in told(value) if name != "policy-sent-twice"] == []


def test_two_headers_are_no_comma() -> None:
    assert told("default-src 'none'", "script-src 'self'") == []


def in_meta(content: str) -> list[Finding]:
    body = f'<meta http-equiv=Content-Security-Policy content="{content}"><img src=/a.png>'
    report = csplint.check_page(body.encode(), [("Content-Type", "text/html")], url=SHOP, packs=["syntax"])
    return list(report.targets[0].findings)


@pytest.mark.parametrize(
    ("content", "severity", "says", "because", "edit"),
    [
        (
            "default-src 'self', object-src 'none'",
            "error",
            "Chromium reads two policies there, Firefox one",
            "it reads object-src and what follows as the rest of default-src",
            "; object-src 'none'",
        ),
        (
            "default-src 'self', img-src *",
            "error",
            "A comma separates img-src from default-src",
            "Chromium reads it so; Firefox reads the whole content as one policy",
            "; img-src *",
        ),
        # several commas of one element are one fault, and one edit mends them
        ("img-src 'self', data:, object-src 'none'", "error", "A policy begins with data:", "Firefox reads the comma as part", " data:; object-src 'none'"),
    ],
)  # fmt: skip
def test_any_comma_in_a_meta_element_is_told(content: str, severity: str, says: str, because: str, edit: str) -> None:
    [finding] = in_meta(content)
    assert (finding.name, finding.severity) == ("comma-in-policy", severity)
    assert says in finding.message
    assert because in finding.cause
    assert finding.fix is not None
    assert [each.text for each in finding.fix.edits if each.text] == [edit]


def test_two_meta_elements_are_no_comma() -> None:
    body = b"".join(
        b'<meta http-equiv=Content-Security-Policy content="%s">' % each for each in (b"img-src *", b"font-src *")
    )
    report = csplint.check_page(body, [("Content-Type", "text/html")], url=SHOP, packs=["syntax"])
    assert report.targets[0].findings == ()


def test_many_policies_in_one_value_are_looked_at_in_part() -> None:
    hosts = " ".join(f"h{number}.example" for number in range(300))
    value = ", ".join(["default-src 'self'", *[f"img-src {hosts}"] * 200])
    assert told(value).count("comma-in-policy") == 1
