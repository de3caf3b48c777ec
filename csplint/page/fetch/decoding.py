"""
Undo a Content-Encoding without being blown up by it.

A body of 1.8 kB can unpack to a gigabyte, so nothing is ever unpacked whole:
every layer works in steps of 64 kB, and the sum of what each layer gave is
held against one limit. The layers between the wire and the page count too, or
a bomb could burn minutes without ever giving a byte.
"""

from __future__ import annotations

import importlib
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

STEP = 64 * 1024
MAX_LAYERS = 2
GZIP_MAGIC = b"\x1f\x8b"
HINT = "compare the body that the server sends with its Content-Encoding header"
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class DecodingError(Exception):
    """The body cannot be unpacked, or not within the limit; the text is a sentence for the user."""

    def __init__(self, kind: str, message: str, hint: str = HINT) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint


class Layer(Protocol):
    """One coding being undone."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes unpack to, at most 64 kB at a time."""
        ...

    def is_complete(self) -> bool:
        """Has the coding's own end mark been seen?"""
        ...


class Zlib:
    """gzip, of any number of members, and deflate in both its forms (RFC 9110 #deflate.coding: some send it bare)."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._held = b""
        self._inflate: Any = None
        self._is_complete = False
        self._is_over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        pending = self._held + data
        while True:
            if self._inflate is None:
                self._open(pending)
            if self._inflate is None:
                return
            piece = self._inflate.decompress(pending, STEP)
            pending = self._inflate.unconsumed_tail
            if self._inflate.eof:
                pending = self._inflate.unused_data
                self._inflate, self._is_complete = None, True
            yield piece
            # A full step means that more may be waiting inside, with nothing left to put in.
            if not pending and (self._inflate is None or len(piece) < STEP):
                return

    def is_complete(self) -> bool:
        return self._is_complete and self._inflate is None

    def _open(self, pending: bytes) -> None:
        """Start the next member, once its first two bytes are known; padding after the last one is ignored."""
        self._held = b""
        if self._is_over or len(pending) < len(GZIP_MAGIC):
            self._held = pending[: len(GZIP_MAGIC)]
        elif self._is_complete and (self._coding != "gzip" or not pending.startswith(GZIP_MAGIC)):
            self._is_over = True
        else:
            self._inflate = zlib.decompressobj(self._window(pending))

    def _window(self, start: bytes) -> int:
        if self._coding == "gzip":
            return 16 + zlib.MAX_WBITS
        has_zlib_header = start[0] & 0x0F == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
        return zlib.MAX_WBITS if has_zlib_header else -zlib.MAX_WBITS


class Brotli:
    """br, where the optional package is installed."""

    def __init__(self, module: Any) -> None:
        self._error: type[Exception] = module.error
        self._inflate = module.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            yield self._inflate.process(data, output_buffer_limit=STEP)
            while not self._inflate.can_accept_more_data():
                yield self._inflate.process(b"", output_buffer_limit=STEP)
        except self._error as exc:
            raise zlib.error(str(exc)) from exc

    def is_complete(self) -> bool:
        return bool(self._inflate.is_finished())


class Zstd:
    """zstd, of any number of frames, where Python or the optional package has it."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self._is_fresh = True
        self._inflate = self._start()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data or not (self._inflate.needs_input or self._inflate.eof):
                if self._inflate.eof:
                    self._inflate = self._start()
                yield self._inflate.decompress(data, STEP)
                self._is_fresh = False
                data = self._inflate.unused_data if self._inflate.eof else b""
        except self._module.ZstdError as exc:
            raise zlib.error(str(exc)) from exc

    def is_complete(self) -> bool:
        return bool(self._inflate.eof)

    def _start(self) -> Any:
        # RFC 9659: 8 MB of window is what a browser grants a web page.
        return self._module.ZstdDecompressor(options={self._module.DecompressionParameter.window_log_max: 23})


