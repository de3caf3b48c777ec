"""Chromium decides random cases as csplint says it does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from csplint.csp.browsers import CHROMIUM
from tests.browser.chromium import missing
from tests.browser.live import serving
from tests.browser.live_asker import Asker
from tests.browser.live_cases import case
from tests.browser.live_check import disagreements

pytestmark = pytest.mark.browser
BATCH, BATCHES = 100, 8

seeds = st.lists(st.integers(0, 2**40), min_size=BATCH, max_size=BATCH)
asking = settings(
    max_examples=BATCHES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # to shrink a list of seeds would be to ask about other cases
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def asker() -> Iterator[Asker]:
    path = shutil.which("chromium")
    if path is None:
        missing("there is no chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional dependency

        from tests.browser.live_chromium import chromium  # noqa: PLC0415
    except ImportError:
        missing("the playwright package is not installed")
    with serving() as site, sync_playwright() as playwright, chromium(playwright, path, site) as asker:
        yield asker


@asking
@given(seeds)
def test_chromium_decides_as_csplint_says(asker: Asker, given_seeds: list[int]) -> None:
    assert disagreements(asker, [case(seed) for seed in given_seeds], CHROMIUM) == []
