"""`--vendor auto` and `none`: no vendor's finding, nothing general lost, nothing reported twice, and old ids stay valid."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from csplint.engine.inputs import PolicyInput, SavedInput
from csplint.engine.run import RunOptions, run_checks
from csplint.engine.suppressions import FindingSettings
from csplint.model import Report, TargetReport
from csplint.packs.merge import load_packs

PACKS = load_packs([])
GENERAL = load_packs(["syntax", "delivery", "security", "page"])
VENDORS = frozenset(name for pack in PACKS.vendors for name in pack.rules)
UNKNOWN = "<script async src='https://chat.unheard-of.example/widget.js'></script>"
EMBED = "<script src='https://app-cdn.velaro.com/embed.js'></script>"
LISTED = "Content-Security-Policy: default-src 'self'; script-src 'self' https://chat.unheard-of.example"
TRIAL = "Content-Security-Policy-Report-Only: script-src 'none'; report-uri /r"
NONCED = "Content-Security-Policy: script-src 'nonce-3TmVbQn7LkHsYw2RzXcAfg==' 'strict-dynamic'"
SHARED = "Cache-Control: public, s-maxage=600"

SITES = {
    "listed": ([LISTED], UNKNOWN),
    "no policy": ([], "<p>a shop"),
    "nginx": (["Server: nginx"], "<p>a shop"),
    "trial": ([TRIAL], "<script src=/app.js></script>"),
    "ready": ([TRIAL.replace("'none'", "'self'")], "<script src=/app.js></script>"),
    "cacheable": ([NONCED, SHARED], "<script nonce='3TmVbQn7LkHsYw2RzXcAfg=='>1</script>"),
    "permissions": ([LISTED, "Permissions-Policy: camera 'none'"], "<p>a shop"),
}


def report(
    folder: Path, headers: Iterable[str], body: str, vendors: tuple[str, ...] = (), **settings: object
) -> Report:
    path = folder / "page.txt"
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", *headers]
    path.write_text("\r\n".join(lines) + f"\r\n\r\n<!doctype html><title>Shop</title>{body}", encoding="utf-8")
    options = RunOptions(vendors=vendors, findings=FindingSettings(**settings))  # type: ignore[arg-type]
    return run_checks([SavedInput(str(path), "https://shop.example/")], PACKS, options)


def names(found: Report) -> list[str]:
    return [name for target in found.targets for each in target.findings for name in each.names]


@pytest.mark.parametrize("vendor", ["auto", "none"])
@pytest.mark.parametrize("site", SITES)
def test_without_a_widget_there_is_what_the_general_packs_report(tmp_path: Path, site: str, vendor: str) -> None:
    headers, body = SITES[site]
    found = report(tmp_path, headers, body, (vendor,))
    general = run_checks([SavedInput(str(tmp_path / "page.txt"), "https://shop.example/")], GENERAL)
    assert names(found) == names(general)
    assert VENDORS.isdisjoint(names(found))
    [target] = found.targets
    assert (target.verdict, target.requirements, target.widgets) == (None, (), ())
    assert not any(
        "velaro" in str(each.after).lower() for each in (target.corrected.headers if target.corrected else ())
    )


GENERAL_ONES = {"policy-missing", "report-only-blocks-page", "report-only-allows-page", "cacheable-nonce"}


@pytest.mark.parametrize(
    ("site", "general", "beside"),
    [
        ("no policy", "policy-missing", "no-policy"),
        ("trial", "report-only-blocks-page", "report-only-not-ready"),
        ("ready", "report-only-allows-page", "report-only-not-ready"),
        ("cacheable", "cacheable-nonce", "nonce-page-cacheable"),
    ],
)
def test_each_is_reported_once_with_and_without_the_vendor(
    tmp_path: Path, site: str, general: str, beside: str
) -> None:
    headers, body = SITES[site]
    with_vendor, without = names(report(tmp_path, headers, body)), names(report(tmp_path, headers, body, ("none",)))
    assert with_vendor.count(beside) == 1
    assert GENERAL_ONES.isdisjoint(with_vendor)
    assert without.count(general) == 1


@pytest.mark.parametrize("vendors", [(), ("none",)])
def test_ignoring_the_vendors_rule_ignores_the_general_one(tmp_path: Path, vendors: tuple[str, ...]) -> None:
    found = names(report(tmp_path, *SITES["no policy"], vendors, leave_out=frozenset({"no-policy"})))
    assert {"no-policy", "policy-missing"}.isdisjoint(found)


@pytest.mark.parametrize(("vendors", "name"), [((), "no-policy"), (("none",), "policy-missing")])
def test_selecting_the_vendors_rule_selects_the_general_one(
    tmp_path: Path, vendors: tuple[str, ...], name: str
) -> None:
    assert names(report(tmp_path, *SITES["no policy"], vendors, select=frozenset({"no-policy"}))) == [name]


def test_selecting_the_general_rule_reports_it_beside_the_vendor_too(tmp_path: Path) -> None:
    assert names(report(tmp_path, *SITES["no policy"], select=frozenset({"policy-missing"}))) == ["policy-missing"]


def test_severity_of_the_vendors_rule_is_that_of_the_general_one(tmp_path: Path) -> None:
    [target] = report(tmp_path, *SITES["no policy"], ("none",), severity={"no-policy": "error"}).targets
    assert [each.severity for each in target.findings if each.name == "policy-missing"] == ["error"]


# ------------------------------------------------------------------ what is said of it


def target_of(folder: Path, body: str, *vendors: str) -> TargetReport:
    return report(folder, [LISTED], body, vendors).targets[0]


def test_auto_says_that_there_is_no_widget(tmp_path: Path) -> None:
    assert target_of(tmp_path, UNKNOWN, "auto").no_widget.startswith("No Velaro live chat in the page's HTML")
    assert "--pack" in target_of(tmp_path, UNKNOWN, "auto").no_widget
    assert target_of(tmp_path, UNKNOWN, "none").no_widget == ""
    assert target_of(tmp_path, UNKNOWN).no_widget == ""


def test_auto_judges_a_widget_that_is_there(tmp_path: Path) -> None:
    target = target_of(tmp_path, EMBED, "auto")
    assert target.no_widget == ""
    assert target.verdict is not None
    assert target.verdict.state == "broken"


def test_auto_of_a_bare_policy_judges_no_vendor() -> None:
    [target] = run_checks([PolicyInput("", ("script-src 'self'",))], PACKS, RunOptions(vendors=("auto",))).targets
    assert target.verdict is None
    assert "no page" in target.no_widget
    assert VENDORS.isdisjoint(each.name for each in target.findings)


def test_named_vendor_is_judged_beside_auto(tmp_path: Path) -> None:
    target = target_of(tmp_path, UNKNOWN, "auto", "velaro")
    assert target.verdict is not None
    assert target.verdict.state == "absent"


def test_a_restated_rule_has_not_passed(tmp_path: Path) -> None:
    [target] = report(tmp_path, *SITES["no policy"]).targets
    assert "DEL060" not in target.passed
    assert "DEL060" in {each.rule for each in target.skipped}
