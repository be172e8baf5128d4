"""Product Hunt's feed as it was served: its entries are read here from the text alone, by other means than the parser's.

The recordings lie beside the repository and are not part of it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotledger import body
from hotledger.model import Item
from hotledger.platforms import reader

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "producthunt"


def entries(text: str) -> list[Item]:
    """Each part of an entry, from between its tags."""
    found = []
    for entry in re.findall(r"<entry>(.*?)</entry>", text, re.DOTALL):
        (title,) = re.findall(r"<title[^>]*>([^<&]+)</title>", entry)
        (guid,) = re.findall(r"<id>(tag:www\.producthunt\.com,2005:Post/\d+)</id>", entry)
        (published,) = re.findall(r"<published>([^<]+)</published>", entry)
        (url,) = re.findall(r'<link rel="alternate" type="text/html" href="([^"]+)"', entry)
        found.append(Item(title=title, id=guid, url=url, published_at=datetime.fromisoformat(published).astimezone(UTC)))
    return found


@pytest.mark.skipif(not RECORDINGS.exists(), reason="not on this machine: the recordings beside the repository")
def test_every_entry_of_each_recorded_feed() -> None:
    """Title, id, address and time of every entry are those in the text, in its order."""
    bodies = sorted(RECORDINGS.glob("*.xml"))
    assert bodies
    for path in bodies:
        expected = entries(path.read_text("utf-8"))
        found = reader("producthunt").parse(body.from_file(path.read_bytes(), datetime(2026, 9, 17, 12, tzinfo=UTC)))
        assert len(expected) >= 3
        assert [(item.title, item.id, item.url, item.published_at, item.heat) for item in found] == [
            (item.title, item.id, item.url, item.published_at, None) for item in expected
        ]
