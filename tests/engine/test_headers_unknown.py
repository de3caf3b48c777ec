"""A page without response headers: its policy may be in a header, so nothing is "no policy", and no need is met by that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint import check_file, fix
from csplint.cli.entry import run
from csplint.errors import TargetError
from csplint.model import TargetReport
from tests.guide.pages import TAG

WORKS = "script-src https://app-cdn.velaro.com; object-src 'none'; base-uri 'none'"


def report(folder: Path, policy: str, body: str, *, code: int) -> TargetReport:
    """The report on a saved page; policy: of a meta element in its head, "" for none."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    path = folder / "page.html"
    path.write_text(f"<!doctype html><head><title>Shop</title>{meta}</head><body>{body}")
    found = check_file(path)
    assert found.run.exit_code == code
    return found.targets[0]


def test_without_any_policy_the_page_could_not_be_checked(tmp_path: Path) -> None:
    target = report(tmp_path, "", TAG, code=3)
    assert target.outcome == "failed"
    assert target.error is not None
    assert (target.error.kind, target.findings, target.requirements) == ("no-headers", (), ())
    assert "curl -i" in target.error.hint
    assert target.verdict is not None
    assert target.verdict.state == "unknown"


def test_a_meta_policy_that_blocks_the_widget_decides(tmp_path: Path) -> None:
    target = report(tmp_path, "script-src 'none'", TAG, code=1)
    assert target.verdict is not None
    assert (target.outcome, target.verdict.state) == ("checked", "broken")


def test_a_meta_policy_that_allows_it_leaves_it_unknown(tmp_path: Path) -> None:
    target = report(tmp_path, WORKS, TAG, code=0)
    assert target.verdict is not None
    assert (target.outcome, target.verdict.state) == ("checked", "unknown")
    assert "no response headers" in target.verdict.text


def test_an_error_that_no_policy_decides_is_reported(tmp_path: Path) -> None:
    """Browsers ignore a meta element in the body, whatever the headers are."""
    meta = '<meta http-equiv="Content-Security-Policy" content="script-src *">'
    target = report(tmp_path, "", f"<p>a{meta}", code=1)
    assert [finding.name for finding in target.findings if finding.severity == "error"] == ["meta-misplaced"]
    assert "no-policy" not in {finding.name for finding in target.findings}
    assert target.requirements == ()


def test_fix_still_proposes_a_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(tmp_path, "", TAG, code=3)
    path = str(tmp_path / "page.html")
    assert run(["fix", path, "--no-config"]) == 3
    out = capsys.readouterr().out
    assert "# could not be checked: the file has no response headers" in out
    assert (
        "Content-Security-Policy-Report-Only: default-src 'self'; script-src 'self' https://app-cdn.velaro.com" in out
    )
    corrected = fix(path)
    assert corrected is not None
    assert corrected.headers[0].name == "Content-Security-Policy-Report-Only"


def test_fix_refuses_what_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(TargetError, match="a PDF document"):
        fix(path)


def test_an_edit_that_lets_a_base_through_is_judged_with_that_base(tmp_path: Path) -> None:
    """With base-uri edited, /x/app.js comes from the other host, which script-src blocks: no such edit is given."""
    path = tmp_path / "saved.txt"
    policy = "script-src 'self'; base-uri 'none'; object-src 'none'"
    page = "<base href='https://cdn.example/x/'><script src='app.js'></script>"
    path.write_text(f"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Security-Policy: {policy}\n\n{page}")
    found = check_file(path, page="https://shop.example/").targets[0].findings
    [base] = [finding for finding in found if finding.directive == "base-uri"]
    assert base.fix is not None
    assert not [edit for edit in base.fix.edits if edit.kind == "policy"]
    assert not [finding for finding in found if finding.severity == "error" and finding.name.startswith("page-")]


def test_a_preload_in_a_header_gets_no_nonce_on_a_tag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "saved.txt"
    link = "Link: <https://cdn.example/a.js>; rel=preload; as=script"
    head = f"HTTP/1.1 200 OK\nContent-Type: text/html\n{link}\nContent-Security-Policy: script-src 'self'\n\n"
    path.write_text(f"{head}<!doctype html>\n<script src=/a.js></script>")
    run(["fix", str(path), "--strict", "--as", "json", "--no-config"])
    [target] = json.loads(capsys.readouterr().out)
    assert [tag["place"]["line"] for tag in target["corrected"]["tags"]] == [2]
