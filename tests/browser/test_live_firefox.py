"""Firefox decides random cases as csplint says it does; skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from csplint.csp.browsers import FIREFOX
from tests.browser.firefox import find, firefox
from tests.browser.live import serving
from tests.browser.live_asker import Asker
from tests.browser.live_cases import case
from tests.browser.live_check import disagreements
from tests.browser.test_live_chromium import asking, seeds

pytestmark = pytest.mark.browser
BATCHES = 5


@pytest.fixture(scope="module")
def asker() -> Iterator[Asker]:
    path = find()
    if path is None:
        pytest.skip("there is no Firefox; see CONTRIBUTING.md")
    with serving() as site, firefox(path, site) as asker:
        yield asker


@settings(asking, max_examples=BATCHES)
@given(seeds)
def test_firefox_decides_as_csplint_says(asker: Asker, given_seeds: list[int]) -> None:
    assert disagreements(asker, [case(seed) for seed in given_seeds], FIREFOX) == []
