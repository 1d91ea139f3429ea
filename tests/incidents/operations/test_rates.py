"""How many requests a source sends in a minute."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from incidents.operations import rates
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_counts", {})
    cache.clear()


def test_it_is_over_from_the_first_request_above_what_was_agreed(world: World) -> None:
    world.source.rate_per_minute = 3

    over = [rates.is_over(world.source, now=NOW) for _ in range(5)]

    assert over == [False, False, False, True, True]


def test_the_next_minute_begins_at_nothing(world: World) -> None:
    world.source.rate_per_minute = 1
    for _ in range(3):
        rates.is_over(world.source, now=NOW)

    assert not rates.is_over(world.source, now=NOW + timedelta(minutes=1))


def test_processes_hear_of_each_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.source.rate_per_minute = 6
    monkeypatch.setattr(rates, "EXCHANGE_SECONDS", 0.0)
    for _ in range(4):
        rates.is_over(world.source, now=NOW)
    monkeypatch.setattr(rates, "_counts", {})  # another process, which has counted nothing

    over = [rates.is_over(world.source, now=NOW) for _ in range(3)]

    assert over == [False, False, True]


def test_without_a_cache_each_counts_for_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.source.rate_per_minute = 2
    monkeypatch.setattr(rates, "EXCHANGE_SECONDS", 0.0)
    monkeypatch.setattr(cache, "incr", lambda _key, delta=1: delta, raising=False)

    over = [rates.is_over(world.source, now=NOW) for _ in range(4)]

    assert over == [False, False, True, True]
