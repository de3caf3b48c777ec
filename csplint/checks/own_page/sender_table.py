"""
The CDNs and plugins that write scripts into pages.

Where two could match, the first one counts. Each says where its facts were read; every page was last read in November 2026.
"""

from __future__ import annotations

from csplint.checks.own_page.senders import Sender

_CLOUDFLARE = "https://developers.cloudflare.com"
_CLOUDFLARE_CSP = f"{_CLOUDFLARE}/fundamentals/reference/policies-compliances/content-security-policies/"

SENDERS = (
    Sender(
        id="cloudflare-rocket-loader",
        title="Cloudflare Rocket Loader",
        kind="cdn",
        url=r"/cloudflare-static/rocket-loader(\.min)?\.js|//ajax\.cloudflare\.com/",
        type=r"^[0-9a-f]{8,40}-(text/javascript|application/javascript|module)?$",
        effect="Rocket Loader runs the page's scripts, so without it none of those that it took over runs",
        switch="Turn Rocket Loader off for this page: in the Cloudflare dashboard under Speed, Settings, Content Optimization, "
        'or with a Configuration Rule. To leave out one script, write data-cfasync="false" before its src.',
        source=f"{_CLOUDFLARE}/speed/optimization/content/rocket-loader/",
        marks=f"{_CLOUDFLARE}/speed/optimization/content/rocket-loader/ignore-javascripts/",
    ),
    Sender(
        id="cloudflare-javascript-detections",
        title="Cloudflare JavaScript Detections",
        kind="cdn",
        url=r"/cdn-cgi/challenge-platform/",
        code=r"__CF\$cv\$params|/cdn-cgi/challenge-platform/",
        changes=True,
        severity="warning",
        effect="The page works without it, but Cloudflare counts its visitors as not verified",
        nonce="Cloudflare copies the nonce of the policy to this script if the policy is in a header and has one; it cannot read "
        "a nonce from a meta element.",
        switch="Or turn JavaScript Detections off in the Cloudflare dashboard under Security, Settings; on the Free plan "
        "it is part of Bot Fight Mode. Cloudflare does not add it to pages with Cache-Control: no-transform.",
        source=f"{_CLOUDFLARE}/cloudflare-challenges/challenge-types/javascript-detections/",
        marks=f"{_CLOUDFLARE}/cloudflare-challenges/challenge-types/javascript-detections/",
    ),
    Sender(
        id="cloudflare-email-obfuscation",
        title="Cloudflare Email Address Obfuscation",
        kind="cdn",
        url=r"/cloudflare-static/email-decode(\.min)?\.js",
        severity="warning",
        effect="Without it, visitors see [email protected] instead of the email addresses on the page",
        switch="Turn Email Address Obfuscation off: in the Cloudflare dashboard under Scrape Shield, or with a Configuration "
        "Rule. To leave out one address, write it between <!--email_off--> and <!--/email_off-->.",
        source=f"{_CLOUDFLARE}/waf/tools/scrape-shield/email-address-obfuscation/",
        marks="https://gitlab.com/gitlab-com/gl-infra/production-engineering/-/issues/11399",
    ),
    Sender(
        id="cloudflare-web-analytics",
        title="Cloudflare Web Analytics",
        kind="cdn",
        url=r"//static\.cloudflareinsights\.com/beacon",
        severity="warning",
        effect="The page works without it, but its visits are not counted",
        switch="Disable the automatic setup in the Cloudflare dashboard under Web Analytics, Manage site, and add the JS "
        "snippet to the page yourself, with the nonce if the policy has one. It also needs connect-src "
        "https://cloudflareinsights.com.",
        source=f"{_CLOUDFLARE}/web-analytics/get-started/",
        marks=_CLOUDFLARE_CSP,
    ),
    Sender(
        id="cloudflare-zaraz",
        title="Cloudflare Zaraz",
        kind="cdn",
        url=r"/cdn-cgi/zaraz/",
        code=r"/cdn-cgi/zaraz/|\bzarazData\b",
        changes=True,
        effect="Without it, none of the tools that Zaraz manages loads",
        nonce="Zaraz adds a nonce of its own to script-src, unless something sets the policy after it.",
        switch="Or turn off Auto-inject script in Zaraz, and load /cdn-cgi/zaraz/i.js with a tag of your own.",
        source=f"{_CLOUDFLARE}/zaraz/advanced/load-zaraz-manually/",
        marks="https://blog.cloudflare.com/cloudflare-zaraz-supports-csp/",
    ),
    Sender(
        id="cloudflare",
        title="Cloudflare",
        kind="cdn",
        url=r"^[^?#]*/cdn-cgi/",
        severity="warning",
        effect="A feature that is turned on in Cloudflare does not work without it",
        switch="Find the feature in the Cloudflare dashboard and turn it off, or give script-src what Cloudflare documents for it.",
        source=_CLOUDFLARE_CSP,
        marks=_CLOUDFLARE_CSP,
    ),
    Sender(
        id="pagespeed",
        title="PageSpeed (mod_pagespeed or ngx_pagespeed)",
        kind="cdn",
        url=r"/(mod_|ngx_)?pagespeed_static/|\.pagespeed\.[a-z]{2}\.",
        code=r"mod_pagespeed|\bpagespeed\.\w+(\.\w+)?\s*[(=]",
        type=r"^text/psajs$",
        effect="PageSpeed rewrote the page's scripts or styles, and without its script they do not run or show",
        switch="Turn on HonorCsp (Apache: ModPagespeedHonorCsp on; nginx: pagespeed HonorCsp on;), so that PageSpeed adds no "
        "script that the policy blocks; or turn PageSpeed off for this page.",
        source="https://github.com/We-Amp/mod_pagespeed/wiki/"
        "Design-Doc:-Brainstorming-PageSpeed-Optimization-Products-and-Content-Security-Policy",
        standing="observed",
        marks="https://github.com/apache/incubator-pagespeed-ngx/blob/master/src/net/instaweb/genfiles/rewriter/js_defer_dbg.js",
    ),
    Sender(
        id="akamai-mpulse",
        title="Akamai mPulse",
        kind="cdn",
        url=r"//[a-z0-9.-]+\.go-mpulse\.net/",
        code=r"\bBOOMR\.(url|snippet|snippetVersion|snippetStart)\b|go-mpulse\.net|\bBOOMR_API_key\b",
        severity="warning",
        effect="The page works without it, but its visits are not measured",
        nonce="Write the loader snippet into the page yourself, with the policy's nonce (origin injection).",
        switch="Or turn off the mPulse behavior in Property Manager. mPulse also needs script-src https://*.go-mpulse.net, img-src "
        "https://*.akstat.io and connect-src https://*.akstat.io https://*.go-mpulse.net.",
        source="https://techdocs.akamai.com/mpulse-boomerang/docs/content-security-policy-csp",
        marks="https://techdocs.akamai.com/mpulse-boomerang/docs/implementation",
    ),
    Sender(
        id="vercel-toolbar",
        title="the Vercel Toolbar",
        kind="cdn",
        url=r"//vercel\.live/",
        severity="info",
        effect="Visitors miss nothing: it is for comments on preview deployments",
        switch="Turn the Vercel Toolbar off for this project or environment in its settings on Vercel, or allow https://vercel.live.",
        source="https://vercel.com/docs/vercel-toolbar/managing-toolbar",
        marks="https://github.com/vercel/next.js/discussions/56562",
    ),
    Sender(
        id="netlify",
        title="Netlify",
        kind="cdn",
        url=r"^[^?#]*/\.netlify/scripts/|//netlify-cdp-loader\.netlify\.app/",
        severity="warning",
        effect="The page works without it: it measures visits, or shows the Netlify Drawer on deploy previews",
        nonce="Netlify's Content Security Policy extension gives every script tag the nonce of the header.",
        switch="Or turn the feature off in the site's settings on Netlify.",
        source="https://docs.netlify.com/security/content-security-policy/",
        standing="observed",
        marks="https://docs.netlify.com/security/content-security-policy/",
    ),
    Sender(
        id="dynatrace",
        title="Dynatrace",
        kind="cdn",
        url=r"/ruxitagent|//js-cdn\.dynatracelabs\.com/",
        code=r"\bruxitagentjs",
        severity="warning",
        effect="The page works without it, but its visits are not measured",
        switch="Turn off automatic injection for this application, or have OneAgent add its JavaScript tag, which is a file, instead "
        "of inline code: Dynatrace supports neither nonces nor hashes for what it injects.",
        source="https://docs.dynatrace.com/docs/shortlink/modify-csp-for-rum",
        marks="https://docs.dynatrace.com/docs/shortlink/modify-csp-for-rum",
    ),
    Sender(
        id="wp-rocket",
        title="WP Rocket",
        kind="plugin",
        url=r"/wp-content/plugins/wp-rocket/|/wp-content/cache/min/",
        code=r"RocketLazyLoadScripts|RocketPreloadLinksConfig|rocketlazyloadscript",
        type=r"^rocketlazyloadscript$",
        effect="WP Rocket starts the scripts that it delays, so without its own script they never run",
        switch="In WP Rocket's settings under File Optimization, turn off Delay JavaScript execution, or exclude the scripts that "
        "this page needs.",
        source="https://docs.wp-rocket.me/article/1351-javascript-minify-combine",
        standing="observed",
        marks="https://github.com/wp-media/wp-rocket/blob/develop/inc/Engine/Optimization/DelayJS/HTML.php",
    ),
    Sender(
        id="litespeed-cache",
        title="LiteSpeed Cache",
        kind="plugin",
        url=r"/wp-content/litespeed/js/|/wp-content/plugins/litespeed-cache/",
        code=r"\blitespeed_(vary|docref|ui_events)\b|litespeed/javascript",
        type=r"^litespeed/javascript$",
        effect="LiteSpeed Cache starts the scripts that it delays, so without its own script they never run",
        switch="In LiteSpeed Cache under Page Optimization, JS Settings, set Load JS Deferred to OFF. To leave out one script, "
        'write data-no-optimize="1" data-no-defer="1" in its tag.',
        source="https://docs.litespeedtech.com/lscache/lscwp/pageopt/#js-settings-tab",
        standing="observed",
        marks="https://github.com/litespeedtech/lscache_wp",
    ),
    Sender(
        id="perfmatters",
        title="Perfmatters",
        kind="plugin",
        url=r"/wp-content/plugins/perfmatters/",
        code=r"\bpmDelayedScripts\b|\bpmUserInteractions\b|pmdelayedscript",
        type=r"^pmdelayedscript$",
        effect="Perfmatters starts the scripts that it delays, so without its own script they never run",
        switch="In the settings of Perfmatters, turn off Delay JavaScript, or exclude the scripts that this page needs.",
        source="https://perfmatters.io/docs/delay-javascript/",
        standing="observed",
        marks="https://perfmatters.io/docs/delay-javascript/",
    ),
    Sender(
        id="autoptimize",
        title="Autoptimize",
        kind="plugin",
        url=r"/cache/autoptimize/",
        effect="It holds the page's own scripts, put together in one file",
        switch="Give the tag the nonce after Autoptimize has written it, or exclude scripts from it under Settings, Autoptimize.",
        source="https://github.com/futtta/autoptimize",
        standing="observed",
        marks="https://github.com/futtta/autoptimize",
    ),
    Sender(
        id="siteground-optimizer",
        title="SiteGround Speed Optimizer",
        kind="plugin",
        url=r"/siteground-optimizer-assets/|siteground-optimizer-combined-js",
        effect="It holds the page's own scripts, put together in one file",
        switch="Turn off combining JavaScript files in Speed Optimizer, or exclude scripts with the filter "
        "sgo_javascript_combine_exclude.",
        source="https://wordpress.org/plugins/sg-cachepress/",
        standing="observed",
        marks="https://wordpress.org/plugins/sg-cachepress/",
    ),
)
