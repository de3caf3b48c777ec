"""What is wrong with a hash: its alphabet, algorithm, length or padding, or that it is hexadecimal."""

from __future__ import annotations

import binascii
import re

from csplint.checks.syntax.token import Diagnosis
from csplint.csp.browsers import FIREFOX
from csplint.csp.digest import DIGEST_BYTES
from csplint.csp.parse import parse_source
from csplint.csp.source import Source, SourceKind

_HASH = re.compile(r"'(?:sha|md5)", re.IGNORECASE)
_DASHED = re.compile(r"'sha-(256|384|512)-", re.IGNORECASE)
_UNDASHED = re.compile(r"'(sha-?(?:256|384|512))(?!-)[=:_]?", re.IGNORECASE)
_HEX = {"sha256": 64, "sha384": 96, "sha512": 128}


def hash_fault(source: Source) -> Diagnosis | None:
    """What is wrong with a hash; None for one that can match, and for any other token."""
    if source.kind == SourceKind.HASH:
        return _of_wrong_length(source) or _unpadded(source)
    if source.kind != SourceKind.INVALID or not _HASH.match(source.text):
        return None
    put_right = _DASHED.sub(r"'sha\1-", source.text)
    if put_right != source.text and parse_source(put_right).kind == SourceKind.HASH:
        why = "has a dash in the algorithm's name: Chromium accepts it, Firefox drops it"
        return Diagnosis("hash", why, put_right, severity="warning")
    if parse_source(source.text, FIREFOX).kind == SourceKind.HASH:
        return _overpadded(source.text)
    if found := _UNDASHED.match(source.text):
        return _undashed(f"'{found[1].replace('-', '')}-{source.text[found.end() :]}")
    why = "only sha256, sha384 and sha512 count" if source.text[:4].lower() == "'md5" else source.why
    return Diagnosis("hash", f"is not a hash: {why}. Browsers ignore it")


def _undashed(put_right: str) -> Diagnosis:
    """Without a dash before the digest."""
    read = parse_source(put_right)
    if read.kind != SourceKind.HASH:
        why = "is not a hash: a dash and the base64 of a digest follow the algorithm. Browsers ignore it"
        return Diagnosis("hash", why)
    usable = _of_wrong_length(read) is None
    return Diagnosis(
        "hash", "is not a hash: a dash follows the algorithm. Browsers ignore it", put_right if usable else ""
    )


def _overpadded(text: str) -> Diagnosis:
    """With more = than base64 has, or of a length that base64 does not come in."""
    algorithm, _, body = text[1:-1].rstrip("=").partition("-")
    put_right = f"'{algorithm}-{body}{'=' * (-len(body) % 4)}'"
    right = len(body) == _characters(algorithm.lower()) and parse_source(put_right).kind == SourceKind.HASH
    how = "has too many = signs" if right else "is not base64"
    why = f"{how}: Chromium ignores it, Firefox keeps it and never matches it"
    return Diagnosis("hash", why, put_right if right else "", firefox_keeps=True)


def _of_wrong_length(source: Source) -> Diagnosis | None:
    # The base64 between dash and quote, without its padding.
    body, algorithm = source.text[len(source.algorithm) + 2 : -1].rstrip("="), source.algorithm
    needed = _characters(algorithm)
    if len(body) == needed:
        return None
    if len(body) == _HEX[algorithm] and re.fullmatch(r"[0-9A-Fa-f]+", body):
        digest = binascii.b2a_base64(bytes.fromhex(body), newline=False).decode("ascii")
        return Diagnosis("hash", "is written in hexadecimal and can never match", f"'{algorithm}-{digest}'")
    other = next((name for name in DIGEST_BYTES if _characters(name) == len(body)), "")
    if other:
        padding = "=" * (-len(body) % 4)
        why = f"has the length of a {other} hash and can never match"
        return Diagnosis("hash", why, f"'{other}-{body}{padding}'")
    why = f"can never match: it has {len(body)} characters, and a {algorithm} hash has {needed} without its = signs"
    return Diagnosis("hash", why)


def _characters(algorithm: str) -> int:
    """How many characters of base64 a digest has, without padding."""
    return -(-DIGEST_BYTES[algorithm] * 4 // 3)


def _unpadded(source: Source) -> Diagnosis | None:
    if parse_source(source.text, FIREFOX).digest == source.digest:
        return None
    digest = binascii.b2a_base64(source.digest, newline=False).decode("ascii")
    how = "lacks its closing = signs" if source.text[-2] != "=" else "is not written the way base64 is"
    why = f"{how}: Firefox never matches it, Chromium does"
    return Diagnosis("hash", why, f"'{source.algorithm}-{digest}'", severity="warning")
