"""Guessing secret addresses: after some misses from one place, nothing is looked up for a while."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest

from config.portal import client_address


@dataclass(frozen=True)
class Misses:
    """The misses at one kind of door, by the address they came from.

    `most` within `seconds` from the first one; then `are_too_many` until that time is over.
    """

    door: str
    most: int = 30
    seconds: int = 60

    def _key(self, request: HttpRequest) -> str:
        return f"misses:{self.door}:{client_address.of(request)}"

    def are_too_many(self, request: HttpRequest) -> bool:
        found = cache.get(self._key(request), 0)
        return isinstance(found, int) and found >= self.most

    def count(self, request: HttpRequest) -> None:
        key = self._key(request)
        if not cache.add(key, 1, self.seconds):
            try:
                cache.incr(key)
            except ValueError:  # it ran out in between
                cache.set(key, 1, self.seconds)
