"""The scripts of a page, as an inventory that somebody can approve (PCI DSS 6.4.3 asks for one of payment pages)."""

from __future__ import annotations

from msgspec import Struct

from csplint.model.places import Place


class ScriptReport(Struct, frozen=True, kw_only=True):
    """
    One script of a page.

    origin: where its file comes from; "" for a script written into the page. url: the file's address without query and fragment.
    sha256: of an inline script's text, as a hash source. integrity: the attribute, "" for none; it pins the file. has_nonce: whether
    its tag has a nonce. allowed_by: the source of the policy that allows it, "" if none or no policy does. vendor: the id of the
    vendor whose embed it is, "" for none. place: its tag.
    """

    origin: str = ""
    url: str = ""
    sha256: str = ""
    integrity: str = ""
    has_nonce: bool = False
    allowed_by: str = ""
    vendor: str = ""
    place: Place | None = None
