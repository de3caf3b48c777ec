"""
Where browsers depart from CSP Level 3, or from one another.

Each field of `Browser` is one rule; its text says what was seen, and in which version. The reference is Chromium: it is
what `blocked` means without a browser's name. Where a browser was tested and departs from the specification, csplint
follows the browser.

"safari" is WebKit, which Safari is built on: WebKitGTK was asked, with the same code for policies. Its prefetches and
manifests could not be tested; there it follows Chromium, because Blink grew out of WebKit.

Not part of a decision about a request, because they depend on what the page holds: `sandbox` without allow-scripts or
allow-forms runs no script and sends no form, and neither browser reports that as a violation; `require-trusted-types-for
'script'` blocks eval, workers, javascript: URLs and script elements filled by scripts where they get plain strings, in both
browsers, before script-src is checked (Chrome 83, Firefox 148 and Safari 26 are the first that do). The checks know them:
`checks/delivery/sandboxed.py`, `checks/trusted_types.py`. Chromium 156 and Firefox 153 enforce nothing of Document-Policy
that could stop a script.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

BrowserName = Literal["chromium", "firefox", "safari"]


class Browser(Struct, frozen=True):
    """
    One browser's rules, as far as they differ. Seen in Chromium 156, Firefox ESR 153 and WebKitGTK 2.50.6.

    Parsing a policy:
    vertical_tab_is_space: a vertical tab separates names, directives and sources, as a space does. Only in WebKit.
    splits_meta_at_commas: a comma in a meta element's content starts another policy.
        Chromium splits; Firefox takes the content as one policy, as HTML says.
    bad_value_takes_name: a directive that is ignored for a forbidden character still makes a later one of the same name a
        duplicate. So `img-src é; img-src 'none'` blocks images only in Firefox and WebKit.

    Parsing a source:
    hashes_compared_as_text: a hash matches if its base64 is exactly the digest's: padded, without stray bits.
        Chromium compares decoded hashes, adds missing padding, and ignores what cannot be decoded.
        Firefox keeps such a source: it never matches, but disables 'unsafe-inline'.
    dashed_hashes: 'sha-256-…' is the same as 'sha256-…', and 'ed25519-…' is a hash that no text has. Only in Chromium.
    surplus_padding_forgiven: a hash may end in one = too many. Chromium ignores such a source.
    base64_alphabets_mix: one hash may have characters of both alphabets, + or / and - or _. WebKit ignores such a source.
    equals_anywhere_in_nonce: 'nonce-x=y' and 'nonce-===' are nonces. Elsewhere at most two = may end a nonce.
    integrity_in_any_case: an integrity attribute may have `SHA256-…`. Elsewhere only lower case counts.
    padded_ports_match: a port with leading zeros (:0443) is the number it denotes. In Firefox it matches nothing.
    star_takes_path: `*/path` and `https://*/` are valid sources. Firefox ignores them: only a port may follow a lone *.
    bare_star_takes_port: `*:443` and, if star_takes_path, `*/path` are valid sources. WebKit ignores both, and needs a
        scheme: `https://*:443` and `https://*/path`.
    host_takes_final_dot: `a.example.` is a valid source. Firefox ignores it.
    query_may_follow_host: `a.example?q` and `a.example:80#f` are `a.example` and `a.example:80`. Chromium ignores them.
    keeps_to_path_grammar: a source is invalid if its path starts with //, has a character that RFC 3986 requires to be
        encoded, a % that encodes nothing, or more than 512 characters. Chromium accepts any path.

    Matching:
    websockets_match_http: ws: and wss: sources match web addresses: `ws:` matches http:, https: and wss:, and `wss:`
        matches https:. So `img-src wss:` allows images. Only in WebKit.
    utf8_paths: percent-encoded bytes are decoded as UTF-8 if they are valid, so /%E9 is /%C3%A9. Firefox compares bytes.
    bad_utf8_is_replaced: bytes that are not UTF-8 become U+FFFD, so /%E9 matches /%E8. Only in WebKit.
    port_80_is_443: port 80 in a source, also the one that http:// means, matches 443 under any scheme, and 'self' is
        compared like a source that names the page's origin. Chromium requires an upgraded scheme too.
    upgrade_keeps_port: a source that matches by an upgraded scheme may name the URL's own port, http://a:8443 for
        https://a:8443. Chromium requires port 80 or, for anything but a navigation, 443.
    own_default_port_matches: a source without port also matches the default port of its own scheme, http://a for
        https://a:80. So does 'self'. In Chromium only the default port of the URL's scheme matches.
    star_matches_any_scheme: * matches every scheme except data:, blob: and filesystem:.
        In Chromium it matches http, https, ws, wss and the page's own.
    hosts_of_any_scheme: foo://a matches foo://a/x. In Chromium only URLs of the URL standard's special schemes have a
        host, though foo://* matches.
    never_checked: schemes of URLs that are allowed without a check, for any kind of request.

    Deciding:
    checks_foreign_blob_frames: frames with blob: URLs of another origin are checked. WebKit does not: they never load.
    checks_data_base: a `<base>` with a data: URL is checked against base-uri. Elsewhere it is ignored before that.
    reads_switching_hashes: 'url-sha256-…' disables the hosts of its list, and 'eval-sha256-…' its 'unsafe-eval'. They
        allow nothing by themselves: that is an experiment, which a page has to be enrolled in.
    trims_nonces: white space around an element's nonce is ignored.
    nonce_keeps_vertical_tab: but a vertical tab is not.
    strict_dynamic_reads_name: 'strict-dynamic' counts only in script-src, script-src-elem and default-src, and only if
        that name is written in lower case; not in worker-src, child-src or script-src-attr. Only in WebKit.
    strict_dynamic_disables_locations: beside 'strict-dynamic', 'self' allows no request of any kind, and hosts and schemes
        written after it neither; those written before it and * do. So `default-src 'self' 'strict-dynamic'` blocks the
        page's own images. For a script that such a location matches, the violation names script-src. Only in WebKit.
    empty_hash_allows_scripts: beside 'strict-dynamic', the hash of the empty text allows every script file.
    strict_dynamic_binds_styles: 'strict-dynamic' in default-src disables 'unsafe-inline' for styles too.
    javascript_url_decoded: the text that is hashed for a javascript: URL is percent-decoded. Firefox hashes the URL.
    integrity_as_text: the digests of an integrity attribute are compared as they are written.
    reparses_for_frames: for frames, objects and WebSockets the policy is serialized, with paths decoded, and parsed again
        in another process. So `frame-src a.example/x%20y` is the sources `a.example/x` and `y`, and %3B ends the
        directive. A WebSocket is checked against both.
    upgrades_before_check: upgrade-insecure-requests turns http: into https: before enforced policies are checked.
        In Firefox https: sources of the same policy match http: URLs instead.
    upgrades_before_report_only: and before report-only policies are checked.
    upgrades_fetch_first: fetch() is upgraded before the check, and EventSource is not. In Chromium it is the reverse.
    upgrades_mixed_images: on an https: page, http: images are upgraded before enforced policies are checked, unless their
        host is an address or localhost. So `img-src https:` allows them. Firefox upgrades them after the check.
    objects_are_frames: what `<object>` and `<embed>` load is checked against frame-src too.
    prefetch_by_any_list: a prefetch that default-src refuses is allowed if any fetch directive allows it
        (CSP3 #does-resource-hint-violate-policy).
    follows_forms: form-action is checked again where a redirect leads. Firefox checks the form's own address only.
    ancestors_have_no_path: a source of frame-ancestors may have any path. In Chromium an ancestor's path is /.
    reads_integrity_policy: the Integrity-Policy header blocks scripts without integrity (Chrome 138, Firefox 145).
    star_takes_data: `img-src *` matches data: URLs, and `media-src *` matches data: and blob: URLs. The * of default-src
        does not.
    self_takes_blob_frames: `frame-src 'self'` matches blob: URLs of the page's origin. The 'self' of child-src and
        default-src does not.

    Reporting:
    reports_wasm: WebAssembly that a policy refuses is a violation. WebKit reports none, and blocks it.
    reports_allowed_eval: eval() that only report-only policies refuse is a violation.
    nonce_skips_report_only: a script or style file whose nonce all enforced policies accept is not checked against
        report-only policies, except for a script where any policy has 'strict-dynamic'.
    """

    name: BrowserName
    vertical_tab_is_space: bool
    splits_meta_at_commas: bool
    bad_value_takes_name: bool
    hashes_compared_as_text: bool
    dashed_hashes: bool
    surplus_padding_forgiven: bool
    base64_alphabets_mix: bool
    equals_anywhere_in_nonce: bool
    integrity_in_any_case: bool
    padded_ports_match: bool
    star_takes_path: bool
    bare_star_takes_port: bool
    host_takes_final_dot: bool
    query_may_follow_host: bool
    keeps_to_path_grammar: bool
    websockets_match_http: bool
    utf8_paths: bool
    bad_utf8_is_replaced: bool
    port_80_is_443: bool
    upgrade_keeps_port: bool
    own_default_port_matches: bool
    star_matches_any_scheme: bool
    hosts_of_any_scheme: bool
    never_checked: frozenset[str]
    checks_foreign_blob_frames: bool
    checks_data_base: bool
    reads_switching_hashes: bool
    trims_nonces: bool
    nonce_keeps_vertical_tab: bool
    strict_dynamic_reads_name: bool
    strict_dynamic_disables_locations: bool
    empty_hash_allows_scripts: bool
    strict_dynamic_binds_styles: bool
    javascript_url_decoded: bool
    integrity_as_text: bool
    reparses_for_frames: bool
    upgrades_before_check: bool
    upgrades_before_report_only: bool
    upgrades_fetch_first: bool
    upgrades_mixed_images: bool
    objects_are_frames: bool
    prefetch_by_any_list: bool
    follows_forms: bool
    ancestors_have_no_path: bool
    star_takes_data: bool
    self_takes_blob_frames: bool
    reports_wasm: bool
    reports_allowed_eval: bool
    nonce_skips_report_only: bool
    reads_integrity_policy: bool = True


CHROMIUM = Browser(
    "chromium",
    vertical_tab_is_space=False,
    splits_meta_at_commas=True,
    bad_value_takes_name=True,
    hashes_compared_as_text=False,
    dashed_hashes=True,
    surplus_padding_forgiven=False,
    base64_alphabets_mix=True,
    equals_anywhere_in_nonce=False,
    integrity_in_any_case=False,
    padded_ports_match=True,
    star_takes_path=True,
    bare_star_takes_port=True,
    host_takes_final_dot=True,
    query_may_follow_host=False,
    keeps_to_path_grammar=False,
    websockets_match_http=False,
    utf8_paths=True,
    bad_utf8_is_replaced=False,
    port_80_is_443=False,
    upgrade_keeps_port=False,
    own_default_port_matches=False,
    star_matches_any_scheme=False,
    hosts_of_any_scheme=False,
    never_checked=frozenset(),
    checks_foreign_blob_frames=True,
    checks_data_base=False,
    reads_switching_hashes=True,
    trims_nonces=True,
    nonce_keeps_vertical_tab=False,
    strict_dynamic_reads_name=False,
    strict_dynamic_disables_locations=False,
    empty_hash_allows_scripts=False,
    strict_dynamic_binds_styles=True,
    javascript_url_decoded=True,
    integrity_as_text=False,
    reparses_for_frames=False,
    upgrades_before_check=True,
    upgrades_before_report_only=False,
    upgrades_fetch_first=False,
    upgrades_mixed_images=True,
    objects_are_frames=True,
    prefetch_by_any_list=True,
    follows_forms=True,
    ancestors_have_no_path=False,
    star_takes_data=False,
    self_takes_blob_frames=False,
    reports_wasm=True,
    reports_allowed_eval=True,
    nonce_skips_report_only=False,
)
FIREFOX = Browser(
    "firefox",
    vertical_tab_is_space=False,
    splits_meta_at_commas=False,
    bad_value_takes_name=False,
    hashes_compared_as_text=True,
    dashed_hashes=False,
    surplus_padding_forgiven=False,
    base64_alphabets_mix=True,
    equals_anywhere_in_nonce=False,
    integrity_in_any_case=False,
    padded_ports_match=False,
    star_takes_path=False,
    bare_star_takes_port=True,
    host_takes_final_dot=False,
    query_may_follow_host=True,
    keeps_to_path_grammar=True,
    websockets_match_http=False,
    utf8_paths=False,
    bad_utf8_is_replaced=False,
    port_80_is_443=True,
    upgrade_keeps_port=True,
    own_default_port_matches=True,
    star_matches_any_scheme=True,
    hosts_of_any_scheme=True,
    never_checked=frozenset({"about", "javascript"}),
    checks_foreign_blob_frames=True,
    checks_data_base=False,
    reads_switching_hashes=False,
    trims_nonces=False,
    nonce_keeps_vertical_tab=False,
    strict_dynamic_reads_name=False,
    strict_dynamic_disables_locations=False,
    empty_hash_allows_scripts=False,
    strict_dynamic_binds_styles=False,
    javascript_url_decoded=False,
    integrity_as_text=True,
    reparses_for_frames=True,
    upgrades_before_check=False,
    upgrades_before_report_only=False,
    upgrades_fetch_first=False,
    upgrades_mixed_images=False,
    objects_are_frames=False,
    prefetch_by_any_list=False,
    follows_forms=False,
    ancestors_have_no_path=True,
    star_takes_data=False,
    self_takes_blob_frames=False,
    reports_wasm=True,
    reports_allowed_eval=True,
    nonce_skips_report_only=False,
)
SAFARI = Browser(
    "safari",
    vertical_tab_is_space=True,
    splits_meta_at_commas=True,
    bad_value_takes_name=False,
    hashes_compared_as_text=False,
    dashed_hashes=False,
    surplus_padding_forgiven=True,
    base64_alphabets_mix=False,
    equals_anywhere_in_nonce=True,
    integrity_in_any_case=True,
    padded_ports_match=True,
    star_takes_path=True,
    bare_star_takes_port=False,
    host_takes_final_dot=True,
    query_may_follow_host=False,
    keeps_to_path_grammar=False,
    websockets_match_http=True,
    utf8_paths=True,
    bad_utf8_is_replaced=True,
    port_80_is_443=True,
    upgrade_keeps_port=True,
    own_default_port_matches=False,
    star_matches_any_scheme=False,
    hosts_of_any_scheme=True,
    never_checked=frozenset(),
    checks_foreign_blob_frames=False,
    checks_data_base=True,
    reads_switching_hashes=False,
    trims_nonces=True,
    nonce_keeps_vertical_tab=True,
    strict_dynamic_reads_name=True,
    strict_dynamic_disables_locations=True,
    empty_hash_allows_scripts=True,
    strict_dynamic_binds_styles=True,
    javascript_url_decoded=True,
    integrity_as_text=False,
    reparses_for_frames=False,
    upgrades_before_check=True,
    upgrades_before_report_only=True,
    upgrades_fetch_first=True,
    upgrades_mixed_images=True,
    objects_are_frames=False,
    prefetch_by_any_list=True,
    follows_forms=True,
    ancestors_have_no_path=False,
    star_takes_data=True,
    self_takes_blob_frames=True,
    reports_wasm=False,
    reports_allowed_eval=False,
    nonce_skips_report_only=True,
    reads_integrity_policy=False,
)

BROWSERS = (CHROMIUM, FIREFOX, SAFARI)
BY_NAME: dict[BrowserName, Browser] = {browser.name: browser for browser in BROWSERS}
