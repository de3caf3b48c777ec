"""Kubernetes and Traefik: what each part is sent, faults at their places, and bad input."""

from __future__ import annotations

import importlib
import sys

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.servers import kubernetes, traefik
from csplint.servers.source import Server, Source, SourceError, apply_edits
from csplint.servers.yaml_nodes import YamlFile
from tests.server_files.yaml_samples import SAMPLES
from tests.static_hosts import by_scope, faults, policy, read

BOTH = (kubernetes.SERVER, traefik.SERVER)
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: headers, namespace: shop}\ndata:\n"
INGRESS = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n  annotations:\n"
PREFIX = "    nginx.ingress.kubernetes.io/"
MIDDLEWARE = "apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: m}\nspec:\n  headers:\n"


def kubernetes_of(text: str) -> Source:
    return read(kubernetes.SERVER, text)


def failure(server: Server, data: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(server, data)
    return caught.value


# ------------------------------------------------------------------ ingress-nginx


def test_snippets_are_sent_as_nginx_and_headers_more_send_them() -> None:
    """As nginx 1.22.1 with headers-more 0.34 did: the inner one replaces the outer one, and add_header adds to it."""
    text = INGRESS + f"{PREFIX}server-snippet: |\n      more_set_headers 'Content-Security-Policy: outer' 'X: y';\n"
    text += f'{PREFIX}configuration-snippet: |\n      more_set_headers "Content-Security-Policy: inner";\n'
    text += '      add_header Content-Security-Policy "added" always;\n'
    source = kubernetes_of(text)
    assert by_scope(source) == {"Ingress shop": ["inner", "added"]}
    assert faults(source, text) == [("two-senders", 'add_header Content-Security-Policy "added" always;')]
    assert any("allow-snippet-annotations" in each for each in source.limits)


def test_a_server_snippet_holds_where_the_location_has_none() -> None:
    text = INGRESS + f"{PREFIX}server-snippet: add_header Content-Security-Policy outer always;\n"
    assert by_scope(kubernetes_of(text)) == {"Ingress shop": ["outer"]}
    text += f"{PREFIX}configuration-snippet: add_header X y;\n"
    source = kubernetes_of(text)
    assert by_scope(source) == {"Ingress shop": []}
    assert faults(source, text) == [("header-lost-by-nesting", "add_header X y;")]


@pytest.mark.parametrize(
    ("directive", "sent"),
    [
        ("more_set_headers -s 404 'Content-Security-Policy: a'", []),
        ("more_set_headers -s '200 404' 'Content-Security-Policy: a'", ["a"]),
        ("more_set_headers -t 'text/css' 'Content-Security-Policy: a'", []),
        ("more_set_headers -t text/html 'Content-Security-Policy: a'", ["a"]),
        ("more_set_headers 'Content-Security-Policy:a'", ["a"]),
        ("more_set_headers 'Content-Security-Policy:  '", []),
        ("more_set_headers Content-Security-Policy", []),
        ("more_set_headers 'Content-Security-Policy: a'; more_clear_headers content-security-policy", []),
        ("set $b c; more_set_headers 'Content-Security-Policy: a $b'", ["a c"]),
        ("more_set_headers 'Content-Security-Policy: $b'", [None]),
    ],
)
def test_more_set_headers(directive: str, sent: list[str | None]) -> None:
    text = INGRESS + f"{PREFIX}configuration-snippet: |\n      {directive};\n"
    assert by_scope(kubernetes_of(text)).get("Ingress shop", []) == sent


def test_a_nonce_in_a_snippet() -> None:
    text = INGRESS + f"{PREFIX}configuration-snippet: |\n"
    text += "      more_set_headers \"Content-Security-Policy: script-src 'nonce-$request_id' 'nonce-abc'\";\n"
    source = kubernetes_of(text)
    sent = policy(source)
    assert sent.computed == ("$request_id",)
    assert [each[0] for each in faults(source, text)] == ["weak-nonce", "literal-nonce"]
    assert faults(source, text)[1] == ("literal-nonce", "abc")


def test_custom_headers_come_from_the_named_config_map() -> None:
    config = CONFIG_MAP + "  Content-Security-Policy: from the map\n"
    ingress = INGRESS + f"{PREFIX}custom-headers: shop/headers\n"
    source = kubernetes_of(f"{config}---\n{ingress}")
    assert by_scope(source) == {"Ingress shop": ["from the map"]}
    assert any("global-allowed-response-headers" in each for each in source.limits)
    elsewhere = kubernetes_of(f"{config}---\n{ingress.replace('shop/headers', 'shop/others')}")
    assert by_scope(elsewhere) == {"Ingress shop": [], "ConfigMap headers": ["from the map"]}
    assert any("shop/others, which is not in this file" in each for each in elsewhere.limits)


def test_add_headers_of_the_controller_hold_for_every_ingress() -> None:
    controller = CONFIG_MAP.replace("headers", "controller") + "  add-headers: shop/headers\n"
    config = CONFIG_MAP + "  Content-Security-Policy: for all\n"
    first = INGRESS + f"{PREFIX}configuration-snippet: add_header X y;\n"
    second = (
        INGRESS.replace("shop", "two")
        + f"{PREFIX}configuration-snippet: |\n      more_set_headers 'Content-Security-Policy: own';\n"
    )
    source = kubernetes_of("---\n".join((controller, config, first, second)))
    assert by_scope(source) == {"Ingress shop": ["for all"], "Ingress two": ["own"]}


def test_the_controllers_snippets_and_files_of_nginx_in_config_maps() -> None:
    text = CONFIG_MAP + "  http-snippet: |\n    more_set_headers 'Content-Security-Policy: a';\n  nginx.conf: |\n"
    text += "    server {\n      server_name a.example;\n      add_header Content-Security-Policy b;\n    }\n  redis.conf: maxmemory 1mb\n"
    source = kubernetes_of(text)
    assert by_scope(source) == {"ConfigMap headers": ["a"], "server a.example, nginx.conf in ConfigMap headers": ["b"]}
    assert [each[0] for each in faults(source, text)] == ["header-without-always"]


def test_a_list_of_objects() -> None:
    item = CONFIG_MAP + "  Content-Security-Policy: a\n"
    text = "apiVersion: v1\nkind: List\nitems:\n- " + item.replace("\n", "\n  ")
    assert kubernetes.SERVER.recognises("x.yaml", text.encode())
    assert by_scope(kubernetes_of(text)) == {"ConfigMap headers": ["a"]}


# ------------------------------------------------------------------ Traefik, gateways


def test_custom_headers_replace_a_middlewares_fields() -> None:
    text = MIDDLEWARE + "    contentSecurityPolicy: lost\n    contentSecurityPolicyReportOnly: kept\n"
    text += '    customResponseHeaders: {content-security-policy: sent, X: ""}\n'
    source = kubernetes_of(text)
    assert [(each.name, each.value.text) for each in source.responses[0].sent if each.value] == [
        ("Content-Security-Policy-Report-Only", "kept"),
        ("content-security-policy", "sent"),
    ]
    assert faults(source, text) == [("header-replaced", "contentSecurityPolicy: lost")]


def test_the_case_of_fields_counts_in_kubernetes_only() -> None:
    assert kubernetes_of(MIDDLEWARE + "    contentsecuritypolicy: a\n").responses == ()
    text = "HTTP:\n  middlewares:\n    m: {headers: {contentsecuritypolicy: a}}\n"
    assert by_scope(read(traefik.SERVER, text)) == {"middleware m": ["a"]}


def test_other_groups_middleware_is_not_traefiks() -> None:
    text = MIDDLEWARE.replace("traefik.io/v1alpha1", "other.example/v1") + "    contentSecurityPolicy: a\n"
    assert not kubernetes.SERVER.recognises("x.yaml", text.encode())
    assert kubernetes_of(text).responses == ()


def test_a_nonce_that_no_page_can_have() -> None:
    source = kubernetes_of(MIDDLEWARE + "    contentSecurityPolicy: script-src $NONCE\n")
    assert policy(source).computed == ("$NONCE",)
    assert any("no page can have it" in each for each in source.limits)


def test_labels_are_what_compose_makes_of_them() -> None:
    name = "traefik.http.middlewares.m.headers.contentsecuritypolicy"
    text = f"services:\n  web:\n    labels:\n      - {name}=img-src a$$b ${{HOST}} 'nonce-$N'\n"
    sent = policy(read(traefik.SERVER, text))
    assert sent.value
    assert sent.value.text.startswith("img-src a$b ${HOST} 'nonce-made-by")
    assert sent.computed == ("${HOST}", "$N")
    edits = traefik.SERVER.write(text.encode(), sent, sent.value.text.replace("a$b", "c$d"))
    assert edits is not None
    assert apply_edits(text.encode(), edits).decode() == text.replace("a$$b", "c$$d")


def test_a_shared_value_is_changed_once() -> None:
    text = "x-h: &h {contentSecurityPolicy: a}\nhttp:\n  middlewares:\n    one: {headers: *h}\n    two: {headers: {<<: *h}}\n"
    source = read(traefik.SERVER, text)
    assert by_scope(source) == {"middleware one": ["a"], "middleware two": ["a"]}
    edits = traefik.SERVER.write(text.encode(), policy(source), "b")
    assert edits is not None
    assert apply_edits(text.encode(), edits).decode() == text.replace(": a}", ": b}")


def test_gateways_set_and_add() -> None:
    modifier = "{{responseHeaderModifier: {{{}: [{{name: Content-Security-Policy, value: {}}}]}}}}"
    route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n  rules:\n"
    route += f"  - filters: [{modifier.format('set', 'a')}, {modifier.format('add', 'b')}]\n"
    route += f"    backendRefs: [{{name: w, filters: [{modifier.format('set', 'c')}]}}]\n"
    source = kubernetes_of(route)
    assert by_scope(source) == {"rule 1 of HTTPRoute r": ["a", "b"], "backend w in rule 1 of HTTPRoute r": ["a", "b"]}
    assert "two-senders" in [each.rule for each in source.faults]


def test_istio() -> None:
    text = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v}\nspec:\n  http:\n"
    text += "  - headers: {response: {add: {content-security-policy: a}}}\n    route: [{destination: {host: h}}]\n"
    source = kubernetes_of(text)
    assert by_scope(source) == {"route 1 of VirtualService v": ["a"]}
    assert any("with `add`" in each for each in source.limits)


