"""
Where browsers depart from CSP Level 3, or from one another.

Each field is one rule; its text says what was seen, in which version. The
reference is Chromium: what `blocked` means without a browser's name. The
specification gives way wherever a browser was asked and decided otherwise.

Not modelled, because what a page is made of decides: `sandbox` without
allow-scripts or allow-forms runs no script and sends no form, and neither
browser reports that as a violation; `require-trusted-types-for 'script'` stops
eval, workers, javascript: URLs and script elements filled by script wherever
they are given plain strings, in both browsers, and before script-src is asked.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

BrowserName = Literal["chromium", "firefox", "safari"]


class Browser(Struct, frozen=True):
    """
    One browser's rules, as far as they differ. Seen in Chromium 156, Firefox ESR 153 and WebKitGTK 2.50.

    Reading a policy:
    splits_meta_at_commas: a comma in a meta element's content starts another policy.
        Chromium splits; Firefox takes the content as one policy, as HTML says.
    bad_value_takes_name: a directive dropped for a character it may not have still makes a later one of its name a
        duplicate. So `img-src é; img-src 'none'` blocks in Firefox alone.

    Reading a source:
    hashes_compared_as_text: a hash matches if its base64 is the very text of the digest: padded, no stray bits.
        Chromium compares what it decodes to, adds padding that is missing, and drops what cannot be decoded.
        Firefox keeps such a source: it never matches, and still switches 'unsafe-inline' off.
    dashed_hashes: 'sha-256-…' is read as 'sha256-…', and 'ed25519-…' as a hash of no text there is.
    padded_ports_match: a port with leading zeros (:0443) is the number it denotes. In Firefox it matches nothing.
    star_takes_path: `*/path` and `https://*/` are sources. Firefox drops them: only a port may follow a lone *.
    host_takes_final_dot: `a.example.` is a source. Firefox drops it.
    query_may_follow_host: `a.example?q` and `a.example:80#f` are `a.example` and `a.example:80`. Chromium drops them.
    keeps_to_path_grammar: a path that starts with //, has a character that RFC 3986 wants encoded, a % that encodes
        nothing or more than 512 characters makes the source invalid. Chromium takes any.

    Matching:
    utf8_paths: percent-encoded bytes are read as UTF-8 where they are, so /%E9 is /%C3%A9. Firefox compares bytes.
    port_80_is_443: port 80 in a source matches 443 under any scheme. Chromium asks for an upgraded scheme too.
    upgrade_keeps_port: a source that matches by an upgraded scheme may name the very port, http://a:8443 for
        https://a:8443. Chromium wants port 80, or, for what is no navigation, 443.
    own_default_port_matches: a source without port also matches the default port of its own scheme, http://a for
        https://a:80. So does 'self'. In Chromium it is the default port of the URL's scheme alone.
    star_matches_any_scheme: * stands for every scheme but data:, blob: and filesystem:.
        In Chromium for http, https, ws, wss and the page's own.
    hosts_of_any_scheme: foo://a matches foo://a/x. In Chromium only what has a host by the URL standard's special
        schemes does, though foo://* matches.
    never_asked: schemes of URLs that are let through unseen wherever they are asked for.

    Deciding:
    reads_switching_hashes: 'url-sha256-…' switches the hosts of its list off, and 'eval-sha256-…' its 'unsafe-eval'. They
        let nothing through by themselves: that is an experiment, which a page has to be enrolled in.
    trims_nonces: white space around an element's nonce does not count.
    strict_dynamic_binds_styles: 'strict-dynamic' in default-src switches 'unsafe-inline' off for styles, too.
    javascript_url_decoded: the text that is hashed for a javascript: URL is percent-decoded. Firefox hashes the URL.
    integrity_as_text: the digests of an integrity attribute are compared as they are written.
    rereads_for_frames: for frames, objects and WebSockets the policy is written out, paths decoded, and read again: in another
        process. So `frame-src a.example/x%20y` is the sources `a.example/x` and `y`, and %3B ends the directive.
        A WebSocket is asked about in both.
    upgrades_before_asking: upgrade-insecure-requests turns http: into https: before enforced policies are asked.
        In Firefox https: sources of the same policy match http: URLs instead.
    objects_are_frames: what `<object>` and `<embed>` load is asked of frame-src as well.
    prefetch_by_any_list: a prefetch that default-src refuses is let through where any fetch directive allows it
        (CSP3 #does-resource-hint-violate-policy).
    ancestors_have_no_path: a source of frame-ancestors may have any path. In Chromium an ancestor's path is /.
    star_takes_data_images: `img-src *` lets data: through.
    self_takes_blob_frames: `frame-src 'self'` lets blob: URLs of the page's origin through.
    """

    name: BrowserName
    splits_meta_at_commas: bool
    bad_value_takes_name: bool
    hashes_compared_as_text: bool
    dashed_hashes: bool
    padded_ports_match: bool
    star_takes_path: bool
    host_takes_final_dot: bool
    query_may_follow_host: bool
    keeps_to_path_grammar: bool
    utf8_paths: bool
    port_80_is_443: bool
    upgrade_keeps_port: bool
    own_default_port_matches: bool
    star_matches_any_scheme: bool
    hosts_of_any_scheme: bool
    never_asked: frozenset[str]
    reads_switching_hashes: bool
    trims_nonces: bool
    strict_dynamic_binds_styles: bool
    javascript_url_decoded: bool
    integrity_as_text: bool
    rereads_for_frames: bool
    upgrades_before_asking: bool
    objects_are_frames: bool
    prefetch_by_any_list: bool
    ancestors_have_no_path: bool
    star_takes_data_images: bool = False
    self_takes_blob_frames: bool = False


CHROMIUM = Browser(
    "chromium",
    splits_meta_at_commas=True,
    bad_value_takes_name=True,
    hashes_compared_as_text=False,
    dashed_hashes=True,
    padded_ports_match=True,
    star_takes_path=True,
    host_takes_final_dot=True,
    query_may_follow_host=False,
    keeps_to_path_grammar=False,
    utf8_paths=True,
    port_80_is_443=False,
    upgrade_keeps_port=False,
    own_default_port_matches=False,
    star_matches_any_scheme=False,
    hosts_of_any_scheme=False,
    never_asked=frozenset(),
    reads_switching_hashes=True,
    trims_nonces=True,
    strict_dynamic_binds_styles=True,
    javascript_url_decoded=True,
    integrity_as_text=False,
    rereads_for_frames=False,
    upgrades_before_asking=True,
    objects_are_frames=True,
    prefetch_by_any_list=True,
    ancestors_have_no_path=False,
)
FIREFOX = Browser(
    "firefox",
    splits_meta_at_commas=False,
    bad_value_takes_name=False,
    hashes_compared_as_text=True,
    dashed_hashes=False,
    padded_ports_match=False,
    star_takes_path=False,
    host_takes_final_dot=False,
    query_may_follow_host=True,
    keeps_to_path_grammar=True,
    utf8_paths=False,
    port_80_is_443=True,
    upgrade_keeps_port=True,
    own_default_port_matches=True,
    star_matches_any_scheme=True,
    hosts_of_any_scheme=True,
    never_asked=frozenset({"about", "javascript"}),
    reads_switching_hashes=False,
    trims_nonces=False,
    strict_dynamic_binds_styles=False,
    javascript_url_decoded=False,
    integrity_as_text=True,
    rereads_for_frames=True,
    upgrades_before_asking=False,
    objects_are_frames=False,
    prefetch_by_any_list=False,
    ancestors_have_no_path=True,
)
SAFARI = replace(
    CHROMIUM, name="safari", reads_switching_hashes=False, star_takes_data_images=True, self_takes_blob_frames=True
)
"""Asked little (WebKitGTK 2.50): what is known to differ, and Chromium's rules for the rest, which grew out of WebKit."""

BROWSERS = (CHROMIUM, FIREFOX, SAFARI)
BY_NAME: dict[BrowserName, Browser] = {browser.name: browser for browser in BROWSERS}
