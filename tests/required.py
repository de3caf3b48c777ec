"""
Programs that some tests need: without them they skip, and say why.

TESTS_REQUIRE_SERVERS names what has to be there, as words of the reason (`nginx express`), or is 1 for everything; then a
missing one is a failure.
"""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip a test, or fail it if what is missing is required. what: "nginx is not installed"."""
    required = os.environ.get("TESTS_REQUIRE_SERVERS", "").split()
    if required == ["1"] or not set(required).isdisjoint(what.split()):
        pytest.fail(what)
    pytest.skip(what)


def program(name: str) -> str:
    """The path of an installed program; skips the test without it."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin") or missing(f"{name} is not installed")
