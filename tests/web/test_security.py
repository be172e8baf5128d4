"""Who may come in, and what is refused: hosts, logins, forms of others, too much and too large."""

from __future__ import annotations

import asyncio
import logging
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import structlog
from fastapi import FastAPI
from pydantic import SecretStr
from structlog.testing import capture_logs
from tests.web.asking import BROWSER, Clock, asking, form_token

from hotledger.config import Settings
from hotledger.errors import SettingsError
from hotledger.ledger.ledger import Ledger
from hotledger.web.application import application
from hotledger.web.origin import networks
from hotledger.web.passwords import hashed, matches
from hotledger.web.rules import rules
from hotledger.web.security import Security
from hotledger.web.showing import local
from hotledger.web.throttle import Buckets

PASSWORD, TOKEN = "correct horse", "t0ken-of-sixteen-or-more"
HASH = hashed(PASSWORD)


def closed(**more: object) -> Security:
    """Rules that ask for the password or the token."""
    return Security(token=SecretStr(TOKEN), password_hash=SecretStr(HASH), **more)  # type: ignore[arg-type]


@pytest.fixture
async def clock() -> Clock:
    """The time of the server."""
    return Clock()


@pytest.fixture
async def guarded(ledger: Ledger, clock: Clock) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser before a server that asks for a login."""
    async with asking(ledger, closed(now=clock)) as client:
        yield client


async def log_in(client: httpx2.AsyncClient, secret: str = PASSWORD, **more: str) -> httpx2.Response:
    """Send the form of the login."""
    return await client.post("/login", data={"csrf_token": await form_token(client), "secret": secret, **more})


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *((host, 200) for host in ("localhost:8765", "127.0.0.1", "[::1]:80", "192.0.2.7:8765", "ledger.example", "LEDGER.example.")),
        *((host, 400) for host in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "evil.example/127.0.0.1", "")),
    ],
)
async def test_only_known_hosts_are_served(ledger: Ledger, host: str, status: int) -> None:
    """A page of another site whose name was bound to our address gets nothing; addresses and names that were told are served."""
    async with asking(ledger, Security(names=frozenset({"ledger.example"}))) as client:
        assert (await client.get("/healthz", headers={"Host": host})).status_code == status


def test_nobody_listens_wider_without_a_login(tmp_path: Path) -> None:
    """Beyond this machine, a password or a token is needed; on loopback neither is."""
    assert not rules(Settings(home=tmp_path), "127.0.0.1").asks
    assert not rules(Settings(home=tmp_path), "::1").asks
    for host in ("0.0.0.0", "::", "192.0.2.7", "ledger.example", ""):
        with pytest.raises(SettingsError, match="HOTLEDGER_WEB_PASSWORD_HASH"):
            rules(Settings(home=tmp_path), host)
        assert rules(Settings(home=tmp_path, web_token=SecretStr(TOKEN)), host).asks
        assert rules(Settings(home=tmp_path, web_password_hash=SecretStr(HASH)), host).asks


@pytest.mark.parametrize(
    "wrong", ["x", "scrypt:1:2:3", "md5:1:8:1:AAAA:AAAA", "scrypt:16384:8:1:AAAA:", "scrypt:99999999:8:1:AAAA:" + "A" * 44]
)
def test_a_wrong_hash_is_told_at_the_start(tmp_path: Path, wrong: str) -> None:
    """What is not a hash of ours is named before anything is served."""
    with pytest.raises(SettingsError, match="--hash-password"):
        rules(Settings(home=tmp_path, web_password_hash=SecretStr(wrong)), "127.0.0.1")


def test_the_key_is_of_this_user_alone(tmp_path: Path) -> None:
    """The key of the cookies is kept with mode 0600, stays the same, and is made anew once others could have read it."""
    first = rules(Settings(home=tmp_path), "127.0.0.1").key
    file = tmp_path / "web.key"
    assert (file.stat().st_mode & 0o777, len(first)) == (0o600, 32)
    assert rules(Settings(home=tmp_path), "127.0.0.1").key == first
    file.chmod(0o644)
    assert rules(Settings(home=tmp_path), "127.0.0.1").key != first
    assert [each.name for each in tmp_path.iterdir()] == ["web.key"]


def test_a_password_is_known_by_its_hash() -> None:
    """The password fits, another does not, and the same one has another hash each time; a short one is refused."""
    assert matches(PASSWORD, HASH)
    assert not matches("wrong horse", HASH)
    assert hashed(PASSWORD) != HASH
    with pytest.raises(SettingsError, match="at least 8"):
        hashed("short")


async def test_a_visitor_is_asked_to_log_in(guarded: httpx2.AsyncClient) -> None:
    """A browser is led to the form and back; a program is told; what shows nothing is open."""
    led = await guarded.get("/batches?status=failed&at_most=5")
    assert (led.status_code, led.headers["location"]) == (303, "/login?next=%2Fbatches%3Fstatus%3Dfailed%26at_most%3D5")
    told = await guarded.get("/api/batches")
    assert (told.status_code, told.headers["www-authenticate"], list(told.json())) == (401, "Bearer", ["detail"])
    for path in ("/metrics", "/openapi.json", "/nosuch"):
        assert (await guarded.get(path, headers={"Accept": "*/*"})).status_code == 401
    for path in ("/healthz", "/readyz", "/login", "/static/style.css"):
        assert (await guarded.get(path)).status_code == 200


async def test_a_program_comes_in_by_its_token(guarded: httpx2.AsyncClient) -> None:
    """The right token lets in, also to act; a wrong one does not, though the browser has logged in."""
    assert (await guarded.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).status_code == 200
    assert (await guarded.post("/spool/drain", headers={"Authorization": f"bearer {TOKEN}"})).status_code == 409
    await log_in(guarded)
    for wrong in (f"Bearer {TOKEN}x", "Bearer ", "Bearer tökén"):
        assert (await guarded.get("/metrics", headers={"Authorization": wrong.encode()})).status_code == 401


async def test_a_reader_of_feeds_comes_in_by_a_password(guarded: httpx2.AsyncClient) -> None:
    """With the token as the password of any user one may read, and not act: browsers send that by themselves."""
    basic = {"Authorization": f"Basic {b64encode(f'anybody:{TOKEN}'.encode()).decode()}"}
    assert (await guarded.get("/metrics", headers=basic)).status_code == 200
    assert (await guarded.post("/spool/drain", headers=basic)).status_code == 403
    for wrong in (b"anybody:wrong", b"anybody", b"\xff:x", TOKEN.encode()):
        assert (await guarded.get("/metrics", headers={"Authorization": f"Basic {b64encode(wrong).decode()}"})).status_code == 401
    assert (await guarded.get("/metrics", headers={"Authorization": "Basic nonsense!"})).status_code == 401


@pytest.mark.parametrize("secret", [PASSWORD, TOKEN])
async def test_who_knows_the_password_comes_in(guarded: httpx2.AsyncClient, secret: str) -> None:
    """The login leads to where one wanted to go, by a cookie that no script and no other site can use; logging out ends it."""
    entered = await log_in(guarded, secret, next="/metrics")
    assert (entered.status_code, entered.headers["location"]) == (303, "/metrics")
    assert re.search(r"^hotledger_\w{8}=\S+; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax$", entered.headers["set-cookie"])
    assert (await guarded.get("/metrics")).status_code == 200
    assert (await guarded.get("/login")).headers["location"] == "/"


async def test_logging_out_ends_the_visit(guarded: httpx2.AsyncClient) -> None:
    """After logging out, the form is asked for again."""
    await log_in(guarded)
    token = await form_token(guarded, "/nosuch")
    assert (await guarded.post("/logout", data={"csrf_token": token})).headers["location"] == "/login"
    assert (await guarded.get("/metrics", headers={"Accept": "*/*"})).status_code == 401


async def test_a_cookie_is_secure_where_the_pages_are(ledger: Ledger) -> None:
    """Over HTTPS, or where the settings say that it is HTTPS, the cookie stays there, and so do browsers."""
    for base, over_https in (("https://localhost", False), ("http://localhost", True)):
        async with asking(ledger, closed(over_https=over_https), base=base) as client:
            answer = await client.get("/login")
            assert answer.headers["set-cookie"].endswith("; Secure")
            assert answer.headers["strict-transport-security"]


async def test_guessing_is_slowed_down(guarded: httpx2.AsyncClient, clock: Clock) -> None:
    """After five failures even the right password waits half a minute, and the answer says how long."""
    for _ in range(5):
        assert (await log_in(guarded, "wrong horse")).status_code == 403
    waiting = await log_in(guarded)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "30")
    assert "wait 30 seconds" in waiting.text
    clock.seconds += 31
    assert (await log_in(guarded)).status_code == 303


async def test_a_login_expires(guarded: httpx2.AsyncClient, clock: Clock) -> None:
    """A cookie holds for a week, whatever the browser keeps."""
    await log_in(guarded)
    (cookie,) = guarded.cookies.jar
    clock.seconds += 7 * 86400 + 1
    assert (await guarded.get("/metrics", headers={"Accept": "*/*", "Cookie": f"{cookie.name}={cookie.value}"})).status_code == 401


async def test_a_forged_cookie_is_a_stranger(guarded: httpx2.AsyncClient, ledger: Ledger) -> None:
    """A cookie that was changed in any part, or was made under another password, lets nobody in."""
    await log_in(guarded)
    (cookie,) = guarded.cookies.jar
    assert cookie.value is not None
    identity, expires, _, signature = cookie.value.split(".")
    forged = [
        "",
        "x",
        "...",
        f"{identity}.{int(expires) + 1}.1.{signature}",
        f"{identity}.{expires}.1.{signature[:-1]}",
        f"a.inf.1.{signature}",
    ]
    for value in forged:
        answer = await guarded.get("/metrics", headers={"Accept": "*/*", "Cookie": f"{cookie.name}={value}"})
        assert answer.status_code == 401, value
    security: Security = guarded._transport.app.state.security  # type: ignore[attr-defined]
    changed = Security(password_hash=SecretStr(hashed("another one")), key=security.key, now=security.now)
    assert not changed.visits.opened(cookie.value).entered
    assert security.visits.opened(cookie.value).entered


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)", "", "evil", "/\n/x"]
)
async def test_nobody_is_led_elsewhere(path: str) -> None:
    """After a form one is led to a path of this server, or to the front page."""
    assert local(path) == "/"
    assert local("/batches?status=failed#x") == "/batches?status=failed#x"


async def test_a_form_of_another_page_does_nothing(ledger: Ledger) -> None:
    """Without the token of a page of ours, with that of another visitor, or from another site, nothing is done."""
    async with asking(ledger, closed()) as stranger, asking(ledger, closed()) as client:
        await log_in(client)
        token = await form_token(client, "/nosuch")
        good = {"csrf_token": token}
        for form, headers in (
            ({}, {}),
            ({"csrf_token": "a.b"}, {}),
            ({"csrf_token": await form_token(stranger)}, {}),
            (good, {"Origin": "https://evil.example"}),
            (good, {"Origin": "null"}),
            (good, {"Origin": "http://127.0.0.1:81"}),
            (good, {"Sec-Fetch-Site": "cross-site"}),
            (good, {"Sec-Fetch-Site": "same-site"}),
            (good, {"Content-Type": "text/plain"}),
        ):
            answer = await client.post("/spool/drain", data=form, headers=headers)
            assert answer.status_code == 403, (form, headers)
        for headers in ({}, {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}):
            assert (await client.post("/spool/drain", data=good, headers=headers)).status_code == 409
        assert (await client.post("/spool/drain", headers={"X-CSRF-Token": token})).status_code == 409


async def test_a_page_with_a_form_is_sent_once(ledger: Ledger, clock: Clock) -> None:
    """Within an hour the form of a visitor has the same token, so that an unchanged page is not sent again; old ones still hold."""
    async with asking(ledger, closed(now=clock)) as client:
        await client.get("/login")
        again = await client.get("/login")
        assert (await client.get("/login", headers={"If-None-Match": again.headers["etag"]})).status_code == 304
        old = await form_token(client)
        clock.seconds += 3600
        assert await form_token(client) != old
        assert (await client.post("/login", data={"csrf_token": old, "secret": PASSWORD})).status_code == 303


async def test_what_is_too_much_or_too_large_is_refused(ledger: Ledger, clock: Clock) -> None:
    """Each client has a bucket of requests that fills again, and a request has a largest size, announced or not."""
    async with asking(ledger, Security(requests_a_minute=12, now=clock)) as client:
        assert [(await client.get("/healthz")).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = await client.get("/healthz")
        assert (refused.headers["retry-after"], refused.headers["x-content-type-options"]) == ("5", "nosniff")
        clock.seconds += 5
        assert (await client.get("/healthz")).status_code == 200

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    async with asking(ledger, Security()) as client:
        assert (await client.post("/spool/drain", content=b"x" * 70_000)).status_code == 413
        assert (await client.post("/spool/drain", content=endless())).status_code == 413


def test_a_network_is_one_client(clock: Clock) -> None:
    """All addresses of an IPv6 network share a bucket, IPv4 addresses have one each, and the clients that are known stay few."""
    buckets = Buckets(1, 1, clock)
    assert [buckets.take(each) for each in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")] == [0, 1, 0]
    assert [buckets.take(each) for each in ("192.0.2.1", "192.0.2.2", "::ffff:192.0.2.1", "somewhere")] == [0, 0, 0, 0]
    for number in range(10_000):
        buckets.take(f"10.0.{number // 256}.{number % 256}")
    assert len(buckets._left) <= 4096


@pytest.mark.parametrize(("proxies", "served"), [("127.0.0.0/8", [200, 200, 429]), (None, [200, 429, 429])])
async def test_only_a_known_proxy_tells_who_asks(ledger: Ledger, clock: Clock, proxies: str | None, served: list[int]) -> None:
    """Behind a proxy of ours the client is the one that it names last, whatever the client itself has claimed before."""
    security = Security(requests_a_minute=4, now=clock, proxies=networks(proxies))
    told = [{"X-Forwarded-For": each} for each in ("198.51.100.1", "198.51.100.1, 198.51.100.2, 127.0.0.9", "203.0.113.9, 198.51.100.1")]
    async with asking(ledger, security) as client:
        assert [(await client.get("/healthz", headers=each)).status_code for each in told] == served


async def test_a_proxy_tells_what_was_asked_for(ledger: Ledger) -> None:
    """The name and the scheme that the browser sees count for hosts, cookies and forms."""
    headers = {"X-Forwarded-Host": "ledger.example", "X-Forwarded-Proto": "https"}
    security = closed(names=frozenset({"ledger.example"}), proxies=networks("127.0.0.1"))
    async with asking(ledger, security) as client:
        answer = await client.get("/login", headers=headers)
        assert answer.headers["set-cookie"].endswith("; Secure")
        assert (await client.get("/login", headers={"X-Forwarded-Host": "evil.example"})).status_code == 400
        for origin, status in (("https://ledger.example", 303), ("http://127.0.0.1", 403)):
            found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
            assert found
            form = {"csrf_token": found[1], "secret": PASSWORD}
            cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0], "Origin": origin}
            assert (await client.post("/login", data=form, headers=headers | cookie)).status_code == status
    with pytest.raises(SettingsError, match="HOTLEDGER_WEB_PROXIES"):
        networks("10.0.0.1, nonsense")


@pytest.fixture
def troubled(ledger: Ledger) -> FastAPI:
    """An application with a page that never ends, and one that fails."""
    app = application(ledger, Security(answer_seconds=0.01))

    @app.get("/never")
    async def never() -> None:
        await asyncio.Event().wait()

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError(f"the secret is {PASSWORD}")

    return app


@pytest.mark.parametrize(("path", "status"), [("/never", 503), ("/broken", 500)])
async def test_a_failure_tells_nothing_of_the_inside(troubled: FastAPI, path: str, status: int) -> None:
    """A page that takes too long or fails is told in a sentence, under the same rules."""
    transport = httpx2.ASGITransport(app=troubled, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=BROWSER) as client:
        answer = await client.get(path)
    assert (answer.status_code, PASSWORD in answer.text, answer.headers["cache-control"]) == (status, False, "no-store")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_every_answer_has_the_headers(guarded: httpx2.AsyncClient) -> None:
    """Pages, refusals, redirections, files, unchanged files, wrong methods: each says what a browser may do with it."""
    style = await guarded.get("/static/style.css")
    answers = [
        style,
        await guarded.get("/static/style.css", headers={"If-None-Match": style.headers["etag"]}),
        await guarded.get("/login"),
        await guarded.get("/"),
        await guarded.get("/api/now"),
        await guarded.delete("/healthz"),
        await guarded.get("/healthz", headers={"Host": "evil.example"}),
        await guarded.post("/login"),
    ]
    assert [each.status_code for each in answers] == [200, 304, 200, 303, 401, 403, 400, 403]
    for answer in answers:
        assert "script-src 'self';" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


@contextmanager
def all_levels() -> Iterator[None]:
    """Let lines of every level through, whatever a test before has configured."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    yield
    structlog.configure(**before)


async def test_no_secret_is_told(guarded: httpx2.AsyncClient) -> None:
    """Neither the rules when they are printed, nor a page, nor a line of the log has the password, its hash, the token or a cookie."""
    with all_levels(), capture_logs() as lines:
        entered = await log_in(guarded)
        page = await guarded.get(f"/nosuch?token={TOKEN}", headers={"Authorization": f"Bearer {TOKEN}"})
    assert {line["event"] for line in lines} == {"request"}
    assert {line["log_level"] for line in lines} == {"debug"}
    cookie = entered.headers["set-cookie"].split("=")[1].split(";")[0]
    for secret in (PASSWORD, HASH, TOKEN, cookie):
        assert secret not in f"{lines} {closed()!r}"
    assert not any(secret in page.text.replace(f"token={TOKEN}", "") for secret in (PASSWORD, HASH, cookie))
