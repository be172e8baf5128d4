"""A web hook and a mail box for the tests of alerts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.alerts.sinks import MailBox, WebHook, mail_box, web_hook


@pytest.fixture
def hook() -> Iterator[WebHook]:
    """A web hook that takes what comes."""
    with web_hook() as made:
        yield made


@pytest.fixture
def box() -> Iterator[MailBox]:
    """A mail box that takes what comes."""
    with mail_box() as made:
        yield made
