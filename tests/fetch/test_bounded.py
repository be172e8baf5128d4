"""Bodies are decompressed under a limit, in every coding, whole or not at all."""

from __future__ import annotations

import gzip
import resource
import sys
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import brotli  # type: ignore[import-untyped]
import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from tests.fetch.servers import EAGER, Received, always, hang_up_after, reply, serve

from hotledger.errors import BadEncoding, TooLarge
from hotledger.fetch.bounded import PIECE_BYTES, BodyTooLarge, BodyUndecodable, codings_of, read_body
from hotledger.fetch.client import Fetcher
from hotledger.model import Request

TEXT = ("热搜榜 " * 40_000).encode()
LIMIT = 8 * 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    """Deflate without the zlib header, as some servers send it."""
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


CODINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", lambda data: bytes(brotli.compress(data, quality=4))),
    ("zstd", zstandard.ZstdCompressor().compress),
]


async def in_chunks(data: bytes, size: int) -> AsyncIterator[bytes]:
    """The data as it may come over the wire."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
async def test_every_coding_gives_the_text(coding: str, compress: Callable[[bytes], bytes], size: int) -> None:
    """Each coding is undone, however the bytes are cut."""
    assert await read_body(in_chunks(compress(TEXT), size), [coding], LIMIT) == TEXT


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
async def test_cut_off_stream_is_no_body(coding: str, compress: Callable[[bytes], bytes]) -> None:
    """A compressed stream that ends early is refused rather than taken for a shorter list."""
    whole = compress(TEXT)
    with pytest.raises(BodyUndecodable):
        await read_body(in_chunks(whole[:-9], 1000), [coding], LIMIT)


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
async def test_bomb_in_every_coding(coding: str, compress: Callable[[bytes], bytes]) -> None:
    """A body that inflates beyond the limit is refused in every coding."""
    with pytest.raises(BodyTooLarge):
        await read_body(in_chunks(compress(bytes(LIMIT + 1)), 1 << 20), [coding], LIMIT)


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
async def test_exactly_the_limit(coding: str, compress: Callable[[bytes], bytes]) -> None:
    """A body of exactly the limit is read."""
    assert len(await read_body(in_chunks(compress(bytes(PIECE_BYTES * 3)), 1 << 20), [coding], PIECE_BYTES * 3)) == PIECE_BYTES * 3


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
async def test_wrong_encoding(coding: str) -> None:
    """Plain text that calls itself compressed is refused."""
    with pytest.raises(BodyUndecodable):
        await read_body(in_chunks(b'{"data": []} and so on', 5), [coding], LIMIT)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
async def test_nothing_at_all(coding: str) -> None:
    """No bytes are an empty body, whatever the header says."""
    assert await read_body(in_chunks(b"", 1), [coding], LIMIT) == b""


async def test_several_members_and_padding() -> None:
    """Gzip members and zstd frames in a row are one body, and padding after the last gzip member is ignored."""
    members = gzip.compress(b"one ") + gzip.compress(b"two") + bytes(8)
    frames = b"".join(zstandard.ZstdCompressor().compress(part) for part in (b"one ", b"two"))
    for data, coding in ((members, "gzip"), (frames, "zstd")):
        for size in (3, 1000):
            assert await read_body(in_chunks(data, size), [coding], LIMIT) == b"one two"


async def test_stacked_codings() -> None:
    """Codings are undone in the opposite order of the header; too many, or unknown ones, are refused."""
    data = gzip.compress(bytes(brotli.compress(TEXT)))
    assert await read_body(in_chunks(data, 1000), ["br", "gzip"], LIMIT) == TEXT
    for codings in (["gzip"] * 4, ["compress"]):
        with pytest.raises(BodyUndecodable):
            await read_body(in_chunks(data, 1000), codings, LIMIT)


def test_codings_of_a_header() -> None:
    """The header is read in any case, without what changes nothing."""
    assert codings_of(" GZIP, identity ,br") == ["gzip", "br"]
    assert codings_of("") == []


@given(data=st.binary(max_size=3000), size=st.integers(1, 400), coding=st.sampled_from(CODINGS))
def test_any_bytes_come_back(data: bytes, size: int, coding: tuple[str, Callable[[bytes], bytes]]) -> None:
    """What is compressed comes back as it was."""
    reading = read_body(in_chunks(coding[1](data), size), [coding[0]], LIMIT)
    with pytest.raises(StopIteration) as result:
        reading.send(None)
    assert result.value.value == data


@given(data=st.binary(max_size=300), coding=st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_any_rubbish_is_named(data: bytes, coding: str) -> None:
    """Arbitrary bytes either decompress or are refused by name; nothing else escapes."""
    with suppress(StopIteration, BodyUndecodable, BodyTooLarge):
        read_body(in_chunks(data, 64), [coding], LIMIT).send(None)


async def test_gzip_bomb_is_refused_within_bounded_memory() -> None:
    """A gibibyte of zeros in one mebibyte of gzip is TooLarge, and costs no more memory than a few times the limit."""
    bomb = _gzip_of_zeros(1 << 30)
    assert len(bomb) < 1 << 21
    async with serve(always(reply(200, bomb, "Content-Encoding: gzip"))) as site, Fetcher(EAGER) as fetcher:
        session = fetcher.session("p")
        tracemalloc.start()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            with pytest.raises(TooLarge, match="goes on after 8388608 bytes"):
                await session.send(Request(url=site.url()))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024)
    assert peak < 3 * LIMIT
    assert grown < 8 * LIMIT
    assert session.attempts == 1


def _gzip_of_zeros(size: int) -> bytes:
    # One flushed block after the other; nobody gets as far as the missing end.
    engine = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = engine.compress(bytes(1 << 24)) + engine.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08" + bytes(7) + block * (size >> 24)


async def test_announced_length_is_refused_early() -> None:
    """A body that says that it is too long is not read: the server sends only the head and then waits."""
    limits = msgspec.structs.replace(EAGER, body_bytes=1000)

    async def only_head(_: Received, writer: object) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")  # type: ignore[attr-defined]

    async with serve(only_head) as site, Fetcher(limits) as fetcher:
        with pytest.raises(TooLarge, match="it has 1001 bytes, the limit is 1000"):
            await fetcher.session("p").send(Request(url=site.url()))


async def test_endless_plain_body() -> None:
    """A plain body without an announced length is refused when it passes the limit."""
    limits = msgspec.structs.replace(EAGER, body_bytes=100_000)
    answer = hang_up_after(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_001)
    async with serve(answer) as site, Fetcher(limits) as fetcher:
        with pytest.raises(TooLarge):
            await fetcher.session("p").send(Request(url=site.url()))


async def test_damaged_body_is_named() -> None:
    """A body that is not what its header says is BadEncoding, as is a coding that nobody knows."""
    for coding in ("gzip", "snappy"):
        async with serve(always(reply(200, b"plain", f"Content-Encoding: {coding}"))) as site, Fetcher(EAGER) as fetcher:
            with pytest.raises(BadEncoding):
                await fetcher.session("p").send(Request(url=site.url()))
