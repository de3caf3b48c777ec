"""What the recipes say: parsed by their own languages' parsers, with no nonce to copy, and honest where a server cannot do it."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from csplint.report.to_send import NONCE as PRINTED
from csplint.servers.recipes import quoting
from csplint.servers.recipes.registry import SERVERS, recipe
from csplint.servers.recipes.wanted import NONCE, RecipeError, tidy
from csplint.servers.registry import recognise
from tests.recipes.running import NODE, NONCED, PLAIN, block, node, nonced, plain
from tests.required import missing, program

CSP = "Content-Security-Policy"
OTHERS = [("Reporting-Endpoints", 'csp="https://r.example/?a=%20&b=<c>"')]
CANNOT = {"htaccess", "iis", "vercel", "firebase", "azure", "kubernetes", "traefik"}
"""Nothing of theirs makes a nonce."""


# ------------------------------------------------------------------ parsed


def test_json_of_vercel() -> None:
    (rule,) = json.loads(block(recipe("vercel", PLAIN, headers=OTHERS), "json"))["headers"]
    assert [(each["key"], each["value"]) for each in rule["headers"]] == [(CSP, PLAIN), *OTHERS]
    assert rule["source"] == "/(.*)"


def test_json_of_firebase() -> None:
    (rule,) = json.loads(block(plain("firebase"), "json"))["hosting"]["headers"]
    assert rule == {"source": "**", "headers": [{"key": CSP, "value": PLAIN}]}


def test_json_of_azure() -> None:
    assert json.loads(block(plain("azure"), "json")) == {"globalHeaders": {CSP: PLAIN}}


def test_xml_of_iis() -> None:
    root = ET.fromstring(block(recipe("iis", PLAIN, headers=OTHERS), "xml"))
    found = [each.attrib for each in root.iterfind("system.webServer/httpProtocol/customHeaders/add")]
    assert [(each["name"], each["value"]) for each in found] == [(CSP, PLAIN), *OTHERS]
    removed = [each.attrib["name"] for each in root.iterfind("system.webServer/httpProtocol/customHeaders/remove")]
    assert removed == [CSP, "Reporting-Endpoints"]


def test_toml_of_netlify() -> None:
    (rule,) = tomllib.loads(block(recipe("netlify", PLAIN, headers=OTHERS), "toml"))["headers"]
    assert rule == {"for": "/*", "values": {CSP: PLAIN, **dict(OTHERS)}}


def test_yaml_of_kubernetes() -> None:
    made = recipe("kubernetes", PLAIN, headers=OTHERS)
    headers, controller, ingress = (yaml.safe_load(each.text) for each in made.blocks)
    assert headers["data"] == {CSP: PLAIN, **dict(OTHERS)}
    assert headers["kind"] == "ConfigMap"
    assert controller["data"]["global-allowed-response-headers"].split(",") == [CSP, "Reporting-Endpoints"]
    annotation = ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/custom-headers"]
    assert annotation.endswith("/" + headers["metadata"]["name"])


def test_yaml_of_traefik() -> None:
    made = recipe("traefik", PLAIN, headers=OTHERS)
    middleware, file, labels = (yaml.safe_load(each.text) for each in made.blocks)
    sent = {CSP: PLAIN, **dict(OTHERS)}
    assert middleware["spec"]["headers"]["customResponseHeaders"] == sent
    assert file["http"]["middlewares"]["policy"]["headers"]["customResponseHeaders"] == sent
    prefix = "traefik.http.middlewares.policy.headers.customresponseheaders."
    assert labels["labels"] == [f"{prefix}{name}={value}".replace("$", "$$") for name, value in sent.items()]


@pytest.mark.parametrize(("name", "complete"), [("kubernetes", 1), ("traefik", 3)])
def test_yaml_is_read_again(name: str, complete: int) -> None:
    """The reader finds in each block that is complete what the recipe sends."""
    read: list[str] = []
    for each in recipe(name, PLAIN).blocks:
        text = (
            each.text
            if not each.text.startswith("labels:")
            else "services:\n  web:\n    " + each.text.replace("\n", "\n    ")
        )
        if found := recognise("x.yaml", text.encode()):
            source = found.read(text.encode(), lambda _path: None)
            read += [sent.value.text for sent in source.responses[0].sent if sent.value]
    assert read == [PLAIN] * complete


def test_headers_file_by_the_parser_of_netlify(tmp_path: Path) -> None:
    binary = node("@netlify/headers-parser")
    (tmp_path / "_headers").write_text(block(plain("netlify"), "headers") + "\n")
    code = (
        f"import {{ parseAllHeaders }} from {json.dumps((NODE.resolve() / 'node_modules/@netlify/headers-parser/lib/index.js').as_uri())};\n"
        f"const files = [{json.dumps(str(tmp_path / '_headers'))}];\n"
        "console.log(JSON.stringify(await parseAllHeaders({ headersFiles: files, configHeaders: [], minimal: true })));"
    )
    ran = subprocess.run([binary, "--input-type=module", "-e", code], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)["headers"] == [{"for": "/*", "values": {CSP: PLAIN}}]


@pytest.mark.parametrize(("name", "language"), [("spring", "java"), ("aspnet", "csharp")])
@pytest.mark.parametrize("policy", [PLAIN, NONCED])
def test_java_and_csharp(name: str, language: str, policy: str) -> None:
    """The text has no syntax error, and its strings are the policy's parts."""
    parser = "tree_sitter_java" if language == "java" else "tree_sitter_c_sharp"
    try:
        tree_sitter, grammar = importlib.import_module("tree_sitter"), importlib.import_module(parser)
    except ImportError:
        missing(f"{parser} is not installed")
    text = block(recipe(name, policy), language)
    root = tree_sitter.Parser(tree_sitter.Language(grammar.language())).parse(text.encode()).root_node
    assert not root.has_error
    strings = [json.loads(each) for each in re.findall(r'"(?:[^"\\]|\\.)*"', text)]
    assert [each for each in policy.split(NONCE) if each not in strings] == []


