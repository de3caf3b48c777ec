"""
What hostile configuration files cost: CPU seconds and peak memory of one `csplint check FILE` each.

    bench/hostile_files.py [--only WORD] [--command check|fix]

Each case is a file of one format, as large as its reader takes, made of what the format repeats and nests. The limits are
those of bench/hostile.py. A case is also wrong if csplint ends in any other way than with a report or an error of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.hostile import MAX_SECONDS, filled, measured, numbered, said

SMALL = 490_000
"""Bytes of a file for nginx, Apache or Caddy, which are read up to 500 kB."""

LARGE = 1_900_000
"""Bytes of the other files, which are read up to 2 MB."""

CODE_SIZE = 590_000
"""Bytes of programs, which are read up to 600 kB."""

HUGE = 9_900_000
"""Bytes of a file that every reader refuses, and that csplint loads."""

NAME = "Content-Security-Policy"
POLICY = "default-src 'self'; script-src 'self' https://a#.example"
ADD = f'add_header {NAME} "{POLICY}" always;'
SET = f'Header always set {NAME} "{POLICY}"\n'
ITEM = f'{{"source": "/a#/(.*)", "headers": [{{"key": "{NAME}", "value": "{POLICY}"}}]}}'
SITE = f'site#.example {{\n header /a#* {NAME} "{POLICY}"\n}}\n'
CLOUDFRONT = """resource "aws_cloudfront_response_headers_policy" "a#" {
  security_headers_config {
    content_security_policy { content_security_policy = "default-src 'self'" }
  }
}
"""


def times(piece: str, size: int) -> str:
    """The piece with its number in place of every #, as often as there are fewer than `size` characters."""
    return numbered(piece, size // (len(piece) + 4 * piece.count("#")))


def nested(opening: str, closing: str, size: int, inside: str = "") -> str:
    count = size // (len(opening) + len(closing))
    return opening * count + inside + closing * count


FILES: dict[str, tuple[str, Callable[[], str]]] = {
    "nginx: locations": (
        "nginx.conf",
        lambda: "http { server {\n" + ADD + times("location /a# { " + ADD + " }\n", SMALL) + "}}",
    ),
    "nginx: bare locations": (
        "nginx.conf",
        lambda: "http { server {\n" + ADD + times("location /# {}\n", SMALL) + "}}",
    ),
    "nginx: add_header in one block": ("nginx.conf", lambda: "http { server {\n" + times(ADD + "\n", SMALL) + "}}"),
    "nginx: locations without a policy inside": (
        "nginx.conf",
        lambda: "http { server {\n" + ADD * 1_000 + times("location /a# { add_header X y; }\n", SMALL - 100_000) + "}}",
    ),
    "nginx: 100,000 servers": ("nginx.conf", lambda: "http {\n" + ADD + times("server { }\n", HUGE) + "}"),
    "nginx: nesting": ("nginx.conf", lambda: "http { " + nested("location / {", "}", SMALL) + "}"),
    "nginx: maps": (
        "nginx.conf",
        lambda: (
            "http {\n"
            + times("map $a# $b# { default \"default-src 'self'\"; x y; }\n", SMALL - 100_000)
            + "server { "
            + times(f"location /# {{ add_header {NAME} $b#; }}\n", 90_000)
            + "}}"
        ),
    ),
    "nginx: map that names the next": (
        "nginx.conf",
        lambda: (
            "http {\n"
            + "".join(f"map $a $b{n} {{ default $b{n + 1}; x y; }}\n" for n in range(10_000))
            + f"server {{ add_header {NAME} $b0; }}}}"
        ),
    ),
    "nginx: doubling set": (
        "nginx.conf",
        lambda: (
            "http { server {\n"
            + "".join(f'set $b{n + 1} "$b{n}$b{n}";\n' for n in range(10_000))
            + f"add_header {NAME} $b10000; }}}}"
        ),
    ),
    "nginx: a map of many policies": (
        "nginx.conf",
        lambda: (
            "http {\nmap $host $csp {\n"
            + times(f'a# "{POLICY}";\n', SMALL - 1_000)
            + f"}}\nserver {{ add_header {NAME} $csp; }} }}"
        ),
    ),
    "nginx: one long value": (
        "nginx.conf",
        lambda: f'http {{ server {{ add_header {NAME} "script-src {times("https://a#.example ", SMALL - 1_000)}"; }}}}',
    ),
    "nginx: variables in one value": (
        "nginx.conf",
        lambda: f'http {{ server {{ add_header {NAME} "script-src {times("$a# ", SMALL - 1_000)}"; }}}}',
    ),
    "nginx: if": (
        "nginx.conf",
        lambda: (
            "http { server { location / {"
            + ADD
            + times('if ($host = a#) { set $x "a$x"; ' + ADD + " }\n", SMALL)
            + "}}}"
        ),
    ),
    "Apache: Location": (".htaccess", lambda: SET + times(f"<Location /a#>\n{SET}</Location>\n", SMALL)),
    "Apache: bare Location": ("httpd.conf", lambda: SET + times("<Location /#>\nHeader set X y\n</Location>\n", SMALL)),
    "Apache: If": (".htaccess", lambda: SET + times(f"<If \"%{{HTTP_HOST}} == 'a#'\">\n{SET}</If>\n", SMALL)),
    "Apache: merge in one file": (".htaccess", lambda: times(f'Header merge {NAME} "a# b"\n', SMALL)),
    "Apache: append in one file": (".htaccess", lambda: times(f'Header append {NAME} "a# b"\n', SMALL)),
    "Apache: add and edit": (
        ".htaccess",
        lambda: times(f'Header add {NAME} "a# b"\n', SMALL // 2) + times(f'Header edit {NAME} "a" "bb"\n', SMALL // 2),
    ),
    "Apache: doubling edit*": (".htaccess", lambda: SET + times(f'Header edit* {NAME} "self" "selfself"\n', SMALL)),
    "Apache: nesting": (".htaccess", lambda: nested("<IfModule mod_headers.c>\n", "</IfModule>\n", SMALL) + SET),
    "Apache: virtual hosts": (
        "httpd.conf",
        lambda: SET + times(f"<VirtualHost *:#>\nServerName a#\n{SET}</VirtualHost>\n", SMALL),
    ),
    "Apache: Define": (
        "httpd.conf",
        lambda: (
            "".join(f'Define a{n + 1} "${{a{n}}}${{a{n}}}"\n' for n in range(9_000))
            + f'Header set {NAME} "${{a8000}}"\n'
        ),
    ),
    "Apache: continued lines": ("httpd.conf", lambda: SET + filled("\\\n", SMALL)),
    "Caddy: sites": ("Caddyfile", lambda: times(SITE, SMALL)),
    "Caddy: header with paths": (
        "Caddyfile",
        lambda: "a.example {\n" + times(f'header /a#* {NAME} "a"\n', SMALL) + "}",
    ),
    "Caddy: matchers": (
        "Caddyfile",
        lambda: "a.example {\n" + times(f'@m# path /a# /b#*\nheader @m# {NAME} "a"\n', SMALL) + "}",
    ),
    "Caddy: wide matchers": (
        "Caddyfile",
        lambda: (
            "a.example {\n"
            + "".join(
                f'@m{n} path {" ".join(f"/a{m}*" for m in range(200))}\nheader @m{n} {NAME} "a"\n' for n in range(350)
            )
            + "}"
        ),
    ),
    "Caddy: handles": (
        "Caddyfile",
        lambda: "a.example {\n" + times(f'handle /a#* {{\nheader {NAME} "a"\n}}\n', SMALL) + "}",
    ),
    "Caddy: headers and handles": (
        "Caddyfile",
        lambda: (
            "a.example {\n"
            + times(f'header {NAME} "a"\n', SMALL // 2)
            + times("handle /a#* {\nheader X y\n}\n", SMALL // 2)
            + "}"
        ),
    ),
    "Caddy: one header block of adds": (
        "Caddyfile",
        lambda: "a.example {\nheader {\n" + times(f'+{NAME} "a#"\n', SMALL) + "}\n}",
    ),
    "Caddy: one header block of names": (
        "Caddyfile",
        lambda: "a.example {\nheader {\n" + times("X-# a\n", SMALL) + "}\n}",
    ),
    "Caddy: replace": (
        "Caddyfile",
        lambda: f"a.example {{\nheader {NAME} a\nheader {{\n" + times(f"{NAME} a aa\n", SMALL) + "}\n}",
    ),
    "Caddy: nesting": ("Caddyfile", lambda: nested("handle {\n", "}\n", SMALL)),
    "Caddy: snippets": (
        "Caddyfile",
        lambda: (
            "(a0) {\nheader X y\n}\n"
            + "".join(f"(a{n + 1}) {{\nimport a{n}\nimport a{n}\n}}\n" for n in range(2_000))
            + "a.example {\nimport a1000\n}\n"
        ),
    ),
    "Caddy: a large snippet, many times": (
        "Caddyfile",
        lambda: (
            "(a) {\n"
            + times("header X# y\n", SMALL - 10_000)
            + "}\n"
            + "".join(f"a{n}.example {{\nimport a\n}}\n" for n in range(200))
        ),
    ),
    "Caddy: routes": ("Caddyfile", lambda: "a.example {\n" + times(f'route {{\nheader {NAME} "a#"\n}}\n', SMALL) + "}"),
    "Caddy: names of sites": ("Caddyfile", lambda: times("a#.example, ", SMALL) + f"b {{\nheader {NAME} a\n}}"),
    "Caddy: handles, long names": (
        "Caddyfile",
        lambda: (
            times("a#.example, ", SMALL // 2)
            + "b {\n"
            + times(f"handle /a#* {{\nheader {NAME} a\n}}\n", SMALL // 2)
            + "}"
        ),
    ),
    "_headers: rules": ("_headers", lambda: times(f"/a#/*\n  {NAME}: {POLICY}\n", LARGE)),
    "_headers: 4,900 lines": ("_headers", lambda: numbered(f"/a#/*\n  {NAME}: {POLICY}\n", 2_450)),
    "_headers: one path": ("_headers", lambda: "/*\n" + numbered(f"  {NAME}: {POLICY}\n", 4_900)),
    "_headers: Cloudflare, 4,900 lines": (
        "_headers",
        lambda: "https://a.example/*\n  ! X\n" + numbered(f"/a#/*\n  {NAME}: {POLICY}\n", 2_400),
    ),
    "_headers: wildcards": ("_headers", lambda: numbered(f"/*{'*a' * 150}#\n  {NAME}: {POLICY}\n", 2_450)),
    "_headers: comments": ("_headers", lambda: f"/*\n  {NAME}: a\n" + filled("# a\n", LARGE)),
    "netlify.toml: rules": (
        "netlify.toml",
        lambda: times(f'[[headers]]\nfor = "/a#/*"\n[headers.values]\n{NAME} = "{POLICY}"\n', LARGE),
    ),
    "netlify.toml: nested lists": ("netlify.toml", lambda: "a = " + nested("[", "]", LARGE)),
    "netlify.toml: nested tables": ("netlify.toml", lambda: "a = " + "{a=" * 400_000 + "1" + "}" * 400_000),
    "netlify.toml: dotted": ("netlify.toml", lambda: "a." * 900_000 + "b = 1"),
    "netlify.toml: keys": ("netlify.toml", lambda: "[a]\n" + times("a# = 1\n", LARGE)),
    "netlify.toml: list value": (
        "netlify.toml",
        lambda: f'[[headers]]\nfor = "/*"\n[headers.values]\n{NAME} = [' + times("'a#',\n", LARGE) + "]",
    ),
    "vercel.json: rules": ("vercel.json", lambda: '{"headers": [' + times(ITEM + ",\n", LARGE) + ITEM + "]}"),
    "vercel.json: 2,000 rules": ("vercel.json", lambda: '{"headers": [' + numbered(ITEM + ",\n", 2_000) + ITEM + "]}"),
    "vercel.json: nesting": ("vercel.json", lambda: '{"headers": ' + nested("[", "]", LARGE) + "}"),
    "vercel.json: nested objects": ("vercel.json", lambda: '{"a":' * 300_000 + "1" + "}" * 300_000),
    "vercel.json: keys": ("vercel.json", lambda: "{" + times('"a#": 1,\n', LARGE) + '"b": 1}'),
    "vercel.json: routes": (
        "vercel.json",
        lambda: (
            '{"routes": ['
            + numbered(f'{{"src": "/a#(.*)(.*)(.*)", "headers": {{"{NAME}": "{POLICY}"}}}},\n', 4_000)
            + '{"src": "/b"}]}'
        ),
    ),
    "firebase.json: rules": (
        "firebase.json",
        lambda: '{"hosting": {"headers": [' + times(ITEM + ",\n", LARGE) + ITEM + "]}}",
    ),
    "firebase.json: sites": (
        "firebase.json",
        lambda: '{"hosting": [' + numbered('{"site": "a#", "headers": [' + ITEM + "]},\n", 4_000) + "{}]}",
    ),
    "firebase.json: comments": (
        "firebase.json",
        lambda: '{"hosting": ' + filled("/* a */", LARGE) + '{"headers": [' + ITEM + "]}}",
    ),
    "firebase.json: globs": (
        "firebase.json",
        lambda: (
            '{"hosting": {"headers": ['
            + numbered(f'{{"source": "{"**/{a,b}" * 100}#", "headers": [{{"key": "{NAME}", "value": "a"}}]}},\n', 1_000)
            + ITEM
            + "]}}"
        ),
    ),
    "staticwebapp: routes": (
        "staticwebapp.config.json",
        lambda: (
            '{"routes": ['
            + times(f'{{"route": "/a#/*", "headers": {{"{NAME}": "{POLICY}"}}}},\n', LARGE)
            + '{"route": "/b"}]}'
        ),
    ),
    "web.config: locations": (
        "web.config",
        lambda: (
            "<configuration>"
            + times(
                '<location path="a#"><system.webServer><httpProtocol><customHeaders>'
                f'<add name="{NAME}" value="{POLICY}" /></customHeaders></httpProtocol></system.webServer></location>\n',
                LARGE,
            )
            + "</configuration>"
        ),
    ),
    "web.config: headers": (
        "web.config",
        lambda: (
            "<configuration><system.webServer><httpProtocol><customHeaders>"
            + times(f'<remove name="X-#"/><add name="{NAME}" value="{POLICY}" />', LARGE)
            + "</customHeaders></httpProtocol></system.webServer></configuration>"
        ),
    ),
    "web.config: nesting": ("web.config", lambda: nested("<a>", "</a>", LARGE)),
    "web.config: nesting, open": ("web.config", lambda: filled("<a>", LARGE)),
    "web.config: attributes": ("web.config", lambda: "<a " + times('a#="1" ', LARGE) + "/>"),
    "web.config: entities": (
        "web.config",
        lambda: (
            '<!DOCTYPE a [<!ENTITY a0 "a">'
            + "".join(f'<!ENTITY a{n + 1} "&a{n};&a{n};">' for n in range(100))
            + "]><configuration>&a100;</configuration>"
        ),
    ),
    "Terraform: policies": ("main.tf", lambda: times(CLOUDFRONT, LARGE)),
    "Terraform: nesting": ("main.tf", lambda: CLOUDFRONT + nested("a {\n", "}\n", LARGE)),
    "Terraform: nested lists": ("main.tf", lambda: CLOUDFRONT + "a = " + nested("[", "]", LARGE)),
    "Terraform: nested templates": ("main.tf", lambda: CLOUDFRONT + 'a = "' + '${"' * 300_000),
    "Terraform: attributes": ("main.tf", lambda: CLOUDFRONT + times("a# = 1\n", LARGE)),
}


class Language(NamedTuple):
    """
    A language's test file. sends: a statement that sends a policy. brackets, blocks: two ways of nesting. end: of a statement.
    before, after: what a whole file has around its statements. variable: the sign of variables. plus: joins strings.
    """

    file: str
    sends: str
    brackets: tuple[str, str]
    blocks: tuple[str, str]
    end: str = ";\n"
    before: str = ""
    after: str = ""
    variable: str = ""
    plus: str = "+"


LANGUAGES = {
    "Python": Language("settings.py", f'response["{NAME}"] = "{POLICY}"\n', ("(", ")"), ("[", "]"), end="\n"),
    "PHP": Language(
        "index.php",
        f'$response->header("{NAME}", "{POLICY}");\n',
        ("(", ")"),
        ("if (1) {", "}"),
        before="<?php\n",
        variable="$",
        plus=".",
    ),
    "JavaScript": Language(
        "next.config.js", f'res.setHeader("{NAME}", "{POLICY}");\n', ("(", ")"), ("f({b: [", "]});")
    ),
    "TypeScript": Language("proxy.ts", f'res.setHeader("{NAME}", "{POLICY}");\n', ("(", ")"), ("if (1) {", "}")),
    "Ruby": Language("a.rb", f'response.set_header("{NAME}", "{POLICY}")\n', ("(", ")"), ("if 1\n", "\nend"), end="\n"),
    "Java": Language(
        "A.java",
        f'response.setHeader("{NAME}", "{POLICY}");\n',
        ("(", ")"),
        ("if (true) {", "}"),
        before="class A { void a() {\n",
        after="}}",
    ),
    "C#": Language(
        "A.cs",
        f'Response.Headers.Append("{NAME}", "{POLICY}");\n',
        ("(", ")"),
        ("if (true) {", "}"),
        before="class A { void A() {\n",
        after="}}",
    ),
}


def program(language: Language, statements: Callable[[Language], str]) -> str:
    """Statements as a whole file of that language."""
    return language.before + statements(language) + language.after


def sending(language: Language, value: str) -> str:
    """The statement with another value."""
    return language.sends.replace(f'"{POLICY}"', value)


def names_of_names(language: Language) -> str:
    sign, plus = language.variable, language.plus
    made = "".join(f"{sign}a{n + 1} = {sign}a{n} {plus} {sign}a{n}{language.end}" for n in range(3_000))
    return made + sending(language, f"{sign}a2000")


STATEMENTS: dict[str, Callable[[Language], str]] = {
    "statements": lambda each: times(each.sends, CODE_SIZE),
    "2,000 statements": lambda each: numbered(each.sends, 2_000),
    "brackets": lambda each: f"{each.sends}{each.variable}a = {nested(*each.brackets, CODE_SIZE - 500, '1')}{each.end}",
    "20,000 brackets": lambda each: f"{each.sends}{each.variable}a = {nested(*each.brackets, 40_000, '1')}{each.end}",
    "blocks": lambda each: each.sends + nested(*each.blocks, CODE_SIZE),
    "5,000 blocks": lambda each: each.sends + each.blocks[0] * 5_000 + each.sends + each.blocks[1] * 5_000,
    "concatenation": lambda each: sending(each, '"a"' + f' {each.plus} "a"' * 60_000),
    "2,000 parts of one value": lambda each: sending(each, '"a"' + f' {each.plus} "a"' * 2_000),
    "names of names": names_of_names,
    "one long value": lambda each: sending(each, '"' + times("a# ", CODE_SIZE) + '"'),
    "strings without an end": lambda each: each.sends + filled('"a\n', CODE_SIZE),
}

for title, language in LANGUAGES.items():
    for kind, statements in STATEMENTS.items():
        FILES[f"{title}: {kind}"] = (language.file, partial(program, language, statements))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="run the cases whose name contains this")
    parser.add_argument("--command", choices=("check", "fix"), default="check")
    chosen = parser.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        for title, (name, make) in FILES.items():
            if chosen.only in title:
                (Path(folder) / name).write_text(make())
                cost = measured([chosen.command, name, "--page", "https://shop.example/"], Path(folder))
                worst += said(title, cost, MAX_SECONDS) or cost.code not in {0, 1, 3}
    return min(worst, 1)


if __name__ == "__main__":
    sys.exit(main())