# ------------------------------------------------------------------ faults


@pytest.mark.parametrize("style", ["|", ">", "|  # c"])
def test_a_line_break_at_the_end(style: str) -> None:
    text = f"{CONFIG_MAP}  Content-Security-Policy: {style}\n    img-src *\n  X: y\n"
    source = kubernetes_of(text)
    (fault,) = source.faults
    assert fault.rule == "line-end-in-value"
    fixed = apply_edits(text.encode(), fault.edits)
    assert fixed.decode() == text.replace(style, style[0] + "-" + style[1:])
    assert read(kubernetes.SERVER, fixed).faults == ()
    assert yaml.safe_load(fixed)["data"]["Content-Security-Policy"] == "img-src *"


def test_a_literal_nonce_is_reported_where_it_is() -> None:
    text = f"{CONFIG_MAP}  Content-Security-Policy: \"script-src 'nonce-abc'\"\n"
    assert faults(kubernetes_of(text), text) == [("literal-nonce", "'nonce-abc'")]
    template = text.replace("abc", "{{ .nonce }}")
    source = kubernetes_of(template)
    assert source.faults == ()
    assert any("another program replaces" in each for each in source.limits)


# ------------------------------------------------------------------ recognition and bad input


@pytest.mark.parametrize(
    "text",
    [
        "on: push\njobs:\n  a:\n    steps:\n      - run: curl | grep Content-Security-Policy\n",
        "services:\n  web:\n    environment:\n      CSP: content-security-policy\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {annotations: {a: Content-Security-Policy}}\n",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  names:\n    kind: Middleware\n"
        "  versions: [{schema: {contentSecurityPolicy: {type: string}}}]\n  x: traefik.io\n",
        CONFIG_MAP + "  # Content-Security-Policy: later\n  X-Frame-Options: DENY\n",
        CONFIG_MAP + "  notes.txt: about the Content-Security-Policy\n",
        INGRESS + "    nginx.ingress.kubernetes.io/rewrite-target: /\n    note: Content-Security-Policy\n",
        "http:\n  routers: {a: {rule: Host(`contentSecurityPolicy`)}}\n",
        "content-security-policy: default-src 'self'\n",
        "",
    ],
)
def test_other_yaml_is_not_taken(text: str) -> None:
    assert [each.name for each in BOTH if each.recognises("x.yml", text.encode())] == []


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in SAMPLES.items() if name != "flow"])
def test_one_reader_takes_each_sample(data: bytes) -> None:
    assert sum(each.recognises("x.yaml", data) for each in BOTH) == 1


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (b"a: b\nc: \xff", "not UTF-8", (2, 4)),
        (b"a: b\nc: \0", "does not allow", (2, 4)),
        (b"a:\n\tb: c", "not valid YAML", (2, 1)),
        (b"apiVersion: v1\n{{- if .x }}\nkind: ConfigMap\n{{- end }}\n", "helm template", (2, 1)),
        (CONFIG_MAP.encode() + b"  Content-Security-Policy: {{ .Values.csp }}\n", "helm template", (5, 28)),
        (b"a: *b", "alias", (1, 4)),
        (b"a: &a [*a]", "alias", (1, 8)),
        (
            f"{INGRESS}{PREFIX}server-snippet: |\n      add_header a b;\n      add_header 'x\n".encode(),
            "no end",
            (8, 18),
        ),
        (f'{INGRESS}{PREFIX}server-snippet: "a b; }}"\n'.encode(), "closes no block", (6, 55)),
        (b" " * 10_000_000, "2,000,000", (0, 0)),
    ],
)
def test_a_broken_file_is_reported_at_its_place(data: bytes, message: str, place: tuple[int, int]) -> None:
    error = failure(kubernetes.SERVER, data)
    assert message in error.message
    assert (error.line, error.column) == place