class Unknown:
    """
    A coding nobody knows ("utf-8", "none"), which browsers take for a slip of the server and pass over.

    So does csplint, as long as what follows looks like a page: a page packed
    in a way unknown to us must not be called clean.
    """

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._start = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._start = (self._start + data)[:STEP] if len(self._start) < STEP else self._start
        for at in range(0, len(data), STEP):
            yield data[at : at + STEP]

    def is_complete(self) -> bool:
        if not starts_like_markup(self._start):
            raise DecodingError("encoding", f"the body is packed as {self._coding[:40]!a}, which is not a known coding")
        return True


class BoundedDecoder:
    """
    Feed it the body as it comes off the wire; `finish` gives the page.

    Raises DecodingError: kind "too-large" past `limit` bytes, "encoding" for
    what cannot be unpacked, or ends before its end mark. Half a page is never
    given out, as what is missing might be what is wrong with it.
    """

    def __init__(self, codings: Sequence[str], limit: int) -> None:
        if len(codings) > MAX_LAYERS:
            raise DecodingError(
                "encoding", f"the body is packed {len(codings)} times over; csplint undoes {MAX_LAYERS}"
            )
        self._codings = tuple(codings)
        self._layers = [_layer(coding) for coding in reversed(codings)]
        self._given = [0] * (len(codings) + 1)
        self._limit = limit
        self._body = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Unpack the next bytes of the wire."""
        if not chunk:
            return
        try:
            for piece in self._through(0, chunk):
                self._body += piece
        except zlib.error as exc:
            raise DecodingError("encoding", f"the body is not the {self._shown()} it says it is ({exc})") from exc

    def finish(self) -> bytes:
        """Give the page; no byte at all is an empty page in every coding."""
        if self._given[0] and not all(layer.is_complete() for layer in self._layers):
            raise DecodingError("encoding", f"the body is {self._shown()} that breaks off before its end")
        return bytes(self._body)

    def _through(self, depth: int, data: bytes) -> Iterator[bytes]:
        """Pass bytes through the layers from `depth` on, counting what goes into each and what comes out at the end."""
        self._given[depth] += len(data)
        # What goes into the first layer is the wire's own size, which is the caller's to limit.
        if self._given[depth] > self._limit and (depth or not self._layers):
            raise too_large(self._limit, "unpacks to" if self._layers else "is")
        if depth == len(self._layers):
            yield data
            return
        for piece in self._layers[depth].feed(data):
            yield from self._through(depth + 1, piece)

    def _shown(self) -> str:
        return " in ".join(self._codings)


def too_large(limit: int, verb: str) -> DecodingError:
    """Say that a body is past its limit; nothing of such a page is checked."""
    size = f"{limit / (1024 * 1024):g} MB"
    return DecodingError(
        "too-large", f"the body {verb} more than {size}, the most that csplint reads of a page", "check a smaller page"
    )


def read_codings(values: Iterable[bytes]) -> tuple[str, ...]:
    """Give the codings of every Content-Encoding header in the order they were applied; `identity` is none."""
    names = ",".join(value.decode("latin-1") for value in values).lower().split(",")
    canonical = [name.strip(" \t").removeprefix("x-") for name in names]
    return tuple(name for name in canonical if name not in ("", "identity"))


def starts_like_markup(body: bytes) -> bool:
    """Is "<" the first thing in it, after a byte order mark and white space?"""
    for bom in BOMS:
        body = body.removeprefix(bom)
    return body[:STEP].lstrip(b" \t\r\n\f\0").startswith(b"<")


def _brotli(coding: str) -> Layer:
    return Brotli(_optional("brotli", coding, "br"))


def _zstd(coding: str) -> Layer:
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    return Zstd(_optional(name, coding, "zstd"))


def _optional(module: str, coding: str, extra: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as exc:
        raise DecodingError(
            "encoding",
            f"the body is packed with {coding}, which csplint did not ask for and cannot undo as installed",
            f"pip install 'csplint-cli[{extra}]'",
        ) from exc


LAYERS: dict[str, Callable[[str], Layer]] = {"gzip": Zlib, "deflate": Zlib, "br": _brotli, "zstd": _zstd}


def _layer(coding: str) -> Layer:
    return LAYERS.get(coding, Unknown)(coding)
