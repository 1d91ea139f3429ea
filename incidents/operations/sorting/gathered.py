"""Requests of one source that are sorted together, as far as that changes nothing for any of them.

What becomes of alerts must not depend on who happened to come at the same time. So requests stand
together only where none of them could tell: each has alerts of its own, in groups of its own or in
open incidents, and none does what the next one would have to see. The first that is not so, and all
that came after it, are left to the next round.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from incidents.enums import AlertOutcome
from incidents.models import Alert
from incidents.operations.sorting.finding import Found
from incidents.operations.sorting.parts import Group, Request, Sorted
from incidents.operations.sorting.raising import says_worse
from incidents.operations.sorting.seating import may_join_others

Groups = Mapping[str, Group]
Decided = Mapping[str, Sorted]


def together(each: Sequence[Groups]) -> dict[str, Group]:
    """The groups of all; one that several have holds the alerts of them all."""
    if len(each) == 1:
        return dict(each[0])
    found: dict[str, Group] = {}
    for groups in each:
        for key, group in groups.items():
            whole = found.setdefault(key, Group(key, group.title))
            whole.signals |= group.signals
    return found


def shared_out(found: Found, each: Sequence[Groups]) -> list[Found]:
    """What each would have found by itself."""
    return [found] if len(each) == 1 else [_own(found, groups) for groups in each]


def _own(found: Found, groups: Groups) -> Found:
    homes = {key: found.homes[key] for key in groups if key in found.homes}
    incidents = {None, *(incident.pk for incident in homes.values())}
    keys = {key for group in groups.values() for key in group.signals}
    known = {
        (incident, key): row
        for (incident, key), row in found.known.items()
        if key in keys and incident in incidents
    }
    return Found(homes, known)


def first_ones(requests: Sequence[Request], decided: Sequence[Decided]) -> int:
    """How many of these, from the first on, may be sorted together; one at least."""
    if len(requests) == 1 or _stirs(requests[0], decided[0]):
        return 1
    taken = _Taken()
    for number, (request, found) in enumerate(zip(requests, decided, strict=True)):
        if number and (_stirs(request, found) or not taken.has_room_for(request)):
            return number
        taken.add(request)
    return len(requests)


def as_one(requests: Sequence[Request]) -> Request:
    """All of them as one request; it knows how many it holds."""
    if len(requests) == 1:
        return requests[0]
    return replace(
        requests[0],
        groups=together([one.groups for one in requests]),
        homes={key: home for one in requests for key, home in one.homes.items()},
        known={key: row for one in requests for key, row in one.known.items()},
        deliveries=len(requests),
    )


class _Taken:
    """What those have that stand together already."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._homeless: set[str] = set()
        self._incidents: dict[int, bool] = {}

    def has_room_for(self, request: Request) -> bool:
        """Whether they and this one have neither alerts nor anything else in common that counts."""
        if self._keys & _keys(request) or self._homeless & _homeless(request):
            return False
        incidents = _incidents(request)
        return not any(
            incidents[pk] or self._incidents[pk] for pk in incidents.keys() & self._incidents
        )

    def add(self, request: Request) -> None:
        self._keys |= _keys(request)
        self._homeless |= _homeless(request)
        for pk, has_quiet in _incidents(request).items():
            self._incidents[pk] = self._incidents.get(pk, False) or has_quiet


def _keys(request: Request) -> set[str]:
    return {key for group in request.groups.values() for key in group.signals}


def _homeless(request: Request) -> set[str]:
    return {key for key in request.groups if key not in request.homes}


def _incidents(request: Request) -> dict[int, bool]:
    """Its open incidents; whether it says of one that an alert has gone: all may be quiet then."""
    found: dict[int, bool] = defaultdict(bool)
    for key, incident in request.homes.items():
        group = request.groups[key]
        found[incident.pk] |= len(group.firing) < len(group.signals)
    return found


def _stirs(request: Request, decided: Decided) -> bool:
    """Whether it may change what others are told, or would be told otherwise because of them."""
    return (
        any(_waits_for_impact(row) for row in request.known.values())
        or _says_worse(request, decided)
        or any(one.waits_for_impact or _is_marked(request, one) for one in _alone(request, decided))
    )


def _waits_for_impact(row: Alert) -> bool:
    """Whether an incident that opens takes it along."""
    return row.incident_id is None and row.outcome == AlertOutcome.HELD and row.held_until is None


def _says_worse(request: Request, decided: Decided) -> bool:
    return any(
        says_worse(decided[signal.key], than=home.severity)
        for key, home in request.homes.items()
        for signal in request.groups[key].firing
    )


def _is_marked(request: Request, one: Sorted) -> bool:
    """A rule says how bad it is, or for whom, and the incident that opens may be joined by others.

    It may be hidden from them, or become worse when it has been joined.
    """
    by_rule = one.decision.severity is not None or one.decision.impact_id is not None
    return by_rule and one.may_join and may_join_others(request, [one])


def _alone(request: Request, decided: Decided) -> Iterator[Sorted]:
    """What was decided of alerts that have no incident yet."""
    for key in _homeless(request):
        for signal in request.groups[key].firing:
            yield decided[signal.key]
