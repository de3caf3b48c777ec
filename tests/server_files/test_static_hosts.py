"""What each static host sends for a file: which rules apply to a path, in which order, and what is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from csplint.servers import (
    azure_static,
    cloudflare_headers,
    cloudfront,
    firebase,
    netlify_headers,
    netlify_toml,
    vercel,
    web_config,
)
from csplint.servers.path_patterns import (
    covers,
    glob_pattern,
    headers_file_pattern,
    is_page,
    netlify_pattern,
    regexp_pattern,
)
from csplint.servers.source import STAND_IN, apply_edits
from tests.static_hosts import CSP, by_scope, faults, policy, read, rewritten, values

HEADERS_CASES = [
    # what the file says                                         what each part of the site gets from Netlify
    ("/*\n {0}: a", {"path /*": ["a"]}),
    ("/*\n{0}:a\n", {"path /*": ["a"]}),
    ("/*\n  content-security-policy : a\n", {"path /*": ["a"]}),
    ("/*\n {0}: a\n {0}: b", {"path /*": ["a", "b"]}),
    ("/*\n {0}: a\n/shop/*\n {0}: b", {"path /*": ["a"], "path /shop/*": ["b"]}),
    ("/*\n {0}: a\n/*\n X: b", {"path /*": ["a"]}),
    ("/*\n {0}: a\n/shop/*\n X-Frame-Options: b", {"path /*": ["a"], "path /shop/*": ["a"]}),
    ("/shop/*\n {0}: b\n/*\n {0}: a", {"path /shop/*": ["a"]}),
    ("/*\n # {0}: a\n#/x\n {0}: b # c", {"path /*": ["b # c"]}),
    ("/*\n {0}: a,b ,  c", {"path /*": ["a, b, c"]}),
    ("/*\n {0}:\n", {"path /*": []}),
    ("{0}: a\n", {}),
    ("", {}),
]


@pytest.mark.parametrize(("text", "wanted"), HEADERS_CASES)
def test_netlify_headers(text: str, wanted: dict[str, list[str]]) -> None:
    assert by_scope(read(netlify_headers.SERVER, text.format(CSP))) == wanted


CLOUDFLARE_CASES = [
    ("/*\n {0}: a\n/shop/*\n {0}: b", {"path /*": ["a"], "path /shop/*": ["a", "b"]}),
    ("/shop/*\n {0}: b\n/*\n {0}: a", {"path /shop/*": ["b", "a"], "path /*": ["a"]}),
    ("/*\n {0}: a\n/shop/*\n ! {0}\n {0}: b", {"path /*": ["a"], "path /shop/*": ["b"]}),
    ("/*\n {0}: a\n/shop/*\n ! {0}", {"path /*": ["a"], "path /shop/*": []}),
    ("/shop/*\n ! {0}\n X: y\n/*\n {0}: a", {"path /shop/*": ["a"]}),
    ("/*\n {0}: a\n/*\n X: b", {"path /*": []}),
    ("/*\n {0}: a\n/*\n # nothing", {"path /*": ["a"]}),
    ("https://x.pages.dev/*\n {0}: a\n/*\n {0}: b", {"path https://x.pages.dev/*": ["a", "b"], "path /*": ["b"]}),
    (
        "https://x.dev/*\n {0}: a\nhttps://y.dev/*\n {0}: b",
        {"path https://x.dev/*": ["a"], "path https://y.dev/*": ["b"]},
    ),
    ("/*\n {0}: " + "a" * 2000, {}),
    ("/*\n {0}: " + "a" * 1975, {"path /*": ["a" * 1975]}),
]


@pytest.mark.parametrize(("text", "wanted"), CLOUDFLARE_CASES)
def test_cloudflare_headers(text: str, wanted: dict[str, list[str]]) -> None:
    assert by_scope(read(cloudflare_headers.SERVER, text.format(CSP))) == wanted


def test_cloudflare_ignores_long_lines_and_what_follows_100_paths() -> None:
    text = f"/*\n {CSP}: {'a' * 2000}\n" + "".join(f"/{n}\n X: y\n" for n in range(101))

    assert [rule for rule, _ in faults(read(cloudflare_headers.SERVER, text), text)] == [
        "line-too-long",
        "too-many-rules",
    ]
    assert ("too-many-rules", "/100") in faults(read(cloudflare_headers.SERVER, text), text)
    assert [rule for rule, _ in faults(read(netlify_headers.SERVER, text), text)] == ["line-too-long"]


def test_cloudflare_counts_astral_characters_twice() -> None:
    text = f"/*\n {CSP}: {'😀' * 988}"  # 25 + 1976 = 2001

    assert [rule for rule, _ in faults(read(cloudflare_headers.SERVER, text), text)] == ["line-too-long"]


def test_a_line_that_would_be_too_long_is_not_written() -> None:
    data = f"/*\n {CSP}: a\n".encode()

    assert rewritten(cloudflare_headers.SERVER, data, "b" * 1975)
    assert rewritten(cloudflare_headers.SERVER, data, "b" * 1976) is None


def test_a_comment_after_a_policy_can_be_taken_out() -> None:
    text = f"/*\r\n  {CSP}: img-src *;  # ours\r\n"
    (fault,) = read(netlify_headers.SERVER, text).faults

    assert apply_edits(text.encode(), fault.edits) == f"/*\r\n  {CSP}: img-src *;\r\n".encode()


def test_a_placeholder_in_a_value_is_computed() -> None:
    source = read(cloudflare_headers.SERVER, f"/shop/:item/*\n {CSP}: img-src https://:item.example/:splat data:\n")

    assert policy(source).computed == (":item", ":splat")
    assert cloudflare_headers.SERVER.write(b"", policy(source), "img-src a") is None


TOML_CASES = [
    ('[[headers]]\nfor = "/*"\n[headers.values]\n{0} = "a"', {"path /*": ["a"]}),
    (
        '[[headers]]\n[headers.values]\n{0} = "a"\n[[headers]]\nfor="/b"\n[headers.values]\n{0} = "b"',
        {"path /b": ["b"]},
    ),
    ('[[ headers ]]\n"for" = "/*"\nvalues."{0}" = "a"', {"path /*": ["a"]}),
    ("headers = [\n {{for = '/*', values = {{ '{0}' = 'a' }} }}, # c\n]", {"path /*": ["a"]}),
    ('[[headers]]\nfor = "/*"\n[headers.values]\n{0} = """\n  a \\\n   b\\u0020c"""', {"path /*": ["a b c"]}),
    ('[[headers]]\nfor = "/*"\n[headers.values]\n{0} = """a "" b"""""', {"path /*": ['a "" b""']}),
    ("[[headers]]\nfor = '/*'\n[headers.values]\n{0} = '''\r\na\\u0020''b'''", {"path /*": ["a\\u0020''b"]}),
    ("[[headers]]\nfor = '/*'\n[headers.values]\n{0} = 1\n", {"path /*": [None]}),
    ("[headers]\nfor = '/*'\n[headers.values]\n{0} = 'a'\n", {}),
    ("[headers.values]\n{0} = 'a'\n", {}),
    ("headers.for = '/*'\nheaders.values.{0} = 'a'\n", {}),
    ("a = 1979-05-27T07:32:00Z\nb = [1, [2.5, true], {{c = '}}'}}] # [[headers]]\n", {}),
    ("[context.production]\n[[context.production.headers]]\nfor = '/*'\nvalues.{0} = 'a'\n", {}),
    (
        "[[headers]]\nfor = '/*'\nvalues.{0} = 'a'\n[[headers]]\nfor = '/b'\nvalues.{0} = 'b'",
        {"path /*": ["a"], "path /b": ["b"]},
    ),
]


@pytest.mark.parametrize(("text", "wanted"), TOML_CASES)
def test_netlify_toml(text: str, wanted: dict[str, list[str | None]]) -> None:
    assert by_scope(read(netlify_toml.SERVER, text.format(CSP))) == wanted


def test_headers_of_a_context_are_said_to_be_ignored() -> None:
    source = read(netlify_toml.SERVER, "[[context.production.headers]]\nfor = '/*'\n")

    assert any("ignores headers in [context" in each for each in source.limits)


TOML_WRITES = [
    # the string in the file    the new value       the string then, None if it cannot be written
    ('"img-src *"', 'img-src "*"', '"img-src \\"*\\""'),
    ("'img-src *'", "img-src x", "'img-src x'"),
    ("'img-src *'", "img-src 'self'", None),
    ("'''img-src *'''", "img-src x", "'''img-src x'''"),
    ('"""img-src *"""', "img-src 'self'", '"""img-src \'self\'"""'),
    ('"img-src *"', "img-src a,b", None),
    ('["img-src *", "b"]', "img-src 'self'", '["img-src \'self\'", "b"]'),
]


