"""`csplint diff`: two policies, or what two answers send; exit 1 if more is allowed now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.demo.server import shop


def test_looser_is_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "script-src 'self'; img-src *", "script-src 'self' https://a.example; img-src 'self'"]) == 1
    assert capsys.readouterr().out == (
        "✗ 1 thing allowed now and not before:\n    script-src  https://a.example\n✓ 1 thing no longer allowed:\n    img-src  *\n"
    )


def test_tighter_is_exit_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "img-src *", "img-src 'self'", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "looser": [],
        "tighter": [{"directive": "img-src", "source": "*"}],
        "appeared": False,
        "gone": False,
    }


def test_the_same_in_other_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "img-src 'self' https://a.example", "img-src  https://A.example 'self';"]) == 0
    assert "Both allow the same." in capsys.readouterr().out


def test_self_is_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    policies = ["img-src 'self'", "img-src https://shop.example"]
    assert run(["diff", *policies, "--page", "https://shop.example/"]) == 0
    assert run(["diff", *policies, "--page", "https://other.example/"]) == 1


def test_saved_answers_and_configuration_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = tmp_path / "answer.txt"
    answer.write_text(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Security-Policy: img-src 'self'\r\n\r\n<p>x",
        encoding="utf-8",
    )
    headers = tmp_path / "_headers"
    headers.write_text("/*\n  Content-Security-Policy: img-src 'self' https://a.example\n", encoding="utf-8")
    assert run(["diff", str(answer), str(headers)]) == 1
    assert "https://a.example" in capsys.readouterr().out
    assert run(["diff", str(headers), str(answer)]) == 0


def test_pages_are_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    with shop() as address:
        assert run(["diff", f"{address}/no-images", f"{address}/works-nonce"]) == 1
        assert "img-src  data:" in capsys.readouterr().out
        assert run(["diff", f"{address}/works-nonce", f"{address}/works-nonce"]) == 0


def test_what_cannot_be_read_is_exit_3(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    assert run(["diff", str(picture), "img-src *"]) == 3
    assert "an image" in capsys.readouterr().err


def test_a_policy_that_is_gone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = tmp_path / "answer.txt"
    answer.write_text("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x", encoding="utf-8")
    assert run(["diff", "img-src 'self'", str(answer)]) == 1
    assert "no enforced policy any more" in capsys.readouterr().out
