"""The conditions of a step in plain sentences. Pure."""

from datetime import datetime, timedelta

from config.portal.sentences import Sentence
from incidents.logic.conditions import HOURS, MILDEST, SERVICE, Conditions, Facts, Kind, fails

MINUTE = timedelta(minutes=1)


def only(conditions: Conditions) -> tuple[Sentence, ...]:
    """What must be so for the step, one sentence each; nothing where it always holds."""
    return tuple(_only(kind, conditions) for kind in kinds(conditions))


def left_out(conditions: Conditions, facts: Facts, *, at: datetime) -> Sentence:
    """Why the step is left out at `at`: the first condition that is not so."""
    kind = fails(conditions, facts, at=at) or Kind.HOURS
    if kind == Kind.HOURS and conditions.hours is not None:
        return Sentence("It is outside {hours}.", {"hours": conditions.hours.name})
    return _only(kind, conditions)


def phrases(conditions: Conditions) -> tuple[str, ...]:
    """The same as read after "only": "during Berlin office hours"."""
    return tuple(_phrase(kind, conditions) for kind in kinds(conditions))


def kinds(conditions: Conditions) -> list[Kind]:
    """Which conditions are set, in the order in which they are read."""
    found = []
    if conditions.mildest is not None and conditions.mildest < MILDEST:
        found.append(Kind.SEVERITY)
    if conditions.impact_id is not None:
        found.append(Kind.IMPACT)
    if conditions.hours is not None:
        found.append(Kind.HOURS)
    if conditions.least_alerts is not None:
        found.append(Kind.ALERTS)
    return found


def _only(kind: Kind, conditions: Conditions) -> Sentence:
    return Sentence("This step is only {when}.", {"when": _phrase(kind, conditions)})


def _phrase(kind: Kind, conditions: Conditions) -> str:
    if kind == Kind.SEVERITY:
        worst = f"SEV{conditions.mildest}"
        return f"for {worst}" if conditions.mildest == 1 else f"for {worst} or worse"
    if kind == Kind.IMPACT:
        return f"for harm of the kind “{conditions.impact_name}”"
    if kind == Kind.ALERTS:
        minutes = int(conditions.alerts_within / MINUTE)
        span = "one minute" if minutes == 1 else f"{minutes} minutes"
        return f"once {conditions.least_alerts} signals came within {span}"
    name = conditions.hours.name if conditions.hours else "its hours"
    if conditions.hours_read_in == HOURS:
        return f"during {name}"
    whose = (
        "where the team of the service is"
        if conditions.hours_read_in == SERVICE
        else ("where whoever is called is")
    )
    return f"during {name}, {whose}"
