"""Recording one batch of nine platforms over REST, against the access pattern of the nearest peer on the same PostgREST in the same run.

The peer's pattern, for each platform: insert the session, insert all rows at once, then for each item read its topic and write it back,
then update the session. Both sides record the same lists, one call after the other; nothing is fetched.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2

from bench.lists import lists
from hotledger.store.supabase import SupabaseStore
from hotledger.supabase_local import LocalSupabase

_PLATFORMS = 9
_TURNS = 3
_PEER_TABLES = """
CREATE TABLE public.peer_sessions (id UUID PRIMARY KEY, platform TEXT, status TEXT, items INTEGER);
CREATE TABLE public.peer_items (session_id UUID, title TEXT, heat BIGINT, position INTEGER);
CREATE TABLE public.peer_topics (platform TEXT, title TEXT, heat BIGINT, seen INTEGER, PRIMARY KEY (platform, title));
GRANT SELECT, INSERT, UPDATE ON public.peer_sessions, public.peer_items, public.peer_topics TO service_role;
NOTIFY pgrst, 'reload schema';
"""


class Rest(NamedTuple):
    """Medians over the turns, of one batch on each side: milliseconds, calls for each reading, and our time as a share of the peer's."""

    ours_ms: float
    peer_ms: float
    ratio: float
    ours_calls: float
    peer_calls: float


async def measure() -> Rest:
    """Some turns, in each of which both sides record the next hour's lists."""
    streams = dict(list(lists(_TURNS + 1).streams.items())[:_PLATFORMS])
    async with LocalSupabase() as project:
        await project.run_as_owner(_PEER_TABLES)
        store = SupabaseStore(project.url, project.keys.secret)
        headers = {"apikey": project.keys.secret, "prefer": "return=minimal"}
        async with httpx2.AsyncClient(base_url=f"{project.url}/rest/v1", headers=headers, timeout=60) as client:
            turns = []
            for hour in range(_TURNS + 1):
                readings = {name: stream[hour] for name, stream in streams.items()}
                turns.append((await _ours(store, readings), await _peers(client, readings)))
        await store.close()
    warm = turns[1:]
    return Rest(
        ours_ms=median(ours[0] for ours, _ in warm),
        peer_ms=median(peer[0] for _, peer in warm),
        ratio=median(ours[0] / peer[0] for ours, peer in warm),
        ours_calls=warm[-1][0][1] / _PLATFORMS,
        peer_calls=warm[-1][1][1] / _PLATFORMS,
    )


async def _ours(store: SupabaseStore, readings: dict[str, dict[str, Any]]) -> tuple[float, int]:
    batch = {"batch_id": str(uuid4()), "token": str(uuid4())}
    began = perf_counter()
    await store.call("batch_open", batch | {"job_type": "bench", "planned": list(readings)})
    for name, reading in readings.items():
        answer = await store.call("batch_record", batch | {"platform": name, "reading": reading})
    milliseconds = (perf_counter() - began) * 1000
    if answer["batch_status"] != "completed":
        raise RuntimeError(f"the batch is {answer['batch_status']}")
    return milliseconds, 1 + len(readings)


async def _peers(client: httpx2.AsyncClient, readings: dict[str, dict[str, Any]]) -> tuple[float, int]:
    began, calls = perf_counter(), 0
    for name, reading in readings.items():
        session = str(uuid4())
        rows = [(item["title"], round(item.get("heat") or 0)) for item in reading["items"]]
        await _sent(client, "POST", "/peer_sessions", {"id": session, "platform": name, "status": "running"})
        listed = [{"session_id": session, "title": title, "heat": heat, "position": rank} for rank, (title, heat) in enumerate(rows, 1)]
        await _sent(client, "POST", "/peer_items", listed)
        for title, heat in rows:
            await _write_back(client, name, title, heat)
        await _sent(client, "PATCH", f"/peer_sessions?id=eq.{session}", {"status": "completed", "items": len(rows)})
        calls += 3 + 2 * len(rows)
    return (perf_counter() - began) * 1000, calls


async def _write_back(client: httpx2.AsyncClient, platform: str, title: str, heat: int) -> None:
    chosen = {"platform": f"eq.{platform}", "title": f"eq.{title}"}
    found = (await client.get("/peer_topics", params=chosen | {"select": "seen"})).raise_for_status().json()
    if found:
        await _sent(client, "PATCH", "/peer_topics", {"heat": heat, "seen": found[0]["seen"] + 1}, chosen)
    else:
        await _sent(client, "POST", "/peer_topics", {"platform": platform, "title": title, "heat": heat, "seen": 1})


async def _sent(client: httpx2.AsyncClient, method: str, path: str, body: Any, chosen: dict[str, str] | None = None) -> None:
    (await client.request(method, path, json=body, params=chosen)).raise_for_status()
