"""What several news sites share: the clock of Beijing, and the page that they show to robots."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotledger.simulator.scene import Answer, Scene, captcha


def beijing(at: datetime) -> str:
    """An instant as Chinese sites write it, without a zone."""
    return f"{at + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"


def verify(scene: Scene) -> Answer:
    """A challenge where the list should be."""
    return captcha("访问验证", "系统检测到异常访问，请完成安全验证后继续")
