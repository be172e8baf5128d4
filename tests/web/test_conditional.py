"""How answers travel: only when changed, compressed as asked for, without a body for HEAD."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import brotli
import httpx2
import pytest
from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse

from hotledger.web.conditional import Conditional, chosen_coding

_LONG = "热搜 " * 1000


@pytest.fixture
async def small() -> AsyncIterator[httpx2.AsyncClient]:
    """An application that answers with a text, with a tag of its own, and with streams."""
    app = FastAPI()
    app.add_middleware(Conditional)

    @app.get("/text")
    async def text() -> Response:
        return Response(_LONG, media_type="text/plain")

    @app.get("/own")
    async def own() -> Response:
        return Response(_LONG, media_type="application/json", headers={"ETag": 'W/"mine"', "Cache-Control": "max-age=9"})

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(_parts(), media_type="text/csv")

    @app.get("/events")
    async def events() -> StreamingResponse:
        return StreamingResponse(_parts(), media_type="text/event-stream")

    @app.post("/text")
    async def posted() -> Response:
        return Response(_LONG, media_type="text/plain")

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        yield client


async def _parts() -> AsyncIterator[str]:
    for _ in range(3):
        yield _LONG


_WISHES = [("br, gzip", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("br;q=0.1, gzip", "gzip"), ("identity", None),
           ("", None), ("*", "br"), ("gzip;q=x", None), ("br;q=0, *", "gzip")]  # fmt: skip


@pytest.mark.parametrize(("accepted", "coding"), _WISHES)
def test_the_coding_is_the_one_liked_best(accepted: str, coding: str | None) -> None:
    """Weights count, zero forbids, a star stands for the rest, nonsense is no wish."""
    assert chosen_coding(accepted) == coding


async def _raw(client: httpx2.AsyncClient, path: str, coding: str) -> tuple[httpx2.Response, bytes]:
    async with client.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


async def test_a_text_travels_compressed(small: httpx2.AsyncClient) -> None:
    """Brotli and gzip give the same text back; what is not asked for is not done; `Vary` tells caches."""
    (brotlied, small_one), (gzipped, other), (plain, whole) = [await _raw(small, "/text", coding) for coding in ("br", "gzip", "identity")]
    assert (brotlied.headers["content-encoding"], brotli.decompress(small_one).decode()) == ("br", _LONG)
    assert (gzipped.headers["content-encoding"], gzip.decompress(other).decode()) == ("gzip", _LONG)
    assert ("content-encoding" in plain.headers, whole.decode()) == (False, _LONG)
    assert all("Accept-Encoding" in answer.headers["vary"] for answer in (brotlied, gzipped, plain))
    assert len({answer.headers["etag"] for answer in (brotlied, gzipped, plain)}) == 3
    assert [int(answer.headers["content-length"]) for answer in (brotlied, gzipped)] == [len(small_one), len(other)]


@pytest.mark.parametrize("path", ["/text", "/own"])
@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
async def test_what_the_client_has_is_not_sent_again(small: httpx2.AsyncClient, path: str, coding: str) -> None:
    """The tag of an answer, alone, among others, weakly or as a star, gives 304 without a body; another tag gives the whole."""
    first = await small.get(path, headers={"Accept-Encoding": coding})
    tag = first.headers["etag"]
    for asked in (tag, f'"other", {tag}', f"W/{tag.removeprefix('W/')}", "*"):
        again = await small.get(path, headers={"Accept-Encoding": coding, "If-None-Match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert (await small.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_a_head_is_a_get_without_a_body(small: httpx2.AsyncClient) -> None:
    """The headers of GET come, and no body; a stream is not waited for."""
    for path in ("/text", "/own"):
        whole, head = await small.get(path), await small.head(path)
        assert (head.status_code, head.content, head.headers) == (200, b"", whole.headers)
    for path in ("/stream", "/events"):
        assert ((await small.head(path)).status_code, (await small.head(path)).content) == (200, b"")
    assert (await small.head("/nosuch")).status_code == 404


async def test_streams_go_through_as_they_come(small: httpx2.AsyncClient) -> None:
    """A stream is compressed part by part, events are not, and neither gets a tag."""
    for coding, read in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer, body = await _raw(small, "/stream", coding)
        assert (answer.headers["content-encoding"], read(body).decode()) == (coding, _LONG * 3)
        assert "etag" not in answer.headers
    events, body = await _raw(small, "/events", "br")
    assert ("content-encoding" in events.headers, body.decode()) == (False, _LONG * 3)


async def test_answers_are_kept_only_to_be_asked_for_again(small: httpx2.AsyncClient) -> None:
    """A success may be kept by the client alone and must be asked for again; a failure is not kept; other methods are left alone."""
    assert (await small.get("/text")).headers["cache-control"] == "private, no-cache"
    assert (await small.get("/own")).headers["cache-control"] == "max-age=9"
    assert (await small.get("/nosuch")).headers["cache-control"] == "no-store"
    assert "etag" not in (await small.post("/text")).headers


async def test_files_of_our_own_travel_so_too(site: httpx2.AsyncClient) -> None:
    """Style and script are compressed and answered by 304 when they are unchanged, pages likewise."""
    for path in ("/static/style.css", "/static/page.js", "/openapi.json"):
        first = await site.get(path, headers={"Accept-Encoding": "br"})
        assert first.headers.get("content-encoding") == ("br" if len(first.content) >= 1000 else None)
        again = await site.get(path, headers={"Accept-Encoding": "br", "If-None-Match": first.headers["etag"]})
        assert again.status_code == 304


async def test_a_part_of_a_file_is_sent_as_it_is(site: httpx2.AsyncClient) -> None:
    """A range that is asked for comes uncompressed."""
    part = await site.get("/static/style.css", headers={"Accept-Encoding": "br", "Range": "bytes=0-1499"})
    assert (part.status_code, len(part.content), "content-encoding" in part.headers) == (206, 1500, False)
