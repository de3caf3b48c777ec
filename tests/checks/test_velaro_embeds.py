"""Embeds in other forms than the guide's: old ones, and those that the page's HTML does not show."""

from __future__ import annotations

import pytest

import csplint
from csplint.model import Finding, TargetReport

REST = (
    "object-src 'none'; base-uri 'none'; style-src 'self' 'unsafe-inline'; img-src * data:; frame-src 'self' blob:; "
    "connect-src 'self' https://*.velaro.com wss://*.velaro.com https://app-cdn.velaro.com https://*.service.signalr.net"
)
LEGACY = [
    "https://eastprodcdn.azureedge.net/bundles/velaro.inline.js",
    "https://galleryuseastprod.blob.core.windows.net/velaroscripts/1234/globals.js",
]


def target(scripts: str, body: str) -> TargetReport:
    headers = [("Content-Type", "text/html"), ("Content-Security-Policy", f"script-src {scripts}; {REST}")]
    return csplint.check_page(body.encode(), headers, url="https://shop.example/", packs=["velaro"]).targets[0]


def about_scripts(report: TargetReport) -> list[Finding]:
    return [each for each in report.findings if each.directive == "script-src" and each.severity != "info"]


@pytest.mark.parametrize("src", LEGACY)
def test_the_legacy_widget_as_a_tag_is_an_embed(src: str) -> None:
    host = src.partition("/bundles")[0].partition("/velaroscripts")[0]
    found = target(f"'self' {host}", f"<script src={src}></script>")
    assert "no-embed-found" not in {each.name for each in found.findings}
    assert not [each for each in about_scripts(found) if each.severity == "error"]
    assert about_scripts(target("'self'", f"<script src={src}></script>"))


HIDDEN = [
    "<script src=/jscript/velaro_livechat.js></script>",
    "<script type=text/plain data-consent=chat>Velaro('boot', {siteId: 1})</script>",
    "<p>a tag manager adds it",
]


@pytest.mark.parametrize("body", HIDDEN)
def test_a_host_that_a_hidden_embed_may_use_is_no_error(body: str) -> None:
    [finding] = about_scripts(target("'self' https://eastprodcdn.azureedge.net", body))
    assert (finding.name, finding.severity) == ("outdated-host", "warning")
    assert "csplint saw no embed" in finding.cause
    assert finding.brief == "lists https://eastprodcdn.azureedge.net, not https://app-cdn.velaro.com"


def test_the_oldest_embed_under_strict_dynamic_needs_another_embed_and_no_nonce() -> None:
    nonce = "3TmVbQn7LkHsYw2RzXcAfg=="
    body = (
        f"<script nonce='{nonce}'>document.write('<scr'+'ipt src=\"https://srv0.velaro.com/visitor/monitor.aspx?siteid=1\">"
        "</scr'+'ipt>')</script>"
    )
    [finding] = [
        each for each in about_scripts(target(f"'nonce-{nonce}' 'strict-dynamic'", body)) if each.severity == "error"
    ]
    assert finding.name == "hosts-ignored"
    assert finding.fix is not None
    assert finding.fix.summary.startswith("Replace this old embed with the current one")
