"""The servers that csplint has a recipe for, and `recipe`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from csplint.servers.recipes import (
    apache,
    caddy,
    edge,
    frameworks,
    javascript,
    kubernetes,
    nginx,
    php_sites,
    python,
    static_hosts,
)
from csplint.servers.recipes.wanted import (
    CSP,
    REPORT_ONLY,
    Draft,
    Recipe,
    RecipeError,
    Wanted,
    tidy,
    tidy_header,
)

Writer = Callable[[Wanted], Draft]


def _builder(name: str) -> Writer:
    return lambda wanted: edge.builder(wanted, name)


SERVERS: dict[str, tuple[str, Writer]] = {
    "nginx": ("nginx", nginx.recipe),
    "apache": ("Apache", apache.recipe),
    "htaccess": (".htaccess (Apache, LiteSpeed)", apache.htaccess),
    "caddy": ("Caddy", caddy.recipe),
    "iis": ("IIS", static_hosts.iis),
    "kubernetes": ("Kubernetes (ingress-nginx)", kubernetes.ingress_nginx),
    "traefik": ("Traefik", kubernetes.traefik),
    "netlify": ("Netlify", static_hosts.netlify),
    "cloudflare": ("Cloudflare", static_hosts.cloudflare),
    "vercel": ("Vercel", static_hosts.vercel),
    "firebase": ("Firebase Hosting", static_hosts.firebase),
    "azure": ("Azure Static Web Apps", static_hosts.azure),
    "php": ("PHP", php_sites.php_code),
    "express": ("Express", javascript.express),
    "helmet": ("helmet", javascript.helmet),
    "nextjs": ("Next.js", javascript.nextjs),
    "django": ("Django", python.django),
    "django-csp": ("django-csp", python.django_csp),
    "rails": ("Rails", frameworks.rails),
    "spring": ("Spring", frameworks.spring),
    "aspnet": ("ASP.NET Core", frameworks.aspnet),
    "wordpress": ("WordPress", php_sites.wordpress),
    "webflow": ("Webflow", _builder("webflow")),
    "squarespace": ("Squarespace", _builder("squarespace")),
    "wix": ("Wix", _builder("wix")),
    "meta": ("HTML meta element", php_sites.meta),
}
"""By the name for --as: the title, and what writes the recipe."""


def recipe(  # noqa: PLR0913 - each is one fact about what to send
    name: str,
    policy: str,
    *,
    report_only: bool = False,
    no_store: bool = True,
    headers: Sequence[tuple[str, str]] = (),
    evidence: str = "",
) -> Recipe:
    """
    How the server `name` sends a policy.

    policy: a header's value, one policy or several; each nonce in it, or {NONCE}, becomes one that the server makes. report_only: send
    it so that browsers report and block nothing. no_store: let a page with a nonce be stored nowhere; ignored without a nonce.
    headers: others to send, (name, value). evidence: why this server, for the reader.

    Raises RecipeError where the server cannot send it as asked, KeyError for an unknown name.
    """
    title, writer = SERVERS[name]
    value = tidy(policy)
    if not value:
        raise RecipeError("The policy has no directive, so there is nothing to send.")
    others = tuple(tidy_header(*each) for each in headers)
    wanted = Wanted(headers=((REPORT_ONLY if report_only else CSP, value), *others))
    if wanted.nonce and no_store:
        kept = tuple(each for each in wanted.headers if each[0].lower() != "cache-control")
        wanted = Wanted(headers=kept, no_store=True)
    draft = writer(wanted)
    notes = (*draft.notes, *(_caching(wanted) if draft.blocks else ()), *(_REPORT_ONLY if report_only else ()))
    return Recipe(
        name=name,
        title=title,
        evidence=evidence,
        blocks=draft.blocks,
        notes=notes,
        makes_nonce=wanted.nonce and bool(draft.blocks),
    )


def _caching(wanted: Wanted) -> tuple[str, ...]:
    if not wanted.nonce:
        return ()
    if wanted.no_store:
        return (
            "Cache-Control: no-store keeps the page out of caches. A stored page repeats its nonce, and a stored page with a new header "
            "has its scripts blocked.",
        )
    return (
        "Without Cache-Control: no-store, no cache may keep the page: neither a CDN, nor a proxy, nor the browser.",
    )


_REPORT_ONLY = (
    "Report-only blocks nothing: browsers write what they would block to the console, and to the address in report-to. Keep the "
    "policy that is enforced now until you see no reports.",
    "Browsers ignore sandbox in a report-only policy.",
)
