"""
Hosts of software on visitors' machines and networks that writes into pages it does not belong to.

A name alone is a fact; none of the lists below is copied. The essentials were gathered from:

- jacobbednarz/go-csp-collector (MIT), https://github.com/jacobbednarz/go-csp-collector, the default filter, read 2026-11-28
- nico3333fr/CSP-useful (MIT), https://github.com/nico3333fr/CSP-useful/blob/master/csp-wtf/explained.md, revision of 2024-07-17

A host goes here only if a site has no reason to load anything from it: what many sites use (Google, Facebook, hotjar) is not
noise, though extensions use it too. A vendor's host never is, whatever this table says (`noise.Spared`).
"""

from __future__ import annotations

from collections.abc import Mapping

EXTENSION_SCHEMES: frozenset[str] = frozenset(
    {
        "chrome-extension",
        "edge-extension",
        "moz-extension",
        "ms-browser-extension",
        "mxaddon-pkg",
        "safari-extension",
        "safari-web-extension",
        "webkit-masked-url",  # what Safari shows of an extension's file
    }
)
"""Schemes of browser extensions."""

BROWSER_SCHEMES: frozenset[str] = frozenset(
    {
        "android-webview",
        "android-webview-video-poster",
        "bdvideo",
        "chrome",
        "chrome-error",
        "chrome-untrusted",
        "chromeinvoke",
        "chromeinvokeimmediate",
        "chromenull",
        "gsa",
        "jar",
        "mbinit",
        "ms-appx",
        "ms-appx-web",
        "mx",
        "mxjscall",
        "nativebaiduhd",
        "none",
        "opera",
        "res",
        "resource",
        "safari-resource",
        "symres",
        "tmtbff",
        "webviewprogressproxy",
        "wvjbscheme",
    }
)
"""Schemes of browsers themselves and of apps that show pages; no page can load from them."""

INJECTED: Mapping[str, str] = {
    "superfish.com": "Superfish, an advertising program",
    "tlscdn.com": "an advertising program",
    "metrext.com": "an advertising extension",
    "lnkr.us": "an advertising extension",
    "eluxer.net": "an advertising extension",
    "urlvalidation.com": "an advertising extension",
    "analyzecdn.xyz": "an advertising extension",
    "netcheckcdn.xyz": "an advertising extension",
    "cdncash.org": "an advertising extension",
    "connectionstrenth.com": "an advertising extension",
    "davebestdeals.com": "an advertising program",
    "savingsslider-a.akamaihd.net": "an advertising program",
    "canvaspl-a.akamaihd.net": "an advertising program",
    "ciuvo.com": "Ciuvo, a shopping extension",
    "joinhoney.com": "Honey, a shopping extension",
    "honey.io": "Honey, a shopping extension",
    "kaspersky-labs.com": "Kaspersky, a virus scanner",
    "injections.adguard.com": "AdGuard, an ad blocker",
    "injections.adguard.org": "AdGuard, an ad blocker",
    "local.adguard.com": "AdGuard, an ad blocker",
    "local.adguard.org": "AdGuard, an ad blocker",
    "zscaler.net": "Zscaler, a company's gateway",
    "zscalerone.net": "Zscaler, a company's gateway",
    "zscalertwo.net": "Zscaler, a company's gateway",
    "zscalerthree.net": "Zscaler, a company's gateway",
    "zscloud.net": "Zscaler, a company's gateway",
    "blackspider.com": "Forcepoint, a company's gateway",
    "infostatsvc.com": "an advertising program",
    "clickintext.net": "an advertising program",
}
"""A host and every host below it, and what it belongs to."""

INJECTED_PATHS: tuple[tuple[str, str, str], ...] = (
    ("1.1.1.1", "/bmi/", "a mobile network's proxy"),
    ("www.gstatic.com", "/images/branding/product/", "the browser's translation bar"),
    ("www.gstatic.com", "/images/icons/material/system/", "the browser's translation bar"),
    ("translate.googleapis.com", "/translate_static/", "the browser's translation bar"),
)
"""A host, the start of a path, and what loads it: only these files, as sites use the rest."""
