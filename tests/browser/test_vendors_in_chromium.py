"""
Pages with five and more vendors in a real Chromium: some of what they need is blocked before the correction, nothing after it.

Each vendor's script is a stub that asks for all that its pack lists; `vendor_stubs` makes it, `vendor_shop` serves it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from csplint import check_page
from csplint.checks.edits import add_sources
from csplint.csp.edit import apply
from csplint.csp.policy import Delivered, parse_policies
from csplint.model import TargetReport
from csplint.packs.read import load_pack
from tests.browser.chromium import missing
from tests.browser.vendor_shop import VendorPage, VendorShop, vendor_shop
from tests.browser.vendor_stubs import UNSEEN, WATCH
from tests.engine.deploy import Sent, deployed

pytestmark = pytest.mark.browser

PAGES = [
    VendorPage(
        id="a shop with a chat, a tag manager, payments and a check for bots",
        vendors=(
            "velaro",
            "google-tag-manager",
            "google-analytics",
            "google-fonts",
            "stripe",
            "cloudflare-turnstile",
        ),
        policy="default-src 'self'",
    ),
    VendorPage(
        id="a start-up with analytics",
        vendors=("intercom", "segment", "hotjar", "youtube", "meta-pixel", "sentry"),
        policy="default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
    ),
    VendorPage(
        id="a shop by WordPress with a list of hosts",
        vendors=("recaptcha", "google-maps", "paypal", "hubspot", "google-fonts"),
        policy="default-src 'self'; script-src 'self' 'unsafe-inline' https://www.google.com; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: https:; font-src 'self'; object-src 'none'; base-uri 'self'",
    ),
    VendorPage(
        id="nonces on some of the tags",
        vendors=("velaro", "google-tag-manager", "crisp", "calendly", "hcaptcha", "cloudflare-insights"),
        nonced=("google-tag-manager", "velaro"),
        policy="default-src 'self'; script-src 'self' 'nonce-{NONCE}'; style-src 'self' 'nonce-{NONCE}'; img-src 'self'",
        own='<style nonce="{NONCE}">h1 { color: green }</style>',
    ),
    VendorPage(
        id="nonces and 'strict-dynamic'",
        vendors=("zendesk", "google-tag-manager", "google-ads", "contentsquare", "tawk", "youtube-player-api"),
        nonced=("zendesk", "google-tag-manager", "tawk"),
        policy="default-src 'self'; script-src 'nonce-{NONCE}' 'strict-dynamic' https:; style-src 'self' 'nonce-{NONCE}'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'",
        own='<style nonce="{NONCE}">h1 { color: green }</style>',
    ),
]
