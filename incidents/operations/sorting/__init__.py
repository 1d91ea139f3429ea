"""Where alerts belong: the incident they have, one they join, a new one, or none.

Everything here runs inside the transaction of one request, or of several that go together, and asks
a constant number of statements, however many alerts they bring.
"""

from collections.abc import Mapping, Sequence

from incidents.enums import AlertOutcome
from incidents.operations.sorting.deciding import decide
from incidents.operations.sorting.finding import Found, find
from incidents.operations.sorting.gathered import as_one, first_ones, shared_out, together
from incidents.operations.sorting.parts import (
    Apart,
    Group,
    Moved,
    Place,
    Request,
    Sorted,
    group_key,
    groups_of,
    kept_as,
    lead_of,
)
from incidents.operations.sorting.raising import make_worse
from incidents.operations.sorting.seating import join_shown, settle

__all__ = [
    "Apart",
    "Found",
    "Group",
    "Moved",
    "Place",
    "Request",
    "Sorted",
    "find",
    "group_key",
    "groups_of",
    "kept_as",
    "shared_out",
    "sort",
    "sort_first",
    "together",
]


def sort(request: Request) -> tuple[dict[str, Sorted], dict[str, Place]]:
    """What was decided of each firing alert, by its key, and where each group belongs, by its."""
    decided = decide(request)
    return decided, _place(request, decided)


def sort_first(
    requests: Sequence[Request],
) -> tuple[Request, dict[str, Sorted], dict[str, Place]]:
    """The same for as many as go together, from the first on; with those, as one request.

    Raises Apart.
    """
    each = [decide(one) for one in requests]
    many = first_ones(requests, each)
    request = as_one(requests[:many])
    decided = {key: one for found in each[:many] for key, one in found.items()}
    return request, decided, _place(request, decided)


def _place(request: Request, decided: Mapping[str, Sorted]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    leads: dict[str, Sorted] = {}
    waiting: dict[str, Sorted] = {}
    for key, group in request.groups.items():
        home = request.homes.get(key)
        found = [decided[signal.key] for signal in group.firing]
        lead = lead_of(found)
        if lead is not None and home is None:
            leads[key] = lead
            continue
        places[key] = Place(home, AlertOutcome.GROUPED if home else AlertOutcome.SUPPRESSED)
        if home is None:
            waiting.update((key, one) for one in found if one.waits_for_impact)
    places |= settle(request, leads)
    places |= join_shown(request, waiting)
    make_worse(request, decided, places)
    return places