@pytest.mark.parametrize(("written", "new", "wanted"), TOML_WRITES)
def test_netlify_toml_writes(written: str, new: str, wanted: str | None) -> None:
    head = f"[[headers]]\nfor = '/*'\n[headers.values]\n{CSP} = "
    made = rewritten(netlify_toml.SERVER, (head + written).encode(), new)

    assert made == (None if wanted is None else (head + wanted).encode())


def rules(*entries: tuple[str, dict[str, str]]) -> list[dict[str, Any]]:
    return [
        {"source": path, "headers": [{"key": name, "value": value} for name, value in headers.items()]}
        for path, headers in entries
    ]


VERCEL_CASES = [
    (rules(("/(.*)", {CSP: "a"})), {"source /(.*)": ["a"]}),
    (rules(("/(.*)", {CSP: "a", CSP.lower(): "b"})), {"source /(.*)": ["b"]}),
    (rules(("/(.*)", {CSP: "a"}), ("/shop/:id", {CSP: "b"})), {"source /(.*)": ["a"], "source /shop/:id": ["b"]}),
    (rules(("/shop/:path*", {CSP: "b"}), ("/(.*)", {CSP: "a"})), {"source /shop/:path*": ["a"]}),
    (rules(("/(.*)", {CSP: "a"}), ("/((?!api).*)", {CSP: "b"})), {"source /(.*)": ["a"], "source /((?!api).*)": ["b"]}),
    ([{**rules(("/(.*)", {CSP: "a"}))[0], "has": [{"type": "host"}]}], {"source /(.*) with conditions (has)": ["a"]}),
    ([{"source": 5, "headers": {"key": 1}}, 7, {"headers": [None, {"key": CSP}]}], {"source ": [None]}),
]


