"""Which changes are near an incident, in time and over what its services need. Pure."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Sentence, sentence

BEFORE = timedelta(hours=24)
DEPTH = 3
"""How far what is needed is followed: Payments needs Accounts, which needs the network."""
MOST = 6
EVERYTHING = 1
"""A change that touches everything is as near as one of a service that is needed directly."""


@dataclass(frozen=True)
class Made:
    """One change. Without a service it touches everything."""

    number: int
    service_id: int | None
    made_at: datetime


@dataclass(frozen=True)
class Near:
    """One change beside an incident: why it is shown. `steps` is 0 for its own services."""

    number: int
    steps: int
    why: Sentence


def ways(services: Collection[int], needs: Mapping[int, Collection[int]]) -> dict[int, list[int]]:
    """The shortest way to each service that these need, the start first, as far as it matters."""
    found: dict[int, list[int]] = {pk: [pk] for pk in services}
    waiting = deque(services)
    while waiting:
        one = waiting.popleft()
        if len(found[one]) > DEPTH:
            continue
        for other in sorted(needs.get(one, ())):
            if other not in found:
                found[other] = [*found[one], other]
                waiting.append(other)
    return found


def nearest(
    changes: Iterable[Made],
    found: Mapping[int, list[int]],
    names: Mapping[int, str],
    *,
    began_at: datetime,
) -> tuple[Near, ...]:
    """The nearest changes first, at most six.

    How far one is: the time between it and the beginning, twice that for what is needed, three
    times for what that needs, and so on. What was changed later explains less than what was changed
    before, so it comes after all that.
    """
    near = []
    for change in changes:
        if change.service_id is not None and change.service_id not in found:
            continue
        steps = len(found[change.service_id]) - 1 if change.service_id else EVERYTHING
        away = abs(change.made_at - began_at) * (steps + 1)
        is_later = change.made_at > began_at
        one = Near(change.number, steps, _why(change, found, names))
        near.append(((is_later, away, change.number), one))
    return tuple(one for _rank, one in sorted(near, key=lambda pair: pair[0])[:MOST])


def _why(change: Made, found: Mapping[int, list[int]], names: Mapping[int, str]) -> Sentence:
    if change.service_id is None:
        return sentence("It touches everything.")
    way = [names.get(pk, "") for pk in found[change.service_id]]
    if len(way) == 1:
        return sentence("{service} itself.", service=way[0])
    if len(way) == 2:
        return sentence("{service} needs {needed}.", service=way[0], needed=way[1])
    return sentence(
        "{service} needs {needed}, which needs {far}.",
        service=way[0],
        needed=way[1],
        far=", which needs ".join(way[2:]),
    )
