"""Bilibili's popular videos: a list of its own, in pages of at most fifty."""

from __future__ import annotations

from functools import partial

from hotledger.simulator.scene import Site
from hotledger.simulator.sites import _bilibili
from hotledger.simulator.world import board

_BOARD = board("bilibili-popular", 60, pool="video", born_per_hour=3, floor=60_000, top=5_000_000)

SITE = Site(
    "bilibili-popular",
    {("api.bilibili.com", "/x/web-interface/popular"): partial(_bilibili.popular, board=_BOARD)},
    _bilibili.refusal,
    board=_BOARD,
)
