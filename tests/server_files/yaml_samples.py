"""YAML files with one policy, in every place and style that csplint reads."""

from __future__ import annotations

POLICY = "default-src 'self'; img-src a.example *; font-src b"

PLACES = {
    "configmap": """\
# é
apiVersion: v1
kind: ConfigMap
metadata: {name: headers, namespace: shop}
data:
  X-Before: "1"
  Content-Security-Policy: %s
  X-After: "2"
""",
    "middleware": """\
apiVersion: v1
kind: Namespace
metadata: {name: é}
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata:
  name: policy
spec:
  headers:
    contentSecurityPolicy: %s
    frameDeny: true
""",
    "httproute": """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  rules:
    - filters:
        - type: ResponseHeaderModifier
          responseHeaderModifier:
            set:
              - name: Content-Security-Policy
                value: %s
              - {name: X, value: "1"}
""",
    "istio": """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  http:
    - headers:
        response:
          set:
            Content-Security-Policy: %s
""",
    "traefik": """\
http:
  middlewares:
    policy:
      headers:
        customResponseHeaders:
          Content-Security-Policy: %s
""",
    "labels": """\
services:
  web:
    image: é
    labels:
      traefik.http.middlewares.policy.headers.contentsecuritypolicy: %s
""",
    "label list": """\
services:
  web:
    deploy:
      labels:
        - traefik.enable=true
        - %s
        - a=b
""",
}
LABEL = "traefik.http.middlewares.policy.headers.contentSecurityPolicy="
SNIPPET = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/configuration-snippet: %s
spec: {}
"""


def _styles(text: str) -> dict[str, str]:
    lines = text.replace("; ", ";\n" + " " * 20)
    below = "\n" + " " * 20
    return {
        "plain": text,
        "folded plain": lines,
        "single": "'" + text.replace("'", "''") + "'",
        "folded single": "'" + lines.replace("'", "''") + "'",
        "double": '"' + text.replace('"', '\\"').replace("img-src", "\\u0069mg-src") + '"',
        "continued": '"' + text.replace('"', '\\"').replace("; ", ";\\" + below + "\\ ") + '"',
        "literal": "|-" + below + text,
        "kept": "|+" + below + text + "\n",
        "literal lines": "|-" + below + lines,
        "folded": ">-  # c" + below + lines,
        "folded with an end": ">" + below + lines,
        "anchor": "&policy '" + text.replace("'", "''") + "'",
    }


def _snippets() -> dict[str, str]:
    """A policy in nginx's words, in the styles in which people write snippets."""
    more = f'more_set_headers "Content-Security-Policy: {POLICY}" "X: y";'
    add = f'# é;\n    add_header Content-Security-Policy "{POLICY}" always;'
    below = "\n      "
    return {
        "more_set_headers": SNIPPET % ("|" + below + more),
        "more_set_headers, single": SNIPPET % ("'" + more.replace("'", "''") + "'"),
        "more_set_headers, double": SNIPPET % ('"' + more.replace('"', '\\"') + '"'),
        "more_set_headers, folded": SNIPPET % (">-" + below + more.replace('" "', f'"{below}"')),
        "add_header": SNIPPET % ("|" + below + add.replace("    ", "      ")),
        "nginx.conf": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata:\n  nginx.conf: |\n"
        f'    server {{\n      add_header Content-Security-Policy "{POLICY}" always;\n    }}\n',
    }


SAMPLES: dict[str, bytes] = {
    f"{place}, {style}": (text % written).encode()
    for place, text in PLACES.items()
    for style, written in _styles(LABEL + POLICY if place == "label list" else POLICY).items()
} | {name: text.encode() for name, text in _snippets().items()}
SAMPLES["crlf"] = SAMPLES["middleware, folded"].replace(b"\n", b"\r\n")
SAMPLES["byte order mark"] = b"\xef\xbb\xbf" + SAMPLES["middleware, single"]
SAMPLES["flow"] = b'{apiVersion: v1, kind: ConfigMap, data: {X: "1", Content-Security-Policy: "%s"}}' % POLICY.encode()
