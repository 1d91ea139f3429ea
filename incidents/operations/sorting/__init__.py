"""Where alerts belong: the incident they have, one they join, a new one, or none.

Everything here runs inside the transaction of one request and asks a constant number of
statements, however many alerts the request brings.
"""

from incidents.enums import AlertOutcome
from incidents.operations.sorting.deciding import decide
from incidents.operations.sorting.finding import Found, find
from incidents.operations.sorting.parts import (
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
    "sort",
]


def sort(request: Request) -> tuple[dict[str, Sorted], dict[str, Place]]:
    """What was decided of each firing alert, by its key, and where each group belongs, by its."""
    decided = decide(request)
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
    return decided, places
