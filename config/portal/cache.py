"""The cache that forgets instead of failing, and reads nothing that other code has written."""

import functools
import hashlib
import inspect
import logging
import pickle
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisSerializer

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0

FORGOTTEN: dict[str, Callable[..., Any]] = {
    "add": lambda *_, **__: True,
    "get": lambda _key, default=None, **_: default,
    "set": lambda *_, **__: None,
    "touch": lambda *_, **__: False,
    "delete": lambda *_, **__: False,
    "get_many": lambda *_, **__: {},
    "has_key": lambda *_, **__: False,
    "incr": lambda _key, delta=1, **_: delta,
    "set_many": lambda *_, **__: [],
    "delete_many": lambda *_, **__: None,
    "clear": lambda *_, **__: False,
}


UNREADABLE = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,  # its class has another name now
    EOFError,
    ImportError,  # or stands in another module
    LookupError,
    TypeError,  # or is made from other parts
    ValueError,
)


def edition(*modules: ModuleType) -> str:
    """Changes with the code of these modules; in the key of what they keep as objects.

    So what an older Muster kept is not found after an upgrade, while a newer one is beside it.
    """
    sources = "\0".join(inspect.getsource(module) for module in modules)
    return hashlib.sha256(sources.encode()).hexdigest()[:12]


class ForgivingSerializer(RedisSerializer):
    """Reads what cannot be read any more as nothing, so that it is found out anew."""

    def loads(self, data: bytes) -> object:  # type: ignore[override]  # stubs tell numbers apart
        try:
            return super().loads(data)
        except UNREADABLE:
            logger.warning("kept value not readable", exc_info=True)
            return None


class ForgivingRedisCache(RedisCache):
    """Redis while it answers; an empty cache that forgets everything while it does not.

    Losing Redis therefore never turns a page into an error. The first call that fails waits for
    the time-out in settings; for PAUSE_SECONDS after it nothing asks again, so a page with many
    look-ups waits once.
    """

    resume_at = 0.0  # monotonic; each thread has an instance of its own


def _forgiving(name: str) -> Callable[..., Any]:
    original = getattr(RedisCache, name)

    @functools.wraps(original)
    def method(self: ForgivingRedisCache, *args: Any, **kwargs: Any) -> object:
        if time.monotonic() < self.resume_at:
            return FORGOTTEN[name](*args, **kwargs)
        try:
            return original(self, *args, **kwargs)
        except redis.RedisError:
            logger.warning("cache not reachable", exc_info=True)
            self.resume_at = time.monotonic() + PAUSE_SECONDS
            return FORGOTTEN[name](*args, **kwargs)

    return method


for _name in FORGOTTEN:
    setattr(ForgivingRedisCache, _name, _forgiving(_name))
