"""What sorting hands from hand to hand: groups of alerts, what was decided, where they belong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from incidents.enums import AlertOutcome, MaintenanceMode, RuleAction
from incidents.intake.signal import Parcel, Signal
from incidents.logic import maintenance, triggers
from incidents.models import Alert, AlertSource, Incident
from rosters.models import Service


class Moved(Exception):
    """An incident changed between the look and the lock: the request is sorted again."""


class Apart(Exception):
    """Of several requests one may see what another one does: the first is sorted by itself."""


@dataclass
class Group:
    """Alerts that belong together, the latest of each key, in the order of their arrival."""

    key: str
    title: str
    signals: dict[str, Signal] = field(default_factory=dict)

    @property
    def firing(self) -> list[Signal]:
        return [signal for signal in self.signals.values() if signal.is_firing]


@dataclass(frozen=True)
class Sorted:
    """What was decided of one firing alert. `severity` is never missing: the source has one.

    `cover` is the planned work that keeps it from opening an incident.
    """

    signal: Signal
    decision: triggers.Decision
    service: Service | None
    severity: int
    cover: maintenance.Cover | None = None

    @property
    def may_join(self) -> bool:
        """Planned work hides nothing from an incident that is open already."""
        return self.decision.action == RuleAction.INCIDENT and self.decision.wait_until is None

    @property
    def opens(self) -> bool:
        return self.may_join and self.cover is None

    @property
    def held_until(self) -> datetime | None:
        """When it is decided again, if it waits."""
        if self.cover is None:
            return self.decision.wait_until
        return self.cover.ends_at if self.cover.mode == MaintenanceMode.HOLD else None

    @property
    def waits_for_impact(self) -> bool:
        return self.decision.action == RuleAction.IF_IMPACT and self.service is not None


@dataclass(frozen=True)
class Place:
    """Where one group belongs, and what its firing alerts are told. No incident: kept apart."""

    incident: Incident | None
    outcome: AlertOutcome


@dataclass(frozen=True)
class Request:
    """One request of one source while it is sorted, or several. `known` are its alerts' rows.

    It is no arrival when alerts that waited are looked at again: nothing is counted then.
    """

    source: AlertSource
    groups: Mapping[str, Group]
    homes: Mapping[str, Incident]
    known: dict[tuple[int | None, str], Alert]
    now: datetime
    is_over_rate: bool = False
    is_arrival: bool = True
    deliveries: int = 1

    def must_be_alone(self) -> None:
        """From here on it does what another request might see. Raises Apart if it holds several."""
        if self.deliveries > 1:
            raise Apart


def groups_of(parcel: Parcel) -> dict[str, Group]:
    """The parcel's readable alerts by the key of their incident."""
    found: dict[str, Group] = {}
    for signal in parcel.alerts:
        if not isinstance(signal, Signal):
            continue
        key = group_key(signal, parcel)
        title = "" if signal.group_key else parcel.title
        group = found.setdefault(key, Group(key, title))
        group.signals[signal.key] = signal
    return found


def group_key(signal: Signal, parcel: Parcel) -> str:
    """The key of the incident that an alert belongs to."""
    return signal.group_key or parcel.group_key or signal.key


def kept_as(one: Sorted) -> AlertOutcome:
    """What a firing alert without an incident is told."""
    if one.cover is not None:
        is_held = one.cover.mode == MaintenanceMode.HOLD
        return AlertOutcome.HELD if is_held else AlertOutcome.SUPPRESSED
    waits = one.decision.wait_until is not None or one.decision.action == RuleAction.IF_IMPACT
    return AlertOutcome.HELD if waits else AlertOutcome.SUPPRESSED


def lead_of(decided: Iterable[Sorted]) -> Sorted | None:
    """The most severe alert of a group that opens an incident, or joins one: it decides."""
    found = [one for one in decided if one.may_join]
    return min(found, key=lambda one: (not one.opens, one.severity), default=None)
