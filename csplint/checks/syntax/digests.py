"""What is wrong with a hash source: alphabet, algorithm, length, padding, or that it is hexadecimal."""

from __future__ import annotations

import binascii
import re

from msgspec import Struct

from csplint.csp.browsers import FIREFOX
from csplint.csp.digest import DIGEST_BYTES
from csplint.csp.parse import parse_source
from csplint.csp.source import Source, SourceKind
from csplint.model import Severity


class Fault(Struct, frozen=True):
    """
    says: continues "'sha256-…' in script-src …". mended: the same hash as browsers want it, "" where nobody can tell.
    kept: Firefox has it switch 'unsafe-inline' off, Chromium does not.
    """

    says: str
    mended: str = ""
    severity: Severity | None = None
    kept: bool = False


_HASH = re.compile(r"'(?:sha|md5)", re.IGNORECASE)
_DASHED = re.compile(r"'sha-(256|384|512)-", re.IGNORECASE)
_UNDASHED = re.compile(r"'(sha-?(?:256|384|512))(?!-)[=:_]?", re.IGNORECASE)
_HEX = {"sha256": 64, "sha384": 96, "sha512": 128}


def fault(source: Source) -> Fault | None:
    """What is wrong with a hash; None for one that can match, and for what is none."""
    if source.kind == SourceKind.HASH:
        return _of_wrong_length(source) or _unpadded(source)
    if source.kind != SourceKind.INVALID or not _HASH.match(source.text):
        return None
    mended = _DASHED.sub(r"'sha\1-", source.text)
    if mended != source.text and parse_source(mended).kind == SourceKind.HASH:
        return Fault(
            "has a dash in the algorithm's name: Chromium reads it all the same, Firefox drops it", mended, "warning"
        )
    if parse_source(source.text, FIREFOX).kind == SourceKind.HASH:
        return _overpadded(source.text)
    if found := _UNDASHED.match(source.text):
        return _undashed(f"'{found[1].replace('-', '')}-{source.text[found.end() :]}")
    why = "only sha256, sha384 and sha512 count" if source.text[:4].lower() == "'md5" else source.why
    return Fault(f"is no hash: {why}. Browsers drop it")


def _undashed(mended: str) -> Fault:
    """With another sign than a dash before the digest, or none."""
    read = parse_source(mended)
    if read.kind != SourceKind.HASH:
        return Fault("is no hash: after the algorithm comes a dash, and then the base64 of a digest. Browsers drop it")
    usable = _of_wrong_length(read) is None
    return Fault("is no hash: after the algorithm comes a dash. Browsers drop it", mended if usable else "")


def _overpadded(text: str) -> Fault:
    """With more = than base64 has, or of a length that base64 does not come in."""
    algorithm, _, body = text[1:-1].rstrip("=").partition("-")
    mended = f"'{algorithm}-{body}{'=' * (-len(body) % 4)}'"
    right = len(body) == _characters(algorithm.lower()) and parse_source(mended).kind == SourceKind.HASH
    how = "has too many = signs" if right else "is not base64"
    return Fault(f"{how}: Chromium drops it, Firefox keeps it and never matches it", mended if right else "", kept=True)


def _body(source: Source) -> str:
    """The base64 between dash and quote, without its padding."""
    return source.text[len(source.algorithm) + 2 : -1].rstrip("=")


def _of_wrong_length(source: Source) -> Fault | None:
    body, algorithm = _body(source), source.algorithm
    wanted = _characters(algorithm)
    if len(body) == wanted:
        return None
    if len(body) == _HEX[algorithm] and re.fullmatch(r"[0-9A-Fa-f]+", body):
        digest = binascii.b2a_base64(bytes.fromhex(body), newline=False).decode("ascii")
        return Fault("is written in hexadecimal and can never match", f"'{algorithm}-{digest}'")
    other = next((name for name in DIGEST_BYTES if _characters(name) == len(body)), "")
    if other:
        padding = "=" * (-len(body) % 4)
        return Fault(f"has the length of a {other} hash and can never match", f"'{other}-{body}{padding}'")
    says = f"can never match: it has {len(body)} characters, and a {algorithm} hash has {wanted} without its ="
    return Fault(says)


def _characters(algorithm: str) -> int:
    """How many characters of base64 a digest makes, without padding."""
    return -(-DIGEST_BYTES[algorithm] * 4 // 3)


def _unpadded(source: Source) -> Fault | None:
    if parse_source(source.text, FIREFOX).digest == source.digest:
        return None
    digest = binascii.b2a_base64(source.digest, newline=False).decode("ascii")
    how = "lacks its closing = signs" if source.text[-2] != "=" else "is not written as base64 writes it"
    return Fault(f"{how}: Firefox never matches it, Chromium does", f"'{source.algorithm}-{digest}'", "warning")
