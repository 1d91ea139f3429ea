"""Alerts of an open incident that a rule calls worse than it is: then it is worse."""

from collections.abc import Iterator, Mapping

from incidents.enums import AlertOutcome
from incidents.models import Incident, TriggerRule
from incidents.operations.judgment import severity
from incidents.operations.sorting.parts import Place, Request, Sorted


def make_worse(
    request: Request, decided: Mapping[str, Sorted], places: Mapping[str, Place]
) -> None:
    """The worst that a rule says of each open incident holds; no statement where none does.

    What the sender says does not count: it has been heard when the incident opened.
    """
    worst: dict[int, tuple[Incident, Sorted]] = {}
    for incident, one in _said_worse(request, decided, places):
        known = worst.get(incident.pk)
        if known is None or one.severity < known[1].severity:
            worst[incident.pk] = (incident, one)
    if not worst:
        return
    rules = TriggerRule.objects.in_bulk({one.decision.rule_id for _incident, one in worst.values()})
    for incident, one in worst.values():
        rule = rules.get(one.decision.rule_id or 0)
        if rule is not None:
            severity.raise_by_rule(incident, one.severity, rule=rule, now=request.now)


def _said_worse(
    request: Request, decided: Mapping[str, Sorted], places: Mapping[str, Place]
) -> Iterator[tuple[Incident, Sorted]]:
    """The alerts of incidents that were open before, of which a rule says that it is worse."""
    for key, place in places.items():
        incident = place.incident
        if incident is None or place.outcome != AlertOutcome.GROUPED:
            continue
        for signal in request.groups[key].firing:
            if says_worse(decided[signal.key], than=incident.severity):
                yield incident, decided[signal.key]


def says_worse(one: Sorted, *, than: int) -> bool:
    """Whether a rule says of this alert that it is worse than that."""
    said = one.decision.severity
    return one.may_join and said is not None and said < than