@pytest.mark.parametrize(("entries", "wanted"), VERCEL_CASES)
def test_vercel(entries: object, wanted: dict[str, list[str]]) -> None:
    found = by_scope(read(vercel.SERVER, json.dumps({"headers": entries})))

    assert found == wanted


def test_vercel_reads_the_headers_of_routes() -> None:
    source = read(
        vercel.SERVER,
        json.dumps({"routes": [{"src": "/(.*)", "headers": {CSP: "img-src $1"}}, {"handle": "filesystem"}]}),
    )

    assert by_scope(source) == {"source /(.*)": ["img-src $1"]}
    assert policy(source).computed == ("$1",)


def test_vercel_says_which_paths_it_does_not_compare() -> None:
    source = read(vercel.SERVER, json.dumps({"headers": rules(("/((?!api).*)", {CSP: "a"}), ("/b", {CSP: "b"}))}))

    assert any("/((?!api).*)" in each for each in source.limits)


FIREBASE_CASES = [
    ({"hosting": {"headers": rules(("**", {CSP: "a"}))}}, {"source **": ["a"]}),
    (
        {"hosting": {"headers": rules(("**", {CSP: "a"}), ("/shop/**", {CSP: "b"}))}},
        {"source **": ["a"], "source /shop/**": ["b"]},
    ),
    ({"hosting": {"headers": rules(("/shop/**", {CSP: "b"}), ("**", {CSP: "a"}))}}, {"source /shop/**": ["a"]}),
    (
        {"hosting": {"headers": rules(("**/*.@(js|css)", {CSP: "b"}), ("**", {CSP: "a"}))}},
        {"source **/*.@(js|css)": ["b"], "source **": ["a"]},
    ),
    (
        {
            "hosting": [
                {"target": "shop", "headers": rules(("**", {CSP: "a"}))},
                {"site": "blog", "headers": rules(("**", {CSP: "b"}))},
            ]
        },
        {"site shop, source **": ["a"], "site blog, source **": ["b"]},
    ),
    ({"functions": {}}, {}),
]


@pytest.mark.parametrize(("config", "wanted"), FIREBASE_CASES)
def test_firebase(config: object, wanted: dict[str, list[str]]) -> None:
    assert by_scope(read(firebase.SERVER, json.dumps(config))) == wanted


