"""
Decompress a body by its Content-Encoding, within limits.

A body of 1.8 kB can decompress to a gigabyte, so every layer works in steps of 64 kB, and the output of each layer has one
limit. Layers between the network and the page count too; otherwise a bomb could take minutes without any output.
"""

from __future__ import annotations

import importlib
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

STEP = 64 * 1024  # bytes
MAX_LAYERS = 2
GZIP_MAGIC = b"\x1f\x8b"
MOST_PARTS = 1_000
"""Members of a gzip body and frames of a zstd one. Servers send one; programs that compress in parallel make one for 128 kB."""

HINT = "check that the server's Content-Encoding header describes the body that it sends"
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class DecodingError(Exception):
    """The body cannot be decompressed, or not within the limit; the message is a sentence for the user."""

    def __init__(self, kind: str, message: str, hint: str = HINT) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint


class Layer(Protocol):
    """The decoder of one content coding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decompress these bytes, at most 64 kB at a time."""
        ...

    def is_complete(self) -> bool:
        """Whether the compressed data has reached its end."""
        ...


class Zlib:
    """gzip, with any number of members, and deflate, with or without zlib's header (RFC 9110 #deflate.coding)."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._pending = b""
        self._inflate: Any = None
        self._is_complete = False
        self._is_over = False
        self._parts = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        pending = self._pending + data
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
            # After a full step the decompressor may still have output, even without more input.
            if not pending and (self._inflate is None or len(piece) < STEP):
                return

    def is_complete(self) -> bool:
        return self._is_complete and self._inflate is None

    def _open(self, pending: bytes) -> None:
        """Start the next member once its first two bytes are known; padding after the last one is ignored."""
        self._pending = b""
        if self._is_over or len(pending) < len(GZIP_MAGIC):
            self._pending = pending[: len(GZIP_MAGIC)]
        elif self._is_complete and (self._coding != "gzip" or not pending.startswith(GZIP_MAGIC)):
            self._is_over = True
        else:
            self._parts = _one_more(self._parts)
            self._inflate = zlib.decompressobj(self._window(pending))

    def _window(self, start: bytes) -> int:
        if self._coding == "gzip":
            return 16 + zlib.MAX_WBITS
        has_zlib_header = start[0] & 0x0F == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
        return zlib.MAX_WBITS if has_zlib_header else -zlib.MAX_WBITS


class Brotli:
    """br, if the optional package is installed."""

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
    """zstd, with any number of frames, if Python or the optional package supports it."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self._is_fresh = True
        self._parts = 0
        self._inflate = self._start()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data or not (self._inflate.needs_input or self._inflate.eof):
                if self._inflate.eof:
                    self._parts = _one_more(self._parts)
                    self._inflate = self._start()
                yield self._inflate.decompress(data, STEP)
                self._is_fresh = False
                data = self._inflate.unused_data if self._inflate.eof else b""
        except self._module.ZstdError as exc:
            raise zlib.error(str(exc)) from exc

    def is_complete(self) -> bool:
        return bool(self._inflate.eof)

    def _start(self) -> Any:
        # RFC 9659: browsers allow a window of 8 MB.
        return self._module.ZstdDecompressor(options={self._module.DecompressionParameter.window_log_max: 23})


def _one_more(parts: int) -> int:
    """Count a member or frame; raises DecodingError past MOST_PARTS."""
    if parts == MOST_PARTS:
        raise DecodingError("encoding", f"the body is compressed in more than {MOST_PARTS:,} parts")
    return parts + 1


class Unknown:
    """
    An unknown coding ("utf-8", "none"), which browsers take for a mistake of the server and ignore.

    csplint ignores it only if the body looks like a page: a page that it cannot decompress must not pass as clean.
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
            raise DecodingError(
                "encoding", f"the body is compressed as {self._coding[:40]!a}, which is not a known coding"
            )
        return True


class BoundedDecoder:
    """
    Decodes a body piece by piece: `feed` takes the bytes as received, `finish` returns the page.

    Raises DecodingError: kind "too-large" past `limit` bytes, "encoding" for what cannot be decompressed or is incomplete.
    Half a page is never returned, because the missing half may have the problem.
    """

    def __init__(self, codings: Sequence[str], limit: int) -> None:
        if len(codings) > MAX_LAYERS:
            raise DecodingError(
                "encoding", f"the body is compressed {len(codings)} times; csplint supports at most {MAX_LAYERS}"
            )
        self._codings = tuple(codings)
        self._layers = [_layer(coding) for coding in reversed(codings)]
        self._sizes = [0] * (len(codings) + 1)
        self._limit = limit
        self._body = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Decompress the next bytes received."""
        if not chunk:
            return
        try:
            for piece in self._through(0, chunk):
                self._body += piece
        except zlib.error as exc:
            raise DecodingError(
                "encoding", f"the body is not valid {self._shown()}, as its Content-Encoding says ({exc})"
            ) from exc

    def finish(self) -> bytes:
        """The page; without a single byte it is an empty page, whatever the coding."""
        if self._sizes[0] and not all(layer.is_complete() for layer in self._layers):
            raise DecodingError("encoding", f"the {self._shown()} body ends too early")
        return bytes(self._body)

    def _through(self, depth: int, data: bytes) -> Iterator[bytes]:
        """Pass bytes through the layers from `depth` on; counts the input of each layer and the output of the last."""
        self._sizes[depth] += len(data)
        # The caller limits the size as received, which is the input of the first layer.
        if self._sizes[depth] > self._limit and (depth or not self._layers):
            raise too_large(self._limit, "decompresses to" if self._layers else "has")
        if depth == len(self._layers):
            yield data
            return
        for piece in self._layers[depth].feed(data):
            yield from self._through(depth + 1, piece)

    def _shown(self) -> str:
        return " in ".join(self._codings)


def too_large(limit: int, verb: str) -> DecodingError:
    """The error for a body past its limit in bytes; verb: "has" or "decompresses to"."""
    size = f"{limit / (1024 * 1024):g} MB"
    return DecodingError(
        "too-large", f"the body {verb} more than {size}, the most that csplint reads", "check a smaller page"
    )


def read_codings(values: Iterable[bytes]) -> tuple[str, ...]:
    """The codings of all Content-Encoding headers in the order they were applied, without `identity`."""
    names = ",".join(value.decode("latin-1") for value in values).lower().split(",")
    canonical = [name.strip(" \t").removeprefix("x-") for name in names]
    return tuple(name for name in canonical if name not in ("", "identity"))


def starts_like_markup(body: bytes) -> bool:
    """Whether it starts with "<", after a byte order mark and white space."""
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
            f"the body is compressed with {coding}; csplint did not request that, and its {coding} support is not installed",
            f"pip install 'csplint-cli[{extra}]'",
        ) from exc


LAYERS: dict[str, Callable[[str], Layer]] = {"gzip": Zlib, "deflate": Zlib, "br": _brotli, "zstd": _zstd}


def _layer(coding: str) -> Layer:
    return LAYERS.get(coding, Unknown)(coding)
