"""How often one token may ask."""

from datetime import datetime

from django.core.cache import cache

from config.portal.rest.errors import Problem

PER_MINUTE = 600
MINUTE = 60


def count(token_id: int, *, now: datetime) -> None:
    """One more request of this token. Raises Problem (429) above the limit.

    The counter stands in the cache, and a cache that is away counts nothing.
    """
    seconds = int(now.timestamp())
    key = f"api-requests:{token_id}:{seconds // MINUTE}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        asked = cache.incr(key)
    except ValueError:  # it was dropped in between
        return
    if asked > PER_MINUTE:
        wait = MINUTE - seconds % MINUTE
        text = f"This token asked {PER_MINUTE} times within a minute. Ask again in {wait} seconds."
        raise Problem(429, "too_many", text, headers={"Retry-After": str(wait)})
