"""Reads a body piece by piece and decompresses it under a limit, so that a compression bomb costs no more than the limit.

We decode ourselves, although httpx2 decodes in bounded pieces too: it takes a body that was cut off inside its
compressed stream for a whole one, and one in a coding that it doesn't know for plain text.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import AsyncIterable, Iterable, Iterator, Sequence
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

PIECE_BYTES = 64 * 1024
_STACKED_CODINGS_MAX = 3
_ZSTD_OPTIONS: dict[int, int] = {DecompressionParameter.window_log_max: 23}  # 8 MiB, the most that RFC 9659 lets a site use.


class BodyTooLarge(Exception):
    """The body is longer than the limit. The text says how long it said it was, or that it went on."""


class BodyUndecodable(Exception):
    """The body is not what its `Content-Encoding` says. The text says what is wrong."""


class Decoder(Protocol):
    """Decompresses a stream in bounded pieces."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The output for some more input, in pieces of about `PIECE_BYTES` at most."""

    def is_whole(self) -> bool:
        """Whether the end of the compressed stream was reached."""


async def read_body(chunks: AsyncIterable[bytes], codings: Sequence[str], limit_bytes: int) -> bytes:
    """The whole body, decompressed. `codings` are those of the header, in the order in which they were applied."""
    decoders = decoders_for(codings)
    kept: list[bytes] = []
    size = arrived = 0
    async for chunk in chunks:
        arrived += len(chunk)
        for piece in _through(decoders, [chunk], limit_bytes):
            size += len(piece)
            if size > limit_bytes:
                raise BodyTooLarge(f"it goes on after {limit_bytes} bytes")
            kept.append(piece)
    if arrived and not all(decoder.is_whole() for decoder in decoders):
        raise BodyUndecodable(f"it ends inside its {', '.join(codings)} stream")
    return b"".join(kept)


def codings_of(header: str) -> list[str]:
    """The codings that a `Content-Encoding` header names, in lower case, those that change nothing left out."""
    names = (name.strip().lower() for name in header.split(","))
    return [name for name in names if name not in {"", "identity"}]


def decoders_for(codings: Sequence[str]) -> list[Decoder]:
    """The decoders that undo `codings`, the last one first."""
    if len(codings) > _STACKED_CODINGS_MAX:
        raise BodyUndecodable(f"it is compressed {len(codings)} times over")
    try:
        return [_DECODERS[coding]() for coding in reversed(codings)]
    except KeyError as error:
        raise BodyUndecodable(f"we don't know the encoding {error.args[0][:40]!r}") from None


def _through(decoders: Sequence[Decoder], pieces: Iterable[bytes], limit_bytes: int) -> Iterable[bytes]:
    for decoder in decoders:
        pieces = _stage(decoder, pieces, limit_bytes)
    return pieces


def _stage(decoder: Decoder, pieces: Iterable[bytes], limit_bytes: int) -> Iterator[bytes]:
    # Each stage is limited, so that what a middle one gives cannot keep us busy for ever.
    size = 0
    try:
        for piece in pieces:
            for output in decoder.feed(piece):
                size += len(output)
                if size > limit_bytes + PIECE_BYTES:
                    raise BodyTooLarge(f"it goes on after {limit_bytes} bytes")
                yield output
    except (zlib.error, brotli.error, ZstdError) as error:
        raise BodyUndecodable(f"it does not decompress: {error}"[:160]) from error


class _Gzip:
    """One or more gzip members; what follows the last one is padding, and ignored as browsers do."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            if self._engine.eof:
                data = self._engine.unused_data + data
                if not data.startswith(b"\x1f\x8b"):
                    return
                self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield from _inflate(self._engine, data)
            if not self._engine.eof:
                return
            data = b""

    def is_whole(self) -> bool:
        return self._engine.eof


class _Deflate:
    """A zlib stream, as the standard has it, or a raw one, as some servers send it."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj()
        self._head = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if len(self._head) < 2:
            self._head = data = self._head + data
            if len(data) < 2:
                return
            # The header of RFC 1950: method 8, and the first two bytes together divisible by 31.
            if data[0] & 0x0F != 8 or int.from_bytes(data[:2]) % 31:
                self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
        yield from _inflate(self._engine, data)

    def is_whole(self) -> bool:
        return self._engine.eof


def _inflate(engine: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while True:
        piece = engine.decompress(data, PIECE_BYTES)
        yield piece
        data = engine.unconsumed_tail
        # A full piece may leave output inside the engine, though it has eaten all its input.
        if engine.eof or (not data and len(piece) < PIECE_BYTES):
            return


class _Brotli:
    def __init__(self) -> None:
        self._engine = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._engine.is_finished():
            return
        # `can_accept_more_data` is no end: it is true as well while output waits for which all input has been eaten.
        while piece := self._engine.process(data, output_buffer_limit=PIECE_BYTES):
            yield piece
            data = b""
            if self._engine.is_finished():
                return

    def is_whole(self) -> bool:
        return bool(self._engine.is_finished())


class _Zstandard:
    """One or more frames."""

    def __init__(self) -> None:
        self._engine = ZstdDecompressor(options=_ZSTD_OPTIONS)

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            if self._engine.eof:
                data = self._engine.unused_data + data
                if not data:
                    return
                self._engine = ZstdDecompressor(options=_ZSTD_OPTIONS)
            yield self._engine.decompress(data, PIECE_BYTES)
            while not (self._engine.needs_input or self._engine.eof):
                yield self._engine.decompress(b"", PIECE_BYTES)
            if not self._engine.eof:
                return
            data = b""

    def is_whole(self) -> bool:
        return self._engine.eof


_DECODERS: dict[str, type[Decoder]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstandard,
}
