"""Hashes in source lists and integrity attributes, with base64 as each browser decodes it (CSP3 #grammardef-hash-source)."""

from __future__ import annotations

import binascii
import re

from csplint.csp.browsers import Browser
from csplint.csp.source import AnySourceKind, Source, SourceKind, invalid

DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}

_HASH = re.compile(r"'((?i:sha-?256|sha-?384|sha-?512|ed25519))-([A-Za-z0-9+/_-]+={0,2})'")
_URL_SAFE = str.maketrans("-_", "+/")


def hash_source(text: str, browser: Browser) -> Source | None:
    """Parse a hash source; None for any other token."""
    found = _HASH.fullmatch(text)
    if found is None:
        return None
    written, value = found[1].lower(), found[2].translate(_URL_SAFE)
    algorithm = written.replace("-", "")
    in_grammar = written in DIGEST_BYTES
    if not in_grammar and not browser.dashed_hashes:
        return None
    digest = decode(value)
    if browser.hashes_compared_as_text:
        canonical = digest is not None and encode(digest) == value
        return Source(
            text, SourceKind.HASH, algorithm=algorithm, digest=digest if digest and canonical else _odd(value)
        )
    if digest is None:
        return invalid(text, "the hash is not base64")
    if not in_grammar:
        why = "only Chromium accepts it as a hash; the standard names are sha256, sha384 and sha512"
        return Source(text, SourceKind.INVALID, algorithm=algorithm, digest=digest, why=why)
    return Source(text, SourceKind.HASH, algorithm=algorithm, digest=digest)


def switching_hash(text: str, browser: Browser) -> Source | None:
    """
    Parse 'url-sha256-…' or 'eval-sha256-…', a hash of a URL or of text passed to eval(); None for any other token.

    https://github.com/explainers-by-googlers/script-src-v2; Chromium accepts any hash that it knows behind the prefix.
    """
    found = _SWITCHING.match(text)
    read = hash_source(f"'{text[found.end() :]}", browser) if found and browser.reads_switching_hashes else None
    if found is None or read is None or not read.algorithm:
        return None
    return Source(text, _SWITCHES[found[1].lower()], algorithm=read.algorithm, digest=read.digest)


def _odd(value: str) -> bytes:
    """
    In place of a digest, the text of one that is not written as any text's digest is; only the same text equals it.

    Longer than every digest that a page's text can have.
    """
    return _ODD_TEXT + value.encode()


_ODD_TEXT = b"text, not a digest, because it is not written as the digest of any text is: "


def is_odd(digest: bytes) -> bool:
    """Whether this is a text in place of a digest, which no page's text has (Firefox only)."""
    return digest.startswith(_ODD_TEXT)


_SWITCHING = re.compile(r"'(url|eval)-", re.IGNORECASE)
_SWITCHES: dict[str, AnySourceKind] = {"url": SourceKind.URL_HASH, "eval": SourceKind.EVAL_HASH}

_MOST_PADDING = 2


def decode(value: str) -> bytes | None:
    """Decode base64 as Chromium does: missing padding is added; None if there is too much padding."""
    body = value.rstrip("=")
    whole = len(value) + -len(value) % 4
    if whole - len(body) > _MOST_PADDING:
        return None
    return binascii.a2b_base64(body + "=" * (whole - len(body)))


def encode(digest: bytes) -> str:
    """The base64 of a digest, padded."""
    return binascii.b2a_base64(digest, newline=False).decode("ascii")


_INTEGRITY = r"(sha-?(?:256|384|512))-([A-Za-z0-9+/_-]+={0,2})(\?.*)?(.*)"
_SPACES = {False: re.compile(r"[\t-\r ]+"), True: re.compile(r"[\t\n\f\r ]+")}
"""What separates tokens, by `integrity_as_text`: in Chromium the vertical tab does too."""


def integrity_digests(integrity: str, browser: Browser) -> list[tuple[str, bytes]]:
    """
    The (algorithm, digest) pairs of an integrity attribute (SRI #parse-metadata); b"" for one that no source can match.

    Both browsers ignore a token whose algorithm name is not in lower case.
    """
    found = []
    for token in _SPACES[browser.integrity_as_text].split(integrity):
        match = re.fullmatch(_INTEGRITY, token, re.DOTALL)
        if match is None or ("-" in match[1] and not browser.dashed_hashes):
            continue
        algorithm, value, option, rest = match[1].replace("-", ""), match[2], match[3], match[4]
        if browser.integrity_as_text:
            digest = decode(value)
            same = digest is not None and encode(digest) == value
            found.append((algorithm, b"" if rest else digest if digest and same else _odd(value)))
        elif not rest or option:
            found.append((algorithm, decode(value.rstrip("=").translate(_URL_SAFE)) or b""))
    return found
