"""Where alerts arrive in tests: a web hook and a mail server on this machine, each of which keeps what it was given."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class WebHook(ThreadingHTTPServer):
    """Takes the messages of apprise's `json://`; answers with `status`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.taken: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        """Its address for apprise."""
        return f"json://127.0.0.1:{self.server_address[1]}/hook"

    @property
    def bodies(self) -> list[str]:
        """The texts that came."""
        return [str(each["message"]) for each in self.taken]


class _Handler(BaseHTTPRequestHandler):
    server: WebHook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 200:
            self.server.taken.append(json.loads(body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def web_hook() -> Iterator[WebHook]:
    """A web hook that listens."""
    made = WebHook()
    thread = threading.Thread(target=made.serve_forever, name="web hook")
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


class MailBox:
    """Takes mail; `letters` are (subject, text)."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []
        self.port = 0

    @property
    def address(self) -> str:
        """Its address for apprise."""
        return f"mailto://user:pass@example.com?smtp=127.0.0.1&port={self.port}&mode=insecure&from=alerts@example.com&to=me@example.com"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name that aiosmtpd calls
        """Keep a letter."""
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        text = mail.get_body(("plain",))
        self.letters.append((str(mail["Subject"]), text.get_content() if text is not None else ""))
        return "250 OK"


@contextmanager
def mail_box() -> Iterator[MailBox]:
    """A mail server that listens."""
    box = MailBox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = probe.getsockname()[1]
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, auth_require_tls=False, authenticator=lambda *_: _Accepted(), auth_exclude_mechanism=[]
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


class _Accepted:
    success = True
    handled = True
    message = None
    auth_data = None


@contextmanager
def dripping() -> Iterator[str]:
    """The address of a service whose answer never ends: a byte follows the other."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while not over.wait(0.2):
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip, name="dripping")
        thread.start()
        try:
            yield f"json://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
