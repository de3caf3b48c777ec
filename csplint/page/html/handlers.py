"""
The attributes that browsers compile as event handlers, so that policies apply to them.

Not every attribute that starts with "on" is one: `onlogin=` on a Facebook tag is plain data. The tables list what Chromium
156 was seen to check (each name was tried on each kind of element), then what the HTML Standard and other engines add.
"""

from __future__ import annotations

_CHROMIUM = """
onabort onanimationcancel onanimationend onanimationiteration onanimationstart onauxclick onbeforecopy onbeforecut
onbeforeinput onbeforepaste onbeforetoggle onblur oncancel oncanplay oncanplaythrough onchange onclick onclose
oncommand oncontentvisibilityautostatechange oncontextlost oncontextmenu oncontextrestored oncopy oncuechange oncut
ondblclick ondrag ondragend ondragenter ondragleave ondragover ondragstart ondrop ondurationchange onemptied onended
onerror onfocus onfocusin onfocusout onformdata ongotpointercapture oninput oninvalid onkeydown onkeypress onkeyup
onload onloadeddata onloadedmetadata onloadstart onlocation onlostpointercapture onmousedown onmouseenter
onmouseleave onmousemove onmouseout onmouseover onmouseup onmousewheel onpaste onpause onplay onplaying
onpointercancel onpointerdown onpointerenter onpointerleave onpointermove onpointerout onpointerover
onpointerrawupdate onpointerup onprogress onpromptaction onpromptdismiss onratechange onreset onresize onscroll
onscrollend onscrollsnapchange onscrollsnapchanging onsecuritypolicyviolation onseeked onseeking onselect
onselectionchange onselectstart onslotchange onstalled onstream onsubmit onsuspend ontimeupdate ontoggle
ontouchcancel ontouchend ontouchmove ontouchstart ontransitionend onvalidationstatuschange onvolumechange onwaiting
onwebkitanimationend onwebkitanimationiteration onwebkitanimationstart onwebkitfullscreenchange
onwebkitfullscreenerror onwebkittransitionend onwheel
"""
# Also in the standard, Firefox or WebKit, but not in Chromium.
_OTHERS = """
onencrypted onwaitingforkey ontransitioncancel ontransitionrun ontransitionstart onfullscreenchange
onfullscreenerror ongesturechange ongestureend ongesturestart onbeforematch
"""
# On body and frameset these set handlers of the window.
_OF_WINDOW = """
onafterprint onbeforeprint onbeforeunload onhashchange onlanguagechange onmessage onmessageerror onoffline ononline
onpagehide onpagereveal onpageshow onpageswap onpopstate onrejectionhandled onstorage onunhandledrejection onunload
"""
_EVERYWHERE = frozenset((_CHROMIUM + _OTHERS).split())
_WINDOW = frozenset(_OF_WINDOW.split())
_SVG = frozenset({"onbegin", "onend", "onrepeat", "onunload"})


def is_handler(element: str, attribute: str) -> bool:
    """Whether this attribute (lower case) of this element ("body", "svg:a") is an event handler."""
    if not attribute.startswith("on"):
        return False
    if attribute in _EVERYWHERE:
        return True
    if element in ("body", "frameset"):
        return attribute in _WINDOW
    if element == "input":
        return attribute == "onsearch"
    return element.startswith("svg:") and attribute in _SVG
