"""The configuration file and its ignores, as a team uses them on every deploy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint.cli.entry import run
from tests.cli.configured import BAD, IGNORE, answer, names, report, shop, write
from tests.guide.pages import HOSTED, REST, TAG, Page
from tests.report.runner import commands
from tests.servers import serve


def test_targets_of_the_configuration_are_checked(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = Page("good", f"{HOSTED}; {REST}; media-src 'self'", TAG)
    with serve(lambda request: answer(BAD if request.path == "/" else good)) as server:
        text = (
            shop(server)
            + f'[[target]]\nname = "blog"\nurl = "{server.url("/blog")}"\nfeatures = ["sounds"]\nheaders = {{ X-A = "1" }}\n'
        )
        write(repo, text)
        code, found = report(capsys)
        assert {request.path: request.header("X-A") for request in server.requests} == {"/": None, "/blog": "1"}
        assert code == 1
        assert [(target["name"], names(target)) for target in found["targets"]] == [
            ("shop", ["script-host-missing"]),
            ("blog", ["missing-media-sounds"]),
        ]
        code, found = report(capsys, "blog")
        assert [target["name"] for target in found["targets"]] == ["blog"]


def test_pyproject_is_used_if_it_has_a_table(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, '[project]\nname = "x"\n\n[tool.csplint]\nfail-on = "never"\n', "pyproject.toml")
    assert report(capsys, "--policy", "script-src 'self'")[0] == 0
    write(repo, '[project]\nname = "x"\n', "pyproject.toml")
    assert report(capsys, "--policy", "script-src 'self'")[0] == 1


def test_the_search_ends_at_the_repository(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, 'fail-on = "never"\n')
    inner = repo / "deploy"
    (inner / ".git").mkdir()
    assert report(capsys, "--policy", "script-src 'self'")[0] == 1


def test_order_is_command_line_environment_file_default(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo, 'fail-on = "never"\npacks = ["velaro"]\n')
    policy = ["--policy", "script-src 'self'"]
    assert report(capsys, *policy)[1]["run"]["fail_on"] == "never"
    monkeypatch.setenv("CSPLINT_FAIL_ON", "warning")
    assert report(capsys, *policy)[1]["run"]["fail_on"] == "warning"
    assert report(capsys, *policy, "--fail-on", "info")[1]["run"]["fail_on"] == "info"
    assert report(capsys, *policy, "--no-config", "--fail-on", "error")[1]["tool"]["packs"][1]["id"] == "syntax"


def test_extend(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, 'fail-on = "never"\npacks = ["velaro"]\n[severity]\nVEL001 = "info"\n', "base.toml")
    write(repo, 'extend = "base.toml"\nfail-on = "info"\n')
    _, found = report(capsys, "--policy", "script-src 'self'")
    assert found["run"]["fail_on"] == "info"
    assert [finding["severity"] for finding in found["targets"][0]["findings"]] == ["info"]


BROKEN = [
    (
        'fail-on = "eror"\n',
        "csplint.toml:1:1: fail-on: 'eror' is not one of error, warning, info, never; did you mean 'error'?",
    ),
    ("x = 1\n", "csplint.toml:1:1: unknown key 'x'"),
    ("\nfial-on = 1\n", "csplint.toml:2:1: unknown key 'fial-on'; did you mean 'fail-on'?"),
    ('extend-selct = ["SEC"]\n', "csplint.toml:1:1: unknown key 'extend-selct'; did you mean 'extend-select'?"),
    ('extend-select = "SEC"\n', "csplint.toml:1:1: extend-select: expected an array, got a string"),
    ('\nextend-select = ["nosuch"]\n', "csplint.toml:2: there is no rule 'nosuch'"),
    ('[[target]]\nname = "a"\nurrl = "b"\n', "csplint.toml:3:1: unknown key 'urrl'; did you mean 'url'?"),
    ('[[ignore]]\nrule = "script-host-missing"\n', "csplint.toml:1:3: ignore[0]: missing key 'reason'"),
    (
        '[[ignore]]\nrule = "scrip-host-missing"\nreason = "r"\n',
        "csplint.toml:1: there is no rule 'scrip-host-missing'; did you mean 'script-host-missing'?",
    ),
    ('[severity]\nVEL01 = "info"\n', ""),
    ('[severity]\nnosuch-rule-at-all = "info"\n', "csplint.toml:2: there is no rule 'nosuch-rule-at-all'"),
    ("packs = [\n", "csplint.toml:"),
    ('features = ["snouds"]\n', "csplint.toml:1: there is no feature 'snouds'"),
    (
        '[[target]]\nname = "a"\nurl = "https://a.example/"\nfeatures = ["fotns"]\n',
        "csplint.toml:1: there is no feature 'fotns' (the packs have velaro.sounds, velaro.calendly, velaro.video, velaro.fonts); did you mean 'fonts'?",
    ),
    ("jobs = 0\n", "csplint.toml:1:1: jobs: expected an integer >= 1"),
    ("timeout = true\n", "csplint.toml:1:1: timeout: expected a number, got true or false"),
    ('extend = "nosuch.toml"\n', "cannot read the configuration"),
    ('extend = "csplint.toml"\n', "extend leads back to "),
    ('format = "xml"\n', "csplint.toml:1:1: format: 'xml' is not one of text"),
]


@pytest.mark.parametrize(
    ("text", "message"), [case for case in BROKEN if case[1]], ids=[case[1][-40:] for case in BROKEN if case[1]]
)
def test_broken_configuration_ends_in_2_with_the_line(
    repo: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    write(repo, text)
    for command in (["check", "--policy", "x"], ["config"]):
        assert run(command) == 2
        streams = capsys.readouterr()
        assert message in streams.err
        assert "Traceback" not in streams.err


def test_each_fault_has_a_line(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(repo, "x = 1\ny = 2\n")
    assert run(["check"]) == 2
    assert capsys.readouterr().err == f"csplint: {path}:1:1: unknown key 'x'\ncsplint: {path}:2:1: unknown key 'y'\n"


def test_no_fault_is_a_command_for_a_runner(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo, '"##[error]no" = 1\n')
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run(["check"]) == 2
    errors = capsys.readouterr().err
    assert "##\\[error]no" in errors
    assert [line for line in errors.splitlines() if commands(line)] == []


def test_ignore_suppresses_with_its_reason(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as server:
        write(repo, shop(server) + IGNORE + 'target = "shop"\ndirective = "script-src"\nexpires = 2999-12-31\n')
        code, found = report(capsys)
        [target] = found["targets"]
        assert (code, names(target), names(target, "suppressed")) == (0, [], ["script-host-missing"])
        assert target["findings"][0]["suppression"] == {"reason": "TICKET-1", "expires": "2999-12-31"}
        assert found["summary"]["suppressed"] == 1
        assert report(capsys, "--no-ignores")[0] == 1


NARROWED = ['target = "blog"\n', 'directive = "style-src"\n']


@pytest.mark.parametrize("narrowed", NARROWED)
def test_ignore_that_matches_nothing_is_a_finding(
    repo: Path, capsys: pytest.CaptureFixture[str], narrowed: str
) -> None:
    with serve(answer(BAD)) as server:
        path = write(repo, shop(server) + IGNORE + narrowed)
        code, found = report(capsys)
    assert code == 1
    [target] = found["targets"]
    assert names(target) == ["script-host-missing", "unused-ignore"]
    line = path.read_text().splitlines().index("[[ignore]]") + 1
    assert f"{path}:{line}" in target["findings"][1]["message"]


def test_an_expired_ignore_does_not_apply(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(answer(BAD)) as server:
        write(repo, shop(server) + IGNORE + "expires = 2020-01-01\n")
        code, found = report(capsys)
    assert code == 1
    assert names(found["targets"][0]) == ["script-host-missing", "expired-ignore"]


def test_page_cannot_suppress(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Comments, headers and meta elements of a page that look like settings do nothing."""
    page = Page(
        "evil",
        f"script-src 'self'; {REST}",
        f"<!-- csplint: ignore script-host-missing -->{TAG}",
        headers=(("X-Csplint-Ignore", "*"),),
    )
    with serve(answer(page)) as server:
        write(repo, shop(server))
        assert names(report(capsys)[1]["targets"][0]) == ["script-host-missing"]


