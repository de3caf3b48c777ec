"""SARIF's fixes: applied to the saved file, they correct it; where the range is not certain, there are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from csplint.cli.app import command_line
from csplint.model import Corrected, Edit, Finding, Fix, HeaderChange, PolicyReport, Proof, Region, Span, TargetReport
from csplint.report.sarif.fixes import FileFixes
from tests.report.samples import ERROR, a_policy

EMBED = '<script async src="https://app-cdn.velaro.com/widget.js"></script>'
INLINE = "<script>var a = 1</script>"
RESPONSE = "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\n{}\n<!doctype html><html><head>{}<title>x</title>{}</head></html>\n"
HEADER = "Content-Security-Policy: {}\n"
TOO_FEW = "default-src 'self'; script-src 'self' https://app-cdn.velaro.com"


def results(path: Path) -> list[dict[str, Any]]:
    ran = CliRunner().invoke(command_line(), ["check", str(path), "--format", "sarif"])
    found: list[dict[str, Any]] = json.loads(ran.stdout)["runs"][0]["results"]
    return found


def applied(text: str, found: list[dict[str, Any]]) -> str:
    """The file after all fixes at once, from the last place to the first; those at one place in the order of the results."""
    changes = [
        (part["deletedRegion"], part["insertedContent"]["text"])
        for result in found
        for fix in result.get("fixes", ())
        for part in fix["artifactChanges"][0]["replacements"]
    ]
    lines = text.split("\n")
    for region, new in sorted(changes, key=lambda each: (each[0]["startLine"], each[0]["startColumn"]), reverse=True):
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        lines[region["startLine"] - 1] = line[: region["startColumn"] - 1] + new + line[region["endColumn"] - 1 :]
    return "\n".join(lines)


FILES = [
    RESPONSE.format(HEADER.format(TOO_FEW), "", EMBED + INLINE),
    RESPONSE.format(HEADER.format(f"img-src *, {TOO_FEW}"), "", EMBED),
    RESPONSE.format("", f'<meta http-equiv="Content-Security-Policy" content="{TOO_FEW}">', EMBED + INLINE),
    RESPONSE.format(
        "",
        "<meta http-equiv='Content-Security-Policy' content='default-src https: data:; script-src https://app-cdn.velaro.com'>",
        EMBED,
    ),
]


@pytest.mark.parametrize("text", FILES, ids=["header", "joined headers", "meta", "single quotes"])
def test_with_all_fixes_at_once_no_error_is_left(text: str, tmp_path: Path) -> None:
    path = tmp_path / "response.txt"
    path.write_text(text)
    before = results(path)
    assert [each for each in before if each["level"] == "error"]
    assert [each for each in before if "fixes" in each]
    path.write_text(applied(text, before))
    assert [each["message"]["text"] for each in results(path) if each["level"] == "error"] == []


UNCERTAIN = [
    RESPONSE.format(HEADER.format(TOO_FEW.replace("; ", ";\n  ")), "", EMBED),  # on two lines
    RESPONSE.format(
        "",
        f'<meta http-equiv="Content-Security-Policy" content="{TOO_FEW}">'.replace("'self'", "&apos;self&apos;"),
        EMBED,
    ),
]


@pytest.mark.parametrize("text", UNCERTAIN, ids=["folded", "references"])
def test_a_fix_is_never_in_the_wrong_place(text: str, tmp_path: Path) -> None:
    """What is replaced is a directive exactly as written, what is inserted comes right after one."""
    path = tmp_path / "response.txt"
    path.write_text(text)
    lines = text.split("\n")
    for result in results(path):
        for fix in result.get("fixes", ()):
            region = fix["artifactChanges"][0]["replacements"][0]["deletedRegion"]
            line = lines[region["startLine"] - 1]
            gone = line[region["startColumn"] - 1 : region["endColumn"] - 1]
            assert gone in {"", "default-src 'self'", "script-src 'self' https://app-cdn.velaro.com"}
            assert line[region["endColumn"] - 1 :][:1] in {"", ";", '"'}


# ------------------------------------------------------------------ reports made by hand

VALUE = "img-src 'self'; font-src 'self'"
AFTER = "img-src 'self' data:; font-src 'self'"
WHOLE = Region(3, 10, 3, 10 + len(VALUE))


def finding(**changes: Any) -> Finding:
    """A finding about img-src, fixed by `data:`."""
    edit = Edit(kind="policy", policy=0, start=14, end=14, text=" data:")
    made = replace(ERROR, fix=Fix("Add data:", "safe", (edit,)), directive="img-src", value="data:", policy=0)
    return replace(made, **{"span": Span(0, 7), "region": Region(3, 10, 3, 17), **changes})


def saved(*findings: Finding, after: str = AFTER, policy: PolicyReport | None = None) -> TargetReport:
    policy = policy or a_policy(VALUE)
    header = HeaderChange("replace", "Content-Security-Policy", policy.value, after, 0)
    corrected = Corrected(headers=(header,), mends=(ERROR.fingerprint,), proof=Proof("works", 0, 0))
    return TargetReport(
        target="a b.txt", kind="file", policies=(policy,), findings=findings, corrected=corrected, verdict=None
    )


ABOUT_ALL = finding(span=None, region=WHOLE, fingerprint="all")


def test_a_directive_is_replaced_where_it_is_and_only_once() -> None:
    target = saved(finding(), ABOUT_ALL)
    fixes = FileFixes(target)
    assert fixes.of(target.findings[0]) == {
        "artifactLocation": {"uri": "a%20b.txt"},
        "replacements": [
            {
                "deletedRegion": {"startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 24},
                "insertedContent": {"text": "img-src 'self' data:"},
            }
        ],
    }
    assert fixes.of(target.findings[0]) is None
    assert FileFixes(target).of(ABOUT_ALL) is None  # the correction does not fix it


NO_FIX = [
    saved(finding()),  # the end of the directive is not known
    saved(finding(), replace(ABOUT_ALL, region=replace(WHOLE, end_column=60))),  # longer in the file: escapes
    saved(finding(), replace(ABOUT_ALL, region=Region(3, 10, 4, 9))),
    saved(finding(), replace(ABOUT_ALL, region=Region(3, None, 3, None))),
    saved(finding(region=None), replace(ABOUT_ALL, region=None)),
    saved(finding(), ABOUT_ALL, after="img-src 'self' \"data:; font-src 'self'"),
    saved(finding(), ABOUT_ALL, after="img-src 'self' 'nonce-abcd'; font-src 'self'"),
    replace(saved(finding(), ABOUT_ALL), kind="url"),
    replace(saved(finding(), ABOUT_ALL), corrected=None),
]


@pytest.mark.parametrize("target", NO_FIX)
def test_what_is_not_certain_has_no_fix(target: TargetReport) -> None:
    assert FileFixes(target).of(target.findings[0]) is None


def inserted(target: TargetReport) -> Any:
    change: Any = FileFixes(target).of(target.findings[0])
    (part,) = change["replacements"]
    return part["deletedRegion"]["startColumn"], part["deletedRegion"]["endColumn"], part["insertedContent"]["text"]


def test_a_new_directive_follows_the_one_that_applied_and_a_misspelt_one_is_replaced() -> None:
    edit = Edit(kind="policy", policy=0, start=31, end=31, text="; child-src 'self'")
    new = finding(fix=Fix("Add it", "safe", (edit,)))
    assert inserted(saved(new, ABOUT_ALL, after=f"{VALUE}; child-src 'self'")) == (24, 24, "; child-src 'self'")
    edit = Edit(kind="policy", policy=0, start=0, end=7, text="child-src")
    renamed = finding(fix=Fix("Correct it", "safe", (edit,)))
    assert inserted(saved(renamed, ABOUT_ALL, after="child-src 'self'; font-src 'self'")) == (
        10,
        24,
        "child-src 'self'",
    )


META = [
    # the policy in the file, what is inserted
    (VALUE, "img-src 'self' data:?a&amp;b"),
    ("img-src https: a:; font-src 'self'", "img-src &#39;self&#39; data:?a&amp;b"),  # single quotes may be around it
]


@pytest.mark.parametrize(("value", "text"), META)
def test_text_for_an_attribute_does_not_end_it(value: str, text: str) -> None:
    policy = a_policy(value, delivery="meta")
    whole = replace(ABOUT_ALL, region=Region(3, 10, 3, 10 + len(value)))
    assert (
        inserted(saved(finding(), whole, after="img-src 'self' data:?a&b; font-src 'self'", policy=policy))[2] == text
    )
