"""Now: whether all is green and full, the last batch and the next, what is wrong, how fresh each platform is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from hotledger.ledger.overview import Fresh
from hotledger.web.application import ledger_of
from hotledger.web.showing import colour, show

PATH, NAME, ORDER = "/", "now.name", 10
router = APIRouter(include_in_schema=False)

_FIRST = ("bad", "warned", "good", "unknown")
_STANDING = {"full": "good", "warned": "warned", "bad": "bad", "empty": "unknown"}


@router.get(PATH)
async def now(request: Request) -> HTMLResponse:
    """The front page."""
    ledger = ledger_of(request)
    found = await ledger.now()
    dead = [each.name for each in (await ledger.telling.told(at_most=1)).channels if each.dead]
    return show(request, "now.html", found=found, standing=_STANDING[found.state], dead=dead, platforms=sorted(found.platforms, key=_place))


def _place(platform: Fresh) -> tuple[bool, bool, int, str]:
    """Where a platform stands among the others: what asks for attention first, what is off or no longer read last."""
    worst = colour((platform.incident or (platform.verdict,))[0])
    return not platform.enabled, not platform.current, _FIRST.index(worst), platform.platform
