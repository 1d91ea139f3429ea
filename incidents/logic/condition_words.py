"""The conditions of a step in plain sentences. Pure."""

from datetime import datetime, timedelta

from config.portal.sentences import Sentence, phrase
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
        if conditions.mildest == 1:
            return phrase("for {level}", level=worst)
        return phrase("for {level} or worse", level=worst)
    if kind == Kind.IMPACT:
        return phrase("for harm of the kind “{kind}”", kind=conditions.impact_name)
    if kind == Kind.ALERTS:
        minutes = int(conditions.alerts_within / MINUTE)
        count = str(conditions.least_alerts)
        if minutes == 1:
            return phrase("once {count} signals came within one minute", count=count)
        words = "once {count} signals came within {n} minutes"
        return phrase(words, count=count, n=str(minutes))
    name = conditions.hours.name if conditions.hours else "its hours"
    if conditions.hours_read_in == HOURS:
        return phrase("during {hours}", hours=name)
    if conditions.hours_read_in == SERVICE:
        return phrase("during {hours}, where the team of the service is", hours=name)
    return phrase("during {hours}, where whoever is called is", hours=name)
