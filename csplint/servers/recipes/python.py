"""
Django: SECURE_CSP of Django 6 and later; django-csp 4 for older ones.

Sources: docs.djangoproject.com/en/6.0/howto/csp/ and /ref/csp/, django/utils/csp.py 6.1 (build_policy: a directive without values is left
out unless it is True; the nonce is 16 bytes of `secrets`), django-csp.readthedocs.io (4.0) and csp/utils.py 4.0 (default-src 'self' unless
it is None; unknown directives are dropped). Run with Django 6.1 and django-csp 4.0.
"""

from __future__ import annotations

from csplint.servers.recipes.quoting import double
from csplint.servers.recipes.wanted import NONCE, REPORT_ONLY, Block, Draft, RecipeError, Wanted, directives

_UNUSED = (
    "Django sends the nonce only with pages whose template used it. {{ %s }} in a page that is stored in Django's cache is old: do not "
    "cache it."
)


def django(wanted: Wanted) -> Draft:
    """Settings of Django 6."""
    name, value = wanted.policy
    setting = "SECURE_CSP_REPORT_ONLY" if name == REPORT_ONLY else "SECURE_CSP"
    lines = [f"    {double(each)}: {_sources(sources, 'CSP.NONCE')}," for each, sources in directives(value)]
    using = ["from django.utils.csp import CSP", ""] if wanted.nonce else []
    middleware = ['MIDDLEWARE += ["django.middleware.csp.ContentSecurityPolicyMiddleware"]']
    context = (
        ['TEMPLATES[0]["OPTIONS"]["context_processors"] += ["django.template.context_processors.csp"]']
        if wanted.nonce
        else []
    )
    text = "\n".join([*using, *middleware, *context, f"{setting} = {{", *lines, "}"])
    notes = (
        "MIDDLEWARE and TEMPLATES have to stand above these lines in settings.py.",
        "django-csp and a server in front are second senders: remove their policy, since browsers enforce both.",
    )
    return _draft(wanted, text, "csp_nonce", notes)


def django_csp(wanted: Wanted) -> Draft:
    """Settings of django-csp 4, for Django before 6."""
    name, value = wanted.policy
    parsed = directives(value)
    if unknown := sorted({each for each, _ in parsed} - _KNOWN):
        raise RecipeError(
            f"django-csp 4 drops the directive {unknown[0]}. Use Django 6 (--as django), or leave it out."
        )
    setting = "CONTENT_SECURITY_POLICY_REPORT_ONLY" if name == REPORT_ONLY else "CONTENT_SECURITY_POLICY"
    lines = [f"        {double(each)}: {_sources(sources, 'NONCE')}," for each, sources in parsed]
    lines += [] if "default-src" in dict(parsed) else ['        "default-src": None,']
    using = ["from csp.constants import NONCE", ""] if wanted.nonce else []
    start = ['INSTALLED_APPS += ["csp"]', 'MIDDLEWARE += ["csp.middleware.CSPMiddleware"]']
    text = "\n".join([*using, *start, f"{setting} = {{", '    "DIRECTIVES": {', *lines, "    }", "}"])
    notes = (
        "INSTALLED_APPS and MIDDLEWARE have to stand above these lines in settings.py.",
        "django-csp adds default-src 'self' to a policy that does not name default-src, unless it is None.",
        "A server in front that sends a policy is a second sender: remove one, since browsers enforce both.",
    )
    return _draft(wanted, text, "request.csp_nonce", notes)


_KNOWN = frozenset((
    "child-src", "connect-src", "default-src", "script-src", "script-src-attr", "script-src-elem", "object-src",
    "style-src", "style-src-attr", "style-src-elem", "font-src", "frame-src", "img-src", "manifest-src",
    "media-src", "prefetch-src", "base-uri", "plugin-types", "sandbox", "form-action", "frame-ancestors",
    "navigate-to", "report-uri", "report-to", "require-sri-for", "require-trusted-types-for", "trusted-types",
    "webrtc", "worker-src", "upgrade-insecure-requests", "block-all-mixed-content",
))  # fmt: skip


def _sources(sources: list[str], nonce: str) -> str:
    if not sources:
        return "True"
    return f"[{', '.join(nonce if NONCE in each else double(each) for each in sources)}]"


def _draft(wanted: Wanted, settings: str, variable: str, notes: tuple[str, ...]) -> Draft:
    blocks = [Block("settings.py, at the end", "python", settings)]
    if wanted.nonce:
        blocks.append(
            Block("your templates, in each tag that the nonce is for", "html", f'<script nonce="{{{{ {variable} }}}}">')
        )
        notes = (*notes, _UNUSED % variable)
    if wanted.others:
        blocks.append(Block(_MIDDLEWARE, "python", _view(wanted)))
    return Draft(tuple(blocks), notes)


_MIDDLEWARE = 'a new file beside settings.py, such as mysite/headers.py, with MIDDLEWARE += ["mysite.headers.send_headers"] in settings.py'


def _view(wanted: Wanted) -> str:
    if any(NONCE in value for _, value in wanted.others):
        raise RecipeError(
            "Two policies with a nonce cannot be written into Django's settings. Merge them, or print one: --report-only."
        )
    sets = [f"        response[{double(name)}] = {double(value)}" for name, value in wanted.headers[1:]]
    if wanted.no_store:
        sets += [
            '        if response.get("Content-Type", "").startswith("text/html"):',
            '            response["Cache-Control"] = "no-store"',
        ]
    lines = [
        "def send_headers(get_response):",
        "    def middleware(request):",
        "        response = get_response(request)",
        *sets,
    ]
    return "\n".join([*lines, "        return response", "", "    return middleware"])
