import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.cache import cache

from config.portal.cache import ForgivingRedisCache, ForgivingSerializer, edition


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


class OfBefore:
    """What an older Muster kept: its class is gone, or has another shape now."""


def test_what_cannot_be_read_any_more_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.set("old", OfBefore(), 60)
    cache.set("number", 7, 60)
    monkeypatch.delattr(sys.modules[__name__], "OfBefore")

    assert cache.get("old") is None
    assert cache.get("number") == 7


@pytest.mark.parametrize("stored", [b"", b"no pickle", b"\x80\x05\x8c\x03gon\x8c\x01X\x93."])
def test_anything_else_that_stands_there_is_forgotten(stored: bytes) -> None:
    assert ForgivingSerializer().loads(stored) is None


def test_an_edition_changes_with_the_code_of_any_module(tmp_path: Path) -> None:
    def module(name: str, text: str) -> ModuleType:
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        found = ModuleType(name)
        found.__file__ = str(path)
        return found

    one, other = module("one", "A = 1\n"), module("other", "A = 2\n")

    assert edition(one) == edition(one)
    assert len({edition(one), edition(other), edition(one, other)}) == 3
