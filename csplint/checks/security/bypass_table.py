"""
Hosts by which an allow-list can be bypassed, and where that was reported.

Facts, not proof: an entry says that somebody saw the host serve such a thing
at the given time. Nobody tested the hosts for this table, and a host that it
does not list is not necessarily safe.

The entries of csp-evaluator's lists (Apache-2.0, Google) are a selection of
`allowlist_bypasses/json/jsonp.json` and `angular.json` of
https://github.com/google/csp-evaluator, with the hosts and paths unchanged. Its
maintainer says that they were found in 2016; those that a list of 2026
(https://github.com/renniepak/CSPBypass) does not have are marked `dated`.
The suffixes are from the private section of https://publicsuffix.org/list/:
anyone can get a name under them.
"""

from __future__ import annotations

from csplint.packs.pack import BypassHost

JSONP_2023 = "csp-evaluator's JSONP list of 2023-01-12"
JSONP_BOTH = f"{JSONP_2023} and CSPBypass's of 2026-04-30"
ANGULAR_2021 = "csp-evaluator's Angular list of 2021-03-08"
SUFFIXES = "the Public Suffix List of 2026-08-19"

_JSONP = (
    ("accounts.google.com", ("/o/oauth2/revoke",)),
    ("api.mixpanel.com", ("/track/",)),
    ("api.vk.com", ("/method/wall.get",)),
    ("fast.wistia.com", ("/embed/medias/o75jtw7654.json",)),
    ("graph.facebook.com", ("/1/",)),
    ("maps.googleapis.com", ("/maps/api/js/GeoPhotoService.GetMetadata",)),
    ("mc.yandex.ru", ("/watch/24306916/1",)),
    ("nominatim.openstreetmap.org", ("/",)),
    ("translate.googleapis.com", ("/translate_a/l",)),
    ("vimeo.com", ("/api/oembed.json/",)),
    ("www.blogger.com", ("/feeds/5578653387562324002/posts/summary/4427562025302749269",)),
    ("www.google.com", ("/complete/search", "/tools/feedback/escalation-options")),
    ("www.youtube.com", ("/oembed", "/profile_style")),
)
_JSONP_DATED = (
    ("clients1.google.com", "/complete/search"),
    ("googleads.g.doubleclick.net", "/pagead/conversion/1036918760/wcm"),
    ("pagead2.googlesyndication.com", "/relatedsearch"),
    ("securepubads.g.doubleclick.net", "/gampad/ads"),
    ("syndication.twitter.com", "/widgets/timelines/765840589183213568"),
)
_JSONP_WITH_EVAL = (
    ("ssl.google-analytics.com", "/gtm/js"),
    ("www.google-analytics.com", "/gtm/js"),
    ("www.googleadservices.com", "/pagead/conversion/1070110417/wcm"),
    ("www.googletagmanager.com", "/gtm/js"),
)
_ANGULAR = (
    ("ajax.googleapis.com", "/ajax/libs/angularjs/1.2.0rc1/angular-route.min.js"),
    ("cdn.bootcss.com", "/angular.js/1.2.0/angular.min.js"),
    ("cdnjs.cloudflare.com", "/ajax/libs/angular.js/1.2.16/angular.min.js"),
    ("www.gstatic.com", "/fsn/angular_js-bundle1.js"),
    ("yastatic.net", "/angularjs/1.2.23/angular.min.js"),
)
_CONTENT = (
    ("cdn.jsdelivr.net", ("/npm/", "/gh/"), "https://www.jsdelivr.com/documentation"),
    ("esm.sh", ("/",), "https://github.com/esm-dev/esm.sh"),
    ("s3.amazonaws.com", ("/",), "https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html"),
    ("storage.googleapis.com", ("/",), "https://cloud.google.com/storage/docs/request-endpoints"),
    ("unpkg.com", ("/",), "https://unpkg.com/"),
)
_TENANTS = (
    "appspot.com",
    "azureedge.net",
    "azurefd.net",
    "azurewebsites.net",
    "blob.core.windows.net",
    "cloudfront.net",
    "cloudfunctions.net",
    "digitaloceanspaces.com",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.io",
    "onrender.com",
    "pages.dev",
    "r2.dev",
    "run.app",
    "s3.amazonaws.com",
    "vercel.app",
    "web.app",
    "web.core.windows.net",
    "workers.dev",
)

HOSTS: tuple[BypassHost, ...] = (
    *(BypassHost(host, paths, "jsonp", JSONP_BOTH) for host, paths in _JSONP),
    *(BypassHost(host, (path,), "jsonp", JSONP_2023, dated=True) for host, path in _JSONP_DATED),
    *(BypassHost(host, (path,), "jsonp", JSONP_2023, needs_eval=True) for host, path in _JSONP_WITH_EVAL),
    *(BypassHost(host, (path,), "angular", ANGULAR_2021) for host, path in _ANGULAR),
    *(BypassHost(host, paths, "content", source) for host, paths, source in _CONTENT),
    *(BypassHost(f"*.{suffix}", ("/",), "tenants", SUFFIXES) for suffix in _TENANTS),
)
"""The built-in table; `--bypass-data` adds the user's own."""
