"""The store over the REST API: keys, addresses, answers of gateways, lost connections. What the database itself does is in `contract`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from hotledger.errors import SettingsError, StoreError, StoreRejected, StoreUnavailable
from hotledger.store.supabase import Kind, SupabaseStore, api_address, kind_of
from hotledger.supabase_local import LocalSupabase
from hotledger.supabase_local.keys import Claims, Keys, made_keys, signed

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def store_on(handler: Handler, *, wait_seconds: float = 10) -> AsyncIterator[SupabaseStore]:
    """A store whose address leads to something that is no Supabase."""
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            await handler(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    store = SupabaseStore(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "sb_secret_x", wait_seconds=wait_seconds)
    try:
        yield store
    finally:
        await store.close()
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()


def answering(status: int, content: bytes, kind: str = "application/json") -> Handler:
    """Whatever is asked gets this answer."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + content)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The client has hung up before it asked anything.
        finally:
            writer.close()

    return handler


@pytest.mark.parametrize("key", ["secret", "service_role"])
async def test_keys_of_both_generations_open_the_ledger(emptied: LocalSupabase, key: str) -> None:
    """The new secret key and the legacy one are the service role."""
    store = SupabaseStore(emptied.url, getattr(emptied.keys, key))
    assert (await store.call("ledger_about", {}))["role"] == "service_role"
    await store.close()


@pytest.mark.parametrize("key", ["publishable", "anon"])
async def test_a_public_key_is_told_as_the_wrong_kind(emptied: LocalSupabase, key: str) -> None:
    """A public key is refused by the database, and the sentence says which kind is needed."""
    store = SupabaseStore(emptied.url, getattr(emptied.keys, key))
    with pytest.raises(StoreRejected, match=r"is a public key.*use the secret key.*HOTLEDGER_COLLECTOR_TOKEN") as error:
        await store.call("ledger_about", {})
    assert error.value.sqlstate == "42501"
    await store.close()


def wrong_keys(keys: Keys) -> dict[str, tuple[str, str]]:
    """Keys that don't open the project, and the code by which each is told."""
    return {
        "expired": (keys.token("service_role", seconds=-60), "PGRST301"),
        "of another project": (made_keys().service_role, "401"),
        "of another project, new": (made_keys().secret, "401"),
        "cut off": (keys.service_role[:-4], "401"),
        "of an unknown role": (signed(Claims(role="nobody", exp=2_000_000_000), keys.jwt_secret), "22023"),
    }


@pytest.mark.parametrize("which", list(wrong_keys(made_keys())))
async def test_a_key_that_does_not_open_is_rejected(emptied: LocalSupabase, which: str) -> None:
    """Whatever is wrong with a key, another try can't help, and it is no outage."""
    key, code = wrong_keys(emptied.keys)[which]
    store = SupabaseStore(emptied.url, key)
    with pytest.raises(StoreRejected) as error:
        await store.call("ledger_about", {})
    assert error.value.sqlstate == code
    assert key not in str(error.value)
    await store.close()


async def test_a_new_key_is_never_sent_as_a_token() -> None:
    """`Authorization` goes with legacy keys alone, since the API refuses the new ones there."""
    seen: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).lower())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        writer.close()

    async with store_on(handler) as store:
        await store.call("ledger_about", {})
        legacy = SupabaseStore(store._url, "a.b.c")
        await legacy.call("ledger_about", {})
        await legacy.close()
    assert b"post /rest/v1/rpc/ledger_about" in seen[0]
    assert b"apikey: sb_secret_x" in seen[0]
    assert b"authorization" not in seen[0]
    assert b"authorization: bearer a.b.c" in seen[1]


@pytest.mark.parametrize(
    ("status", "content", "kind", "said"),
    [
        (502, b"<html>Bad Gateway</html>", StoreUnavailable, "a page instead of data"),
        (404, b"<html>no such project</html>", StoreUnavailable, "a page instead of data"),
        (522, b"", StoreUnavailable, "HTTP 522"),
        (540, b"<html></html>", StoreUnavailable, "paused: resume it"),
        (540, b'{"message": "project paused"}', StoreUnavailable, "paused: resume it"),
        (200, b"<html>log in to the hotel</html>", StoreUnavailable, "a proxy or a login page"),
        (429, b'{"message": "slow down"}', StoreUnavailable, "slow down"),
        (402, b'{"message": "exceed_egress_quota"}', StoreUnavailable, "exceed_egress_quota"),
        (503, b'{"code": "PGRST002", "message": "no schema cache"}', StoreUnavailable, "PGRST002"),
        (504, b'{"code": "PGRST003", "message": "no connection"}', StoreUnavailable, "PGRST003"),
        (401, b'{"message": "No API key found in request"}', StoreRejected, "refused the key"),
        (401, b'{"code": "PGRST303", "message": "JWT expired"}', StoreRejected, "Copy it anew"),
        (413, b'{"message": "too large"}', StoreRejected, "too large"),
        (301, b"{}", StoreRejected, "HTTP 301"),
        (500, b"[1]", StoreUnavailable, "HTTP 500"),
    ],
)
async def test_answers_of_gateways_are_told_by_code_and_status(status: int, content: bytes, kind: type[StoreError], said: str) -> None:
    """A page, a status or a code decides whether it is an outage or a refusal; the words never do."""
    async with store_on(answering(status, content)) as store:
        with pytest.raises(StoreError, match=said) as error:
            await store.call("ledger_about", {})
    assert type(error.value) is kind