AZURE_CASES = [
    ({"globalHeaders": {CSP: "a"}}, {"": ["a"]}),
    ({"globalHeaders": {CSP: ""}}, {"": []}),
    (
        {"globalHeaders": {CSP: "a"}, "routes": [{"route": "/b", "headers": {CSP.lower(): "b"}}]},
        {"": ["a"], "route /b": ["b"]},
    ),
    ({"globalHeaders": {CSP: "a"}, "routes": [{"route": "/b*", "headers": {CSP: ""}}]}, {"": ["a"], "route /b*": []}),
    ({"globalHeaders": {CSP: "a"}, "routes": [{"route": "/*"}, {"route": "/b", "headers": {CSP: "b"}}]}, {"": ["a"]}),
    (
        {"globalHeaders": {CSP: "a"}, "routes": [{"route": "/b", "methods": ["POST"], "headers": {CSP: "b"}}]},
        {"": ["a"]},
    ),
    ({"routes": [{"route": "/b", "methods": ["get"], "headers": {CSP: "b"}}]}, {"": [], "route /b": ["b"]}),
]


@pytest.mark.parametrize(("config", "wanted"), AZURE_CASES)
def test_azure(config: object, wanted: dict[str, list[str]]) -> None:
    assert by_scope(read(azure_static.SERVER, json.dumps(config))) == wanted


def web(inside: str, more: str = "") -> str:
    section = "<system.webServer><httpProtocol><customHeaders>{}</customHeaders></httpProtocol></system.webServer>"
    return (
        f"<configuration>{section.format(inside)}"
        + more.replace("[", section.split("{}", maxsplit=1)[0]).replace("]", section.split("{}")[1])
        + "</configuration>"
    )


ADD = '<add name="Content-Security-Policy" value="{}" />'
IIS_CASES = [
    (web(ADD.format("a")), {"": ["a"]}),
    (web(ADD.format("a") + "<clear/>" + ADD.format("b")), {"": ["b"]}),
    (web(ADD.format("a") + '<remove name="content-security-policy"/>'), {"": []}),
    (web(ADD.format("a &amp;&#x26; &lt;&gt;\n\tb")), {"": ["a && <>  b"]}),
    (web(ADD.format("a"), '<location path="shop">[<clear/>]</location>'), {"": ["a"], "location shop": []}),
    (
        web(ADD.format("a"), f'<location path="shop">[<remove name="{CSP}"/>{ADD.format("b")}]</location>'),
        {"": ["a"], "location shop": ["b"]},
    ),
    (web(ADD.format("a"), f'<location path=".">[<clear/>{ADD.format("b")}]</location>'), {"": ["b"]}),
    (
        web(ADD.format("a"), f'<location path="a.css">[<clear/>{ADD.format("b")}]</location>'),
        {"": ["a"], "location a.css": ["b"]},
    ),
    (f"<configuration><x>{ADD.format('a')}</x><!-- {ADD.format('b')} --></configuration>", {"": []}),
]


@pytest.mark.parametrize(("text", "wanted"), IIS_CASES)
def test_iis(text: str, wanted: dict[str, list[str]]) -> None:
    assert by_scope(read(web_config.SERVER, text)) == wanted


def test_iis_a_location_that_adds_what_the_site_has_is_corrected_in_place() -> None:
    text = web(ADD.format("a"), f'<location path="shop">[{ADD.format("b")}]</location>')
    (fault,) = read(web_config.SERVER, text).faults

    assert fault.rule == "duplicate-header"
    assert "below shop" in fault.message
    made = apply_edits(text.encode(), fault.edits)
    assert by_scope(read(web_config.SERVER, made)) == {"": ["a"], "location shop": ["b"]}
    assert not read(web_config.SERVER, made).faults


@pytest.mark.parametrize(("quote", "wanted"), [('"', "a&quot;b'c&amp;d&lt;e>"), ("'", 'a"b&apos;c&amp;d&lt;e>')])
def test_iis_writes_entities(quote: str, wanted: str) -> None:
    text = web(ADD.format("x").replace('"', quote))
    made = rewritten(web_config.SERVER, text.encode(), "a\"b'c&d<e>")

    assert made == text.replace(f"value={quote}x", f"value={quote}{wanted}").encode()


