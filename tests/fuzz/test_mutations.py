"""Mutated bodies over all parsers, in short; `make drill ARGS="--bodies 1000000"` is the long form."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from drill.fuzz import attempts, bodies, outcome
from drill.mutations import mutated

from hotledger.platforms import readers

COUNT = 150


def test_every_platform_is_fed() -> None:
    """No parser goes without bodies to mutate."""
    assert set(bodies()) == set(readers())


@pytest.mark.parametrize("platform", readers())
def test_mutated_bodies_give_items_or_a_named_failure(platform: str) -> None:
    """Whatever is made of its bodies, a parser gives items that can be stored, or a failure with a code."""
    ended = Counter(outcome(platform, content) for content in attempts(platform, COUNT, seed=1))
    assert sum(ended.values()) == COUNT
    assert set(ended) > {"list"}


def test_mutations_change_bodies_and_repeat() -> None:
    """One seed gives the same bodies again, and nearly all of them are others than the one they were made of."""
    content = b'{"data": [{"title": "one", "heat": 12}]}'
    made = [mutated(content, Random(seed)) for seed in range(300)]
    assert made == [mutated(content, Random(seed)) for seed in range(300)]
    assert sum(each != content for each in made) > 250
    assert len(set(made)) > 200
