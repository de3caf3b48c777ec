"""
Kubernetes: ingress-nginx with `custom-headers`, and Traefik's headers middleware. Neither can give a nonce to the header and the page.

Sources: kubernetes.github.io/ingress-nginx, annotations (custom-headers) and configmap (global-allowed-response-headers,
allow-snippet-annotations: false since 1.9); doc.traefik.io, headers middleware (custom headers replace those of the same name) and Go
templating in files; docs.docker.com, interpolation in Compose files.
"""

from __future__ import annotations

from csplint.servers.recipes.quoting import double
from csplint.servers.recipes.wanted import Block, Draft, RecipeError, Wanted

_APPLICATION = (
    "Let the application make it and send the policy: for example csplint fix --as express, django, rails or spring."
)
_HASHES = (
    "Or use a policy without a nonce that allows each inline script by its hash: csplint fix --strict prints one for a page that comes "
    "from a file or a cache."
)


def ingress_nginx(wanted: Wanted) -> Draft:
    """A ConfigMap for the annotation `custom-headers`, which needs no snippets."""
    if wanted.nonce:
        why = "A ConfigMap cannot hold a nonce: it would be the same for every visitor and protect nothing."
        return Draft((), (f"{why} {_APPLICATION}", _HASHES))
    names = ",".join(name for name, _ in wanted.sent)
    headers = ["apiVersion: v1", "kind: ConfigMap", "metadata:", "  name: policy-headers", "data:"]
    headers += [f"  {name}: {double(value)}" for name, value in wanted.sent]
    controller = ["data:", f"  global-allowed-response-headers: {double(names)}"]
    ingress = [
        "metadata:",
        "  annotations:",
        '    nginx.ingress.kubernetes.io/custom-headers: "default/policy-headers"',
    ]
    blocks = (
        Block("a ConfigMap in the namespace of your Ingress", "yaml", "\n".join(headers)),
        Block(
            "the ConfigMap of ingress-nginx (ingress-nginx-controller), merged with what it has",
            "yaml",
            "\n".join(controller),
        ),
        Block("your Ingress, with its namespace for default", "yaml", "\n".join(ingress)),
    )
    notes = (
        "Change the controller's ConfigMap first: until every header is in global-allowed-response-headers, in the same case, the Ingress "
        "answers with an error 503.",
        "These headers replace those of the same names that the application sends.",
        "Snippets (configuration-snippet) are off by default since ingress-nginx 1.9; custom-headers works without them.",
        "ingress-nginx is retired and gets no fixes after March 2026; plan a move to a Gateway API controller, or to Traefik: "
        "csplint fix --as traefik.",
    )
    return Draft(blocks, notes)


def traefik(wanted: Wanted) -> Draft:
    """The headers middleware as a Kubernetes object, in a file, and in labels of Compose."""
    if wanted.nonce:
        why = "Traefik cannot give a nonce to the page: its $NONCE is only in the header, so no script could have it."
        return Draft((), (f"{why} {_APPLICATION}", _HASHES))
    if any("{{" in value for _, value in wanted.sent):
        raise RecipeError(
            'The value has "{{", which begins a template in Traefik\'s files. Fill the placeholder in first.'
        )
    lines = [f"{name}: {double(value)}" for name, value in wanted.sent]
    middleware = ["apiVersion: traefik.io/v1alpha1", "kind: Middleware", "metadata:", "  name: policy", "spec:"]
    middleware += ["  headers:", "    customResponseHeaders:", *(f"      {line}" for line in lines)]
    file = ["http:", "  middlewares:", "    policy:", "      headers:", "        customResponseHeaders:"]
    file += [f"          {line}" for line in lines]
    prefix = "traefik.http.middlewares.policy.headers.customresponseheaders."
    labels = ["labels:"]
    labels += [f"  - {double(f'{prefix}{name}={value}'.replace('$', '$$'))}" for name, value in wanted.sent]
    blocks = (
        Block(
            "in Kubernetes: a Middleware, which your IngressRoute names in middlewares", "yaml", "\n".join(middleware)
        ),
        Block("or a file of the dynamic configuration", "yaml", "\n".join(file)),
        Block("or the labels of the service in a Compose file", "yaml", "\n".join(labels)),
    )
    notes = (
        "Use one of the three, and name the middleware in the middlewares of your router: without that, nothing is sent.",
        "These headers replace those of the same names that the application sends.",
        "In a Compose file a dollar sign is written $$.",
    )
    return Draft(blocks, notes)