def test_select_ignore_severity_and_min_severity(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = ["--pack", "velaro", "--policy", "script-src 'self'; connect-src 'self'; img-src 'self'"]
    everything = names(report(capsys, *policy)[1]["targets"][0])
    assert {"script-host-missing", "missing-connect-api", "missing-img-data"} <= set(everything)
    assert names(report(capsys, *policy, "--select", "VEL02")[1]["targets"][0]) == [
        each for each in everything if "connect" in each
    ]
    assert names(report(capsys, *policy, "--ignore", "VEL02,script-host-missing")[1]["targets"][0]) == [
        each for each in everything if "img" in each
    ]
    _, found = report(capsys, *policy, "--select", "script-host-missing", "--severity", "VEL001=info")
    assert [each["severity"] for each in found["targets"][0]["findings"]] == ["info"]
    _, found = report(capsys, *policy, "--severity", "script-host-missing=info", "--min-severity", "warning")
    assert "script-host-missing" not in names(found["targets"][0])
    assert run(["check", *policy, "--select", "nosuch-rule"]) == 2
    assert "csplint: --select: there is no rule 'nosuch-rule'" in capsys.readouterr().err


def test_several_outputs_in_one_run(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["check", "--policy", "script-src 'self'", "--output", "json=a.json", "--output", "text=a.txt", "-v"]) == 1
    )
    shown = capsys.readouterr().out
    assert "error[VEL001]" in shown
    assert (repo / "deploy/a.txt").read_text(encoding="utf-8") == shown
    assert json.loads((repo / "deploy/a.json").read_text())["run"]["exit_code"] == 1
    assert run(["check", "--policy", "script-src 'self'", "-q", "--output", "text=b.txt"]) == 1
    assert "requirement" not in capsys.readouterr().out
    assert (repo / "deploy/b.txt").read_text(encoding="utf-8") == shown
    assert run(["check", "--policy", "x", "--output", "json"]) == 2
    assert run(["check", "--policy", "x", "--output", "json=nosuch/a.json"]) == 2


def test_exit_zero(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--policy", "script-src 'self'", "--exit-zero"]) == 0
    assert run(["check", "nosuch.har", "--exit-zero"]) == 3
