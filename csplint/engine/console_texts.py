"""
What browsers print in their console when a policy blocks a request.

Seen in Chromium 156, Firefox 153 and WebKitGTK 2.50 (for Safari). {url}, {origin} and {directive} are filled in; "…" stands
for text that differs from page to page.
"""

from __future__ import annotations

from csplint.packs.pack import ConsoleText

CONSOLE_TEXTS = (
    ConsoleText(
        kinds=(
            "script",
            "dynamic-script",
        ),
        chromium="Loading the script '{url}' violates the following Content Security Policy directive: "
        '"{directive}". … The action has been blocked.',
        firefox="Content-Security-Policy: The page’s settings blocked a script (script-src-elem) at {url} from "
        "being executed because it violates the following directive: “{directive}”",
        safari="Refused to load {url} because it does not appear in the script-src directive of the Content "
        "Security Policy.",
    ),
    ConsoleText(
        kinds=(
            "inline-script",
            "dynamic-inline-script",
        ),
        chromium="Executing inline script violates the following Content Security Policy directive '{directive}'. "
        "Either the 'unsafe-inline' keyword, a hash ('sha256-…'), or a nonce ('nonce-...') is required "
        "to enable inline execution. The action has been blocked.",
        firefox="Content-Security-Policy: The page’s settings blocked an inline script (script-src-elem) from "
        "being executed because it violates the following directive: “{directive}”. Consider using a "
        "hash ('sha256-…') or a nonce.",
        safari="Refused to execute a script because its hash, its nonce, or 'unsafe-inline' does not appear in "
        "the script-src directive of the Content Security Policy.",
    ),
    ConsoleText(
        kinds=(
            "connect",
            "beacon",
            "eventsource",
            "ws",
        ),
        chromium="Connecting to '{url}' violates the following Content Security Policy directive: \"{directive}\". "
        "The action has been blocked.",
        firefox="Content-Security-Policy: The page’s settings blocked the loading of a resource (connect-src) at "
        "{url} because it violates the following directive: “{directive}”",
        safari="Refused to connect to {url} because it does not appear in the connect-src directive of the "
        "Content Security Policy.",
    ),
    ConsoleText(
        kinds=("img",),
        chromium="Loading the image '{url}' violates the following Content Security Policy directive: "
        '"{directive}". The action has been blocked.',
        firefox="Content-Security-Policy: The page’s settings blocked the loading of a resource (img-src) at "
        "{url} because it violates the following directive: “{directive}”",
        safari="Refused to load {url} because it does not appear in the img-src directive of the Content "
        "Security Policy.",
    ),
    ConsoleText(
        kinds=("font",),
        chromium="Loading the font '{url}' violates the following Content Security Policy directive: "
        '"{directive}". The action has been blocked.',
        firefox="Content-Security-Policy: The page’s settings blocked the loading of a resource (font-src) at "
        "{url} because it violates the following directive: “{directive}”",
        safari="Refused to load {url} because it does not appear in the font-src directive of the Content "
        "Security Policy.",
    ),
    ConsoleText(
        kinds=("media",),
        chromium="Loading media from  '{url}' violates the following Content Security Policy directive: "
        '"{directive}". The action has been blocked.',
        firefox="Content-Security-Policy: The page’s settings blocked the loading of a resource (media-src) at "
        "{url} because it violates the following directive: “{directive}”",
        safari="Refused to load {url} because it does not appear in the media-src directive of the Content "
        "Security Policy.",
    ),
    ConsoleText(
        kinds=("style",),
        chromium="Loading the stylesheet '{url}' violates the following Content Security Policy directive: "
        '"{directive}". The action has been blocked.',
        firefox="Content-Security-Policy: The page’s settings blocked a style (style-src-elem) at {url} from "
        "being applied because it violates the following directive: “{directive}”",
        safari="Refused to load {url} because it does not appear in the style-src directive of the Content "
        "Security Policy.",
    ),
    ConsoleText(
        kinds=(
            "inline-style",
            "style-attr",
        ),
        chromium="Applying inline style violates the following Content Security Policy directive '{directive}'. "
        "Either the 'unsafe-inline' keyword, a hash ('sha256-…'), or a nonce ('nonce-...') is required "
        "to enable inline execution. … The action has been blocked.",
        firefox="Content-Security-Policy: The page’s settings blocked an inline style (style-src-attr) from "
        "being applied because it violates the following directive: “{directive}”. …",
        safari="Refused to apply a stylesheet because its hash, its nonce, or 'unsafe-inline' does not appear "
        "in the style-src directive of the Content Security Policy.",
    ),
    ConsoleText(
        kinds=("frame",),
        chromium="Framing '{origin}' violates the following Content Security Policy directive: \"{directive}\". The "
        "request has been blocked.",
        firefox="Content-Security-Policy: The page’s settings blocked the loading of a resource (frame-src) at "
        "{url} because it violates the following directive: “{directive}”",
        safari="Refused to load {url} because it does not appear in the frame-src directive of the Content "
        "Security Policy.",
    ),
    ConsoleText(
        kinds=("eval",),
        chromium="EvalError: Evaluating a string as JavaScript violates the following Content Security Policy "
        "directive because 'unsafe-eval' is not an allowed source of script: {directive}\".",
        firefox="Content-Security-Policy: The page’s settings blocked a JavaScript eval (script-src) from being "
        "executed because it violates the following directive: “{directive}” (Missing 'unsafe-eval')",
        safari="Refused to evaluate a string as JavaScript because 'unsafe-eval' or 'trusted-types-eval' is not "
        'an allowed source of script in the following Content Security Policy directive: "{directive}".',
    ),
)