@pytest.mark.parametrize("policy", [PLAIN, NONCED])
def test_ruby(policy: str, tmp_path: Path) -> None:
    (tmp_path / "csp.rb").write_text(block(recipe("rails", policy), "ruby"))
    subprocess.run([program("ruby"), "-c", str(tmp_path / "csp.rb")], check=True, capture_output=True)


def test_meta_is_one_element_without_what_only_a_header_can_send() -> None:
    made = recipe("meta", "img-src https://a.example/\"&<; frame-ancestors 'none'; report-uri /r, object-src 'none'")
    assert block(made, "html") == (
        '<meta http-equiv="Content-Security-Policy" content="img-src https://a.example/&quot;&amp;&lt;">\n'
        '<meta http-equiv="Content-Security-Policy" content="object-src \'none\'">'
    )
    assert any("frame-ancestors, report-uri" in note for note in made.notes)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_strings_mean_the_text_again(text: str) -> None:
    assert json.loads(quoting.double(text)) == text
    assert json.loads(quoting.ruby(text).replace("\\#", "#")) == text
    assert re.sub(r"\\([\\'])", r"\1", quoting.php(text)[1:-1]) == text
    assert ET.fromstring(f'<a b="{quoting.xml(text)}"/>').attrib["b"] == text


# ------------------------------------------------------------------ nonces


@pytest.mark.parametrize("name", [each for each in SERVERS if each != "meta"])
def test_no_place_for_a_nonce_is_left_in_what_is_pasted(name: str) -> None:
    made = recipe(name, "script-src 'nonce-3TmVbQn7LkHsYw2RzXcAfg=='")
    text = "\n".join(each.text for each in made.blocks)
    assert NONCE not in text
    assert "3TmVbQn7" not in text
    assert bool(text) == (name not in CANNOT)


@pytest.mark.parametrize("name", sorted(CANNOT))
def test_a_server_that_cannot_make_a_nonce_says_so_and_what_to_do(name: str) -> None:
    notes = " ".join(nonced(name).notes)
    assert "nonce" in notes
    assert "hash" in notes
    assert "csplint fix --as" in notes


@pytest.mark.parametrize("name", [each for each in SERVERS if each not in CANNOT | {"meta", "nextjs"}])
def test_a_page_with_a_nonce_is_not_stored(name: str) -> None:
    """Next.js sends no-store by itself, as its run shows."""
    text = "\n".join(each.text for each in nonced(name).blocks)
    assert "no-store" in text
    without = recipe(name, NONCED, no_store=False)
    assert not any("no-store" in each.text for each in without.blocks)
    assert any(note.startswith("Without Cache-Control: no-store") for note in without.notes)


