"""Hugging Face: the daily papers, with what is known of a paper inside the row, and again around it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.world import Topic, board

_BOARD = board("huggingface", 50, pool="english", born_per_hour=1.5, floor=0, top=210)


def _papers(scene: Scene) -> Answer:
    return as_json([_row(topic) for topic in scene.topics(_BOARD)[: whole(scene.asked.query.get("limit"), 50)]])


def _row(topic: Topic) -> dict[str, Any]:
    given = f"{topic.born_at - timedelta(days=2):%Y-%m-%dT%H:%M:%S}.000Z"
    paper = {
        "id": f"26{topic.number // 100_000 % 12 + 1:02}.{topic.number % 100_000:05}",
        "authors": [{"name": "Made Up", "hidden": False}],
        "publishedAt": given,
        "submittedOnDailyAt": f"{topic.born_at:%Y-%m-%dT}00:00:00.000Z",
        "title": topic.title,
        "summary": "A made-up summary.",
        "upvotes": topic.heat,
        "discussionId": f"{topic.traits:x}",
    }
    code = {"githubRepo": f"https://github.com/made-up/{topic.traits % 999}"} if topic.traits % 2 else {}
    return {
        "paper": paper | code,
        "publishedAt": given,
        "title": topic.title,
        "numComments": topic.traits % 6,
        "isAuthorParticipating": False,
    }


def _blocked(scene: Scene) -> Answer:
    return as_json({"error": "We had to rate limit your IP. To continue using our service, create a HF account or login."})


SITE = Site("huggingface", {("huggingface.co", "/api/daily_papers"): _papers}, _blocked, board=_BOARD)