def test_a_nonce_from_terraform_is_the_same_for_everybody() -> None:
    text = (
        'resource "aws_cloudfront_response_headers_policy" "a" { \nsecurity_headers_config {\ncontent_security_policy {\n'
        "content_security_policy = \"script-src 'nonce-${random_id.n.hex}' ${var.more}\"\n}}}"
    )
    source = read(cloudfront.SERVER, text)

    assert values(source.responses[0]) == [f"script-src 'nonce-{STAND_IN}' ${{var.more}}"]
    assert policy(source).computed == ("${random_id.n.hex}", "${var.more}")
    assert [each.rule for each in source.faults] == ["literal-nonce"]
    assert rewritten(cloudfront.SERVER, text.encode(), f"img-src 'nonce-{STAND_IN}' ${{var.more}}")
    assert (
        rewritten(cloudfront.SERVER, text.encode(), "script-src 'self'")
        == text.replace("'nonce-${random_id.n.hex}' ${var.more}", "'self'").encode()
    )


def test_terraform_expressions_are_said_to_be_expressions() -> None:
    text = (
        'resource "aws_cloudfront_response_headers_policy" "a" {\n security_headers_config {\n content_security_policy {\n'
        ' content_security_policy = join("; ", [\n"a", "b"]) # c\n override = true\n}\n}\n'
        ' custom_headers_config {\n items {\n header = "X"\n value = <<-EOT\n  a { b\n  EOT\n }\n'
        ' dynamic "items" {\n for_each = {}\n content {}\n }\n }\n}\n'
    )
    source = read(cloudfront.SERVER, text)

    assert by_scope(source) == {"resource aws_cloudfront_response_headers_policy.a": [None]}
    assert [each for each in source.limits if "expression" in each or "dynamic" in each][1:] == [
        "The value of X in resource aws_cloudfront_response_headers_policy.a is an expression, so it was not read.",
        "resource aws_cloudfront_response_headers_policy.a makes headers with dynamic blocks, which were not read.",
    ]


COVERS = [
    ("/*", "/shop/*", True),
    ("/*", "/", True),
    ("/shop/*", "/shop", True),
    ("/shop/*", "/shopping", False),
    ("/shop/*", "/*", False),
    ("/a/:x", "/a/b", True),
    ("/a/:x", "/a/b/c", False),
    ("/a/:x", "/a/*", False),
    ("/a/:x", "/a/", False),
    ("/a", "/a/", False),
    ("/*.html", "/a/b.html", True),
    ("/a*b*c*d*e*f", "/a*b*c*d*e*f", True),
]


@pytest.mark.parametrize(("general", "specific", "wanted"), COVERS)
def test_covers(general: str, specific: str, wanted: bool) -> None:
    assert covers(headers_file_pattern(general), headers_file_pattern(specific)) is wanted


def test_half_a_surrogate_pair_is_a_replacement_character() -> None:
    source = read(azure_static.SERVER, '{"globalHeaders": {"Content-Security-Policy": "a \\ud800 \\ud83d\\ude00 b"}}')

    assert by_scope(source) == {"": ["a \ufffd 😀 b"]}


def test_a_line_end_in_json_is_reported_at_its_escape() -> None:
    text = '{"globalHeaders": {"Content-Security-Policy": "default-src a;\\r\\n img-src b"}}'

    assert faults(read(azure_static.SERVER, text), text) == [("line-end-in-value", "\\r\\n")]


def test_iis_a_name_that_a_location_adds_twice_itself_is_not_its_sites() -> None:
    text = web(
        ADD.format("a"), f'<location path="shop">[<remove name="{CSP}"/>{ADD.format("b")}{ADD.format("c")}]</location>'
    )
    (fault,) = read(web_config.SERVER, text).faults

    assert not fault.edits
    assert fault.fix == "Merge the two values into one."


def test_netlify_ignores_letter_case_and_a_slash_at_the_end() -> None:
    assert netlify_pattern("/Shop/") == netlify_pattern("/shop")
    assert covers(netlify_pattern("/:a.html"), netlify_pattern("/b"))
    assert netlify_pattern("/") == "/"


def test_patterns_that_cannot_be_compared_are_unknown() -> None:
    assert glob_pattern("**/*.@(js|css)") is None
    assert regexp_pattern("/(?!api)") is None
    assert covers(glob_pattern("**") or "", glob_pattern("a/*.html") or "")
    assert covers(regexp_pattern("/(.*)") or "", regexp_pattern("/:path*") or "")
    assert covers(regexp_pattern("/:path*") or "", regexp_pattern("/a/:id") or "")


@pytest.mark.parametrize(
    ("path", "wanted"), [("/*", True), ("/*.js", False), ("/a/*.html", True), ("/api/*", False), ("/apis", True)]
)
def test_is_page(path: str, wanted: bool) -> None:
    assert is_page(path) is wanted
