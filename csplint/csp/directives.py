"""The table of all directives csplint knows: their kinds, their fallbacks, and which are ignored in meta elements."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

DirectiveKind = Literal["sources", "ancestors", "sandbox", "reporting", "trusted-types", "flag", "other"]
Status = Literal["current", "deprecated", "removed"]


class DirectiveInfo(Struct, frozen=True):
    """
    One known directive.

    kind: what its value holds. fallback: the directives that browsers use in its absence, in order
    (CSP3 #directive-fallback-list). in_meta: whether browsers honour it in a meta element.
    """

    name: str
    kind: DirectiveKind
    fallback: tuple[str, ...] = ()
    status: Status = "current"
    in_meta: bool = True


_DEFAULT = ("default-src",)

_TABLE = (
    DirectiveInfo("default-src", "sources"),
    DirectiveInfo("script-src", "sources", _DEFAULT),
    DirectiveInfo("script-src-elem", "sources", ("script-src", "default-src")),
    DirectiveInfo("script-src-attr", "sources", ("script-src", "default-src")),
    DirectiveInfo("style-src", "sources", _DEFAULT),
    DirectiveInfo("style-src-elem", "sources", ("style-src", "default-src")),
    DirectiveInfo("style-src-attr", "sources", ("style-src", "default-src")),
    DirectiveInfo("connect-src", "sources", _DEFAULT),
    DirectiveInfo("font-src", "sources", _DEFAULT),
    DirectiveInfo("img-src", "sources", _DEFAULT),
    DirectiveInfo("manifest-src", "sources", _DEFAULT),
    DirectiveInfo("media-src", "sources", _DEFAULT),
    DirectiveInfo("object-src", "sources", _DEFAULT),
    DirectiveInfo("child-src", "sources", _DEFAULT),
    DirectiveInfo("frame-src", "sources", ("child-src", "default-src")),
    DirectiveInfo("worker-src", "sources", ("child-src", "script-src", "default-src")),
    DirectiveInfo("fenced-frame-src", "sources", ("frame-src", "child-src", "default-src")),
    DirectiveInfo("base-uri", "sources"),
    DirectiveInfo("form-action", "sources"),
    DirectiveInfo("frame-ancestors", "ancestors", in_meta=False),
    DirectiveInfo("sandbox", "sandbox", in_meta=False),
    DirectiveInfo("report-to", "reporting"),
    DirectiveInfo("report-uri", "reporting", status="deprecated", in_meta=False),
    DirectiveInfo("require-trusted-types-for", "trusted-types"),
    DirectiveInfo("trusted-types", "trusted-types"),
    DirectiveInfo("upgrade-insecure-requests", "flag"),
    DirectiveInfo("webrtc", "other"),
    DirectiveInfo("treat-as-public-address", "flag", in_meta=False),
    DirectiveInfo("block-all-mixed-content", "flag", status="deprecated"),
    DirectiveInfo("prefetch-src", "sources", _DEFAULT, status="removed"),
    DirectiveInfo("navigate-to", "sources", status="removed"),
    DirectiveInfo("plugin-types", "other", status="removed"),
    DirectiveInfo("reflected-xss", "other", status="removed"),
    DirectiveInfo("referrer", "other", status="removed"),
    DirectiveInfo("disown-opener", "flag", status="removed"),
    DirectiveInfo("require-sri-for", "other", status="removed"),
)

DIRECTIVES: dict[str, DirectiveInfo] = {info.name: info for info in _TABLE}


CHAINS: dict[str, tuple[str, ...]] = {info.name: (info.name, *info.fallback) for info in _TABLE}
"""For each directive, itself and then its fallbacks, in the order in which browsers look for them."""
