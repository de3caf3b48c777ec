"""`csplint fix`: one corrected policy that can be sent as it is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.csp.policy import Delivered, parse_policies
from tests.guide.pages import INLINE, TAG
from tests.servers import HTML, Answer, serve

CSP = "Content-Security-Policy"

POLICY = "default-src 'self'; script-src 'self' https://app-cdn.velaro.com"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = run(["fix", *arguments])
    return code, capsys.readouterr().out


def test_the_header_can_be_sent_as_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = printed(capsys, "--policy", POLICY, "--as", "header")
    name, header = out.splitlines()
    assert (code, name) == (0, "# policy")
    value = header.removeprefix("Content-Security-Policy: ")
    assert value.startswith(f"{POLICY}; connect-src 'self' https://*.velaro.com")
    assert run(["check", "--policy", value]) == 0
    assert printed(capsys, "--policy", value, "--as", "header") == (0, "# policy\n# nothing to correct\n")


def test_a_diff_has_a_line_for_each_directive(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = printed(capsys, "--policy", "default-src 'self", "--as", "diff")
    lines = out.splitlines()
    assert "-Content-Security-Policy: default-src 'self" in lines
    assert "+Content-Security-Policy: default-src 'self';" in lines


@pytest.mark.parametrize("form", ["diff", "header", "meta"])
def test_no_nonce_is_printed_to_be_copied(capsys: pytest.CaptureFixture[str], form: str) -> None:
    nonce = "3TmVbQn7LkHsYw2RzXcAfg=="
    policy = f"script-src 'nonce-{nonce}'; object-src 'none'; base-uri 'none'"
    _, out = printed(capsys, "--policy", policy, "--as", form)
    assert nonce not in out
    assert "'nonce-{NONCE}' 'strict-dynamic'" in out
    assert "# to do: Replace {NONCE} with a new random value in every response" in out


def test_policies_of_one_line_are_lines_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = printed(capsys, "--policy", "default-src 'self; img-src 'self', form-action 'self'", "--as", "diff")
    lines = [line for line in out.splitlines() if not line.startswith("-")]
    assert lines[1] == "+Content-Security-Policy: default-src 'self';"
    assert sum(line.endswith(",") for line in lines) == 1


def test_a_meta_element_holds_the_policy(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = printed(capsys, "--policy", POLICY, "--as", "meta")
    assert out.splitlines()[1].startswith(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}; ')


def test_what_is_left_is_said_and_ends_in_1(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = printed(
        capsys, "--policy", "script-src 'nonce-{{x}}' 'strict-dynamic'; object-src 'none'; base-uri 'none'"
    )
    assert code == 1
    assert "# to do: " in out


def test_a_page_without_a_policy_gets_one_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    body = f"<!doctype html><title>Shop</title>{TAG}<img src=https://cdn.example/a.png><script>var a=1</script>"
    with serve([Answer(body=body.encode())] * 4) as server:
        code, out = printed(capsys, server.url("/"), "--as", "header")
    header = next(line for line in out.splitlines() if line.startswith("Content-Security-Policy-Report-Only: "))
    [policy] = parse_policies([Delivered(header.partition(": ")[2])])
    assert "https://cdn.example" in policy.in_force["img-src"].value
    assert "'sha256-" in policy.in_force["script-src"].value
    assert "https://app-cdn.velaro.com" in policy.in_force["script-src"].value
    assert "# to do: Send it as Content-Security-Policy-Report-Only first" in out
    assert code == 0


def test_a_page_is_fixed_at_the_first_deploy(capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is sent, and nothing is left to find."""
    body = f"<!doctype html><title>Shop</title>{INLINE}<img src=https://cdn.example/a.png>".encode()
    sent = "default-src 'self; script-src https://.velaro.com"
    with serve([Answer(200, [HTML, (CSP, sent)], body)] * 4) as server:
        _, out = printed(capsys, server.url("/"), "--as", "json")
    [target] = json.loads(out)
    [header] = target["corrected"]["headers"]
    with serve([Answer(200, [HTML, (CSP, header["after"])], body)] * 4) as server:
        assert run(["check", server.url("/"), "--format", "json"]) == 0
        [checked] = json.loads(capsys.readouterr().out)["targets"]
    assert checked["verdict"]["state"] == "works"


def test_a_failed_target_ends_in_3(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = printed(capsys, "nosuch.txt")
    assert code == 3
    assert "could not be checked" in out


def test_hostile_text_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("diff", "header", "meta", "json"):
        _, out = printed(capsys, "--policy", "img-src 'self' \x1b[31m\u202e; script-src \"'self'\"", "--as", form)
        assert "\x1b" not in out
        assert "\u202e" not in out


FRESH = [HTML, (CSP, POLICY), ("Cache-Control", "no-store")]


@pytest.mark.parametrize("form", ["diff", "header", "meta", "json"])
def test_strict_prints_a_policy_by_nonce_and_the_tags_that_need_it(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    with serve(Answer(200, FRESH, f"<!doctype html><title>Shop</title>\n{INLINE}".encode())) as server:
        code, out = printed(capsys, server.url("/"), "--strict", "--as", form)
    assert code == 1
    assert out.count("'nonce-{NONCE}' 'strict-dynamic' https: http: 'unsafe-inline'") == 1
    assert "it is the embed of the Velaro live chat" in out
    assert "Replace {NONCE} with a new random value in every response" in out
    assert out.count("'nonce-") == 1
    assert ("A nonce in a file is the same for every visitor" in out) == (form == "meta")


def test_strict_ends_in_0_where_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    cached = [HTML, (CSP, POLICY), ("Cache-Control", "public, max-age=600")]
    with serve(Answer(200, cached, f"<!doctype html><title>Shop</title>\n{INLINE}".encode())) as server:
        code, out = printed(capsys, server.url("/"), "--strict", "--as", "header")
    assert code == 0
    assert "script-src 'sha256-" in out
    assert "nonce-" not in out


def test_strict_compares_two_responses_before_it_hashes(capsys: pytest.CaptureFixture[str]) -> None:
    cached = [HTML, (CSP, POLICY), ("Cache-Control", "public, max-age=600")]
    bodies = [f"<!doctype html><title>Shop</title>{INLINE}<script>var t = {number}</script>" for number in range(4)]
    with serve([Answer(200, cached, body.encode()) for body in bodies]) as server:
        code, out = printed(capsys, server.url("/"), "--strict", "--as", "header")
    assert code == 1
    assert out.count("'sha256-") == 1
    assert "differs in each response" in out


def test_a_policy_that_gets_a_nonce_ends_in_1(capsys: pytest.CaptureFixture[str]) -> None:
    """The server has to be taught to make it."""
    assert printed(capsys, "--policy", POLICY, "--strict")[0] == 1
    assert printed(capsys, "nosuch.txt", "--strict")[0] == 3


def test_hostile_text_is_escaped_in_steps(capsys: pytest.CaptureFixture[str]) -> None:
    cached = [HTML, (CSP, POLICY), ("X-Cache", "HIT \x1b[31m")]
    body = f"<!doctype html>{TAG}<script src='/a.js?</script>\u202e' data-\x1b='\u202e</script><!--'></script>"
    with serve(Answer(200, cached, body.encode())) as server:
        for form in ("diff", "header", "meta", "json"):
            _, out = printed(capsys, server.url("/"), "--strict", "--as", form)
            assert "\x1b" not in out
            assert "\u202e" not in out
            assert out.count("</script>") <= 1