POLICY_KEY = CONFIG_MAP.encode() + b"  Content-Security-Policy: "
HOSTILE = {
    "laughs": b"a: &a [x, x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b"*%c, " % (97 + n) * 9) for n in range(12)),
    "deep flow": b"[" * 500_000,
    "deep mapping": b"{a: " * 400_000,
    "deep block": b"- " * 900_000,
    "many keys": b"".join(b"a%d: b\n" % n for n in range(150_000)),
    "documents": b"--- a\n" * 300_000,
    "snippets by alias": b"apiVersion: v1\nkind: List\nitems:\n- &a {kind: Ingress, metadata: {annotations: "
    b'{nginx.ingress.kubernetes.io/server-snippet: "' + b"more_set_headers 'A: b';" * 400 + b'"}}}\n' + b"- *a\n" * 190,
    "directives": f"{INGRESS}{PREFIX}server-snippet: |\n".encode() + b"      more_set_headers 'A: b';\n" * 9_000,
    "merged": b"".join(b"a%d: &a%d {<<: [*a%d, *a%d]}\n" % (n, n, n - 1, n - 1) for n in range(1, 60)).replace(
        b"*a0", b"{}"
    ),
}
LONG = {
    "spaces": POLICY_KEY + b"'a" + b" " * 1_000_000 + b"b'",
    "breaks": POLICY_KEY + b"'a" + b"\n" * 1_000_000 + b"b'",
    "escapes": POLICY_KEY + b'"' + b"\\x41" * 300_000 + b'"',
    "quotes": POLICY_KEY + b"'" + b"''" * 500_000 + b"'",
}


