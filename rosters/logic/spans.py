"""Spans of time: half-open pairs of instants. Pure."""

from collections.abc import Iterable
from datetime import datetime

Span = tuple[datetime, datetime]
"""From when (inclusive) until when (exclusive)."""


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as it takes, in order; spans that touch are one."""
    found: list[Span] = []
    for starts_at, ends_at in sorted(spans):
        if found and starts_at <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends_at))
        else:
            found.append((starts_at, ends_at))
    return found


def minus(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of these spans without those that are taken."""
    left = list(spans)
    for begin, end in taken:
        left = [
            part
            for starts_at, ends_at in left
            for part in ((starts_at, min(ends_at, begin)), (max(starts_at, end), ends_at))
            if part[0] < part[1]
        ]
    return tuple(sorted(left))
