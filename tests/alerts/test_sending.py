"""Handing a message to apprise: what becomes of the process when a service hangs."""

from __future__ import annotations

import subprocess
import sys

from tests.alerts.sinks import dripping

PROGRAM = """
import asyncio, sys
from hotledger.alerts.rules import Address
from hotledger.alerts.sending import Sender
from hotledger.alerts.text import Letter
print(asyncio.run(Sender(1)(Address(sys.argv[1]), Letter("title", "body"))))
"""


def test_a_service_that_hangs_does_not_keep_the_process() -> None:
    """Its time is over in the middle of an endless answer; then the process ends, whatever the thread still waits for."""
    with dripping() as address:
        done = subprocess.run([sys.executable, "-c", PROGRAM, address], capture_output=True, check=True, text=True, timeout=60)
    assert done.stdout == "no answer within 1 s\n"
