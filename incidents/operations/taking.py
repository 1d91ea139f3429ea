"""From what senders sent to rows: alerts sorted and stored, changes noted, and what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.enums import AlertOutcome
from incidents.intake.signal import Made, Noted, Parcel, Rejected, Signal
from incidents.models import AlertSource, Incident
from incidents.operations import alerts, changes, sorting

Answer = list[dict[str, Any]]
Outcomes = Mapping[tuple[str, str], AlertOutcome]
Places = Mapping[str, sorting.Place]


@dataclass(frozen=True)
class Sent:
    """What one request of a source says."""

    source: AlertSource
    parcel: Parcel
    is_over_rate: bool = False


def take(sent: Sent, *, now: datetime) -> Answer:
    """Every readable alert is stored, in the caller's transaction; what became of each, in order.

    Raises IntegrityError or sorting.Moved: the caller tries again.
    """
    noted = changes.note(sent.source, sent.parcel.changes, now=now)
    [answer] = take_first([sent], now=now)
    return answer + [_say_change(one, is_new=one.key in noted) for one in sent.parcel.changes]


def take_first(several: Sequence[Sent], *, now: datetime) -> list[Answer]:
    """The same for as many of these requests of one source, from the first on, as go together.

    They report no changes. What becomes of their alerts is what became of them one after the
    other; a constant number of statements. Raises sorting.Apart as well: the first goes alone.
    """
    each = [sorting.groups_of(one.parcel) for one in several]
    if not any(each):
        return [[_say(alert, one.parcel, {}, {}) for alert in one.parcel.alerts] for one in several]
    source, is_over_rate = several[0].source, several[0].is_over_rate
    found = sorting.find(source, sorting.together(each))
    requests = [
        sorting.Request(source, groups, own.homes, own.known, now, is_over_rate=is_over_rate)
        for groups, own in zip(each, sorting.shared_out(found, each), strict=True)
    ]
    request, decided, places = sorting.sort_first(requests)
    outcomes = alerts.store(request, decided, places)
    return [
        [_say(alert, one.parcel, outcomes, places) for alert in one.parcel.alerts]
        for one in several[: request.deliveries]
    ]


def _say(
    alert: Signal | Rejected | Noted, parcel: Parcel, outcomes: Outcomes, places: Places
) -> dict[str, Any]:
    if isinstance(alert, Rejected):
        return {"outcome": AlertOutcome.REJECTED.value, "message": alert.sentence}
    if isinstance(alert, Noted):
        return {"outcome": AlertOutcome.NOTED.value, "message": alert.sentence}
    group = sorting.group_key(alert, parcel)
    outcome = outcomes.get((group, alert.key), AlertOutcome.IGNORED)
    said: dict[str, Any] = {
        "alert": alert.name,
        "key": alert.key,
        "outcome": outcome.value,
        "message": f"{outcome.label}.",
    }
    incident: Incident | None = places[group].incident
    if incident is not None and outcome != AlertOutcome.IGNORED:
        said["incident"] = incident.reference
    return said


def _say_change(change: Made, *, is_new: bool) -> dict[str, Any]:
    outcome = AlertOutcome.NOTED if is_new else AlertOutcome.IGNORED
    message = "Kept as a change." if is_new else "We had this change already."
    return {"change": change.title, "outcome": outcome.value, "message": message}