async def test_nobody_listening_is_an_outage() -> None:
    """A refused connection can be tried again later."""
    async with store_on(answering(200, b"{}")) as store:
        pass
    store = SupabaseStore(store._url, "sb_secret_x")
    with pytest.raises(StoreUnavailable, match="can't be reached"):
        await store.call("ledger_about", {})
    await store.close()


async def test_silence_is_an_outage() -> None:
    """A server that takes the call and says nothing is given up after the time limit of one call."""
    left = asyncio.Event()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        left.set()

    async with store_on(handler, wait_seconds=0.05) as store:
        with pytest.raises(StoreUnavailable, match=r"within 0\.05 s"):
            await store.call("ledger_about", {})
        await left.wait()


async def test_a_connection_that_was_closed_meanwhile_is_no_outage() -> None:
    """A gateway that drops an idle connection, or a reply, costs one more call and no failure."""
    calls = 0

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        while await reader.read(65536):
            calls += 1
            if calls == 2:
                break
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    async with store_on(handler) as store:
        assert [await store.call("ledger_about", {}) for _ in range(2)] == [{}, {}]
    assert calls == 3


async def test_an_answer_without_end_is_cut_off() -> None:
    """An answer larger than any of ours is refused while it comes."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        try:
            while True:
                writer.write(b" " * 1_000_000)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async with store_on(handler) as store:
        with pytest.raises(StoreRejected, match="larger than 64 MiB"):
            await store.call("ledger_about", {})


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://abc.supabase.co", "https://abc.supabase.co"),
        (" https://abc.supabase.co/ ", "https://abc.supabase.co"),
        ("https://abc.supabase.co/rest/v1/", "https://abc.supabase.co"),
        ("http://127.0.0.1:54321", "http://127.0.0.1:54321"),
        ("https://example.org/base", "https://example.org/base"),
    ],
)
def test_addresses_are_taken_as_people_copy_them(url: str, address: str) -> None:
    """With or without the path of the API, a slash or a space."""
    assert api_address(url) == address


@pytest.mark.parametrize(
    "url",
    ["abc", "abc.supabase.co", "postgresql://u@h/d", "https://", "http://abc.supabase.co", "https://u:p@abc.supabase.co",
     "https://supabase.com/dashboard/project/abc", "https://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_told(url: str) -> None:
    """What can't be the address of a project, or would send the key in the clear, is told before anything is sent."""
    with pytest.raises(SettingsError, match="SUPABASE_URL"):
        api_address(url)


@pytest.mark.parametrize("key", ["", "sb secret", "sb_secret_\n", "密钥"])
def test_what_is_no_key_is_told(key: str) -> None:
    """A key with a line break or a foreign letter can't go into a header, and is not shown."""
    with pytest.raises(SettingsError, match="SUPABASE_KEY"):
        SupabaseStore("https://abc.supabase.co", key)


def test_keys_say_what_they_are() -> None:
    """By prefix or by the role in them; what can't be read is of another kind."""
    keys = made_keys()
    told = {name: kind_of(getattr(keys, name)) for name in ("secret", "service_role", "publishable", "anon")}
    assert told == {"secret": Kind.PRIVATE, "service_role": Kind.PRIVATE, "publishable": Kind.PUBLIC, "anon": Kind.PUBLIC}
    assert {kind_of(key) for key in ("x", "a.b.c", "a.e30.c", "sb_other", "a.W10.c")} == {Kind.OTHER}


async def test_the_time_limit_of_the_public_keys_is_an_outage(emptied: LocalSupabase) -> None:
    """A call of a public key is stopped after three seconds by the database, as Supabase does, and may be tried again."""
    store = SupabaseStore(emptied.url, emptied.keys.publishable)
    with pytest.raises(StoreUnavailable, match="57014"):
        await store.call("test_sleep", {"seconds": 20})
    await store.close()
