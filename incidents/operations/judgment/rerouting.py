"""Somebody sends the calls about an incident, or about a service, to somebody else for a while."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from config.portal import queue
from config.portal.refusals import refuse_if
from incidents.enums import EntryKind
from incidents.logic import judgment
from incidents.models import EscalationPolicy, Incident, RoutingOverride
from incidents.operations import lifecycle, timeline
from incidents.queries import rerouting, standing
from rosters.logic.reasons import in_one_line
from rosters.models import Person, Roster, Service

NO_REASON = "Say why, in a few words. Everybody who looks at this reads it."


@dataclass(frozen=True)
class Elsewhere:
    """To whom the calls go, a person or whoever is on call for a roster, until when and why.

    Those of a service can also go by another rule, its `policy`.
    """

    until: datetime
    reason: str
    person: Person | None = None
    roster: Roster | None = None
    policy: EscalationPolicy | None = None

    @property
    def name(self) -> str:
        return self.person.full_name if self.person else str(self.roster)


@transaction.atomic
def reroute(incident: Incident, asked: Elsewhere, *, by: Person, now: datetime) -> RoutingOverride:
    """The next calls about it go there first. One that goes on already gives way to this one.

    The same press twice is one. Raises Refused.
    """
    incident = lifecycle.lock(incident.pk)
    part, state = standing.of(by, incident), standing.state(incident)
    refuse_if(judgment.why_not_steer(part, state, standing.lead_of(incident, by)))
    known = RoutingOverride.objects.filter(incident=incident, ended_at__isnull=True)
    found, is_new = _put(known, asked, by=by, now=now, incident=incident)
    if is_new:
        timeline.record(
            incident,
            EntryKind.REROUTED,
            at=now,
            by=by,
            who=str(by),
            target=asked.name,
            until_at=asked.until.isoformat(),
            reason=judgment.ended(found.reason),
        )
        queue.wake("muster.tick")
    return found


@transaction.atomic
def end(incident: Incident, *, by: Person, now: datetime) -> bool:
    """The calls about it go where they went before; False when they do already."""
    incident = lifecycle.lock(incident.pk)
    part, state = standing.of(by, incident), standing.state(incident)
    refuse_if(judgment.why_not_steer(part, state, standing.lead_of(incident, by)))
    rows = RoutingOverride.objects.filter(incident=incident, ended_at__isnull=True, until__gt=now)
    if not rows.update(ended_at=now, ended_by=by):
        return False
    timeline.record(incident, EntryKind.REROUTE_ENDED, at=now, by=by, what="early", who=str(by))
    return True


@transaction.atomic
def reroute_service(
    service: Service, asked: Elsewhere, *, by: Person, now: datetime
) -> RoutingOverride:
    """The calls about everything that breaks there go there first. As `reroute`.

    To another rule: what is detected from now on goes by it; what is open keeps its own.
    """
    service = Service.objects.select_for_update(no_key=True, of=("self",)).get(pk=service.pk)
    refuse_if(judgment.why_not_reroute_service(rerouting.keeper(by, service)))
    known = RoutingOverride.objects.filter(service=service, ended_at__isnull=True)
    found, is_new = _put(known, asked, by=by, now=now, service=service)
    if is_new:
        queue.wake("muster.tick")
    return found


@transaction.atomic
def end_service(service: Service, *, by: Person, now: datetime) -> bool:
    """The calls about this service go where they went before; False when they do already."""
    service = Service.objects.select_for_update(no_key=True, of=("self",)).get(pk=service.pk)
    refuse_if(judgment.why_not_reroute_service(rerouting.keeper(by, service)))
    rows = RoutingOverride.objects.filter(service=service, ended_at__isnull=True, until__gt=now)
    return bool(rows.update(ended_at=now, ended_by=by))


def _put(
    known: QuerySet[RoutingOverride],
    asked: Elsewhere,
    *,
    by: Person,
    now: datetime,
    incident: Incident | None = None,
    service: Service | None = None,
) -> tuple[RoutingOverride, bool]:
    """The row that holds from now on, and whether this press made it."""
    reason = in_one_line(asked.reason)
    refuse_if("" if reason else NO_REASON)
    refuse_if(judgment.why_not_reroute(until=asked.until, now=now))
    refuse_if(_why_not_target(asked, of_service=service is not None, now=now))
    before = known.filter(until__gt=now).order_by("-pk").first()
    if before and _is_same_press(before, asked, reason, by=by, now=now):
        return before, False
    known.filter(until__gt=now).update(ended_at=now, ended_by=by)
    made = RoutingOverride.objects.create(
        incident=incident,
        service=service,
        person=asked.person,
        roster=asked.roster,
        policy=asked.policy,
        reason=reason,
        starts_at=now,
        until=asked.until,
        by=by,
        created_at=now,
    )
    return made, True


def _why_not_target(asked: Elsewhere, *, of_service: bool, now: datetime) -> str | None:
    chosen = [one for one in (asked.person, asked.roster, asked.policy) if one is not None]
    if len(chosen) != 1 or (asked.policy is not None and not of_service):
        return f"Choose a person or a roster{' or a rule' if of_service else ''}."
    if asked.policy is not None and not _holds(asked.policy):
        return (
            f"No version of “{asked.policy}” is published, so it would call nobody. Publish one, or"
            " choose another rule."
        )
    if asked.person is not None and asked.person.has_left(now):
        return f"{asked.person.full_name} has left. Choose somebody who is here."
    return None


def _holds(policy: EscalationPolicy) -> bool:
    return policy.versions.filter(published_at__isnull=False).exists()


def _is_same_press(
    known: RoutingOverride, asked: Elsewhere, reason: str, *, by: Person, now: datetime
) -> bool:
    same = (known.by_id, known.reason) == (by.pk, reason)
    chosen = (asked.person, asked.roster, asked.policy)
    same &= (known.person, known.roster, known.policy) == chosen
    near = abs(known.until - asked.until) < judgment.SAME_PRESS
    return same and near and now - known.created_at < judgment.SAME_PRESS