@pytest.mark.parametrize("name", SERVERS)
def test_without_a_nonce_pages_may_be_stored(name: str) -> None:
    made = recipe(name, "default-src 'self'")
    assert not any("no-store" in each.text for each in made.blocks)


@pytest.mark.parametrize("name", ["nginx", "express", "wix", "netlify", "django"])
def test_a_cache_header_of_the_correction_is_not_sent_twice(name: str) -> None:
    made = recipe(name, NONCED, headers=[("cache-control", "no-store")])
    assert "cache-control" not in "\n".join(each.text for each in made.blocks)


def test_the_place_for_a_nonce_is_the_one_that_reports_print() -> None:
    assert NONCE == PRINTED


# ------------------------------------------------------------------ report-only, hostile and impossible


@pytest.mark.parametrize("name", [each for each in SERVERS if each != "meta"])
def test_report_only_blocks_nothing(name: str) -> None:
    made = recipe(name, "default-src 'self'", report_only=True)
    text = "\n".join(each.text for each in made.blocks)
    assert re.search(r"(?i)report[-_]?only", text)
    assert not re.search(rf"{CSP}(?!-Report-Only)", text)
    assert any(note.startswith("Report-only blocks nothing") for note in made.notes)


def test_what_browsers_ignore_does_not_reach_a_configuration() -> None:
    hostile = "default-src 'self';\r\nimg-src\t'self' x\x00y; \u202escript-src *;; style-src 'self'\x1b"
    assert tidy(hostile) == "default-src 'self'; img-src 'self'; style-src"


@pytest.mark.parametrize(
    ("name", "policy", "words"),
    [
        ("apache", "img-src ${HOST}", '"${"'),
        ("traefik", "img-src {{ host }}", '"{{"'),
        ("caddy", "img-src {$HOST}", '"{$"'),
        ("caddy", "img-src a\\b", "backslash"),
        ("helmet", "img-src a, img-src b", "two policies"),
        ("rails", "img-src a, img-src b", "two policies"),
        ("django", "img-src a, img-src b", "two policies"),
        ("django-csp", "fenced-frame-src a", "fenced-frame-src"),
        ("meta", NONCED, "same for every visitor"),
        ("nginx", " ; ", "nothing to send"),
    ],
)
def test_what_cannot_be_written_is_refused_with_a_reason(name: str, policy: str, words: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(words)):
        recipe(name, policy)


@pytest.mark.parametrize("header", [("X-A", "b\x00c"), ("X A", "b"), ("X-A", "é"), ("", "b")])
def test_no_other_header_brings_hostile_characters(header: tuple[str, str]) -> None:
    with pytest.raises(RecipeError, match="printable ASCII"):
        recipe("nginx", "default-src 'self'", headers=[header])


def test_a_header_cannot_begin_a_second_line() -> None:
    made = recipe("netlify", "default-src 'self'", headers=[("X-A", "b\r\nX-Evil: c")])
    assert "  X-A: b X-Evil: c" in block(made, "headers").split("\n")


def test_a_policy_that_is_too_long_for_headers_goes_into_a_worker() -> None:
    long = "img-src " + " ".join(f"https://host{n}.example" for n in range(100))
    assert [each.language for each in recipe("cloudflare", long).blocks] == ["javascript"]
    assert [each.language for each in recipe("cloudflare", long[:1900]).blocks] == ["headers", "text"]


@pytest.mark.parametrize("name", SERVERS)
def test_the_first_of_a_repeated_directive_counts_in_tables(name: str) -> None:
    if name in {"helmet", "django", "django-csp", "rails"}:
        made = recipe(name, "IMG-SRC a.example; img-src b.example")
        text = "\n".join(each.text for each in made.blocks)
        assert "a.example" in text
        assert "b.example" not in text


def test_style_nonces_reach_style_elements() -> None:
    text = block(recipe("wix", "style-src 'nonce-{NONCE}'"), "javascript")
    assert '.on("style", setNonce)' in text
    assert '.on("script", setNonce)' not in text
