"""Files that are made to be much work: what is read is bounded by counts, and the limits say what was left out."""

from __future__ import annotations

import pytest

from csplint.servers.caddy import headers as caddy
from csplint.servers.code import trees
from csplint.servers.fault_lists import MOST_FAULTS
from csplint.servers.nginx import variables as nginx
from csplint.servers.registry import recognise
from csplint.servers.source import Source, SourceError

CSP = "Content-Security-Policy"


def read(name: str, text: str) -> Source:
    data = text.encode()
    server = recognise(name, data)
    assert server is not None
    return server.read(data, lambda _: None)


def many(text: str, count: int) -> str:
    return "".join(text.replace("#", str(number)) for number in range(count))


def test_caddy_looks_at_so_many_parts() -> None:
    found = read("Caddyfile", many(f"a#.example {{\n\theader {CSP} a\n}}\n", caddy.MOST_RESPONSES + 1))
    assert len(found.responses) == caddy.MOST_RESPONSES
    assert "csplint looked only at the first 300 parts of the sites, because the file has so many." in found.limits


def test_caddy_compares_so_many_matchers() -> None:
    """A thousand paths are compared with a thousand others: the first parts are read, and the limit says how many."""
    found = read("Caddyfile", "a.example {\n" + many(f"header /a#* {CSP} a\n", 1_000) + "}\n")
    assert 1 < len(found.responses) < caddy.MOST_RESPONSES
    assert f"first {len(found.responses)} parts" in found.limits[0]


def test_caddy_reads_one_large_block() -> None:
    """What is set once each needs one step each."""
    found = read("Caddyfile", "a.example {\nheader {\n" + many("X-# a\n", 20_000) + f"{CSP} a\n}}\n}}\n")
    assert [each.name for each in found.responses[0].sent if each.name == CSP] == [CSP]
    assert found.limits == ()


def test_a_matcher_is_as_wide_as_its_paths() -> None:
    found = read(
        "Caddyfile",
        f"a.example {{\n@wide path /x /shop/* /y\nheader @wide {CSP} a\nhandle /shop/cart {{\n}}\nhandle /other {{\n}}\n}}\n",
    )
    sent = {each.scope: [one.name for one in each.sent] for each in found.responses}
    assert sent["handle /shop/cart in site a.example"] == [CSP]
    assert sent["handle /other in site a.example"] == []


def test_long_names_are_shortened_in_scopes() -> None:
    found = read("Caddyfile", many("a#.example, ", 5_000) + f"b.example {{\nheader {CSP} a\n}}\n")
    assert [len(each.scope) for each in found.responses] == [len("site ") + 120]


def test_nginx_follows_so_many_characters_of_set() -> None:
    sets = many('set $a# "$b$b";\nset $b "$a#";\n', 40)
    found = read("nginx.conf", f"server {{\nset $b abcdefgh;\n{sets}add_header {CSP} $b;\n}}\n")
    assert [each for each in found.limits if "`set`" in each] == [
        f"The `set` directives make more than {nginx.MOST_SET:,} characters; csplint did not follow the rest."
    ]


def test_nginx_reports_a_lost_header_once_a_block() -> None:
    around = f"add_header {CSP} a;\n" * 20
    found = read("nginx.conf", f"server {{\n{around}location / {{ add_header X y; }}\n}}\n")
    assert [each.rule for each in found.faults].count("header-lost-by-nesting") == 1


def test_a_key_of_toml_has_so_many_parts() -> None:
    with pytest.raises(SourceError, match="more than 100 parts"):
        read("netlify.toml", "a." * 200 + "b = 1")
    read("netlify.toml", f'[[headers]]\nfor = "/*"\n[headers.values]\n{CSP} = "script-src {"a.example " * 200}"\n')


def test_so_many_faults_are_reported() -> None:
    one = f'<add name="{CSP}" value="a" />'
    found = read(
        "web.config",
        "<configuration><system.webServer><httpProtocol><customHeaders>"
        + one * 1_000
        + "</customHeaders></httpProtocol></system.webServer></configuration>",
    )
    assert len(found.faults) == MOST_FAULTS


def test_a_program_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST_SECONDS", -1.0)
    with pytest.raises(SourceError, match="stopped reading this PHP"):
        read("a.php", "<?php\n" + f'header("{CSP}: a");\n' * 100)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nginx.conf", f"http {{ add_header {CSP} a; " + "location / {" * 50_000),
        ("Caddyfile", "handle {\n" * 50_000),
        (".htaccess", "<IfModule a>\n" * 30_000),
        ("vercel.json", '{"headers": ' + "[" * 500_000),
        ("netlify.toml", "a = " + "[" * 500_000),
        ("web.config", "<a>" * 500_000),
        ("main.tf", 'resource "aws_cloudfront_response_headers_policy" "a" {\n' + "a {\n" * 300_000),
        ("settings.py", f'response["{CSP}"] = ' + "(" * 300_000),
    ],
)
def test_deep_nesting_is_refused_with_a_sentence(name: str, text: str) -> None:
    with pytest.raises(SourceError):
        read(name, text)
