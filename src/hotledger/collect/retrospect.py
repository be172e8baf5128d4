"""Judges lists of the past in the order of time, each by what those before it have taught. Lists in, rulings out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotledger.collect.baseline import Baseline, dump, load
from hotledger.collect.judge import Decision, decide
from hotledger.collect.measures import measured
from hotledger.model import Listing, Platform, Reader


def stranger(name: str) -> Platform:
    """The facts of a platform that no module knows: nothing is usual until its own lists tell, but no hot list stands still for so long."""
    return Platform(id=name, title=name, home="", expect=range(0), rest_hours=45 * 24)


class Retrospect:
    """The baselines of all platforms while their past is judged.

    `known` is what the ledger knew at the beginning. Lists that are older than that are judged by what their own predecessors teach; but
    that is not kept, so that nothing is learned twice.
    """

    def __init__(self, readers: Mapping[str, Reader], known: Mapping[str, Mapping[str, Any]]) -> None:
        loaded = {platform: load(written) for platform, written in known.items()}
        self._facts = {platform: reader.facts for platform, reader in readers.items()}
        self._current = {platform: each for platform, each in loaded.items() if each}
        self._known_until = {platform: each.at for platform, each in self._current.items()}
        self._early: dict[str, Baseline] = {}
        self._titles: dict[str, frozenset[int]] = {}
        self._unwritten: set[str] = set()

    def facts(self, platform: str) -> Platform:
        """What is known of a platform by its module, if it has one."""
        return self._facts.get(platform) or stranger(platform)

    def judged(self, platform: str, listing: Listing, at: datetime) -> Decision:
        """The verdict on the next list of a platform."""
        moment, measures = int(at.timestamp()), measured(listing)
        is_early = moment <= self._known_until.get(platform, -1)
        baselines = self._early if is_early else self._current
        before = baselines.get(platform)
        decision = decide(self.facts(platform), measures, before, moment, self._titles)
        if decision.known is not None and decision.known is not before:
            baselines[platform] = decision.known
            if decision.known.good is not (before and before.good):
                self._titles[platform] = frozenset(measures.titles)
            if not is_early:
                self._unwritten.add(platform)
        return decision

    def written(self, batches: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """The batches that were judged last, the last reading of each platform with what is known after it, for the ledger to keep."""
        for batch in reversed(batches):
            for reading in batch["readings"]:
                if reading["platform"] in self._unwritten:
                    reading["baseline"] = dump(self._current[reading["platform"]])
                    self._unwritten.remove(reading["platform"])
        return batches
