import time
from typing import Any

import pytest
from django.core.cache import cache

from config.portal.cache import ForgivingRedisCache


def test_cache_remembers_while_redis_answers() -> None:
    cache.set("seen", 1, 60)

    assert cache.get("seen") == 1
    assert cache.incr("seen") == 2


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (lambda gone: gone.get("key"), None),
        (lambda gone: gone.get("key", "fallback"), "fallback"),
        (lambda gone: gone.set("key", 1), None),
        (lambda gone: gone.add("key", 1), True),
        (lambda gone: gone.incr("key"), 1),
        (lambda gone: gone.get_or_set("key", 7), 7),
        (lambda gone: gone.get_many(["key"]), {}),
        (lambda gone: gone.delete("key"), False),
        (lambda gone: "key" in gone, False),
    ],
    ids=["get", "default", "set", "add", "incr", "get_or_set", "get_many", "delete", "in"],
)
def test_cache_forgets_while_redis_is_gone(call: Any, answer: Any) -> None:
    gone = ForgivingRedisCache("unix:///nonexistent/valkey.sock", {})

    assert call(gone) == answer


def test_cache_that_failed_is_left_alone_for_a_while() -> None:
    gone = ForgivingRedisCache("unix:///nonexistent/valkey.sock", {})

    gone.get("key")

    assert gone.resume_at > time.monotonic()
