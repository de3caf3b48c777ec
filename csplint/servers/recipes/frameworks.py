"""
Rails, Spring and ASP.NET Core.

Sources: guides.rubyonrails.org/security.html#content-security-policy-header and actionpack's
action_dispatch/http/content_security_policy.rb (`directives` of a policy, nonce_directives; run with 6.1); docs.spring.io
/spring-framework/docs/current/javadoc-api (OncePerRequestFilter), spring-security's ContentSecurityPolicyHeaderWriter (keeps a header that
is set); learn.microsoft.com/aspnet/core/fundamentals/middleware and
/dotnet/api/system.security.cryptography.randomnumbergenerator.getbytes.
"""

from __future__ import annotations

from csplint.servers.recipes.quoting import double, joined, ruby
from csplint.servers.recipes.wanted import NONCE, REPORT_ONLY, Block, Draft, Wanted, directives


def rails(wanted: Wanted) -> Draft:
    """config/initializers/content_security_policy.rb."""
    name, value = wanted.policy
    parsed = directives(value)
    lines = [f"    policy.directives[{ruby(each)}] = {_rails_sources(sources)}" for each, sources in parsed]
    made = [each for each, sources in parsed if any(NONCE in source for source in sources)]
    settings = ["Rails.application.configure do", "  config.content_security_policy do |policy|", *lines, "  end"]
    if made:
        settings += ["  config.content_security_policy_nonce_generator = ->(_request) { SecureRandom.base64(16) }"]
        settings += [f"  config.content_security_policy_nonce_directives = [{', '.join(map(ruby, made))}]"]
    settings += ["  config.content_security_policy_report_only = true"] if name == REPORT_ONLY else []
    text = "\n".join(['require "securerandom"', "", *settings, "end"] if made else [*settings, "end"])
    blocks = [Block("config/initializers/content_security_policy.rb", "ruby", text)]
    if made:
        blocks.append(
            Block(
                "your views, for each script that the nonce is for",
                "erb",
                "<%= javascript_tag nonce: true do %>\n<% end %>",
            )
        )
    if wanted.others:
        after = [
            f"    response.headers[{ruby(other)}] = {joined(text, 'content_security_policy_nonce', '+', ruby)}"
            for other, text in wanted.others
        ]
        code = ["class ApplicationController < ActionController::Base", "  before_action do", *after, "  end", "end"]
        blocks.append(
            Block("app/controllers/application_controller.rb; add the lines to your class", "ruby", "\n".join(code))
        )
    notes = (
        *(
            (
                "Rails' own template makes the nonce from the session's id: it is the same for a whole session, and empty before there "
                "is one. SecureRandom makes a new one for each response.",
                "A tag that you write by hand takes the nonce from content_security_policy_nonce. javascript_include_tag has nonce: true.",
            )
            if made
            else ()
        ),
        "A policy in a controller (content_security_policy do ...) or in a server in front changes or doubles this one.",
    )
    return Draft(tuple(blocks), notes)


def _rails_sources(sources: list[str]) -> str:
    """The nonce is left out: Rails appends it to the directives of nonce_directives. A directive without sources is true."""
    kept = [ruby(each) for each in sources if NONCE not in each]
    return f"[{', '.join(kept)}]" if sources else "true"


def spring(wanted: Wanted) -> Draft:
    """A servlet filter for Spring 6 and 7 (Jakarta Servlet), with or without Spring Security."""
    sets = [
        f"        response.setHeader({double(name)}, {joined(value, 'nonce', '+', double)});"
        for name, value in wanted.sent
    ]
    imports = [each for each, of_nonce in _SPRING_IMPORTS if wanted.nonce or not of_nonce]
    field = ["    private final SecureRandom random = new SecureRandom();", ""] if wanted.nonce else []
    make = _SPRING_MAKE if wanted.nonce else []
    begin = [
        *imports,
        "",
        "@Component",
        "class CspFilter extends OncePerRequestFilter {",
        *field,
        *_SPRING_METHOD,
        *make,
        *sets,
    ]
    text = "\n".join([*begin, "        chain.doFilter(request, response);", "    }", "}"])
    tag = Block(
        "your templates, in each tag that the nonce is for (here Thymeleaf)",
        "html",
        '<script th:attr="nonce=${cspNonce}">',
    )
    notes = (
        "Spring Boot finds the filter by @Component; put the file into a package that it scans.",
        "Spring Security's contentSecurityPolicy(...) then has no effect: it does not replace a header that is set. Remove it.",
        "If a server in front sends the header too, browsers enforce both policies: remove one.",
    )
    return Draft((Block("CspFilter.java", "java", text), *((tag,) if wanted.nonce else ())), notes)


_SPRING_IMPORTS = (  # the import, and whether only a nonce needs it
    ("import jakarta.servlet.FilterChain;", False),
    ("import jakarta.servlet.ServletException;", False),
    ("import jakarta.servlet.http.HttpServletRequest;", False),
    ("import jakarta.servlet.http.HttpServletResponse;", False),
    ("import java.io.IOException;", False),
    ("import java.security.SecureRandom;", True),
    ("import java.util.Base64;", True),
    ("import org.springframework.stereotype.Component;", False),
    ("import org.springframework.web.filter.OncePerRequestFilter;", False),
)
_SPRING_METHOD = [
    "    @Override",
    "    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)",
    "            throws ServletException, IOException {",
]
_SPRING_MAKE = [
    "        byte[] bytes = new byte[16];",
    "        random.nextBytes(bytes);",
    "        String nonce = Base64.getEncoder().encodeToString(bytes);",
    '        request.setAttribute("cspNonce", nonce);',
]


def aspnet(wanted: Wanted) -> Draft:
    """A middleware of ASP.NET Core 6 and later."""
    make = [
        "    var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));",
        '    context.Items["csp-nonce"] = nonce;',
    ]
    sets = [
        f"    context.Response.Headers[{double(name)}] = {joined(value, 'nonce', '+', double)};"
        for name, value in wanted.sent
    ]
    lines = [
        "app.Use(async (context, next) =>",
        "{",
        *(make if wanted.nonce else []),
        *sets,
        "    await next(context);",
        "});",
    ]
    using = ["using System.Security.Cryptography;", ""] if wanted.nonce else []
    place = (
        "after app.UseStaticFiles and before app.Map...; the using line at the top"
        if wanted.nonce
        else "before app.UseStaticFiles and app.Map..."
    )
    where = f"Program.cs, {place}"
    tag = Block(
        "your Razor pages, in each tag that the nonce is for", "cshtml", '<script nonce="@Context.Items["csp-nonce"]">'
    )
    notes = (
        "If web.config or a server in front sends the header too, browsers enforce both policies: remove one.",
        "UseExceptionHandler clears the headers: set the policy again on the error page.",
        *(
            ("Pages of the output cache or of response caching would repeat the nonce: leave them out.",)
            if wanted.nonce
            else ()
        ),
    )
    return Draft((Block(where, "csharp", "\n".join([*using, *lines])), *((tag,) if wanted.nonce else ())), notes)
