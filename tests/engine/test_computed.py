"""What a server computes is neither met nor unmet: a file that leaves it open is not judged as if it were empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.engine.run import run_checks
from csplint.engine.sources import source_inputs
from csplint.model import TargetReport
from csplint.packs.merge import load_packs

PACKS = load_packs([])
CDN = "https://app-cdn.velaro.com"
NEEDS = (
    f"connect-src 'self' https://*.velaro.com wss://*.velaro.com https://*.service.signalr.net {CDN}; style-src 'unsafe-inline'; "
    f"img-src data: {CDN}; frame-src 'self' blob:"
)


def checked(tmp_path: Path, *values: str) -> TargetReport:
    lines = "".join(f"      add_header Content-Security-Policy {value} always;\n" for value in values)
    path = tmp_path / "nginx.conf"
    path.write_text(
        f"events {{}}\nhttp {{\n  server {{\n    location / {{\n{lines}    }}\n  }}\n}}\n", encoding="utf-8"
    )
    [target] = run_checks(source_inputs(str(path), ""), PACKS).targets
    return target


@pytest.mark.parametrize("value", ["$http_policy", "\"default-src 'self'; $http_rest\"", '"$http_a $http_b"'])
def test_a_policy_that_may_be_anything_could_not_be_checked(tmp_path: Path, value: str) -> None:
    target = checked(tmp_path, value)
    assert target.outcome == "failed"
    assert target.error is not None
    assert "the server computes" in target.error.message
    assert "$http_" in target.error.message


def test_a_computed_source_is_neither_met_nor_unmet(tmp_path: Path) -> None:
    target = checked(tmp_path, f"\"script-src 'self' $http_hosts; {NEEDS}\"")
    assert target.verdict is not None
    assert (target.verdict.state, target.outcome) == ("unknown", "checked")
    assert "$http_hosts" in target.verdict.text
    assert [each.state for each in target.requirements if each.directive == "script-src"] == ["unknown"]
    assert not [each for each in target.findings if each.directive == "script-src"]


def test_what_is_literal_is_judged_beside_it(tmp_path: Path) -> None:
    target = checked(tmp_path, f"\"default-src 'self'; script-src 'self' $http_hosts {CDN}\"")
    assert target.verdict is not None
    assert target.verdict.state == "partly"
    rows = {each.id: each.state for each in target.requirements}
    assert (rows["script"], rows["img-cdn"]) == ("met", "unmet")
    assert target.corrected is not None
    assert f"script-src 'self' $http_hosts {CDN}; " in str(target.corrected.headers[0].after)


def test_a_fallback_that_is_computed_is_not_judged(tmp_path: Path) -> None:
    target = checked(tmp_path, f"\"default-src 'self' $http_hosts; script-src {CDN}\"")
    assert {each.state for each in target.requirements if each.directive == "img-src"} == {"unknown"}
    assert not [each for each in target.findings if each.severity == "error"]


def test_a_second_policy_that_is_computed_makes_nothing_met(tmp_path: Path) -> None:
    target = checked(tmp_path, "$http_policy", f'"script-src {CDN}; {NEEDS}"')
    assert target.verdict is not None
    assert target.verdict.state == "unknown"
    assert not target.whole


def test_a_nonce_of_the_server_is_no_gap(tmp_path: Path) -> None:
    target = checked(tmp_path, f"\"script-src 'nonce-$request_id' 'strict-dynamic'; {NEEDS}\"")
    assert target.verdict is not None
    assert target.verdict.state == "works"