@pytest.mark.parametrize("data", [pytest.param(each, id=name) for name, each in HOSTILE.items()])
def test_hostile_files_are_refused(data: bytes) -> None:
    assert failure(kubernetes.SERVER, data).message


@pytest.mark.parametrize("data", [pytest.param(each, id=name) for name, each in LONG.items()])
def test_long_values_end(data: bytes) -> None:
    assert policy(read(kubernetes.SERVER, data)).value


@pytest.mark.parametrize("data", [pytest.param(each, id=name) for name, each in SAMPLES.items()])
@settings(deadline=None, max_examples=6)
@given(draw=st.data())
def test_a_damaged_file_has_an_answer(data: bytes, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(data)))
    end = draw.draw(st.integers(start, len(data)))
    put = draw.draw(
        st.binary(max_size=3)
        | st.sampled_from([b'"', b"'", b"{{ x }}", b": ", b"\n", b"\t", b"*a", b"&a ", b"|", b"- ", b"$", b";}"])
    )
    for server in BOTH:
        try:
            source = read(server, data[:start] + put + data[end:])
        except SourceError:
            continue
        for sent in (each for response in source.responses for each in response.sent if each.value):
            assert sent.value
            assert len(sent.value.starts) == len(sent.value.text) + 1


@pytest.mark.parametrize("data", [pytest.param(each, id=name) for name, each in SAMPLES.items()])
def test_without_libyaml_the_same_is_read(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    first = YamlFile(data)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    second = YamlFile(data)
    assert first.documents == second.documents


def test_without_the_extra_the_file_is_recognised_and_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = SAMPLES["configmap, plain"]
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert importlib.import_module("csplint.servers.kubernetes").SERVER.recognises("x.yaml", data)
    assert failure(kubernetes.SERVER, data).message == (
        "csplint reads YAML only with its extra `yaml`: install csplint-cli[yaml]."
    )
